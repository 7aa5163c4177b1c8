//! What every format reads out of a small hand-made sample that has each of its oddities.

use crate::support::{printed, read, sample};

fn check(name: &str) {
    let (kept, report) = read(&sample(name));
    insta::assert_snapshot!(name, printed(&kept, &report));
}

#[test]
fn a_slack_export() {
    check("slack");
}

#[test]
fn a_folder_of_mailboxes() {
    check("mail");
}

#[test]
fn loose_mails() {
    check("eml");
}

#[test]
fn a_maildir() {
    check("maildir");
}

#[test]
fn googles_takeout_of_mail() {
    check("takeout");
}

#[test]
fn exchanges_journal() {
    check("journal");
}

#[test]
fn a_folder_of_jira_issues() {
    check("jira");
}

#[test]
fn our_own_format() {
    check("jsonl");
}
