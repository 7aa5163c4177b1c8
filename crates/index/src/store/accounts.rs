//! Accounts and the people who own them.

use std::collections::BTreeMap;

use model::{
    Account, AccountKey, DirectoryEntry, Employment, EmploymentStatus, Person, PersonId, PersonKind,
    Timestamp,
};
use rusqlite::{OptionalExtension, Row, params};

use super::conversations::PLACED;
use super::{Store, codec};
use crate::Error;

/// What writing an account did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountChange {
    /// It was not there.
    Added,
    /// It was there and said something else.
    Changed,
    /// It was there and said the same.
    Same,
}

const COLUMNS: &str =
    "key, name, emails, bot, status, title, team, region, languages, timezone, manager, starts_at, ends_at,
     user_name, full_name, kind";

fn read_directory(row: &Row<'_>, from: usize, key: &str) -> Result<DirectoryEntry, Error> {
    let status: Option<String> = row.get(from)?;
    let languages: String = row.get(from + 4)?;
    let time = |place: usize| -> Result<Option<Timestamp>, Error> {
        Ok(row.get::<_, Option<i64>>(place)?.map(Timestamp::from_millis))
    };
    Ok(DirectoryEntry {
        status: status.as_deref().and_then(EmploymentStatus::parse),
        title: row.get(from + 1)?,
        team: row.get(from + 2)?,
        region: row.get(from + 3)?,
        languages: codec::read_list(&languages, ("account", "languages", key))?,
        timezone: row.get(from + 5)?,
        employment: Employment {
            manager: row.get(from + 6)?,
            starts_at: time(from + 7)?,
            ends_at: time(from + 8)?,
        },
        ..DirectoryEntry::default()
    })
}

fn read_kind(row: &Row<'_>, at: usize) -> Result<Option<PersonKind>, Error> {
    let kind: Option<String> = row.get(at)?;
    Ok(kind.as_deref().and_then(PersonKind::parse))
}

fn read_account(row: &Row<'_>) -> Result<Account, Error> {
    let (key, emails): (String, String) = (row.get(0)?, row.get(2)?);
    Ok(Account {
        key: AccountKey::new(key.clone()).map_err(|_| codec::unreadable(("account", "key", &key)))?,
        name: row.get(1)?,
        verified_emails: codec::read_list(&emails, ("account", "emails", &key))?,
        bot: row.get(3)?,
        directory: DirectoryEntry {
            user_name: row.get(13)?,
            full_name: row.get(14)?,
            kind: read_kind(row, 15)?,
            ..read_directory(row, 4, &key)?
        },
    })
}

/// What a later record adds: its fields win, what it leaves out stays.
fn merged(old: &Account, new: &Account) -> Account {
    let mut emails = old.verified_emails.clone();
    emails.extend(new.verified_emails.iter().cloned());
    emails.sort();
    emails.dedup();
    let pick = |new: &Option<String>, old: &Option<String>| new.clone().or_else(|| old.clone());
    let languages =
        if new.directory.languages.is_empty() { &old.directory.languages } else { &new.directory.languages };
    Account {
        key: old.key.clone(),
        name: pick(&new.name, &old.name),
        verified_emails: emails,
        bot: old.bot || new.bot,
        directory: DirectoryEntry {
            status: new.directory.status.or(old.directory.status),
            title: pick(&new.directory.title, &old.directory.title),
            team: pick(&new.directory.team, &old.directory.team),
            region: pick(&new.directory.region, &old.directory.region),
            languages: languages.clone(),
            timezone: pick(&new.directory.timezone, &old.directory.timezone),
            employment: Employment {
                manager: pick(&new.directory.employment.manager, &old.directory.employment.manager),
                starts_at: new.directory.employment.starts_at.or(old.directory.employment.starts_at),
                ends_at: new.directory.employment.ends_at.or(old.directory.employment.ends_at),
            },
            user_name: pick(&new.directory.user_name, &old.directory.user_name),
            full_name: pick(&new.directory.full_name, &old.directory.full_name),
            kind: new.directory.kind.or(old.directory.kind),
        },
    }
}

