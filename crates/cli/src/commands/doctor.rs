//! `whoknows doctor`: whether a data directory is whole; changes nothing.

use engine::DataFolder;
use engine::doctor::{Finding, examine};
use serde_json::json;

use crate::arguments::Doctor;
use crate::exit::Exit;
use crate::print::{safe, say};

pub(crate) fn run(command: &Doctor) -> anyhow::Result<Exit> {
    let folder = DataFolder::new(&command.data.data_dir);
    let findings = examine(&folder)?;
    let damaged = findings.iter().any(|finding| finding.damage);
    if command.json {
        let finding = |finding: &Finding| json!({"damage": finding.damage, "where": finding.place, "what": finding.what, "hint": finding.hint});
        let findings: Vec<_> = findings.iter().map(finding).collect();
        say!("{}", serde_json::to_string_pretty(&json!({"whole": !damaged, "findings": findings}))?);
    } else {
        for finding in &findings {
            let word = if finding.damage { "damaged" } else { "note" };
            say!("{word}: {}: {} (hint: {})", safe(&finding.place), safe(&finding.what), finding.hint);
        }
        say!("{}", if damaged { "not whole; nothing was changed" } else { "whole" });
    }
    Ok(if damaged { Exit::Failed } else { Exit::Ok })
}
