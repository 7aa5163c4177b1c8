//! What is in some exports, for people and for programs.

use engine::survey::{Plan, PlannedExport};
use serde_json::json;

use super::report::{issue_json, issues, redacted};
use super::{safe, say};

/// Prints the plan for people.
pub(crate) fn text(plan: &Plan) {
    for export in &plan.exports {
        one(export);
    }
    say!(
        "{} accounts would be {} people; {} who wrote have no mail address and are joined with nobody ({} messages)",
        plan.accounts,
        plan.people,
        plan.unresolved,
        plan.unresolved_messages
    );
    say!(
        "an ingest would take about {:.0} s on two cores, and the data directory about {:.1} MB",
        plan.estimate.seconds.ceil(),
        plan.estimate.bytes / 1e6
    );
    say!("nothing was written");
}

fn one(export: &PlannedExport) {
    let path = export.path.display().to_string();
    let path = safe(&path);
    if let Some(reason) = &export.broken {
        say!("{path}: cannot be read: {}", safe(reason));
    }
    let Some(format) = export.format else { return };
    say!(
        "{path} ({format}, {:.1} MB): {} messages by {} accounts in {} containers, {} deletions",
        export.bytes as f64 / 1e6,
        export.messages,
        export.authors,
        export.containers,
        export.deletions
    );
    if let (Some(first), Some(last)) = (export.first_at, export.last_at) {
        say!("  from {first} to {last}");
    }
    let readers = export.readers;
    say!(
        "  readable by everyone {}, by those named {}, by nobody {}",
        readers.everyone,
        readers.named,
        readers.nobody
    );
    if export.replies > 0 {
        let missing = export.replies_without_question;
        say!("  {} replies; of {missing} of them the question is not in the export", export.replies);
    }
    for (reason, count) in export.refused.iter().chain(&export.skipped) {
        say!("  {count} × {reason}");
    }
    for (what, count) in redacted(export.redacted) {
        say!("  {count} × {what} to be blotted out");
    }
    for warning in &export.warnings {
        say!("  note: {}", safe(warning));
    }
    issues(&export.issues, export.quarantined);
}

/// Prints the plan for programs: one JSON object.
pub(crate) fn json(plan: &Plan) -> anyhow::Result<()> {
    let export = |export: &PlannedExport| {
        json!({
            "path": export.path, "format": export.format, "broken": export.broken, "bytes": export.bytes,
            "messages": export.messages, "text_bytes": export.text_bytes, "deletions": export.deletions,
            "containers": export.containers, "authors": export.authors,
            "first_at": export.first_at.map(|at| at.to_string()),
            "last_at": export.last_at.map(|at| at.to_string()),
            "readable_by": {
                "everyone": export.readers.everyone, "named": export.readers.named, "nobody": export.readers.nobody,
            },
            "replies": export.replies, "replies_without_question": export.replies_without_question,
            "refused": export.refused, "refused_by_policy": export.refused_by_policy,
            "skipped": export.skipped,
            "redacted": redacted(export.redacted).collect::<std::collections::BTreeMap<_, _>>(),
            "quarantined": export.quarantined, "warnings": export.warnings,
            "issues": export.issues.iter().map(issue_json).collect::<Vec<_>>(),
        })
    };
    let value = json!({
        "exports": plan.exports.iter().map(export).collect::<Vec<_>>(),
        "accounts": plan.accounts, "people": plan.people,
        "unresolved_authors": plan.unresolved, "unresolved_messages": plan.unresolved_messages,
        "estimated_seconds": plan.estimate.seconds.ceil(), "estimated_bytes": plan.estimate.bytes.ceil(),
    });
    super::json(&value)?;
    Ok(())
}
