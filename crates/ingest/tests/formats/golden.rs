//! What every format reads out of a small hand-made sample that has each of its oddities.

use crate::support::{LIMITS, Open, printed, read, sample};
use ingest::Export;

fn check(name: &str) {
    let (kept, report) = read(&sample(name));
    insta::assert_snapshot!(name, printed(&kept, &report));
}

/// What a reader gets who is also handed what is not public.
fn check_open(name: &str) {
    let export = Export::open(&sample(name), &LIMITS).unwrap();
    let mut open = Open::default();
    let report = ingest::detect(&export).unwrap().read(&export, &mut open).unwrap();
    insta::assert_snapshot!(format!("{name}_open"), printed(&open.0, &report));
}

#[test]
fn a_slack_export() {
    check("slack");
    check_open("slack");
}

#[test]
fn a_teams_export() {
    check("teams");
    check_open("teams");
}

#[test]
fn a_mattermost_export() {
    check("mattermost");
    check_open("mattermost");
}

#[test]
fn a_discord_export() {
    check("discord");
    check_open("discord");
}

#[test]
fn a_zulip_export() {
    check("zulip");
    check_open("zulip");
}

#[test]
fn a_google_chat_takeout() {
    check("google_chat");
    check_open("google_chat");
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

#[test]
fn a_zendesk_export() {
    check("zendesk");
}

#[test]
fn servicenow_tables() {
    check("servicenow");
}

#[test]
fn servicenow_tables_with_the_journal() {
    check("servicenow_journal");
}

#[test]
fn freshdesk_tickets() {
    check("freshdesk");
}

#[test]
fn github_issues() {
    check("github");
}

#[test]
fn a_gitlab_project() {
    check("gitlab");
}

#[test]
fn linear_issues() {
    check("linear");
}

#[test]
fn salesforce_cases() {
    check("salesforce");
}

#[test]
fn hubspot_tickets() {
    check("hubspot");
}

#[test]
fn personnel_data() {
    check("hr");
}
