//! `whoknows backtest` on the demo and on small organizations.

use std::sync::OnceLock;

use serde_json::{Value, json};

use crate::support::demo::demo;
use crate::support::{DESKS, Place, Ran, json_lines, whoknows};

/// A month after [`DESKS`], a third question.
const LATER: &str = "
    #network 2026-04-04 source=desk visibility=everyone
    11:00 cem: The VPN tunnel drops every hour again, how can I keep it alive?
    11:05 ana > cem: The VPN tunnel needs its keepalive set to ten seconds.
    11:06 cem +1 ana: thanks
";

/// A channel that only two may read.
const BOARD: &str = "
    #board 2026-04-02 source=desk visibility=ana,dia
    11:00 ana: Which VPN tunnel does the board use, and how is it kept alive?
    11:05 dia > ana: The board has a VPN tunnel of its own, kept alive by the provider.
    11:06 ana +1 dia: thanks
";

fn desks(more: &str) -> Place {
    Place::with_play(&format!("{DESKS}{LATER}{more}"))
}

/// Two weeks of the demo's questions: enough to look at, and answered in a second.
fn on_demo(arguments: &[&str]) -> Ran {
    let mut command = whoknows();
    command.arg("backtest").arg("--data-dir").arg(demo().index()).args(["--horizon", "14"]).args(arguments);
    command.output().unwrap().into()
}

/// The demo's figures, made once.
fn demo_figures() -> &'static Value {
    static FIGURES: OnceLock<Value> = OnceLock::new();
    FIGURES.get_or_init(|| on_demo(&["--json", "--by", "source"]).exits(0).json())
}

fn figure(report: &Value, name: &str) -> f64 {
    report["figures"][name].as_f64().unwrap_or_else(|| panic!("{name} is not in {}", report["figures"]))
}

#[test]
fn the_demos_past_is_answered_from_the_evidence_before_the_cut() {
    let report = demo_figures();
    assert!(report["questions"].as_u64().unwrap() >= 20, "{report:#}");
    assert!(report["cut"].as_str().unwrap() <= report["first"].as_str().unwrap());
    for name in [
        "mrr",
        "hit@5",
        "ndcg@5",
        "tail.n",
        "own_channel.mrr",
        "gini",
        "ece",
        "lead",
        "hidden_recall@25",
        "false_silence",
    ] {
        assert!(figure(report, name).is_finite());
    }
    let names: Vec<&str> =
        report["beside"].as_array().unwrap().iter().map(|system| system["name"].as_str().unwrap()).collect();
    assert!(names.contains(&"busiest people") && names.contains(&"BM25 conversations"), "{names:?}");
}

#[test]
fn the_same_backtest_gives_the_same_bytes_and_its_table_the_same_figures() {
    let (once, again) = (on_demo(&[]).exits(0), on_demo(&[]).exits(0));
    assert_eq!(once.stdout, again.stdout);
    let mean = format!("{:.3}", figure(demo_figures(), "mrr"));
    let row = once.stdout.lines().find(|line| line.starts_with("all ")).unwrap();
    assert_eq!(row.split_whitespace().nth(2).unwrap(), mean);
    once.says(&["tail", "own channel", "Gini", "calibration error", "beside it", "p after Holm"]);
}

#[test]
fn a_gate_that_is_not_reached_ends_with_1_and_says_so() {
    on_demo(&["--gate", "mrr=0.0,gini<=1.0"]).exits(0);
    on_demo(&["--gate", "hit@5=0.0,mrr=1.1"]).exits(1).says(&["gate: mrr is", "at least 1.1"]);
    on_demo(&["--gate", "mrr<=0.0"]).exits(1).says(&["at most 0"]);
    on_demo(&["--gate", "beauty=1"]).exits(1).says(&["beauty", "not measured"]);
    let place = Place::new();
    let file = place.write("gate.toml", "[at_least]\nmrr = 1.1\n[at_most]\ngini = 1.0\n");
    on_demo(&["--gate", file.to_str().unwrap()]).exits(1).says(&["mrr is"]);
    let wrong = place.write("wrong.toml", "mrr = 1\n");
    on_demo(&["--gate", wrong.to_str().unwrap()]).exits(1).says(&["wrong.toml"]);
}

