//! Questions in scripts that write no blanks between words.

use model::{Reader, Timestamp};

use crate::Search;
use crate::testing::{Made, made};

const PLAY: &str = "
    #network 2026-03-02 source=desk visibility=everyone
    09:00 bo: 社内無線の接続が毎時切断されます。対処方法を教えてください。
    09:05 dia > bo: 無線の接続設定で省電力を無効にすると切断されません。
    09:06 bo +1 dia: thanks, that worked
    #printing 2026-03-03 source=desk visibility=everyone
    10:00 bo: The label printer prints blank labels, what is wrong?
    10:04 cem > bo: The label printer needs thermal paper; turn the roll and calibrate it.
";

/// Whether pieces of the question were all there was to compare by.
fn by_pieces_alone(made: &Made, question: &str) -> bool {
    let as_of = "2026-04-01T00:00:00Z".parse::<Timestamp>().unwrap();
    let search = Search::new(question.to_owned(), Reader::anyone(), as_of);
    let person = &made.finder.confidence_config().person;
    let features = made.finder.judged(&search).unwrap().answer_features(person);
    features[3] > 0.5
}

#[test]
fn a_question_of_pieces_that_nothing_is_near_to_is_told_from_one_of_words() {
    let made = made(PLAY);
    assert!(by_pieces_alone(&made, "無線の接続が切断されます"));
    assert!(by_pieces_alone(&made, "printerの無線接続が切断されます"), "the encoder reads little of it");
    assert!(!by_pieces_alone(&made, "why are the labels blank?"), "it was compared by meaning");
}
