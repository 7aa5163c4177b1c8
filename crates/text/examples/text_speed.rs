//! How fast one core cleans, cuts into tokens and detects, on made-up English text.
//!
//! `cargo run --release -p text --example text_speed`

use std::hint::black_box;
use std::time::Instant;

use text::{Language, Markup};

/// Words of everyday messages, with an identifier now and then.
const WORDS: &[&str] = &[
    "the",
    "server",
    "is",
    "running",
    "out",
    "of",
    "memory",
    "because",
    "we",
    "are",
    "caching",
    "every",
    "request",
    "and",
    "nobody",
    "knows",
    "which",
    "setting",
    "controls",
    "it.",
    "Please",
    "look",
    "at",
    "getUserName()",
    "in",
    "the",
    "module",
    "parse_header",
    "before",
    "you",
    "deploy",
    "version",
    "1.8.0",
    "to",
    "all",
    "customers,",
    "thanks",
    "for",
    "helping",
    "me",
    "with",
    "failing",
    "tests",
    "on",
    "my",
    "machine",
    "when",
    "compiling",
];

/// Texts of about 300 characters; a linear congruential generator chooses the words.
fn texts(count: usize) -> Vec<String> {
    let mut state = 7_u64;
    let mut word = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        WORDS.get((state >> 33) as usize % WORDS.len()).copied().unwrap_or("word")
    };
    (0..count).map(|_| (0..52).map(|_| word()).collect::<Vec<_>>().join(" ")).collect()
}

#[expect(clippy::print_stdout, reason = "an example's figures are its output")]
fn report(what: &str, texts: &[String], mut work: impl FnMut(&str)) {
    let bytes: usize = texts.iter().map(String::len).sum();
    let start = Instant::now();
    for text in texts {
        work(text);
    }
    let seconds = start.elapsed().as_secs_f64();
    println!(
        "{what:<28} {:7.1} MB/s {:9.0} texts/s",
        bytes as f64 / 1e6 / seconds,
        texts.len() as f64 / seconds
    );
}

fn main() {
    let texts = texts(50_000);
    for (name, markup) in [
        ("plain", Markup::Plain),
        ("slack", Markup::Slack),
        ("mail", Markup::Mail),
        ("jira", Markup::JiraWiki),
    ] {
        report(&format!("clean {name}"), &texts, |text| drop(black_box(text::clean(text, markup))));
    }
    let english = Some(Language::English);
    report("tokens, English", &texts, |text| drop(black_box(text::tokens(text, english))));
    report("tokens, no language", &texts, |text| drop(black_box(text::tokens(text, None))));
    let few = [Language::English, Language::German, Language::French, Language::Japanese];
    report("detect, any", &texts, |text| {
        black_box(text::detect(text, &[]));
    });
    report("detect, among four", &texts, |text| {
        black_box(text::detect(text, &few));
    });
    report("snippet", &texts, |text| {
        drop(black_box(text::snippet(text, &|token| token == "deploy", english, 160)));
    });
}
