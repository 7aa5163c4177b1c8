//! What learning found, for people and for programs.

use engine::Term;
use engine::learn::{
    Answered, Belief, COVERAGES, Difference, FEWEST_TRIED, Lesson, Line, Report, SilenceLesson,
    SurenessLesson, Threshold, Verdict, Weights,
};
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
    if let Some(lesson) = &report.sureness {
        sureness(lesson, keeps);
    }
    if let Some(lesson) = &report.silence {
        silence(lesson, keeps);
    }
}

/// How sure answers may sound: whether one of the first five answers.
fn sureness(lesson: &SurenessLesson, keeps: bool) {
    let (from, tried) = (lesson.n_learned_from, lesson.n_tried);
    let place = lesson.place.as_str();
    say!("\nhow sure that one of the first five answers, {place}: learned from {from}, tried on {tried}");
    let (Some(learned), Some(shipped)) = (&lesson.learned, &lesson.shipped) else {
        say!("{}", why(Verdict::TooFew, keeps));
        return;
    };
    let columns =
        |texts: Vec<String>| texts.iter().fold(String::new(), |line, text| line + &format!("{text:>8}"));
    let heads = columns(COVERAGES.iter().map(|coverage| format!("{:.0} %", coverage * 100.0)).collect());
    say!("{:10}{:>7}{:>10}{:>7}   hit@5 of the surest{heads}", "", "ECE", "log loss", "AURC");
    for (name, belief) in [("learned", learned), ("shipped", shipped)] {
        let hits = columns(belief.hits.iter().map(|hit| format!("{hit:.3}")).collect());
        let Belief { calibration_error, log_loss, area, .. } = belief;
        say!("{name:10}{calibration_error:7.3}{log_loss:10.3}{area:7.3}   {:19}{hits}", "");
    }
    if let Some(better) = &lesson.learned_is_better {
        let (low, high) = (better.interval.low, better.interval.high);
        let (mean, p) = (better.mean, better.p_value);
        say!("log loss is lower by {mean:+.3} ({low:+.3} to {high:+.3}), p {p:.3}");
    }
    say!("{}", why(lesson.verdict, keeps));
}

/// From which probability on somebody is named.
fn silence(lesson: &SilenceLesson, keeps: bool) {
    let SilenceLesson { n_learned_from, configured, learned, tried, verdict } = lesson;
    let percent = |share: f64| format!("{:.0} %", share * 100.0);
    say!("\nanswered questions met with silence: learned from {n_learned_from}, the newest counting most");
    say!(
        "by the options: {}, below a probability of {:.3}",
        percent(configured.silent),
        configured.name_from
    );
    if *verdict == Verdict::Won {
        say!("learned: {}, below {:.3}", percent(learned.silent), learned.name_from);
    }
    if let Some((n, by_options, by_learned)) = tried {
        let (by_options, by_learned) = (percent(*by_options), percent(*by_learned));
        say!(
            "tried on the last {n}: by the options {by_options}, by what was learned before them {by_learned}"
        );
    }
    match verdict {
        Verdict::Won if keeps => {
            say!(
                "kept: somebody is named from {:.3} on (by a running server, once restarted)",
                learned.name_from
            );
        }
        Verdict::Won => say!("would be kept: somebody would be named from {:.3} on", learned.name_from),
        Verdict::TooFew => say!("{}", why(Verdict::TooFew, keeps)),
        Verdict::NotBetter | Verdict::BelowSimple => say!("low enough: the options hold"),
    }
}

fn better(difference: &Difference) -> String {
    let (mean, interval, p) = (difference.mean, &difference.interval, difference.p_of_better());
    format!("{mean:+.3} ({:+.3} to {:+.3}), p {p:.3}", interval.low, interval.high)
}

fn why(verdict: Verdict, keeps: bool) -> String {
    match verdict {
        Verdict::Won if keeps => {
            "kept: better than what ships (a running server takes them when it starts again)".to_owned()
        }
        Verdict::Won => "would be kept: better than what ships".to_owned(),
        Verdict::TooFew => {
            format!("not kept: fewer than {FEWEST_TRIED} questions to judge by; what was before stays")
        }
        Verdict::NotBetter => {
            "not kept: not better than what ships beyond chance; what was before stays".to_owned()
        }
        Verdict::BelowSimple => "not kept: a simple method is better; what was before stays".to_owned(),
    }
}

/// Prints the report for programs.
pub(crate) fn json(report: &Report, keeps: bool) -> anyhow::Result<()> {
    super::json(&value(report, keeps))?;
    Ok(())
}

/// What was learned, for programs.
pub(crate) fn value(report: &Report, keeps: bool) -> Value {
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
    let sureness = report.sureness.as_ref().map(|lesson| sureness_json(lesson, keeps));
    let silence = report.silence.as_ref().map(|lesson| silence_json(lesson, keeps));
    json!({ "questions": report.n_questions, "lessons": lessons, "sureness": sureness, "silence": silence })
}

fn silence_json(lesson: &SilenceLesson, keeps: bool) -> Value {
    let threshold = |of: &Threshold| json!({ "name_from": of.name_from, "silent": of.silent });
    let tried = |(n, configured, learned): (usize, f64, f64)| json!({ "questions": n, "silent_configured": configured, "silent_learned": learned });
    json!({
        "learned_from": lesson.n_learned_from,
        "verdict": lesson.verdict.as_str(),
        "kept": keeps && lesson.verdict == Verdict::Won,
        "configured": threshold(&lesson.configured),
        "learned": threshold(&lesson.learned),
        "tried": lesson.tried.map(tried),
    })
}

fn sureness_json(lesson: &SurenessLesson, keeps: bool) -> Value {
    let belief = |belief: &Option<Belief>| {
        belief.as_ref().map(|belief| {
            let table = COVERAGES.iter().zip(belief.hits);
            let table = table.map(|(coverage, hit)| json!({ "coverage": coverage, "hit@5": hit }));
            json!({ "ece": belief.calibration_error, "log_loss": belief.log_loss, "aurc": belief.area,
                    "surest": table.collect::<Vec<_>>() })
        })
    };
    json!({
        "place": lesson.place.as_str(),
        "learned_from": lesson.n_learned_from,
        "tried": lesson.n_tried,
        "verdict": lesson.verdict.as_str(),
        "kept": keeps && lesson.verdict == Verdict::Won,
        "learned": belief(&lesson.learned),
        "shipped": belief(&lesson.shipped),
        "p": lesson.learned_is_better.as_ref().map(|better| better.p_value),
        "answered": Answered::of(&lesson.model, lesson.n_learned_from).coefficients,
    })
}
