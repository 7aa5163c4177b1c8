//! Search requests: what is read, what is refused by name.

use engine::Confidence;
use model::PersonId;

use super::*;

fn ask(body: &str) -> Result<Asked, Problem> {
    SearchRequest::parse(body.as_bytes())?.check(Timestamp::from_millis(7), Reader::anyone())
}

fn check_refused(body: &str, kind: ProblemKind, field: Option<&str>) {
    let problem = ask(body).unwrap_err();
    assert_eq!((problem.kind, problem.field_name()), (kind, field), "{body}: {problem:?}");
}

#[test]
fn a_bare_question_gets_what_the_contract_promises() {
    let Asked { search, explained, full, topics } = ask(r#"{"query":"  who knows?\n"}"#).unwrap();
    assert_eq!(
        search,
        Search {
            question: "who knows?".to_owned(),
            limit: 5,
            reader: Reader::anyone(),
            asked_by: vec![],
            channel: None,
            as_of: Timestamp::from_millis(7),
            evidence_before: None,
            view: View::Helps,
            spread: true,
            available: true,
            without_people: Vec::new(),
            exclude_people: vec![],
            filters: engine::Filters::NONE,
            hidden_gems: false,
            evidence_per_expert: 3,
            snippet_characters: 240,
            answers: 3,
            detail: engine::Detail::Full,
            min_confidence: Confidence::Low,
        }
    );
    assert!(explained && !full && topics == 0);
}

#[test]
fn null_is_the_same_as_left_out() {
    let nulls = r#"{"query":"x","k":null,"channel":null,"filters":null,"evidence":{"max_chars":null},
        "answers":null,"explain":null,"view":null,"prefer":{"spread":null}}"#;
    assert_eq!(ask(nulls), ask(r#"{"query":"x"}"#));
}

#[test]
fn every_number_has_its_bounds() {
    let check = |field: &str, low: usize, high: usize| {
        let body = |value: usize| match field.split_once('.') {
            Some((outer, inner)) => format!(r#"{{"query":"x","{outer}":{{"{inner}":{value}}}}}"#),
            None => format!(r#"{{"query":"x","{field}":{value}}}"#),
        };
        assert!(ask(&body(low)).is_ok() && ask(&body(high)).is_ok(), "{field}");
        check_refused(&body(high + 1), ProblemKind::InvalidRequest, Some(field));
        if let Some(below) = low.checked_sub(1) {
            check_refused(&body(below), ProblemKind::InvalidRequest, Some(field));
        }
    };
    check("k", 1, 20);
    check("evidence.max_per_expert", 0, 10);
    check("evidence.max_chars", 40, 2_000);
    check("answers.k", 0, 10);
}

#[test]
fn a_whole_number_is_one_however_it_is_written() {
    assert_eq!(ask(r#"{"query":"x","k":7.0}"#).unwrap().search.limit, 7);
    assert_eq!(ask(r#"{"query":"x","k":2e0}"#).unwrap().search.limit, 2);
    check_refused(r#"{"query":"x","k":7.5}"#, ProblemKind::InvalidRequest, Some("k"));
    check_refused(r#"{"query":"x","k":-0.5}"#, ProblemKind::InvalidRequest, Some("k"));
}

#[test]
fn a_question_is_counted_in_characters_after_trimming() {
    let body = |characters: usize| format!(r#"{{"query":" {} "}}"#, "語".repeat(characters));
    assert_eq!(ask(&body(4_000)).unwrap().search.question.chars().count(), 4_000);
    check_refused(&body(4_001), ProblemKind::InvalidRequest, Some("query"));
    check_refused(r#"{"query":" \t\n "}"#, ProblemKind::InvalidRequest, Some("query"));
}

#[test]
fn a_field_that_is_not_known_yet_is_refused_by_name() {
    let invalid = ProblemKind::InvalidRequest;
    check_refused(r#"{"query":"x","filters":{"moods":["good"]}}"#, invalid, Some("filters.moods"));
    check_refused(r#"{"query":"x","filters":{"teams":[" "]}}"#, invalid, Some("filters.teams[0]"));
    check_refused(r#"{"query":"x","filters":{"regions":"emea"}}"#, invalid, Some("filters.regions"));
    let late = r#"{"query":"x","filters":{"evidence_after":"tomorrow"}}"#;
    check_refused(late, invalid, Some("filters.evidence_after"));
    check_refused(r#"{"query":"x","prefer":{"fame":true}}"#, invalid, Some("prefer.fame"));
    check_refused(r#"{"query":"x","view":"likes"}"#, invalid, Some("view"));
    check_refused(r#"{"query":"x","asked_by":"slack:U1"}"#, invalid, Some("asked_by"));
    check_refused(r#"{"query":"x","explain":"all"}"#, invalid, Some("explain"));
    check_refused(r#"{"query":"x","k":"5"}"#, invalid, Some("k"));
    check_refused(r#"{"query":"x","k":-1}"#, invalid, Some("k"));
    check_refused(r#"{"query":"x","k":1e300}"#, invalid, Some("k"));
    check_refused(r#"{"query":"x","query":"y"}"#, invalid, None);
    check_refused(r#"{"query":"x","filters":[null,null]}"#, invalid, Some("filters"));
    check_refused(r#"["x",null,null,null,null,null,null]"#, invalid, None);
    check_refused("{}", invalid, None);
    check_refused("[]", invalid, None);
    check_refused("null", invalid, None);
}

#[test]
fn what_is_not_json_is_told_apart() {
    for body in ["", "{", "{\"query\":\"x\"} x", "{\"query\":\"\\ud800\"}", "query=x", "{\"query\":\"a\nb\"}"]
    {
        check_refused(body, ProblemKind::MalformedJson, None);
    }
    let depth = "[".repeat(60_000);
    check_refused(&depth, ProblemKind::InvalidRequest, None);
    check_refused(&format!(r#"{{"query":{depth}"#), ProblemKind::InvalidRequest, Some("query"));
}

#[test]
fn how_much_is_explained_is_told_apart() {
    let full = ask(r#"{"query":"x","explain":"full"}"#).unwrap();
    assert!(full.explained && full.full);
    assert!(!ask(r#"{"query":"x","explain":"none"}"#).unwrap().explained);
}

#[test]
fn filters_and_channel_reach_the_search() {
    let body =
        r#"{"query":"x","channel":" help ","filters":{"exclude_people":["p1"],"min_confidence":"high"}}"#;
    let search = ask(body).unwrap().search;
    assert_eq!(search.channel.as_deref(), Some("help"));
    assert_eq!(search.exclude_people, [PersonId::new("p1").unwrap()]);
    assert_eq!(search.min_confidence, Confidence::High);
    let body = r#"{"query":"x","prefer":{"hidden_gems":true},"filters":{"regions":["EMEA"],"teams":[" Sales "],
        "languages":["de"],"timezones":["Europe/Berlin"],"sources":["jira"],"channels":["help"],
        "evidence_after":"2025-01-01T00:00:00Z"}}"#;
    let search = ask(body).unwrap().search;
    let one = |text: &str| vec![text.to_owned()];
    let expected = engine::Filters {
        regions: one("EMEA"),
        teams: one("Sales"),
        languages: one("de"),
        timezones: one("Europe/Berlin"),
        sources: one("jira"),
        channels: one("help"),
        evidence_after: Some("2025-01-01T00:00:00Z".parse().unwrap()),
    };
    assert_eq!((search.filters, search.hidden_gems), (expected, true));
    let invalid = ProblemKind::InvalidRequest;
    check_refused(r#"{"query":"x","channel":"  "}"#, invalid, Some("channel"));
    let empty = r#"{"query":"x","filters":{"exclude_people":["p",""]}}"#;
    check_refused(empty, invalid, Some("filters.exclude_people[1]"));
    let many = format!(r#"{{"query":"x","filters":{{"exclude_people":[{}"p"]}}}}"#, r#""p","#.repeat(1_000));
    check_refused(&many, invalid, Some("filters.exclude_people"));
}
