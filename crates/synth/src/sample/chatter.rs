//! Talk about nothing in particular: standups, lunch, news, machines, newcomers.

use super::channels::{Channels, Kind, PRIVATE, city};
use super::clock::{DAY, HOUR};
use super::conversation::{Line, Part, Scene, Venue};
use super::director::Director;
use super::wording::Wording;
use crate::dice::Dice;

/// The bot that writes into a channel.
const DEPLOY_BOT: &str = "pipeline";
const ALERT_BOT: &str = "watchtower";

/// One who makes talk.
#[derive(Debug)]
pub(crate) struct Chatter<'a> {
    director: &'a Director<'a>,
    channels: &'a Channels,
    dice: Dice,
    scenes: Vec<Scene>,
}

/// All talk of the company: for 240 people over 18 months about five thousand lines.
pub(crate) fn talk(director: &Director<'_>, channels: &Channels, months: u32, dice: &Dice) -> Vec<Scene> {
    let people = director.organization.people.len();
    let months = months as usize;
    let share = |at_240: usize| (at_240 * people * months / (240 * 18)).max(2);
    let mut chatter = Chatter { director, channels, dice: dice.fork("chatter"), scenes: Vec::new() };
    chatter.dialogues(share(480));
    chatter.standups(share(420));
    chatter.posts("announcements", "announcements", share(60));
    chatter.posts("wins", "wins", share(110));
    chatter.machines("deploys", "deploy", DEPLOY_BOT, share(330));
    chatter.machines("alerts", "alert", ALERT_BOT, share(160));
    chatter.closed(share(24));
    chatter.newcomers();
    chatter.newsletters(months);
    // A line that was moved to the next working day may be later than its speaker's last one.
    let mut scenes = chatter.scenes;
    for line_list in scenes.iter_mut().map(|scene| &mut scene.lines) {
        line_list.retain(|line| matches!(line.part, Part::Bot(_)) || director.works(line.author, line.at));
    }
    scenes
}

