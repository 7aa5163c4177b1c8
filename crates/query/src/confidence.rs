//! How sure an answer is, from the evidence itself: bands, and whether to name anybody at all.
//!
//! Rules with thresholds from the options, not yet a calibrated probability: the score that ranks people is
//! relative to the other candidates and says nothing about whether any of them knows.

use crate::ConfidenceConfig;
use crate::retrieve::{Pool, Unit};

/// How sure somebody may be named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Band {
    /// Some evidence touches the question.
    Low,
    /// One good piece of evidence, or several fair ones.
    Medium,
    /// Several conversations that match the question closely.
    High,
}

/// What the readable evidence as a whole says about a question.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sufficiency {
    /// Whether any document matches at all.
    pub any: bool,
    /// Whether the best evidence is strong enough to name people.
    pub enough: bool,
    /// How strongly the best document speaks to the question, 0 to 1.
    pub best: f32,
}

/// How strongly one document speaks to the question, 0 to 1: the mean of the share of the question's idf it
/// holds and its cosine. Neither alone will do: a rare word can match by accident, and a static encoder
/// finds something near for every question.
pub(crate) fn strength(unit: &Unit) -> f32 {
    f32::midpoint(unit.coverage, unit.cosine.unwrap_or(0.0).clamp(0.0, 1.0))
}

/// Whether a document counts as being about the question.
pub(crate) fn is_on_topic(unit: &Unit, config: &ConfidenceConfig) -> bool {
    strength(unit) >= config.about_from
}

/// Judges the whole pool.
pub fn sufficiency(pool: &Pool, config: &ConfidenceConfig) -> Sufficiency {
    let best = pool.units.iter().map(strength).fold(0.0, f32::max);
    Sufficiency { any: !pool.units.is_empty(), enough: best >= config.about_from, best }
}

/// Judges one person's documents: those that are about the question, one a conversation.
pub fn band(units: &[&Unit], config: &ConfidenceConfig) -> Band {
    let best = units.iter().map(|unit| strength(unit)).fold(0.0, f32::max);
    if best >= config.high_from && units.len() >= config.high_conversations {
        Band::High
    } else if best >= config.medium_from {
        Band::Medium
    } else {
        Band::Low
    }
}
