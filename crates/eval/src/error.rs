//! What can be wrong with an evaluation's files; the caller knows the path and adds it.

use std::io;

use model::TimeError;

/// Why test questions, aliases or a run could not be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The text could not be read on, from this line.
    #[error("line {line}: cannot be read")]
    Read {
        /// Counted from 1.
        line: usize,
        /// What the reader said.
        source: io::Error,
    },
    /// A line longer than anything that these files hold: probably not a file of JSON lines at all.
    #[error("line {line}: longer than {limit_bytes} bytes (hint: one JSON object a line)")]
    TooLong {
        /// Counted from 1.
        line: usize,
        /// The longest line that is taken.
        limit_bytes: usize,
    },
    /// Bytes that are not UTF-8.
    #[error("line {line}: not UTF-8 after byte {valid_bytes}")]
    NotUtf8 {
        /// Counted from 1.
        line: usize,
        /// How much of the line was fine.
        valid_bytes: usize,
    },
    /// Not JSON, or not of the expected form.
    #[error("line {line}, column {column}: {problem}")]
    Json {
        /// Counted from 1.
        line: usize,
        /// Bytes into the line, counted from 1.
        column: usize,
        /// The parser's words, without the values of the line.
        problem: String,
    },
    /// A test question whose time is not one.
    #[error("line {line}: test question {qid:?} has a bad \"ts\"")]
    BadTime {
        /// Counted from 1.
        line: usize,
        /// Which question.
        qid: String,
        /// What is wrong with it.
        source: TimeError,
    },
    /// A test question without words.
    #[error("line {line}: test question {qid:?} has neither \"text\" nor \"subject\"")]
    NoText {
        /// Counted from 1.
        line: usize,
        /// Which question.
        qid: String,
    },
    /// A run or qrels could not be written.
    #[error("cannot write")]
    Write(#[from] io::Error),
}