impl Chatter<'_> {
    fn some_time(&mut self) -> i64 {
        let organization = self.director.organization;
        let day = organization.start
            + self.dice.between(0, (organization.end - organization.start) / DAY - 1) * DAY;
        day + 8 * HOUR + self.dice.between(0, 8 * HOUR)
    }

    fn template(&mut self, list: &str) -> String {
        self.dice.word(self.director.lists.get(list)).to_owned()
    }

    /// Different people of a channel who are there at that time.
    fn some_members(&mut self, channel: usize, at: i64, count: usize) -> Vec<usize> {
        let Some(channel) = self.channels.list.get(channel) else { return Vec::new() };
        let here = |(person, came): (&usize, &i64)| {
            let works =
                self.director.organization.people.get(*person).is_some_and(|person| person.works_at(at));
            (works && *came <= at).then_some(*person)
        };
        let mut members: Vec<usize> = channel.members.iter().filter_map(here).collect();
        self.dice.shuffle(&mut members);
        members.truncate(count);
        members
    }

    /// Several people talk, flat in the channel.
    fn dialogues(&mut self, count: usize) {
        for _ in 0..count {
            let names = ["random", "coffee", "general", "random"];
            let name = self.dice.pick(&names).copied().unwrap_or("random");
            let Some(channel) = self.channels.find(name) else { continue };
            let at = self.some_time();
            let mut speakers = self.some_members(channel, at, usize::MAX);
            // Those who chat sit in the same office.
            let zone = |at: &usize| self.director.organization.people.get(*at).map(|person| person.zone);
            let here = speakers.first().and_then(zone);
            speakers.retain(|at| zone(at) == here);
            let dialogue = self.template("dialogues");
            let mut words = Wording::new(self.director.lists, at);
            words.bind(
                "city",
                city(self.director.organization, speakers.first().copied().unwrap_or(0)).to_owned(),
            );
            let mut scene = Scene::new(None, Venue::Chat { channel, threaded: false }, String::new());
            let mut last = at;
            for part in dialogue.split(" / ") {
                let Some((who, said)) = part.split_once(": ") else { continue };
                let which = ["A", "B", "C", "D"].iter().position(|letter| *letter == who).unwrap_or(0);
                let Some(author) = speakers.get(which).copied() else { continue };
                let delay = self.dice.between(0, 4);
                last = self.director.moment(author, last, delay, &mut self.dice);
                scene.lines.push(Line::new(author, last, Part::Talk, words.say(said, &mut self.dice)));
            }
            self.scenes.push(scene);
        }
    }

    /// What a team is doing, flat in its own channel, one morning.
    fn standups(&mut self, count: usize) {
        let teams: Vec<&str> =
            ["platform", "mobile", "planning", "identity", "data", "integrations", "billing"].into();
        for _ in 0..count {
            let team = self.dice.pick(&teams).copied().unwrap_or("platform");
            let Some(channel) = self.channels.find(&format!("team-{team}")) else { continue };
            let mut at = self.some_time() / DAY * DAY + 8 * HOUR;
            let mut scene = Scene::new(None, Venue::Chat { channel, threaded: false }, String::new());
            let present = 3 + self.dice.below(4);
            for author in self.some_members(channel, at, present) {
                at = self.director.moment(author, at, 1, &mut self.dice);
                let mut template = self.template("standup");
                while let Some((before, after)) = template.split_once("{task}") {
                    template = format!("{before}{}{after}", self.template("task"));
                }
                let text = Wording::new(self.director.lists, at).say(&template, &mut self.dice);
                scene.lines.push(Line::new(author, at, Part::Talk, text));
            }
            self.scenes.push(scene);
        }
    }

    /// News that nobody answers, with emoji below.
    fn posts(&mut self, channel: &str, list: &str, count: usize) {
        let Some(channel) = self.channels.find(channel) else { return };
        for _ in 0..count {
            let at = self.some_time();
            let mut readers = self.some_members(channel, at, 9);
            let Some(author) = readers.pop() else { continue };
            let template = self.template(list);
            let mut words = Wording::new(self.director.lists, at);
            words.bind("city", city(self.director.organization, author).to_owned());
            let at = self.director.moment(author, at, 0, &mut self.dice);
            let mut line = Line::new(author, at, Part::Talk, words.say(&template, &mut self.dice));
            line.reactions.push(("tada", readers));
            let mut scene = Scene::new(None, Venue::Chat { channel, threaded: false }, String::new());
            scene.lines.push(line);
            self.scenes.push(scene);
        }
    }

    fn machines(&mut self, channel: &str, list: &str, bot: &'static str, count: usize) {
        let Some(channel) = self.channels.find(channel) else { return };
        for _ in 0..count {
            let at = self.some_time();
            let template = self.template(list);
            let text = Wording::new(self.director.lists, at).say(&template, &mut self.dice);
            let mut scene = Scene::new(None, Venue::Chat { channel, threaded: false }, String::new());
            scene.lines.push(Line::new(0, at, Part::Bot(bot), text));
            self.scenes.push(scene);
        }
    }

    /// What was said where not everyone may read.
    fn closed(&mut self, count: usize) {
        let direct = self.channels.list.iter().position(|channel| channel.kind == Kind::Direct);
        for (channel, list) in [(self.channels.find(PRIVATE), "secret"), (direct, "private")] {
            let Some(channel) = channel else { continue };
            for _ in 0..count {
                let at = self.some_time();
                let Some(author) = self.some_members(channel, at, 1).pop() else { continue };
                let at = self.director.moment(author, at, 0, &mut self.dice);
                let template = self.template(list);
                let text = Wording::new(self.director.lists, at).say(&template, &mut self.dice);
                let mut scene = Scene::new(None, Venue::Chat { channel, threaded: false }, String::new());
                scene.lines.push(Line::new(author, at, Part::Talk, text));
                self.scenes.push(scene);
            }
        }
    }

    /// "has joined the channel" of those who came while the sample runs.
    fn newcomers(&mut self) {
        for (channel, open) in
            self.channels.list.iter().enumerate().filter(|(_, open)| open.kind == Kind::Public)
        {
            let late = open.members.iter().filter(|(_, came)| **came > self.director.organization.start);
            for (person, came) in late {
                let text = format!("<@{person}> has joined the channel");
                let mut scene = Scene::new(None, Venue::Chat { channel, threaded: false }, String::new());
                scene.lines.push(Line::new(*person, *came, Part::Join, text));
                self.scenes.push(scene);
            }
        }
    }

    /// A mail to everybody each month, and mailboxes that answer it by themselves.
    fn newsletters(&mut self, months: usize) {
        let organization = self.director.organization;
        let month = (organization.end - organization.start) / months.max(1) as i64;
        let editors = organization.team("marketing").to_vec();
        for number in 0..months {
            let at = organization.start + month * number as i64 + 9 * HOUR;
            let here: Vec<usize> =
                editors.iter().copied().filter(|editor| self.director.works(*editor, at + 7 * DAY)).collect();
            let Some(editor) = self.dice.pick(&here).copied() else { continue };
            let mut words = Wording::new(self.director.lists, at);
            words.bind("city", city(organization, editor).to_owned());
            let template = self.template("newsletter");
            let text = words.say(&template, &mut self.dice);
            let at = self.director.moment(editor, at, 0, &mut self.dice);
            let mut scene = Scene::new(None, Venue::Mail, format!("Ortalo inside, issue {}", number + 1));
            scene.lines.push(Line::new(editor, at, Part::Newsletter, text));
            let all = organization.people.len();
            let away = self.dice.below(all);
            if organization.people.get(away).is_some_and(|person| person.works_at(at)) {
                let template = self.template("away");
                let text = Wording::new(self.director.lists, at).say(&template, &mut self.dice);
                scene.lines.push(Line::new(away, at + 4_000, Part::OutOfOffice, text).to(0));
            }
            self.scenes.push(scene);
        }
    }
}
