//! Learned weights on disk: one small file in the data directory that people can read.

use std::collections::BTreeMap;
use std::path::Path;

use model::Timestamp;
use query::confidence::{ANSWER, AnswerModel};
use query::rank::{Model, Place, Term};
use serde::{Deserialize, Serialize};

use super::{Lesson, SilenceLesson, SurenessLesson, Verdict};
use crate::private::put_whole;
use crate::{DataFolder, Error};

/// The form of the file.
const VERSION: u32 = 1;

/// Learned weights, and where they come from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Learned {
    version: u32,
    /// The time of the newest question that they were learned from.
    pub newest_question: String,
    /// For questions that tell their channel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told: Option<Weights>,
    /// For questions that do not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub untold: Option<Weights>,
    /// Whether one of the first five answers, if somebody here can.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answered: Option<Answered>,
    /// From which probability on somebody is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub silence: Option<Silence>,
}

/// The probability from which on somebody is named.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Silence {
    /// Questions that it was learned from.
    pub n_questions: usize,
    /// What the options said then, 0 to 1. Whoever says something else since means it.
    pub instead_of: f64,
    /// The threshold, 0 to 1.
    pub name_from: f64,
}

/// A model of whether one of the first five answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answered {
    /// Questions that it was learned from.
    pub n_questions: usize,
    /// Log odds by what they add to, `bias` among them.
    pub coefficients: BTreeMap<String, f64>,
}

impl Answered {
    /// A model by the names of its features.
    pub fn of(model: &AnswerModel, n_questions: usize) -> Self {
        let named = ANSWER.iter().zip(model.weights).chain([(&"bias", model.bias)]);
        Self { n_questions, coefficients: named.map(|(name, value)| ((*name).to_owned(), value)).collect() }
    }

    /// The model; `None` if a coefficient other than `pieces` is missing, or one is not known or no number.
    fn model(&self) -> Option<AnswerModel> {
        let is_known = |name: &String| name == "bias" || ANSWER.contains(&name.as_str());
        if !self.coefficients.keys().all(is_known) {
            return None;
        }
        // Files from before there was `pieces` know nothing of it.
        let missing = |name: &str| (name == "pieces").then_some(0.0);
        let value = |name: &str| self.coefficients.get(name).copied().or_else(|| missing(name));
        AnswerModel::named(&ANSWER, &|name| value(name).filter(|value| value.is_finite()))
    }
}

/// Weights of who will help now.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Weights {
    /// Questions that they were learned from.
    pub n_questions: usize,
    /// Weight by term ([`Term::name`]).
    pub weights: BTreeMap<String, f64>,
}

impl Weights {
    /// The weights of a model that count, by the terms' names.
    pub fn of(model: &Model, n_questions: usize) -> Self {
        let named = |(term, weight): (Term, f64)| (term.name(), weight);
        Self { n_questions, weights: model.weights().map(named).collect() }
    }

    /// The weights as the ranking takes them; `None` if a feature is not known here or a weight is no number.
    fn model(&self) -> Option<Model> {
        let weight =
            |(name, weight): (&String, &f64)| weight.is_finite().then_some((Term::parse(name)?, *weight));
        self.weights.iter().map(weight).collect::<Option<Vec<_>>>().map(Model::of)
    }
}

impl Learned {
    /// What won; `None` if nothing did.
    pub(super) fn of(
        lessons: &[Lesson],
        (sureness, silence): (Option<&SurenessLesson>, Option<&SilenceLesson>),
        newest: Timestamp,
    ) -> Option<Self> {
        let of = |place: Place| {
            let won = |lesson: &&Lesson| lesson.place == place && lesson.verdict == Verdict::Won;
            let lesson = lessons.iter().find(won)?;
            Some(Weights::of(lesson.model.as_ref()?, lesson.n_learned_from))
        };
        let (told, untold) = (of(Place::Told), of(Place::Untold));
        let sureness = sureness.filter(|lesson| lesson.verdict == Verdict::Won);
        let answered = sureness.map(|lesson| Answered::of(&lesson.model, lesson.n_learned_from));
        let silence = silence.filter(|lesson| lesson.verdict == Verdict::Won);
        let silence = silence.map(|lesson| Silence {
            n_questions: lesson.n_learned_from,
            instead_of: lesson.configured.name_from,
            name_from: lesson.learned.name_from,
        });
        let newest_question = newest.to_string();
        let learned = Self { version: VERSION, newest_question, told, untold, answered, silence };
        learned.holds_anything().then_some(learned)
    }

