//! Why accounts are one person's, and what operators decided about it.

use std::collections::BTreeMap;

use model::{AccountKey, Timestamp};
use rusqlite::params;

use super::{Store, codec};
use crate::Error;

/// Why two accounts are one person's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JoinRow {
    /// The smaller account.
    pub left: AccountKey,
    /// The other.
    pub right: AccountKey,
    /// By which rule, in words.
    pub rule: String,
    /// What they share.
    pub shared: String,
}

/// What an operator may decide.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DecisionKind {
    /// Both sides are one person's.
    Merge,
    /// No account of one side is the same person's as one of the other.
    Apart,
}

impl DecisionKind {
    /// The word in the store and in what commands print.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Merge => "merge",
            Self::Apart => "apart",
        }
    }
}

/// An operator's decision. It names accounts, not people: these are made again with every export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Its number, never used twice.
    pub number: i64,
    /// What was decided.
    pub kind: DecisionKind,
    /// One side; of a merge the account that was named comes first.
    pub left: Vec<AccountKey>,
    /// The other side.
    pub right: Vec<AccountKey>,
    /// When.
    pub at: Timestamp,
    /// When it was taken back.
    pub undone_at: Option<Timestamp>,
}

fn keys(text: &str, number: i64) -> Result<Vec<AccountKey>, Error> {
    let place = number.to_string();
    let place = ("people_decision", "accounts", place.as_str());
    let texts = codec::read_list(text, place)?;
    texts.into_iter().map(|key| AccountKey::new(key).map_err(|_| codec::unreadable(place))).collect()
}

impl Store {
    /// Replaces the reasons, and which account each is proven to share its owner with. Returns whether what is
    /// proven changed: then readers have other rights.
    pub fn put_reasons(
        &self,
        joins: &[JoinRow],
        proven: &BTreeMap<AccountKey, AccountKey>,
    ) -> Result<bool, Error> {
        self.connection.execute("DELETE FROM account_join", [])?;
        let sql = "INSERT INTO account_join (left_account, right_account, rule, shared)
                   VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING";
        let mut insert = self.connection.prepare_cached(sql)?;
        for join in joins {
            insert.execute(params![join.left.as_str(), join.right.as_str(), join.rule, join.shared])?;
        }
        let mut changed = 0;
        let sql = "UPDATE account SET proven = ?2 WHERE key = ?1 AND proven IS NOT ?2";
        let mut update = self.connection.prepare_cached(sql)?;
        for (account, with) in proven {
            changed += update.execute(params![account.as_str(), with.as_str()])?;
        }
        Ok(changed > 0)
    }

    /// Why accounts are one person's, by accounts.
    pub fn joins(&self) -> Result<Vec<JoinRow>, Error> {
        let sql = "SELECT left_account, right_account, rule, shared FROM account_join
                   ORDER BY left_account, right_account";
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query([])?;
        let mut joins = Vec::new();
        while let Some(row) = rows.next()? {
            let key = |at: usize| -> Result<AccountKey, Error> {
                let text: String = row.get(at)?;
                AccountKey::new(text.clone())
                    .map_err(|_| codec::unreadable(("account_join", "account", &text)))
            };
            joins.push(JoinRow { left: key(0)?, right: key(1)?, rule: row.get(2)?, shared: row.get(3)? });
        }
        Ok(joins)
    }

    /// By account: the smallest account that it is proven to share its owner with.
    pub fn proven(&self) -> Result<BTreeMap<AccountKey, AccountKey>, Error> {
        let sql = "SELECT key, proven FROM account WHERE proven IS NOT NULL";
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query([])?;
        let mut proven = BTreeMap::new();
        while let Some(row) = rows.next()? {
            let (key, with): (String, String) = (row.get(0)?, row.get(1)?);
            let unreadable = |_| codec::unreadable(("account", "proven", &key));
            proven.insert(
                AccountKey::new(key.clone()).map_err(unreadable)?,
                AccountKey::new(with).map_err(unreadable)?,
            );
        }
        Ok(proven)
    }

