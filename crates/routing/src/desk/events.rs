//! Everything that happened, in order; and what the webhook has not taken yet.

use model::{AccountKey, Timestamp};
use rusqlite::{Row, params, params_from_iter};
use serde_json::Value;

use super::{Desk, codec};
use crate::{Ask, Draft, Error, What};

/// Something that happened to an ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventRow {
    /// Its place in everything that happened; never used twice, and with gaps where somebody was erased. Not for
    /// people: what happens to others would show in it.
    pub number: i64,
    /// What it is called to people.
    pub token: String,
    /// The ask.
    pub ask: String,
    /// When.
    pub at: Timestamp,
    /// What.
    pub what: What,
    /// Who asks.
    pub asker: AccountKey,
    /// Whom else it concerns.
    pub account: Option<AccountKey>,
    /// Whether the asker is not to be shown to them.
    pub anonymous: bool,
    /// Where the ask goes if nobody takes it.
    pub channel: Option<String>,
    /// Whether the asker is told that this happened: all of an ask that is not blind.
    pub told: bool,
    /// Whether the asker is not to be told of whom it names: the ask is blind, and they have not chosen to appear.
    pub hidden: bool,
}

/// An event on its way to the webhook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// What to tell.
    pub event: EventRow,
    /// How often it was tried in vain.
    pub tries: u32,
}

const COLUMNS: &str = "event.number, ask.id, event.at, event.kind, event.asker, event.account, event.data,
    ask.anonymous, ask.channel,
    event.account IS NOT NULL AND coalesce(offer.hidden, ask.blind IS NOT NULL), event.token, ask.blind IS NOT NULL";

const TABLES: &str = "event JOIN ask ON ask.number = event.ask
    LEFT JOIN offer ON offer.ask = event.ask AND offer.account = event.account";

/// What the asker of a blind ask is told of: what they did, what those did who took it, and its end.
const TOLD: &str = "(ask.blind IS NULL
    OR event.kind IN
        ('asked', 'accepted', 'answered', 'appeared', 'revealed', 'escalated', 'nobody', 'closed', 'withdrawn')
    OR (event.kind IN ('declined', 'handed_off', 'timed_out') AND coalesce(offer.accepted_at <= event.at, 0)))";

