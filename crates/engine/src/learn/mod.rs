//! Learning the ranking's weights from the organisation's own past, and keeping them only if they win.
//!
//! Decision: what is learned is the view "who will help now". The past tells who answered, which inside a busy
//! channel is mostly who was there; who *knows* is not read off it.
//! Decision: a model is judged as it would have been used: learned from what was asked before a cut, tried on
//! what was asked after it, with the evidence frozen at the cut, several cuts after each other.
//! Only what everyone may read is learned from, so that no weight can tell of what is hidden.

mod asked;
mod examples;
#[cfg(test)]
mod leak_tests;
mod silence;
mod stored;
mod sureness;
#[cfg(test)]
mod tests;
mod trial;

use query::learn::{FitConfig, Sample, fit};
use query::rank::{Model, Place};

pub use eval::Difference;
pub(crate) use examples::{Examined, by_model, examine};
pub use silence::{SilenceLesson, Threshold};
pub use stored::{Answered, Learned, Silence, Weights};
pub use sureness::{Belief, COVERAGES, SurenessLesson};
pub use trial::Line;

use asked::Taught;
use trial::Trial;

use crate::history::{self, Fold, folds};
use crate::{DataFolder, Error, Finder};

/// What learning is told.
#[derive(Debug, Clone, PartialEq)]
pub struct LearnConfig {
    /// Cuts after each other; each but the first is tried with what was learned before it.
    pub folds: usize,
    /// Most questions of one fold, evenly drawn.
    pub questions_per_fold: usize,
    /// Variance of the prior around the shipped weights.
    pub variance: f64,
    /// Largest p (one-sided, paired randomisation) at which a better mean counts as won. One-sided, since only
    /// better is asked for.
    pub p_value: f64,
    /// The largest share of the past's questions, all of which somebody answered, that may be met with silence, 0 to 1;
    /// where it is more, the probability from which on somebody is named is lowered. 1: that is left as it is.
    pub most_silent: f64,
    /// The lowest grade that counts as relevant when a model is judged.
    pub lowest_relevant_grade: u8,
    /// Seed of the test.
    pub seed: u64,
}

impl LearnConfig {
    const fn fit(&self) -> FitConfig {
        FitConfig { variance: self.variance }
    }
}

/// Why a learned model is kept or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It won: better than the shipped weights beyond chance, over all questions or over these and the tail in
    /// equal parts and worse in neither, and not below any simple method.
    Won,
    /// There are too few questions to learn from or to judge by.
    TooFew,
    /// It is not better than the shipped weights beyond chance.
    NotBetter,
    /// A simple method is better.
    BelowSimple,
}

/// What was learned for one place.
#[derive(Debug, Clone, PartialEq)]
pub struct Lesson {
    /// Whether questions told their channel.
    pub place: Place,
    /// Questions that the final weights were learned from.
    pub n_learned_from: usize,
    /// Questions that the model was judged by.
    pub n_tried: usize,
    /// The learned weights, the shipped ones, then the simple methods.
    pub lines: Vec<Line>,
    /// The learned weights; `None` if there was nothing to learn from.
    pub model: Option<Model>,
    /// Whether to keep them.
    pub verdict: Verdict,
}

/// What learning found.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// Questions that the past holds.
    pub n_questions: usize,
    /// One lesson a place.
    pub lessons: Vec<Lesson>,
    /// How sure answers may sound; `None` without a past.
    pub sureness: Option<SurenessLesson>,
    /// From which probability on somebody is named; `None` without a past.
    pub silence: Option<SilenceLesson>,
    /// What won, ready to be kept; `None` if nothing did.
    pub won: Option<Learned>,
}

impl Report {
    /// Keeps what won, over what was learned earlier. The threshold from which on somebody is named holds as it was
    /// measured last, so that it goes where the options' own is low enough again.
    ///
    /// # Errors
    /// [`Error::Model`] if what was learned earlier cannot be read, and what the file system says.
    pub fn keep(&self, folder: &DataFolder) -> Result<(), Error> {
        let before = Learned::read(folder)?;
        let measured = self.silence.as_ref().is_some_and(|lesson| lesson.verdict != Verdict::TooFew);
        let earlier =
            before.clone().map(|earlier| if measured { earlier.without_silence() } else { earlier });
        let next = match &self.won {
            Some(won) => Some(won.clone().over(earlier)),
            None => earlier.filter(Learned::holds_anything),
        };
        match next {
            Some(next) if Some(&next) != before.as_ref() => next.write(folder),
            None => Learned::forget(folder).map(drop),
            Some(_) => Ok(()),
        }
    }
}

/// Fewest questions to judge by.
pub const FEWEST_TRIED: usize = 25;

