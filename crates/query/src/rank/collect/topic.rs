//! Features that come from the documents that speak to the question.

use super::{BTreeMap, Circumstances, Feature, People, Recency, Role, Row, is_answer};
use crate::config::{is_confirmed, is_credited, is_idle, is_repeated};
use crate::retrieve::{Pool, Unit};

/// Reciprocal ranks start at 1/(1 + this).
const RANK_OFFSET: f32 = 20.0;

/// Collects them, and gives each container's share of the lexical votes, by number.
pub(super) fn collect(
    pool: &Pool,
    circumstances: &Circumstances<'_>,
    people: &mut People,
) -> BTreeMap<u32, f32> {
    let Circumstances { table, config, newest: now, .. } = *circumstances;
    let recency = Recency::new(config.evidence_half_life_days);
    let fresh = Recency::new(config.evidence_half_life_days / 4.0);
    let mut spans: BTreeMap<u32, Span> = BTreeMap::new();
    let mut shares: BTreeMap<u32, f32> = BTreeMap::new();
    for (unit, rank) in pool.units.iter().zip(ranks(pool)) {
        let row = unit.row.get().at();
        let in_channel = circumstances.channel.containers.contains(&table.container[row]);
        let in_pool = unit.in_lexical_pool || unit.cosine.is_some();
        if !in_pool && !in_channel {
            continue;
        }
        let (person, roles) = (table.person[row], table.roles[row]);
        if (circumstances.skip)(person) {
            continue;
        }
        let lexical = unit.lexical.powf(config.score_power);
        if roles.contains(Role::Asked) && !is_answer(roles) {
            if unit.in_lexical_pool {
                people.of(person).add(Feature::Asked, lexical);
            }
            continue;
        }
        let vote = config.roles.vote(roles);
        if vote <= 0.0 {
            continue;
        }
        let age = recency.of(table.last_at[row], now);
        let marks = table.marks[row];
        let rest = config.marks.rest(roles, marks);
        let solved = is_confirmed(roles, marks) && !is_repeated(marks);
        let person_features = people.of(person);
        if unit.in_lexical_pool {
            person_features.add(Feature::Votes, lexical * vote * age);
            person_features.add(Feature::Own, unit.own.powf(config.score_power) * vote * age);
            person_features.add(Feature::Answered, unit.question.powf(config.score_power) * vote * age);
            person_features.add(Feature::Fresh, lexical * vote * fresh.of(table.last_at[row], now));
            person_features.add(Feature::Timeless, lexical * vote);
            person_features.raise(Feature::Best, lexical * vote * age);
            person_features.add(Feature::Ranks, 10.0 * vote / (RANK_OFFSET + rank));
            person_features.add(Feature::Conversations, 1.0);
            person_features.add(Feature::Shown, lexical * vote * rest * age);
            person_features.add(Feature::ShownConversations, rest);
            person_features.add(Feature::Empty, lexical * vote * (1.0 - rest) * age);
            let old = 1.0 - fresh.of(table.last_at[row], now);
            person_features.add(Feature::Lapsed, lexical * vote * rest * old);
            if solved {
                person_features.add(Feature::Solved, lexical * age);
            }
            if marks.contains(model::Mark::Failed) {
                person_features.add(Feature::Failed, lexical);
            }
            if is_idle(marks) {
                person_features.add(Feature::Idle, lexical);
            }
            if is_repeated(marks) {
                person_features.add(Feature::Repeated, lexical);
            }
            person_features.raise(Feature::Coverage, unit.coverage);
            if is_credited(roles) {
                person_features.add(Feature::Credited, lexical * vote * age);
            }
            if roles.contains(Role::Resolved) {
                person_features.add(Feature::ResolvedVotes, lexical * age);
            }
            *shares.entry(table.container[row]).or_default() += lexical;
            spans.entry(person).or_default().see(circumstances, *unit.row.get());
        }
        if let Some(cosine) = unit.cosine {
            let near = 100.0 * cosine.max(0.0).powf(config.cosine_power) * vote;
            person_features.add(Feature::Near, near * age);
            person_features.add(Feature::ShownNear, near * rest * age);
            if solved {
                person_features.add(Feature::SolvedNear, near * age);
            }
        }
        if in_channel {
            person_features.add(Feature::ChannelVotes, lexical * vote * age);
            if let Some(cosine) = unit.cosine {
                let near = 100.0 * cosine.max(0.0).powf(config.cosine_power) * vote;
                person_features.add(Feature::ChannelNear, near * age);
            }
        }
    }
    rates(people);
    for (person, span) in spans {
        let (askers, days) = span.finish();
        let features = people.of(person);
        features.set(Feature::Askers, askers);
        features.set(Feature::Span, days);
    }
    for (person, profile) in (0..).zip(&pool.profiles) {
        if *profile > 0.0 && !(circumstances.skip)(person) {
            people.of(person).set(Feature::Profile, *profile);
        }
    }
    let total: f32 = shares.values().sum();
    if total > 0.0 {
        shares.values_mut().for_each(|share| *share /= total);
    }
    shares
}

