//! Everybody at once: who shares a user name or a name, and how telling that is here.

use std::collections::{BTreeMap, BTreeSet};

use model::Account;

use super::Pair;
use super::profile::{Profile, squeezed};
use crate::people::names::{Agreement, Name, given_forms};
use crate::people::sets::Sets;
use crate::people::{Rule, kind};

/// A user name that so many sets share is no one's.
const MOST_SHARING: usize = 4;
/// So many namesakes are compared with each other; more are a common name.
const MOST_NAMESAKES: usize = 12;
/// How many other bearers of a name an organisation of this size may be expected to have before the name is
/// too common to join on: families that share the name × given names that share it ÷ people.
const EXPECTED_NAMESAKES: f64 = 0.06;

const COMMON: &str = "the name is common here";
const NAMESAKES: &str = "two here have that name in one system";

/// Everybody, as far as proofs have joined them: who shares what.
pub(super) struct Crowd {
    /// The smallest row of each set, ascending.
    roots: Vec<usize>,
    profiles: Vec<Profile>,
    /// How many sets have that family name, and that given name in each of its long forms.
    families: BTreeMap<String, usize>,
    givens: BTreeMap<String, usize>,
    /// Sets of one family name and one (long) given name, ascending.
    namesakes: BTreeMap<(String, String), Vec<usize>>,
    /// How many sets could bear that user name by what they are called.
    bearers: BTreeMap<String, usize>,
}

impl Crowd {
    pub(super) fn of(sets: &mut Sets<'_>, rows: &[Account], own: &BTreeSet<String>) -> Self {
        let mut crowd = Self {
            roots: Vec::new(),
            profiles: Vec::new(),
            families: BTreeMap::new(),
            givens: BTreeMap::new(),
            namesakes: BTreeMap::new(),
            bearers: BTreeMap::new(),
        };
        for members in sets.groups() {
            let accounts: Vec<&Account> = members.iter().map(|row| &rows[*row]).collect();
            let Some(root) = members.first() else { continue };
            if accounts.iter().any(|account| account.bot) || kind::is_shared(&accounts) {
                continue;
            }
            crowd.add(*root, Profile::of(&accounts, own));
        }
        crowd
    }

    /// What is known of the set with that smallest row; nothing of bots and what several share.
    pub(super) fn profile(&self, root: usize) -> Option<&Profile> {
        self.profiles.get(self.roots.binary_search(&root).ok()?)
    }

    fn add(&mut self, root: usize, profile: Profile) {
        let families: BTreeSet<&str> = profile.names.iter().map(|name| name.family.as_str()).collect();
        let givens: BTreeSet<&str> = profile.names.iter().flat_map(Name::given_forms).collect();
        let users: BTreeSet<String> = profile.names.iter().flat_map(Name::user_names).collect();
        for (counts, found) in [(&mut self.families, families), (&mut self.givens, givens)] {
            for word in found {
                *counts.entry(word.to_owned()).or_default() += 1;
            }
        }
        for user in users {
            *self.bearers.entry(user).or_default() += 1;
        }
        let keys: BTreeSet<(String, String)> = profile
            .names
            .iter()
            .flat_map(|name| {
                name.given_forms().into_iter().map(|given| (name.family.clone(), given.to_owned()))
            })
            .collect();
        for key in keys {
            self.namesakes.entry(key).or_default().push(self.roots.len());
        }
        self.roots.push(root);
        self.profiles.push(profile);
    }

    /// Sets that certainly are of a namesake of one of two sets: of that name, and in a system where that set is.
    fn certain_namesakes(&self, left: usize, right: usize) -> impl Iterator<Item = &Profile> {
        let (a, b) = (&self.profiles[left], &self.profiles[right]);
        let keys: BTreeSet<_> = a.names.iter().chain(&b.names).flat_map(name_keys).collect();
        let sharing: Vec<&Vec<usize>> = keys.iter().filter_map(|key| self.namesakes.get(key)).collect();
        let sharing = sharing.into_iter().filter(|sets| sets.len() <= MOST_NAMESAKES).flatten();
        let others =
            sharing.filter(move |set| **set != left && **set != right).map(|set| &self.profiles[*set]);
        others
            .filter(|other| !other.sources.is_disjoint(&a.sources) || !other.sources.is_disjoint(&b.sources))
    }

