//! A question is data: whatever it says, it is answered, or refused because it is empty or too long, and never
//! understood as anything else (trust.md S12). Through HTTP, against the real words and the real index.
//!
//! `WHOKNOWS_FULL=1` asks for 10,000 random questions, `WHOKNOWS_COLLECTIONS` names the folder of real ones, `SEED` where
//! chance begins.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use crate::support::chance::{Dice, from_environment, is_full};
use crate::support::demo::demo;
use crate::support::hostile::obeyed;
use crate::support::{Place, Server};

/// Longest question, in characters.
const LONGEST: usize = 4_000;

/// Words that search engines, databases and scripts obey, and pieces of plain questions.
const WORDS: [&str; 32] = [
    "AND", "OR", "NOT", "TO", "IN", "NEAR", "SELECT", "title:", "body:", "*", "?", "~", "^2", "\"", "'", "(",
    ")", "[", "]", "{", "}", "\\", "/", "&&", "||", "!", "+", "-", "how", "printer", "VPN", "can't",
];

/// A question of no sense: of letters anywhere in Unicode, of marks, of pieces that are obeyed elsewhere, short or as
/// long as can be and longer.
fn random(dice: &mut Dice) -> String {
    let length = match dice.below(20) {
        0 => 0,
        1 => dice.below(8) as usize + LONGEST - 4,
        2 | 3 => dice.below(LONGEST as u64) as usize,
        4..=9 => dice.below(12) as usize,
        _ => dice.below(160) as usize,
    };
    let kind = dice.below(6);
    let mut text = String::new();
    while text.chars().count() < length {
        match kind {
            0 => text.push(char::from(dice.below(128) as u8)),
            1 => text.push(char::from(b"!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"[dice.below(32) as usize])),
            2 => text.extend(char::from_u32(dice.below(0x11_0000) as u32)),
            3 => text.push(char::from(b" \t\r\n\x0b\x0c\x00"[dice.below(7) as usize])),
            4 => text.extend(char::from_u32(0x300 + dice.below(0x3000) as u32)),
            _ => {
                text += WORDS[dice.below(32) as usize];
                text.push(' ');
            }
        }
    }
    text.chars().take(length).collect()
}

/// Asserts that a question is answered, or refused for its length alone; whether it was answered.
#[track_caller]
fn check(server: &Server, question: &str, seed: u64) -> bool {
    let answer = server.post_search(&json!({ "query": question }));
    let length = question.trim().chars().count();
    let told = format!("seed {seed}: {question:?} of {length}: {answer:?}");
    let json: Value = serde_json::from_str(&answer.body).unwrap_or_else(|error| panic!("{error}: {told}"));
    if (1..=LONGEST).contains(&length) {
        assert_eq!(answer.status, 200, "{told}");
        assert!(json["experts"].is_array() && json["answers"].is_array(), "{told}");
        return true;
    }
    assert_eq!((answer.status, &json["field"]), (422, &json!("query")), "{told}");
    assert_eq!(json["type"], "urn:whoknows:problem:invalid-request", "{told}");
    false
}

fn collections() -> Option<PathBuf> {
    #[expect(clippy::disallowed_methods, reason = "where the collections lie is the tests' own business")]
    let folder = std::env::var("WHOKNOWS_COLLECTIONS").ok().map(PathBuf::from);
    folder
}

/// The questions of every bundle in a folder.
fn real(folder: &Path) -> Vec<String> {
    let mut bundles: Vec<PathBuf> =
        fs_err::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    bundles.retain(|path| path.to_string_lossy().ends_with(".tar.zst"));
    bundles.sort();
    let read = |bundle: &PathBuf| {
        let mut command = Command::new("tar");
        let output =
            command.args(["-I", "zstd", "-xOf"]).arg(bundle).arg("queries_dev.jsonl").output().unwrap();
        assert!(output.status.success(), "{}", bundle.display());
        String::from_utf8(output.stdout).unwrap()
    };
    let text = |line: &str| {
        let question: Value = serde_json::from_str(line).unwrap();
        question["text"].as_str().unwrap().to_owned()
    };
    bundles.iter().flat_map(|bundle| read(bundle).lines().map(text).collect::<Vec<_>>()).collect()
}

/// A server on the demo that waits for a busy machine.
fn server(place: &Place) -> Server {
    let options = place.write(
        "questions.toml",
        "[server]\ndrain_ms = 0\nrequest_timeout_ms = 60000\nqueue_wait_ms = 60000\n",
    );
    Server::start_with_options(&demo().index(), &options)
}

#[test]
fn whatever_a_question_says_it_is_answered_or_refused_for_its_length() {
    let (place, seed) = (Place::new(), from_environment("SEED", 20_261_122));
    let server = server(&place);
    let mut dice = Dice::new(seed);
    let count = if is_full() { 10_000 } else { 1_000 };
    let answered = (0..count).filter(|_| check(&server, &random(&mut dice), seed)).count();
    let obeyed = obeyed();
    assert!(obeyed.len() >= 200, "{}", obeyed.len());
    for question in &obeyed {
        check(&server, question, seed);
    }
    println!(
        "{count} random questions (seed {seed}), {answered} of them answered; {} that are obeyed elsewhere",
        obeyed.len()
    );
    assert_eq!(server.terminate().code, Some(0));
}

#[test]
fn real_questions_are_answered() {
    let Some(folder) = collections() else {
        println!("SKIPPED: WHOKNOWS_COLLECTIONS does not name the folder of the collections");
        return;
    };
    let place = Place::new();
    let server = server(&place);
    let questions = real(&folder);
    assert!(questions.len() >= 500, "{} real questions", questions.len());
    // Their words are told to nobody, not by a failure either.
    let refused = questions.iter().filter(|question| {
        let status = server.post_search(&json!({ "query": question })).status;
        let fits = (1..=LONGEST).contains(&question.trim().chars().count());
        status != if fits { 200 } else { 422 }
    });
    assert_eq!(refused.count(), 0);
    println!("{} real questions", questions.len());
}
