//! Plays the scenes of a topic: somebody asks, some guess, an expert answers, somebody is grateful.

use super::casting::{Cast, Casting};
use super::clock::{DAY, MINUTE, ZONES};
use super::conversation::{Line, Outcome, Part, Scene, Venue};
use super::organization::{Organization, Person};
use super::sections::Sections;
use super::topics::{Case, Topic};
use super::wording::Wording;
use crate::dice::Dice;

/// What all scenes have in common.
#[derive(Debug)]
pub(crate) struct Director<'a> {
    pub(crate) organization: &'a Organization,
    pub(crate) topics: &'a [Topic],
    pub(crate) casting: &'a Casting,
    /// Slots and phrases.
    pub(crate) lists: &'a Sections,
}

/// One scene while it is played.
struct Stage<'a> {
    director: &'a Director<'a>,
    topic: &'a Topic,
    cast: &'a Cast,
    words: Wording<'a>,
    dice: Dice,
    scene: Scene,
    asker: usize,
    expert: usize,
    /// The facts that an expert has told.
    told: Vec<&'a str>,
}

impl Director<'_> {
    /// The scene of that number of a topic, beginning at about that time.
    ///
    /// Experts take turns by the number, so that each has answered after as many scenes as there are experts.
    /// Nothing, if nobody is there to ask.
    pub(crate) fn play(
        &self,
        topic_at: usize,
        number: usize,
        venue: Venue,
        at: i64,
        dice: Dice,
    ) -> Option<Scene> {
        let topic = self.topics.get(topic_at)?;
        let cast = self.casting.casts.get(topic_at)?;
        let mut dice = dice;
        let case = topic.cases.get(number % topic.cases.len().max(1))?;
        let here: Vec<usize> = cast.learners.iter().copied().filter(|at_| self.works(*at_, at)).collect();
        let asker = *dice.pick(&here)?;
        let expert = match cast.former {
            Some(former) if self.works(former, at + 10 * DAY) && number.is_multiple_of(3) => former,
            _ => {
                *cast.experts.get((number + number / topic.cases.len().max(1)) % cast.experts.len().max(1))?
            }
        };
        let mut words = Wording::new(self.lists, at);
        words.bind("asker", format!("<@{asker}>"));
        words.bind("expert", format!("<@{expert}>"));
        words.bind("asker_first", self.person(asker)?.first.clone());
        words.bind("expert_first", self.person(expert)?.first.clone());
        let title = words.say(&case.title, &mut dice);
        let scene = Scene::new(Some(topic_at), venue, title);
        let mut stage =
            Stage { director: self, topic, cast, words, dice, scene, asker, expert, told: Vec::new() };
        stage.play(number, case, at);
        Some(stage.scene)
    }

    fn person(&self, at: usize) -> Option<&Person> {
        self.organization.people.get(at)
    }

    /// Whether a person works here at that time.
    pub(crate) fn works(&self, person: usize, millis: i64) -> bool {
        self.person(person).is_some_and(|person| person.works_at(millis))
    }

    /// When a person who is free again after `delay` minutes writes.
    pub(crate) fn moment(&self, person: usize, after: i64, delay: i64, dice: &mut Dice) -> i64 {
        let at = after + delay * MINUTE + dice.between(1, 59_999);
        let Some(person) = self.person(person) else { return at };
        ZONES.get(person.zone).map_or(at, |zone| zone.at_work(at, person.start_hour, dice.between(0, 50)))
    }
}

