//! `whoknows synth`: what it writes is read whole, and its questions are scored.

use serde_json::Value;

use crate::support::{Place, whoknows};

#[test]
fn a_planted_organization_is_read_whole_and_its_questions_are_scored() {
    let place = Place::new();
    let out = place.path("planted");
    let at = |name: &str| out.join(name).to_str().unwrap().to_owned();
    let ran =
        whoknows().args(["synth", "--seed", "1", "--size", "small", "--out", out.to_str().unwrap()]).output();
    let printed = String::from_utf8(ran.unwrap().stdout).unwrap();
    assert!(printed.contains("60 questions, 15 of which nobody can answer"), "{printed}");
    // The next steps that are printed hold every export and open what states no readers.
    let step = printed.lines().find(|line| line.contains("whoknows ingest")).unwrap();
    let arguments: Vec<&str> = step.split_whitespace().skip_while(|word| *word != "--visibility").collect();
    place.run("ingest", &arguments).exits(0);

    let questions = eval::parse_questions(&fs_err::read_to_string(at("queries.jsonl")).unwrap()).unwrap();
    assert_eq!(questions.iter().filter(|question| question.nobody).count(), 15);
    assert!(questions.iter().all(|question| question.kind.is_some()));
    assert!(questions.iter().any(|question| question.impostors.values().any(|kind| kind == "lapsed")));

    let run = place.path("run.jsonl").to_str().unwrap().to_owned();
    let (queries, persons) = (at("queries.jsonl"), at("persons.jsonl"));
    place.run("eval", &["--queries", &queries, "--persons", &persons, "--out", &run]).exits(0);
    let answered = fs_err::read_to_string(run).unwrap();
    let people: Vec<Value> = answered.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let accounts = |line: &Value| line["ranked"][0].as_array().map_or(0, Vec::len);
    assert!(people.iter().any(|line| accounts(line) >= 3), "chat, mail and tickets of one person are joined");

    let page = place.path("report.html").to_str().unwrap().to_owned();
    let told = ["--queries", &queries, "--persons", &persons, "--view", "knows", "--html", &page];
    place.run("backtest", &told).exits(0);
    let page = fs_err::read_to_string(page).unwrap();
    assert!(page.contains("Who knows, and who only seems to") && page.contains("impostors shown"), "{page}");
}
