//! Below which probability nobody is named: lowered where the organization's own past shows that it is too high.
//!
//! Decision: the probability that somebody here can answer was fitted on other organizations, and its scale moves with
//! the language and the encoder. The past tells one half of it, how many questions that somebody did answer would have
//! been met with silence, and no other: which questions nobody could have answered is in no past. So the threshold is
//! lowered where that share is too large, never raised, and never below a floor, so that not even a past full of
//! noise has everybody named for everything.

use query::confidence::probability;

use super::sureness::Known;
use super::{FEWEST_TRIED, LearnConfig, Verdict};
use crate::Finder;

/// The threshold is never lowered below this.
const FLOOR: f64 = 0.2;

/// From which probability on somebody is named, learned.
#[derive(Debug, Clone, PartialEq)]
pub struct SilenceLesson {
    /// Questions it was learned from, all of which somebody answered.
    pub n_learned_from: usize,
    /// The threshold of the options, and the share of these questions that it leaves without a name, 0 to 1.
    pub shipped: (f64, f64),
    /// The same of the learned one.
    pub learned: (f64, f64),
    /// Whether to keep it: won if it is lower.
    pub verdict: Verdict,
}

/// Learns from the questions of all folds. Costs next to nothing.
pub(super) fn learn(finder: &Finder, known: &[Vec<Known>], config: &LearnConfig) -> SilenceLesson {
    let model = &finder.confidence_config().known;
    let sure = known.iter().flatten().map(|(features, _)| probability(features, model));
    lesson(sure.collect(), finder.shipped_name_from(), config.most_silent)
}

/// `sure` are the probabilities that somebody can answer, of questions that somebody did answer.
fn lesson(mut sure: Vec<f64>, shipped: f64, most_silent: f64) -> SilenceLesson {
    sure.sort_unstable_by(f64::total_cmp);
    let n = sure.len();
    let silent = |from: f64| match n {
        0 => 0.0,
        n => sure.partition_point(|sure| *sure < from) as f64 / n as f64,
    };
    // With this one as the threshold, those before it are met with silence.
    let place = (most_silent * n as f64).floor() as usize;
    let enough = sure.get(place).map_or(shipped, |sure| sure.max(FLOOR));
    let learned = shipped.min(enough);
    let verdict = match learned < shipped {
        _ if n < FEWEST_TRIED => Verdict::TooFew,
        true => Verdict::Won,
        false => Verdict::NotBetter,
    };
    let (shipped, learned) = ((shipped, silent(shipped)), (learned, silent(learned)));
    SilenceLesson { n_learned_from: n, shipped, learned, verdict }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_threshold_is_lowered_as_far_as_it_must_be_and_no_further() {
        let sure = |from: f64| (0..100).map(|n| from + f64::from(n) / 200.0).collect::<Vec<_>>();
        let found = lesson(sure(0.25), 0.55, 0.25);
        assert_eq!((found.verdict, found.learned), (Verdict::Won, (0.375, 0.25)));
        assert!((found.shipped.1 - 0.6).abs() < 0.011, "{found:?}");
        // A quarter and less is fine.
        assert_eq!(lesson(sure(0.45), 0.55, 0.25).verdict, Verdict::NotBetter);
        assert_eq!(lesson(sure(0.0), 0.55, 0.25).learned, (FLOOR, 0.4));
        assert_eq!(lesson(sure(0.25), 0.55, 1.0).verdict, Verdict::NotBetter);
        // A threshold that somebody set below the floor stays.
        assert_eq!(lesson(sure(0.0), 0.1, 0.05).verdict, Verdict::NotBetter);
        assert_eq!(lesson(vec![0.1; FEWEST_TRIED - 1], 0.55, 0.25).verdict, Verdict::TooFew);
        assert_eq!(lesson(Vec::new(), 0.55, 0.25).shipped, (0.55, 0.0));
    }

    proptest! {
        #[test]
        fn no_more_is_met_with_silence_than_asked_for_unless_the_floor_forbids(
            sure in prop::collection::vec(0.0..1.0_f64, 30..200), shipped in 0.0..1.0_f64, most in 0.0..1.0_f64
        ) {
            let found = lesson(sure, shipped, most);
            prop_assert!(found.learned.0 <= found.shipped.0 && found.learned.1 <= found.shipped.1);
            let is_floored = found.learned.0 <= FLOOR;
            prop_assert!(found.learned.1 <= most + 1e-9 || is_floored, "{found:?}");
            prop_assert_eq!(found.verdict == Verdict::Won, found.learned.0 < found.shipped.0);
        }
    }
}
