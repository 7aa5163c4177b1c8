//! One conversation while it is played: its subject's words, who says them, and when.

use super::areas;
use super::cast::Cast;
use super::subjects::{Problem, Subject};
use crate::dice::Dice;
use crate::sample::clock::{DAY, MINUTE, ZONES};
use crate::sample::conversation::{Line, Part, Scene, Venue};
use crate::sample::organization::Organization;
use crate::sample::sections::Sections;
use crate::sample::wording::Wording;

/// How many days before the end products were replaced.
pub(super) const SWITCH: i64 = 620;

/// What all scenes have in common.
#[derive(Debug)]
pub(super) struct World<'a> {
    pub(super) organization: &'a Organization,
    /// Slots and frames.
    pub(super) lists: &'a Sections,
    pub(super) subjects: &'a [Subject],
    pub(super) casts: &'a [Cast],
    /// Positions of people who answer everybody in matters that need no know-how.
    pub(super) busy: &'a [usize],
    /// How many channels there are; those of the areas come first.
    pub(super) channels: usize,
}

/// A conversation on a subject.
pub(super) struct Stage<'w> {
    world: &'w World<'w>,
    subject: &'w Subject,
    words: Wording<'w>,
    pub(super) dice: Dice,
    pub(super) scene: Scene,
    pub(super) problem: usize,
    /// Position of the name that was used last.
    rank: usize,
    /// Nothing is said before this moment.
    clock: i64,
}

impl<'w> Stage<'w> {
    /// An empty stage; `at` is about when the first line is said.
    pub(super) fn new(world: &'w World<'w>, subject: &'w Subject, venue: Venue, at: i64, dice: Dice) -> Self {
        let mut dice = dice;
        let scene = Scene::new(Some(areas::position(&subject.area)), venue, String::new());
        let problem = dice.below(subject.problems.len());
        let mut words = Wording::new(world.lists, at);
        let before = at < world.organization.end - SWITCH * DAY;
        words.bind("sys", if before { subject.old_system.clone() } else { subject.system.clone() });
        words.bind("old", subject.old_system.clone());
        Self { world, subject, words, dice, scene, problem, rank: 0, clock: at }
    }

    /// The problem that the conversation is about.
    fn problem(&self) -> Option<&'w Problem> {
        self.subject.problems.get(self.problem)
    }

    /// Somebody who is spoken of: mentioned or by name.
    pub(super) fn bind_person(&mut self, slot: &str, person: usize) {
        let name = self.world.organization.people.get(person);
        let said = match name {
            Some(person) if self.dice.chance(40) => person.name(),
            _ => format!("<@{person}>"),
        };
        self.words.bind(slot, said);
    }

    /// Fills a slot with a text.
    pub(super) fn bind(&mut self, slot: &str, text: &str) {
        self.words.bind(slot, text.to_owned());
    }

    /// A sentence of one of the frames of a list, in words that are chosen anew each time.
    pub(super) fn frame(&mut self, list: &str) -> String {
        self.choose_words();
        let template = self.dice.word(self.world.lists.get(list)).to_owned();
        self.words.say(&template, &mut self.dice)
    }

    /// The same, or nothing.
    pub(super) fn sometimes(&mut self, percent: usize, list: &str) -> String {
        if self.dice.chance(percent) { self.frame(list) } else { String::new() }
    }

    /// Chooses name, wording, setting; the last name is rare and the wording held out is not used.
    fn choose_words(&mut self) {
        let drawn = match self.dice.below(100) {
            0..48 => 0,
            48..82 => 1,
            _ => 2,
        };
        // People mostly take another name than the one before: so a conversation holds several.
        let again = drawn == self.rank && self.dice.chance(70);
        let rank = if again { (drawn + 1 + self.dice.below(2)) % 3 } else { drawn };
        self.rank = rank;
        let name = self.subject.names.get(rank).cloned().unwrap_or_default();
        let setting = self.dice.word(&self.subject.settings).to_owned();
        let Some(problem) = self.problem() else { return };
        let shift = 1 + self.dice.below(problem.wordings.len().saturating_sub(1));
        let wording = (problem.held_out + shift) % problem.wordings.len().max(1);
        self.speak_of(&name, wording);
        self.words.bind("set", setting);
        let fix = self.words.say(&problem.fix, &mut self.dice);
        self.words.bind("Fix", capital(&fix));
        self.words.bind("fix", fix);
    }

    /// Uses that name and that wording.
    pub(super) fn speak_of(&mut self, name: &str, wording: usize) {
        let Some(problem) = self.problem() else { return };
        self.words.bind("name", name.to_owned());
        self.words.bind("it", name.to_owned());
        self.words.bind("err", problem.error.clone());
        let template = problem.wordings.get(wording).map_or("", String::as_str);
        let said = self.words.say(template, &mut self.dice);
        let said = said.trim_end_matches('?').to_owned();
        self.words.bind("P", capital(&said));
        self.words.bind("p", said);
    }

    /// Words of a frame with the name and wording that are bound already.
    pub(super) fn as_bound(&mut self, list: &str) -> String {
        let template = self.dice.word(self.world.lists.get(list)).to_owned();
        self.words.say(&template, &mut self.dice)
    }

    /// A title: what a mail or a ticket is headed with.
    pub(super) fn title(&mut self) {
        self.choose_words();
        let template = if self.dice.chance(40) { "{name}: {p}" } else { "{P}" };
        self.scene.title = self.words.say(template, &mut self.dice);
    }

    /// Adds a line; gives its position. Lines come in the order of time, in working hours of who speaks.
    pub(super) fn speak(&mut self, author: usize, part: Part, to: Option<usize>, text: &str) -> usize {
        let at = self.next_moment(author);
        let mut line = Line::new(author, at, part, self.voice(author, text));
        line.to = to;
        self.clock = at;
        self.scene.lines.push(line);
        self.scene.lines.len() - 1
    }

    /// When that person gets to it: the chat is quick, tickets wait.
    pub(super) fn next_moment(&mut self, author: usize) -> i64 {
        let dice = &mut self.dice;
        let minutes = match self.scene.venue {
            _ if self.scene.lines.is_empty() => 0,
            Venue::Chat { threaded: false, .. } => dice.between(0, 4),
            Venue::Chat { .. } if dice.chance(60) => dice.between(1, 15),
            Venue::Chat { .. } => dice.between(15, 300),
            Venue::Mail => dice.between(9, 900),
            Venue::Ticket => dice.between(15, 1800),
        };
        let at = self.clock + minutes * MINUTE + dice.between(1, 59_999);
        let Some(person) = self.world.organization.people.get(author) else { return at };
        ZONES.get(person.zone).map_or(at, |zone| zone.at_work(at, person.start_hour, dice.between(0, 50)))
    }

    /// The text as this person types it.
    fn voice(&self, author: usize, text: &str) -> String {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let lower = self.world.organization.people.get(author).is_some_and(|person| person.lowercase);
        let mut letters = text.chars();
        match (letters.next(), letters.next()) {
            (Some(first), Some(second)) if lower && first.is_uppercase() && second.is_lowercase() => {
                first.to_lowercase().chain(text.chars().skip(1)).collect()
            }
            _ => text,
        }
    }
}

/// The text with a capital letter at its beginning.
fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
