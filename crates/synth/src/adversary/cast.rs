//! Who knows, who only seems to: the parts that people play around each subject.

use std::collections::{BTreeMap, BTreeSet};

use super::areas;
use super::subjects::Subject;
use crate::dice::Dice;
use crate::sample::organization::{DOMAIN, Organization, ascii};

/// What makes a subject hard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trait {
    /// Nothing but the usual noise.
    Plain,
    /// One specialist with three perfect answers, and much noise of others.
    Quiet,
    /// Answered by somebody of another area, mostly outside the home channel.
    CrossTeam,
    /// Someone knew the product that was there before.
    Lapsed,
    /// Somebody else has the expert's name.
    Namesake,
    /// Tickets are closed by a manager.
    Closer,
    /// Somebody pastes the experts' answers elsewhere.
    Copier,
    /// Asked and discussed, never answered.
    Orphan,
}

impl Trait {
    /// The name in the questions' file.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Quiet => "quiet",
            Self::CrossTeam => "cross_team",
            Self::Lapsed => "lapsed_rival",
            Self::Namesake => "namesake",
            Self::Closer => "closer",
            Self::Copier => "copier",
            Self::Orphan => "near_miss",
        }
    }
}

/// Subjects take these in turn, so that every seed has all of them.
const TRAITS: [Trait; 8] = [
    Trait::Plain,
    Trait::Quiet,
    Trait::CrossTeam,
    Trait::Lapsed,
    Trait::Namesake,
    Trait::Closer,
    Trait::Copier,
    Trait::Lapsed,
];

/// The people around one subject, as positions in the organisation. No two parts share a person.
#[derive(Debug, Clone)]
pub(super) struct Cast {
    pub(super) hard: Trait,
    /// Position of the subject's area.
    pub(super) area: usize,
    /// The main expert first; none for an orphan.
    pub(super) experts: Vec<usize>,
    /// Solved one single thing.
    pub(super) helper: Option<usize>,
    /// They discuss and guess.
    pub(super) loud: Vec<usize>,
    /// They ask again and again.
    pub(super) askers: Vec<usize>,
    /// They ask now and then.
    pub(super) learners: Vec<usize>,
    pub(super) lapsed: Option<usize>,
    pub(super) copier: Option<usize>,
    pub(super) closer: Option<usize>,
    pub(super) namesake: Option<usize>,
}

impl Cast {
    /// Those who seem to know, and how.
    pub(super) fn impostors(&self) -> BTreeMap<usize, &'static str> {
        let mut found = BTreeMap::new();
        let single = [
            (self.lapsed, "lapsed"),
            (self.copier, "copier"),
            (self.closer, "closer"),
            (self.namesake, "namesake"),
        ];
        found.extend(self.loud.iter().map(|person| (*person, "loud")));
        found.extend(self.askers.iter().map(|person| (*person, "asker")));
        found.extend(single.iter().filter_map(|(person, kind)| person.map(|person| (person, *kind))));
        found
    }
}

/// Gives out parts, with a memory of who has how many.
struct Casting<'a> {
    organization: &'a Organization,
    /// How many subjects somebody knows.
    known: BTreeMap<usize, usize>,
    /// People in the order of their talkativeness, the most talkative first.
    talkative: Vec<usize>,
    busy: &'a [usize],
    dice: Dice,
}

/// Casts all subjects; the last `orphans` of them are known by nobody.
pub(super) fn cast(
    subjects: &[Subject],
    orphans: usize,
    organization: &Organization,
    busy: &[usize],
    dice: &Dice,
) -> Vec<Cast> {
    let mut dice = dice.fork("cast");
    let mut talkative: Vec<usize> = (0..organization.people.len()).collect();
    dice.shuffle(&mut talkative);
    let mut casting = Casting { organization, known: BTreeMap::new(), talkative, busy, dice };
    let live = subjects.len().saturating_sub(orphans);
    subjects
        .iter()
        .enumerate()
        .map(|(at, subject)| {
            let turn = TRAITS.get(at % TRAITS.len()).copied().unwrap_or(Trait::Plain);
            casting.one(subject, if at < live { turn } else { Trait::Orphan })
        })
        .collect()
}

