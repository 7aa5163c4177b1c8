//! The model: one weight a term. Its explanation is the model itself.

use super::Term;

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

/// Weights of the terms; a term without one counts nothing.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    weights: [f64; Term::COUNT],
}

impl Model {
    /// The model with these weights; a feature stands for its logarithm.
    pub fn of<T: Into<Term>>(weights: impl IntoIterator<Item = (T, f64)>) -> Self {
        let mut model = Self { weights: [0.0; Term::COUNT] };
        for (term, weight) in weights {
            model.weights[term.into().number()] = weight;
        }
        model
    }

    /// The model that weighs nothing.
    pub const fn empty() -> Self {
        Self { weights: [0.0; Term::COUNT] }
    }

    /// The weight of a term.
    pub fn weight(&self, term: impl Into<Term>) -> f64 {
        self.weights[term.into().number()]
    }

    /// The terms that count, with their weights, in the order of their numbers.
    pub fn weights(&self) -> impl Iterator<Item = (Term, f64)> {
        Term::all().map(|term| (term, self.weight(term))).filter(|(_, weight)| *weight != 0.0)
    }

    /// This model with another weight for one term.
    #[must_use]
    pub fn with(&self, term: impl Into<Term>, weight: f64) -> Self {
        let mut model = self.clone();
        model.weights[term.into().number()] = weight;
        model
    }

    /// This model without what tells presence: everybody is as busy as everybody else.
    #[must_use]
    pub fn without_presence(&self) -> Self {
        Self::of(self.weights().filter(|(term, _)| !term.feature.tells_presence()))
    }
}

/// Whether the question says where it is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// In a channel that evidence tells apart from others.
    Told,
    /// Anywhere: no channel is told, or all evidence lies in one.
    Untold,
}

/// One model a view; who will help now is told apart by whether a channel is told: what it says of people must
/// come from elsewhere where it is not.
#[derive(Debug, Clone, PartialEq)]
pub struct Models {
    /// Of demonstrated know-how.
    knows: Model,
    /// Of who will help now, in a channel.
    helps: Model,
    /// Of who will help now, anywhere.
    anywhere: Model,
}

impl Models {
    /// The models of the views; what tells presence is taken out of `knows`, whatever it weighs there.
    pub fn new(knows: &Model, helps: Model, anywhere: Model) -> Self {
        Self { knows: knows.without_presence(), helps, anywhere }
    }

    /// The model of a view.
    pub const fn of(&self, view: View, place: Place) -> &Model {
        match (view, place) {
            (View::Knows, _) => &self.knows,
            (View::Helps, Place::Told) => &self.helps,
            (View::Helps, Place::Untold) => &self.anywhere,
        }
    }

    /// These models with another for who will help now.
    #[must_use]
    pub fn with_helps(mut self, place: Place, model: Model) -> Self {
        match place {
            Place::Told => self.helps = model,
            Place::Untold => self.anywhere = model,
        }
        self
    }
}

impl Place {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Told, Self::Untold];

    /// The word in reports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Told => "channel told",
            Self::Untold => "no channel told",
        }
    }
}
