//! What stands behind a person's accounts: somebody, several, or a machine.

use std::collections::BTreeSet;

use model::{Account, PersonKind};

use super::address::{is_role, normalized};
use super::domain::{is_address, organization};
use super::names::words;

/// Words beside a role in an address or a name: `support-eu`, `IT Helpdesk Team`.
#[rustfmt::skip]
const BESIDE_ROLES: [&str; 22] = [
    "apac", "customer", "de", "desk", "dev", "emea", "eu", "global", "group", "inbox", "internal", "it", "mailbox",
    "ops", "people", "product", "queue", "shared", "tech", "technical", "uk", "us",
];
/// Words in an address or behind a name that say "not employed here".
const CONTRACT: [&str; 9] = [
    "consultant",
    "contractor",
    "contractors",
    "ext",
    "extern",
    "external",
    "freelance",
    "freelancer",
    "guest",
];

/// What stands behind these accounts (not empty), as far as it can be told; `own` are the organisation's domains.
///
/// In this order: a bot if all accounts are; a shared mailbox if an export says so or all their addresses are
/// roles' and no human name stands beside them; what an export states (of several statements the closest to
/// the organisation); a contractor by a mark in address or name; an employee by an own address; external by
/// having only others' addresses; an employee by being in a directory.
pub(super) fn kind(accounts: &[&Account], own: &BTreeSet<String>) -> Option<PersonKind> {
    if accounts.iter().all(|account| account.bot) {
        return Some(PersonKind::Bot);
    }
    let stated: BTreeSet<PersonKind> = accounts
        .iter()
        .filter_map(|account| account.directory.kind)
        .filter(|kind| *kind != PersonKind::Bot)
        .collect();
    if stated.contains(&PersonKind::SharedMailbox) || is_shared(accounts) {
        return Some(PersonKind::SharedMailbox);
    }
    let addresses: Vec<String> = accounts
        .iter()
        .flat_map(|account| &account.verified_emails)
        .filter_map(|text| normalized(text))
        .filter(|address| !is_role(address))
        .collect();
    let is_own = |address: &String| organization(address).is_some_and(|domain| own.contains(&domain));
    let at_home = addresses.iter().any(is_own);
    let marked = addresses.iter().filter(|address| is_own(address)).any(|address| says_contract(address))
        || accounts.iter().filter_map(|account| account.name.as_deref()).any(name_says_contract);
    match stated.first() {
        // A guest with an address of ours works here for a time.
        Some(PersonKind::External) if at_home => return Some(PersonKind::Contractor),
        Some(PersonKind::Employee) if marked => return Some(PersonKind::Contractor),
        Some(stated) => return Some(*stated),
        None => {}
    }
    let listed = accounts.iter().any(|account| account.key.source() == super::DIRECTORY_SOURCE);
    match (marked, at_home) {
        (true, _) => Some(PersonKind::Contractor),
        (_, true) => Some(PersonKind::Employee),
        _ if listed => Some(PersonKind::Employee),
        _ if !own.is_empty() && !addresses.is_empty() => Some(PersonKind::External),
        _ => None,
    }
}

/// Whether several people read behind these accounts: they have addresses, all of them roles', and what the
/// accounts are called is no human's name.
pub(super) fn is_shared(accounts: &[&Account]) -> bool {
    let mut addresses = accounts
        .iter()
        .flat_map(|account| &account.verified_emails)
        .filter_map(|text| normalized(text))
        .peekable();
    let human = |account: &&Account| {
        let name = account.directory.full_name.as_deref().or(account.name.as_deref()).unwrap_or_default();
        let words = words(name);
        // A mail's display name beside a role address is whoever answered that day.
        !is_address(account) && words.len() > 1 && !words.iter().any(|word| is_role(word))
    };
    addresses.peek().is_some()
        && addresses.all(|address| is_shared_address(&address))
        && !accounts.iter().any(human)
}

