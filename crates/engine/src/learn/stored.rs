//! Learned weights on disk: one small file in the data directory that people can read.

use std::collections::BTreeMap;
use std::path::Path;

use model::Timestamp;
use query::rank::{Feature, Model};
use serde::{Deserialize, Serialize};

use crate::folder::owner_only;
use crate::{DataFolder, Error};

/// The form of the file.
const VERSION: u32 = 1;

/// Learned weights, and where they come from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Learned {
    version: u32,
    /// Questions that they were learned from.
    pub n_questions: usize,
    /// The time of the newest of these.
    pub newest_question: String,
    /// Weight by feature, of the view "who will help now".
    pub weights: BTreeMap<String, f64>,
}

impl Learned {
    pub(super) fn new(model: &Model, n_questions: usize, newest: Timestamp) -> Self {
        let (newest_question, weights) = (super::day(newest), super::named(model));
        Self { version: VERSION, n_questions, newest_question, weights }
    }

    /// The weights as the ranking takes them; `None` if a feature is not known here.
    pub(crate) fn model(&self) -> Option<Model> {
        let weight = |(name, weight): (&String, &f64)| Feature::parse(name).map(|feature| (feature, *weight));
        self.weights.iter().map(weight).collect::<Option<Vec<_>>>().map(Model::of)
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
        if learned.weights.values().any(|weight| !weight.is_finite()) || learned.model().is_none() {
            return Err(bad("it weighs a feature that is not known".to_owned()));
        }
        Ok(learned)
    }
}
