//! The encoder that ships: its files, its manners, and whether it tells meanings apart.

use std::fmt::Write;
use std::path::PathBuf;

use embed::{Embedder, Error, StaticEmbedder};
use sha2::{Digest, Sha256};

fn folder() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../data/models/minilm-static-256"))
}

fn sha256(content: &[u8]) -> String {
    Sha256::digest(content).iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn cosine(embedder: &StaticEmbedder, left: &str, right: &str) -> Result<f32, Error> {
    embedder.embed_one(left)?.dot(&embedder.embed_one(right)?)
}

#[test]
fn it_keeps_every_promise_of_an_embedder() {
    assert_eq!(embed::conformance::check(&StaticEmbedder::shipped().unwrap()), Ok(()));
}

#[test]
fn the_files_are_those_of_the_manifest_and_name_the_model() {
    let manifest = std::fs::read_to_string(folder().join("manifest.toml")).unwrap();
    let manifest: toml::Table = manifest.parse().unwrap();
    let mut together = String::new();
    for name in ["table.safetensors", "tokenizer.json"] {
        let found = sha256(&std::fs::read(folder().join(name)).unwrap());
        assert_eq!(manifest["files"][name].as_str(), Some(found.as_str()), "{name}");
        together += &found;
    }
    let embedder = StaticEmbedder::shipped().unwrap();
    let expected = format!("minilm-static-256@{}", &sha256(together.as_bytes())[..12]);
    assert_eq!(embedder.model_id().as_str(), expected);
    assert_eq!(embedder.dimensions(), 256);
}

#[test]
fn a_paraphrase_is_closer_than_another_subject() {
    let embedder = StaticEmbedder::shipped().unwrap();
    for (question, paraphrase, other) in [
        ("How do I reset my password?", "I forgot my login credentials", "The printer is out of paper"),
        ("The database query is slow", "SQL performance problem", "Lunch menu for next week"),
        ("Who knows how to deploy containers?", "Docker image rollout", "vacation policy in Spain"),
        (
            "memory leak in the server process",
            "RAM usage grows until the daemon crashes",
            "new office chairs",
        ),
        ("invoice for a customer in Germany", "billing a German client", "compiler warning about types"),
        ("our website certificate expired", "renew SSL for the web server", "soccer match on Friday"),
        ("hiring a new engineer", "job interview with a software developer", "disk is full on the host"),
        (
            "gradient descent does not converge",
            "training the neural network",
            "parking permit for the garage",
        ),
    ] {
        let near = cosine(&embedder, question, paraphrase).unwrap();
        let far = cosine(&embedder, question, other).unwrap();
        assert!(near > far + 0.1, "{question}: {near} against {far}");
    }
}

#[test]
fn case_accents_and_punctuation_do_not_matter() {
    let embedder = StaticEmbedder::shipped().unwrap();
    for (left, right) in [("Café MENU", "cafe menu"), ("rollout, “failed”!", "Rollout failed")] {
        assert!(cosine(&embedder, left, right).unwrap() > 0.9999, "{left}");
    }
}

#[test]
fn frequent_words_hardly_count() {
    let embedder = StaticEmbedder::shipped().unwrap();
    let wordy = "it is about the renewal of a certificate";
    assert!(cosine(&embedder, "certificate renewal", wordy).unwrap() > 0.9);
}

#[test]
fn a_text_without_a_known_word_is_zero() {
    let embedder = StaticEmbedder::shipped().unwrap();
    for text in ["", "  ", "?!…", "🚀", "\0", &"x".repeat(101)] {
        assert!(embedder.embed_one(text).unwrap().is_zero(), "{text}");
    }
}

#[test]
fn what_lies_beyond_the_cut_does_not_count() {
    let embedder = StaticEmbedder::shipped().unwrap();
    let vector = |text: &str| embedder.embed_one(text).unwrap();
    let words = "certificate ".repeat(256) + &"key ".repeat(256);
    assert_eq!(vector(&words), vector(&format!("{words}lunch")), "512 word pieces");
    let blanks = " ".repeat(3_989);
    assert_eq!(vector(&format!("certificate{blanks}lunch")), vector("certificate"), "4,000 characters");
    assert_ne!(vector("certificate lunch"), vector("certificate"));
}

#[test]
fn a_byte_a_dimension_keeps_the_cosine() {
    let embedder = StaticEmbedder::shipped().unwrap();
    let texts =
        ["How do I reset my password?", "I forgot my login credentials", "The printer is out of paper"];
    let exact = embedder.embed(&texts).unwrap();
    for left in &exact {
        for right in &exact {
            let quantized = left.quantize().dot(&right.quantize()).unwrap();
            assert!((left.dot(right).unwrap() - quantized).abs() < 0.005);
        }
    }
}
