//! `whoknows doctor`: whether a data directory is whole; changes nothing.

use std::path::Path;

use engine::DataFolder;
use engine::doctor::{Finding, examine};
use serde_json::json;

use super::audit;
use crate::arguments::Doctor;
use crate::exit::Exit;
use crate::print::{safe, say};

pub(crate) fn run(command: &Doctor) -> anyhow::Result<Exit> {
    let folder = DataFolder::new(&command.data.data_dir);
    let mut findings = examine(&folder)?;
    findings.extend(examine_audit(&command.data.data_dir));
    let damaged = findings.iter().any(|finding| finding.damage);
    if command.json {
        let finding = |finding: &Finding| json!({"damage": finding.damage, "where": finding.place, "what": finding.what, "hint": finding.hint});
        let findings: Vec<_> = findings.iter().map(finding).collect();
        crate::print::json(&json!({"whole": !damaged, "findings": findings}))?;
    } else {
        for finding in &findings {
            let word = if finding.damage { "damaged" } else { "note" };
            say!("{word}: {}: {} (hint: {})", safe(&finding.place), safe(&finding.what), finding.hint);
        }
        say!("{}", if damaged { "not whole; nothing was changed" } else { "whole" });
    }
    Ok(if damaged { Exit::Failed } else { Exit::Ok })
}

/// What is wrong with the chain of the audit log, if there is one.
fn examine_audit(data_dir: &Path) -> Vec<Finding> {
    let folder = data_dir.join("audit");
    let damage = |place: String, what: String| Finding {
        damage: true,
        place,
        what,
        hint: "restore it from a backup; `whoknows audit verify` names every line",
    };
    // Looking makes no key.
    if !folder.join("key").exists() {
        let lacks = folder.join("head").exists();
        return if lacks { vec![damage("audit/key".into(), "is missing".into())] } else { Vec::new() };
    }
    let checked = audit::log(data_dir, u32::MAX).and_then(|log| Ok(log.check()?));
    match checked {
        Ok(checked) => {
            let place = |month: &str, line: usize| format!("audit/{month}.ndjson, line {line}");
            let fault = checked.faults.into_iter().next();
            fault.map(|fault| damage(place(&fault.month, fault.line), fault.what)).into_iter().collect()
        }
        Err(error) => vec![damage("audit".into(), format!("{error:#}"))],
    }
}
