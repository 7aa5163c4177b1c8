//! What each feature contributes to a score: the sum that [`super::rank`] makes, taken apart.

use super::standardize::scale;
use super::{Feature, Features, Model, candidates, logarithm};

/// What one feature contributes to somebody's score.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Contribution {
    /// The feature.
    pub feature: Feature,
    /// Its value, at least 0.
    pub value: f32,
    /// How many standard deviations its logarithm lies above the mean of the candidates; 0 where they are alike.
    pub z: f64,
    /// Its weight in the model.
    pub weight: f64,
    /// Weight × z. A score is the sum of these over all features.
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

/// Mean and deviation of every weighed feature over the candidates of one question.
#[derive(Debug, Clone)]
pub struct Scales(Vec<Scale>);

/// A weighed feature: weight, and mean and deviation of its logarithm if candidates differ in it.
type Scale = (Feature, f64, Option<(f64, f64)>);

impl Scales {
    /// The scales in which [`super::rank`] ranks these people by this model.
    pub fn of(features: &[Features], model: &Model, limit: usize) -> Self {
        Self::over(&candidates(features, limit), model)
    }

    /// The scales over these candidates.
    pub(super) fn over(pool: &[&Features], model: &Model) -> Self {
        let of = |(feature, weight): (Feature, f64)| {
            let values: Vec<f64> = pool.iter().map(|person| logarithm(person.get(feature))).collect();
            (feature, weight, scale(&values))
        };
        Self(model.weights().map(of).collect())
    }

    /// What every weighed feature contributes to a candidate's score, in the order of their numbers.
    pub fn contributions<'s>(&'s self, person: &'s Features) -> impl Iterator<Item = Contribution> + 's {
        self.0.iter().map(|(feature, weight, scale)| {
            let value = person.get(*feature);
            let z_of = |value: f32| scale.map_or(0.0, |(mean, sd)| (logarithm(value) - mean) / sd);
            let (z, of_nothing) = (z_of(value), weight * z_of(0.0));
            Contribution { feature: *feature, value, z, weight: *weight, amount: weight * z, of_nothing }
        })
    }

    /// Weight × log(1 + value) ÷ deviation: a contribution above that of nothing, told also where no candidate
    /// differs from another (then in units of the logarithm).
    pub fn pull<'s>(&'s self, person: &'s Features) -> impl Iterator<Item = (Feature, f64)> + 's {
        self.0.iter().map(|(feature, weight, scale)| {
            let deviation = scale.map_or(1.0, |(_, deviation)| deviation);
            (*feature, weight * logarithm(person.get(*feature)) / deviation)
        })
    }
}
