//! The file of keys: read and written as a whole, for its owner only.

use std::path::{Path, PathBuf};

use data_encoding::HEXLOWER;
use engine::{private_file, put_whole};
use model::{AccountKey, IdError, SourceName, TimeError, Timestamp};
use serde::{Deserialize, Serialize};

use super::secret::{RANDOM_BYTES, Secret, unhex};
use super::{Draft, Hashed, Key, Owner, Scope, State};

/// Longest name of a service or bot, in characters.
const LONGEST_NAME: usize = 100;

/// What can go wrong with keys.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// The file cannot be read or written.
    #[error("{0}")]
    Io(#[from] std::io::Error),
    /// Others can read the file.
    #[error("{} can be read by others (hint: chmod 600 {})", .0.display(), .0.display())]
    Open(PathBuf),
    /// The file holds something else than keys.
    #[error("{} does not read as keys: {why}", path.display())]
    Broken {
        /// The file.
        path: PathBuf,
        /// What is wrong with it; quotes nothing of it.
        why: String,
    },
    /// There is no such scope.
    #[error("{0} is no scope; there are search, people, me, ingest, metrics, audit, admin")]
    Scope(String),
    /// A key to be made that cannot be meant.
    #[error("{0}")]
    Draft(&'static str),
    /// No key has this id.
    #[error("no key has the id {0} (hint: `whoknows keys list`)")]
    Unknown(String),
    /// A key that opens nothing any more.
    #[error("the key {0} opens nothing any more; make a new one")]
    Over(String),
}

/// The file of keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyFile(PathBuf);

/// The file as it is written.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    version: u32,
    keys: Vec<WrittenKey>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenKey {
    id: String,
    kind: WrittenKind,
    owner: String,
    scopes: Vec<Scope>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    speaks_for: Vec<String>,
    created_at: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    expires_at: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    revoked_at: Option<String>,
    secrets: Vec<WrittenSecret>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum WrittenKind {
    Person,
    Service,
    Bot,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenSecret {
    sha256: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    until: Option<String>,
}

impl KeyFile {
    /// Names the file; nothing is read yet.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }

    /// Where it lies.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// All keys, oldest first; none where there is no file yet.
    ///
    /// # Errors
    /// [`KeyError::Open`] if others can read it, [`KeyError::Broken`] if it holds something else.
    pub fn read(&self) -> Result<Vec<Key>, KeyError> {
        let about = match std::fs::metadata(&self.0) {
            Ok(about) => about,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error.into()),
        };
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            if about.permissions().mode() & 0o077 != 0 {
                return Err(KeyError::Open(self.0.clone()));
            }
        }
        #[cfg(not(unix))]
        let _ = about;
        let broken = |why: String| KeyError::Broken { path: self.0.clone(), why };
        let written: Written = serde_json::from_slice(&fs_err::read(&self.0)?)
            .map_err(|error| broken(format!("line {}, column {}", error.line(), error.column())))?;
        if written.version != 1 {
            return Err(broken(format!("it has version {}, known is 1", written.version)));
        }
        let keys = written.keys.into_iter().enumerate();
        keys.map(|(place, key)| read_key(key).ok_or_else(|| broken(format!("key number {place}")))).collect()
    }

    /// Makes a key of random bytes; the secret is given once and kept nowhere.
    ///
    /// # Errors
    /// [`KeyError::Draft`] if it cannot be meant, and what [`Self::read`] says.
    pub fn create(
        &self,
        draft: Draft,
        random: &[u8; RANDOM_BYTES],
        now: Timestamp,
    ) -> Result<(Key, Secret), KeyError> {
        check(&draft)?;
        let secret = Secret::new(random);
        let Draft { owner, mut scopes, mut speaks_for, expires_at } = draft;
        scopes.sort_unstable();
        scopes.dedup();
        speaks_for.sort_unstable();
        speaks_for.dedup();
        let key = Key {
            id: secret.id().to_owned(),
            owner,
            scopes,
            speaks_for,
            created_at: now,
            expires_at,
            revoked_at: None,
            hashes: vec![Hashed { hash: secret.hash(), until: None }],
        };
        self.change(|keys| {
            keys.push(key.clone());
            Ok(())
        })?;
        Ok((key, secret))
    }

    /// Takes a key back, at once and for good. A key that is revoked already stays as it is.
    ///
    /// # Errors
    /// [`KeyError::Unknown`], and what [`Self::read`] says.
    pub fn revoke(&self, id: &str, now: Timestamp) -> Result<Key, KeyError> {
        self.change(|keys| {
            let key = find(keys, id)?;
            key.revoked_at.get_or_insert(now);
            Ok(key.clone())
        })
    }

    /// Takes every key of somebody out of the file, by all of their accounts; how many. Nothing of them is left in it.
    ///
    /// # Errors
    /// What [`Self::read`] says.
    pub fn forget(&self, accounts: &[AccountKey]) -> Result<usize, KeyError> {
        let theirs = |key: &Key| matches!(&key.owner, Owner::Person(account) if accounts.contains(account));
        if !self.read()?.iter().any(theirs) {
            return Ok(0);
        }
        self.change(|keys| {
            let before = keys.len();
            keys.retain(|key| !theirs(key));
            Ok(before - keys.len())
        })
    }

    /// Gives a key a new secret; the one before it is still taken until `old_until`.
    ///
    /// # Errors
    /// [`KeyError::Unknown`], [`KeyError::Over`] for a key that has ended, and what [`Self::read`] says.
    pub fn rotate(
        &self,
        id: &str,
        old_until: Timestamp,
        random: &[u8; RANDOM_BYTES],
        now: Timestamp,
    ) -> Result<(Key, Secret), KeyError> {
        let secret = Secret::renewed(id, random);
        let key = self.change(|keys| {
            let key = find(keys, id)?;
            if key.state(now) != State::Active {
                return Err(KeyError::Over(id.to_owned()));
            }
            // Only the newest secret is carried over: an older one has had its time.
            key.hashes.retain(|known| known.until.is_none());
            for known in &mut key.hashes {
                known.until = Some(old_until);
            }
            key.hashes.push(Hashed { hash: secret.hash(), until: None });
            Ok(key.clone())
        })?;
        Ok((key, secret))
    }

    /// Reads, changes and writes under a lock, so that two commands at once lose nothing.
    fn change<T>(&self, change: impl FnOnce(&mut Vec<Key>) -> Result<T, KeyError>) -> Result<T, KeyError> {
        let lock = private_file(&self.0.with_extension("lock"), false)?;
        lock.lock()?;
        let mut keys = self.read()?;
        let changed = change(&mut keys)?;
        self.write(&keys)?;
        Ok(changed)
    }

    /// A reader sees all of it or the one before it; a crash leaves one of the two.
    fn write(&self, keys: &[Key]) -> Result<(), KeyError> {
        let written = Written { version: 1, keys: keys.iter().map(write_key).collect() };
        let text = serde_json::to_vec_pretty(&written).map_err(std::io::Error::other)?;
        Ok(put_whole(&self.0, &text)?)
    }
}

fn check(draft: &Draft) -> Result<(), KeyError> {
    if draft.scopes.is_empty() {
        return Err(KeyError::Draft("a key needs a scope"));
    }
    if let Owner::Service(name) | Owner::Bot(name) = &draft.owner {
        let plain = !name.trim().is_empty() && !name.chars().any(char::is_control);
        if !plain || name.chars().count() > LONGEST_NAME {
            return Err(KeyError::Draft("a name has 1 to 100 characters"));
        }
    }
    if !draft.speaks_for.is_empty() && !matches!(draft.owner, Owner::Bot(_)) {
        return Err(KeyError::Draft("only a bot can speak for others"));
    }
    if matches!(draft.owner, Owner::Bot(_)) && draft.scopes.contains(&Scope::Admin) {
        return Err(KeyError::Draft("a bot cannot be an administrator"));
    }
    Ok(())
}

fn find<'k>(keys: &'k mut [Key], id: &str) -> Result<&'k mut Key, KeyError> {
    keys.iter_mut().find(|key| key.id == id).ok_or_else(|| KeyError::Unknown(id.to_owned()))
}

