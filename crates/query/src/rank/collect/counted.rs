//! What everybody answered, counted for all questions of the same rights: the same numbers as a pass over the
//! rows, without the pass.

use index::{Admission, DocumentTable, Row};
use model::Timestamp;

use super::presence::{Tally, hour_of};
use super::{BTreeMap, Circumstances, Feature, People, Role, days};
use crate::rank::Ages;

/// What is known of one person, whatever the question.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Counts {
    tally: Tally,
    /// Answers by the hour of the day (UTC).
    hours: [f32; 24],
    load: f32,
    lately: f32,
    answers: f32,
    ever: f32,
    last_seen: f32,
}

/// What everybody answered, as far as one admission goes; true for that admission and these half-lives only.
///
/// Sums are made in the order of the rows, as a pass makes them: features come out equal to the last bit.
#[derive(Debug, Clone, PartialEq)]
pub struct Presence {
    people: Vec<Counts>,
    /// Rows of answers by the number of the container.
    by_container: Lists,
    /// Rows of answers by the number of the person who asked.
    by_asker: Lists,
    /// Of every container, who answered there and ln(1 + how much) (activity half-life), ascending by person.
    activity: Vec<Vec<(u32, f32)>>,
    /// Answers in every container (activity half-life).
    busy: Vec<f64>,
}

impl Presence {
    /// Counts what is admitted; `newest` is the time of the newest of it. Costs one pass over the rows, and about
    /// 150 bytes a person and 16 a document.
    pub fn of(table: &DocumentTable, admission: &Admission, newest: Timestamp, ages: &Ages) -> Self {
        let mut people = vec![Counts::default(); table.people.len()];
        let (mut placed, mut asked) = (Vec::new(), Vec::new());
        for row in table.admitted(admission) {
            let at = row.at();
            let roles = table.roles[at];
            let person = &mut people[table.person[at] as usize];
            if !roles.is_answer() {
                person.tally.asked += f32::from(u8::from(roles.contains(Role::Asked)));
                continue;
            }
            let age = days(table.last_at[at], newest);
            person.tally.answers += 1.0;
            person.tally.credited += f32::from(u8::from(roles.is_acknowledged()));
            person.hours[hour_of(table.last_at[at].as_millis()) as usize] += 1.0;
            person.load += ages.season.after(age);
            person.lately += ages.lately.after(age);
            person.answers += ages.activity.after(age);
            person.ever += ages.ever.after(age);
            person.last_seen = person.last_seen.max(100.0 / (1.0 + age as f32));
            placed.push((table.container[at], row));
            asked.push((table.asker[at], row));
        }
        let by_container = Lists::of(table.containers.len(), &placed);
        let mut sums = Sums::new(table.people.len());
        let mut busy = vec![0.0; table.containers.len()];
        let activity = (0..).take(table.containers.len()).map(|container| {
            for row in by_container.get(container) {
                let recent = ages.activity.after(days(table.last_at[row.at()], newest));
                sums.add(table.person[row.at()], recent);
                busy[container as usize] += f64::from(recent);
            }
            sums.take().into_iter().map(|(person, answers)| (person, answers.ln_1p())).collect()
        });
        let activity = activity.collect();
        Self { people, by_container, by_asker: Lists::of(table.people.len(), &asked), activity, busy }
    }

    /// How much was answered in every container, by its number, the older the less (activity half-life).
    pub fn busy(&self) -> &[f64] {
        &self.busy
    }

