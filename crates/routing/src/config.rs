//! How asks are handled.

use crate::Week;

/// How asks are handled. There is no default: `config/default.toml` holds the values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// How long somebody has to take an offer, in minutes.
    pub offer_minutes: u32,
    /// How long whoever took it has to answer, in hours.
    pub answer_hours: u32,
    /// After how many days an answered ask that its asker left open is closed.
    pub close_days: u32,
    /// Open asks that one person has at once, unless they say otherwise.
    pub limit: u32,
    /// Pause between two offers to the same person, in minutes.
    pub rest_minutes: u32,
    /// Most open asks of somebody who wants to be asked less.
    pub less_limit: u32,
    /// Pause between two offers to somebody who wants to be asked less, in hours.
    pub less_rest_hours: u32,
    /// Most people who are asked one after the other.
    pub list: usize,
    /// How long a blind ask goes from one to the next, in hours; 0: nothing is asked blindly.
    pub blind_hours: u32,
    /// When people work who said nothing of it, in their own time.
    pub week: Week,
    /// Whether every event is kept for the webhook until it is delivered.
    pub webhook: bool,
}
