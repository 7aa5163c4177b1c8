//! What an ingest did, for people and for programs.

use std::collections::BTreeMap;

use engine::{DataFolder, ExportReport, IngestReport, Stage};
use ingest::policy::Redacted;
use serde_json::{Value, json};

use super::{safe, say};

/// Prints the report for people.
pub(crate) fn text(report: &IngestReport, folder: &DataFolder) {
    for export in &report.exports {
        one(export);
    }
    for (reason, count) in &report.expired {
        say!("policy: {count} messages went from the store: {reason}");
    }
    for (source, who) in &report.policies {
        match who.as_str() {
            "nobody" => say!("policy: {source} is closed to everybody"),
            _ => say!("policy: {source} is opened to {who} where it states no rights itself"),
        }
    }
    for source in &report.unknown_sources {
        say!("policy: nothing was ever read from {source} (hint: check the name)");
    }
    for (source, documents) in &report.unreadable {
        if report.policies.iter().any(|(name, who)| name == source && who == "nobody") {
            continue;
        }
        say!(
            "{source}: {documents} documents are readable by nobody (hint: `--visibility {source}=everyone` opens what states no rights)"
        );
    }
    if report.quarantined() > 0 {
        say!("bad records are kept in {}", folder.quarantine().display());
    }
    if report.unsent > 0 {
        say!("{} documents wait for the vector cluster: they go there when it answers", report.unsent);
    }
    say!(
        "{} accounts are {} people; {} documents, {} readable by everyone; generation {}",
        report.accounts,
        report.people,
        report.documents,
        report.public_documents,
        report.generation
    );
}

fn one(export: &ExportReport) {
    let path = export.path.display().to_string();
    let path = safe(&path);
    if let Some(reason) = &export.broken {
        say!("{path}: not read: {}", safe(reason));
    }
    let Some(format) = export.format else { return };
    say!(
        "{path} ({format}): {} messages added, {} changed, {} unchanged, {} deleted, {} in quarantine",
        export.added,
        export.changed,
        export.same,
        export.deleted,
        export.quarantined
    );
    if export.resumed > 0 {
        say!("  went on after {} records that an interrupted run had stored", export.resumed);
    }
    for (reason, count) in &export.skipped {
        say!("  {count} × {reason}");
    }
    for (reason, count) in &export.refused {
        say!("  {count} × {reason}");
    }
    if export.expired > 0 {
        say!("  {} messages went from the store: their container is not read any more", export.expired);
    }
    for (what, count) in redacted(export.redacted) {
        say!("  {count} × {what} blotted out");
    }
    if export.all_refused() {
        say!("  the policy keeps out everything it holds (hint: `--policy FILE` takes another policy)");
    }
    for warning in &export.warnings {
        say!("  note: {}", safe(warning));
    }
    issues(&export.issues, export.quarantined);
}

/// Prints the first bad records, and how many there are beside.
pub(crate) fn issues(issues: &[ingest::Issue], all: u64) {
    for issue in issues {
        let hint = issue.hint.map(|hint| format!(" (hint: {hint})")).unwrap_or_default();
        say!("  quarantined {}: {}{hint}", safe(&issue.place.to_string()), safe(&issue.reason));
    }
    if all > issues.len() as u64 {
        say!("  … and {} more", all - issues.len() as u64);
    }
}

/// Prints how long each stage took.
pub(crate) fn stages(stages: &[(Stage, f64)]) {
    let each = |(stage, seconds): &(Stage, f64)| format!("{} {seconds:.1} s", stage.as_str());
    say!("{}", stages.iter().map(each).collect::<Vec<_>>().join(", "));
}

/// Prints what a run would do, for people.
pub(crate) fn dry_text(exports: &[ExportReport]) {
    for export in exports {
        one(export);
    }
    say!("nothing was written: this is what the run would do");
}

/// Prints what a run would do, for programs: one JSON object.
pub(crate) fn dry_json(exports: &[ExportReport]) -> anyhow::Result<()> {
    let value = json!({"dry_run": true, "exports": exports.iter().map(export_json).collect::<Vec<_>>()});
    super::json(&value)?;
    Ok(())
}

/// What was blotted out, in words.
pub(crate) fn redacted(counts: Redacted) -> impl Iterator<Item = (&'static str, u64)> {
    let all = [
        ("secrets", counts.secrets),
        ("ibans", counts.ibans),
        ("cards", counts.cards),
        ("phones", counts.phones),
    ];
    all.into_iter().filter(|(_, count)| *count > 0)
}

/// A bad record, without itself.
pub(crate) fn issue_json(issue: &ingest::Issue) -> Value {
    json!({
        "file": issue.place.file, "line": issue.place.line, "offset": issue.place.offset,
        "reason": issue.reason, "hint": issue.hint,
    })
}

fn export_json(export: &ExportReport) -> Value {
    json!({
        "path": export.path, "format": export.format, "broken": export.broken,
        "added": export.added, "changed": export.changed, "unchanged": export.same,
        "deleted": export.deleted, "resumed_after": export.resumed, "quarantined": export.quarantined,
        "skipped": export.skipped, "refused": export.refused, "expired": export.expired,
        "refused_by_policy": export.refused_by_policy,
        "redacted": redacted(export.redacted).collect::<BTreeMap<_, _>>(), "warnings": export.warnings,
        "issues": export.issues.iter().map(issue_json).collect::<Vec<_>>(),
    })
}

/// Prints the report for programs: one JSON object.
pub(crate) fn json(report: &IngestReport, stages: &[(Stage, f64)]) -> anyhow::Result<()> {
    let seconds: serde_json::Map<String, Value> =
        stages.iter().map(|(stage, seconds)| (stage.as_str().to_owned(), json!(seconds))).collect();
    let mut value = value(report);
    value["stage_seconds"] = seconds.into();
    super::json(&value)?;
    Ok(())
}

/// The report for programs.
pub(crate) fn value(report: &IngestReport) -> Value {
    json!({
        "exports": report.exports.iter().map(export_json).collect::<Vec<_>>(),
        "accounts": report.accounts, "people": report.people,
        "documents": report.documents, "public_documents": report.public_documents,
        "policies": report.policies.iter().cloned().collect::<BTreeMap<_, _>>(),
        "expired": report.expired,
        "unreadable_documents": report.unreadable,
        "unsent_to_cluster": report.unsent,
        "generation": report.generation,
    })
}