/// Learns from the index's own past, and judges what was learned. Writes nothing.
///
/// Asks that were answered or refused, and feedback, are samples beside those of the history: each is learned from in
/// the trials that begin after it, and none is judged by.
///
/// Costs three searches for each question, and two fits for each fold.
///
/// # Errors
/// [`Error::Leak`] if a question would be answered from its own conversation; the first failing search.
pub fn learn(finder: &Finder, config: &LearnConfig) -> Result<Report, Error> {
    let questions = history::questions(finder)?;
    let folds = folds(&questions, config.folds, config.folds.saturating_mul(config.questions_per_fold));
    let asks = asked::lessons(finder)?;
    let (mut lessons, mut sureness, mut silence) = (Vec::new(), None, None);
    let mut asked_in = None;
    for place in Place::ALL {
        let examine = |fold: &Fold<'_>| examples::examine(finder, *fold, place, config);
        let examined = folds.iter().map(examine).collect::<Result<Vec<_>, _>>()?;
        let taught = asked::taught(finder, &asks, place)?;
        let trials = trials(finder, (&examined, &taught), place, config);
        let lesson = lesson(finder, (&examined, &trials, &taught), place, config)?;
        // How sure to be is learned once, from questions as they were asked: with their channel, where it tells. Where
        // it does, folds that were asked without come second and change nothing.
        let place_of = || examined.first().map_or(Place::Untold, |fold| fold.place(finder));
        if !folds.is_empty() && *asked_in.get_or_insert_with(place_of) == place {
            let won = lesson.verdict == Verdict::Won;
            let known = sureness::known(finder, (&examined, &trials), won, config)?;
            silence = Some(silence::learn(finder, (&examined, &known), config));
            sureness = Some(sureness::learn(finder, &known, place, config));
        }
        lessons.push(lesson);
    }
    let newest = questions.last().map(|question| question.test.ts);
    let won = newest.and_then(|newest| Learned::of(&lessons, (sureness.as_ref(), silence.as_ref()), newest));
    Ok(Report { n_questions: questions.len(), lessons, sureness, silence, won })
}

/// What is learned before each fold but the first.
fn trials<'f>(
    finder: &Finder,
    (examined, taught): (&'f [Examined], &[Taught]),
    place: Place,
    config: &LearnConfig,
) -> Vec<Trial<'f>> {
    let shipped = finder.shipped_model(place);
    let trial = |(number, fold): (usize, &'f Examined)| {
        let before = taught.iter().filter(|one| one.at < fold.cut());
        let learned = fit(&samples(&examined[..number], before), shipped, config.fit());
        Trial { fold, learned: learned.unwrap_or_else(|| shipped.clone()) }
    };
    examined.iter().enumerate().skip(1).map(trial).collect()
}

fn lesson(
    finder: &Finder,
    (examined, trials, taught): (&[Examined], &[Trial<'_>], &[Taught]),
    place: Place,
    config: &LearnConfig,
) -> Result<Lesson, Error> {
    let shipped = finder.shipped_model(place);
    let lines = trial::judge(finder, trials, shipped, config)?;
    let all = samples(examined, taught.iter());
    let n_tried = trials.iter().map(|trial| trial.fold.questions.len()).sum();
    let verdict = verdict(&lines, n_tried, config);
    let model = fit(&all, shipped, config.fit());
    Ok(Lesson { place, n_learned_from: all.len(), n_tried, lines, model, verdict })
}

fn samples<'t>(folds: &[Examined], taught: impl Iterator<Item = &'t Taught>) -> Vec<Sample> {
    let history = folds.iter().flat_map(Examined::samples);
    history.chain(taught.map(|one| one.sample.clone())).collect()
}

fn verdict(lines: &[Line], n_tried: usize, config: &LearnConfig) -> Verdict {
    let [learned, shipped, simple @ ..] = lines else { return Verdict::TooFew };
    if n_tried < FEWEST_TRIED {
        return Verdict::TooFew;
    }
    if simple.iter().any(|line| line.reciprocal_rank > learned.reciprocal_rank) {
        return Verdict::BelowSimple;
    }
    let differences: Vec<_> =
        [&shipped.learned_is_better, &shipped.better_in_both].into_iter().flatten().collect();
    let worse = differences.iter().any(|difference| difference.mean < 0.0);
    let better = |difference: &&Difference| difference.p_of_better() <= config.p_value;
    if !worse && differences.iter().any(better) { Verdict::Won } else { Verdict::NotBetter }
}

impl Verdict {
    /// The word in reports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Won => "won",
            Self::TooFew => "too_few_questions",
            Self::NotBetter => "not_better",
            Self::BelowSimple => "below_simple_method",
        }
    }
}
