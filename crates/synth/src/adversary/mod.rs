//! Made-up organisations in which many seem to know and few do, with the truth planted.
//!
//! Communities of questions and answers have known shapes. A few *answer people* give most of the solutions and
//! hardly open conversations, *discussion people* take part in long exchanges (Welser et al., *Visualizing the
//! Signatures of Social Roles in Online Discussion Groups*, 2007); who answers is not who is asked, and having
//! answered much is not having answered well (Zhang, Ackerman & Adamic, *Expertise Networks in Online
//! Communities*, 2007); breadth differs by subject, and activity in discussion-like ones says little of
//! know-how (Adamic et al., *Knowledge Sharing and Yahoo Answers*, 2008); contributors fall into profiles by
//! amount and quality of what they give (Furtado et al., *Contributor Profiles, their Dynamics, and their
//! Importance in Five Q&A Sites*, 2013); people bring their know-how rather than grow it by answering (Posnett
//! et al., *Mining Stack Exchange: Expertise Is Evident from Initial Contributions*, 2012), so three perfect
//! answers are enough. Activity is spread by a power law.
//!
//! # What is true
//!
//! - Somebody knows a subject if the casting says so. Each expert solves at least three conversations about
//!   it, one of them within 170 days of the end and confirmed by the asker; the main expert
//!   (grade 3) solves seven to ten (three if quiet, all confirmed), others (grade 2) three to five. Grade 1:
//!   solved one single thing.
//! - Asking, discussing, agreeing, guessing, pasting, referring, assigning, closing show nothing. Nor does
//!   having known the product that was replaced: that advice fails, and who gave it says they are out of it.
//! - Nobody knows an orphan: it is asked and discussed and guessed at, but nothing ever helps. Foreign
//!   questions are about something that the history does not speak of.
//! - The parts of one subject are played by different people; a person may be an expert of one subject and
//!   loud in another.
//!
//! subjects (data) → cast → history, background (scenes) → questions → files.

mod areas;
mod background;
mod cast;
mod files;
mod history;
mod questions;
mod scenes;
mod stage;
mod subjects;

use std::collections::BTreeMap;

use model::Timestamp;

use crate::sample::casting::Casting;
use crate::sample::clock::DAY;
use crate::sample::conversation::Part;
use crate::sample::organization::Organization;
use crate::sample::production::Production;
use crate::sample::sections::Sections;
use crate::{Dice, Error};

pub use files::{Written, write};
pub use questions::PlantedQuestion;

use background::Background;
use questions::Wanted;
use stage::World;

/// The last moment of every history: 2026-03-31, noon UTC. Questions come within 45 days after it.
const END: i64 = 1_774_958_400_000;
/// How far a history reaches back, in days.
const SPAN: i64 = 1_250;

/// How large an organisation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// 90 people, 20 subjects, 60 questions: for tests that must be fast.
    Small,
    /// 220 people, 62 subjects, 200 questions.
    Standard,
}

/// What a size means.
struct Measure {
    people: usize,
    subjects: usize,
    /// Subjects that nobody knows, besides.
    orphans: usize,
    wanted: Wanted,
}

impl Size {
    fn measure(self) -> Measure {
        let wanted = |known, near_misses, foreign| Wanted { known, near_misses, foreign };
        match self {
            Self::Small => Measure { people: 90, subjects: 20, orphans: 4, wanted: wanted(45, 8, 7) },
            Self::Standard => Measure { people: 220, subjects: 62, orphans: 8, wanted: wanted(150, 28, 22) },
        }
    }
}

/// An organisation with its test questions.
#[derive(Debug)]
pub struct Planted {
    /// The test questions; a quarter of them nobody can answer.
    pub questions: Vec<PlantedQuestion>,
    production: Production,
    /// The subject of each scene; background talk comes after those and has none.
    about: Vec<String>,
}

impl Planted {
    /// When each account solved a conversation about the subject (of
    /// [`subject`](PlantedQuestion::subject)), ascending: what the truth rests on.
    pub fn solutions(&self, subject: &str) -> BTreeMap<String, Vec<Timestamp>> {
        let mut solutions: BTreeMap<String, BTreeMap<usize, Timestamp>> = BTreeMap::new();
        for (number, (scene, about)) in self.production.scenes.iter().zip(&self.about).enumerate() {
            for line in scene.lines.iter().filter(|line| about == subject && line.part == Part::Answer) {
                let Some(person) = self.production.person(line.author) else { continue };
                let solved = solutions.entry(format!("slack:{}", person.slack_id)).or_default();
                solved.entry(number).or_insert(Timestamp::from_millis(line.at));
            }
        }
        let sorted = |solved: BTreeMap<usize, Timestamp>| {
            let mut times: Vec<Timestamp> = solved.into_values().collect();
            times.sort();
            times
        };
        solutions.into_iter().map(|(account, solved)| (account, sorted(solved))).collect()
    }

    /// The last moment of the history; every question comes later.
    pub fn end(&self) -> Timestamp {
        Timestamp::from_millis(self.production.organization.end)
    }
}

/// Makes up an organisation: the same seed and size give the same one.
///
/// # Errors
/// A mistake in the built-in data of this crate.
pub fn generate(seed: u64, size: Size) -> Result<Planted, Error> {
    let Measure { people, subjects: live, orphans, wanted } = size.measure();
    let dice = Dice::new(seed).fork("adversary");
    let names = Sections::read(include_str!("../sample/phrases/names.txt"));
    let lists = Sections::read(concat!(
        include_str!("../sample/phrases/slots.txt"),
        include_str!("phrases.txt"),
        include_str!("foreign.txt")
    ));
    let mut subjects = subjects::all(&lists, &dice)?;
    subjects.truncate(live + orphans);
    let mut organization = Organization::found(people, END - SPAN * DAY, END, &names, &dice);
    for person in &mut organization.people {
        // Who left is another matter; here everybody can be asked.
        (person.joined, person.left) = (END - (SPAN + 30) * DAY, None);
    }
    let busy: Vec<usize> = organization.team("success").iter().copied().take(5).collect();
    let mut casts = cast::cast(&subjects, orphans, &organization, &busy, &dice);
    cast::rename(&mut organization, &mut casts);
    let channels = areas::channels(&organization, &dice);
    let world = World {
        organization: &organization,
        lists: &lists,
        subjects: &subjects,
        casts: &casts,
        busy: &busy,
        channels: channels.list.len(),
    };
    let mut scenes = Vec::new();
    let mut about = Vec::new();
    for (at, subject) in subjects.iter().enumerate() {
        scenes.extend(history::of(&world, at, &dice));
        about.resize(scenes.len(), subject.key.clone());
    }
    let background = Background {
        organization: &organization,
        lists: &lists,
        busy: &busy,
        channels: channels.list.len(),
        subjects: subjects.len(),
    };
    scenes.extend(background.play(&dice));
    let questions = questions::ask(&world, &scenes, wanted, &dice);
    let casting = Casting { casts: Vec::new(), busy };
    let topics = areas::topics();
    Ok(Planted {
        questions,
        production: Production { organization, topics, casting, channels, scenes, dice },
        about,
    })
}

#[cfg(test)]
mod tests;
