//! An ask as rows: reading it, and writing it together with what happened.

use model::{AccountKey, Timestamp};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::codec::{self, damaged};
use crate::{Answer, Ask, Config, Draft, Error, Offer, Outcome, Reason, State, What};

/// An ask that is being worked on, and what happened to it meanwhile.
pub(super) struct Work {
    /// Its row.
    pub(super) number: i64,
    pub(super) ask: Ask,
    happened: Vec<What>,
    now: Timestamp,
}

const COLUMNS: &str =
    "number, id, asker, question, channel, anonymous, share, list, asked_at, state, changed_at,
    answer_by, answer_at, answer, helped, blind";

impl Work {
    /// Makes the row of a fresh ask.
    pub(super) fn fresh(db: &Connection, draft: Draft, now: Timestamp) -> Result<Self, Error> {
        let sql = "SELECT seq FROM sqlite_sequence WHERE name = 'ask'";
        let last: i64 = db.query_row(sql, [], |row| row.get(0)).optional()?.unwrap_or(0);
        let named = format!("{}\n{}\n{}\n{}", last + 1, now.as_millis(), draft.asker, draft.question);
        let id = blake3::hash(named.as_bytes()).to_hex().as_str().get(..16).unwrap_or_default().to_owned();
        let sql = "INSERT INTO ask (id, asker, question, channel, anonymous, share, list, asked_at, state,
                       changed_at, blind, to_broker)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 'offered', ?8, ?9, ?9 IS NOT NULL)";
        db.prepare_cached(sql)?.execute(params![
            id,
            draft.asker.as_str(),
            draft.question,
            draft.channel,
            draft.anonymous,
            draft.share,
            codec::list(&draft.list),
            now.as_millis(),
            draft.blind.map(Timestamp::as_millis),
        ])?;
        let number = db.last_insert_rowid();
        let mut work = Self { number, ask: Ask::new(id, draft, now), happened: Vec::new(), now };
        work.happen(What::Asked)?;
        Ok(work)
    }

    /// An ask by its id.
    pub(super) fn load(db: &Connection, id: &str, now: Timestamp) -> Result<Self, Error> {
        let (number, ask) = find(db, id)?.ok_or(Error::NotFound)?;
        Ok(Self { number, ask, happened: Vec::new(), now })
    }

    /// Something happens to it.
    pub(super) fn happen(&mut self, what: What) -> Result<(), Error> {
        self.ask.apply(&what, self.now)?;
        self.happened.push(what);
        Ok(())
    }

    /// Writes the ask as it is now, and what happened as events.
    pub(super) fn save(self, db: &Connection, config: &Config) -> Result<Ask, Error> {
        let Self { number, ask, happened, now } = self;
        let sql = "UPDATE ask SET anonymous = ?2, list = ?3, state = ?4, changed_at = ?5, due_at = ?6,
                       answer_by = ?7, answer_at = ?8, answer = ?9, helped = ?10 WHERE number = ?1";
        db.prepare_cached(sql)?.execute(params![
            number,
            ask.draft.anonymous,
            codec::list(&ask.draft.list),
            ask.state.as_str(),
            ask.changed_at.as_millis(),
            due_at(&ask, config, now).map(Timestamp::as_millis),
            ask.answer.as_ref().map(|answer| answer.by.as_str()),
            ask.answer.as_ref().map(|answer| answer.at.as_millis()),
            ask.answer.as_ref().map(|answer| answer.text.as_str()),
            ask.helped,
        ])?;
        // A handful of rows: written anew, they are right whatever an erasure took out.
        db.prepare_cached("DELETE FROM offer WHERE ask = ?1")?.execute([number])?;
        let sql = "INSERT INTO offer (ask, place, account, at, until, outcome, open, ended_at, accepted_at,
                       reason, other, hidden) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)";
        let mut put = db.prepare_cached(sql)?;
        let held = ask.held().map(|offer| offer.to.clone());
        for (place, offer) in ask.offers.iter().enumerate() {
            put.execute(params![
                number,
                place as i64,
                offer.to.as_str(),
                offer.at.as_millis(),
                offer.until.as_millis(),
                offer.outcome.as_str(),
                held.as_ref() == Some(&offer.to),
                offer.ended_at.map(Timestamp::as_millis),
                offer.accepted_at.map(Timestamp::as_millis),
                offer.reason.map(Reason::as_str),
                offer.other.as_ref().map(AccountKey::as_str),
                offer.hidden,
            ])?;
        }
        let sql = "INSERT INTO event (ask, at, kind, asker, account, data, token)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, lower(hex(randomblob(16))))";
        let mut put = db.prepare_cached(sql)?;
        for what in &happened {
            // What happens to the whole ask concerns whoever held it, too.
            let whom = what.whom().or_else(|| last_to(&ask, what)).map(AccountKey::as_str);
            let data = codec::data(what, &ask.draft).to_string();
            put.execute(params![
                number,
                now.as_millis(),
                what.as_str(),
                ask.draft.asker.as_str(),
                whom,
                data
            ])?;
            if config.webhook {
                let sql = "INSERT INTO delivery (event, tries, next_at) VALUES (?1, 0, ?2)";
                db.prepare_cached(sql)?.execute(params![db.last_insert_rowid(), now.as_millis()])?;
            }
        }
        Ok(ask)
    }
}

