//! Somebody's rows: for them to see, and to take out.

use std::collections::BTreeMap;

use model::AccountKey;
use rusqlite::Transaction;
use serde_json::{Value, json};

use super::{Desk, codec, rows};
use crate::{Ask, Error, Offer, State};

impl Desk {
    /// Takes out everything about whoever owns these accounts: what they asked, with all that became of it; what was
    /// offered to them and what they answered; what they said of themselves and of others, and others of them. An ask
    /// of somebody else's that they had goes on without them at the next [`Desk::tick`]; one that they answered is
    /// taken out. Then the file is written anew, so that its bytes are gone. Returns counts by kind.
    ///
    /// # Errors
    /// What SQLite says; then nothing is taken out.
    pub fn forget(&self, accounts: &[AccountKey]) -> Result<BTreeMap<&'static str, u64>, Error> {
        let counts = self.write(|db| {
            let mut counts = BTreeMap::new();
            for key in accounts {
                forget_one(db, key, &mut counts)?;
            }
            Ok(counts)
        })?;
        let writer = self.writer.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        writer.execute_batch("VACUUM")?;
        writer.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        Ok(counts)
    }

    /// Everything about whoever owns these accounts, for their own eyes: of asks of others that were offered to them,
    /// what an offer shows.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn export(&self, accounts: &[AccountKey]) -> Result<Value, Error> {
        let asks = self.list(accounts, super::Side::Both, None, usize::MAX >> 1)?;
        let (mut asked, mut offered) = (Vec::new(), Vec::new());
        for ask in &asks {
            if ask.is_asked_by(accounts) {
                asked.push(whole(&ask.clone().told_to_asker()));
            } else if let Some(offer) = ask.offer_to(accounts) {
                offered.push(json!({
                    "ask": ask.id, "question": ask.draft.question, "offer": told(offer),
                    "answer": ask.answer.as_ref().filter(|answer| accounts.contains(&answer.by)).map(|a| &a.text),
                }));
            }
        }
        let mut feedback = Vec::new();
        let db = self.read();
        let sql = "SELECT at, question, verdict, by = ?1 FROM feedback WHERE by = ?1 OR account = ?1 ORDER BY number";
        for key in accounts {
            let mut statement = db.prepare_cached(sql)?;
            let mut rows = statement.query([key.as_str()])?;
            while let Some(row) = rows.next()? {
                let at = model::Timestamp::from_millis(row.get(0)?).to_string();
                let (verdict, own): (String, bool) = (row.get(2)?, row.get(3)?);
                // What somebody else asked is theirs.
                let question: Option<String> = if own { row.get(1)? } else { None };
                feedback.push(json!({ "at": at, "question": question, "verdict": verdict, "own": own }));
            }
        }
        drop(db);
        let settings = codec::settings(&self.settings(accounts)?);
        Ok(json!({ "asked": asked, "offered": offered, "feedback": feedback, "availability": settings }))
    }
}

fn forget_one(
    db: &Transaction<'_>,
    key: &AccountKey,
    counts: &mut BTreeMap<&'static str, u64>,
) -> Result<(), Error> {
    let key_text = key.as_str();
    let mut count = |what, n: usize| {
        if n > 0 {
            *counts.entry(what).or_default() += n as u64;
        }
    };
    let gone = "DELETE FROM ask WHERE asker = ?1 OR answer_by = ?1";
    count("asks", db.execute(gone, [key_text])?);
    let quoted = serde_json::Value::from(key_text).to_string();
    // Asks of others that they were offered, named in, or listed for.
    let sql = "SELECT number FROM ask WHERE instr(list, ?2) > 0
               OR number IN (SELECT ask FROM offer WHERE account = ?1 OR other = ?1)";
    for number in numbers(db, sql, &[key_text, &quoted])? {
        let ask = rows::by_number(db, number)?;
        let list: Vec<AccountKey> = ask.draft.list.iter().filter(|one| *one != key).cloned().collect();
        let had = ask.held().is_some_and(|offer| offer.to == *key);
        db.execute("UPDATE ask SET list = ?2 WHERE number = ?1", (number, codec::list(&list)))?;
        if had {
            // Due since ever, and held by nobody: the next tick asks the next.
            let sql = "UPDATE ask SET state = ?2, due_at = 0 WHERE number = ?1";
            db.execute(sql, (number, State::Offered.as_str()))?;
        }
    }
    count("offers", db.execute("DELETE FROM offer WHERE account = ?1", [key_text])?);
    db.execute("UPDATE offer SET other = NULL WHERE other = ?1", [key_text])?;
    count("events", db.execute("DELETE FROM event WHERE account = ?1", [key_text])?);
    for number in numbers(db, "SELECT number FROM event WHERE instr(data, ?1) > 0", &[&quoted])? {
        let sql = "SELECT data FROM event WHERE number = ?1";
        let text: String = db.query_row(sql, [number], |row| row.get(0))?;
        let mut data: Value = serde_json::from_str(&text).map_err(|_| codec::damaged("an event"))?;
        if let Some(list) = data["list"].as_array_mut() {
            list.retain(|listed| listed != key_text);
        }
        if data["to"] == key_text {
            count("events", db.execute("DELETE FROM event WHERE number = ?1", [number])?);
            continue;
        }
        if data["other"] == key_text {
            data["other"] = Value::Null;
        }
        db.execute("UPDATE event SET data = ?2 WHERE number = ?1", (number, data.to_string()))?;
    }
    count("availability", db.execute("DELETE FROM availability WHERE account = ?1", [key_text])?);
    count("feedback", db.execute("DELETE FROM feedback WHERE by = ?1 OR account = ?1", [key_text])?);
    db.execute("DELETE FROM once WHERE account = ?1", [key_text])?;
    Ok(())
}

fn numbers(db: &Transaction<'_>, sql: &str, params: &[&str]) -> Result<Vec<i64>, Error> {
    let mut statement = db.prepare(sql)?;
    let rows = statement.query_map(rusqlite::params_from_iter(params), |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn whole(ask: &Ask) -> Value {
    json!({
        "ask": ask.id, "question": ask.draft.question, "channel": ask.draft.channel,
        "anonymous": ask.draft.anonymous, "share": ask.draft.share, "asked_at": ask.asked_at.to_string(),
        "state": ask.state.as_str(), "helped": ask.helped, "answer": ask.answer.as_ref().map(|answer| &answer.text),
        "offers": ask.offers.iter().map(|offer| json!({ "to": offer.to.as_str(), "offer": told(offer) })).collect::<Vec<_>>(),
    })
}

fn told(offer: &Offer) -> Value {
    json!({
        "at": offer.at.to_string(), "outcome": offer.outcome.as_str(),
        "reason": offer.reason.map(crate::Reason::as_str), "accepted_at": offer.accepted_at.map(|at| at.to_string()),
    })
}
