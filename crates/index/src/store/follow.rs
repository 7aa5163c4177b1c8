//! A copy of a store that keeps up with the original: what a new build of the index is made in while the old one
//! answers and takes in messages, and what a kept build needs before it may answer again.
//!
//! Decision: whatever table is not known to be derived is taken over as it is, so that a table that is added later
//! is carried along without anybody remembering to. Price: a derived table that is added later must be named here.

use std::path::Path;

use model::ContainerId;
use rusqlite::{Connection, params};

use super::conversations::PLACED;
use super::messages::{COLUMNS, read_message};
use super::{Store, codec, schema};
use crate::Error;

/// Tables that are made from the others, or are taken over in a way of their own.
const NOT_AS_THEY_ARE: [&str; 14] = [
    "account",
    "account_join",
    "audience",
    "container",
    "document",
    "message",
    "message_place",
    "person",
    "setting",
    "touched_conversation",
    "unindexed",
    "unsent",
    "vector_centre",
    "vector_list",
];

/// Settings that say what a store was made for, and not what is true.
const OWN_SETTINGS: &str = "('encoder', 'generation', 'generation_floor', 'indexed', 'languages', 'lists.model', \
     'lists.taught_by', 'purge', 'cluster.build', 'cluster.sent', 'cluster.words', 'cluster.left')";

/// What following came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Followed {
    /// Messages that were added or changed.
    pub put: u64,
    /// Messages that went.
    pub deleted: u64,
    /// Other rows that differed: accounts, containers, decisions …
    pub others: u64,
}

impl Followed {
    /// Whether there was nothing to take over.
    pub const fn is_nothing(&self) -> bool {
        self.put + self.deleted + self.others == 0
    }
}

impl std::ops::AddAssign for Followed {
    fn add_assign(&mut self, more: Self) {
        self.put += more.put;
        self.deleted += more.deleted;
        self.others += more.others;
    }
}

/// Writes a whole copy of any SQLite database to `to`, which must not be there, as of one moment.
///
/// # Errors
/// What SQLite says.
pub fn copy_database(from: &Path, to: &Path) -> Result<(), Error> {
    let flags = rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY | rusqlite::OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(from, flags)?;
    connection.busy_timeout(std::time::Duration::from_secs(5))?;
    connection.execute("VACUUM INTO ?1", [utf8(to)?])?;
    Ok(fs_err::File::open(to)?.sync_all()?)
}

impl Store {
    /// Writes a whole copy of the store to `path`, which must not be there, as of one moment, without a byte of
    /// what was deleted before. Others may read and write meanwhile. Reads the whole file; the copy is on the
    /// disk when this returns.
    ///
    /// # Errors
    /// What SQLite says, of a full disk for one; then a part of the copy may lie there.
    pub fn copy_to(&self, path: &Path) -> Result<(), Error> {
        self.connection.execute("VACUUM INTO ?1", [utf8(path)?])?;
        fs_err::File::open(path)?.sync_all()?;
        Ok(())
    }

    /// Takes over what is true in another store of the same origin: messages, accounts, containers, decisions.
    /// What is made of them stays, and is marked for being made again where it has to be. Compares all messages
    /// by their hashes.
    ///
    /// # Errors
    /// [`Error::Outdated`] or [`Error::Newer`] if the other one is of another version.
    pub fn follow(&self, newer: &Path) -> Result<Followed, Error> {
        // Opened first for its checks. Read-only below: a write transaction here must not hold up its writer.
        drop(Self::open_read_only(newer)?);
        let address = format!("file:{}?mode=ro", escaped(utf8(newer)?));
        self.connection.execute("ATTACH DATABASE ?1 AS newer", [address])?;
        let followed = self.follow_attached();
        let detached = self.connection.execute("DETACH DATABASE newer", []);
        let followed = followed?;
        detached?;
        Ok(followed)
    }

    fn follow_attached(&self) -> Result<Followed, Error> {
        self.in_transaction(|| self.take_over())
    }

