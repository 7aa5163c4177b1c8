//! What learning found, for people and for programs.

use engine::learn::{FEWEST_TRIED, Line, Report, Verdict};
use serde_json::{Value, json};

use super::{safe, say};

/// Prints the report for people.
pub(crate) fn text(report: &Report, kept: bool, dry_run: bool) {
    say!(
        "{} questions in the past; learned from {}, tried on {}",
        report.n_questions,
        report.n_learned_from,
        report.n_tried
    );
    if !report.lines.is_empty() {
        say!("{:36}{:>8}{:>8}   learned is better by (95 %), p", "", "MRR", "tail");
    }
    for line in &report.lines {
        let tail = line.tail.map_or_else(|| "-".to_owned(), |tail| format!("{tail:.3}"));
        say!("{:36}{:8.3}{tail:>8}   {}", safe(&line.name), line.reciprocal_rank, better(line));
    }
    if let Some(learned) = &report.learned {
        let mut weights: Vec<(&String, &f64)> = learned.weights.iter().collect();
        weights.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()).then(a.0.cmp(b.0)));
        let list: Vec<String> =
            weights.iter().take(12).map(|(name, weight)| format!("{name} {weight:+.2}")).collect();
        say!("heaviest weights: {}", list.join(", "));
    }
    say!("{}", why(report.verdict, kept, dry_run));
}

fn better(line: &Line) -> String {
    line.learned_is_better.as_ref().map_or_else(String::new, |difference| {
        let interval = &difference.interval;
        format!(
            "{:+.3} ({:+.3} to {:+.3}), p {:.3}",
            difference.mean, interval.low, interval.high, difference.p_value
        )
    })
}

fn why(verdict: Verdict, kept: bool, dry_run: bool) -> String {
    match verdict {
        Verdict::Won if kept => {
            "kept: it is better than the shipped weights (a running server takes it when it is started again)"
                .to_owned()
        }
        Verdict::Won if dry_run => "would be kept: it is better than the shipped weights".to_owned(),
        Verdict::Won => "better than the shipped weights, but there is nothing to keep".to_owned(),
        Verdict::TooFew => {
            format!("not kept: fewer than {FEWEST_TRIED} questions to judge by; what ranked before stays")
        }
        Verdict::NotBetter => {
            "not kept: not better than the shipped weights beyond chance; what ranked before stays".to_owned()
        }
        Verdict::BelowSimple => "not kept: a simple method is better; what ranked before stays".to_owned(),
    }
}

/// Prints the report for programs.
pub(crate) fn json(report: &Report, kept: bool) -> anyhow::Result<()> {
    let line = |line: &Line| -> Value {
        let better = line.learned_is_better.as_ref().map(|difference| {
            json!({ "mean": difference.mean, "low": difference.interval.low,
                    "high": difference.interval.high, "p": difference.p_value })
        });
        json!({ "name": line.name, "mrr": line.reciprocal_rank, "tail": line.tail,
                "learned_is_better": better })
    };
    let value = json!({
        "questions": report.n_questions,
        "learned_from": report.n_learned_from,
        "tried": report.n_tried,
        "verdict": report.verdict.as_str(),
        "kept": kept,
        "methods": report.lines.iter().map(line).collect::<Vec<_>>(),
        "weights": report.learned.as_ref().map(|learned| &learned.weights),
    });
    say!("{}", serde_json::to_string_pretty(&value)?);
    Ok(())
}
