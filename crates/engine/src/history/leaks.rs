//! The guard against leaks: no document of a question's own conversation may be evidence for it.

use model::{DocumentId, Reader, Timestamp};

use super::HistoryQuestion;
use crate::{Error, Finder};

/// A document that would give the answer away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leak {
    /// The question.
    pub qid: String,
    /// A document of its own conversation that counts as evidence for it.
    pub document: DocumentId,
}

/// Every document of a question's own conversation (or of a cross-post of it) that would be evidence for it,
/// were it answered as of its time from evidence before `evidence_before`. Looked up in the same table, by the
/// same admission, as the answers are.
pub fn leaks(
    finder: &Finder,
    questions: &[HistoryQuestion],
    evidence_before: Option<Timestamp>,
) -> Vec<Leak> {
    let snapshot = finder.snapshot();
    let mask = Reader::anyone().mask(&snapshot.audiences);
    let mut found = Vec::new();
    for question in questions {
        let before = evidence_before.map_or(question.test.ts, |before| before.min(question.test.ts));
        let admission = snapshot.table.admission(mask.clone(), before);
        let admitted = |id: &&DocumentId| {
            snapshot.table.row(**id).is_some_and(|row| snapshot.table.admits(row, &admission))
        };
        let leaking = question.documents.iter().filter(admitted);
        found.extend(leaking.map(|id| Leak { qid: question.test.qid.clone(), document: *id }));
    }
    found
}

/// Refuses questions of which one would be answered from its own conversation.
///
/// # Errors
/// [`Error::Leak`] names the first of them, and how many documents leak.
pub fn refuse_leaks(
    finder: &Finder,
    questions: &[HistoryQuestion],
    evidence_before: Option<Timestamp>,
) -> Result<(), Error> {
    let found = leaks(finder, questions, evidence_before);
    let documents = found.len();
    match found.into_iter().next() {
        None => Ok(()),
        Some(first) => Err(Error::Leak { qid: first.qid, documents }),
    }
}
