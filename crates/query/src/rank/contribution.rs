//! What each term contributes to a score, and the sum of it by part.

use super::standardize::scale;
use super::{Feature, Features, Model, Term, candidates};

/// What one term contributes to somebody's score.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Contribution {
    /// The feature, and the form in which it counts.
    pub term: Term,
    /// The feature's value, at least 0.
    pub value: f32,
    /// How many standard deviations it lies, in that form, above the mean of the candidates; 0 where they are
    /// alike.
    pub z: f64,
    /// The term's weight in the model.
    pub weight: f64,
    /// Weight × z. A score is the sum of these over all terms.
    pub amount: f64,
    /// Weight × z of the value 0: what somebody with nothing of it is given.
    pub of_nothing: f64,
}

impl Contribution {
    /// What the person's own evidence makes of it: the contribution above that of somebody with nothing of it.
    pub fn lift(&self) -> f64 {
        self.amount - self.of_nothing
    }
}

/// Mean and deviation of every weighed term over the candidates of one question.
#[derive(Debug, Clone)]
pub struct Scales(Vec<Scale>);

/// A weighed term among the candidates of one question.
#[derive(Debug, Clone)]
struct Scale {
    term: Term,
    weight: f64,
    /// The feature's highest value.
    highest: f64,
    /// Mean and deviation in the term's form, if candidates differ in it.
    spread: Option<(f64, f64)>,
}

impl Scale {
    fn of(term: Term, weight: f64, pool: &[&Features]) -> Self {
        let highest = term.highest(pool);
        let values: Vec<f64> =
            pool.iter().map(|person| term.raised(person.get(term.feature), highest)).collect();
        Self { term, weight, highest, spread: scale(&values) }
    }

    fn z(&self, value: f32) -> f64 {
        self.spread
            .map_or(0.0, |(mean, deviation)| (self.term.raised(value, self.highest) - mean) / deviation)
    }
}

impl Scales {
    /// The scales in which [`super::rank`] ranks these people by this model.
    pub fn of(features: &[Features], model: &Model, limit: usize) -> Self {
        Self::among(&candidates(features, limit), model)
    }

    /// The same among people who are the candidates already.
    pub(super) fn among(pool: &[&Features], model: &Model) -> Self {
        Self(model.weights().map(|(term, weight)| Scale::of(term, weight, pool)).collect())
    }

    /// What every weighed term contributes to a candidate's score, in the order of their numbers.
    pub fn contributions<'s>(&'s self, person: &'s Features) -> impl Iterator<Item = Contribution> + 's {
        self.0.iter().map(|scale| {
            let (term, weight) = (scale.term, scale.weight);
            let value = person.get(term.feature);
            let (z, of_nothing) = (scale.z(value), weight * scale.z(0.0));
            Contribution { term, value, z, weight, amount: weight * z, of_nothing }
        })
    }

    /// Weight × value in the term's form ÷ deviation: a contribution above that of nothing, told also where no
    /// candidate differs from another (then in units of the form itself).
    pub fn pull<'s>(&'s self, person: &'s Features) -> impl Iterator<Item = (Feature, f64)> + 's {
        self.0.iter().map(|scale| {
            let deviation = scale.spread.map_or(1.0, |(_, deviation)| deviation);
            let raised = scale.term.raised(person.get(scale.term.feature), scale.highest);
            (scale.term.feature, scale.weight * raised / deviation)
        })
    }
}
