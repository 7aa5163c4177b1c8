//! Features that come from everything a person answered, whatever the question.

use super::{BTreeMap, Circumstances, Feature, Features, People, Role, days};

/// Answers a person is thought to have given before any is seen, when rates are worked out.
const PRIOR_ANSWERS: f32 = 4.0;
const PRIOR_CREDIT: f32 = 0.25;

/// What is counted over all of a person's documents.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Tally {
    pub(super) answers: f32,
    pub(super) credited: f32,
    pub(super) asked: f32,
    pub(super) hour: f32,
}

impl Tally {
    /// Sets the features that are shares of what was counted.
    pub(super) fn tell(&self, features: &mut Features) {
        let conversations = features.get(Feature::Conversations);
        features.set(Feature::Focus, 10.0 * conversations / (self.answers + PRIOR_ANSWERS));
        features.set(Feature::CreditRate, 10.0 * rate(self.credited, self.answers, PRIOR_CREDIT));
        features.set(Feature::AskRate, 10.0 * rate(self.asked, self.answers + self.asked, 0.5));
        features.set(Feature::Hour, 10.0 * rate(self.hour, self.answers, 5.0 / 24.0));
    }
}

/// Collects them from what is counted already; where somebody is watched, by one pass over the rows, which tells
/// the document behind every value.
pub(super) fn collect(
    shares: &BTreeMap<u32, f32>,
    circumstances: &Circumstances<'_>,
    people: &mut People<'_>,
) {
    if circumstances.watched.is_empty() {
        circumstances.presence.collect(shares, circumstances, people);
    } else {
        pass(shares, circumstances, people);
    }
}

fn pass(shares: &BTreeMap<u32, f32>, circumstances: &Circumstances<'_>, people: &mut People<'_>) {
    let Circumstances { table, admission, newest, ages, .. } = *circumstances;
    let mut by_container = vec![(0.0_f32, false); table.containers.len()];
    for (container, share) in shares {
        by_container[*container as usize].0 = *share;
    }
    for container in &circumstances.channel.containers {
        by_container[*container as usize].1 = true;
    }
    let hour = hour_of(circumstances.now.as_millis());
    let mut tallies = vec![Tally::default(); table.people.len()];
    let mut guessed: BTreeMap<(u32, u32), f32> = BTreeMap::new();
    let mut everybody: Vec<Features> = (0..u32::try_from(table.people.len()).unwrap_or(u32::MAX))
        .map(|person| circumstances.somebody(person))
        .collect();
    for row in table.admitted(admission) {
        let at = row.at();
        let (person, roles) = (table.person[at], table.roles[at]);
        everybody[person as usize].see(Some(row));
        let tally = &mut tallies[person as usize];
        if !roles.is_answer() {
            tally.asked += f32::from(u8::from(roles.contains(Role::Asked)));
            continue;
        }
        let age = days(table.last_at[at], newest);
        tally.answers += 1.0;
        tally.credited += f32::from(u8::from(roles.is_acknowledged()));
        let distance = (hour - hour_of(table.last_at[at].as_millis())).rem_euclid(24);
        tally.hour += f32::from(u8::from(distance <= 2 || distance >= 22));
        let features = &mut everybody[person as usize];
        features.add(Feature::Load, ages.season.after(age));
        features.add(Feature::Lately, ages.lately.after(age));
        features.add(Feature::Answers, ages.activity.after(age));
        features.add(Feature::Ever, ages.ever.after(age));
        features.raise(Feature::LastSeen, 100.0 / (1.0 + age as f32));
        let (share, in_channel) = by_container[table.container[at] as usize];
        if in_channel {
            features.add(Feature::ChannelLately, ages.lately.after(age));
            features.add(Feature::ChannelAnswers, ages.activity.after(age));
            features.add(Feature::ChannelEver, ages.ever.after(age));
        }
        if share > 0.0 {
            *guessed.entry((person, table.container[at])).or_default() += ages.activity.after(age);
        }
        if circumstances.askers.contains(&table.asker[at]) {
            features.add(Feature::Helped, ages.season.after(age));
        }
    }
    for features in &mut everybody {
        features.see(None);
    }
    for ((person, container), answers) in guessed {
        everybody[person as usize]
            .add(Feature::GuessedChannel, 10.0 * by_container[container as usize].0 * answers.ln_1p());
    }
    for (found, tally) in everybody.into_iter().zip(tallies) {
        let person = found.person;
        if (circumstances.skip)(person) {
            continue;
        }
        if !people.has(person) && found.get(Feature::ChannelEver) <= 0.0 {
            continue;
        }
        let features = people.of(person);
        for feature in Feature::ALL.into_iter().filter(|feature| found.get(*feature) > 0.0) {
            features.take(feature, &found);
        }
        tally.tell(features);
    }
}

fn rate(hits: f32, of: f32, prior: f32) -> f32 {
    (hits + PRIOR_ANSWERS * prior) / (of + PRIOR_ANSWERS)
}

/// The hour of the day (UTC), 0 to 23.
pub(super) fn hour_of(millis: i64) -> i64 {
    millis.div_euclid(3_600_000).rem_euclid(24)
}
