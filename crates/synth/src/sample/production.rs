//! Everything that is going to be written, before it is written.

use super::casting::{Casting, cast};
use super::channels::Channels;
use super::chatter;
use super::clock::{DAY, HOUR};
use super::conversation::{Outcome, Scene, Venue};
use super::director::Director;
use super::organization::{LEAST_PEOPLE, MOST_PEOPLE, Organization};
use super::sections::Sections;
use super::topics::{self, Topic};
use super::{Plan, organization};
use crate::{Dice, Error};

/// The longest sample, in months.
const MOST_MONTHS: u32 = 60;
/// Scenes a topic has with 240 people over 18 months.
const SCENES: usize = 36;
/// Fewer scenes would not let each of three experts answer three times in the chat.
const LEAST_SCENES: usize = 24;

/// A company and all its conversations.
#[derive(Debug)]
pub(crate) struct Production {
    pub(crate) organization: Organization,
    pub(crate) topics: Vec<Topic>,
    pub(crate) casting: Casting,
    pub(crate) channels: Channels,
    /// In no order; the writers sort what they take.
    pub(crate) scenes: Vec<Scene>,
    pub(crate) dice: Dice,
}

/// Invents the company and lets it talk.
pub(crate) fn produce(plan: &Plan) -> Result<Production, Error> {
    check(plan)?;
    let end = plan.end.as_millis();
    let start = (end - i64::from(plan.months) * 30 * DAY).div_euclid(DAY) * DAY;
    let dice = Dice::new(plan.seed);
    let names = Sections::read(include_str!("phrases/names.txt"));
    let lists = Sections::read(concat!(
        include_str!("phrases/slots.txt"),
        include_str!("phrases/generic.txt"),
        include_str!("phrases/talk.txt")
    ));
    let topics = topics::all()?;
    let organization = Organization::found(plan.people, start, end, &names, &dice);
    let casting = cast(&topics, &organization, &dice);
    let channels = Channels::open(&topics, &casting, &organization, &dice);
    let director =
        Director { organization: &organization, topics: &topics, casting: &casting, lists: &lists };
    let mut scenes = Vec::new();
    for topic in 0..topics.len() {
        scenes.extend(topic_scenes(&director, topic, &channels, plan, &dice));
    }
    scenes.extend(chatter::talk(&director, &channels, plan.months, &dice));
    for scene in &mut scenes {
        cut(scene, end);
    }
    scenes.retain(|scene| !scene.lines.is_empty());
    Ok(Production { organization, topics, casting, channels, scenes, dice })
}

fn check(plan: &Plan) -> Result<(), Error> {
    if !(LEAST_PEOPLE..=MOST_PEOPLE).contains(&plan.people) {
        return Err(Error::People { asked: plan.people, least: LEAST_PEOPLE, most: MOST_PEOPLE });
    }
    if !(1..=MOST_MONTHS).contains(&plan.months) {
        return Err(Error::Months { asked: plan.months, most: MOST_MONTHS });
    }
    // 2005 to 2200: Slack's ten-digit seconds, and no date before 1990.
    if !(1_104_537_600_000..7_258_118_400_000).contains(&plan.end.as_millis()) {
        return Err(Error::End(plan.end));
    }
    Ok(())
}

/// The scenes of a topic, spread over the time; the sources take turns: of ten, six are chat, two mail, two tickets.
fn topic_scenes(
    director: &Director<'_>,
    topic_at: usize,
    channels: &Channels,
    plan: &Plan,
    dice: &Dice,
) -> Vec<Scene> {
    let Some(topic) = director.topics.get(topic_at) else { return Vec::new() };
    let organization = director.organization;
    let count = (SCENES * plan.people * plan.months as usize / (240 * 18)).max(LEAST_SCENES);
    let mut dice = dice.fork(&topic.key);
    let help = channels.find(&topic.channel);
    let team = channels.find(&format!("team-{}", topic.team));
    // The last days are left free, so that what is asked can still be answered.
    let span = (organization.end - organization.start - 4 * DAY).max(DAY);
    let mut numbers = [0_usize; 3];
    let mut scenes = Vec::new();
    for turn in 0..count {
        let flat = dice.chance(14);
        let (source, venue) = match turn % 10 {
            2 | 7 => (1, Venue::Mail),
            4 | 9 if !topic.project.is_empty() => (2, Venue::Ticket),
            _ => match (if flat { team } else { help }, help) {
                (Some(channel), _) | (None, Some(channel)) => (0, Venue::Chat { channel, threaded: !flat }),
                (None, None) => continue,
            },
        };
        let slice = span / count as i64;
        let at =
            organization.start + slice * turn as i64 + dice.between(0, slice) + dice.between(0, 4 * HOUR);
        let purpose = format!("{} {turn}", topic.key);
        let number = numbers.get(source).copied().unwrap_or(0);
        if let Some(scene) = director.play(topic_at, number, venue, at, dice.fork(&purpose)) {
            scenes.push(scene);
            if let Some(count) = numbers.get_mut(source) {
                *count += 1;
            }
        }
    }
    scenes
}

/// Takes out what would have happened after the last moment.
fn cut(scene: &mut Scene, end: i64) {
    if let Some(late) = scene.lines.iter().position(|line| line.at > end) {
        scene.lines.truncate(late);
    }
    if let Outcome::Done(_, at) | Outcome::Declined(_, at) = scene.outcome
        && at > end
    {
        scene.outcome = Outcome::Open;
    }
    let written = scene.lines.len();
    for line in &mut scene.lines {
        line.to = line.to.filter(|to| *to < written);
    }
}

impl Production {
    /// The person at a position.
    pub(crate) fn person(&self, at: usize) -> Option<&organization::Person> {
        self.organization.people.get(at)
    }
}
