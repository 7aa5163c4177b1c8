//! The demo, ask, serve and eval, as a user runs them.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::support::demo::demo;
use crate::support::{Place, Ran, Server, bare, names, whoknows};

/// What nobody in the demo's company ever wrote about.
const UNKNOWN: &str = "Who has filmed a documentary about penguins?";

/// `ask --json` in the demo.
#[track_caller]
fn ask_demo(question: &str, arguments: &[&str]) -> Value {
    let mut command = whoknows();
    command.arg("ask").arg("--data-dir").arg(demo().index()).args(["--json", question]).args(arguments);
    Ran::from(command.output().unwrap()).exits(0).json()
}

/// Whether somebody who is named is known to know.
fn names_an_expert(answer: &Value, question: &Value) -> bool {
    let known: BTreeSet<&str> = question["experts"].as_object().unwrap().keys().map(String::as_str).collect();
    let experts = answer["experts"].as_array().unwrap().iter();
    experts
        .filter_map(|expert| expert["contact"]["slack"].as_str())
        .any(|id| known.contains(format!("slack:{id}").as_str()))
}

#[test]
fn the_demo_answers_three_questions_and_ends() {
    let demo = demo();
    assert_eq!(demo.ran.code, Some(0), "{}", demo.ran.stderr);
    let questions: Vec<&str> = demo.ran.stdout.lines().filter_map(|line| line.strip_prefix("? ")).collect();
    assert_eq!(questions.len(), 3, "{}", demo.ran.stdout);
    for (asked, known) in questions.iter().zip(demo.questions()) {
        assert_eq!(*asked, known["text"].as_str().unwrap());
        let answer = ask_demo(asked, &["-k", "3"]);
        assert!(names_an_expert(&answer, &known), "{asked}: {answer:#}");
        for name in names(&answer) {
            assert!(demo.ran.stdout.contains(name), "{name} is not on the terminal: {}", demo.ran.stdout);
        }
    }
    assert!(demo.ran.stdout.contains("answered") && demo.ran.stdout.contains("already answered:"));
}

#[test]
fn everybody_whom_the_demo_names_has_reasons_and_evidence() {
    for question in demo().questions() {
        let answer = ask_demo(question["text"].as_str().unwrap(), &[]);
        for expert in answer["experts"].as_array().unwrap() {
            let empty = |field: &str| expert[field].as_array().unwrap().is_empty();
            assert!(!empty("reasons") && !empty("evidence"), "{question}: {expert:#}");
        }
    }
}

#[test]
fn the_demo_finds_its_experts_well() {
    let questions = demo().folder.join("questions.jsonl");
    let mut command = whoknows();
    command.arg("eval").arg("--data-dir").arg(demo().index()).arg("--queries").arg(questions);
    let ran = Ran::from(command.output().unwrap()).exits(0);
    let mut rows = ran.stdout.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
    assert_eq!(rows.next().unwrap()[..3], ["subset", "n", "MRR"], "{}", ran.stdout);
    let all = rows.next().unwrap();
    assert_eq!(all[..2], ["all", demo().questions().len().to_string().as_str()], "{}", ran.stdout);
    let reciprocal_rank: f64 = all[2].parse().unwrap();
    assert!((0.55..1.0).contains(&reciprocal_rank), "{}", ran.stdout);
}

#[test]
fn the_terminal_and_the_api_give_the_same_answer() {
    let server = Server::start(&demo().index());
    let questions = demo().questions();
    let mut questions: Vec<&str> =
        questions.iter().take(8).map(|question| question["text"].as_str().unwrap()).collect();
    questions.push(UNKNOWN);
    for question in questions {
        assert_eq!(bare(server.ask(question)), bare(ask_demo(question, &[])), "{question}");
    }
}

#[test]
fn what_nobody_wrote_about_names_nobody_and_says_why() {
    let answer = ask_demo(UNKNOWN, &[]);
    assert_eq!(names(&answer), [""; 0]);
    assert!(["no_evidence", "below_confidence"].contains(&answer["reason"].as_str().unwrap()), "{answer:#}");
    let ran = whoknows().arg("ask").arg("--data-dir").arg(demo().index()).arg(UNKNOWN).output().unwrap();
    Ran::from(ran).exits(0).says(&["nobody is known to know"]);
}

