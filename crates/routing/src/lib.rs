//! The life of an ask: a question that is put to people, one after another, until somebody takes it.
//!
//! [`Ask`] is the state machine, without disk or clock: what happened to it is a list of [`What`], and its state is
//! what that list comes to. [`Desk`] keeps asks in a SQLite file of their own, decides who is asked next, and writes
//! every change together with its event in one transaction.

mod ask;
mod availability;
mod config;
mod desk;
mod error;
mod words;

pub use ask::{Answer, Ask, Draft, Offer};
pub use availability::{Absence, Presence, Settings, Standing, Week};
pub use config::Config;
pub use desk::{
    Delivery, Desk, Directory, EventRow, Feedback, Figures, Lesson, Once, Placed, Recorded, Side, Somebody,
    TIMES_TO_ACCEPT,
};
pub use error::{Error, Refusal};
pub use words::{Outcome, Reason, State, Verdict, What};
