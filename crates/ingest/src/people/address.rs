//! Which mail addresses prove that accounts belong to one person.

use std::collections::BTreeMap;

use model::Account;

/// How many accounts of one source may claim an address before it counts as shared.
/// Three leaves room for the re-created and the renamed account of one person.
const MOST_ACCOUNTS_OF_ONE_SOURCE: usize = 3;

/// Local parts (without dots, dashes and underscores) of addresses that are nobody's own. They never join:
/// two people behind one helpdesk address must not become one, at the price of a one-person helpdesk.
#[rustfmt::skip]
const ROLE_LOCAL_PARTS: [&str; 35] = [
    "abuse", "accounts", "admin", "administrator", "alerts", "billing", "bot", "bounce", "contact",
    "donotreply", "feedback", "hello", "help", "helpdesk", "hr", "info", "it", "jira", "mail",
    "mailerdaemon", "noreply", "notification", "notifications", "office", "postmaster", "root", "sales",
    "security", "service", "servicedesk", "slack", "support", "team", "unknown", "webmaster",
];

/// An address as it is compared: trimmed, lower case. `None` for what cannot be an address.
pub(super) fn normalized(address: &str) -> Option<String> {
    let address = address.trim().to_lowercase();
    let (local, domain) = address.rsplit_once('@')?;
    let plausible = !local.is_empty() && !domain.is_empty() && !address.contains(char::is_whitespace);
    plausible.then_some(address)
}

/// Whether an address belongs to a role or to no reader, by its local part (without `+suffix`).
pub(crate) fn is_role(address: &str) -> bool {
    let local = address.split('@').next().unwrap_or_default();
    let local = local.split('+').next().unwrap_or_default();
    let letters: String = local.chars().filter(|c| !matches!(c, '.' | '-' | '_')).collect();
    ROLE_LOCAL_PARTS.binary_search(&letters.as_str()).is_ok()
        || letters.starts_with("noreply")
        || letters.starts_with("donotreply")
}

/// Groups of accounts that share an address which proves something; bots and humans apart.
#[derive(Debug)]
pub(super) struct Proofs {
    groups: Vec<(String, Vec<usize>)>,
}

impl Proofs {
    /// The groups over the rows of `accounts`.
    pub(super) fn of(accounts: &[Account]) -> Self {
        let mut claims: BTreeMap<(String, bool), Vec<usize>> = BTreeMap::new();
        for (row, account) in accounts.iter().enumerate() {
            for address in account.verified_emails.iter().filter_map(|address| normalized(address)) {
                let rows = claims.entry((address, account.bot)).or_default();
                if rows.last() != Some(&row) {
                    rows.push(row);
                }
            }
        }
        let proves = |address: &str, rows: &[usize]| {
            !is_role(address) && most_of_one_source(accounts, rows) <= MOST_ACCOUNTS_OF_ONE_SOURCE
        };
        let groups = claims
            .into_iter()
            .filter(|((address, _), rows)| rows.len() > 1 && proves(address, rows))
            .map(|((address, _), rows)| (address, rows))
            .collect();
        Self { groups }
    }

    /// An address and the rows that belong together by it, ascending in each group.
    pub(super) fn groups(&self) -> impl Iterator<Item = (&str, &[usize])> {
        self.groups.iter().map(|(address, rows)| (address.as_str(), rows.as_slice()))
    }
}

fn most_of_one_source(accounts: &[Account], rows: &[usize]) -> usize {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for row in rows {
        *counts.entry(accounts[*row].key.source()).or_default() += 1;
    }
    counts.into_values().max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_role_list_is_sorted_for_its_binary_search() {
        assert!(ROLE_LOCAL_PARTS.is_sorted());
    }

    #[test]
    fn role_addresses_are_known_by_their_local_part() {
        for (address, role) in [
            ("no-reply@example.com", true),
            ("noreply-tickets@example.com", true),
            ("do_not_reply@example.com", true),
            ("support+eu@example.com", true),
            ("ana@support.example.com", false),
            ("123+ana@noreply.example.com", false),
            ("supporter@example.com", false),
        ] {
            assert_eq!(is_role(address), role, "{address}");
        }
    }

    #[test]
    fn what_is_no_address_is_left_out() {
        assert_eq!(normalized("  Ana@Example.COM "), Some("ana@example.com".into()));
        for text in ["", "ana", "@example.com", "ana@", "ana at example.com", "a b@c"] {
            assert_eq!(normalized(text), None, "{text}");
        }
    }
}
