//! What a backtest found, for people and for programs.

use std::fmt::Write as _;

use engine::backtest::{Backtest, Beside, FIRST_PLACES, Planted, Silence, System};
use eval::{Difference, Interval, Measures, SliceRow};
use serde_json::{Value, json};

use super::{safe, say};

/// The columns of the printed table; JSON holds all.
const COLUMNS: [&str; 7] = ["MRR", "hit@1", "hit@3", "hit@5", "nDCG@5", "nDCG@10", "MAP"];

/// Width of a slice's name.
const NAME: usize = 30;

/// Prints the tables for people.
pub(crate) fn text(backtest: &Backtest) {
    if let (Some(cut), Some((first, last))) = (backtest.cut, backtest.asked) {
        say!("evidence from before {cut}; {} questions from {first} to {last}", backtest.n_questions);
    } else {
        say!("evidence up to each question; {} questions", backtest.n_questions);
    }
    for view in &backtest.views {
        say!("\n{}", safe(&view.name));
        table(view);
        spread(view);
    }
    beside(backtest);
    age(backtest);
    sureness(backtest);
    planted(&backtest.planted);
}

fn table(system: &System) {
    let mut head = format!("{:NAME$}{:>6}", "", "n");
    for name in COLUMNS {
        let _ = write!(head, "{name:>9}");
    }
    say!("{head}");
    for row in &system.rows {
        let mut line = format!("{:NAME$}{:6}", cut(&row.name), row.n_questions);
        let (mut low, mut high) = (format!("{:>36}", "95 % from"), format!("{:>36}", "to"));
        for name in COLUMNS {
            let _ = write!(line, "{:9.3}", row.mean.named(name).unwrap_or_default());
            let interval = interval_of(row, name);
            let _ = write!(low, "{:9.3}", interval.low);
            let _ = write!(high, "{:9.3}", interval.high);
        }
        say!("{line}\n{low}\n{high}");
    }
}

fn spread(system: &System) {
    let Some(spread) = &system.spread else { return };
    say!(
        "named among the first five: {} of {} people; Gini {:.3}; the top 1 % get {:.0} %, the top ten {:.0} %",
        spread.people_named,
        spread.population,
        spread.gini,
        spread.top_percent * 100.0,
        spread.top_ten * 100.0
    );
}

/// The other ways to answer, each with the lead over it on all questions and on the tail.
fn beside(backtest: &Backtest) {
    if backtest.beside.is_empty() {
        return;
    }
    say!("\n{:42}{:>8}{:>8}{:>8}  lead in MRR (95 %, p after Holm)", "beside it", "MRR", "tail", "hit@5");
    for Beside { system, lead } in &backtest.beside {
        let of = |slice: &str, name: &str| {
            let row = system.rows.iter().find(|row| row.name == slice);
            row.and_then(|row| row.mean.named(name)).map_or("–".to_owned(), |value| format!("{value:.3}"))
        };
        let lead = lead.first().map(|(_, difference)| lead_text(difference)).unwrap_or_default();
        let (all, tail, hit) = (of("all", "MRR"), of("tail", "MRR"), of("all", "hit@5"));
        say!("{:42}{all:>8}{tail:>8}{hit:>8}  {lead}", safe(&system.name));
    }
}

fn lead_text(difference: &Difference) -> String {
    let Difference { mean, interval: Interval { low, high }, p_value } = difference;
    let p = if *p_value < 0.0001 { "p < .0001".to_owned() } else { format!("p = {p_value:.4}") };
    format!("{mean:+.3} ({low:+.3}..{high:+.3}, {p})")
}

fn age(backtest: &Backtest) {
    if backtest.by_age.is_empty() {
        return;
    }
    say!("\n{:NAME$}{:>6}{:>9}   95 %", "age of the newest evidence", "n", "MRR");
    for (edge, n, mean, Interval { low, high }) in &backtest.by_age {
        let name = edge.map_or_else(|| "older".to_owned(), |days| format!("up to {days} days"));
        say!("{name:NAME$}{n:6}{mean:9.3}   {low:.3}..{high:.3}");
    }
}

fn sureness(backtest: &Backtest) {
    if let Some(sureness) = &backtest.sureness {
        say!(
            "\nsureness that one of the first five can answer: calibration error {:.3}, Brier {:.3}, risk–coverage area {:.3}",
            sureness.calibration_error,
            sureness.brier,
            sureness.area
        );
    }
    silence("nobody knows", backtest.silence);
    silence("experts' words hidden", backtest.hidden);
    if let Some(channels) = backtest.channels {
        let percent = |share: f64| share * 100.0;
        say!(
            "where to ask, not told the channel ({}): hit@1 {:.0} %, hit@3 {:.0} %; the busiest channels {:.0} % and {:.0} %",
            channels.n_questions,
            percent(channels.first),
            percent(channels.first_three),
            percent(channels.busiest_first),
            percent(channels.busiest_first_three)
        );
    }
    if let Some(past) = backtest.past {
        say!("past answers hit@3 {:.0} % ({})", past.first_three * 100.0, past.n_questions);
    }
}