impl Casting<'_> {
    fn one(&mut self, subject: &Subject, hard: Trait) -> Cast {
        let area = areas::position(&subject.area);
        let mut taken: BTreeSet<usize> = self.busy.iter().copied().collect();
        let mut cast = Cast {
            hard,
            area,
            experts: Vec::new(),
            helper: None,
            loud: Vec::new(),
            askers: Vec::new(),
            learners: Vec::new(),
            lapsed: None,
            copier: None,
            closer: None,
            namesake: None,
        };
        let manager = self.manager(area, &mut taken);
        cast.closer = manager.filter(|_| hard == Trait::Closer || self.dice.chance(35));
        let experts = match hard {
            Trait::Orphan => 0,
            Trait::Quiet => 1,
            _ => 1 + usize::from(self.dice.chance(65)) + usize::from(self.dice.chance(18)),
        };
        let expert_area = if hard == Trait::CrossTeam {
            self.other_area(area)
        } else {
            areas::people(self.organization, area)
        };
        for _ in 0..experts {
            cast.experts.extend(self.expert(&expert_area, &mut taken));
        }
        let near = areas::people(self.organization, area);
        if hard != Trait::Quiet && hard != Trait::Orphan && self.dice.chance(40) {
            cast.helper = self.anyone(&mut taken);
        }
        if hard == Trait::Lapsed {
            cast.lapsed = self.someone(&near, &mut taken);
        }
        if matches!(hard, Trait::Copier | Trait::Quiet) || (hard != Trait::Orphan && self.dice.chance(25)) {
            cast.copier = self.anyone(&mut taken);
        }
        for _ in 0..2 {
            let near_by = self.dice.chance(50);
            cast.loud.extend(if near_by { self.someone(&near, &mut taken) } else { self.anyone(&mut taken) });
        }
        for _ in 0..2 {
            cast.askers.extend(self.anyone(&mut taken));
        }
        if hard == Trait::Namesake {
            cast.namesake = self.stranger(area, &mut taken);
        }
        for _ in 0..12 {
            cast.learners.extend(self.anyone(&mut taken));
        }
        cast
    }

    /// Somebody of these who knows little else so far.
    fn expert(&mut self, among: &[usize], taken: &mut BTreeSet<usize>) -> Option<usize> {
        let mut able: Vec<usize> = among.iter().copied().filter(|person| !taken.contains(person)).collect();
        self.dice.shuffle(&mut able);
        able.sort_by_key(|person| self.known.get(person).copied().unwrap_or(0));
        let expert = able.first().copied()?;
        *self.known.entry(expert).or_default() += 1;
        taken.insert(expert);
        Some(expert)
    }

    fn other_area(&mut self, area: usize) -> Vec<usize> {
        let step = 1 + self.dice.below(areas::AREAS.len() - 1);
        areas::people(self.organization, (area + step) % areas::AREAS.len())
    }

    /// The manager of an area: always the same person, who is no expert there.
    fn manager(&mut self, area: usize, taken: &mut BTreeSet<usize>) -> Option<usize> {
        let manager = areas::people(self.organization, area).last().copied()?;
        taken.insert(manager).then_some(manager)
    }

    fn someone(&mut self, among: &[usize], taken: &mut BTreeSet<usize>) -> Option<usize> {
        let free: Vec<usize> = among.iter().copied().filter(|person| !taken.contains(person)).collect();
        let person = *self.dice.pick(&free)?;
        taken.insert(person);
        Some(person)
    }

    /// Anybody, the talkative much more often than the rest: activity is spread by a power law.
    fn anyone(&mut self, taken: &mut BTreeSet<usize>) -> Option<usize> {
        for _ in 0..40 {
            let person = skewed(&self.talkative, &mut self.dice)?;
            if taken.insert(person) {
                return Some(person);
            }
        }
        None
    }

    /// Somebody of another area who gets the main expert's name.
    fn stranger(&mut self, area: usize, taken: &mut BTreeSet<usize>) -> Option<usize> {
        let near: BTreeSet<usize> = areas::people(self.organization, area).into_iter().collect();
        let far: Vec<usize> =
            (0..self.organization.people.len()).filter(|person| !near.contains(person)).collect();
        self.someone(&far, taken)
    }
}

/// One of them, the first ones much more often.
pub(super) fn skewed(people: &[usize], dice: &mut Dice) -> Option<usize> {
    let bound = 1 + dice.below(people.len());
    people.get(dice.below(bound)).copied()
}

/// Gives each namesake the name of the main expert; who has such a name already keeps it.
pub(super) fn rename(organization: &mut Organization, casts: &mut [Cast]) {
    let mut named: BTreeSet<usize> = BTreeSet::new();
    for cast in casts {
        let (Some(namesake), Some(expert)) = (cast.namesake, cast.experts.first().copied()) else { continue };
        if named.contains(&namesake) || named.contains(&expert) {
            cast.namesake = None;
            continue;
        }
        named.extend([namesake, expert]);
        let Some(original) = organization.people.get(expert).cloned() else { continue };
        if let Some(person) = organization.people.get_mut(namesake) {
            let (first, last) = (ascii(&original.first), ascii(&original.last));
            person.email = format!("{first}.{last}.{namesake}@{DOMAIN}");
            person.jira_name = format!("{first}{last}{namesake}");
            (person.first, person.last, person.mail_name) =
                (original.first, original.last, original.mail_name);
        }
    }
}
