//! Test questions, qrels, runs, measures and their intervals: how good an answer list is, and how sure we are.
//!
//! Decision: the measures are written out here, quirk for quirk those of the reference scorer that judges
//! whoknows from outside, and held to it by golden files, so that a figure printed by the product is the
//! figure the judge will print. The price is that they are not configurable: other cut-offs or gains (the
//! linear gain of `trec_eval`, say) mean writing the run and the qrels in TREC form and using another tool.
//!
//! The flow is [`read_questions`] + [`Aliases::read`] → answers collected in a [`Run`] → [`Judge`] → [`Report`].
//!
//! ```
//! let questions = eval::parse_questions(
//!     r#"{"qid":"q1","text":"how do I rotate the keys?","ts":"2026-01-31T12:00:00Z","experts":{"chat:ana":3}}"#,
//! )?;
//! let run = eval::Run::parse(r#"{"qid":"q1","ranked":[["chat:bo"],["chat:ana","mail:ana@lab.example"]]}"#)?;
//! let people = eval::Aliases::default();
//! let report = eval::Judge { questions: &questions, aliases: &people, lowest_relevant_grade: 2, seed: 1 }.report(&run);
//! assert_eq!(report.rows[0].mean.reciprocal_rank, 0.5);
//! # Ok::<(), eval::Error>(())
//! ```

mod agreement;
mod calibration;
mod concentration;
mod error;
mod intervals;
mod json_lines;
mod measures;
mod persons;
mod questions;
mod report;
mod run;
mod slices;
mod trec;

pub use agreement::{Agreement, link_f1};
pub use calibration::{
    CalibrationBin, Forecast, RiskPoint, abstention_recall, area_under_risk_coverage, brier_score,
    calibration_bins, expected_calibration_error, log_loss, risk_coverage,
};
pub use concentration::Concentration;
pub use error::Error;
pub use intervals::{
    Difference, FLIPS, Interval, RESAMPLES, bootstrap_mean, bootstrap_means, holm, paired_difference,
};
pub use measures::{DEEPEST_POSITION, ENTRIES_READ, Measures, measure};
pub use persons::Aliases;
pub use questions::{ChannelPart, TestQuestion, parse_questions, read_questions};
pub use report::{BUSIEST_PEOPLE, Judge, Report, Subset, SubsetRow};
pub use run::{RankedPerson, Run};
pub use slices::{Slice, SliceRow, compare_slices, slice_by, slice_rows};
pub use trec::{write_qrels, write_run};
