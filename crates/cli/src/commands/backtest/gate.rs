//! Whether the figures keep their bounds.

use std::collections::BTreeMap;

use anyhow::{Context, bail};
use engine::backtest::Backtest;
use serde::Deserialize;

use crate::arguments::{Bound, Gate};
use crate::exit::Exit;
use crate::print;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GateFile {
    #[serde(default)]
    at_least: BTreeMap<String, f64>,
    #[serde(default)]
    at_most: BTreeMap<String, f64>,
}

/// The bounds, from the flag or from the file that it names.
pub(super) fn read(gate: Option<&Gate>) -> anyhow::Result<Vec<Bound>> {
    match gate {
        None => Ok(Vec::new()),
        Some(Gate::Bounds(bounds)) => Ok(bounds.clone()),
        Some(Gate::File(path)) => {
            let text = fs_err::read_to_string(path)?;
            let file: GateFile =
                toml::from_str(&text).with_context(|| format!("{} is no gate", path.display()))?;
            let bounds = |at_least: bool, figures: BTreeMap<String, f64>| {
                let bound = move |(figure, value)| Bound { figure, at_least, value };
                figures.into_iter().map(bound)
            };
            Ok(bounds(true, file.at_least).chain(bounds(false, file.at_most)).collect())
        }
    }
}

/// Says on stderr which bounds are not kept; [`Exit::Failed`] (1) if any is not.
///
/// # Errors
/// A bound on a figure that there is not: a gate that looks at nothing would always be open.
pub(super) fn check(bounds: &[Bound], backtest: &Backtest) -> anyhow::Result<Exit> {
    let figures = backtest.figures();
    let mut kept = true;
    for Bound { figure, at_least, value } in bounds {
        let Some(found) = figures.get(figure) else {
            let names: Vec<&str> = figures.keys().map(String::as_str).collect();
            bail!("the gate names {figure:?}, which was not measured (there are {})", names.join(", "));
        };
        let holds = if *at_least { found >= value } else { found <= value };
        if !holds {
            let bound = if *at_least { "at least" } else { "at most" };
            print::warn(format_args!("gate: {figure} is {found:.4}, {bound} {value} is wanted"));
            kept = false;
        }
    }
    Ok(if kept { Exit::Ok } else { Exit::Failed })
}
