//! What is said all the time and shows nothing: help that anybody could give, small talk, machines.

use super::areas::AREAS;
use super::cast::skewed;
use crate::dice::Dice;
use crate::sample::clock::{DAY, HOUR, MINUTE, ZONES};
use crate::sample::conversation::{Line, Part, Scene, Venue};
use crate::sample::organization::Organization;
use crate::sample::sections::Sections;
use crate::sample::wording::Wording;

/// Matters that the busiest people settle.
const MATTERS: [&str; 5] =
    ["general.printer", "general.meeting", "general.login", "general.notebook", "general.parking"];
/// How far background talk reaches back, in days.
const REACH: i64 = 720;

/// What background talk needs.
#[derive(Debug)]
pub(super) struct Background<'a> {
    pub(super) organization: &'a Organization,
    pub(super) lists: &'a Sections,
    pub(super) busy: &'a [usize],
    pub(super) channels: usize,
    /// How many subjects there are: the talk grows with them.
    pub(super) subjects: usize,
}

impl Background<'_> {
    /// All of it, in no order.
    pub(super) fn play(&self, dice: &Dice) -> Vec<Scene> {
        let mut dice = dice.fork("background");
        let mut people: Vec<usize> = (0..self.organization.people.len()).collect();
        dice.shuffle(&mut people);
        let mut scenes = Vec::new();
        for _ in 0..self.subjects * 7 {
            scenes.extend(self.matter(&people, &mut dice));
        }
        for _ in 0..self.subjects * 10 {
            scenes.extend(self.talk(&people, &mut dice));
        }
        for _ in 0..self.subjects * 6 {
            scenes.push(self.machine(&mut dice));
        }
        scenes
    }

    fn moment(&self, dice: &mut Dice) -> i64 {
        self.organization.end - dice.between(5 * 24, REACH * 24) * HOUR + dice.between(0, HOUR)
    }

    /// One of the channels that are nobody's home.
    fn channel(&self, threaded: bool, dice: &mut Dice) -> Venue {
        Venue::Chat { channel: AREAS.len() + dice.below(self.channels - AREAS.len()), threaded }
    }

    fn line(&self, author: usize, at: i64, part: Part, text: String, dice: &mut Dice) -> Line {
        let zone = self.organization.people.get(author).and_then(|person| ZONES.get(person.zone));
        let start = self.organization.people.get(author).map_or(9, |person| person.start_hour);
        let at = zone.map_or(at, |zone| zone.at_work(at, start, dice.between(0, 50)));
        Line::new(author, at, part, text)
    }

    /// Somebody needs a hand, and one of the busiest gives it.
    fn matter(&self, people: &[usize], dice: &mut Dice) -> Option<Scene> {
        let at = self.moment(dice);
        let lines = self.lists.get(dice.pick(&MATTERS).copied()?);
        let question = lines.iter().find(|line| !line.starts_with("=>"))?;
        let answer = lines.iter().find_map(|line| line.strip_prefix("=> "))?;
        let mut words = Wording::new(self.lists, at);
        let asker = skewed(people, dice)?;
        let busy = *dice.pick(self.busy).filter(|busy| **busy != asker)?;
        let mut scene = Scene::new(None, self.channel(true, dice), String::new());
        let text = words.say(question, dice);
        scene.lines.push(self.line(asker, at, Part::Ask, text, dice));
        let text = words.say(answer, dice);
        let at = scene.lines.last().map_or(at, |line| line.at) + dice.between(2, 90) * MINUTE;
        scene.lines.push(self.line(busy, at, Part::Answer, text, dice).to(0));
        if dice.chance(60) {
            let template = dice.word(self.lists.get("works")).to_owned();
            let text = words.say(&template, dice);
            let at = scene.lines.last().map_or(at, |line| line.at) + dice.between(2, 60) * MINUTE;
            scene.lines.push(self.line(asker, at, Part::Thanks, text, dice).to(1));
        }
        Some(scene)
    }

    /// A few lines about nothing.
    fn talk(&self, people: &[usize], dice: &mut Dice) -> Option<Scene> {
        let mut at = self.moment(dice);
        let mut scene = Scene::new(None, self.channel(false, dice), String::new());
        for _ in 0..=dice.below(3) {
            let author = skewed(people, dice)?;
            let mut words = Wording::new(self.lists, at);
            words.bind("them", format!("<@{}>", dice.below(people.len())));
            let template = dice.word(self.lists.get("talk")).to_owned();
            let line = self.line(author, at, Part::Talk, words.say(&template, dice), dice);
            at = line.at + dice.between(1, 9) * MINUTE;
            scene.lines.push(line);
        }
        Some(scene)
    }

    /// A notice by a machine.
    fn machine(&self, dice: &mut Dice) -> Scene {
        let at = self.moment(dice);
        let mut scene = Scene::new(None, self.channel(false, dice), String::new());
        let template = dice.word(self.lists.get("bot")).to_owned();
        let text = Wording::new(self.lists, at).say(&template, dice);
        let name = if dice.chance(50) { "pipeline" } else { "watchtower" };
        scene.lines.push(Line::new(0, at.min(self.organization.end - DAY), Part::Bot(name), text));
        scene
    }
}