#[test]
fn the_server_serves_the_page_and_says_that_it_is_ready() {
    let server = Server::start(&demo().index());
    let page = server.get("/");
    assert_eq!(page.status, 200);
    assert!(page.header("content-type").unwrap().starts_with("text/html"), "{page:?}");
    for asset in ["/assets/page.css", "/assets/page.js"] {
        assert!(page.body.contains(asset), "the page does not ask for {asset}");
        assert_eq!(server.get(asset).status, 200, "{asset}");
    }
    assert_eq!(server.get("/healthz").status, 200);
    let ready = server.get("/readyz");
    assert_eq!((ready.status, &ready.json()["status"]), (200, &"ready".into()));
    assert!(ready.json()["documents"].as_u64().unwrap() > 1_000, "{ready:?}");
    assert_eq!(server.get("/v1/nothing").status, 404);
}

#[test]
fn a_server_that_is_told_to_stop_ends_well() {
    let server = Server::start(&demo().index());
    server.ask("How do I reset a password?");
    let ran = server.terminate().exits(0);
    assert_eq!(ran.stdout, "", "more on stdout than where it listens");
    assert!(ran.stderr.contains("stopped"), "{}", ran.stderr);
}

#[test]
fn a_demo_replaces_an_earlier_one_but_nothing_else() {
    let place = Place::new();
    let run = |folder: &str| {
        let folder = place.path(folder);
        Ran::from(whoknows().args(["demo", "--once", "--data-dir"]).arg(folder).output().unwrap())
    };
    run("demo").exits(0);
    fs_err::write(place.path("demo/exports/left-over"), "x").unwrap();
    let again = run("demo").exits(0).says(&["0 changed, 0 unchanged"]);
    assert_eq!(again.stdout.lines().filter(|line| line.starts_with("? ")).count(), 3);
    assert!(!place.path("demo/exports/left-over").exists());

    let kept = place.write("work/thesis.txt", "years of work");
    run("work").exits(1).says(&["work is not empty", "hint: pass another --data-dir"]);
    assert_eq!(fs_err::read_to_string(kept).unwrap(), "years of work");
    assert_eq!(fs_err::read_dir(place.path("work")).unwrap().count(), 1);
}

#[test]
fn the_demo_hands_out_keys_with_which_two_people_can_sign_in() {
    let server = Server::start(&demo().index());
    let lines = demo().ran.stdout.lines().filter_map(|line| line.trim_start().split_once(": wk1_"));
    let signed_in = lines.map(|(name, rest)| {
        let key = format!("authorization: Bearer wk1_{rest}\r\n");
        let me = server.send_with("GET /v1/me", &key, None).json();
        assert_eq!(me["display_name"], name, "{me:#}");
    });
    assert_eq!(signed_in.count(), 2);
}

#[test]
fn whoever_asks_before_ingesting_is_told_to_ingest() {
    let place = Place::new();
    for (command, argument) in [("ask", "who knows?"), ("serve", "--address=127.0.0.1:0")] {
        place.run(command, &[argument]).exits(1).says(&["holds no index yet", "whoknows ingest"]);
    }
    place.run("reindex", &[]).exits(1).says(&["holds no index yet", "whoknows ingest"]);
    assert!(!place.data().exists(), "asking made a data directory");
}

#[test]
fn a_wrong_command_line_says_what_is_wrong() {
    let place = Place::new();
    place.run("ask", &["--limit", "21", "x"]).exits(1).says(&["21 is not in 1..=20"]);
    place.run("ask", &["--as", "ana", "x"]).exits(1).says(&["source:native-id"]);
    place.run("ask", &[""]).exits(1);
    place.run("ingest", &["--visibility", "desk=all", "x"]).exits(1).says(&["neither everyone nor nobody"]);
}
