//! Who may read what, through the command line: what the source states, what policy opens, what a merge gives.

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::support::exports::{
    jira_issue, mail, mail_exchange, slack_channels, slack_day, slack_files, slack_user, slack_users,
    write_files,
};
use crate::support::{Place, json_lines, names, with_fields};

const QUESTION: &str = "How do I rotate the signing keys of the gateway?";
const ANSWER: &str = "Run the rotation job for the signing keys, then restart the gateway.";
const PARAPHRASE: &str = "Who can rotate the signing keys of the gateway?";

/// Asks as somebody.
#[track_caller]
fn check_as(place: &Place, account: &str, expected: &[&str]) {
    place.check_names(PARAPHRASE, &["--as", account], expected);
}

/// Asks as nobody in particular.
#[track_caller]
fn check(place: &Place, expected: &[&str]) {
    place.check_names(PARAPHRASE, &[], expected);
}

/// A message of a jsonl file that asks or answers the question above.
fn message(id: &str, author: &str, text: &str, more: Value) -> Value {
    with_fields(
        json!({
            "id": id, "source": "desk", "channel": "gateway", "conversation": "T-1", "author": {"id": author},
            "at": format!("2026-03-02T09:0{id}:00Z"), "text": text,
        }),
        more,
    )
}

/// A jsonl file of the exchange; each message states `rights`, and `more` lines follow.
fn exchange(place: &Place, rights: &Value, more: &[Value]) -> PathBuf {
    let messages =
        [message("1", "bo", QUESTION, rights.clone()), message("2", "ana", ANSWER, rights.clone())];
    let lines = json_lines(messages.iter().chain(more));
    place.write("desk.jsonl", lines)
}

#[test]
fn a_listed_slack_channel_is_for_everyone_whoever_its_members_are() {
    for members in [&[][..], &["U0BO"][..]] {
        let place = Place::new();
        let mut files = slack_files(QUESTION, ANSWER);
        files[0].1 = slack_channels(&[("C0HELP", "helpdesk", members)]);
        place.ingest(&[&write_files(&place, "slack", &files)]).exits(0);
        check(&place, &["Ana Brandt"]);
    }
}

#[test]
fn a_slack_folder_that_no_list_names_is_for_nobody_and_counted() {
    let place = Place::new();
    let mut files = slack_files("Where is the coffee machine?", "Second floor, beside the stairs.");
    files.push(("old-channel/2026-03-02.json", slack_day(QUESTION, ANSWER)));
    let export = write_files(&place, "slack", &files);
    let report = place.report(&[&export], 0);
    assert_eq!(report["exports"][0]["skipped"]["folder no list names: readable by nobody"], 2, "{report:#}");
    assert_eq!(report["unreadable_documents"]["slack"], 2, "{report:#}");
    check(&place, &[]);
    for account in ["slack:U0ANA", "slack:U0BO"] {
        check_as(&place, account, &[]);
    }
    place.set_visibility(&export, "slack=everyone");
    check(&place, &[]);
}

#[test]
fn private_channels_and_direct_messages_are_left_out() {
    let place = Place::new();
    let mut files = slack_files("Where is the coffee machine?", "Second floor, beside the stairs.");
    files.push(("groups.json", slack_channels(&[("G0SECRET", "secret", &["U0ANA", "U0BO"])])));
    files.push(("dms.json", json!([{"id": "D0PAIR", "members": ["U0ANA", "U0BO"]}]).to_string()));
    files.push(("mpims.json", slack_channels(&[("G0MPIM", "mpdm-ana--bo--cem-1", &["U0ANA", "U0BO"])])));
    for folder in ["secret", "D0PAIR", "mpdm-ana--bo--cem-1"] {
        files.push((
            Box::leak(format!("{folder}/2026-03-02.json").into_boxed_str()),
            slack_day(QUESTION, ANSWER),
        ));
    }
    let report = place.report(&[&write_files(&place, "slack", &files)], 0);
    let skipped = &report["exports"][0]["skipped"];
    for reason in ["private channel left out", "direct message left out", "group direct message left out"] {
        assert_eq!(skipped[reason], 2, "{report:#}");
    }
    assert_eq!(report["exports"][0]["added"], 2, "{report:#}");
    check(&place, &[]);
    check_as(&place, "slack:U0BO", &[]);
    let store = fs_err::read(place.data().join("whoknows.sqlite")).unwrap();
    assert!(!store.windows(8).any(|bytes| bytes == b"rotation"), "what was left out lies in the store");
}

#[test]
fn a_mail_is_for_those_who_wrote_and_received_it() {
    let place = Place::new();
    let (cem, dia) = ("Cem Kaya <cem@firm.example>", "dia@firm.example");
    let other = mail(9, cem, dia, None, "Lunch", "Shall we have lunch on Tuesday?");
    let export = place.write("a.mbox", mail_exchange(QUESTION, ANSWER) + &other);
    place.ingest(&[&export]).exits(0);
    check(&place, &[]);
    check_as(&place, "mail:bo@firm.example", &["Ana Brandt"]);
    check_as(&place, "mail:cem@firm.example", &[]);
    check_as(&place, "mail:stranger@firm.example", &[]);
    // Whoever asks is not named, though they may read it.
    check_as(&place, "mail:ana@firm.example", &[]);
}

