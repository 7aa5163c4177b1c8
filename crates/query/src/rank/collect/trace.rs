//! Which document added what to a feature: kept only for people whose score is explained.

use index::Row;

use crate::rank::Feature;

/// What one document added to a feature.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Entry {
    /// The feature.
    pub feature: Feature,
    /// The document.
    pub row: Row,
    /// What it added, above 0.
    pub value: f32,
}

/// The entries of one person.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Trace {
    /// The document that is looked at.
    pub(super) row: Option<Row>,
    pub(super) entries: Vec<Entry>,
}

impl Trace {
    /// A document added to a feature. What comes from no single document leaves nothing to be told of any.
    pub(super) fn add(&mut self, feature: Feature, value: f32) {
        match self.row {
            Some(row) if value != 0.0 => self.entries.push(Entry { feature, row, value }),
            Some(_) => {}
            None => self.forget(feature),
        }
    }

    pub(super) fn forget(&mut self, feature: Feature) {
        self.entries.retain(|entry| entry.feature != feature);
    }
}
