//! Records that may be delivered twice, late, and out of order: the newest version of a message wins.
//!
//! Decision: an export is a state and its last word holds; what is sent while a server runs is a stream of events
//! that senders repeat. So only the latter compares versions and remembers deletions. The price is that an edit
//! that does not say when it was made wins whenever it comes.

use model::{Message, MessageId};
use rusqlite::OptionalExtension;

use super::codec::{Details, unreadable};
use super::{Store, Upsert};
use crate::Error;

impl Store {
    /// Writes a message, unless a newer version of it is there, or it was deleted by an event.
    pub fn put_event(&self, message: &Message) -> Result<Upsert, Error> {
        let id = message.id.as_str();
        let mut find = self.connection.prepare_cached("SELECT 1 FROM gone WHERE id = ?1")?;
        if find.exists([id])? {
            return Ok(Upsert::Same);
        }
        let mut find = self.connection.prepare_cached("SELECT details FROM message WHERE id = ?1")?;
        let stored: Option<String> = find.query_row([id], |row| row.get(0)).optional()?;
        if let Some(stored) = stored {
            let details: Details =
                serde_json::from_str(&stored).map_err(|_| unreadable(("message", "details", id)))?;
            if details.edited_at() > message.edited_at.map(model::Timestamp::as_millis) {
                return Ok(Upsert::Same);
            }
        }
        self.put_message(message)
    }

    /// Deletes a message, and remembers that: older events of it change nothing any more. Returns how many
    /// messages went.
    pub fn delete_by_event(&self, id: &MessageId) -> Result<usize, Error> {
        let mut remember = self.connection.prepare_cached("INSERT OR IGNORE INTO gone VALUES (?1)")?;
        for id in self.would_delete(id)?.iter().chain([id]) {
            remember.execute([id.as_str()])?;
        }
        self.delete_message(id)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use model::Timestamp;

    use super::*;

    /// One event: version 0 deletes.
    type Event = (u32, i64);

    fn message((id, version): Event) -> Message {
        let mut message = Message::new(
            format!("chat:m{id}").parse().unwrap(),
            format!("chat:c{}", id % 2).parse().unwrap(),
            "chat:ana".parse().unwrap(),
            Timestamp::EPOCH,
            format!("message {id}, version {version}"),
        );
        message.edited_at = (version > 1).then(|| Timestamp::from_millis(version));
        message
    }

    fn deliver(store: &Store, event: Event) {
        if event.1 == 0 {
            store.delete_by_event(&message(event).id).unwrap();
        } else {
            store.put_event(&message(event)).unwrap();
        }
    }

    fn state(store: &Store) -> BTreeMap<String, String> {
        let messages = store.messages_by(&"chat:ana".parse().unwrap()).unwrap();
        messages.into_iter().map(|message| (message.id.to_string(), message.text)).collect()
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(1_000))]

        /// Trust.md R8: three deliveries of everything, in any order, with edits and deletions between them.
        #[test]
        fn deliveries_in_any_order_and_number_lead_to_the_same_state(
            versions in proptest::collection::vec((0_u32..6, 0_i64..5), 1..16),
            seed in proptest::prelude::any::<u64>(),
        ) {
            let store = Store::in_memory().unwrap();
            let mut deliveries: Vec<Event> = versions.iter().copied().cycle().take(versions.len() * 3).collect();
            let mut dice = seed | 1;
            for place in (1..deliveries.len()).rev() {
                dice ^= dice << 13;
                dice ^= dice >> 7;
                dice ^= dice << 17;
                deliveries.swap(place, (dice % (place as u64 + 1)) as usize);
            }
            for event in deliveries {
                deliver(&store, event);
            }
            let mut expected: BTreeMap<String, String> = BTreeMap::new();
            for id in 0..6 {
                let all = || versions.iter().filter(move |event| event.0 == id);
                let newest = all().map(|event| event.1).max();
                if let Some(newest) = newest.filter(|_| all().all(|event| event.1 > 0)) {
                    expected.insert(format!("chat:m{id}"), message((id, newest)).text);
                }
            }
            proptest::prop_assert_eq!(state(&store), expected);
        }
    }
}
