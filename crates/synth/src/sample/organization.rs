//! Who works here: people with their accounts, in teams.

use std::collections::{BTreeMap, BTreeSet};

use super::clock::{DAY, ZONES};
use super::sections::Sections;
use crate::dice::Dice;

/// The company's mail domain; `.example` is nobody's.
pub(crate) const DOMAIN: &str = "ortalo.example";
/// The smallest organisation: every team has somebody to ask and somebody to answer.
pub(crate) const LEAST_PEOPLE: usize = 60;
/// The largest organisation: more than this and too many would share a name.
pub(crate) const MOST_PEOPLE: usize = 2_500;

/// How a team is staffed: share of 240 people, where they sit, what they are called.
#[derive(Debug)]
struct Team {
    key: &'static str,
    share: usize,
    zones: &'static [usize],
    titles: &'static [&'static str],
}

const fn team(
    key: &'static str,
    share: usize,
    zones: &'static [usize],
    titles: &'static [&'static str],
) -> Team {
    Team { key, share, zones, titles }
}

const ENGINEERS: [&str; 4] =
    ["Software Engineer", "Senior Software Engineer", "Staff Engineer", "QA Engineer"];

const TEAMS: [Team; 21] = [
    team("identity", 10, &[0, 0, 1, 6], &ENGINEERS),
    team("platform", 14, &[0, 1, 3, 6], &ENGINEERS),
    team("planning", 16, &[0, 0, 1], &["Software Engineer", "Optimization Engineer", "Product Manager"]),
    team("mobile", 12, &[1, 0, 6], &["Android Engineer", "iOS Engineer", "Senior Mobile Engineer"]),
    team("billing", 12, &[0, 1, 3], &ENGINEERS),
    team("data", 12, &[1, 3, 6], &["Data Engineer", "Analytics Engineer", "Senior Data Engineer"]),
    team("integrations", 14, &[0, 3, 6], &["Integration Engineer", "Senior Software Engineer"]),
    team(
        "infrastructure",
        16,
        &[0, 3, 6, 4],
        &["Site Reliability Engineer", "Database Engineer", "Release Engineer"],
    ),
    team("security", 7, &[0, 1, 3], &["Security Engineer", "Security Analyst"]),
    team("legal", 6, &[0, 3], &["Legal Counsel", "Privacy Manager", "Contract Manager"]),
    team("support", 28, &[1, 3, 6, 4], &["Support Engineer", "Senior Support Engineer", "Support Team Lead"]),
    team("sales", 30, &[1, 3, 4, 0], &["Account Executive", "Sales Representative", "Sales Manager"]),
    team("success", 22, &[0, 1, 3], &["Customer Success Manager", "Onboarding Specialist"]),
    team("solutions", 12, &[0, 3, 1], &["Solution Engineer", "Solution Architect", "Roll-out Consultant"]),
    team("it", 6, &[0, 3], &["IT Administrator", "IT Support Specialist"]),
    team("people", 6, &[0, 1], &["People Partner", "Recruiter", "Office Manager"]),
    team("marketing", 8, &[1, 3], &["Content Marketer", "Product Marketing Manager"]),
    team("finance", 5, &[0, 1], &["Controller", "Accountant"]),
    team("dach", 6, &[0], &["Kundenberater", "Account Managerin", "Projektleiter Roll-out"]),
    team("france", 4, &[2], &["Responsable de compte", "Consultante déploiement"]),
    team("japan", 4, &[5], &["カスタマーサクセス", "導入コンサルタント"]),
];

/// One person with their accounts, which all carry the same mail address.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub(crate) first: String,
    pub(crate) last: String,
    /// As the person signs mail: in their own script.
    pub(crate) mail_name: String,
    pub(crate) email: String,
    pub(crate) slack_id: String,
    pub(crate) jira_name: String,
    pub(crate) title: String,
    /// Position in [`ZONES`].
    pub(crate) zone: usize,
    /// The hour at which their day begins.
    pub(crate) start_hour: i64,
    pub(crate) joined: i64,
    pub(crate) left: Option<i64>,
    /// Begins sentences in lower case in the chat.
    pub(crate) lowercase: bool,
}

impl Person {
    pub(crate) fn name(&self) -> String {
        format!("{} {}", self.first, self.last)
    }