#[test]
fn opening_a_source_of_mail_opens_it_and_closing_it_closes_it() {
    let place = Place::new();
    let export = place.write("a.mbox", mail_exchange(QUESTION, ANSWER));
    place.set_visibility(&export, "mail=everyone").says(&["policy: mail is opened to everyone"]);
    check(&place, &["Ana Brandt"]);
    place.set_visibility(&export, "mail=nobody");
    check(&place, &[]);
}

#[test]
fn tickets_are_for_nobody_until_the_operator_opens_them() {
    let place = Place::new();
    let export =
        place.write("jira/SUP-1.json", jira_issue("SUP-1", QUESTION, "It must be done today.", ANSWER));
    let export = export.parent().unwrap();
    let ran = place.ingest(&[export]).exits(0);
    ran.says(&["jira: 2 documents are readable by nobody", "--visibility jira=everyone"]);
    check(&place, &[]);
    check_as(&place, "jira:bo", &[]);
    place.set_visibility(export, "jira=everyone");
    check(&place, &["Ana Brandt"]);
    // Remembered: another ingest without the option does not close it.
    place.ingest(&[export]).exits(0).says(&["policy: jira is opened to everyone"]);
    check(&place, &["Ana Brandt"]);
    place.set_visibility(export, "jira=nobody");
    check(&place, &[]);
}

#[test]
fn jsonl_without_rights_is_for_nobody_until_the_operator_opens_it() {
    let place = Place::new();
    let export = exchange(&place, &json!({}), &[]);
    assert_eq!(place.report(&[&export], 0)["unreadable_documents"], json!({"desk": 2}));
    check(&place, &[]);
    check_as(&place, "desk:bo", &[]);
    place.set_visibility(&export, "other=everyone");
    check(&place, &[]);
    place.set_visibility(&export, "desk=everyone");
    check(&place, &["ana"]);
    place.set_visibility(&export, "desk=nobody");
    check(&place, &[]);
}

#[test]
fn what_a_message_closes_stays_closed_when_its_source_is_opened() {
    let place = Place::new();
    let export = exchange(&place, &json!({"visibility": {"members": ["bo", "cem"]}}), &[]);
    place.ingest(&[&export]).exits(0);
    place.set_visibility(&export, "desk=everyone");
    check(&place, &[]);
    check_as(&place, "desk:bo", &["ana"]);
    check_as(&place, "desk:cem", &["ana"]);
    check_as(&place, "desk:dia", &[]);
    check_as(&place, "other:bo", &[]);
}

#[test]
fn a_message_that_nobody_may_read_is_not_opened_by_anything() {
    let place = Place::new();
    let export = exchange(&place, &json!({"visibility": {"members": []}}), &[]);
    place.ingest(&[&export]).exits(0);
    place.set_visibility(&export, "desk=everyone");
    check(&place, &[]);
    check_as(&place, "desk:ana", &[]);
    check_as(&place, "desk:bo", &[]);
}

#[test]
fn the_answer_is_hidden_with_the_question_it_answers() {
    let place = Place::new();
    let closed = message("1", "bo", QUESTION, json!({"visibility": {"members": ["bo"]}}));
    let open = message("2", "ana", "Run the usual job, then restart.", json!({"visibility": "everyone"}));
    let export = place.write("desk.jsonl", format!("{closed}\n{open}\n"));
    place.ingest(&[&export]).exits(0);
    let answer = place.ask(PARAPHRASE, &[]);
    for secret in ["signing", "rotate", "gateway?"] {
        assert!(!answer.to_string().contains(secret), "{answer:#}");
    }
    assert_eq!(names(&answer), [""; 0], "{answer:#}");
}

#[test]
fn a_container_states_rights_for_its_messages() {
    let container = |rights: Value| {
        with_fields(
            json!({"type": "container", "source": "desk", "id": "gateway", "name": "Gateway"}),
            rights,
        )
    };
    let place = Place::new();
    place.ingest(&[&exchange(&place, &json!({}), &[container(json!({"visibility": "everyone"}))])]).exits(0);
    check(&place, &["ana"]);
    place
        .ingest(&[&exchange(&place, &json!({}), &[container(json!({"visibility": {"members": ["bo"]}}))])])
        .exits(0);
    check(&place, &[]);
    check_as(&place, "desk:bo", &["ana"]);

    let place = Place::new();
    place.ingest(&[&exchange(&place, &json!({}), &[container(json!({"members": ["bo", "dia"]}))])]).exits(0);
    check(&place, &[]);
    check_as(&place, "desk:dia", &["ana"]);
    check_as(&place, "desk:cem", &[]);
    // What the message says goes before what its container says.
    place.ingest(&[&exchange(&place, &json!({"visibility": "everyone"}), &[])]).exits(0);
    check(&place, &["ana"]);
}