    /// The features of everybody who is in already, or present in the channel.
    pub(super) fn collect(
        &self,
        shares: &BTreeMap<u32, f32>,
        circumstances: &Circumstances<'_>,
        people: &mut People<'_>,
    ) {
        let Circumstances { table, newest, ages, .. } = *circumstances;
        let mut in_channel = vec![[0.0_f32; 3]; self.people.len()];
        for row in self.by_container.merged(&circumstances.channel.containers) {
            let age = days(table.last_at[row.at()], newest);
            let sums = &mut in_channel[table.person[row.at()] as usize];
            for (sum, recency) in sums.iter_mut().zip([&ages.lately, &ages.activity, &ages.ever]) {
                *sum += recency.after(age);
            }
        }
        let mut helped: BTreeMap<u32, f32> = BTreeMap::new();
        for row in self.by_asker.merged(circumstances.askers) {
            let age = days(table.last_at[row.at()], newest);
            *helped.entry(table.person[row.at()]).or_default() += ages.season.after(age);
        }
        let mut guessed = vec![0.0_f32; self.people.len()];
        for (container, share) in shares.iter().filter(|(_, share)| **share > 0.0) {
            for (person, answers) in &self.activity[*container as usize] {
                guessed[*person as usize] += 10.0 * share * answers;
            }
        }
        let hour = hour_of(circumstances.now.as_millis());
        for ((number, person), (channel, guessed)) in
            (0_u32..).zip(&self.people).zip(in_channel.iter().zip(guessed))
        {
            // Presence in the channel lets somebody in; presence elsewhere only tells more of who is in already.
            if (!people.has(number) && channel[2] <= 0.0) || (circumstances.skip)(number) {
                continue;
            }
            let features = people.of(number);
            let [channel_lately, channel_answers, channel_ever] = *channel;
            for (feature, value) in [
                (Feature::ChannelLately, channel_lately),
                (Feature::ChannelAnswers, channel_answers),
                (Feature::ChannelEver, channel_ever),
                (Feature::GuessedChannel, guessed),
                (Feature::Load, person.load),
                (Feature::Lately, person.lately),
                (Feature::Answers, person.answers),
                (Feature::Ever, person.ever),
                (Feature::LastSeen, person.last_seen),
                (Feature::Helped, helped.get(&number).copied().unwrap_or(0.0)),
            ] {
                features.set(feature, value);
            }
            let near = (-2..=2).map(|off| person.hours[(hour + off).rem_euclid(24) as usize]).sum();
            Tally { hour: near, ..person.tally }.tell(features);
        }
    }
}

/// Lists of rows by a number, each ascending, in one block of memory.
#[derive(Debug, Clone, PartialEq)]
struct Lists {
    /// Where each list starts in `rows`, and where the last one ends.
    starts: Vec<u32>,
    rows: Vec<Row>,
}

impl Lists {
    /// So many lists of these rows, which ascend; rows of other numbers are left out.
    fn of(lists: usize, numbered: &[(u32, Row)]) -> Self {
        let numbered = || numbered.iter().filter(|(number, _)| (*number as usize) < lists);
        let mut starts = vec![0_u32; lists + 1];
        for (number, _) in numbered() {
            starts[*number as usize + 1] += 1;
        }
        for list in 0..lists {
            starts[list + 1] += starts[list];
        }
        let (mut next, mut rows) = (starts.clone(), vec![Row(0); numbered().count()]);
        for (number, row) in numbered() {
            let place = &mut next[*number as usize];
            rows[*place as usize] = *row;
            *place += 1;
        }
        Self { starts, rows }
    }

    /// One list; empty for a number that has none.
    fn get(&self, number: u32) -> &[Row] {
        let at = |number: usize| self.starts.get(number).map_or(self.rows.len(), |start| *start as usize);
        &self.rows[at(number as usize)..at(number as usize + 1)]
    }

    /// Some of the lists together, ascending.
    fn merged(&self, numbers: &[u32]) -> Vec<Row> {
        let mut rows: Vec<Row> = numbers.iter().flat_map(|number| self.get(*number)).copied().collect();
        if numbers.len() > 1 {
            rows.sort_unstable();
            rows.dedup();
        }
        rows
    }
}

/// Sums by person that are taken and begun again.
struct Sums {
    sums: Vec<f32>,
    touched: Vec<u32>,
}

impl Sums {
    fn new(people: usize) -> Self {
        Self { sums: vec![0.0; people], touched: Vec::new() }
    }

    /// Adds something above 0.
    fn add(&mut self, person: u32, value: f32) {
        let sum = &mut self.sums[person as usize];
        if *sum == 0.0 {
            self.touched.push(person);
        }
        *sum += value;
    }

    /// The sums above 0, ascending by person.
    fn take(&mut self) -> Vec<(u32, f32)> {
        self.touched.sort_unstable();
        self.touched.dedup();
        let sums = &mut self.sums;
        self.touched.drain(..).map(|person| (person, std::mem::take(&mut sums[person as usize]))).collect()
    }
}