impl Desk {
    /// What happened behind `after` that concerns one of these accounts, or (`None`) at all; in order. The asker of a
    /// blind ask is not told whom it was put to, nor how often in vain.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn events_after(
        &self,
        after: i64,
        accounts: Option<&[AccountKey]>,
        limit: usize,
    ) -> Result<Vec<EventRow>, Error> {
        let db = self.read();
        let keys = || accounts.into_iter().flatten().map(AccountKey::as_str);
        let marks = vec!["?"; accounts.map_or(0, <[_]>::len)].join(", ");
        let mine = accounts.map_or_else(String::new, |_| {
            format!(
                "AND event.number IN (SELECT number FROM event WHERE asker IN ({marks})
                                      UNION SELECT number FROM event WHERE account IN ({marks}))
                 AND ({TOLD} OR event.account IN ({marks}))"
            )
        });
        let sql = format!(
            "SELECT {COLUMNS}, {TOLD} FROM {TABLES}
             WHERE event.number > {after} {mine} ORDER BY event.number LIMIT {limit}"
        );
        let mut statement = db.prepare_cached(&sql)?;
        let rows =
            statement.query_map(params_from_iter(keys().chain(keys()).chain(keys())), |row| Ok(read(row)))?;
        rows.map(|row| row?).collect()
    }

    /// The number of the event that people know by this name; 0, before all, if there is none.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn event_called(&self, token: &str) -> Result<i64, Error> {
        let sql = "SELECT coalesce(max(number), 0) FROM event WHERE token = ?1";
        Ok(self.read().query_row(sql, [token], |row| row.get(0))?)
    }

    /// The number of the last event; 0 before the first.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn newest_event(&self) -> Result<i64, Error> {
        let sql = "SELECT coalesce(max(number), 0) FROM event";
        Ok(self.read().query_row(sql, [], |row| row.get(0))?)
    }

    /// An ask as its events alone tell it, without the words of its answer: for checks that rows and events agree.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`crate::Refusal::State`] if its events cannot have happened.
    pub fn replayed(&self, id: &str) -> Result<Ask, Error> {
        let db = self.read();
        let (number, ask) = super::rows::find(&db, id)?.ok_or(Error::NotFound)?;
        let sql = "SELECT at, kind, account, data FROM event WHERE ask = ?1 ORDER BY number";
        let mut statement = db.prepare_cached(sql)?;
        let mut rows = statement.query([number])?;
        let (mut happened, mut draft) = (Vec::new(), ask.draft.clone());
        while let Some(row) = rows.next()? {
            let (at, kind): (i64, String) = (row.get(0)?, row.get(1)?);
            let data: Value = data(&row.get::<_, String>(3)?)?;
            let what = codec::what(&kind, row.get::<_, Option<String>>(2)?.as_deref(), &data)?;
            if what == What::Asked {
                draft = first_draft(&draft, &data)?;
            }
            happened.push((Timestamp::from_millis(at), what));
        }
        Ok(Ask::replayed(&ask.id, draft, &happened)?)
    }

    /// Events for the webhook whose turn it is, oldest first; none while the oldest of all waits, so that they come in
    /// order.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn deliveries(&self, now: Timestamp, limit: usize) -> Result<Vec<Delivery>, Error> {
        let db = self.read();
        let sql = format!(
            "SELECT {COLUMNS}, {TOLD}, delivery.tries, delivery.next_at
             FROM {TABLES} JOIN delivery ON delivery.event = event.number
             ORDER BY event.number LIMIT {limit}"
        );
        let mut statement = db.prepare_cached(&sql)?;
        let mut rows = statement.query([])?;
        let mut due = Vec::new();
        while let Some(row) = rows.next()? {
            if row.get::<_, i64>(14)? > now.as_millis() {
                break;
            }
            due.push(Delivery { event: read(row)?, tries: row.get(13)? });
        }
        Ok(due)
    }

    /// How many events wait for the webhook.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn n_deliveries(&self) -> Result<u64, Error> {
        let count: i64 = self.read().query_row("SELECT count(*) FROM delivery", [], |row| row.get(0))?;
        Ok(count.unsigned_abs())
    }

    /// The webhook has taken an event, or never will.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn delivered(&self, event: i64) -> Result<(), Error> {
        self.run("DELETE FROM delivery WHERE event = ?1", [event])
    }

    /// The webhook did not take an event: it is tried again then.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn undelivered(&self, event: i64, next_at: Timestamp) -> Result<(), Error> {
        let sql = "UPDATE delivery SET tries = tries + 1, next_at = ?2 WHERE event = ?1";
        self.run(sql, params![event, next_at.as_millis()])
    }
}

fn data(text: &str) -> Result<Value, Error> {
    serde_json::from_str(text).map_err(|_| codec::damaged("an event"))
}

/// The draft as it was put.
fn first_draft(draft: &Draft, data: &Value) -> Result<Draft, Error> {
    let list = codec::read_list(&data["list"].to_string())?;
    Ok(Draft { list, anonymous: data["anonymous"].as_bool().unwrap_or(true), ..draft.clone() })
}

fn read(row: &Row<'_>) -> Result<EventRow, Error> {
    let text = |place: usize| row.get::<_, String>(place);
    let account: Option<String> = row.get(5)?;
    let (hidden, blind): (bool, bool) = (row.get(9)?, row.get(11)?);
    let what = codec::what(&text(3)?, account.as_deref(), &data(&text(6)?)?)?;
    // It may name somebody who has not appeared, whoever hands it on.
    let hands_on = matches!(what, What::HandedOff { .. } | What::Brokered { .. });
    Ok(EventRow {
        number: row.get(0)?,
        token: text(10)?,
        ask: text(1)?,
        at: Timestamp::from_millis(row.get(2)?),
        what,
        asker: codec::account(&text(4)?)?,
        account: account.as_deref().map(codec::account).transpose()?,
        anonymous: row.get(7)?,
        channel: row.get(8)?,
        told: row.get(12)?,
        hidden: hidden || (blind && hands_on),
    })
}
