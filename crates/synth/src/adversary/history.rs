//! The history of one subject: everything that is ever said about it.

use super::cast::{Cast, Trait};
use super::scenes::{Ending, Solved};
use super::stage::{Stage, World};
use super::subjects::Subject;
use crate::dice::Dice;
use crate::sample::clock::{DAY, HOUR};
use crate::sample::conversation::{Scene, Venue};

/// A conversation may begin until so many days before the end, so that nothing is cut off.
const LAST_START: i64 = 22;
/// How far most of the talk reaches back, in days.
const REACH: i64 = 720;
/// Since when those know the new product who know it, in days.
const RECENT: i64 = 420;

/// One subject while its history is made.
pub(super) struct History<'w> {
    pub(super) world: &'w World<'w>,
    pub(super) subject: &'w Subject,
    pub(super) cast: &'w Cast,
    pub(super) dice: Dice,
    pub(super) scenes: Vec<Scene>,
    /// What experts have answered: when, on which problem, in which words.
    pub(super) answers: Vec<(i64, usize, String)>,
}

/// All conversations about a subject, in no order.
pub(super) fn of(world: &World<'_>, at: usize, dice: &Dice) -> Vec<Scene> {
    let (Some(subject), Some(cast)) = (world.subjects.get(at), world.casts.get(at)) else {
        return Vec::new();
    };
    let dice = dice.fork(&format!("history {}", subject.key));
    let mut history = History { world, subject, cast, dice, scenes: Vec::new(), answers: Vec::new() };
    history.play();
    history.scenes
}

impl<'w> History<'w> {
    fn play(&mut self) {
        self.knowledge();
        self.noise();
        self.former_days();
        for _ in 0..self.count(2, 3) {
            self.copied();
        }
        if self.cast.namesake.is_some() {
            self.wrong_name();
            self.wrong_name();
        }
    }

    /// True know-how: who solves how often. The main expert solves more, and solves something recently.
    fn knowledge(&mut self) {
        let reach = if self.cast.hard == Trait::Lapsed { RECENT } else { REACH };
        for (rank, expert) in self.cast.experts.clone().into_iter().enumerate() {
            let times = match (rank, self.cast.hard) {
                (0, Trait::Quiet) => 3,
                (0, _) => self.dice.between(7, 10),
                (1, _) => self.dice.between(4, 5),
                _ => 3,
            };
            for number in 0..times {
                let days = if number == 0 { 170 } else { reach };
                let ending = match self.dice.below(100) {
                    _ if number == 0 || self.cast.hard == Trait::Quiet => Ending::Thanks,
                    0..64 => Ending::Thanks,
                    64..84 => Ending::Reaction,
                    _ => Ending::Silence,
                };
                // Everybody who knows the subject meets each of its problems.
                let problem = (number as usize + rank) % self.subject.problems.len().max(1);
                self.solved(&Solved { solver: expert, problem, days, ending, recorded: true });
            }
        }
        if let Some(helper) = self.cast.helper {
            let problem = self.dice.below(self.subject.problems.len());
            self.solved(&Solved {
                solver: helper,
                problem,
                days: reach,
                ending: Ending::Thanks,
                recorded: false,
            });
        }
    }

    fn noise(&mut self) {
        for loud in self.cast.loud.clone() {
            for _ in 0..self.count(2, 4) {
                self.opinion(loud);
            }
        }
        let (low, high) = if self.cast.hard == Trait::Orphan { (9, 13) } else { (4, 7) };
        for _ in 0..self.count(low, high) {
            self.unsolved();
        }
    }

    /// Old answers of somebody who has not kept up, then the change, then questions about the old way.
    fn former_days(&mut self) {
        let Some(lapsed) = self.cast.lapsed else { return };
        for _ in 0..self.count(7, 10) {
            self.solved_long_ago(lapsed);
        }
        self.moved();
        for _ in 0..self.count(1, 2) {
            self.stale(lapsed);
        }
        self.declined(lapsed);
    }

    pub(super) fn count(&mut self, low: i64, high: i64) -> usize {
        usize::try_from(self.dice.between(low, high)).unwrap_or(0)
    }

    /// A moment between so many days before the end.
    pub(super) fn moment(&mut self, from_days: i64, to_days: i64) -> i64 {
        let hours = self.dice.between(to_days.max(LAST_START) * 24, from_days * 24);
        self.world.organization.end - hours * HOUR + self.dice.between(0, HOUR)
    }

    /// A new stage in a usual place, at a time.
    pub(super) fn stage(&mut self, at: i64) -> Stage<'w> {
        let venue = self.venue();
        self.stage_at(venue, at)
    }

    /// A new stage in that place.
    pub(super) fn stage_at(&mut self, venue: Venue, at: i64) -> Stage<'w> {
        let dice = self.dice.fork(&format!("scene {}", self.scenes.len()));
        let mut stage = Stage::new(self.world, self.subject, venue, at, dice);
        stage.title();
        stage
    }

    /// Mostly the home channel, the area's list or its project.
    pub(super) fn venue(&mut self) -> Venue {
        let threaded = self.dice.chance(85);
        match self.dice.below(100) {
            0..56 => Venue::Chat { channel: self.cast.area, threaded },
            56..64 => self.elsewhere(),
            64..82 => Venue::Mail,
            _ => Venue::Ticket,
        }
    }

    /// A channel that is not the subject's home.
    pub(super) fn elsewhere(&mut self) -> Venue {
        let homes = super::areas::AREAS.len();
        let channel = homes + self.dice.below(self.world.channels - homes);
        Venue::Chat { channel, threaded: self.dice.chance(85) }
    }

    /// Somebody who asks: often one of those who ask all the time.
    pub(super) fn asker(&mut self) -> usize {
        let steady = self.dice.chance(26);
        let among = if steady { &self.cast.askers } else { &self.cast.learners };
        self.dice.pick(among).copied().unwrap_or(0)
    }

    /// One of the loud.
    pub(super) fn loud(&mut self) -> Option<usize> {
        self.dice.pick(&self.cast.loud).copied()
    }

    /// A moment after another one, so many days at most.
    pub(super) fn after(&mut self, at: i64, days: i64) -> i64 {
        let last = self.world.organization.end - LAST_START * DAY;
        (at + self.dice.between(2 * DAY, days * DAY)).min(last)
    }
}
