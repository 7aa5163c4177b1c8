//! Clean a message, cut passages, make tokens: the same for index and query.
//!
//! Decision: everything here is written by hand over `&str`, line by line and character by character, in one
//! pass each. There is no backtracking and no grammar, so that a hostile megabyte costs what a harmless one
//! costs, and an unclosed mark loses its meaning but never its text.
//! The price is that the markup we know is what these files list: a dialect that nobody wrote down here stays
//! in the text as it came.
//!
//! Decision: one function, [`tokens`], serves documents and questions. The price is that changing it makes every
//! index stale, so its rules are held by golden tests.

mod clean;
mod passage;
mod words;

pub use clean::{Cleaned, MAX_CHARS, Markup, clean};
pub use passage::{head, snippet};
pub use words::{Language, MAX_TOKEN_CHARS, MAX_TOKENS, Teller, detect, fold, is_mostly_in_pieces, tokens};
