//! The test questions of an organisation, with those who know and those who only seem to.

use std::collections::{BTreeMap, BTreeSet};

use model::Timestamp;

use super::areas;
use super::cast::{Cast, Trait};
use super::stage::{Stage, World};
use super::subjects::Subject;
use crate::dice::Dice;
use crate::sample::clock::{DAY, HOUR};
use crate::sample::conversation::{Part, Scene, Venue};
use crate::sample::wording::Wording;

/// How many days after the history questions are asked.
const AHEAD: i64 = 45;

/// A question whose experts are known exactly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlantedQuestion {
    /// Its name, in the order of the file.
    pub qid: String,
    /// The words; no message has the same.
    pub text: String,
    /// The name of the chat channel it is asked in: the subject's home, or none.
    pub channel: Option<String>,
    /// Account of the asker, who is no expert of it.
    pub asked_by: String,
    /// After the last message.
    pub ts: Timestamp,
    /// Account to grade: 3 the main expert, 2 another one, 1 solved a single thing. Empty if nobody knows.
    pub experts: BTreeMap<String, u8>,
    /// Account of somebody who seems to know, to what makes it seem so.
    pub impostors: BTreeMap<String, &'static str>,
    /// What makes it hard.
    pub kind: &'static str,
    /// Key of the subject; none for what is quite foreign to the organisation.
    pub subject: Option<String>,
    /// Place of the busiest of its experts of grade 2 or more among all people by messages, from 1.
    pub best_pop_rank: Option<u32>,
}

impl PlantedQuestion {
    /// Whether nobody in the organisation knows.
    pub fn nobody(&self) -> bool {
        self.experts.is_empty()
    }
}

/// How many questions of each sort.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted {
    pub(super) known: usize,
    pub(super) near_misses: usize,
    pub(super) foreign: usize,
}

/// All questions, in a random order.
pub(super) fn ask(world: &World<'_>, scenes: &[Scene], wanted: Wanted, dice: &Dice) -> Vec<PlantedQuestion> {
    let mut desk =
        Desk { world, ranks: ranks(world, scenes), said: said(scenes), dice: dice.fork("questions") };
    let of = |orphan: bool| -> Vec<usize> {
        let fits =
            |at: &usize| world.casts.get(*at).is_some_and(|cast| (cast.hard == Trait::Orphan) == orphan);
        (0..world.subjects.len()).filter(fits).collect()
    };
    let mut questions = Vec::new();
    for (subjects, count) in [(of(false), wanted.known), (of(true), wanted.near_misses)] {
        for number in 0..count {
            let at = subjects.get(number % subjects.len().max(1)).copied().unwrap_or(0);
            questions.extend(desk.question(at, number));
        }
    }
    let mut foreign = world.lists.get("foreign").to_vec();
    desk.dice.shuffle(&mut foreign);
    for template in foreign.iter().take(wanted.foreign) {
        questions.push(desk.foreign(template));
    }
    desk.dice.shuffle(&mut questions);
    for (number, question) in (1..).zip(&mut questions) {
        question.qid = format!("q{number:03}");
    }
    questions
}

struct Desk<'w> {
    world: &'w World<'w>,
    /// Place of a person by number of messages.
    ranks: BTreeMap<usize, u32>,
    /// Everything that was ever said, or asked in a test.
    said: BTreeSet<String>,
    dice: Dice,
}

