//! What people did with asks and said of suggestions, as samples beside those of the history.
//!
//! Decision: they are learned from and never judged by. A model that was learned with them is still kept only if it
//! wins on the history, so that what a few people say cannot make answers worse for everybody.
//! As everywhere, features come from evidence that everyone may read, from before the question.

use std::collections::BTreeMap;

use model::{Reader, Timestamp};
use query::learn::Sample;
use query::rank::{Feature, Features, Model, Place, candidates, rank};
use rayon::prelude::*;
use routing::{Desk, Lesson};

use crate::{Detail, Error, Finder, MAX_QUESTION_CHARACTERS, Search};

/// How many of the others are taken to be right where it is only known who was wrong.
const OTHERS: usize = 3;

/// A sample, and when its question was asked.
pub(super) struct Taught {
    pub(super) at: Timestamp,
    pub(super) sample: Sample,
}

/// What there is to learn from, in the order of time; empty without a desk.
pub(super) fn lessons(finder: &Finder) -> Result<Vec<Lesson>, Error> {
    Ok(Desk::lessons_at(&finder.folder().asks())?)
}

/// The samples of lessons: with their channel for a place that tells it (those without one are left out), else
/// without. Costs one search for each.
///
/// # Errors
/// The first failing search.
pub(super) fn taught(finder: &Finder, lessons: &[Lesson], place: Place) -> Result<Vec<Taught>, Error> {
    let usable = |lesson: &&Lesson| {
        let length = lesson.question.trim().chars().count();
        (1..=MAX_QUESTION_CHARACTERS).contains(&length)
            && (place == Place::Untold || lesson.channel.is_some())
    };
    let usable: Vec<&Lesson> = lessons.iter().filter(usable).collect();
    let of = |lesson: &&Lesson| {
        let features = finder.features_of(&search(lesson, place))?;
        let sample = sample(finder, lesson, &features, finder.shipped_model(place));
        Ok(sample.map(|sample| Taught { at: lesson.at, sample }))
    };
    let all: Vec<Result<Option<Taught>, Error>> = usable.par_iter().map(of).collect();
    all.into_iter().filter_map(Result::transpose).collect()
}

fn search(lesson: &Lesson, place: Place) -> Search {
    Search {
        asked_by: vec![lesson.asker.clone()],
        channel: lesson.channel.clone().filter(|_| place == Place::Told),
        spread: false,
        detail: Detail::Ranking,
        evidence_before: Some(lesson.at),
        ..Search::new(lesson.question.clone(), Reader::anyone(), lesson.at)
    }
}

/// Whoever was most right takes all; where it is only known who was wrong, the best others share it.
fn sample(finder: &Finder, lesson: &Lesson, features: &[Features], shipped: &Model) -> Option<Sample> {
    let said: BTreeMap<u32, i32> = lesson
        .said
        .iter()
        .filter_map(|(account, value)| Some((finder.number_of(account.as_str())?, *value)))
        .collect();
    let pool = candidates(features, finder.candidates());
    let values = || pool.iter().filter_map(|person| said.get(&person.person).copied());
    let best = values().max()?;
    if best > 0 {
        return Sample::new(&pool, |person| f64::from(u8::from(said.get(&person) == Some(&best))));
    }
    let others = rank(features, shipped, finder.candidates()).into_iter().map(|one| one.person);
    let others: Vec<u32> = others.filter(|person| !said.contains_key(person)).take(OTHERS).collect();
    // A sample divides by this, to look past those who answer everything; who was not asked did not answer.
    let ever = |number: u32| {
        let person = pool.iter().find(|person| person.person == number);
        person.map_or(0.0, |person| f64::from(person.get(Feature::Ever)))
    };
    Sample::new(&pool, |person| if others.contains(&person) { (1.0 + ever(person)).sqrt() } else { 0.0 })
}
