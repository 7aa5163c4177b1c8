//! The kinds of conversations: those in which somebody knows, and those in which somebody only seems to.

use super::cast::Trait;
use super::history::History;
use super::stage::{SWITCH, Stage};
use crate::sample::conversation::{Outcome, Part, Venue};

/// What the asker does when the answer was right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    /// Says that it works.
    Thanks,
    /// Puts an emoji under the answer (in the chat; elsewhere they say it).
    Reaction,
    /// Nothing.
    Silence,
}

/// A conversation that ends with a solution.
#[derive(Debug, Clone, Copy)]
pub(super) struct Solved {
    pub(super) solver: usize,
    pub(super) problem: usize,
    /// How far back it may lie.
    pub(super) days: i64,
    pub(super) ending: Ending,
    /// Whether others may copy it.
    pub(super) recorded: bool,
}

impl History<'_> {
    /// Somebody asks, others guess, the solver answers, the asker confirms.
    pub(super) fn solved(&mut self, solved: &Solved) {
        let at = self.moment(solved.days, 0);
        let cross = self.cast.hard == Trait::CrossTeam && self.dice.chance(80);
        let ticket = self.cast.closer.is_some() && self.dice.chance(40);
        let venue = match (cross, ticket) {
            (true, _) => self.elsewhere(),
            (_, true) => Venue::Ticket,
            _ => self.venue(),
        };
        let mut stage = self.stage_at(venue, at);
        stage.problem = solved.problem;
        stage.title();
        let asker = self.asker();
        ask(&mut stage, asker);
        self.before_the_answer(&mut stage, asker);
        self.referral(&mut stage, asker, solved.solver);
        let mut text = answer(&mut stage);
        if self.cast.hard == Trait::Quiet {
            // Few answers, but thorough ones.
            text = [text, stage.frame("restate"), stage.frame("solution"), stage.frame("more")].join(" ");
        }
        let line = stage.speak(solved.solver, Part::Answer, Some(0), &text);
        if solved.recorded {
            let when = stage.scene.lines.get(line).map_or(at, |line| line.at);
            self.answers.push((when, solved.problem, text));
        }
        self.and_then(&mut stage, asker, solved.solver);
        end(&mut stage, asker, line, solved.ending);
        self.file(&mut stage, asker, Some(solved.solver));
        self.scenes.push(stage.scene);
    }

    /// Years ago, with the product of those days.
    pub(super) fn solved_long_ago(&mut self, lapsed: usize) {
        let at = self.moment(1_240, SWITCH + 60);
        let mut stage = self.stage(at);
        let asker = self.asker();
        ask(&mut stage, asker);
        let text = answer(&mut stage);
        let line = stage.speak(lapsed, Part::Answer, Some(0), &text);
        end(&mut stage, asker, line, if self.dice.chance(75) { Ending::Thanks } else { Ending::Silence });
        self.file(&mut stage, asker, Some(lapsed));
        self.scenes.push(stage.scene);
    }

    /// The product is replaced, and everybody is told.
    pub(super) fn moved(&mut self) {
        let at = self.moment(SWITCH - 5, SWITCH - 90);
        let venue = Venue::Chat { channel: self.cast.area, threaded: true };
        let mut stage = self.stage_at(venue, at);
        let herald = self.cast.learners.first().copied().unwrap_or(0);
        let text = stage.frame("moved");
        stage.speak(herald, Part::Talk, None, &text);
        self.scenes.push(stage.scene);
    }

    /// Somebody tried the old way; who knows the new one helps.
    pub(super) fn stale(&mut self, lapsed: usize) {
        let Some(expert) = self.cast.experts.first().copied() else { return };
        let at = self.moment(380, 0);
        let mut stage = self.stage(at);
        stage.bind_person("former", lapsed);
        let asker = self.asker();
        let text = format!("{} {}", stage.frame("stale"), stage.sometimes(50, "context"));
        stage.speak(asker, Part::Ask, None, &text);
        let text = answer(&mut stage);
        let line = stage.speak(expert, Part::Answer, Some(0), &text);
        end(&mut stage, asker, line, Ending::Thanks);
        self.file(&mut stage, asker, Some(expert));
        self.scenes.push(stage.scene);
    }

    /// The one who knew is asked, and says that those days are over.
    pub(super) fn declined(&mut self, lapsed: usize) {
        let at = self.moment(380, 0);
        let mut stage = self.stage(at);
        let asker = self.asker();
        stage.bind_person("them", lapsed);
        let text = stage.frame("paged");
        stage.speak(asker, Part::Ask, None, &text);
        let text = stage.frame("lapsedno");
        stage.speak(lapsed, Part::Noise, Some(0), &text);
        let text = stage.sometimes(50, "thanksanyway");
        if !text.is_empty() {
            stage.speak(asker, Part::Further, Some(1), &text);
        }
        self.file(&mut stage, asker, None);
        self.scenes.push(stage.scene);
    }

    /// An opinion to which others agree. Nothing is solved.
    pub(super) fn opinion(&mut self, loud: usize) {
        let at = self.moment(700, 0);
        let home = Venue::Chat { channel: self.cast.area, threaded: self.dice.chance(60) };
        let venue = if self.dice.chance(70) { home } else { self.venue() };
        let venue = if venue == Venue::Ticket { home } else { venue };
        let mut stage = self.stage_at(venue, at);
        let text = format!("{} {}", stage.frame("opinion"), stage.sometimes(35, "opinion"));
        let line = stage.speak(loud, Part::Talk, None, &text);
        if self.dice.chance(55) {
            let other = if self.dice.chance(50) { self.loud() } else { Some(self.asker()) };
            if let Some(other) = other.filter(|other| *other != loud) {
                let text = stage.frame("same");
                stage.speak(other, Part::Noise, Some(line), &text);
            }
        }
        let fans: Vec<usize> = self.cast.learners.iter().copied().take(1 + self.dice.below(4)).collect();
        if let Some(line) = stage.scene.lines.first_mut().filter(|_| self.dice.chance(50)) {
            line.reactions.push(("+1", fans));
        }
        self.scenes.push(stage.scene);
    }

    /// A question that nobody answers, though some reply.
    pub(super) fn unsolved(&mut self) {
        let at = self.moment(700, 0);
        let mut stage = self.stage(at);
        let asker = self.asker();
        ask(&mut stage, asker);
        self.before_the_answer(&mut stage, asker);
        if self.dice.chance(60) {
            self.guess(&mut stage, asker);
        }
        let text = match self.dice.below(3) {
            0 => stage.frame("nobody"),
            1 => stage.frame("thanksanyway"),
            _ => String::new(),
        };
        if !text.is_empty() {
            stage.speak(asker, Part::Further, Some(0), &text);
        }
        self.file(&mut stage, asker, None);
        self.scenes.push(stage.scene);
    }

    /// An expert's answer, pasted by somebody else under another problem.
    pub(super) fn copied(&mut self) {
        let Some(copier) = self.cast.copier else { return };
        let Some((when, problem, text)) = self.dice.pick(&self.answers).cloned() else { return };
        let at = self.after(when, 200);
        let mut stage = self.stage(at);
        stage.problem = (problem + 1 + self.dice.below(2)) % self.subject.problems.len().max(1);
        stage.title();
        let asker = self.asker();
        ask(&mut stage, asker);
        let text = format!("{} {text}", stage.frame("copyopen"));
        let line = stage.speak(copier, Part::Noise, Some(0), &text);
        if self.dice.chance(70) {
            let text = stage.frame("notmine");
            stage.speak(asker, Part::Further, Some(line), &text);
        }
        self.file(&mut stage, asker, None);
        self.scenes.push(stage.scene);
    }

    /// The namesake is asked by mistake.
    pub(super) fn wrong_name(&mut self) {
        let Some(namesake) = self.cast.namesake else { return };
        let at = self.moment(600, 0);
        let mut stage = self.stage(at);
        let asker = self.asker();
        let person = self.world.organization.people.get(namesake);
        stage.bind("first", person.map_or("", |person| &person.first));
        stage.bind("them", &format!("<@{namesake}>"));
        let text = stage.frame("paged");
        stage.speak(asker, Part::Ask, None, &text);
        let text = stage.frame("wrongname");
        let line = stage.speak(namesake, Part::Noise, Some(0), &text);
        if self.dice.chance(50) {
            stage.speak(asker, Part::Further, Some(line), "Oh, sorry. Thanks for telling me!");
        }
        self.file(&mut stage, asker, None);
        self.scenes.push(stage.scene);
    }

    /// What comes while everybody waits: "same here", a canned reply, a guess that fails.
    fn before_the_answer(&mut self, stage: &mut Stage<'_>, asker: usize) {
        if self.dice.chance(35)
            && let Some(loud) = self.loud()
        {
            let text = stage.frame("same");
            stage.speak(loud, Part::Noise, Some(0), &text);
        }
        if self.dice.chance(20)
            && let Some(busy) = self.dice.pick(self.world.busy).copied()
        {
            let text = stage.frame("canned");
            stage.speak(busy, Part::Noise, Some(0), &text);
        }
        if self.dice.chance(30) {
            self.guess(stage, asker);
        }
    }

    /// Somebody loud guesses, with the cure of another problem, and hears that it did not help.
    fn guess(&mut self, stage: &mut Stage<'_>, asker: usize) {
        let Some(loud) = self.loud() else { return };
        let problem = stage.problem;
        stage.problem = (problem + 1) % self.subject.problems.len().max(1);
        let text = stage.frame("guess");
        stage.problem = problem;
        let line = stage.speak(loud, Part::Noise, Some(0), &text);
        if self.dice.chance(75) {
            let text = stage.frame("failed");
            stage.speak(asker, Part::Further, Some(line), &text);
        }
    }

    /// Somebody sends the asker to the expert.
    fn referral(&mut self, stage: &mut Stage<'_>, asker: usize, expert: usize) {
        if !self.dice.chance(14) {
            return;
        }
        let Some(referrer) = self.loud() else { return };
        stage.bind_person("them", expert);
        let text = stage.frame("refer");
        let line = stage.speak(referrer, Part::Noise, Some(0), &text);
        if self.dice.chance(60) {
            let text = stage.frame("willask");
            stage.speak(asker, Part::Further, Some(line), &text);
        }
    }

    /// The asker goes on, and the expert too.
    fn and_then(&mut self, stage: &mut Stage<'_>, asker: usize, expert: usize) {
        if !self.dice.chance(if self.cast.hard == Trait::Quiet { 90 } else { 45 }) {
            return;
        }
        let text = stage.frame("later");
        let line = stage.speak(asker, Part::Further, Some(stage.scene.lines.len() - 1), &text);
        let text = stage.frame("reply");
        stage.speak(expert, Part::Answer, Some(line), &text);
    }

    /// A ticket is given to somebody and closed by somebody, who need not be the one who solved it.
    fn file(&mut self, stage: &mut Stage<'_>, asker: usize, solver: Option<usize>) {
        if stage.scene.venue != Venue::Ticket {
            return;
        }
        let manager = self.cast.closer.filter(|_| self.dice.chance(85));
        stage.scene.assignee = match (manager, solver) {
            (Some(manager), _) if self.dice.chance(50) => Some(manager),
            (_, Some(solver)) if self.dice.chance(60) => Some(solver),
            _ => self.loud(),
        };
        let closes = if solver.is_some() { 88 } else { 45 };
        if !self.dice.chance(closes) {
            return;
        }
        let by = match (manager, solver) {
            (Some(manager), _) => manager,
            (None, Some(solver)) if self.dice.chance(60) => solver,
            _ => asker,
        };
        if Some(by) == manager && self.dice.chance(60) {
            let text = stage.frame("closing");
            stage.speak(by, Part::Noise, Some(0), &text);
        }
        let at = stage.next_moment(by);
        // Unsolved ones are closed without a solution, unless a manager wants them off the list.
        stage.scene.outcome = if solver.is_some() || Some(by) == manager {
            Outcome::Done(by, at)
        } else {
            Outcome::Declined(by, at)
        };
    }
}