impl Store {
    /// Writes an account: fields that are given win, fields that are not leave what was there.
    pub fn put_account(&self, account: &Account) -> Result<AccountChange, Error> {
        let old = self.account(&account.key)?;
        let mut new = match &old {
            Some(old) => merged(old, account),
            None => account.clone(),
        };
        new.verified_emails.sort();
        new.verified_emails.dedup();
        if old.as_ref() == Some(&new) {
            return Ok(AccountChange::Same);
        }
        let sql =
            "INSERT INTO account (key, name, emails, bot, status, title, team, region, languages, timezone,
                                  manager, starts_at, ends_at, user_name, full_name, kind)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15,
                           ?16)
                   ON CONFLICT (key) DO UPDATE SET name = excluded.name, emails = excluded.emails,
                       bot = excluded.bot, status = excluded.status, title = excluded.title,
                       team = excluded.team, region = excluded.region, languages = excluded.languages,
                       timezone = excluded.timezone, manager = excluded.manager,
                       starts_at = excluded.starts_at, ends_at = excluded.ends_at,
                       user_name = excluded.user_name, full_name = excluded.full_name, kind = excluded.kind";
        self.connection.prepare_cached(sql)?.execute(params![
            new.key.as_str(),
            new.name,
            codec::list(&new.verified_emails),
            new.bot,
            new.directory.status.map(EmploymentStatus::as_str),
            new.directory.title,
            new.directory.team,
            new.directory.region,
            codec::list(&new.directory.languages),
            new.directory.timezone,
            new.directory.employment.manager,
            new.directory.employment.starts_at.map(Timestamp::as_millis),
            new.directory.employment.ends_at.map(Timestamp::as_millis),
            new.directory.user_name,
            new.directory.full_name,
            new.directory.kind.map(PersonKind::as_str),
        ])?;
        Ok(if old.is_some() { AccountChange::Changed } else { AccountChange::Added })
    }

    /// One account, if it is known.
    pub fn account(&self, key: &AccountKey) -> Result<Option<Account>, Error> {
        let sql = format!("SELECT {COLUMNS} FROM account WHERE key = ?1");
        let mut statement = self.connection.prepare_cached(&sql)?;
        let found = statement.query_row([key.as_str()], |row| Ok(read_account(row))).optional()?;
        found.transpose()
    }

    /// All accounts, keys ascending.
    pub fn accounts(&self) -> Result<Vec<Account>, Error> {
        let sql = format!("SELECT {COLUMNS} FROM account ORDER BY key");
        let mut statement = self.connection.prepare_cached(&sql)?;
        let mut rows = statement.query([])?;
        let mut accounts = Vec::new();
        while let Some(row) = rows.next()? {
            accounts.push(read_account(row)?);
        }
        Ok(accounts)
    }

    /// Whose every account is, as far as it is resolved.
    pub fn owners(&self) -> Result<BTreeMap<AccountKey, PersonId>, Error> {
        let mut statement =
            self.connection.prepare_cached("SELECT key, person FROM account WHERE person IS NOT NULL")?;
        let mut rows = statement.query([])?;
        let mut owners = BTreeMap::new();
        while let Some(row) = rows.next()? {
            let (key, person): (String, String) = (row.get(0)?, row.get(1)?);
            let unreadable = |_| codec::unreadable(("account", "person", &key));
            owners.insert(
                AccountKey::new(key.clone()).map_err(unreadable)?,
                PersonId::new(person).map_err(unreadable)?,
            );
        }
        Ok(owners)
    }

    /// Makes accounts that a message or a container only names (a resolver, a member), so that they belong to
    /// somebody; those that are known stay as they are.
    pub fn note_account(&self, key: &AccountKey) -> Result<(), Error> {
        let sql = "INSERT INTO account (key, emails, bot, languages) VALUES (?1, '[]', 0, '[]') ON CONFLICT DO NOTHING";
        self.connection.prepare_cached(sql)?.execute([key.as_str()])?;
        Ok(())
    }

    /// Replaces all people. Containers that hold words or documents of an account that changed hands, or that
    /// became a bot or a person, are marked dirty, because their documents credit somebody else now. Returns
    /// how many accounts changed.
    pub fn put_people(&self, people: &[Person]) -> Result<usize, Error> {
        let owners = self.owners()?;
        let bots: BTreeMap<PersonId, bool> = self.people()?.into_iter().map(|p| (p.id, p.bot)).collect();
        self.connection.execute("DELETE FROM person", [])?;
        // At a first ingest everything is made anyway, and nobody need be looked for.
        let sql = "SELECT EXISTS (SELECT 1 FROM container WHERE dirty <> 1)";
        let any_is_made: bool = self.connection.query_row(sql, [], |row| row.get(0))?;
        let mut own = self.connection.prepare_cached("UPDATE account SET person = ?2 WHERE key = ?1")?;
        let mut changed = 0;
        for person in people {
            self.insert_person(person)?;
            for key in &person.accounts {
                let before = owners.get(key);
                if before == Some(&person.id) && bots.get(&person.id) == Some(&person.bot) {
                    continue;
                }
                own.execute(params![key.as_str(), person.id.as_str()])?;
                if any_is_made {
                    self.mark_containers_of(key, before)?;
                }
                changed += 1;
            }
        }
        Ok(changed)
    }

    fn insert_person(&self, person: &Person) -> Result<(), Error> {
        let sql =
            "INSERT INTO person (id, name, bot, emails, status, title, team, region, languages, timezone,
                                 manager, starts_at, ends_at, kind)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)";
        let directory = &person.directory;
        self.connection.prepare_cached(sql)?.execute(params![
            person.id.as_str(),
            person.name,
            person.bot,
            codec::list(&person.emails),
            directory.status.map(EmploymentStatus::as_str),
            directory.title,
            directory.team,
            directory.region,
            codec::list(&directory.languages),
            directory.timezone,
            directory.employment.manager,
            directory.employment.starts_at.map(Timestamp::as_millis),
            directory.employment.ends_at.map(Timestamp::as_millis),
            directory.kind.map(PersonKind::as_str),
        ])?;
        Ok(())
    }

    /// Marks where an account wrote, and where its owner before was credited (perhaps without a word). What was
    /// not put together yet (it has no place) will be made in any case.
    fn mark_containers_of(&self, key: &AccountKey, owner_before: Option<&PersonId>) -> Result<(), Error> {
        let sql = format!(
            "UPDATE container SET dirty = 1 WHERE dirty <> 1
             AND id IN (SELECT container {PLACED} WHERE author = ?1 AND conversation IS NOT NULL
                        UNION SELECT container FROM document WHERE person = ?2)"
        );
        let owner = owner_before.map(PersonId::as_str);
        self.connection.prepare_cached(&sql)?.execute(params![key.as_str(), owner])?;
        Ok(())
    }

    /// All people with their accounts, ids ascending.
    pub fn people(&self) -> Result<Vec<Person>, Error> {
        let mut accounts: BTreeMap<PersonId, Vec<AccountKey>> = BTreeMap::new();
        for (key, person) in self.owners()? {
            accounts.entry(person).or_default().push(key);
        }
        let sql = "SELECT id, name, bot, emails, status, title, team, region, languages, timezone,
                          manager, starts_at, ends_at, kind
                   FROM person ORDER BY id";
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query([])?;
        let mut people = Vec::new();
        while let Some(row) = rows.next()? {
            let (text, emails): (String, String) = (row.get(0)?, row.get(3)?);
            let id = PersonId::new(text.clone()).map_err(|_| codec::unreadable(("person", "id", &text)))?;
            people.push(Person {
                name: row.get(1)?,
                bot: row.get(2)?,
                accounts: accounts.remove(&id).unwrap_or_default(),
                emails: codec::read_list(&emails, ("person", "emails", &text))?,
                directory: DirectoryEntry { kind: read_kind(row, 13)?, ..read_directory(row, 4, &text)? },
                id,
            });
        }
        Ok(people)
    }
}