/// Shares of a person's votes, shrunk by as many votes as two people have on the mean: one small vote is no rate.
fn rates(people: &mut People) {
    let mean = |feature: Feature| {
        let values = people.0.iter().flatten().map(|person| person.get(feature)).filter(|value| *value > 0.0);
        let (n, sum) = values.fold((0.0_f32, 0.0_f32), |(n, sum), value| (n + 1.0, sum + value));
        sum / n.max(1.0)
    };
    let (votes, timeless) = (2.0 * mean(Feature::Votes), 2.0 * mean(Feature::Timeless));
    let rate = |part: f32, of: f32, prior: f32, share: f32| {
        if of + prior > 0.0 { 10.0 * (part + share * prior) / (of + prior) } else { 0.0 }
    };
    for person in people.0.iter_mut().flatten() {
        let [all, shown, solved] = [Feature::Votes, Feature::Shown, Feature::Solved].map(|f| person.get(f));
        let [ever, fresh] = [Feature::Timeless, Feature::Fresh].map(|f| person.get(f));
        person.set(Feature::ShownRate, rate(shown, all, votes, 0.5));
        person.set(Feature::SolveRate, rate(solved, all, votes, 0.25));
        person.set(Feature::FreshRate, rate(fresh, ever, timeless, 0.5));
    }
}

/// The place of each unit among the best lexical documents, from 1; meaningless outside the pool.
fn ranks(pool: &Pool) -> Vec<f32> {
    let mut order: Vec<usize> =
        (0..pool.units.len()).filter(|place| pool.units[*place].in_lexical_pool).collect();
    let lexical = |place: &usize| pool.units[*place].lexical;
    let newest = |unit: &Unit| std::cmp::Reverse(*unit.row.get());
    order.sort_by(|a, b| {
        lexical(b).total_cmp(&lexical(a)).then(newest(&pool.units[*a]).cmp(&newest(&pool.units[*b])))
    });
    let mut ranks = vec![f32::INFINITY; pool.units.len()];
    for (place, unit) in order.into_iter().enumerate() {
        ranks[unit] = (place + 1) as f32;
    }
    ranks
}

/// What a person's documents in the pool stretch over.
#[derive(Default)]
struct Span {
    askers: Vec<u32>,
    days: Vec<f64>,
}

impl Span {
    fn see(&mut self, circumstances: &Circumstances<'_>, row: Row) {
        self.askers.push(circumstances.table.asker[row.at()]);
        self.days.push(circumstances.now.days_since(circumstances.table.last_at[row.at()]));
    }

    fn finish(mut self) -> (f32, f32) {
        self.askers.sort_unstable();
        self.askers.dedup();
        let ends = self.days.iter().fold((f64::MAX, f64::MIN), |(a, b), day| (a.min(*day), b.max(*day)));
        (self.askers.len() as f32, (ends.1 - ends.0).max(0.0) as f32)
    }
}
