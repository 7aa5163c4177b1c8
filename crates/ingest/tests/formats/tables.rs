//! Tables that are odd, broken or somebody else's.

use crate::support::{folder, read};
use ingest::Export;

const HEADER: &str = "ID,Team,Title,Creator,Created,Canceled\n";

#[test]
fn a_quote_that_is_never_closed_costs_a_bounded_row() {
    let mut table =
        format!("{HEADER}E-1,Eng,first,ann@x.example,2024-01-01,\nE-2,Eng,\"second,").into_bytes();
    table.resize(34 << 20, b'x');
    let place = folder(&[("issues.csv", &table)]);
    let (kept, report) = read(place.path());
    assert_eq!(kept.messages().count(), 1);
    assert_eq!(kept.reasons(), ["issues.csv:3 has a row of more than 32 MiB"]);
    assert!(report.complete && kept.issues[0].hint.is_some());
}

#[test]
fn semicolons_other_letters_and_the_order_of_days_are_coped_with() {
    let table = "\"ID\";Team;Title;Creator;Created;Canceled;Completed;Assignee\n\
        E-1;Eng;Caf\u{fffd};ann@x.example;3/4/2024 10:00;;;\n\
        E-2;Eng;t;ann@x.example;21/4/2024;;;\n";
    // The replaced letter as a Western table has it.
    let bytes = String::from(table).into_bytes();
    let at = bytes.windows(3).position(|window| window == "\u{fffd}".as_bytes()).unwrap();
    let bytes = [&bytes[..at], b"\xe9", &bytes[at + 3..]].concat();
    let place = folder(&[("issues.csv", &bytes)]);
    let (kept, report) = read(place.path());
    let times: Vec<String> = kept.messages().map(|raw| raw.message.at.to_string()).collect();
    assert_eq!(times, ["2024-04-03T10:00:00Z", "2024-04-21T00:00:00Z"]);
    assert_eq!(report.skipped.get("cell that is not UTF-8: some letters are lost"), Some(&1));
}

#[test]
fn dates_that_do_not_tell_their_order_are_warned_of_once() {
    let table = format!("{HEADER}E-1,Eng,t,ann@x.example,3/4/2024,\nE-2,Eng,t,ann@x.example,5/6/2024,\n");
    let place = folder(&[("issues.csv", table.as_bytes())]);
    let (_, report) = read(place.path());
    let told = report.warnings.iter().filter(|warning| warning.contains("read as month first"));
    assert_eq!(told.count(), 1, "{:?}", report.warnings);
}

#[test]
fn lists_of_customers_are_no_colleagues() {
    for header in [
        "Record ID,First Name,Last Name,Email,Job Title,Team,Lifecycle Stage\n",
        "Id,Username,Email,Name,Title,Department,ProfileId\n",
        "Email,Name\n",
    ] {
        let place = folder(&[("people.csv", header.as_bytes())]);
        let export = Export::open(place.path(), &crate::support::LIMITS).unwrap();
        assert!(ingest::detect(&export).is_err(), "{header}");
    }
}

#[test]
fn a_single_file_is_told_apart_by_content_whatever_its_name() {
    for (content, expected) in [
        (format!("{HEADER}E-1,Eng,t,ann@x.example,2024-01-01,\n"), "linear"),
        ("Summary,Issue key\n".to_owned(), "jira"),
        (r#"[{"number":1,"title":"t","user":{"login":"a"}}]"#.to_owned(), "github"),
        (r#"{"tickets":[],"end_of_stream":true}"#.to_owned(), "zendesk"),
        ("Work email,Name,Status,Manager\n".to_owned(), "hr"),
    ] {
        let place = folder(&[("download.dat", content.as_bytes())]);
        let export = Export::open(&place.path().join("download.dat"), &crate::support::LIMITS).unwrap();
        assert_eq!(ingest::detect(&export).unwrap().name(), expected);
    }
}
