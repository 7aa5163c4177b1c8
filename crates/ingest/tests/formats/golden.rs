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
