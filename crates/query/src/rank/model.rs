//! The model: one weight a feature. Its explanation is the model itself.

use super::Feature;

/// Which question a ranking answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum View {
    /// Who has demonstrated that they know: presence and ties are left out, everybody is as busy as the median.
    Knows,
    /// Who will help now: everything counts.
    Helps,
}

impl View {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Knows, Self::Helps];

    /// The word in answers and options.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Knows => "knows",
            Self::Helps => "helps",
        }
    }

    /// Reads the word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|view| view.as_str() == text)
    }
}

/// Weights of the features; a feature without one counts nothing.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    weights: [f64; Feature::ALL.len()],
}

impl Model {
    /// The model with these weights.
    pub fn of(weights: impl IntoIterator<Item = (Feature, f64)>) -> Self {
        let mut model = Self { weights: [0.0; Feature::ALL.len()] };
        for (feature, weight) in weights {
            model.weights[feature as usize] = weight;
        }
        model
    }

    /// The weight of a feature.
    pub const fn weight(&self, feature: Feature) -> f64 {
        self.weights[feature as usize]
    }

    /// The features that count, with their weights, in the order of their numbers.
    pub fn weights(&self) -> impl Iterator<Item = (Feature, f64)> {
        Feature::ALL
            .into_iter()
            .map(|feature| (feature, self.weight(feature)))
            .filter(|(_, weight)| *weight != 0.0)
    }

    /// This model with another weight for one feature.
    #[must_use]
    pub fn with(&self, feature: Feature, weight: f64) -> Self {
        let mut model = self.clone();
        model.weights[feature as usize] = weight;
        model
    }

    /// This model without what tells presence: everybody is as busy as everybody else.
    #[must_use]
    pub fn without_presence(&self) -> Self {
        Self::of(self.weights().filter(|(feature, _)| !feature.tells_presence()))
    }
}

/// One model a view.
#[derive(Debug, Clone, PartialEq)]
pub struct Models {
    /// Of demonstrated know-how.
    knows: Model,
    /// Of who will help now.
    helps: Model,
}

impl Models {
    /// The models of both views; what tells presence is taken out of `knows`, whatever it weighs there.
    pub fn new(knows: &Model, helps: Model) -> Self {
        Self { knows: knows.without_presence(), helps }
    }

    /// The model of a view.
    pub const fn of(&self, view: View) -> &Model {
        match view {
            View::Knows => &self.knows,
            View::Helps => &self.helps,
        }
    }
}
