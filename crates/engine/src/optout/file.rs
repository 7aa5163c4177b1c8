//! The file of opt-outs: read and written as a whole, for its owner only.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use model::{AccountKey, ContainerId, MessageId, SourceName, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Hides, MOST_OPT_OUTS, OptOut};
use crate::{DataFolder, Error, private_file, put_whole};

/// The file of opt-outs of a data directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OptOutFile(PathBuf);

/// What tells one state of the file from the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    inode: u64,
    length: u64,
    changed: Option<SystemTime>,
}

/// What is erased, as far as the file may name it.
pub(crate) enum Gone<'a> {
    /// Accounts.
    Accounts(&'a BTreeSet<AccountKey>),
    /// A channel.
    Container(&'a ContainerId),
    /// A message.
    Message(&'a MessageId),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    version: u32,
    opt_outs: Vec<WrittenOptOut>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenOptOut {
    accounts: Vec<String>,
    hides: WrittenHides,
    #[serde(default, skip_serializing_if = "is_false")]
    wrong: bool,
    #[serde(default, skip_serializing_if = "is_false")]
    by_operator: bool,
    at: String,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
enum WrittenHides {
    Everything,
    Source(String),
    Channel(String),
    Topic(String),
    Span { from: String, until: String },
    Evidence { container: String, conversation: String, messages: Vec<String> },
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
const fn is_false(value: &bool) -> bool {
    !*value
}

impl OptOutFile {
    /// The file of a data directory; nothing is read yet.
    pub fn new(folder: &DataFolder) -> Self {
        Self(folder.opt_outs())
    }

    /// The state of the file now; `None` if it is not there. Costs one look at the file system.
    ///
    /// # Errors
    /// [`Error::OptOuts`] if it cannot be looked at.
    pub fn stamp(&self) -> Result<Option<Stamp>, Error> {
        let about = match std::fs::metadata(&self.0) {
            Ok(about) => about,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(self.broken(error.to_string())),
        };
        #[cfg(unix)]
        let inode = std::os::unix::fs::MetadataExt::ino(&about);
        #[cfg(not(unix))]
        let inode = 0;
        Ok(Some(Stamp { inode, length: about.len(), changed: about.modified().ok() }))
    }

    /// Everything that is hidden, oldest first.
    ///
    /// # Errors
    /// [`Error::OptOuts`] if the file holds something else.
    pub fn read(&self) -> Result<Vec<OptOut>, Error> {
        let bytes = match fs_err::read(&self.0) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(self.broken(error.to_string())),
        };
        let written: Written = serde_json::from_slice(&bytes)
            .map_err(|error| self.broken(format!("line {}, column {}", error.line(), error.column())))?;
        if written.version != 1 {
            return Err(self.broken(format!("it has version {}, known is 1", written.version)));
        }
        let number = |(place, one)| read_one(one).ok_or_else(|| self.broken(format!("entry number {place}")));
        written.opt_outs.into_iter().enumerate().map(number).collect()
    }

    /// What is hidden for somebody with one of these accounts, oldest first.
    ///
    /// # Errors
    /// Those of [`Self::read`].
    pub fn of(&self, accounts: &BTreeSet<AccountKey>) -> Result<Vec<OptOut>, Error> {
        let mut all = self.read()?;
        all.retain(|one| !one.accounts.is_disjoint(accounts));
        Ok(all)
    }

    /// Hides something for the owners of these accounts, on the disk when it returns. What is hidden already stays as
    /// it is, and holds for these accounts too.
    ///
    /// # Errors
    /// [`Error::OptOut`] beyond [`MOST_OPT_OUTS`], and those of [`Self::read`].
    pub fn hide(
        &self,
        accounts: &BTreeSet<AccountKey>,
        hides: Hides,
        (is_wrong, by_operator): (bool, bool),
        at: Timestamp,
    ) -> Result<OptOut, Error> {
        self.change(|all| {
            let id = hides.id();
            let mut own = all.iter_mut().filter(|one| !one.accounts.is_disjoint(accounts));
            if let Some(known) = own.find(|one| one.id == id) {
                known.accounts.extend(accounts.iter().cloned());
                return Ok(known.clone());
            }
            if all.iter().filter(|one| !one.accounts.is_disjoint(accounts)).count() >= MOST_OPT_OUTS {
                return Err(Error::OptOut(format!("one person can hide at most {MOST_OPT_OUTS} things")));
            }
            let new = OptOut { id, accounts: accounts.clone(), hides, is_wrong, by_operator, at };
            all.push(new.clone());
            Ok(new)
        })
    }

    /// Shows again what was hidden under this id for one of these accounts; `None` if nothing was.
    ///
    /// # Errors
    /// Those of [`Self::read`].
    pub fn show(&self, accounts: &BTreeSet<AccountKey>, id: &str) -> Result<Option<OptOut>, Error> {
        let is_it = |one: &OptOut| one.id == id && !one.accounts.is_disjoint(accounts);
        if !self.read()?.iter().any(is_it) {
            return Ok(None);
        }
        self.change(|all| {
            let place = all.iter().position(is_it);
            // Once for each: parts of somebody who was one person may have hidden the same.
            let found = place.map(|place| all.remove(place));
            all.retain(|one| !is_it(one));
            Ok(found)
        })
    }

    /// Takes out what names something erased; how many entries went.
    pub(crate) fn forget(&self, gone: &Gone<'_>) -> Result<u64, Error> {
        if self.stamp()?.is_none() {
            return Ok(0);
        }
        self.change(|all| {
            let before = all.len();
            all.retain_mut(|one| match gone {
                Gone::Accounts(accounts) => {
                    one.accounts.retain(|account| !accounts.contains(account));
                    !one.accounts.is_empty()
                }
                Gone::Container(id) => match &one.hides {
                    Hides::Channel(container) => container != *id,
                    Hides::Evidence { container, .. } => container != id.as_str(),
                    _ => true,
                },
                Gone::Message(id) => {
                    if let Hides::Evidence { messages, .. } = &mut one.hides {
                        messages.retain(|message| message != id.as_str());
                    }
                    true
                }
            });
            Ok((before - all.len()) as u64)
        })
    }

    /// Reads, changes and writes under a lock, so that two at once lose nothing.
    fn change<T>(&self, change: impl FnOnce(&mut Vec<OptOut>) -> Result<T, Error>) -> Result<T, Error> {
        let lock = private_file(&self.0.with_extension("lock"), false)?;
        lock.lock()?;
        let mut all = self.read()?;
        let changed = change(&mut all)?;
        let written = Written { version: 1, opt_outs: all.iter().map(write_one).collect() };
        put_whole(&self.0, &serde_json::to_vec_pretty(&written).map_err(std::io::Error::other)?)?;
        Ok(changed)
    }

    /// Where it lies.
    pub fn path(&self) -> &Path {
        &self.0
    }

    fn broken(&self, why: String) -> Error {
        Error::OptOuts { path: self.0.clone(), why }
    }
}

fn write_one(one: &OptOut) -> WrittenOptOut {
    let hides = match &one.hides {
        Hides::Everything => WrittenHides::Everything,
        Hides::Source(source) => WrittenHides::Source(source.to_string()),
        Hides::Channel(container) => WrittenHides::Channel(container.to_string()),
        Hides::Topic(words) => WrittenHides::Topic(words.clone()),
        Hides::Span { from, until } => {
            WrittenHides::Span { from: from.to_string(), until: until.to_string() }
        }
        Hides::Evidence { container, conversation, messages } => WrittenHides::Evidence {
            container: container.clone(),
            conversation: conversation.clone(),
            messages: messages.clone(),
        },
    };
    WrittenOptOut {
        accounts: one.accounts.iter().map(ToString::to_string).collect(),
        hides,
        wrong: one.is_wrong,
        by_operator: one.by_operator,
        at: one.at.to_string(),
    }
}

fn read_one(written: WrittenOptOut) -> Option<OptOut> {
    let hides = match written.hides {
        WrittenHides::Everything => Hides::Everything,
        WrittenHides::Source(source) => Hides::Source(SourceName::new(source).ok()?),
        WrittenHides::Channel(container) => Hides::Channel(ContainerId::new(container).ok()?),
        WrittenHides::Topic(words) => Hides::Topic(words),
        WrittenHides::Span { from, until } => {
            Hides::Span { from: from.parse().ok()?, until: until.parse().ok()? }
        }
        WrittenHides::Evidence { container, conversation, messages } => {
            Hides::Evidence { container, conversation, messages }
        }
    };
    let accounts: Result<BTreeSet<AccountKey>, _> =
        written.accounts.into_iter().map(AccountKey::new).collect();
    Some(OptOut {
        id: hides.id(),
        accounts: accounts.ok()?,
        hides,
        is_wrong: written.wrong,
        by_operator: written.by_operator,
        at: written.at.parse().ok()?,
    })
}
