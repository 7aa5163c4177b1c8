//! Which format an export is of, and what to say if it is none or several.

use std::collections::{BTreeMap, BTreeSet};

use super::{Format, FormatError};
use super::{discord, google_chat, mattermost, slack, teams, zulip};
use super::{freshdesk, github, gitlab, hubspot, jira, linear, salesforce, servicenow, zendesk};
use super::{hr, jsonl, mail};
use crate::Export;

/// So many folders are looked into to find exports that lie side by side.
const FOLDERS_LOOKED_INTO: usize = 64;
/// So many names are shown of an export that nobody knows.
const NAMES_SHOWN: usize = 8;

/// Every format there is, in the order they are asked.
pub fn formats() -> &'static [&'static dyn Format] {
    &[
        &slack::Slack,
        &mail::Mail,
        &jira::Jira,
        &jsonl::Jsonl,
        &teams::Teams,
        &mattermost::Mattermost,
        &discord::Discord,
        &zulip::Zulip,
        &google_chat::GoogleChat,
        &zendesk::Zendesk,
        &servicenow::Servicenow,
        &freshdesk::Freshdesk,
        &github::Github,
        &gitlab::Gitlab,
        &linear::Linear,
        &salesforce::Salesforce,
        &hubspot::Hubspot,
        &hr::Hr,
    ]
}

/// The format of an export.
///
/// # Errors
/// When no format knows it, when it lies one folder deeper, or when the path holds several exports.
pub fn detect(export: &Export) -> Result<&'static dyn Format, FormatError> {
    let path = export.to_string();
    let whole: Vec<_> = formats().iter().copied().filter(|format| format.detect(export)).collect();
    // A Slack or mail export is known by what lies at its top; its folders are its own.
    let inside = folders(export);
    let names: BTreeSet<_> = whole.iter().map(|format| format.name()).collect();
    let strangers = inside.iter().filter(|(_, format)| !names.contains(*format));
    let strange = strangers.count() > 0;
    match (whole.as_slice(), inside.len()) {
        ([format], _) if !strange => Ok(*format),
        ([], 0) => Err(FormatError::Unknown { path, looked_for: looked_for(), found: found(export) }),
        ([], 1) => Err(deeper(path, inside)),
        _ => {
            let mut list: Vec<String> =
                inside.iter().map(|(folder, format)| format!("{folder}: {format}")).collect();
            list.extend(names.iter().map(|name| format!("at the top: {name}")));
            Err(FormatError::Several { path, found: list.join(", ") })
        }
    }
}

/// The top folders that are exports by themselves, with their format's name.
fn folders(export: &Export) -> BTreeMap<String, &'static str> {
    let tops: BTreeSet<&str> =
        export.entries().iter().filter_map(|entry| Some(entry.name.split_once('/')?.0)).collect();
    let known = |folder: &str| {
        let part = export.within(folder);
        let format = formats().iter().find(|format| format.detect(&part))?;
        Some((folder.to_owned(), format.name()))
    };
    tops.into_iter().take(FOLDERS_LOOKED_INTO).filter_map(known).collect()
}

fn deeper(path: String, inside: BTreeMap<String, &'static str>) -> FormatError {
    let (folder, format) = inside.into_iter().next().unwrap_or_default();
    FormatError::Deeper { path, folder, format }
}

fn looked_for() -> String {
    let each = |format: &&dyn Format| format!("{} ({})", format.looks_for(), format.name());
    formats().iter().map(each).collect::<Vec<_>>().join("; ")
}

/// The first names at the top of the export.
fn found(export: &Export) -> String {
    let top = |name: &str| match name.split_once('/') {
        Some((folder, _)) => format!("{folder}/"),
        None => name.to_owned(),
    };
    let tops: BTreeSet<String> = export.entries().iter().map(|entry| top(&entry.name)).collect();
    let mut shown: Vec<&str> = tops.iter().map(String::as_str).take(NAMES_SHOWN).collect();
    let more = format!("{} more", tops.len().saturating_sub(NAMES_SHOWN));
    if tops.len() > NAMES_SHOWN {
        shown.push(&more);
    }
    shown.join(", ")
}