impl Desk<'_> {
    fn question(&mut self, at: usize, number: usize) -> Option<PlantedQuestion> {
        let subject = self.world.subjects.get(at)?;
        let cast = self.world.casts.get(at)?;
        let mut text = String::new();
        let mut other_words = false;
        for attempt in 0..20 {
            let dice = self.dice.fork(&format!("{} {number} {attempt}", subject.key));
            (text, other_words) = self.text(subject, dice);
            if self.said.insert(text.to_lowercase()) {
                break;
            }
        }
        let kind = match cast.hard {
            Trait::Plain if other_words => "paraphrase",
            hard => hard.name(),
        };
        let grades =
            cast.experts.iter().enumerate().map(|(rank, person)| (*person, if rank == 0 { 3 } else { 2 }));
        let graded: BTreeMap<usize, u8> = grades.chain(cast.helper.map(|person| (person, 1))).collect();
        let asker = self.asker(cast, &graded);
        let best = graded.iter().filter(|(_, grade)| **grade > 1);
        Some(PlantedQuestion {
            qid: String::new(),
            text,
            channel: self.dice.chance(75).then(|| areas::home(&subject.area)),
            asked_by: self.account(asker),
            ts: self.moment(),
            experts: graded.iter().map(|(person, grade)| (self.account(*person), *grade)).collect(),
            impostors: cast
                .impostors()
                .into_iter()
                .filter(|(person, _)| *person != asker)
                .map(|(person, kind)| (self.account(person), kind))
                .collect(),
            kind,
            subject: Some(subject.key.clone()),
            best_pop_rank: best.filter_map(|(person, _)| self.ranks.get(person).copied()).min(),
        })
    }

    /// The words, and whether they are other words than the messages use.
    fn text(&mut self, subject: &Subject, dice: Dice) -> (String, bool) {
        let venue = Venue::Chat { channel: 0, threaded: true };
        let mut stage = Stage::new(self.world, subject, venue, self.world.organization.end, dice);
        let other_words = stage.dice.chance(40);
        let problem = subject.problems.get(stage.problem);
        let (held_out, count) = problem.map_or((0, 1), |problem| (problem.held_out, problem.wordings.len()));
        // The last name is the one that messages hardly use.
        let (wording, name) = if other_words {
            (held_out, if stage.dice.chance(75) { 1 } else { subject.names.len() - 1 })
        } else {
            ((held_out + 1 + stage.dice.below(count - 1)) % count, stage.dice.below(2))
        };
        let name = subject.names.get(name).cloned().unwrap_or_default();
        stage.speak_of(&name, wording);
        let named = other_words || stage.dice.chance(90);
        let mut text = stage.as_bound(if named { "test.name" } else { "test" });
        if stage.dice.chance(if other_words { 50 } else { 65 }) {
            text = format!("{text} {}", stage.as_bound("test.more"));
        }
        (text, other_words)
    }

    fn foreign(&mut self, template: &str) -> PlantedQuestion {
        let text = Wording::new(self.world.lists, self.world.organization.end).say(template, &mut self.dice);
        let asker = self.dice.below(self.world.organization.people.len());
        let area = areas::AREAS.get(self.dice.below(areas::AREAS.len()));
        let area = area.filter(|_| self.dice.chance(50)).map(|area| areas::home(area.key));
        PlantedQuestion {
            qid: String::new(),
            text: text.split_whitespace().collect::<Vec<_>>().join(" "),
            channel: area,
            asked_by: self.account(asker),
            ts: self.moment(),
            experts: BTreeMap::new(),
            impostors: BTreeMap::new(),
            kind: "foreign",
            subject: None,
            best_pop_rank: None,
        }
    }

    /// One of those who ask about it anyway, or anybody who does not know it.
    fn asker(&mut self, cast: &Cast, graded: &BTreeMap<usize, u8>) -> usize {
        let learner = self.dice.pick(&cast.learners).copied();
        let anyone = self.dice.below(self.world.organization.people.len());
        let free = |person: &usize| !graded.contains_key(person);
        let anyone = Some(anyone).filter(free).filter(|_| self.dice.chance(50));
        anyone.or(learner).unwrap_or(0)
    }

    fn account(&self, person: usize) -> String {
        self.world
            .organization
            .people
            .get(person)
            .map_or_else(String::new, |p| format!("slack:{}", p.slack_id))
    }

    fn moment(&mut self) -> Timestamp {
        let millis =
            self.world.organization.end + self.dice.between(DAY, AHEAD * DAY).div_euclid(HOUR) * HOUR;
        Timestamp::from_millis(millis)
    }
}

/// Everything that was said, in lower case.
fn said(scenes: &[Scene]) -> BTreeSet<String> {
    scenes.iter().flat_map(|scene| &scene.lines).map(|line| line.text.to_lowercase()).collect()
}

/// People by the number of their messages, the busiest first; ties by position.
fn ranks(world: &World<'_>, scenes: &[Scene]) -> BTreeMap<usize, u32> {
    let mut counts: BTreeMap<usize, usize> = (0..world.organization.people.len()).map(|at| (at, 0)).collect();
    for line in scenes.iter().flat_map(|scene| &scene.lines) {
        if !matches!(line.part, Part::Bot(_)) {
            *counts.entry(line.author).or_default() += 1;
        }
    }
    let mut order: Vec<(usize, usize)> = counts.into_iter().collect();
    order.sort_by_key(|(person, count)| (usize::MAX - count, *person));
    (1..).zip(order).map(|(rank, (person, _))| (person, rank)).collect()
}
