//! How well flat talk is parted into conversations, against known truths.
//!
//! `cargo bench -p ingest --bench conversations [-- fit]`; what it prints is explained in `README.md` beside
//! it.

#![expect(clippy::print_stdout, reason = "what a bench finds is printed")]
#![expect(clippy::expect_used, reason = "a bench without its talks has nothing to measure")]

mod baselines;
mod fit;
mod talks;

use eval::{Agreement, link_f1};
use ingest::conversations::flat::{Placed, Weights};
use talks::Talk;

/// A way to part a talk.
type Way<'w> = (&'static str, &'w dyn Fn(&Talk) -> Vec<Placed>);

fn main() {
    let fitting = std::env::args().any(|argument| argument == "fit");
    let mut sets = talks::made_up();
    match talks::hidden() {
        Some(hidden) => sets.extend(hidden),
        None => println!("SKIPPED hidden threads: WHOKNOWS_COLLECTIONS names no folder of collections"),
    }
    let fitted = fitting.then(|| {
        let learning: Vec<&Talk> =
            sets.iter().filter(|set| set.name.ends_with("first half")).flat_map(|set| &set.talks).collect();
        fit::fit(&learning)
    });
    let shipped = |talk: &Talk| talk.read(&mut |choice| Weights::SHIPPED.decide(choice));
    let with_fitted = |talk: &Talk| {
        let weights = fitted.unwrap_or(Weights::SHIPPED);
        talk.read(&mut |choice| weights.decide(choice))
    };
    let mut ways: Vec<Way<'_>> = vec![
        ("every message alone", &baselines::alone),
        ("one conversation", &baselines::one),
        ("pauses of 10 minutes (before)", &baselines::pauses),
        ("shipped weights", &shipped),
    ];
    if fitting {
        ways.push(("fitted now", &with_fitted));
    }
    for set in &sets {
        let messages: usize = set.talks.iter().map(|talk| talk.messages.len()).sum();
        let truly: usize = set.talks.iter().map(Talk::conversations).sum();
        let channels = set.talks.len();
        println!("\n{}: {channels} channels, {messages} messages, {truly} conversations", set.name);
        println!("| way | one-to-one | 1 - VI | exact F1 | link F1 | found |");
        println!("| --- | --- | --- | --- | --- | --- |");
        for (name, way) in &ways {
            println!("| {name} | {} |", figures(&set.talks, way));
        }
    }
}

/// The figures of one way over all talks of a set, each talk as heavy as its messages.
fn figures(talks: &[Talk], way: &dyn Fn(&Talk) -> Vec<Placed>) -> String {
    let (mut parts, mut conversations) = (Vec::new(), 0);
    let (mut links, mut true_links, mut base) = (Vec::new(), Vec::new(), 0);
    for talk in talks {
        let placed = way(talk);
        let found: Vec<usize> = placed.iter().map(|one| one.conversation).collect();
        conversations += found.iter().max().map_or(0, |last| last + 1);
        parts.push(Agreement::of(&found, &talk.truth));
        for (row, one) in placed.iter().enumerate() {
            links.push(base + one.answers.unwrap_or(row));
            let answers = talk.answers.as_ref().and_then(|answers| answers.get(row));
            true_links.push(answers.map(|answers| base + answers.unwrap_or(row)));
        }
        base += placed.len();
    }
    let mean = Agreement::mean(&parts);
    let link = if true_links.iter().any(Option::is_some) {
        format!("{:.3}", link_f1(&links, &true_links))
    } else {
        "–".to_owned()
    };
    let Agreement { one_to_one, variation, exact_f1, .. } = mean;
    format!("{one_to_one:.3} | {variation:.3} | {exact_f1:.3} | {link} | {conversations}")
}