    fn have_namesakes(&self, left: usize, right: usize) -> bool {
        self.certain_namesakes(left, right).next().is_some()
    }

    /// Whether one of two sets may be a namesake's: user names are given out by each system on its own, so that
    /// what one has here may be the other's there. It is not if every certain namesake of theirs already has
    /// an account wherever the two have one.
    fn may_be_a_namesakes(&self, left: usize, right: usize) -> bool {
        let (a, b) = (&self.profiles[left], &self.profiles[right]);
        self.certain_namesakes(left, right).any(|other| !(a.is_not_of(other) && b.is_not_of(other)))
    }

    /// Sets with the same user name.
    pub(super) fn sharing_user_names(&self) -> Vec<Pair> {
        let mut by_user: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (set, profile) in self.profiles.iter().enumerate() {
            for user in &profile.users {
                by_user.entry(user).or_default().push(set);
            }
        }
        let mut pairs = Vec::new();
        for (user, sharing) in by_user.into_iter().filter(|(_, sharing)| sharing.len() <= MOST_SHARING) {
            for (left, right) in each_pair(&sharing) {
                pairs.extend(self.same_user(left, right, user));
            }
        }
        pairs
    }

    fn same_user(&self, left: usize, right: usize, user: &str) -> Option<Pair> {
        let (a, b) = (&self.profiles[left], &self.profiles[right]);
        let plain = squeezed(user);
        let bears = |profile: &Profile| profile.names.iter().any(|name| name.user_names().contains(&plain));
        let (rule, doubt) = match a.agreement(b) {
            Some(Agreement::Same) => (Rule::UserName, self.namesakes_doubt((left, right), user)),
            // Somebody took another family name and kept the user name made of the old one.
            Some(Agreement::Given) if bears(a) != bears(b) => (Rule::NewName, None),
            Some(Agreement::Given) => {
                (Rule::NewName, Some("another family name, and neither tells the user name"))
            }
            Some(Agreement::None) => return None,
            None => (Rule::UserName, self.nameless(a, b, &plain)),
        };
        Some(self.pair(rule, (left, right), user.to_owned(), doubt))
    }

