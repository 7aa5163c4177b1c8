//! The flags of `whoknows backtest`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use engine::backtest::VIEWS;
use model::Timestamp;

use super::{Channel, DataDir};

#[derive(Debug, Args)]
pub(crate) struct Backtest {
    #[command(flatten)]
    pub(crate) data: DataDir,
    /// Freeze the evidence here (RFC 3339) and ask what was asked from then on.
    #[arg(long, value_name = "TIME")]
    pub(crate) cut: Option<Timestamp>,
    /// Freeze the evidence after this share of the questions by time, and ask the rest.
    #[arg(long, value_name = "SHARE", default_value_t = 0.8, value_parser = share, conflicts_with = "cut")]
    pub(crate) share: f64,
    /// Ask only what was asked within so many days of the cut.
    #[arg(long, value_name = "DAYS", value_parser = days)]
    pub(crate) horizon: Option<f64>,
    /// Ask these test questions, one JSON object a line, instead of those of the index's own past; evidence is
    /// frozen only where `--cut` says so.
    #[arg(long, value_name = "FILE", conflicts_with = "horizon")]
    pub(crate) queries: Option<PathBuf>,
    /// Which mail addresses stand for which id of the truth.
    #[arg(long, value_name = "FILE", requires = "queries")]
    pub(crate) persons: Option<PathBuf>,
    /// The lowest grade that counts as relevant.
    #[arg(long, value_name = "GRADE", default_value_t = 2)]
    pub(crate) rel: u8,
    /// How much of a question's channel the search is told: `head` is the part before a slash. The default is
    /// `full` for the index's own questions and `head` for those of a file.
    #[arg(long, value_enum)]
    pub(crate) channel: Option<Channel>,
    /// The view whose figures come first, and that gates look at.
    #[arg(long, value_name = "VIEW", default_value = VIEWS[0].0, value_parser = view)]
    pub(crate) view: String,
    /// Let those who are leaned on already stand back, as the options say; left out, the ranking is pure.
    #[arg(long)]
    pub(crate) spread: bool,
    /// Slice the table further; may be given several times.
    #[arg(long, value_enum, value_name = "PART")]
    pub(crate) by: Vec<Part>,
    /// Compare with these options, on the same index and questions.
    #[arg(long, value_name = "FILE")]
    pub(crate) compare: Option<PathBuf>,
    /// Compare with another index, on the same questions.
    #[arg(long, value_name = "DIR")]
    pub(crate) compare_dir: Option<PathBuf>,
    /// Exit with 1 if a figure is not reached: `mrr=0.4,tail.mrr=0.2,ece<=0.1`, or a TOML file with the tables
    /// `at_least` and `at_most`.
    #[arg(long, value_name = "GATE", value_parser = gate)]
    pub(crate) gate: Option<Gate>,
    /// Write a report with plots here: one file that needs nothing else.
    #[arg(long, value_name = "FILE")]
    pub(crate) html: Option<PathBuf>,
    /// Write what the evidence said of each question here, in numbers alone, one JSON object a line: confidence is
    /// fitted on it.
    #[arg(long, value_name = "FILE")]
    pub(crate) evidence: Option<PathBuf>,
    /// Print the figures as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

/// By what a table is sliced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Part {
    /// The asker's team.
    Team,
    /// The question's language.
    Language,
    /// The source it was asked in.
    Source,
    /// The channel.
    Channel,
    /// The kind that the file of questions states.
    Kind,
}

/// Bounds that figures must keep.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Gate {
    /// As given.
    Bounds(Vec<Bound>),
    /// In a file.
    File(PathBuf),
}

/// A bound on one figure.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Bound {
    /// The figure's name.
    pub(crate) figure: String,
    /// Whether it must be at least, or at most, `value`.
    pub(crate) at_least: bool,
    /// The bound.
    pub(crate) value: f64,
}

fn share(text: &str) -> Result<f64, String> {
    let share: f64 = text.parse().map_err(|_| "expected a number between 0 and 1")?;
    if share > 0.0 && share < 1.0 { Ok(share) } else { Err("expected a number between 0 and 1".to_owned()) }
}

fn days(text: &str) -> Result<f64, String> {
    let days: f64 = text.parse().map_err(|_| "expected a number of days")?;
    if days > 0.0 && days.is_finite() {
        Ok(days)
    } else {
        Err("expected a positive number of days".to_owned())
    }
}

fn view(text: &str) -> Result<String, String> {
    let names: Vec<&str> = VIEWS.iter().map(|view| view.0).collect();
    if names.contains(&text) {
        Ok(text.to_owned())
    } else {
        Err(format!("expected one of {}", names.join(", ")))
    }
}

fn gate(text: &str) -> Result<Gate, String> {
    if !text.contains('=') {
        return Ok(Gate::File(PathBuf::from(text)));
    }
    text.split(',').map(bound).collect::<Result<_, _>>().map(Gate::Bounds)
}

fn bound(text: &str) -> Result<Bound, String> {
    let expected = || format!("{text:?} is neither FIGURE=NUMBER nor FIGURE<=NUMBER");
    let (figure, value) = text.split_once('=').ok_or_else(expected)?;
    let value: f64 = value.trim().parse().map_err(|_| expected())?;
    if !value.is_finite() {
        return Err(expected());
    }
    let (figure, at_least) = figure.strip_suffix('<').map_or((figure, true), |figure| (figure, false));
    let figure = figure.trim_end_matches('>').trim().to_lowercase();
    if figure.is_empty() { Err(expected()) } else { Ok(Bound { figure, at_least, value }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gate_is_a_list_of_bounds_or_a_file() {
        let given = |figure: &str, at_least, value| Bound { figure: figure.to_owned(), at_least, value };
        let expected = vec![given("mrr", true, 0.4), given("tail.mrr", true, 0.2), given("ece", false, 0.1)];
        assert_eq!(gate("MRR=0.40,tail.mrr>=.2, ece<=0.1"), Ok(Gate::Bounds(expected)));
        assert_eq!(gate("gate.toml"), Ok(Gate::File("gate.toml".into())));
        assert!(gate("mrr=much").is_err() && gate("=1").is_err() && gate("mrr=NaN").is_err());
    }
}
