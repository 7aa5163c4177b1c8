//! What is known of a set of accounts: what they are called, where they are, what they sign in with.

use std::collections::BTreeSet;

use model::Account;

use crate::people::Rule;
use crate::people::address::{is_role, normalized};
use crate::people::domain::{is_address, organization};
use crate::people::names::{Agreement, Name, words};

/// What is known of a set.
#[derive(Debug, Clone, Default)]
pub(super) struct Profile {
    pub(super) names: BTreeSet<Name>,
    /// Single words that accounts are called by.
    pub(super) words: BTreeSet<String>,
    /// User names, and what stands before the `@` of an own address.
    pub(super) users: BTreeSet<String>,
    /// The same for each organisation's domain: `(domain, user)`.
    pub(super) mailboxes: BTreeSet<(String, String)>,
    /// Sources outside of mail in which there is an account; none of somebody known by mail alone.
    pub(super) sources: BTreeSet<String>,
}

impl Profile {
    pub(super) fn of(accounts: &[&Account], own: &BTreeSet<String>) -> Self {
        let mut profile = Self::default();
        for account in accounts {
            if !is_address(account) {
                profile.sources.insert(account.key.source().to_owned());
            }
            for name in [&account.name, &account.directory.full_name].into_iter().flatten() {
                match Name::parse(name) {
                    Some(name) => drop(profile.names.insert(name)),
                    None => profile.words.extend(words(name).into_iter().next()),
                }
            }
            profile.users.extend(account.directory.user_name.as_deref().and_then(user));
            for address in account.verified_emails.iter().filter_map(|text| normalized(text)) {
                let Some(domain) = organization(&address) else { continue };
                let Some(user) = address.split('@').next().and_then(user) else { continue };
                if own.contains(&domain) {
                    profile.users.insert(user.clone());
                }
                profile.mailboxes.insert((domain, user));
            }
        }
        profile
    }

    /// The best that any two of the names agree; `None` if one side has no full name.
    pub(super) fn agreement(&self, other: &Self) -> Option<Agreement> {
        let pairs = self.names.iter().flat_map(|left| other.names.iter().map(move |right| (left, right)));
        let mut found = None;
        for (left, right) in pairs {
            match left.agreement(right) {
                Agreement::Same => return Some(Agreement::Same),
                Agreement::Given => found = Some(Agreement::Given),
                Agreement::None => found = found.or(Some(Agreement::None)),
            }
        }
        found
    }

    /// What speaks against the two being one, in words.
    pub(super) fn against(&self, other: &Self, rule: Rule) -> Option<&'static str> {
        if !self.sources.is_disjoint(&other.sources) {
            return Some("both have an account in the same system");
        }
        if rule == Rule::NameAtDomain && !self.sources.is_empty() && !other.sources.is_empty() {
            // Each system knows another address of theirs: so do namesakes'.
            return Some("two systems know them by different addresses");
        }
        let almost = |left: &str, right: &str| {
            let stem = |text: &str| squeezed(text).trim_end_matches(|c: char| c.is_ascii_digit()).to_owned();
            left != right && stem(left) == stem(right)
        };
        let users = |profile: &Self| -> BTreeSet<String> {
            profile
                .users
                .iter()
                .cloned()
                .chain(profile.mailboxes.iter().map(|(_, user)| user.clone()))
                .collect()
        };
        let (left, right) = (users(self), users(other));
        let twins = left.iter().any(|l| right.iter().any(|r| almost(l, r)));
        twins.then_some("their user names differ by a number or a dot, as namesakes' do")
    }

    /// Whether what is one's own in a system, or at the organisation's domain, is theirs already.
    pub(super) fn is_not_of(&self, other: &Self) -> bool {
        if self.sources.is_empty() {
            !other.mailboxes.is_empty()
        } else {
            !self.sources.is_disjoint(&other.sources)
        }
    }

    pub(super) fn absorb(&mut self, other: Self) {
        self.names.extend(other.names);
        self.words.extend(other.words);
        self.users.extend(other.users);
        self.mailboxes.extend(other.mailboxes);
        self.sources.extend(other.sources);
    }
}

/// A user name as it is compared, with its dots and dashes: two people may differ by one. `None` for a role's, or
/// one too short to be anybody's.
fn user(text: &str) -> Option<String> {
    let text = text::fold(&text.split('+').next().unwrap_or_default().trim().to_lowercase());
    let plain = squeezed(&text);
    let usable = plain.chars().count() > 2 && plain.chars().any(char::is_alphabetic) && !is_role(&text);
    usable.then_some(text)
}

/// Without dots and dashes, as it is compared with names.
pub(super) fn squeezed(user: &str) -> String {
    user.chars().filter(|c| c.is_alphanumeric()).collect()
}
