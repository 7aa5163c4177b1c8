//! Learned weights on disk: one small file in the data directory that people can read.

use std::collections::BTreeMap;
use std::path::Path;

use model::Timestamp;
use query::rank::{Feature, Model, Place};
use serde::{Deserialize, Serialize};

use super::Lesson;
use crate::folder::owner_only;
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
}

/// Weights of who will help now.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Weights {
    /// Questions that they were learned from.
    pub n_questions: usize,
    /// Weight by feature.
    pub weights: BTreeMap<String, f64>,
}

impl Weights {
    /// The weights of a model that count, by the features' names.
    pub fn of(model: &Model, n_questions: usize) -> Self {
        let named = |(feature, weight): (Feature, f64)| (feature.as_str().to_owned(), weight);
        Self { n_questions, weights: model.weights().map(named).collect() }
    }

    /// The weights as the ranking takes them; `None` if a feature is not known here or a weight is no number.
    fn model(&self) -> Option<Model> {
        let weight =
            |(name, weight): (&String, &f64)| weight.is_finite().then_some((Feature::parse(name)?, *weight));
        self.weights.iter().map(weight).collect::<Option<Vec<_>>>().map(Model::of)
    }
}

impl Learned {
    pub(super) fn new(won: &[&Lesson], newest: Timestamp) -> Self {
        let of = |place: Place| {
            let lesson = won.iter().find(|lesson| lesson.place == place)?;
            Some(Weights::of(lesson.model.as_ref()?, lesson.n_learned_from))
        };
        let (told, untold) = (of(Place::Told), of(Place::Untold));
        Self { version: VERSION, newest_question: newest.to_string(), told, untold }
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
        let (path, fresh) = (folder.model(), folder.model().with_extension("json.new"));
        fs_err::write(&fresh, text + "\n")?;
        owner_only(&fresh)?;
        fs_err::rename(fresh, path)?;
        Ok(())
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
    pub(crate) fn read(folder: &DataFolder) -> Result<Option<Self>, Error> {
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
        Ok(learned)
    }
}
