//! Who knows what: for each topic its experts, those who ask, those who only talk.

use std::collections::BTreeMap;

use super::organization::Organization;
use super::topics::Topic;
use crate::dice::Dice;

/// The people around one topic, as positions in the organisation.
#[derive(Debug, Clone, Default)]
pub(crate) struct Cast {
    /// One to three who answer, all still here.
    pub(crate) experts: Vec<usize>,
    /// One who answered until they left.
    pub(crate) former: Option<usize>,
    /// They ask.
    pub(crate) learners: Vec<usize>,
    /// They are in the channel, guess now and then, and know nothing of it.
    pub(crate) talkers: Vec<usize>,
}

/// Everybody's part in everything.
#[derive(Debug)]
pub(crate) struct Casting {
    /// One cast a topic, in the order of the topics.
    pub(crate) casts: Vec<Cast>,
    /// A few who answer shallowly everywhere.
    pub(crate) busy: Vec<usize>,
}

/// Those who meet customers and therefore ask about everything.
const CURIOUS: [&str; 4] = ["support", "sales", "success", "solutions"];

/// Gives out the parts.
pub(crate) fn cast(topics: &[Topic], organization: &Organization, dice: &Dice) -> Casting {
    let mut dice = dice.fork("casting");
    let mut known_for: BTreeMap<usize, usize> = BTreeMap::new();
    let casts: Vec<Cast> = topics
        .iter()
        .enumerate()
        .map(|(number, topic)| cast_topic(number, topic, organization, &mut known_for, &mut dice))
        .collect();
    let mut busy = stayers(organization, organization.team("support"));
    busy.extend(stayers(organization, organization.team("solutions")));
    busy.retain(|person| !known_for.contains_key(person));
    dice.shuffle(&mut busy);
    busy.truncate((organization.people.len() / 40).max(2));
    Casting { casts, busy }
}

fn cast_topic(
    number: usize,
    topic: &Topic,
    organization: &Organization,
    known_for: &mut BTreeMap<usize, usize>,
    dice: &mut Dice,
) -> Cast {
    let team = organization.team(&topic.team);
    let mut able = stayers(organization, team);
    if able.is_empty() {
        able = team.to_vec();
    }
    dice.shuffle(&mut able);
    // Whoever is known for least so far comes first: know-how is spread, as in a company that works.
    able.sort_by_key(|person| known_for.get(person).copied().unwrap_or(0));
    let count =
        if super::SHOWN.contains(&topic.key.as_str()) { 2 + dice.below(2) } else { 1 + dice.below(3) };
    let count = count.min((able.len() / 2).max(1));
    able.truncate(count);
    for expert in &able {
        *known_for.entry(*expert).or_default() += 1;
    }
    let gone = |person: &&usize| {
        organization.people.get(**person).is_some_and(super::organization::Person::departed)
    };
    let former = if number % 7 == 5 { team.iter().find(gone).copied() } else { None };
    let (learners, talkers) = audience(topic, organization, &able, former, dice);
    Cast { experts: able, former, learners, talkers }
}

/// Who asks about the topic, and who only talks where it is discussed.
fn audience(
    topic: &Topic,
    organization: &Organization,
    experts: &[usize],
    former: Option<usize>,
    dice: &mut Dice,
) -> (Vec<usize>, Vec<usize>) {
    let mut near: Vec<usize> = organization.team(&topic.team).to_vec();
    let mut far: Vec<usize> = if topic.language == "en" {
        CURIOUS.iter().flat_map(|team| organization.team(team).iter().copied()).collect()
    } else {
        Vec::new()
    };
    let outsider = |person: &usize| !experts.contains(person) && former != Some(*person);
    near.retain(outsider);
    far.retain(outsider);
    dice.shuffle(&mut near);
    dice.shuffle(&mut far);
    let mut learners: Vec<usize> = far.iter().copied().take(7 + dice.below(4)).collect();
    learners.extend(near.iter().copied().take(if far.is_empty() { near.len() } else { 2 }));
    let mut talkers: Vec<usize> = far.iter().rev().copied().take(3).collect();
    talkers.extend(near.iter().rev().copied().take(3));
    (learners, talkers)
}

/// Those of them who are here from the first day to the last.
fn stayers(organization: &Organization, people: &[usize]) -> Vec<usize> {
    let stays =
        |person: &super::organization::Person| person.works_at(organization.start) && !person.departed();
    people.iter().copied().filter(|at| organization.people.get(*at).is_some_and(stays)).collect()
}
