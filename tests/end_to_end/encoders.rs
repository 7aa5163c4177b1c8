//! Encoders: changed, missing, failing. The endpoint is a server of the test's own.

use std::net::TcpListener;
use std::path::PathBuf;

use serde_json::json;

use crate::support::endpoint::{self, endpoint};
use crate::support::{DESKS, Place, Ran, whoknows};

const QUESTION: &str = "Who keeps the VPN tunnel alive?";

/// Options that choose an endpoint.
fn http_options(place: &Place, name: &str, url: &str) -> PathBuf {
    let options = format!(
        "[embed]\nmodel = \"http\"\n[embed.http]\nurl = \"{url}\"\nmodel = \"letters\"\ndimensions = 26\n\
         attempts = 1\n[query.confidence]\nname_from = 0.05\n"
    );
    place.write(name, options)
}

fn run(place: &Place, options: Option<&PathBuf>, command: &[&str]) -> Ran {
    let mut run = whoknows();
    run.args(command).arg("--data-dir").arg(place.data());
    if let Some(options) = options {
        run.arg("--config").arg(options);
    }
    run.output().unwrap().into()
}

#[test]
fn another_encoder_needs_a_reindex_and_says_so() {
    let place = Place::with_play(DESKS);
    let http = http_options(&place, "http.toml", &endpoint());
    run(&place, Some(&http), &["ask", QUESTION]).exits(1).says(&["minilm-static", "http-letters", "reindex"]);
    run(&place, Some(&http), &["reindex"]).exits(0);
    let answer = run(&place, Some(&http), &["ask", "--json", QUESTION]).exits(0).json();
    assert_eq!(answer["degraded"], json!([]), "{answer:#}");
    run(&place, None, &["ask", QUESTION]).exits(1).says(&["reindex"]);
    run(&place, None, &["reindex"]).exits(0);
    place.check_names(QUESTION, &[], &["ana"]);
}

#[test]
fn an_ingest_with_another_encoder_is_a_new_generation() {
    let place = Place::with_play(DESKS);
    let before = place.ask(QUESTION, &[])["generation"].as_u64().unwrap();
    let http = http_options(&place, "http.toml", &endpoint());
    let export = place.play("play.jsonl", DESKS);
    run(&place, Some(&http), &["ingest", export.to_str().unwrap()]).exits(0);
    let after = run(&place, Some(&http), &["ask", "--json", QUESTION]).exits(0).json();
    assert!(after["generation"].as_u64().unwrap() > before, "{after:#}");
}

#[test]
fn an_endpoint_that_is_gone_leaves_the_words() {
    let place = Place::with_play(DESKS);
    // The same address and model, first served, then not: a port that nobody listens on.
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/v1/embeddings", free.local_addr().unwrap());
    let http = http_options(&place, "http.toml", &url);
    let server = std::thread::spawn(move || {
        let (mut connection, _) = free.accept().unwrap();
        endpoint::answer(&mut connection);
    });
    run(&place, Some(&http), &["reindex"]).exits(0);
    server.join().unwrap();
    let answer = run(&place, Some(&http), &["ask", "--json", QUESTION]).exits(0).json();
    assert_eq!(answer["degraded"], json!(["dense_unavailable"]), "{answer:#}");
    assert_eq!(answer["experts"][0]["display_name"], "ana");
}

#[test]
fn without_an_encoder_words_answer_and_nothing_is_missing() {
    let place = Place::new();
    let export = place.play("play.jsonl", DESKS);
    let none = place.write("none.toml", "[embed]\nmodel = \"none\"\n");
    run(&place, Some(&none), &["ingest", export.to_str().unwrap()]).exits(0);
    let answer = run(&place, Some(&none), &["ask", "--json", QUESTION]).exits(0).json();
    assert_eq!(answer["degraded"], json!([]), "{answer:#}");
    assert_eq!(answer["experts"][0]["display_name"], "ana");
}

#[test]
fn a_model_that_is_not_here_says_how_to_get_it() {
    let place = Place::with_play(DESKS);
    let minilm = place.write("minilm.toml", "[embed]\nmodel = \"minilm\"\n");
    run(&place, Some(&minilm), &["ask", QUESTION]).exits(1).says(&["whoknows models fetch minilm"]);
    run(&place, Some(&minilm), &["models", "list"]).exits(0).says(&["* minilm", "not here", "static"]);
    let empty = place.folder("empty");
    let from = ["models", "fetch", "minilm", "--from", empty.to_str().unwrap()];
    run(&place, None, &from).exits(1).says(&["holds no model.safetensors"]);
    let hub = place.write("hub.toml", "[embed.minilm]\nhub = \"http://127.0.0.1:9/none\"\n");
    run(&place, Some(&hub), &["models", "fetch", "minilm"]).exits(1).says(&["--from PATH"]);
}

#[test]
fn options_that_cannot_work_are_refused_by_name() {
    let place = Place::new();
    let bad = place.write("bad.toml", "[embed]\nmodel = \"http\"\n");
    let ran: Ran = whoknows().args(["options", "check", "--config"]).arg(bad).output().unwrap().into();
    ran.exits(1).says(&["embed.http.url"]);
    let bad = place.write("bad.toml", "[embed]\nmodel = \"best\"\n");
    let ran: Ran = whoknows().args(["options", "check", "--config"]).arg(bad).output().unwrap().into();
    ran.exits(1).says(&["embed.model"]);
}