fn write_key(key: &Key) -> WrittenKey {
    let (kind, owner) = match &key.owner {
        Owner::Person(account) => (WrittenKind::Person, account.to_string()),
        Owner::Service(name) => (WrittenKind::Service, name.clone()),
        Owner::Bot(name) => (WrittenKind::Bot, name.clone()),
    };
    let secret = |known: &Hashed| WrittenSecret {
        sha256: HEXLOWER.encode(&known.hash),
        until: known.until.map(|time| time.to_string()),
    };
    WrittenKey {
        id: key.id.clone(),
        kind,
        owner,
        scopes: key.scopes.clone(),
        speaks_for: key.speaks_for.iter().map(ToString::to_string).collect(),
        created_at: key.created_at.to_string(),
        expires_at: key.expires_at.map(|time| time.to_string()),
        revoked_at: key.revoked_at.map(|time| time.to_string()),
        secrets: key.hashes.iter().map(secret).collect(),
    }
}

fn read_key(written: WrittenKey) -> Option<Key> {
    let time = |text: Option<String>| -> Result<Option<Timestamp>, TimeError> {
        text.map(|text| text.parse()).transpose()
    };
    let owner = match written.kind {
        WrittenKind::Person => Owner::Person(AccountKey::new(written.owner).ok()?),
        WrittenKind::Service => Owner::Service(written.owner),
        WrittenKind::Bot => Owner::Bot(written.owner),
    };
    let sources: Result<Vec<SourceName>, IdError> =
        written.speaks_for.into_iter().map(SourceName::new).collect();
    let mut hashes = Vec::with_capacity(written.secrets.len());
    for secret in written.secrets {
        hashes.push(Hashed { hash: unhex(&secret.sha256)?, until: time(secret.until).ok()? });
    }
    Some(Key {
        id: written.id,
        owner,
        scopes: written.scopes,
        speaks_for: sources.ok()?,
        created_at: written.created_at.parse().ok()?,
        expires_at: time(written.expires_at).ok()?,
        revoked_at: time(written.revoked_at).ok()?,
        hashes,
    })
}
