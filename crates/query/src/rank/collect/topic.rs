//! Features that come from the documents that speak to the question.

use model::{Mark, MarkSet};

use super::{BTreeMap, Circumstances, Feature, Features, People, Role, RoleSet, Row};
use crate::config::{is_confirmed, is_idle, is_repeated};
use crate::retrieve::{Pool, Unit};

/// Reciprocal ranks start at 1/(1 + this).
const RANK_OFFSET: f32 = 20.0;

/// What one document is worth to the person it credits.
struct Ballot<'u> {
    unit: &'u Unit,
    /// Its place among the best lexical documents, from 1.
    rank: f32,
    roles: RoleSet,
    marks: MarkSet,
    /// Lexical score, to its power.
    lexical: f32,
    /// Cosine to its power, × 100; `None` if it is not among the nearest.
    near: Option<f32>,
    /// What the role is worth.
    vote: f32,
    /// What marks leave of it, 0 to 1.
    rest: f32,
    /// What recency leaves of it, 0 to 1.
    age: f32,
    /// The same with a fourth of the half-life.
    fresh: f32,
    /// Others confirmed the person's own words.
    solved: bool,
}

/// Collects them, and gives each container's share of the lexical votes, by number.
pub(super) fn collect(
    pool: &Pool,
    circumstances: &Circumstances<'_>,
    people: &mut People<'_>,
) -> BTreeMap<u32, f32> {
    let Circumstances { table, config, newest, ages, .. } = *circumstances;
    let mut spans: BTreeMap<u32, Span> = BTreeMap::new();
    let mut shares: BTreeMap<u32, f32> = BTreeMap::new();
    for (unit, rank) in pool.units.iter().zip(ranks(pool)) {
        let row = unit.row.get().at();
        let in_channel = circumstances.channel.containers.contains(&table.container[row]);
        let in_pool = unit.in_lexical_pool || unit.cosine.is_some();
        let (person, roles, marks) = (table.person[row], table.roles[row], table.marks[row]);
        if (circumstances.skip)(person) || !(in_pool || in_channel) {
            continue;
        }
        people.see(Some(*unit.row.get()));
        let lexical = unit.lexical.powf(config.score_power);
        if roles.contains(Role::Asked) && !roles.is_answer() {
            if unit.in_lexical_pool {
                people.of(person).add(Feature::Asked, lexical);
            }
            continue;
        }
        let vote = config.roles.vote(roles);
        if vote <= 0.0 {
            continue;
        }
        let ballot = Ballot {
            unit,
            rank,
            roles,
            marks,
            lexical,
            near: unit.cosine.map(|cosine| 100.0 * cosine.max(0.0).powf(config.cosine_power)),
            vote,
            rest: config.marks.rest(roles, marks),
            age: ages.evidence.of(table.last_at[row], newest),
            fresh: ages.fresh.of(table.last_at[row], newest),
            solved: is_confirmed(roles, marks) && !is_repeated(marks),
        };
        let features = people.of(person);
        if unit.in_lexical_pool {
            ballot.by_words(features, config.score_power);
            *shares.entry(table.container[row]).or_default() += lexical;
            spans.entry(person).or_default().see(circumstances, *unit.row.get());
        }
        ballot.by_meaning(features);
        if in_channel {
            ballot.in_channel(features);
        }
    }
    people.see(None);
    whole(people, spans);
    let total: f32 = shares.values().sum();
    shares.into_iter().map(|(container, share)| (container, share / total.max(f32::MIN_POSITIVE))).collect()
}

