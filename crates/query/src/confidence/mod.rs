//! How sure an answer is, from the evidence itself: a probability for each person that they can answer, and one
//! that anybody here can.
//!
//! The score that ranks people cannot tell: it is relative to the other candidates. Logistic models over few
//! features can, and they can be refitted on an organisation's own history ([`fit`]), with the shipped
//! coefficients as the prior.

mod features;
mod judged;
mod logistic;
#[cfg(test)]
mod tests;

pub use features::{ANSWER, AnswerFeatures, Evidence, PERSON, PersonFeatures};
pub use judged::Setting;
pub(crate) use judged::strength;
pub use logistic::{Coefficients, Sample, fit, probability};

use crate::ConfidenceConfig;
use crate::retrieve::Unit;

/// From a person's evidence to the probability that they can answer.
pub type PersonModel = Coefficients<{ PERSON.len() }>;

/// From the evidence as a whole to a probability.
pub type AnswerModel = Coefficients<{ ANSWER.len() }>;

/// How sure somebody may be named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Band {
    /// Some evidence touches the question.
    Low,
    /// Good evidence: about as likely as not.
    Medium,
    /// Several conversations that match the question closely, confirmed or recent.
    High,
}

/// What the readable evidence as a whole says about a question.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sufficiency {
    /// The probability that somebody here can answer.
    pub known: f64,
    /// If so, the probability that one of the first five is among those who would.
    pub answered: f64,
    /// Whether anybody is named: `known` reaches the threshold.
    pub enough: bool,
}

impl Sufficiency {
    /// The probability that one of the people named answers.
    pub fn sureness(&self) -> f64 {
        self.known * self.answered
    }
}

/// Whether a document counts as being about the question.
pub(crate) fn is_on_topic(unit: &Unit, config: &ConfidenceConfig) -> bool {
    strength(unit, config) >= config.about_from
}

/// Judges the evidence as a whole.
pub fn sufficiency(evidence: &Evidence, config: &ConfidenceConfig) -> Sufficiency {
    let features = evidence.answer_features(&config.person);
    let known = probability(&features, &config.known);
    Sufficiency {
        known,
        answered: probability(&features, &config.answered),
        enough: known >= config.name_from,
    }
}

/// The band of a person's probability.
pub fn band(probability: f64, config: &ConfidenceConfig) -> Band {
    if probability >= config.high_from {
        Band::High
    } else if probability >= config.medium_from {
        Band::Medium
    } else {
        Band::Low
    }
}