/// The opening question.
fn ask(stage: &mut Stage<'_>, asker: usize) {
    let text = [
        stage.frame("ask"),
        stage.sometimes(62, "about"),
        stage.sometimes(55, "context"),
        stage.sometimes(45, "asktail"),
    ]
    .join(" ");
    stage.speak(asker, Part::Ask, None, &text);
}

/// A substantive answer: the cure, and how exactly.
fn answer(stage: &mut Stage<'_>) -> String {
    [
        stage.sometimes(60, "open"),
        stage.sometimes(75, "restate"),
        stage.frame("solution"),
        stage.sometimes(75, "more"),
        stage.sometimes(40, "end"),
    ]
    .join(" ")
}

/// What the asker does then.
fn end(stage: &mut Stage<'_>, asker: usize, answer: usize, ending: Ending) {
    let chat = matches!(stage.scene.venue, Venue::Chat { .. });
    match ending {
        Ending::Silence => {}
        Ending::Reaction if chat => {
            let emoji = stage.dice.pick(&["white_check_mark", "pray", "raised_hands", "tada"]).copied();
            if let (Some(line), Some(emoji)) = (stage.scene.lines.get_mut(answer), emoji) {
                line.reactions.push((emoji, vec![asker]));
            }
        }
        Ending::Thanks | Ending::Reaction => {
            let text = stage.frame("works");
            let last = stage.scene.lines.len().saturating_sub(1);
            stage.speak(asker, Part::Thanks, Some(last), &text);
        }
    }
}