impl Ballot<'_> {
    fn by_words(&self, features: &mut Features, power: f32) {
        let (lexical, counts) = (self.lexical, self.lexical * self.vote);
        features.add(Feature::Votes, counts * self.age);
        features.add(Feature::Own, self.unit.own.powf(power) * self.vote * self.age);
        features.add(Feature::Answered, self.unit.question.powf(power) * self.vote * self.age);
        features.add(Feature::Fresh, counts * self.fresh);
        features.add(Feature::Timeless, counts);
        features.raise(Feature::Best, counts * self.age);
        features.add(Feature::Ranks, 10.0 * self.vote / (RANK_OFFSET + self.rank));
        features.add(Feature::Conversations, 1.0);
        features.raise(Feature::Coverage, self.unit.coverage);
        features.add(Feature::Shown, counts * self.rest * self.age);
        features.add(Feature::ShownConversations, self.rest);
        features.add(Feature::Empty, counts * (1.0 - self.rest) * self.age);
        features.add(Feature::Lapsed, counts * self.rest * (1.0 - self.fresh));
        let mut add_if = |holds: bool, feature: Feature, value: f32| {
            if holds {
                features.add(feature, value);
            }
        };
        add_if(self.solved, Feature::Solved, lexical * self.age);
        add_if(self.roles.is_acknowledged(), Feature::Credited, counts * self.age);
        add_if(self.roles.contains(Role::Resolved), Feature::ResolvedVotes, lexical * self.age);
        add_if(self.marks.contains(Mark::Failed), Feature::Failed, lexical);
        add_if(is_idle(self.marks), Feature::Idle, lexical);
        add_if(is_repeated(self.marks), Feature::Repeated, lexical);
    }

    fn by_meaning(&self, features: &mut Features) {
        let Some(near) = self.near.map(|near| near * self.vote) else { return };
        features.add(Feature::Near, near * self.age);
        features.add(Feature::ShownNear, near * self.rest * self.age);
        if self.solved {
            features.add(Feature::SolvedNear, near * self.age);
        }
    }

    fn in_channel(&self, features: &mut Features) {
        features.add(Feature::ChannelVotes, self.lexical * self.vote * self.age);
        if let Some(near) = self.near {
            features.add(Feature::ChannelNear, near * self.vote * self.age);
        }
    }
}

/// What comes from all of a person's documents together.
fn whole(people: &mut People<'_>, spans: BTreeMap<u32, Span>) {
    rates(people);
    for (person, span) in spans {
        let (askers, days) = span.finish();
        let features = people.of(person);
        features.set(Feature::Askers, askers);
        features.set(Feature::Span, days);
    }
}

/// Lets in those for whom only their profile speaks, unless there are more people with a profile than are compared:
/// then none of them is a candidate ([`crate::rank::candidates`]). Returns whether they are in.
pub(super) fn let_in(pool: &Pool, circumstances: &Circumstances<'_>, people: &mut People<'_>) -> bool {
    let with_profile = || profiles(pool).filter(|(person, _)| !(circumstances.skip)(*person));
    let few = with_profile().count() <= circumstances.config.candidates;
    if few {
        for (person, _) in with_profile() {
            people.of(person);
        }
    }
    few
}

/// Tells the profiles of those who are in.
pub(super) fn tell_profiles(pool: &Pool, people: &mut People<'_>) {
    for (person, profile) in profiles(pool) {
        if people.has(person) {
            people.of(person).set(Feature::Profile, profile);
        }
    }
}

fn profiles(pool: &Pool) -> impl Iterator<Item = (u32, f32)> + '_ {
    (0..).zip(pool.profiles.iter().copied()).filter(|(_, profile)| *profile > 0.0)
}

/// Shares of a person's votes, shrunk by as many votes as two people have on the mean: one small vote is no rate.
fn rates(people: &mut People) {
    let mean = |feature: Feature| {
        let values = people.by_number().map(|person| person.get(feature)).filter(|value| *value > 0.0);
        let (n, sum) = values.fold((0.0_f32, 0.0_f32), |(n, sum), value| (n + 1.0, sum + value));
        sum / n.max(1.0)
    };
    let (votes, timeless) = (2.0 * mean(Feature::Votes), 2.0 * mean(Feature::Timeless));
    let rate = |part: f32, of: f32, prior: f32, share: f32| {
        if of + prior > 0.0 { 10.0 * (part + share * prior) / (of + prior) } else { 0.0 }
    };
    for person in people.each() {
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