    /// Whether they work here at that time.
    pub(crate) fn works_at(&self, millis: i64) -> bool {
        self.joined <= millis && self.left.is_none_or(|left| millis < left)
    }

    /// Whether they have left by the end.
    pub(crate) fn departed(&self) -> bool {
        self.left.is_some()
    }
}

/// Everybody, and who sits in which team.
#[derive(Debug)]
pub(crate) struct Organization {
    pub(crate) people: Vec<Person>,
    /// Positions of the people of a team, ascending.
    pub(crate) teams: BTreeMap<&'static str, Vec<usize>>,
    /// The first moment of the sample.
    pub(crate) start: i64,
    /// The last moment of the sample.
    pub(crate) end: i64,
}

impl Organization {
    /// Staffs the teams with so many people, for the time from `start` to `end`.
    pub(crate) fn found(people: usize, start: i64, end: i64, names: &Sections, dice: &Dice) -> Self {
        let mut dice = dice.fork("organization");
        let mut registry = Registry {
            names,
            given: BTreeSet::new(),
            emails: BTreeSet::new(),
            accounts: BTreeSet::new(),
            ids: BTreeSet::new(),
        };
        let mut organization = Self { people: Vec::new(), teams: BTreeMap::new(), start, end };
        for (team, count) in TEAMS.iter().zip(staffing(people)) {
            for _ in 0..count {
                let person = registry.hire(team, start, end, &mut dice);
                organization.teams.entry(team.key).or_default().push(organization.people.len());
                organization.people.push(person);
            }
        }
        organization.rename_namesakes(&mut registry);
        organization
    }

    /// Who sits in a team; nobody in a team that there is not.
    pub(crate) fn team(&self, key: &str) -> &[usize] {
        self.teams.get(key).map_or(&[], Vec::as_slice)
    }

    /// Two pairs of people in different teams get the same name, and so a numbered address.
    fn rename_namesakes(&mut self, registry: &mut Registry<'_>) {
        for (team, other, place) in [("identity", "sales", 2), ("billing", "support", 1)] {
            let one = self.team(team).get(place).copied();
            let two = self.team(other).get(place).copied();
            let (Some(one), Some(two)) = (one, two) else { continue };
            let Some(namesake) = self.people.get(one).cloned() else { continue };
            let Some(person) = self.people.get_mut(two) else { continue };
            person.mail_name = namesake.mail_name;
            person.first = namesake.first;
            person.last = namesake.last;
            (person.email, person.jira_name) = registry.address(&person.first, &person.last);
        }
    }
}

/// How many people each team has: their shares, the rest in support.
fn staffing(people: usize) -> Vec<usize> {
    let mut counts: Vec<usize> = TEAMS.iter().map(|team| (team.share * people / 240).max(2)).collect();
    let total: usize = counts.iter().sum();
    let support = TEAMS.iter().position(|team| team.key == "support");
    if let Some(count) = support.and_then(|at| counts.get_mut(at)) {
        *count = (*count + people).saturating_sub(total).max(2);
    }
    counts
}

/// Names, addresses and ids that are taken.
struct Registry<'a> {
    names: &'a Sections,
    given: BTreeSet<String>,
    emails: BTreeSet<String>,
    accounts: BTreeSet<String>,
    ids: BTreeSet<String>,
}

