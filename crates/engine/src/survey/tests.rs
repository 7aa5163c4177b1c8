//! A look tells what an ingest then does.

use std::path::PathBuf;
use std::sync::Arc;

use embed::StaticEmbedder;
use ingest::Policy;
use model::Timestamp;

use super::*;
use crate::testing::indexer_config;
use crate::{DataFolder, ExportReport, Indexer, IngestOptions};

const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

fn options(complete: bool) -> SurveyOptions {
    let policy = Policy::shipped().unwrap();
    SurveyOptions {
        limits: indexer_config().limits,
        policy,
        erased: ingest::policy::Suppression::default(),
        now: NOW,
        since: None,
        complete,
    }
}

fn record(id: u32, text: &str) -> String {
    format!(
        "{{\"source\":\"desk\",\"id\":\"{id}\",\"at\":\"2026-03-02T09:{:02}:00Z\",\"channel\":\"pumps\",\
         \"author\":{{\"id\":\"p{}\"}},\"text\":\"{text}\"{}}}\n",
        id % 60,
        id % 3,
        if id > 1 { format!(",\"reply_to\":\"{}\"", id - 1) } else { String::new() },
    )
}

fn counts(report: &ExportReport) -> [u64; 4] {
    [report.added, report.changed, report.same, report.deleted]
}

#[test]
fn a_dry_run_tells_what_the_ingest_then_does() {
    let place = tempfile::tempdir().unwrap();
    let data = DataFolder::new(place.path().join("data"));
    let write = |name: &str, text: String| -> PathBuf {
        let path = place.path().join(name);
        fs_err::write(&path, text).unwrap();
        path
    };
    let all: String = (1..=9).map(|id| record(id, "a word")).collect();
    let less = [1, 2, 3, 4, 7].map(|id| record(id, if id == 3 { "another" } else { "a word" })).concat();
    let gone = "{\"type\":\"delete\",\"source\":\"desk\",\"id\":\"2\"}\n".to_owned();
    let steps = [
        (write("all.jsonl", all.clone()), false, [9, 0, 0, 0]),
        (write("same.jsonl", all), false, [0, 0, 9, 0]),
        (write("less.jsonl", less), true, [0, 1, 4, 4]),
        (write("gone.jsonl", record(10, "new") + &gone), false, [1, 0, 0, 1]),
    ];
    for (export, complete, expected) in steps {
        let before = data.store().exists();
        let dry = dry_run(&data, std::slice::from_ref(&export), &options(complete), &mut |_| {}).unwrap();
        assert_eq!(data.store().exists(), before, "a dry run wrote");
        let embedder = Arc::new(StaticEmbedder::shipped().unwrap());
        let mut indexer = Indexer::open(data.clone(), embedder, indexer_config()).unwrap();
        let run = IngestOptions { complete, ..IngestOptions::at(NOW) };
        let report = indexer.ingest(std::slice::from_ref(&export), &run, &mut |_| {}).unwrap();
        assert_eq!(counts(&dry[0]), counts(&report.exports[0]), "{export:?}");
        assert_eq!(counts(&dry[0]), expected, "{export:?}");
    }
}

#[test]
fn nothing_is_deleted_for_being_absent_from_an_export_that_does_not_read_whole() {
    let place = tempfile::tempdir().unwrap();
    let data = DataFolder::new(place.path().join("data"));
    let export = place.path().join("desk.jsonl");
    let embedder = Arc::new(StaticEmbedder::shipped().unwrap());
    let mut indexer = Indexer::open(data, embedder, indexer_config()).unwrap();
    fs_err::write(&export, record(1, "a") + &record(2, "b")).unwrap();
    indexer.ingest(std::slice::from_ref(&export), &IngestOptions::at(NOW), &mut |_| {}).unwrap();
    fs_err::write(&export, record(1, "a") + "{\"id\": cut\n").unwrap();
    let run = IngestOptions { complete: true, ..IngestOptions::at(NOW) };
    let report = indexer.ingest(&[export], &run, &mut |_| {}).unwrap();
    assert_eq!(report.exports[0].deleted, 0);
    assert!(report.exports[0].warnings.iter().any(|warning| warning.contains("do not read")));
}

#[test]
fn a_plan_counts_people_replies_and_readers() {
    let place = tempfile::tempdir().unwrap();
    let export = place.path().join("desk.jsonl");
    let shut = record(1, "x").replace("pumps", "hr");
    fs_err::write(&export, (2..=9).map(|id| record(id, "a word")).collect::<String>() + &shut).unwrap();
    let plan = plan(&[export], &options(false), &mut |_| {}).unwrap();
    let planned = &plan.exports[0];
    assert_eq!((planned.messages, planned.refused_by_policy, planned.authors), (8, 1, 3));
    assert_eq!((planned.replies, planned.replies_without_question), (8, 1));
    assert_eq!(planned.readers, Readers { everyone: 0, named: 0, nobody: 8 });
    assert_eq!((plan.accounts, plan.unresolved, plan.unresolved_messages), (3, 3, 8));
    assert!(plan.estimate.bytes > 0.0 && plan.estimate.seconds > 0.0);
}