    fn take_over(&self) -> Result<Followed, Error> {
        let mut followed = Followed::default();
        followed.others += self.follow_containers()?;
        followed.others += self.follow_accounts()?;
        followed.others += self.follow_policies()?;
        followed.put += self.follow_messages()?;
        followed.deleted += self.drop_absent_messages()?;
        for table in self.other_tables()? {
            followed.others += u64::from(self.follow_table(&table)?);
        }
        let settings = format!(
            "INSERT INTO main.setting SELECT * FROM newer.setting WHERE name NOT IN {OWN_SETTINGS}
             ON CONFLICT (name) DO UPDATE SET value = excluded.value WHERE value IS NOT excluded.value"
        );
        followed.others += self.connection.execute(&settings, [])? as u64;
        let purge = "SELECT EXISTS (SELECT 1 FROM newer.setting WHERE name = 'purge')";
        if self.connection.query_row(purge, [], |row| row.get(0))? {
            self.ask_for_purge()?;
        }
        Ok(followed)
    }

    fn follow_containers(&self) -> Result<u64, Error> {
        let gone = "SELECT id FROM main.container WHERE id NOT IN (SELECT id FROM newer.container)";
        let gone = texts(&self.connection, gone)?;
        for id in &gone {
            let unreadable = |_| codec::unreadable(("container", "id", id.as_str()));
            self.delete_container(&ContainerId::new(id.clone()).map_err(unreadable)?)?;
        }
        let columns = columns(&self.connection, "container", &["dirty"])?;
        let differ =
            format!("SELECT {columns} FROM newer.container EXCEPT SELECT {columns} FROM main.container");
        let changed = texts(&self.connection, &differ)?;
        self.put_rows("container", &columns, "id")?;
        let mut mark = self.connection.prepare("UPDATE main.container SET dirty = 1 WHERE id = ?1")?;
        for id in &changed {
            mark.execute([id])?;
        }
        // A container of no source speaks for that id in every jsonl source.
        if changed.iter().any(|id| id.starts_with("jsonl:")) {
            self.mark_all_dirty()?;
        }
        Ok((gone.len() + changed.len()) as u64)
    }

    fn follow_accounts(&self) -> Result<u64, Error> {
        let gone = "SELECT key FROM main.account WHERE key NOT IN (SELECT key FROM newer.account)";
        let gone = texts(&self.connection, gone)?;
        for key in &gone {
            let unreadable = |_| codec::unreadable(("account", "key", key.as_str()));
            let key = model::AccountKey::new(key.clone()).map_err(unreadable)?;
            self.mark_documents_of_account(&key)?;
            self.delete_account(&key)?;
        }
        let columns = columns(&self.connection, "account", &["person", "proven"])?;
        Ok(gone.len() as u64 + self.put_rows("account", &columns, "key")?)
    }

    /// Marks where an account that goes is credited.
    fn mark_documents_of_account(&self, key: &model::AccountKey) -> Result<(), Error> {
        let rows = "FROM document WHERE person = (SELECT person FROM account WHERE key = ?1)";
        self.touch(rows, [key.as_str()])
    }

    /// Writes the rows of a table that the other store has and this one has not, by its key.
    fn put_rows(&self, table: &str, columns: &str, key: &str) -> Result<u64, Error> {
        let set: Vec<String> = columns.split(", ").map(|name| format!("{name} = excluded.{name}")).collect();
        let sql = format!(
            "INSERT INTO main.{table} ({columns})
             SELECT * FROM (SELECT {columns} FROM newer.{table} EXCEPT SELECT {columns} FROM main.{table})
             WHERE true ON CONFLICT ({key}) DO UPDATE SET {}",
            set.join(", ")
        );
        Ok(self.connection.execute(&sql, [])? as u64)
    }

    /// A source that was opened or closed is made again as a whole. The rows themselves are taken over with the
    /// other tables.
    fn follow_policies(&self) -> Result<u64, Error> {
        let sql = "SELECT source FROM (SELECT * FROM newer.policy EXCEPT SELECT * FROM main.policy)";
        let changed = texts(&self.connection, sql)?;
        let sql = "UPDATE container SET dirty = 1 WHERE id > ?1 || ':' AND id < ?1 || ';'";
        for source in &changed {
            self.connection.execute(sql, [source])?;
        }
        Ok(changed.len() as u64)
    }