    /// What is doubtful about two sets with one name and one user name.
    fn namesakes_doubt(&self, (left, right): (usize, usize), user: &str) -> Option<&'static str> {
        let (a, b) = (&self.profiles[left], &self.profiles[right]);
        let plain = squeezed(user);
        let spelled_out = |profile: &Profile| profile.names.iter().any(|name| name.spelled_out_by(&plain));
        // A system that makes up user names shortens them: one that is spelled out was taken from the address.
        let taken =
            spelled_out(a) && [a, b].iter().any(|set| set.mailboxes.iter().any(|(_, name)| name == user));
        let surely = a.names.iter().any(|left| b.names.iter().any(|right| left.surely_given(right)));
        // Each has an address of its own: a login that one system made up may be like another's address.
        let two_addresses = !a.mailboxes.is_empty() && !b.mailboxes.is_empty();
        if !taken && self.may_be_a_namesakes(left, right) || two_addresses && self.have_namesakes(left, right)
        {
            Some(NAMESAKES)
        } else if two_addresses && self.is_common(a) {
            Some(COMMON)
        } else if !surely && self.bearers.get(&plain).copied().unwrap_or(0) > 2 {
            Some("short for several names, and others here could bear the user name")
        } else {
            None
        }
    }

    /// What is doubtful about two sets with one user name, where one of them has no full name.
    fn nameless(&self, a: &Profile, b: &Profile, user: &str) -> Option<&'static str> {
        let (named, other) = if a.names.is_empty() { (b, a) } else { (a, b) };
        let fits = |word: &String| {
            squeezed(word) == user
                || named
                    .names
                    .iter()
                    .any(|name| word == &name.family || !given_forms(word).is_disjoint(&name.given_forms()))
        };
        if named.names.is_empty() {
            return Some("neither has a full name");
        }
        if !other.words.iter().all(fits) {
            return Some("one is called by another word");
        }
        let spelled_out = named.names.iter().any(|name| name.spelled_out_by(user));
        let bears = named.names.iter().any(|name| name.user_names().contains(user));
        let others_bear = self.bearers.get(user).copied().unwrap_or(0) > 1;
        match (bears, spelled_out, others_bear) {
            (false, ..) => Some("the user name is not made of the name"),
            (true, false, true) => Some("others' names make the same user name"),
            _ => None,
        }
    }

    /// Sets with the same full name, at one domain or anywhere.
    pub(super) fn namesakes(&self) -> Vec<Pair> {
        let mut seen = BTreeSet::new();
        let mut pairs = Vec::new();
        for ((family, given), sets) in self.namesakes.iter().filter(|(_, sets)| sets.len() <= MOST_NAMESAKES)
        {
            let known = self.expected(family, given, sets.len());
            for (left, right) in each_pair(sets).filter(|pair| seen.insert(*pair)) {
                pairs.extend(self.same_name(left, right, known));
            }
        }
        pairs
    }

    /// Whether others are to be expected who bear one of these names.
    fn is_common(&self, profile: &Profile) -> bool {
        profile.names.iter().flat_map(name_keys).any(|(family, given)| {
            let sets = self.namesakes.get(&(family.clone(), given.clone())).map_or(0, Vec::len);
            self.expected(&family, &given, sets) > EXPECTED_NAMESAKES
        })
    }

    /// How many bearers of a name there would be by chance beside these sets.
    fn expected(&self, family: &str, given: &str, sets: usize) -> f64 {
        let beside = |counts: &BTreeMap<String, usize>, word: &str| {
            counts.get(word).copied().unwrap_or(0).saturating_sub(sets) as f64
        };
        beside(&self.families, family) * beside(&self.givens, given) / self.profiles.len().max(1) as f64
    }

    fn same_name(&self, left: usize, right: usize, expected: f64) -> Option<Pair> {
        let (a, b) = (&self.profiles[left], &self.profiles[right]);
        if a.agreement(b) != Some(Agreement::Same) {
            return None;
        }
        let domains = |profile: &Profile| -> BTreeSet<String> {
            profile.mailboxes.iter().map(|(domain, _)| domain.clone()).collect()
        };
        let shared = domains(a).intersection(&domains(b)).next().cloned();
        let Some(domain) = shared else {
            let name = a.names.first().map(|name| format!("{} {}", name.given, name.family));
            let doubt = Some("nothing but the name agrees");
            return Some(self.pair(Rule::Name, (left, right), name.unwrap_or_default(), doubt));
        };
        let made_of_name = |profile: &Profile| {
            let users: BTreeSet<String> = profile.names.iter().flat_map(Name::user_names).collect();
            let mut here = profile.mailboxes.iter().filter(|(there, _)| *there == domain);
            here.any(|(_, user)| users.contains(&squeezed(user)))
        };
        let doubt = if self.have_namesakes(left, right) {
            Some(NAMESAKES)
        } else if expected > EXPECTED_NAMESAKES {
            Some(COMMON)
        } else if !(made_of_name(a) && made_of_name(b)) {
            Some("an address is not made of the name")
        } else {
            None
        };
        Some(self.pair(Rule::NameAtDomain, (left, right), domain, doubt))
    }

    fn pair(&self, rule: Rule, sets: (usize, usize), shared: String, doubt: Option<&'static str>) -> Pair {
        let (left, right) = (self.roots[sets.0], self.roots[sets.1]);
        Pair { rule, left: left.min(right), right: left.max(right), shared, doubt }
    }
}

/// A name as namesakes share it: the family name with each long form of the given name.
fn name_keys(name: &Name) -> impl Iterator<Item = (String, String)> {
    name.given_forms().into_iter().map(|given| (name.family.clone(), given.to_owned()))
}

fn each_pair(sets: &[usize]) -> impl Iterator<Item = (usize, usize)> {
    sets.iter().enumerate().flat_map(|(at, left)| sets[at + 1..].iter().map(move |right| (*left, *right)))
}
