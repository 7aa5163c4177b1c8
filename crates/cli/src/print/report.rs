//! What an ingest did, for people and for programs.

use engine::{DataFolder, ExportReport, IngestReport};
use serde_json::json;

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
    for (reason, count) in &export.skipped {
        say!("  {count} × {reason}");
    }
    for (reason, count) in &export.refused {
        say!("  {count} × {reason}");
    }
    if export.expired > 0 {
        say!("  {} messages went from the store: their container is not read any more", export.expired);
    }
    for (what, count) in redacted(export) {
        say!("  {count} × {what} blotted out");
    }
    if export.all_refused() {
        say!("  the policy keeps out everything it holds (hint: `--policy FILE` takes another policy)");
    }
    for warning in &export.warnings {
        say!("  note: {}", safe(warning));
    }
    for issue in &export.issues {
        let hint = issue.hint.map(|hint| format!(" (hint: {hint})")).unwrap_or_default();
        say!("  quarantined {}: {}{hint}", safe(&issue.place.to_string()), safe(&issue.reason));
    }
    if export.quarantined > export.issues.len() as u64 {
        say!("  … and {} more", export.quarantined - export.issues.len() as u64);
    }
}

/// What was blotted out, in words.
fn redacted(export: &ExportReport) -> impl Iterator<Item = (&'static str, u64)> {
    let counts = export.redacted;
    let all = [
        ("secrets", counts.secrets),
        ("ibans", counts.ibans),
        ("cards", counts.cards),
        ("phones", counts.phones),
    ];
    all.into_iter().filter(|(_, count)| *count > 0)
}

/// Prints the report for programs: one JSON object.
pub(crate) fn json(report: &IngestReport) -> anyhow::Result<()> {
    let export = |export: &ExportReport| {
        let issue = |issue: &ingest::Issue| {
            json!({
                "file": issue.place.file, "line": issue.place.line, "offset": issue.place.offset,
                "reason": issue.reason, "hint": issue.hint,
            })
        };
        json!({
            "path": export.path, "format": export.format, "broken": export.broken,
            "added": export.added, "changed": export.changed, "unchanged": export.same,
            "deleted": export.deleted, "quarantined": export.quarantined,
            "skipped": export.skipped, "refused": export.refused, "expired": export.expired,
            "refused_by_policy": export.refused_by_policy,
            "redacted": redacted(export).collect::<std::collections::BTreeMap<_, _>>(), "warnings": export.warnings,
            "issues": export.issues.iter().map(issue).collect::<Vec<_>>(),
        })
    };
    let value = json!({
        "exports": report.exports.iter().map(export).collect::<Vec<_>>(),
        "accounts": report.accounts, "people": report.people,
        "documents": report.documents, "public_documents": report.public_documents,
        "policies": report.policies.iter().cloned().collect::<std::collections::BTreeMap<_, _>>(),
        "expired": report.expired,
        "unreadable_documents": report.unreadable,
        "generation": report.generation,
    });
    say!("{}", serde_json::to_string_pretty(&value)?);
    Ok(())
}