/// Who had an ask when it ended, or when its asker showed who they are.
fn last_to<'a>(ask: &'a Ask, what: &What) -> Option<&'a AccountKey> {
    match what {
        What::Closed { .. } => ask.answer.as_ref().map(|answer| &answer.by),
        What::Withdrawn | What::Revealed => ask.offers.last().map(|offer| &offer.to),
        _ => None,
    }
}

/// When an ask moves by itself.
fn due_at(ask: &Ask, config: &Config, now: Timestamp) -> Option<Timestamp> {
    match (ask.state, ask.held(), ask.draft.blind) {
        (State::Answered, ..) => Some(ask.changed_at.plus_seconds(i64::from(config.close_days) * 86_400)),
        (_, Some(held), _) => Some(held.until),
        // Whoever is not there now may be later.
        (State::Offered, None, Some(end)) => {
            let again = now.plus_seconds(i64::from(config.offer_minutes) * 60);
            Some(if ask.is_exhausted() { end } else { end.min(again) })
        }
        _ => None,
    }
}

/// An ask and its row, by its id.
pub(super) fn find(db: &Connection, id: &str) -> Result<Option<(i64, Ask)>, Error> {
    let sql = format!("SELECT {COLUMNS} FROM ask WHERE id = ?1");
    let row = db.prepare_cached(&sql)?.query_row([id], |row| Ok(read(row))).optional()?;
    row.transpose()?.map(|(number, ask)| with_offers(db, number, ask)).transpose()
}

/// An ask by its row.
pub(super) fn by_number(db: &Connection, number: i64) -> Result<Ask, Error> {
    let sql = format!("SELECT {COLUMNS} FROM ask WHERE number = ?1");
    let (number, ask) = db.prepare_cached(&sql)?.query_row([number], |row| Ok(read(row)))??;
    Ok(with_offers(db, number, ask)?.1)
}

fn read(row: &Row<'_>) -> Result<(i64, Ask), Error> {
    let text = |place: usize| row.get::<_, String>(place);
    let time = |place: usize| Ok::<_, Error>(Timestamp::from_millis(row.get(place)?));
    let by: Option<String> = row.get(11)?;
    let answer = match by {
        None => None,
        Some(by) => Some(Answer { by: codec::account(&by)?, at: time(12)?, text: text(13)? }),
    };
    let draft = Draft {
        asker: codec::account(&text(2)?)?,
        question: text(3)?,
        channel: row.get(4)?,
        anonymous: row.get(5)?,
        share: row.get(6)?,
        list: codec::read_list(&text(7)?)?,
        blind: row.get::<_, Option<i64>>(15)?.map(Timestamp::from_millis),
    };
    let state = State::parse(&text(9)?).ok_or(damaged("a state"))?;
    let ask = Ask {
        state,
        changed_at: time(10)?,
        answer,
        helped: row.get(14)?,
        ..Ask::new(text(1)?, draft, time(8)?)
    };
    Ok((row.get(0)?, ask))
}

fn with_offers(db: &Connection, number: i64, mut ask: Ask) -> Result<(i64, Ask), Error> {
    let sql = "SELECT account, at, until, outcome, ended_at, accepted_at, reason, other, hidden FROM offer
               WHERE ask = ?1 ORDER BY place";
    let mut statement = db.prepare_cached(sql)?;
    let mut rows = statement.query([number])?;
    while let Some(row) = rows.next()? {
        let time =
            |place: usize| Ok::<_, Error>(row.get::<_, Option<i64>>(place)?.map(Timestamp::from_millis));
        let text = |place: usize| row.get::<_, Option<String>>(place);
        let outcome: String = row.get(3)?;
        ask.offers.push(Offer {
            to: codec::account(&row.get::<_, String>(0)?)?,
            at: time(1)?.ok_or(damaged("an offer"))?,
            until: time(2)?.ok_or(damaged("an offer"))?,
            outcome: Outcome::parse(&outcome).ok_or(damaged("an outcome"))?,
            ended_at: time(4)?,
            accepted_at: time(5)?,
            reason: text(6)?.as_deref().and_then(Reason::parse),
            other: text(7)?.as_deref().map(codec::account).transpose()?,
            hidden: row.get(8)?,
        });
    }
    Ok((number, ask))
}