    fn follow_messages(&self) -> Result<u64, Error> {
        let differ = "SELECT n.id FROM newer.message n LEFT JOIN main.message m ON m.id = n.id
                      WHERE m.content_hash IS NOT n.content_hash";
        let mut put = 0;
        let mut find =
            self.connection.prepare(&format!("SELECT {COLUMNS} FROM newer.message WHERE id = ?1"))?;
        for id in texts(&self.connection, differ)? {
            let mut rows = find.query([&id])?;
            if let Some(row) = rows.next()? {
                let message = read_message(row)?;
                put += u64::from(self.put_message(&message)? != super::Upsert::Same);
            }
        }
        Ok(put)
    }

    fn drop_absent_messages(&self) -> Result<u64, Error> {
        let absent = "NOT EXISTS (SELECT 1 FROM newer.message n WHERE n.id = message.id)";
        self.touch(&format!("{PLACED} WHERE {absent}"), [])?;
        Ok(self.connection.execute(&format!("DELETE FROM main.message WHERE {absent}"), [])? as u64)
    }

    fn other_tables(&self) -> Result<Vec<String>, Error> {
        let sql = "SELECT name FROM main.sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%'
                   ESCAPE '\\' ORDER BY name";
        let all = texts(&self.connection, sql)?;
        Ok(all.into_iter().filter(|table| !NOT_AS_THEY_ARE.contains(&table.as_str())).collect())
    }

    /// Makes a table hold what it holds in the other store; whether it did not.
    fn follow_table(&self, table: &str) -> Result<bool, Error> {
        let sql = format!(
            "SELECT EXISTS (SELECT * FROM newer.{table} EXCEPT SELECT * FROM main.{table})
                 OR EXISTS (SELECT * FROM main.{table} EXCEPT SELECT * FROM newer.{table})"
        );
        let differs = self.connection.query_row(&sql, [], |row| row.get(0))?;
        if differs {
            self.connection.execute(&format!("DELETE FROM main.{table}"), [])?;
            self.connection.execute(&format!("INSERT INTO main.{table} SELECT * FROM newer.{table}"), [])?;
        }
        Ok(differs)
    }

    /// Lets the next generation be a higher number than any of these.
    pub fn raise_generation_floor(&self, floor: u64) -> Result<(), Error> {
        if floor > self.generation_floor()? {
            self.set_setting("generation_floor", &floor.to_string())?;
        }
        Ok(())
    }

    /// The highest number that another build of the index used, as far as this one was told; 0 if none.
    pub fn generation_floor(&self) -> Result<u64, Error> {
        Ok(self.setting("generation_floor")?.and_then(|text| text.parse().ok()).unwrap_or(0))
    }

    /// The version of the tables in the file at `path`, and the one that this code reads and writes.
    pub fn versions(path: &Path) -> Result<(i64, i64), Error> {
        let flags = rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY | rusqlite::OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags)?;
        Ok((connection.pragma_query_value(None, "user_version", |row| row.get(0))?, schema::LATEST))
    }
}

/// The columns of a table but some, in their order.
fn columns(connection: &Connection, table: &str, but: &[&str]) -> Result<String, Error> {
    let mut statement = connection.prepare("SELECT name FROM pragma_table_info(?1, 'main') ORDER BY cid")?;
    let names = statement.query_map(params![table], |row| row.get::<_, String>(0))?;
    let names: Vec<String> = names.collect::<Result<_, _>>()?;
    Ok(names.into_iter().filter(|name| !but.contains(&name.as_str())).collect::<Vec<_>>().join(", "))
}

/// The first column of what a query finds.
fn texts(connection: &Connection, sql: &str) -> Result<Vec<String>, Error> {
    let mut statement = connection.prepare(sql)?;
    let rows = statement.query_map([], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn utf8(path: &Path) -> Result<&str, Error> {
    let odd = || std::io::Error::new(std::io::ErrorKind::InvalidInput, "the path is not UTF-8");
    Ok(path.to_str().ok_or_else(odd)?)
}

/// A path as a part of a URI.
fn escaped(path: &str) -> String {
    path.replace('%', "%25").replace('?', "%3f").replace('#', "%23")
}

#[cfg(test)]
mod tests;
