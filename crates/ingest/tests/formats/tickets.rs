//! Ticket exports whose parts are damaged, nameless or longer than what is looked at to recognise them.

use crate::support::{Kept, folder, read, read_with};
use ingest::{Export, Record};
use model::Visibility;

const ISSUE: &str = r#"{"title":"t","author_id":1,"created_at":"2024-03-01T08:00:00.000Z","iid":1}"#;
const OTHER: &str = r#"{"title":"t","author_id":1,"created_at":"2024-03-01T08:00:00.001Z","iid":1}"#;
const MEMBER: &str = r#"{"user_id":1,"user":{"id":1,"username":"ann"}}"#;

/// A project's export: what `project.json` holds and its one issue.
fn project(heading: &str, issue: &str) -> Kept {
    let place = folder(&[
        ("VERSION", b"0.2.4"),
        ("tree/project.json", heading.as_bytes()),
        ("tree/project/issues.ndjson", issue.as_bytes()),
        ("tree/project/project_members.ndjson", MEMBER.as_bytes()),
    ]);
    read(place.path()).0
}

fn ids(kept: &Kept) -> Vec<&str> {
    kept.messages().map(|raw| raw.message.id.as_str()).collect()
}

fn stated(kept: &Kept) -> Vec<Option<Visibility>> {
    let container = |record: &Record| match record {
        Record::Container(container) => Some(container.stated_visibility.clone()),
        _ => None,
    };
    kept.records.iter().filter_map(container).collect()
}

#[test]
fn a_project_keeps_its_ids_whatever_is_left_of_its_heading() {
    let whole = project(r#"{"visibility_level":20,"path":"docs"}"#, ISSUE);
    assert_eq!(ids(&whole).len(), 1);
    for heading in ["", "{\"visi", "null", "{}", r#"{"visibility_level":0,"path":"renamed"}"#] {
        assert_eq!(ids(&project(heading, ISSUE)), ids(&whole), "{heading}");
    }
}

#[test]
fn two_projects_of_one_name_do_not_meet() {
    let heading = r#"{"visibility_level":20,"path":"docs"}"#;
    assert_ne!(ids(&project(heading, ISSUE)), ids(&project(heading, OTHER)));
}

#[test]
fn a_project_that_does_not_say_who_may_read_it_is_nobodys() {
    for heading in ["", "{\"visibility_level\":2", "{}"] {
        assert_eq!(stated(&project(heading, ISSUE)), [Some(Visibility::Nobody)], "{heading}");
    }
    assert_eq!(stated(&project(r#"{"visibility_level":20}"#, ISSUE)), [Some(Visibility::Everyone)]);
    let private = stated(&project(r#"{"visibility_level":0}"#, ISSUE));
    assert!(matches!(private.as_slice(), [Some(Visibility::Members(members))] if members.len() == 1));
}

#[test]
fn a_damaged_first_issue_costs_only_itself() {
    let place = folder(&[("project/issues.ndjson", format!("{{\"tit\":1}}\n{ISSUE}\n").as_bytes())]);
    let export = Export::open(place.path(), &crate::support::LIMITS).unwrap();
    let gitlab = *ingest::formats().iter().find(|format| format.name() == "gitlab").unwrap();
    let (kept, _) = read_with(gitlab, &export);
    assert_eq!((kept.messages().count(), kept.issues.len()), (1, 1));
}

#[test]
fn an_issue_whose_comments_hide_its_number_is_recognised() {
    let long = "x".repeat(1 << 17);
    let issue = format!(
        r#"[{{"author":{{"login":"a"}},"body":"b","comments":[{{"id":"1","author":{{"login":"c"}},"body":"{long}","createdAt":"2024-02-01T10:00:00Z"}}],"createdAt":"2024-02-01T00:00:00Z","number":7,"title":"t","url":"https://github.com/a/b/issues/7"}}]"#
    );
    let place = folder(&[("issues.json", issue.as_bytes())]);
    assert_eq!(ids(&read(place.path()).0), ["github:a/b#7", "github:a/b#7/1"]);
    let place = folder(&[("issues.json", &issue.as_bytes()[..1 << 10])]);
    assert_eq!(read(place.path()).0.reasons(), ["issues.json:1@1 ends in the middle of a list or record"]);
}

#[test]
fn blank_rows_of_a_table_are_counted_and_no_issues() {
    let table = "Work email,Name,Status,Manager\nann@x.example,Ann,active,\n,,,\n,,,\n";
    let place = folder(&[("people.csv", table.as_bytes())]);
    let (kept, report) = read(place.path());
    assert_eq!((kept.records.len(), kept.issues.len()), (1, 0));
    assert_eq!(report.skipped.get("blank row of a table"), Some(&2));
}
