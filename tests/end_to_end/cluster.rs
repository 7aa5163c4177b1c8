//! The vectors in a cluster. The cluster is the stand-in of the crate `standin`: a server of Qdrant's protocol over
//! an exact search in memory, in this process.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use standin::StandIn;

use crate::support::{DESKS, Place, Ran, Server, whoknows};

const QUESTION: &str = "Who keeps the VPN tunnel alive?";

/// As long as a busy machine may take.
const LONGEST: Duration = Duration::from_mins(1);

fn options(place: &Place, cluster: &StandIn, more: &str) -> PathBuf {
    let url = cluster.url();
    let text = format!(
        "[dense]\nurl = \"{url}\"\ntimeout_ms = 10000\n{more}\n[query.confidence]\nname_from = 0.05\n[live]\nwatch_ms = 50\n"
    );
    place.write("cluster.toml", text)
}

fn run(place: &Place, options: &PathBuf, command: &[&str]) -> Ran {
    let mut run = whoknows();
    run.arg(command[0]).arg("--data-dir").arg(place.data()).arg("--config").arg(options).args(&command[1..]);
    run.output().unwrap().into()
}

fn ask(place: &Place, options: &PathBuf) -> Value {
    run(place, options, &["ask", "--json", QUESTION]).exits(0).json()
}

/// An answer without what differs from one time to the next.
fn timeless(mut answer: Value) -> Value {
    answer["query_id"] = json!("");
    answer["took_ms"] = json!(0);
    answer
}

fn points(cluster: &StandIn) -> usize {
    cluster.collections().iter().map(|(_, points)| points).sum()
}

#[test]
fn a_cluster_answers_as_the_process_does() {
    let (place, cluster) = (Place::new(), StandIn::start().unwrap());
    let (there, export) = (options(&place, &cluster, ""), place.play("play.jsonl", DESKS));
    run(&place, &there, &["ingest", export.to_str().unwrap()]).exits(0);
    let here = place.write("here.toml", "[query.confidence]\nname_from = 0.05\n");
    let answer = ask(&place, &there);
    assert_eq!(answer["degraded"], json!([]), "{answer:#}");
    assert_eq!(timeless(answer), timeless(ask(&place, &here)));
    assert!(points(&cluster) > 0 && cluster.aliases().len() == 1);
    let before = cluster.collections();
    run(&place, &there, &["reindex"]).exits(0);
    assert_ne!(cluster.collections(), before, "made anew");
    assert_eq!(points(&cluster), before.iter().map(|(_, points)| points).sum::<usize>());
}

#[test]
fn a_cluster_that_is_down_stops_nothing_and_gets_later_what_it_missed() {
    let (place, mut cluster) = (Place::new(), StandIn::start().unwrap());
    let (options, export) = (options(&place, &cluster, ""), place.play("play.jsonl", DESKS));
    cluster.stop();
    run(&place, &options, &["ingest", export.to_str().unwrap()])
        .exits(0)
        .says(&["wait for the vector cluster"]);
    let answer = ask(&place, &options);
    assert_eq!(answer["degraded"], json!(["dense_unavailable"]), "{answer:#}");
    assert_eq!(answer["experts"][0]["display_name"], "ana");

    let server = Server::start_with_options(&place.data(), &options);
    assert_eq!(server.ask(QUESTION)["degraded"], json!(["dense_unavailable"]));
    cluster.come_back().unwrap();
    let began = Instant::now();
    // The server sends what is missing by itself, and answers from it.
    while server.ask(QUESTION)["degraded"] != json!([]) {
        assert!(began.elapsed() < LONGEST, "it was not filled");
    }
    assert!(points(&cluster) > 0);
}

#[test]
fn a_node_that_only_reads_writes_nothing_there() {
    let (place, cluster) = (Place::with_play(DESKS), StandIn::start().unwrap());
    let reads = options(&place, &cluster, "upload = false");
    run(&place, &reads, &["reindex"]).exits(0);
    assert_eq!(cluster.collections(), []);
    assert_eq!(ask(&place, &reads)["degraded"], json!(["dense_unavailable"]));
}

#[test]
fn words_can_be_searched_there_too_and_are_searched_here_when_it_is_down() {
    let (place, mut cluster) = (Place::new(), StandIn::start().unwrap());
    let (options, export) = (options(&place, &cluster, "words = true"), place.play("play.jsonl", DESKS));
    run(&place, &options, &["ingest", export.to_str().unwrap()]).exits(0);
    let lexical = place.data().join("lexical");
    fs_err::rename(&lexical, place.data().join("away")).unwrap();
    let answer = ask(&place, &options);
    assert_eq!((&answer["experts"][0]["display_name"], &answer["degraded"]), (&json!("ana"), &json!([])));
    cluster.stop();
    run(&place, &options, &["ask", QUESTION]).exits(1).says(&["the vector cluster does not answer"]);
    fs_err::rename(place.data().join("away"), &lexical).unwrap();
    let answer = ask(&place, &options);
    let expected = (&json!("ana"), &json!(["dense_unavailable"]));
    assert_eq!((&answer["experts"][0]["display_name"], &answer["degraded"]), expected);
}

#[test]
fn what_is_forgotten_leaves_the_cluster_with_its_collections() {
    let (place, mut cluster) = (Place::new(), StandIn::start().unwrap());
    let (options, export) = (options(&place, &cluster, ""), place.play("play.jsonl", DESKS));
    run(&place, &options, &["ingest", export.to_str().unwrap()]).exits(0);
    let before = cluster.collections();
    run(&place, &options, &["forget", "person", "desk:ana"]).exits(0);
    let after = cluster.collections();
    assert!(after.len() == 2 && after.iter().all(|one| before.iter().all(|old| old.0 != one.0)), "{after:?}");
    assert_eq!(ask(&place, &options)["degraded"], json!([]));
    cluster.stop();
    run(&place, &options, &["forget", "person", "desk:cem"]).exits(0).says(&["\"cluster_pending\": true"]);
    cluster.come_back().unwrap();
    let again = run(&place, &options, &["ingest", export.to_str().unwrap()]).exits(0);
    assert!(!again.stdout.contains("wait for"), "{}", again.stdout);
    assert!(cluster.collections().iter().all(|one| after.iter().all(|old| old.0 != one.0)));
}

#[test]
fn options_that_cannot_work_are_refused_by_name() {
    let place = Place::new();
    for (bad, name) in [("url = \"qdrant\"", "dense.url"), ("shards = 0", "dense.shards")] {
        let bad = place.write("bad.toml", format!("[dense]\n{bad}\n"));
        let ran: Ran = whoknows().args(["options", "check", "--config"]).arg(bad).output().unwrap().into();
        ran.exits(1).says(&[name]);
    }
}
