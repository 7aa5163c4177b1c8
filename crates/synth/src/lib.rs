//! Made-up organisations with known experts, from a seed; writes native exports; the screenplay notation.
//!
//! Decision: know-how is written down as data (`sample/topics/*.txt`: questions, answers, wrong guesses), and
//! code only decides who says it, when, and in which format. So the experts of every question are known
//! exactly, and a reader who knows nothing of this crate can add a topic. The price is that the sample speaks
//! in the sentences of its authors: it shows what the product does, it does not prove how well. That is what
//! [`adversary`] is for: organisations in which many seem to know and few do.

pub mod adversary;
pub mod bulk;
mod dice;
mod error;
pub mod identity;
mod sample;
mod screenplay;

pub use error::Error;
pub use sample::{FlatTalk, FlatTruth, Plan, Sample, SampleQuestion, flat_talk, write_sample};
pub use screenplay::{ScreenplayError, screenplay};

use dice::Dice;