#[test]
fn the_page_needs_nothing_else_and_tells_nothing_of_anybody() {
    let place = Place::new();
    let path = place.path("report.html");
    on_demo(&["--html", path.to_str().unwrap(), "--by", "team"]).exits(0);
    let page = fs_err::read_to_string(path).unwrap();
    assert!(page.starts_with("<!doctype html>") && page.matches("<svg").count() >= 5);
    for outside in ["<script", "http:", "https:", "src=", "@import", "url("] {
        assert!(!page.contains(outside), "{outside} is in the page");
    }
    assert!(page.contains("prefers-color-scheme: dark"));
    // Neither a person of the demo nor what was asked.
    for question in demo().questions() {
        assert!(!page.contains(question["text"].as_str().unwrap()));
        for expert in question["experts"].as_object().unwrap().keys() {
            assert!(!page.contains(expert.as_str()) && !page.contains(expert.trim_start_matches("slack:")));
        }
    }
    for tag in ["table", "section", "svg", "div", "tr", "td", "main"] {
        let (open, close) = (format!("<{tag}"), format!("</{tag}>"));
        let opened =
            page.match_indices(&open).filter(|(at, _)| page[at + open.len()..].starts_with([' ', '>']));
        assert_eq!(opened.count(), page.matches(&close).count(), "<{tag}>");
    }
}

#[test]
fn the_same_options_and_the_same_index_lead_by_nothing() {
    let place = Place::new();
    let options = place.write("same.toml", "version = 1\n");
    let index = demo().index();
    let report = on_demo(&[
        "--json",
        "--compare",
        options.to_str().unwrap(),
        "--compare-dir",
        index.to_str().unwrap(),
    ]);
    let report = report.exits(0).json();
    let compared: Vec<&Value> = report["beside"].as_array().unwrap().iter().rev().take(2).collect();
    for system in compared {
        assert_eq!(
            (&system["lead"][0]["mrr"], &system["lead"][0]["p"]),
            (&json!(0.0), &json!(1.0)),
            "{system}"
        );
    }
}

#[test]
fn evidence_ends_where_the_cut_says_and_questions_where_the_horizon_says() {
    let place = desks("");
    let asked =
        |arguments: &[&str]| place.run("backtest", &[&["--json"], arguments].concat()).exits(0).json();
    let all = asked(&["--cut", "2026-03-01T00:00:00Z"]);
    assert_eq!(all["questions"], 3);
    assert!(figure(&all, "mrr").abs() < 1e-9, "nothing was known before the first question: {all:#}");
    assert_eq!(asked(&["--cut", "2026-03-01T00:00:00Z", "--horizon", "7"])["questions"], 2);
    let late = asked(&["--cut", "2026-04-01T00:00:00Z"]);
    assert_eq!((late["questions"].as_u64(), figure(&late, "mrr")), (Some(1), 1.0));
    place.run("backtest", &["--cut", "2026-06-01T00:00:00Z"]).exits(1).says(&["no question"]);
    assert_ne!(place.run("backtest", &["--share", "1.5"]).code, Some(0));
}

#[test]
fn what_not_everyone_may_read_changes_no_byte() {
    let (open, mixed) = (desks(""), desks(BOARD));
    let report = |place: &Place| place.run("backtest", &["--json", "--share", "0.4"]).exits(0).stdout;
    assert_eq!(report(&open), report(&mixed));
    let hidden = Place::with_play(BOARD);
    hidden.run("backtest", &[]).exits(1).says(&["everyone may read"]);
}

#[test]
fn questions_of_a_file_may_have_impostors_and_no_answer() {
    let place = desks("");
    let at = "2026-05-01T00:00:00Z";
    let questions = [
        json!({"qid": "q1", "text": "How do I keep the VPN tunnel alive?", "ts": at, "kind": "plain",
            "experts": {"desk:ana": 3}, "impostors": {"desk:cem": "asker"}}),
        json!({"qid": "q2", "text": "Who tunes the organ in the chapel?", "ts": at, "kind": "nobody",
            "experts": {}, "nobody": true}),
    ];
    let file = place.write("queries.jsonl", json_lines(&questions));
    let report = place
        .run("backtest", &["--json", "--by", "kind", "--queries", file.to_str().unwrap()])
        .exits(0)
        .json();
    assert_eq!((report["questions"].as_u64(), figure(&report, "mrr")), (Some(1), 1.0));
    assert_eq!(report["figures"]["nobody_recognized"], 1.0);
    assert_eq!(report["figures"]["kind.plain.n"], 1.0);
    assert_eq!((figure(&report, "planted.ndcg@5"), figure(&report, "planted.recognized")), (1.0, 1.0));
    assert!((0.0..=1.0).contains(&figure(&report, "planted.impostors_ranked@3")));
    assert!(figure(&report, "planted.impostors@3").abs() < 1e-9, "who only asks is not shown");
    assert!((figure(&report, "planted.kind.nobody.recognized") - 1.0).abs() < 1e-9);
}
