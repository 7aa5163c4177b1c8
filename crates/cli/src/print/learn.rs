//! What learning found, for people and for programs.

use engine::Term;
use engine::learn::{Difference, FEWEST_TRIED, Lesson, Line, Report, Verdict, Weights};
use serde_json::{Value, json};

use super::{safe, say};

/// Prints the report for people.
pub(crate) fn text(report: &Report, keeps: bool) {
    say!("{} questions in the past", report.n_questions);
    for lesson in &report.lessons {
        let (from, tried) = (lesson.n_learned_from, lesson.n_tried);
        say!("\n{}: learned from {from}, tried on {tried}", lesson.place.as_str());
        if !lesson.lines.is_empty() {
            say!(
                "{:42}{:>7}{:>8}   learned is better by (95 %), p one-sided; mean of both columns",
                "",
                "MRR",
                "tail"
            );
        }
        for line in &lesson.lines {
            let tail = line.tail.map_or_else(|| "-".to_owned(), |tail| format!("{tail:.3}"));
            let both =
                line.better_in_both.as_ref().map_or_else(String::new, |both| format!("; {}", better(both)));
            let all = line.learned_is_better.as_ref().map_or_else(String::new, better);
            say!("{:42}{:7.3}{tail:>8}   {all}{both}", safe(&line.name), line.reciprocal_rank);
        }
        if let Some(model) = &lesson.model {
            let mut weights: Vec<_> = model.weights().collect();
            weights.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()).then(a.0.cmp(&b.0)));
            let told = |(term, weight): &(Term, f64)| format!("{} {weight:+.2}", term.name());
            let list: Vec<String> = weights.iter().take(12).map(told).collect();
            say!("heaviest weights: {}", list.join(", "));
        }
        say!("{}", why(lesson.verdict, keeps));
    }
}

fn better(difference: &Difference) -> String {
    let (mean, interval, p) = (difference.mean, &difference.interval, difference.p_of_better());
    format!("{mean:+.3} ({:+.3} to {:+.3}), p {p:.3}", interval.low, interval.high)
}

fn why(verdict: Verdict, keeps: bool) -> String {
    match verdict {
        Verdict::Won if keeps => {
            "kept: better than the shipped weights (a running server takes them when it starts again)"
                .to_owned()
        }
        Verdict::Won => "would be kept: better than the shipped weights".to_owned(),
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
pub(crate) fn json(report: &Report, keeps: bool) -> anyhow::Result<()> {
    let line = |line: &Line| -> Value {
        let better = |difference: &Difference| {
            json!({ "mean": difference.mean, "low": difference.interval.low,
                    "high": difference.interval.high, "p_one_sided": difference.p_of_better() })
        };
        json!({ "name": line.name, "mrr": line.reciprocal_rank, "tail": line.tail,
                "learned_is_better": line.learned_is_better.as_ref().map(better),
                "better_in_both": line.better_in_both.as_ref().map(better) })
    };
    let lesson = |lesson: &Lesson| -> Value {
        json!({
            "place": lesson.place.as_str(),
            "learned_from": lesson.n_learned_from,
            "tried": lesson.n_tried,
            "verdict": lesson.verdict.as_str(),
            "kept": keeps && lesson.verdict == Verdict::Won,
            "methods": lesson.lines.iter().map(line).collect::<Vec<_>>(),
            "weights": lesson.model.as_ref().map(|model| Weights::of(model, lesson.n_learned_from).weights),
        })
    };
    let lessons: Vec<Value> = report.lessons.iter().map(lesson).collect();
    let value = json!({ "questions": report.n_questions, "lessons": lessons });
    say!("{}", serde_json::to_string_pretty(&value)?);
    Ok(())
}