    /// Puts what an earlier file holds where nothing won this time: what ranked before stays.
    #[must_use]
    pub fn over(self, earlier: Option<Self>) -> Self {
        let Some(earlier) = earlier else { return self };
        Self {
            told: self.told.or(earlier.told),
            untold: self.untold.or(earlier.untold),
            answered: self.answered.or(earlier.answered),
            silence: self.silence.or(earlier.silence),
            ..self
        }
    }

    /// Whether one of the first five answers, if that was learned.
    pub(crate) fn answered(&self) -> Option<AnswerModel> {
        self.answered.as_ref()?.model()
    }

    /// From which probability on somebody is named, where the options say `configured`.
    pub(crate) fn name_from(&self, configured: f64) -> f64 {
        let learned = self.silence.as_ref();
        let learned = learned.filter(|silence| (silence.instead_of - configured).abs() < 1e-9);
        learned.map_or(configured, |silence| silence.name_from)
    }

    /// Whether it says anything.
    pub(super) const fn holds_anything(&self) -> bool {
        self.told.is_some() || self.untold.is_some() || self.answered.is_some() || self.silence.is_some()
    }

    /// The same, but for the threshold from which on somebody is named.
    pub(super) fn without_silence(self) -> Self {
        Self { silence: None, ..self }
    }

    /// What was learned for a place, if something was.
    pub(crate) fn model(&self, place: Place) -> Option<Model> {
        let weights = match place {
            Place::Told => &self.told,
            Place::Untold => &self.untold,
        };
        weights.as_ref()?.model()
    }

    /// Puts the file in place as a whole, for its owner only.
    ///
    /// # Errors
    /// What the file system says.
    pub fn write(&self, folder: &DataFolder) -> Result<(), Error> {
        let text = serde_json::to_string_pretty(self).map_err(std::io::Error::from)?;
        Ok(put_whole(&folder.model(), (text + "\n").as_bytes())?)
    }

    /// Takes the file away: the shipped weights rank again. Whether there was one.
    ///
    /// # Errors
    /// What the file system says.
    pub fn forget(folder: &DataFolder) -> Result<bool, Error> {
        if !folder.model().exists() {
            return Ok(false);
        }
        fs_err::remove_file(folder.model())?;
        Ok(true)
    }

    /// Whether the file reads, if there is one.
    ///
    /// # Errors
    /// [`Error::Model`] if it does not.
    pub fn check(folder: &DataFolder) -> Result<(), Error> {
        Self::read(folder).map(|_| ())
    }

    /// Reads the file, if there is one.
    ///
    /// # Errors
    /// [`Error::Model`] if it is not one that this version wrote.
    pub fn read(folder: &DataFolder) -> Result<Option<Self>, Error> {
        let path = folder.model();
        if !path.exists() {
            return Ok(None);
        }
        Self::parse(&path).map(Some)
    }

    fn parse(path: &Path) -> Result<Self, Error> {
        let bad = |why: String| Error::Model { path: path.to_owned(), why };
        let text = fs_err::read_to_string(path)?;
        let learned: Self = serde_json::from_str(&text).map_err(|error| bad(error.to_string()))?;
        if learned.version != VERSION {
            return Err(bad(format!("it is of version {}, not {VERSION}", learned.version)));
        }
        let strange = |weights: &Option<Weights>| weights.as_ref().is_some_and(|w| w.model().is_none());
        if strange(&learned.told) || strange(&learned.untold) {
            return Err(bad("it weighs a feature that is not known".to_owned()));
        }
        if learned.answered.is_some() && learned.answered().is_none() {
            return Err(bad("its model of who answers is not one of this version".to_owned()));
        }
        let is_threshold =
            |silence: &Silence| (0.0..=1.0).contains(&silence.name_from) && silence.instead_of.is_finite();
        if !learned.silence.as_ref().is_none_or(is_threshold) {
            return Err(bad("its threshold for naming somebody is no probability".to_owned()));
        }
        Ok(learned)
    }
}
