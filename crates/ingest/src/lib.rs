//! Exports in, evidence out: read → clean → people → conversations → evidence.
//!
//! Decision: every stage is a function of what it is handed, without a store behind it, so that each can be
//! tested with ten lines of text. The price is that `engine::Indexer` carries the data from stage to stage.

pub mod conversations;
pub mod evidence;
pub mod export;
pub mod formats;
pub mod issue;
pub mod people;
pub mod policy;
pub mod record;

pub use export::{Entry, Export, ExportError, Limits};
pub use formats::{DefaultRights, Format, FormatError, ReadReport, Sink, detect, formats};
pub use issue::{Issue, Place};
pub use policy::{Gate, Policy, PolicyError, Redacted, Redactor, Refusal};
pub use record::{RawMessage, Record, cleaned};
