//! What does not change from question to question: kept for readers who may read the same.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use index::lexical::Weighed;
use index::{Admission, DocumentTable, HiddenRows};
use model::AudienceMask;
use query::rank::Presence;

use super::topics::Subject;

/// How many sets of rights are remembered: those that asked last. Each takes about 6 MB at a million messages.
const MOST: usize = 16;

/// What one admission comes to, whatever the question: each part is worked out when it is first asked for.
#[derive(Debug, Default)]
pub(super) struct Kept {
    weighed: OnceLock<Weighed>,
    presence: OnceLock<Presence>,
    subjects: OnceLock<Arc<Vec<Subject>>>,
}

impl Kept {
    pub(super) fn weighed(&self, make: impl FnOnce() -> Weighed) -> &Weighed {
        self.weighed.get_or_init(make)
    }

    pub(super) fn presence(&self, make: impl FnOnce() -> Presence) -> &Presence {
        self.presence.get_or_init(make)
    }

    /// What people are known for, if somebody asked before.
    pub(super) fn subjects(&self) -> Option<Arc<Vec<Subject>>> {
        self.subjects.get().cloned()
    }

    /// Keeps it; gives what was kept first.
    pub(super) fn keep_subjects(&self, made: Arc<Vec<Subject>>) -> Arc<Vec<Subject>> {
        Arc::clone(self.subjects.get_or_init(|| made))
    }
}

/// The sets of rights that asked last, the newest first.
///
/// Only searches from all that their rights let read share what is kept (nothing too young, nobody and nothing left
/// out): then the mask, and what people hide, alone decide what is counted, and what is kept for one mask
/// never reaches a reader with another. It lives as long as its finder, so for one generation of the index.
#[derive(Debug, Default)]
pub(super) struct Memory(Mutex<Vec<(Same, Arc<Kept>)>>);

/// What decides what is counted: rights, and what people hide.
type Same = (AudienceMask, Option<Arc<HiddenRows>>);

impl Memory {
    /// What is kept for this admission, or room for it; room of its own where the admission leaves out more than the
    /// mask does.
    pub(super) fn of(&self, table: &DocumentTable, admission: &Admission) -> Arc<Kept> {
        if !admission.is_whole(table) {
            return Arc::default();
        }
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_same =
            |(mask, hidden): &Same| *mask == admission.mask && hidden.as_ref() == admission.hidden();
        let known = all.iter().position(|(same, _)| is_same(same));
        let new = || ((admission.mask.clone(), admission.hidden().cloned()), Arc::default());
        let kept = known.map_or_else(new, |place| all.remove(place));
        let found = Arc::clone(&kept.1);
        all.insert(0, kept);
        all.truncate(MOST);
        found
    }
}
