//! Questions in scripts that are cut into overlapping pieces instead of words.

use std::sync::Arc;

use embed::{Embedder, ModelId, UnitVector};
use model::{Reader, Timestamp};

use crate::testing::{finder_config, indexer_config, made};
use crate::{DataFolder, Finder, Indexer, IngestOptions, Search};

const PLAY: &str = "
    #network 2026-03-02 source=desk visibility=everyone
    09:00 bo: 社内無線の接続が毎時切断されます。対処方法を教えてください。
    09:05 dia > bo: 無線の接続設定で省電力を無効にすると切断されません。
    09:06 bo +1 dia: thanks, that worked
    #printing 2026-03-03 source=desk visibility=everyone
    10:00 bo: The label printer prints blank labels, what is wrong?
    10:04 cem > bo: The label printer needs thermal paper; turn the roll and calibrate it.
";

const QUESTION: &str = "無線の接続が切断されます";

/// Whether pieces of the question were all there was to compare by.
fn by_pieces_alone(finder: &Finder, question: &str) -> bool {
    let as_of = "2026-04-01T00:00:00Z".parse::<Timestamp>().unwrap();
    let search = Search::new(question.to_owned(), Reader::anyone(), as_of);
    let person = &finder.confidence_config().person;
    let features = finder.judged(&search).unwrap().answer_features(person);
    features[3] > 0.5
}

/// Reads every script, if not deeply: all texts are alike.
#[derive(Debug)]
struct Polyglot(ModelId);

impl Embedder for Polyglot {
    fn model_id(&self) -> &ModelId {
        &self.0
    }

    fn dimensions(&self) -> usize {
        2
    }

    fn embed(&self, texts: &[&str]) -> Result<Vec<UnitVector>, embed::Error> {
        texts.iter().map(|_| UnitVector::normalized(vec![1.0, 1.0])).collect()
    }
}

#[test]
fn the_shipped_encoder_leaves_a_japanese_question_to_its_pieces() {
    let made = made(PLAY);
    assert!(by_pieces_alone(&made.finder, QUESTION));
    assert!(
        by_pieces_alone(&made.finder, "printerの無線接続が切断されます"),
        "the encoder reads little of it"
    );
    assert!(!by_pieces_alone(&made.finder, "why are the labels blank?"));
}

#[test]
fn what_an_encoder_can_read_is_compared_by_more_than_pieces() {
    let folder = tempfile::tempdir().unwrap();
    let export = folder.path().join("play.jsonl");
    fs_err::write(&export, synth::screenplay(PLAY).unwrap()).unwrap();
    let data = DataFolder::new(folder.path().join("data"));
    let embedder = Arc::new(Polyglot(ModelId::new("polyglot".to_owned()).unwrap()));
    let mut indexer = Indexer::open(data.clone(), embedder.clone(), indexer_config()).unwrap();
    indexer.ingest(&[export], &IngestOptions::at(Timestamp::EPOCH), &mut |_| {}).unwrap();
    let finder = Finder::open(&data, Some(embedder), finder_config()).unwrap();
    assert!(!by_pieces_alone(&finder, QUESTION));
}
