//! `whoknows eval` on a small organization whose experts are known.

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::support::exports::mail_exchange;
use crate::support::{DESKS, Place, Ran, json_lines, with_fields};

/// A day after [`DESKS`], somebody else answers the first question again.
const LATER: &str = "
    #network 2026-03-04 source=desk visibility=everyone
    11:00 cem: The VPN tunnel drops every hour again, how can I keep it alive?
    11:05 dia > cem: The VPN tunnel needs its keepalive set to ten seconds.
    11:06 cem +1 dia: thanks
";

const VPN: &str = "The VPN tunnel drops every hour, how can I keep it alive?";

fn desks() -> Place {
    Place::with_play(&format!("{DESKS}{LATER}"))
}

fn question(qid: &str, text: &str, ts: &str, more: Value) -> Value {
    with_fields(json!({"qid": qid, "text": text, "ts": ts, "experts": {"desk:ana": 3}}), more)
}

/// Runs the questions and gives what was printed and the run, line by line.
#[track_caller]
fn evaluated(place: &Place, questions: &[Value], arguments: &[&str]) -> (Ran, Vec<Value>) {
    let (queries, out) = (place.write("queries.jsonl", json_lines(questions)), place.path("run.jsonl"));
    let given = ["--queries", queries.to_str().unwrap(), "--out", out.to_str().unwrap()];
    let ran = place.run("eval", &[&given, arguments].concat()).exits(0);
    let run = fs_err::read_to_string(out).unwrap();
    (ran, run.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
}

/// The first account of each person in a line of a run.
fn ranked(line: &Value) -> Vec<&str> {
    line["ranked"].as_array().unwrap().iter().map(|person| person[0].as_str().unwrap()).collect()
}

#[test]
fn a_run_has_the_form_that_was_agreed_on() {
    let place = desks();
    let more = [
        question("q1", VPN, "2026-04-01T00:00:00Z", json!({})),
        question("q2", "zebra", "2026-04-01T00:00:00Z", json!({})),
    ];
    let (ran, run) = evaluated(&place, &more, &[]);
    assert_eq!(run.len(), 2);
    for (line, qid) in run.iter().zip(["q1", "q2"]) {
        let fields = line.as_object().unwrap();
        assert_eq!(fields.keys().collect::<Vec<_>>(), ["qid", "ranked"], "{line}");
        assert_eq!(line["qid"], qid);
        for person in line["ranked"].as_array().unwrap() {
            assert!(
                person.as_array().unwrap().iter().all(|key| key.as_str().unwrap().starts_with("desk:")),
                "{line}"
            );
        }
    }
    assert_eq!(
        ranked(&run[0]).iter().filter(|key| ["desk:ana", "desk:dia"].contains(key)).count(),
        2,
        "{run:?}"
    );
    ran.says(&["subset", "MRR", "nDCG@10", "95 %"]);
}

#[test]
fn a_question_is_answered_with_what_was_known_when_it_was_asked() {
    let place = desks();
    let at = |qid: &str, ts: &str| question(qid, VPN, ts, json!({}));
    let times = [
        at("q1 before everything", "2026-03-02T08:00:00Z"),
        at("q2 after the first answer", "2026-03-02T12:00:00Z"),
        at("q3 after the second", "2026-03-05T00:00:00Z"),
    ];
    let (_, run) = evaluated(&place, &times, &[]);
    assert_eq!(run[0]["ranked"], json!([]), "evidence from later was used");
    assert!(ranked(&run[1]).contains(&"desk:ana") && !ranked(&run[1]).contains(&"desk:dia"), "{run:?}");
    assert!(ranked(&run[2]).contains(&"desk:ana") && ranked(&run[2]).contains(&"desk:dia"), "{run:?}");
}

#[test]
fn whoever_asks_is_never_in_the_run() {
    let place = desks();
    let by = |qid: &str, asker: &str| question(qid, VPN, "2026-04-01T00:00:00Z", json!({"asked_by": asker}));
    let (_, run) =
        evaluated(&place, &[by("ana", "desk:ana"), by("dia", "desk:dia"), by("nobody", "desk:zoe")], &[]);
    assert!(!ranked(&run[0]).contains(&"desk:ana") && ranked(&run[0]).contains(&"desk:dia"), "{run:?}");
    assert!(!ranked(&run[1]).contains(&"desk:dia") && ranked(&run[1]).contains(&"desk:ana"), "{run:?}");
    assert!(ranked(&run[2]).contains(&"desk:dia") && ranked(&run[2]).contains(&"desk:ana"), "{run:?}");
}

/// Two channels whose experts answered the same question equally well: only the channel tells them apart.
fn twins() -> Place {
    Place::with_play(
        "#alpha 2026-03-02 source=desk visibility=everyone
        09:00 bo: How do I renew the build certificate?
        09:05 ana > bo: Run the renewal job for the build certificate and restart the agents.
        #beta 2026-03-02 source=desk visibility=everyone
        09:00 bo: How do I renew the build certificate?
        09:05 cem > bo: Run the renewal job for the build certificate and restart the agents.",
    )
}

#[test]
fn as_much_of_the_channel_is_told_as_was_asked_for() {
    let place = twins();
    let asked = |channel: &str| {
        [question(
            "q",
            "How do I renew the build certificate?",
            "2026-04-01T00:00:00Z",
            json!({"channel": channel}),
        )]
    };
    let first = |channel: &str, part: &[&str]| {
        let (_, run) = evaluated(&place, &asked(channel), part);
        ranked(&run[0])[0].to_owned()
    };
    for (channel, expert) in [("alpha", "desk:ana"), ("beta", "desk:cem")] {
        assert_eq!(first(channel, &["--channel", "full"]), expert);
        assert_eq!(first(&format!("{channel}/sub"), &["--channel", "head"]), expert);
        assert_eq!(first(&format!("{channel}/sub"), &[]), expert, "head is the default");
    }
    let untold = |channel: &str, part: &str| first(channel, &["--channel", part]);
    assert_eq!(untold("alpha", "none"), untold("beta", "none"), "the channel was told");
    assert_eq!(untold("alpha/sub", "full"), untold("beta/sub", "full"), "there is no channel alpha/sub");
}

/// An exchange by mail, opened to everyone, and a truth that has ids of its own.
fn by_mail() -> (Place, PathBuf) {
    let place = Place::new();
    let mails = mail_exchange(VPN, "Set the rekey interval of the VPN tunnel to zero.");
    let export = place.write("a.mbox", mails);
    place.ingest(&[&export]).exits(0);
    place.set_visibility(&export, "mail=everyone");
    let persons = json!([{"id": "person-1", "emails": ["Ana@firm.example"]}, {"id": "person-2", "emails": ["bo@firm.example"]}]);
    let persons = place.write("persons.jsonl", json_lines(persons.as_array().unwrap()));
    (place, persons)
}

#[test]
fn the_truth_may_have_ids_of_its_own() {
    let (place, persons) = by_mail();
    let asked = [question(
        "q",
        VPN,
        "2026-04-01T00:00:00Z",
        json!({"experts": {"person-1": 3}, "asked_by": "person-2"}),
    )];
    let reciprocal_rank = |arguments: &[&str]| {
        let (ran, _) = evaluated(&place, &asked, arguments);
        ran.stdout.lines().nth(1).unwrap().split_whitespace().nth(2).unwrap().to_owned()
    };
    assert_eq!(reciprocal_rank(&["--persons", persons.to_str().unwrap()]), "1.000");
    assert_eq!(reciprocal_rank(&[]), "0.000");
    let of_ana = [question("q", VPN, "2026-04-01T00:00:00Z", json!({"asked_by": "person-1"}))];
    let (_, run) = evaluated(&place, &of_ana, &["--persons", persons.to_str().unwrap()]);
    assert!(!ranked(&run[0]).contains(&"mail:ana@firm.example"), "the asker is named: {run:?}");
}

#[test]
fn the_run_is_the_same_every_time_and_can_be_compared_with_an_earlier_one() {
    let place = desks();
    let asked = [question("q", VPN, "2026-04-01T00:00:00Z", json!({}))];
    let (ran, first) = evaluated(&place, &asked, &[]);
    let earlier = place.path("earlier.jsonl");
    fs_err::copy(place.path("run.jsonl"), &earlier).unwrap();
    let (again, second) = evaluated(&place, &asked, &[]);
    assert_eq!((ran.stdout, first), (again.stdout, second));
    let (compared, _) = evaluated(&place, &asked, &["--against", earlier.to_str().unwrap()]);
    compared.says(&["MRR"]);
}

/// Evaluates a file of questions that does not read.
#[track_caller]
fn check_refused(queries: &str, parts: &[&str]) {
    let place = desks();
    let path = place.write("queries.jsonl", queries);
    let ran = place.run("eval", &["--queries", path.to_str().unwrap()]).exits(4).says(&["queries.jsonl"]);
    ran.says(parts);
}

#[test]
fn questions_that_do_not_read_name_their_line() {
    let good = question("q", VPN, "2026-04-01T00:00:00Z", json!({}));
    check_refused(&format!("{good}\n{{\"qid\":\n"), &["line 2"]);
    check_refused(
        &format!("{good}\n\n{}\n", json!({"qid": "r", "text": "x", "ts": "yesterday"})),
        &["line 3"],
    );
    check_refused(&json!({"qid": "r", "ts": "2026-04-01T00:00:00Z"}).to_string(), &["line 1"]);
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let place = desks();
    let ran = place.run("eval", &["--queries", place.path("none.jsonl").to_str().unwrap()]);
    assert_ne!(ran.code, Some(0));
    ran.says(&["none.jsonl"]);
}
