//! How well questions of the past would have been answered: the ranking and the simple methods beside it, on the
//! same questions, from the same frozen evidence, under the same rights.
//!
//! The flow is [`Exam`] (questions and cut) → [`contestant`], [`simple_contestants`] (who answers how) →
//! [`Backtest`] (tables and figures).

mod channels;
mod evidence;
mod exam;
mod figures;
mod past;
mod planted;
mod play;
mod result;

pub use channels::ChannelHits;
pub use evidence::{PersonEvidence, QuestionEvidence, evidence};
pub use exam::{Dimension, Exam, Item};
pub use past::PastHits;
pub use planted::{FIRST_PLACES, Planted};
pub use play::{Contestant, Sure, VIEWS, View, contestant, simple_contestants};
pub use result::{AGE_EDGES_DAYS, Backtest, Beside, PEOPLE_SHOWN, Silence, Sureness, System};
