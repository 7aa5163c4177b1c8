//! Several accounts into the one person who owns them: name, addresses, directory.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use model::{Account, DirectoryEntry, Employment, EmploymentStatus, Person, PersonId, PersonKind};

use super::address::normalized;
use crate::formats::hr;

/// How many characters of the hash name a person: 64 bits, no clash among a billion accounts to speak of.
const ID_HEX_CHARACTERS: usize = 16;

/// One account per key, keys ascending. Several entries for one key are folded into one, in an order that
/// depends on their content alone; it is a bot if one of them says so.
pub(super) fn distinct(accounts: &[Account]) -> Vec<Account> {
    let mut sorted: Vec<&Account> = accounts.iter().collect();
    sorted.sort_by(|left, right| content(left).cmp(&content(right)));
    let mut rows: Vec<Account> = Vec::with_capacity(sorted.len());
    for account in sorted {
        match rows.last_mut().filter(|last| last.key == account.key) {
            Some(last) => {
                last.name = last.name.take().or_else(|| account.name.clone());
                last.verified_emails.extend(account.verified_emails.iter().cloned());
                last.bot |= is_bot(account);
                last.directory = directory(&[&last.directory, &account.directory]);
            }
            None => rows.push(Account { bot: is_bot(account), ..account.clone() }),
        }
    }
    rows
}

/// A bot by what the export flags, or by what it says stands behind the account.
fn is_bot(account: &Account) -> bool {
    account.bot || account.directory.kind == Some(PersonKind::Bot)
}

fn content(account: &Account) -> impl Ord + use<'_> {
    let entry = &account.directory;
    (
        (&account.key, &account.name, &account.verified_emails, account.bot),
        (entry.status, &entry.title, &entry.team, &entry.region, &entry.languages, &entry.timezone),
        &entry.employment,
        (&entry.user_name, &entry.full_name, entry.kind),
    )
}

/// The person who owns these accounts (keys ascending), with the name and the entries that these alone give;
/// `None` if there are none.
pub fn person(accounts: &[&Account]) -> Option<Person> {
    let first = accounts.first()?;
    let emails: BTreeSet<String> = accounts
        .iter()
        .flat_map(|account| &account.verified_emails)
        .filter_map(|text| normalized(text))
        .collect();
    // Personnel data speaks first, and alone where it says whether somebody is still here.
    let (personnel, others): (Vec<&Account>, Vec<&Account>) =
        accounts.iter().copied().partition(|account| account.key.source() == hr::SOURCE);
    let entries = |accounts: &[&'_ Account]| -> Vec<DirectoryEntry> {
        accounts.iter().map(|account| account.directory.clone()).collect()
    };
    let both = [entries(&personnel), entries(&others)].concat();
    let mut whole = directory(&both.iter().collect::<Vec<_>>());
    let stated = personnel.iter().filter_map(|account| account.directory.status);
    whole.status = status(stated).or(whole.status);
    let hash = blake3::hash(first.key.as_str().as_bytes()).to_hex();
    let id = format!("p-{}", hash.chars().take(ID_HEX_CHARACTERS).collect::<String>());
    Some(Person {
        id: PersonId::new(id).ok()?,
        name: best_name(accounts).unwrap_or_else(|| first.key.native().to_owned()),
        accounts: accounts.iter().map(|account| account.key.clone()).collect(),
        emails: emails.into_iter().collect(),
        bot: accounts.iter().all(|account| account.bot),
        // The person has no user name: only accounts do.
        directory: DirectoryEntry { user_name: None, full_name: None, ..whole },
    })
}

/// The name that looks most like what people call each other: not an address, then of several words, then
/// with a capital, then the most frequent, then the smallest. `None` if no account has a name.
fn best_name(accounts: &[&Account]) -> Option<String> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for name in accounts.iter().filter_map(|account| account.name.as_deref()) {
        let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
        if !name.is_empty() {
            *counts.entry(name).or_default() += 1;
        }
    }
    let rank = |name: &str, count: usize| {
        (!name.contains('@'), has_several_words(name), !is_lower_case(name), count)
    };
    counts
        .into_iter()
        .min_by_key(|(name, count)| (Reverse(rank(name, *count)), name.clone()))
        .map(|(name, _)| name)
}

/// Scripts without spaces write a full name as one word.
fn has_several_words(name: &str) -> bool {
    let ideographic = |c: char| matches!(c, '\u{3040}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}');
    name.contains(' ') || name.chars().filter(|c| ideographic(*c)).count() > 1
}

fn is_lower_case(name: &str) -> bool {
    name.chars().any(char::is_lowercase) && !name.chars().any(char::is_uppercase)
}

fn directory(entries: &[&DirectoryEntry]) -> DirectoryEntry {
    let first = |field: fn(&DirectoryEntry) -> &Option<String>| {
        let mut texts = entries.iter().filter_map(|entry| field(entry).as_deref());
        texts.find(|text| !text.trim().is_empty()).map(str::to_owned)
    };
    let languages = entries.iter().map(|entry| &entry.languages).find(|languages| !languages.is_empty());
    DirectoryEntry {
        status: status(entries.iter().filter_map(|entry| entry.status)),
        title: first(|entry| &entry.title),
        team: first(|entry| &entry.team),
        region: first(|entry| &entry.region),
        languages: languages.cloned().unwrap_or_default(),
        timezone: first(|entry| &entry.timezone),
        employment: employment(entries),
        user_name: first(|entry| &entry.user_name),
        full_name: first(|entry| &entry.full_name),
        kind: entries.iter().filter_map(|entry| entry.kind).min(),
    }
}

/// Somebody with two contracts comes with the first and is gone after the last.
fn employment(entries: &[&DirectoryEntry]) -> Employment {
    let stated = || entries.iter().map(|entry| &entry.employment);
    Employment {
        manager: stated().find_map(|employment| employment.manager.clone()),
        starts_at: stated().filter_map(|employment| employment.starts_at).min(),
        ends_at: stated().filter_map(|employment| employment.ends_at).max(),
    }
}

/// Departed only if everybody who states something says so: a chat account that was closed does not make
/// somebody unreachable who still works on tickets.
fn status(stated: impl Iterator<Item = EmploymentStatus>) -> Option<EmploymentStatus> {
    let stated: BTreeSet<EmploymentStatus> = stated.collect();
    let most_present = stated.first()?;
    let away = stated.contains(&EmploymentStatus::Away);
    Some(if away { EmploymentStatus::Away } else { *most_present })
}
