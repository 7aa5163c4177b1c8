//! Decisions change who is credited and who may read, survive another ingest, and can be taken back.

use std::path::PathBuf;
use std::sync::Arc;

use embed::StaticEmbedder;

use super::*;
use crate::testing::{finder_config, indexer_config};
use crate::{DataFolder, Finder, IngestOptions};

const RECORDS: &str = r#"
{"type":"container","source":"desk","id":"c1","name":"help","visibility":"everyone"}
{"type":"container","source":"lab","id":"c2","name":"closed","visibility":{"members":["ana2"]}}
{"type":"person","source":"desk","id":"ana","name":"Ana Lee"}
{"type":"person","source":"lab","id":"ana2","name":"Ana Lee"}
{"type":"person","source":"desk","id":"deploy","name":"Deploy","bot":true}
{"source":"desk","id":"1","channel":"c1","author":{"id":"bo"},"at":"2026-01-01T10:00:00Z","text":"How do I rotate the signing key?","conversation":"1"}
{"source":"desk","id":"2","channel":"c1","author":{"id":"ana"},"at":"2026-01-01T10:01:00Z","text":"Run keyctl rotate on the signing host, then restart the signer.","conversation":"1"}
{"source":"lab","id":"3","channel":"c2","author":{"id":"ana2"},"at":"2026-01-01T10:02:00Z","text":"The signing host is rebuilt every night from the golden image.","conversation":"3"}
"#;

fn key(text: &str) -> AccountKey {
    AccountKey::new(text).unwrap()
}

struct Place {
    _folder: tempfile::TempDir,
    export: PathBuf,
    data: DataFolder,
    indexer: Indexer,
}

fn place() -> Place {
    let folder = tempfile::tempdir().unwrap();
    let export = folder.path().join("play.jsonl");
    fs_err::write(&export, RECORDS.trim_start()).unwrap();
    let data = DataFolder::new(folder.path().join("data"));
    let embedder = Arc::new(StaticEmbedder::shipped().unwrap());
    let mut indexer = Indexer::open(data.clone(), embedder, indexer_config()).unwrap();
    let report = indexer
        .ingest(std::slice::from_ref(&export), &IngestOptions::at(model::Timestamp::EPOCH), &mut |_| {})
        .unwrap();
    assert_eq!(report.quarantined(), 0, "{:?}", report.exports[0].issues);
    Place { _folder: folder, export, data, indexer }
}

impl Place {
    /// The accounts of the owner of an account, and in how many conversations the owner is credited.
    fn of(&self, account: &str) -> (Vec<String>, usize) {
        let owner = self.indexer.owner_of(&key(account)).unwrap();
        let mut credited = 0;
        let count = &mut |document: index::store::StoredDocument| {
            credited += usize::from(document.person == owner.id);
            Ok(())
        };
        self.indexer.store.each_document("none", count).unwrap();
        (owner.accounts.iter().map(ToString::to_string).collect(), credited)
    }

    fn reads(&self, account: &str) -> Vec<String> {
        let finder = Finder::open(&self.data, None, finder_config()).unwrap();
        finder.reader_for(&key(account)).accounts().iter().map(ToString::to_string).collect()
    }

    fn merge(&mut self, left: &str, right: &str) -> Result<Decided, Error> {
        self.indexer.merge_people((&key(left), &key(right)), Timestamp::from_millis(1), &mut |_| {})
    }

    fn split(&mut self, account: &str, from: Option<&str>) -> Result<Decided, Error> {
        let from = from.map(key);
        self.indexer.split_people(&key(account), from.as_ref(), Timestamp::EPOCH, &mut |_| {})
    }

    fn undo(&mut self, number: i64) -> Result<Decided, Error> {
        self.indexer.undo_decision(number, Timestamp::from_millis(2), &mut |_| {})
    }
}

#[test]
fn a_merge_joins_credit_and_rights_survives_an_ingest_and_is_undone() {
    let mut place = place();
    assert_eq!(place.of("desk:ana"), (vec!["desk:ana".to_owned()], 1));
    let review = place.indexer.reviews().unwrap();
    assert_eq!((review.len(), review[0].candidate.doubt), (1, "nothing but the name agrees"));

    let decided = place.merge("desk:ana", "lab:ana2").unwrap();
    let together = vec!["desk:ana".to_owned(), "lab:ana2".to_owned()];
    assert_eq!(place.of("lab:ana2"), (together.clone(), 2));
    assert_eq!(place.reads("desk:ana"), together);
    let identities = place.indexer.identities().unwrap();
    let joins: Vec<&JoinRow> = identities.iter().flat_map(|identity| &identity.joins).collect();
    assert_eq!((joins.len(), joins[0].rule.as_str(), joins[0].shared.as_str()), (1, "merged by hand", "1"));

    place
        .indexer
        .ingest(&[place.export.clone()], &IngestOptions::at(model::Timestamp::EPOCH), &mut |_| {})
        .unwrap();
    place.indexer.reindex(&mut |_| {}).unwrap();
    assert_eq!(place.of("lab:ana2"), (together, 2));

    place.undo(decided.number).unwrap();
    assert_eq!(place.of("desk:ana"), (vec!["desk:ana".to_owned()], 1));
    assert_eq!(place.reads("desk:ana"), ["desk:ana"]);
    assert!(place.undo(decided.number).is_err());
}

#[test]
fn what_is_parted_is_not_asked_again_and_cannot_be_merged_unless_undone() {
    let mut place = place();
    let parted = place.split("desk:ana", Some("lab:ana2")).unwrap();
    assert!(place.indexer.reviews().unwrap().is_empty());
    let message = place.merge("desk:ana", "lab:ana2").unwrap_err().to_string();
    assert!(message.contains(&format!("people undo {}", parted.number)), "{message}");
    place.undo(parted.number).unwrap();
    place.merge("desk:ana", "lab:ana2").unwrap();
    // An account that was merged by hand is parted again, whatever joined it.
    place.split("desk:ana", None).unwrap();
    assert_eq!(place.of("desk:ana"), (vec!["desk:ana".to_owned()], 1));
}

#[test]
fn nonsense_is_refused_and_decides_nothing() {
    let mut place = place();
    for (left, right) in [("desk:ana", "desk:ana"), ("desk:ana", "desk:deploy"), ("desk:ana", "desk:nobody")]
    {
        assert!(place.merge(left, right).is_err(), "{left} {right}");
    }
    assert!(place.split("desk:ana", None).is_err());
    assert!(place.indexer.decisions().unwrap().is_empty());
}

#[test]
fn likeness_credits_together_and_opens_nothing() {
    let mut place = place();
    let records = r#"{"type":"person","source":"desk","id":"ana","user_name":"alee"}
{"type":"person","source":"lab","id":"ana2","user_name":"alee"}
"#;
    let more = place.export.with_file_name("more.jsonl");
    fs_err::write(&more, records).unwrap();
    place.indexer.ingest(&[more], &IngestOptions::at(model::Timestamp::EPOCH), &mut |_| {}).unwrap();
    assert_eq!(place.of("desk:ana").1, 2);
    assert_eq!(place.reads("desk:ana"), ["desk:ana"]);
}