impl Registry<'_> {
    fn hire(&mut self, team: &Team, start: i64, end: i64, dice: &mut Dice) -> Person {
        let zone = dice.pick(team.zones).copied().unwrap_or(0).min(ZONES.len() - 1);
        let (first, last, mail_name) = self.name(zone, team.key, dice);
        let (email, jira_name) = self.address(&first, &last);
        let mut slack_id = String::new();
        while slack_id.is_empty() || !self.ids.insert(slack_id.clone()) {
            slack_id = format!("U0{}", dice.token("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789", 9));
        }
        let span = end - start;
        let joined =
            if dice.chance(14) { start + span * dice.between(5, 60) / 100 } else { start - 400 * DAY };
        let left = dice.chance(6).then(|| start + span * dice.between(62, 92) / 100);
        Person {
            first,
            last,
            mail_name,
            email,
            slack_id,
            jira_name,
            title: dice.pick(team.titles).copied().unwrap_or_default().to_owned(),
            zone,
            start_hour: dice.between(8, 10),
            joined,
            left,
            lowercase: dice.chance(18),
        }
    }

    /// A name that nobody has yet, as long as there are any.
    fn name(&mut self, zone: usize, team: &str, dice: &mut Dice) -> (String, String, String) {
        let region = match (team, zone) {
            ("japan", _) | (_, 5) => ".ja",
            ("france", _) | (_, 2) => ".fr",
            (_, 6) => ".in",
            _ => "",
        };
        let firsts = self.names.get(&format!("first{region}"));
        let lasts = self.names.get(&format!("last{region}"));
        let mut drawn = Default::default();
        for _ in 0..40 {
            let (first, native_first) = native(dice.word(firsts));
            let (last, native_last) = native(dice.word(lasts));
            let mail_name = match (native_first, native_last) {
                (Some(given), Some(family)) => format!("{family} {given}"),
                _ => format!("{first} {last}"),
            };
            let fresh = self.given.insert(format!("{first} {last}"));
            drawn = (first, last, mail_name);
            if fresh {
                break;
            }
        }
        drawn
    }

    /// A mail address and a ticket account of the name, each numbered if it is taken.
    fn address(&mut self, first: &str, last: &str) -> (String, String) {
        let (first, last) = (ascii(first), ascii(last));
        let initial: String = first.chars().take(1).collect();
        let email = unused(&mut self.emails, &format!("{first}.{last}"));
        (format!("{email}@{DOMAIN}"), unused(&mut self.accounts, &format!("{initial}{last}")))
    }
}

/// The name itself, or with the first number from 2 on that makes it new.
fn unused(taken: &mut BTreeSet<String>, name: &str) -> String {
    let mut number = 1;
    let mut candidate = name.to_owned();
    while !taken.insert(candidate.clone()) {
        number += 1;
        candidate = format!("{name}{number}");
    }
    candidate
}

/// `Sato 佐藤` is a name and the same name in its own script.
fn native(name: &str) -> (String, Option<String>) {
    name.split_once(' ')
        .map_or_else(|| (name.to_owned(), None), |(latin, own)| (latin.to_owned(), Some(own.to_owned())))
}

/// The name in the lower-case letters of an address.
pub(crate) fn ascii(name: &str) -> String {
    let mut folded = String::new();
    for letter in name.chars().flat_map(char::to_lowercase) {
        match letter {
            'a'..='z' => folded.push(letter),
            'ä' => folded.push_str("ae"),
            'ö' => folded.push_str("oe"),
            'ü' => folded.push_str("ue"),
            'à' | 'á' | 'ã' => folded.push('a'),
            'é' | 'è' | 'ë' | 'ê' => folded.push('e'),
            'í' | 'î' | 'ı' => folded.push('i'),
            'ó' => folded.push('o'),
            'ł' => folded.push('l'),
            'ń' => folded.push('n'),
            'ć' | 'ç' => folded.push('c'),
            'ş' => folded.push('s'),
            'ź' | 'ż' => folded.push('z'),
            _ => {}
        }
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    fn company(people: usize) -> Organization {
        let names = Sections::read(include_str!("phrases/names.txt"));
        Organization::found(people, 0, 500 * DAY, &names, &Dice::new(3))
    }

    #[test]
    fn the_teams_add_up_to_the_plan() {
        for people in [LEAST_PEOPLE, 240, 1000] {
            assert_eq!(company(people).people.len(), people);
        }
    }

    #[test]
    fn addresses_and_ids_are_unique_and_names_are_not() {
        let people = company(240).people;
        let emails: BTreeSet<_> = people.iter().map(|person| person.email.clone()).collect();
        let jira: BTreeSet<_> = people.iter().map(|person| person.jira_name.clone()).collect();
        let names: BTreeSet<_> = people.iter().map(Person::name).collect();
        assert_eq!((emails.len(), jira.len()), (240, 240));
        assert!(names.len() < 240, "there are namesakes");
        assert!(emails.iter().all(|email| email.is_ascii()), "addresses are plain ASCII");
    }

    #[test]
    fn names_are_spelled_in_the_letters_of_an_address() {
        assert_eq!(ascii("Łukasz Zieliński"), "lukaszzielinski");
        assert_eq!(ascii("Sören Ben-Ami"), "soerenbenami");
    }
}
