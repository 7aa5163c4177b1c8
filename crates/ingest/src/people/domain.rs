//! Mail domains: whose they are, and which of them are the organisation's own.

use std::collections::{BTreeMap, BTreeSet};

use model::Account;

use super::address::normalized;

/// Providers at which anybody may take any name: an address there says nothing of an organisation.
#[rustfmt::skip]
const PUBLIC: [&str; 30] = [
    "126.com", "163.com", "aol.com", "fastmail.com", "foxmail.com", "gmail.com", "gmx.com", "gmx.de", "gmx.net",
    "googlemail.com", "hotmail.com", "icloud.com", "live.com", "mac.com", "mail.com", "mail.ru", "me.com", "msn.com",
    "naver.com", "outlook.com", "posteo.de", "proton.me", "protonmail.com", "qq.com", "rocketmail.com", "web.de",
    "yahoo.com", "yandex.com", "yandex.ru", "ymail.com",
];
/// Second labels that are no name of anybody below a country (`x.co.uk`).
const SECOND_LEVEL: [&str; 8] = ["ac", "co", "com", "edu", "gov", "net", "or", "org"];
/// A domain is taken for the organisation's own if so many accounts outside of mail carry it …
const OWN_ACCOUNTS: usize = 3;
/// … and at least one of so many of those that carry any.
const OWN_SHARE: usize = 5;

/// The part of an address that names an organisation: `ana@eu.example.co.uk` gives `example.co.uk`. `None` for
/// public providers, and for addresses that hide whose they are.
pub(super) fn organization(address: &str) -> Option<String> {
    let (_, domain) = address.rsplit_once('@')?;
    let labels: Vec<&str> = domain.split('.').collect();
    let country = labels.last().is_some_and(|label| label.len() == 2);
    let second = labels.len().checked_sub(2).and_then(|at| labels.get(at));
    let keep = if country && second.is_some_and(|label| SECOND_LEVEL.contains(label)) { 3 } else { 2 };
    let registered = labels.get(labels.len().saturating_sub(keep)..)?.join(".");
    let hidden = labels.iter().any(|label| matches!(*label, "noreply" | "users" | "invalid" | "localhost"));
    let public = PUBLIC.binary_search(&registered.as_str()).is_ok();
    (labels.len() > 1 && !public && !hidden).then_some(registered)
}

/// The organisation's own domains: those given, or else the commonest one among accounts outside of mail
/// (anybody can write a mail, but a chat or ticket system is the organisation's). Empty if none stands out.
pub(super) fn own(accounts: &[Account], given: &BTreeSet<String>) -> BTreeSet<String> {
    if !given.is_empty() {
        return given
            .iter()
            .filter_map(|domain| organization(&format!("x@{}", domain.to_lowercase())))
            .collect();
    }
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut carrying = 0;
    for account in accounts.iter().filter(|account| !account.bot && !is_address(account)) {
        let domains: BTreeSet<String> =
            account.verified_emails.iter().filter_map(|text| organization(&normalized(text)?)).collect();
        carrying += usize::from(!account.verified_emails.is_empty());
        for domain in domains {
            *counts.entry(domain).or_default() += 1;
        }
    }
    let commonest = counts.into_iter().max_by(|a, b| a.1.cmp(&b.1).then_with(|| b.0.cmp(&a.0)));
    let stands_out = |count: usize| count >= OWN_ACCOUNTS && count * OWN_SHARE >= carrying;
    commonest.filter(|(_, count)| stands_out(*count)).map(|(domain, _)| domain).into_iter().collect()
}

/// Whether an account is nothing but an address, as in mail.
pub(super) fn is_address(account: &Account) -> bool {
    account.key.native().contains('@')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_public_list_is_sorted_for_its_binary_search() {
        assert!(PUBLIC.is_sorted());
    }

    #[test]
    fn an_address_names_an_organization_or_none() {
        for (address, expected) in [
            ("ana@example.com", Some("example.com")),
            ("ana@us.example.com", Some("example.com")),
            ("ana@dev.example.co.uk", Some("example.co.uk")),
            ("ana@gmail.com", None),
            ("7+ana@users.noreply.example.com", None),
            ("ana@localhost", None),
        ] {
            assert_eq!(organization(address).as_deref(), expected, "{address}");
        }
    }
}