    /// Notes a decision and gives its number.
    pub fn decide(
        &self,
        kind: DecisionKind,
        left: &[AccountKey],
        right: &[AccountKey],
        at: Timestamp,
    ) -> Result<i64, Error> {
        let sql = "INSERT INTO people_decision (kind, left_accounts, right_accounts, decided_at)
                   VALUES (?1, ?2, ?3, ?4)";
        let values = params![kind.as_str(), codec::list(left), codec::list(right), at.as_millis()];
        self.connection.prepare_cached(sql)?.execute(values)?;
        Ok(self.connection.last_insert_rowid())
    }

    /// Takes a decision back; false if there is none of that number, or it was taken back before.
    pub fn undo_decision(&self, number: i64, at: Timestamp) -> Result<bool, Error> {
        let sql = "UPDATE people_decision SET undone_at = ?2 WHERE number = ?1 AND undone_at IS NULL";
        Ok(self.connection.prepare_cached(sql)?.execute(params![number, at.as_millis()])? > 0)
    }

    /// All decisions, in the order they were made.
    pub fn decisions(&self) -> Result<Vec<Decision>, Error> {
        let sql = "SELECT number, kind, left_accounts, right_accounts, decided_at, undone_at
                   FROM people_decision ORDER BY number";
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query([])?;
        let mut decisions = Vec::new();
        while let Some(row) = rows.next()? {
            let number: i64 = row.get(0)?;
            let (kind, left, right): (String, String, String) = (row.get(1)?, row.get(2)?, row.get(3)?);
            let undone: Option<i64> = row.get(5)?;
            decisions.push(Decision {
                number,
                // What does not read is the one that opens nothing.
                kind: if kind == "merge" { DecisionKind::Merge } else { DecisionKind::Apart },
                left: keys(&left, number)?,
                right: keys(&right, number)?,
                at: Timestamp::from_millis(row.get(4)?),
                undone_at: undone.map(Timestamp::from_millis),
            });
        }
        Ok(decisions)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> AccountKey {
        AccountKey::new(text).unwrap()
    }

    #[test]
    fn decisions_are_numbered_kept_and_taken_back_once() {
        let store = Store::in_memory().unwrap();
        let at = Timestamp::from_millis(5);
        let first = store.decide(DecisionKind::Merge, &[key("a:1")], &[key("b:1"), key("b:2")], at).unwrap();
        let second = store.decide(DecisionKind::Apart, &[key("a:2")], &[key("b:3")], at).unwrap();
        assert!(first < second);
        assert!(store.undo_decision(first, Timestamp::from_millis(9)).unwrap());
        assert!(!store.undo_decision(first, at).unwrap() && !store.undo_decision(99, at).unwrap());
        let kept = store.decisions().unwrap();
        assert_eq!((kept[0].number, kept[0].undone_at), (first, Some(Timestamp::from_millis(9))));
        assert_eq!((kept[1].kind, kept[1].left.clone()), (DecisionKind::Apart, vec![key("a:2")]));
        assert_eq!(kept[0].right, [key("b:1"), key("b:2")]);
    }

    #[test]
    fn reasons_and_proofs_read_back() {
        let store = Store::in_memory().unwrap();
        for account in ["a:1", "b:1"] {
            store.note_account(&key(account)).unwrap();
        }
        let join =
            JoinRow { left: key("a:1"), right: key("b:1"), rule: "same name".into(), shared: "x".into() };
        let proven: BTreeMap<_, _> = [("a:1", "a:1"), ("b:1", "a:1")].map(|(k, p)| (key(k), key(p))).into();
        assert!(store.put_reasons(std::slice::from_ref(&join), &proven).unwrap());
        assert!(!store.put_reasons(std::slice::from_ref(&join), &proven).unwrap());
        assert_eq!((store.joins().unwrap(), store.proven().unwrap()), (vec![join], proven));
    }
}