impl Stage<'_> {
    fn play(&mut self, number: usize, case: &Case, at: i64) {
        self.ask(case, at);
        self.noise();
        // One in sixteen is never answered, but only after every expert had their turns.
        if number % 16 == 15 {
            self.nobody_answers();
            return;
        }
        if self.dice.chance(9) {
            self.referred();
        }
        self.answer(case);
        self.second_expert();
        self.follow_up();
        self.gratitude();
        self.close();
    }

    fn phrase(&mut self, list: &str) -> String {
        let texts = self.director.lists.get(&format!("{list}.{}", self.topic.language));
        let template = self.dice.word(texts).to_owned();
        self.words.say(&template, &mut self.dice)
    }

    fn phrase_sometimes(&mut self, percent: usize, list: &str) -> String {
        if self.dice.chance(percent) { self.phrase(list) } else { String::new() }
    }

    fn say(&mut self, template: &str) -> String {
        self.words.say(template, &mut self.dice)
    }

    /// Adds a line by a person who reads it some minutes after the last one.
    fn speak(&mut self, author: usize, part: Part, to: Option<usize>, text: String) {
        let last = self.scene.lines.last().map_or(0, |line| line.at);
        let delay = self.delay();
        let at = self.director.moment(author, last, delay, &mut self.dice);
        if !self.director.works(author, at) {
            return;
        }
        let text = self.voice(author, text);
        let mut line = Line::new(author, at, part, text);
        line.to = to;
        self.scene.lines.push(line);
    }

    /// Minutes until somebody reacts, by source: chat is quick, tickets wait.
    fn delay(&mut self) -> i64 {
        let dice = &mut self.dice;
        match self.scene.venue {
            Venue::Chat { threaded: false, .. } => dice.between(0, 4),
            Venue::Chat { .. } if dice.chance(55) => dice.between(1, 7),
            Venue::Chat { .. } if dice.chance(60) => dice.between(6, 50),
            Venue::Chat { .. } => dice.between(40, 400),
            Venue::Mail if dice.chance(60) => dice.between(9, 120),
            Venue::Mail => dice.between(100, 1500),
            Venue::Ticket if dice.chance(50) => dice.between(15, 240),
            Venue::Ticket => dice.between(200, 3600),
        }
    }

    /// The text as this person types it.
    fn voice(&mut self, author: usize, text: String) -> String {
        let chat = matches!(self.scene.venue, Venue::Chat { .. });
        let lower = self.director.person(author).is_some_and(|person| person.lowercase);
        if !chat || !lower {
            return text;
        }
        let mut letters = text.chars();
        match (letters.next(), letters.next()) {
            (Some(first), Some(second)) if first.is_uppercase() && second.is_lowercase() => {
                first.to_lowercase().chain(text.chars().skip(1)).collect()
            }
            _ => text,
        }
    }

    fn ask(&mut self, case: &Case, at: i64) {
        let question = self.dice.word(&case.asks).to_owned();
        let question = self.say(&question);
        let context = self.context(&question);
        let text = match self.scene.venue {
            Venue::Chat { .. } => {
                let mut greeting = self.phrase_sometimes(45, "greet");
                if self.words.names_customer(&greeting) && self.words.names_customer(&question) {
                    greeting.clear();
                }
                self.join(&[greeting, question, context])
            }
            Venue::Ticket => paragraphs(&[question, context]),
            Venue::Mail => {
                let opening = self.phrase("mail_greet");
                let aside = self.phrase_sometimes(22, "mail_from");
                paragraphs(&[opening, question, context, aside])
            }
        };
        let at = self.director.moment(self.asker, at, 0, &mut self.dice);
        let text = self.voice(self.asker, text);
        let mut line = Line::new(self.asker, at, Part::Ask, text);
        line.edited = self.dice.chance(4);
        line.removed =
            matches!(self.scene.venue, Venue::Chat { threaded: true, .. }) && self.dice.below(250) == 0;
        self.scene.lines.push(line);
    }

    /// The parts that are not empty as one text, in the way of its language.
    fn join(&self, parts: &[String]) -> String {
        let said: Vec<&str> = parts.iter().map(|part| part.trim()).filter(|part| !part.is_empty()).collect();
        said.join(if self.topic.language == "ja" { "" } else { " " })
    }

    /// What the asker adds to the question; the customer is not named twice.
    fn context(&mut self, question: &str) -> String {
        for _ in 0..4 {
            let context = self.phrase_sometimes(70, "context");
            if !(self.words.names_customer(question) && self.words.names_customer(&context)) {
                return context;
            }
        }
        String::new()
    }

    /// What an expert adds, each fact once in a scene.
    fn fact(&mut self) -> String {
        let fresh: Vec<&String> =
            self.topic.facts.iter().filter(|fact| !self.told.contains(&fact.as_str())).collect();
        let Some(fact) = self.dice.pick(&fresh).copied() else { return String::new() };
        self.told.push(fact);
        self.say(fact)
    }

    /// The busy, the guessing, and what the asker says to them.
    fn noise(&mut self) {
        if self.topic.language == "en" && self.dice.chance(16) {
            let text = self.phrase("busy");
            if let Some(busy) = self.dice.pick(&self.director.casting.busy).copied() {
                self.speak(busy, Part::Noise, Some(0), text);
            }
        }
        if !self.dice.chance(17) {
            return;
        }
        let guess = self.dice.word(&self.topic.guesses).to_owned();
        let (opening, guess) = (self.phrase("guess"), self.say(&guess));
        let text = self.join(&[opening, guess]);
        let others: Vec<usize> = self.cast.talkers.iter().copied().filter(|at| *at != self.asker).collect();
        if let Some(talker) = self.dice.pick(&others).copied() {
            let before = self.scene.lines.len();
            self.speak(talker, Part::Noise, Some(0), text);
            if self.scene.lines.len() > before && self.dice.chance(55) {
                let text = self.phrase("report");
                self.speak(self.asker, Part::Further, Some(self.scene.lines.len() - 1), text);
            }
        }
    }

    fn nobody_answers(&mut self) {
        let text = if self.dice.chance(60) { self.phrase("nobody") } else { self.phrase("own_find") };
        if self.dice.chance(70) {
            self.speak(self.asker, Part::Further, Some(0), text);
        }
    }

    fn referred(&mut self) {
        let text = self.phrase("refer");
        let others: Vec<usize> = self.cast.talkers.iter().copied().filter(|at| *at != self.asker).collect();
        if let Some(talker) = self.dice.pick(&others).copied() {
            self.speak(talker, Part::Noise, Some(0), text);
        }
    }

    fn answer(&mut self, case: &Case) {
        let answer = self.dice.word(&case.answers).to_owned();
        let answer = self.say(&answer);
        let fact = if self.dice.chance(38) { self.fact() } else { String::new() };
        let closer = self.phrase_sometimes(22, "closer");
        let text = if self.scene.venue == Venue::Mail {
            paragraphs(&[self.phrase("mail_greet"), answer, fact, closer])
        } else {
            let opener = self.phrase_sometimes(42, "opener");
            self.join(&[opener, answer, fact, closer])
        };
        let to = self.scene.lines.iter().rposition(|line| line.author == self.asker).unwrap_or(0);
        self.speak(self.expert, Part::Answer, Some(to), text);
        let (edited, broadcast) = (self.dice.chance(6), self.dice.chance(2));
        if let Some(line) = self.scene.lines.last_mut().filter(|line| line.part == Part::Answer) {
            line.edited = edited;
            line.broadcast = broadcast && matches!(self.scene.venue, Venue::Chat { threaded: true, .. });
        }
    }

    fn second_expert(&mut self) {
        let others: Vec<usize> = self.cast.experts.iter().copied().filter(|at| *at != self.expert).collect();
        if others.is_empty() || !self.dice.chance(26) {
            return;
        }
        let fact = self.fact();
        if fact.is_empty() {
            return;
        }
        let opening = self.phrase("second");
        let text = self.join(&[opening, fact]);
        if let Some(other) = self.dice.pick(&others).copied() {
            self.speak(other, Part::Answer, Some(self.scene.lines.len() - 1), text);
        }
    }

    fn follow_up(&mut self) {
        if !self.dice.chance(42) {
            return;
        }
        let Some((further, reply)) = self.dice.pick(&self.topic.follow_ups).cloned() else { return };
        let (further, reply) = (self.say(&further), self.say(&reply));
        let fact = if self.dice.chance(25) { self.fact() } else { String::new() };
        let closer = self.phrase_sometimes(25, "closer");
        let reply = self.join(&[reply, fact, closer]);
        self.speak(self.asker, Part::Further, Some(self.scene.lines.len() - 1), further);
        self.speak(self.expert, Part::Answer, Some(self.scene.lines.len() - 1), reply);
    }

    /// Thanks in words, or an emoji under the first answer, or both, or neither.
    fn gratitude(&mut self) {
        let answered = self.scene.lines.iter().position(|line| line.part == Part::Answer);
        let Some(answered) = answered else { return };
        if matches!(self.scene.venue, Venue::Chat { .. }) {
            let asker = self.asker;
            let emoji = ["+1", "pray", "white_check_mark", "heart", "raised_hands", "bulb"];
            let emoji = self.dice.pick(&emoji).copied().unwrap_or("+1");
            let mut by: Vec<usize> = if self.dice.chance(42) { vec![asker] } else { Vec::new() };
            if self.dice.chance(14) {
                by.extend(self.cast.talkers.iter().copied().find(|at| *at != asker));
            }
            if let Some(line) = self.scene.lines.get_mut(answered).filter(|_| !by.is_empty()) {
                line.reactions.push((emoji, by));
            }
        }
        if self.dice.chance(58) {
            let text = self.phrase("thanks");
            let to = self.scene.lines.iter().rposition(|line| line.part == Part::Answer);
            self.speak(self.asker, Part::Thanks, to, text);
        }
    }

    /// A ticket is given to the expert and mostly closed by them.
    fn close(&mut self) {
        if self.scene.venue != Venue::Ticket {
            return;
        }
        self.scene.assignee = self.dice.chance(85).then_some(self.expert);
        let last = self.scene.lines.last().map_or(0, |line| line.at);
        let delay = self.dice.between(20, 4000);
        let at = self.director.moment(self.expert, last, delay, &mut self.dice);
        let answered = self.scene.lines.iter().any(|line| line.part == Part::Answer);
        if answered && self.dice.chance(78) {
            self.scene.outcome = Outcome::Done(self.expert, at);
        } else if self.dice.chance(40) {
            self.scene.outcome = Outcome::Declined(self.expert, at);
        }
    }
}

fn paragraphs(parts: &[String]) -> String {
    let said: Vec<&str> = parts.iter().map(|part| part.trim()).filter(|part| !part.is_empty()).collect();
    said.join("\n\n")
}