#[test]
fn a_container_of_no_source_speaks_for_every_jsonl_source() {
    let place = Place::new();
    let container = json!({"type": "container", "id": "gateway", "name": "Gateway", "members": ["bo"]});
    let export = exchange(&place, &json!({}), &[container]);
    place.ingest(&[&export]).exits(0);
    place.set_visibility(&export, "desk=everyone");
    check(&place, &[]);
    check_as(&place, "desk:bo", &["ana"]);
    check_as(&place, "desk:cem", &[]);
}

#[test]
fn opening_a_source_that_was_never_read_is_pointed_out() {
    let place = Place::new();
    let export = exchange(&place, &json!({}), &[]);
    place.ingest(&[&export]).exits(0);
    place.set_visibility(&export, "dsek=everyone").says(&["nothing was ever read from dsek"]);
}

#[test]
fn whoever_owns_two_accounts_has_the_rights_of_both() {
    let place = Place::new();
    let person = |source: &str, id: &str, emails: &[&str]| json!({"type": "person", "source": source, "id": id, "name": "Bo Lind", "emails": emails});
    let rights = json!({"visibility": {"members": ["bo"]}});
    let export = exchange(
        &place,
        &rights,
        &[person("desk", "bo", &["bo@firm.example"]), person("chat", "b.lind", &[])],
    );
    place.ingest(&[&export]).exits(0);
    check_as(&place, "chat:b.lind", &[]);
    let joined = place.write("people.jsonl", person("chat", "b.lind", &["Bo@Firm.example"]).to_string());
    place.ingest(&[&joined]).exits(0);
    check_as(&place, "chat:b.lind", &["ana"]);
    check_as(&place, "desk:bo", &["ana"]);
}

#[test]
fn one_person_in_three_sources_is_named_once() {
    let place = Place::new();
    let slack = write_files(&place, "slack", &slack_files(QUESTION, ANSWER));
    let mails = place.write("a.mbox", mail_exchange(QUESTION, ANSWER));
    let issue =
        place.write("jira/SUP-1.json", jira_issue("SUP-1", QUESTION, "It must be done today.", ANSWER));
    let jira = issue.parent().unwrap();
    place.ingest(&[&slack, &mails, jira]).exits(0).says(&["6 accounts are 2 people"]);
    place.set_visibility(&mails, "mail=everyone");
    place.set_visibility(jira, "jira=everyone");
    let answer = place.ask(PARAPHRASE, &[]);
    assert_eq!(names(&answer), ["Ana Brandt"], "{answer:#}");
    let contact = json!({"slack": "U0ANA", "email": "ana@firm.example", "jira": "ana"});
    assert_eq!(answer["experts"][0]["contact"], contact);
    let evidence = answer["experts"][0]["evidence"].as_array().unwrap();
    let mut sources: Vec<&str> =
        evidence.iter().map(|evidence| evidence["source"].as_str().unwrap()).collect();
    sources.sort_unstable();
    assert_eq!(sources, ["jira", "mail", "slack"]);
    check_as(&place, "jira:ana", &[]);
}

#[test]
fn people_of_one_name_stay_two() {
    let place = Place::new();
    let user = |id: &str, email: &str| slack_user(id, "Ana Brandt", Some(email));
    let mut files = slack_files(QUESTION, ANSWER);
    files[1].1 =
        json!([user("U0ANA", "ana@firm.example"), user("U0BO", "ana.brandt@firm.example")]).to_string();
    assert_ne!(files[1].1, slack_users());
    place.ingest(&[&write_files(&place, "slack", &files)]).exits(0).says(&["2 accounts are 2 people"]);
    check_as(&place, "slack:U0BO", &["Ana Brandt"]);
    check_as(&place, "slack:U0ANA", &[]);
}

#[test]
fn what_a_closed_source_calls_somebody_is_not_told() {
    let place = Place::new();
    let slack = write_files(&place, "slack", &slack_files(QUESTION, ANSWER));
    let secret = json!({
        "id": "1", "source": "clinic", "at": "2026-03-01T09:00:00Z", "text": "The canteen opens at noon on Mondays from now on, with a new menu.",
        "author": {"id": "patient-77", "name": "Ana (formerly Anton) Brandt", "email": "ana@firm.example"},
    });
    let closed = place.write("clinic.jsonl", json_lines([&secret]));
    place.ingest(&[&slack, &closed]).exits(0).says(&["3 accounts are 2 people"]);
    check(&place, &["Ana Brandt"]);
    place.set_visibility(&closed, "clinic=everyone");
    check(&place, &["Ana (formerly Anton) Brandt"]);
}