/// Whether an address is a role's, alone or with words beside it (`it-support.eu`).
fn is_shared_address(address: &str) -> bool {
    let local = address.split(['@', '+']).next().unwrap_or_default();
    let mut words = local.split(['.', '-', '_']).filter(|word| !word.is_empty());
    is_role(address)
        || (words.clone().any(is_role)
            && words.all(|word| is_role(word) || BESIDE_ROLES.binary_search(&word).is_ok()))
}

fn says_contract(address: &str) -> bool {
    let (local, domain) = address.rsplit_once('@').unwrap_or((address, ""));
    let below = domain.split('.').next().unwrap_or_default();
    CONTRACT.contains(&below) || local.split(['.', '-', '_']).any(|word| CONTRACT.contains(&word))
}

/// Only what stands in brackets or after a dash: `Ext` may be somebody's name.
fn name_says_contract(name: &str) -> bool {
    let aside = name.split_once(['(', '[']).or_else(|| name.split_once(" - ")).map_or("", |(_, aside)| aside);
    let aside = aside.to_lowercase();
    aside.split(|c: char| !c.is_alphanumeric()).any(|word| CONTRACT.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::super::tests::account;
    use super::*;

    fn check(lines: &str, expected: Option<PersonKind>) {
        let accounts: Vec<Account> = lines.lines().map(account).collect();
        let own = BTreeSet::from(["x.org".to_owned()]);
        assert_eq!(kind(&accounts.iter().collect::<Vec<_>>(), &own), expected, "{lines}");
    }

    #[test]
    fn the_lists_are_sorted_for_their_binary_search() {
        assert!(BESIDE_ROLES.is_sorted());
    }

    #[test]
    fn shared_mailboxes_are_known_by_their_addresses() {
        for line in [
            "mail:support@x.org | Ana Lee | support@x.org",
            "mail:it-support.eu@x.org | | it-support.eu@x.org",
            "slack:U1 | IT Helpdesk | helpdesk@x.org",
            "mail:info@other.com | Info | info@other.com",
        ] {
            check(line, Some(PersonKind::SharedMailbox));
        }
        check("slack:U1 | Ana Lee | support@x.org", None);
        check("mail:ana.dev@x.org | | ana.dev@x.org", Some(PersonKind::Employee));
        check("mail:hr@x.org | | hr@x.org\nslack:U1 | Ana Lee | ana@x.org", Some(PersonKind::Employee));
    }

    #[test]
    fn who_belongs_here_is_told_by_domain_mark_and_directory() {
        check("slack:U1 | Ana Lee | ana@x.org", Some(PersonKind::Employee));
        check("slack:U1 | Ana Lee | ana@eu.x.org", Some(PersonKind::Employee));
        check("slack:U1 | Ana Lee (Ext) | ana@x.org", Some(PersonKind::Contractor));
        check("slack:U1 | Ana Lee | ana.ext@x.org", Some(PersonKind::Contractor));
        check("slack:U1 | Ana Lee | ana@ext.x.org", Some(PersonKind::Contractor));
        check("slack:U1 | Ana Lee | ana@ext.other.com", Some(PersonKind::External));
        check("mail:ana@gmail.com | Ana Lee | ana@gmail.com", Some(PersonKind::External));
        check("jsonl:7 | Ana Lee | ana@gmail.com", Some(PersonKind::Employee));
        check("jira:ana | Ana Lee", None);
        check("slack:B1 | Deploy | ana@x.org | bot", Some(PersonKind::Bot));
    }

    #[test]
    fn what_an_export_states_goes_before_the_rules() {
        check("jsonl:7 | Ana Lee | ana@x.org | kind=contractor", Some(PersonKind::Contractor));
        check("slack:U1 | Ana Lee | ana@other.com | kind=guest", Some(PersonKind::External));
        check("slack:U1 | Ana Lee | ana@x.org | kind=guest", Some(PersonKind::Contractor));
        check(
            "slack:U1 | Ana | | kind=guest\njsonl:7 | Ana Lee | ana@x.org | kind=employee",
            Some(PersonKind::Employee),
        );
        check("mail:frontdoor@x.org | | frontdoor@x.org | kind=shared", Some(PersonKind::SharedMailbox));
    }
}