/// Planted truth: the sort of question in rows, and what is asked of each.
fn planted(rows: &[Planted]) {
    if rows.is_empty() {
        return;
    }
    say!(
        "\n{:NAME$}{:>6}{:>9}{:>12}{:>12}{:>12}{:>8}{:>12}",
        "planted truth",
        "n",
        "nDCG@5",
        "unanswered",
        "impostors",
        "shown",
        "nobody",
        "recognized"
    );
    let percent =
        |share: Option<f64>| share.map_or("–".to_owned(), |share| format!("{:.1} %", share * 100.0));
    for row in rows {
        let gain = row.ndcg_at_5.map_or("–".to_owned(), |gain| format!("{gain:.3}"));
        say!(
            "{:NAME$}{:6}{gain:>9}{:>12}{:>12}{:>12}{:>8}{:>12}",
            cut(&row.name),
            row.n_answerable,
            percent(row.unanswered),
            percent(row.impostors_ranked),
            percent(row.impostors_shown),
            row.n_nobody,
            percent(row.recognized)
        );
    }
    say!(
        "nDCG@5: gain 2^grade − 1, of the bare ranking. impostors: share of the first {FIRST_PLACES} places of the ranking; shown: of \
         those places in full answers, silence left out, questions that nobody can answer included."
    );
}

fn silence(what: &str, silence: Option<Silence>) {
    let Some(silence) = silence else { return };
    let percent = |share: f64| share * 100.0;
    say!(
        "{what} ({} questions): {:.0} % met with silence, as are {:.0} % of the answerable; {:.0} % if a tenth of those may be, {:.0} % if a quarter",
        silence.n_nobody,
        percent(silence.recognized),
        percent(silence.false_silence),
        percent(silence.recall_at_tenth),
        percent(silence.recall_at_quarter)
    );
}

/// Prints everything for programs: one JSON object.
pub(crate) fn json(backtest: &Backtest) -> anyhow::Result<()> {
    let systems = |systems: &[System]| systems.iter().map(system_json).collect::<Vec<_>>();
    let beside = |beside: &Beside| {
        let lead = |(slice, difference): &(String, Difference)| {
            let Difference { mean, interval, p_value } = difference;
            json!({"slice": slice, "mrr": mean, "low": interval.low, "high": interval.high, "p": p_value})
        };
        let leads: Vec<Value> = beside.lead.iter().map(lead).collect();
        let mut value = system_json(&beside.system);
        if let Some(fields) = value.as_object_mut() {
            fields.insert("lead".to_owned(), leads.into());
        }
        value
    };
    let age = |(edge, n, mean, interval): &(Option<f64>, usize, f64, Interval)| json!({"up_to_days": edge, "n": n, "mrr": mean, "low": interval.low, "high": interval.high});
    let value = json!({
        "cut": backtest.cut.map(|cut| cut.to_string()),
        "first": backtest.asked.map(|(first, _)| first.to_string()),
        "last": backtest.asked.map(|(_, last)| last.to_string()),
        "questions": backtest.n_questions,
        "figures": backtest.figures(),
        "views": systems(&backtest.views),
        "beside": backtest.beside.iter().map(beside).collect::<Vec<_>>(),
        "by_age": backtest.by_age.iter().map(age).collect::<Vec<_>>(),
    });
    super::json(&value)?;
    Ok(())
}

fn system_json(system: &System) -> Value {
    let row = |row: &SliceRow| {
        let measures: serde_json::Map<String, Value> = Measures::ALL_NAMES
            .iter()
            .zip(row.mean.all_values())
            .zip(row.intervals)
            .map(|((name, mean), interval)| {
                (name.to_lowercase(), json!({"mean": mean, "low": interval.low, "high": interval.high}))
            })
            .collect();
        json!({"slice": row.name, "n": row.n_questions, "measures": measures})
    };
    json!({"name": system.name, "rows": system.rows.iter().map(row).collect::<Vec<_>>()})
}

fn interval_of(row: &SliceRow, name: &str) -> Interval {
    let place = Measures::ALL_NAMES.iter().position(|known| *known == name);
    place.and_then(|place| row.intervals.get(place)).copied().unwrap_or(Interval { low: 0.0, high: 0.0 })
}

/// A name that fits its column.
fn cut(name: &str) -> String {
    safe(name).chars().take(NAME - 1).collect()
}
