//! Questions that people searched for lately, so that feedback can name a search by its id. In memory alone: no
//! question is written anywhere because somebody searched.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use model::AccountKey;

/// Searches that are remembered.
const MOST: usize = 2_000;

/// A question, and the channel it was asked in.
type Asked = (String, Option<String>);

/// The last searches of people.
#[derive(Debug, Default)]
pub(crate) struct Recent(Mutex<Inner>);

#[derive(Debug, Default)]
struct Inner {
    by_id: BTreeMap<String, (AccountKey, Asked)>,
    order: VecDeque<String>,
}

impl Recent {
    /// Remembers a search; the oldest is forgotten.
    pub(crate) fn put(&self, by: &AccountKey, id: &str, question: &str, channel: Option<&str>) {
        let mut inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if inner.order.len() == MOST
            && let Some(oldest) = inner.order.pop_front()
        {
            inner.by_id.remove(&oldest);
        }
        inner.order.push_back(id.to_owned());
        let asked = (question.to_owned(), channel.map(str::to_owned));
        inner.by_id.insert(id.to_owned(), (by.clone(), asked));
    }

    /// A search of this caller's own.
    pub(crate) fn get(&self, by: &AccountKey, id: &str) -> Option<Asked> {
        let inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        inner.by_id.get(id).filter(|(owner, _)| owner == by).map(|(_, asked)| asked.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_is_its_searchers_own_and_the_oldest_is_forgotten() {
        let (recent, ana) = (Recent::default(), AccountKey::new("chat:ana").unwrap());
        for number in 0..=MOST {
            recent.put(&ana, &number.to_string(), "How?", None);
        }
        assert_eq!(recent.get(&ana, "0"), None);
        assert_eq!(recent.get(&ana, "1"), Some(("How?".to_owned(), None)));
        assert_eq!(recent.get(&AccountKey::new("chat:bo").unwrap(), "1"), None);
    }
}
