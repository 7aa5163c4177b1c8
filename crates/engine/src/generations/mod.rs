//! Generations: complete builds of the index, of which one answers.
//!
//! The first lies in the data directory itself, later ones in `generations/N`; the file `current` names the one
//! that answers. A build is made beside the one that answers, from a copy of its store, and is put in its place by
//! renaming one small file: whoever is killed, whenever, leaves the old one answering.
//!
//! Decision: a generation is a whole store, messages and all, and not only what is made of them: then it can answer
//! by itself, texts and evidence never come from another build, and there are no two files that must agree. What
//! is true is taken over from the store that answered before (`index::Store::follow`), so neither a build nor a
//! rollback loses a message. Price: each kept generation takes as much disk as the index itself.
//!
//! Decision: kept generations hold what was deleted since they answered; so they go when something is erased, or
//! when the policy's time is over for something. Price: then there is nothing to go back to until the next build.

mod build;
mod collect;
#[cfg(test)]
mod tests;

use std::fs::File;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::private::put_whole;
use crate::{DataFolder, Error};

pub use build::{Builder, Returned};

/// How often whoever opens the index looks again if the generation is taken away meanwhile.
pub(crate) const ATTEMPTS: usize = 8;

/// One complete build of the index: a store and what is made of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Generation {
    path: PathBuf,
    number: u64,
}

/// What stands in a generation that was finished.
#[derive(Debug, Serialize, Deserialize)]
struct Made {
    /// The generation of the store when it was finished.
    generation: u64,
}

impl Generation {
    /// Its number; 0: the first, in the data directory itself.
    pub const fn number(&self) -> u64 {
        self.number
    }

    /// Its folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The store: the truth.
    pub fn store(&self) -> PathBuf {
        self.path.join("whoknows.sqlite")
    }

    /// The lexical index: made from the store.
    pub fn lexical(&self) -> PathBuf {
        self.path.join("lexical")
    }

    /// Hashes of the files, as the last run left them.
    pub fn seal(&self) -> PathBuf {
        self.path.join("seal")
    }

    /// Held, shared, by everybody who answers from it.
    fn used(&self) -> PathBuf {
        self.path.join("used")
    }

    /// Says that it was finished.
    fn made(&self) -> PathBuf {
        self.path.join("made.json")
    }

    /// Whether it was finished: the first one always is.
    fn is_made(&self) -> bool {
        if self.number == 0 { self.store().exists() } else { self.made().exists() }
    }

    /// Its name in what people read, from the data directory.
    pub(crate) fn name(&self) -> String {
        if self.number == 0 {
            "the first generation".to_owned()
        } else {
            format!("generations/{}", self.number)
        }
    }

    /// A name of one of its files, from the data directory.
    pub(crate) fn file_name(&self, file: &str) -> String {
        if self.number == 0 { file.to_owned() } else { format!("generations/{}/{file}", self.number) }
    }

    /// Makes the file that users hold.
    pub(crate) fn make_used(&self) -> Result<(), Error> {
        crate::private::private_file(&self.used(), false)?;
        Ok(())
    }
}

impl DataFolder {
    /// The generation of that number, whether it is there or not.
    pub(crate) fn generation(&self, number: u64) -> Generation {
        let path =
            if number == 0 { self.path().to_owned() } else { self.generations().join(number.to_string()) };
        Generation { path, number }
    }

    /// The generation that answers.
    ///
    /// # Errors
    /// [`Error::Generation`] if the file that names it does not read.
    pub fn current(&self) -> Result<Generation, Error> {
        let text = match fs_err::read_to_string(self.pointer()) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(self.generation(0)),
            read => read?,
        };
        let number = text
            .trim()
            .parse()
            .map_err(|_| Error::Generation { path: self.pointer(), why: "names no generation".to_owned() })?;
        Ok(self.generation(number))
    }

    /// The generation that answers, which must be there.
    ///
    /// # Errors
    /// [`Error::NoIndex`] if nothing was ever made, [`Error::Generation`] if the one that is named is gone.
    pub(crate) fn existing(&self) -> Result<Generation, Error> {
        let current = self.current()?;
        if current.store().exists() {
            return Ok(current);
        }
        if current.number == 0 {
            return Err(Error::NoIndex(self.path().to_owned()));
        }
        Err(Error::Generation { path: current.path, why: "is named as current and is not there".to_owned() })
    }

    /// The generation that answers, and a hold on it: it is not taken away while somebody has it. No hold in a
    /// directory that was written by a version without them.
    pub(crate) fn hold(&self) -> Result<(Generation, Option<File>), Error> {
        for _ in 0..ATTEMPTS {
            let current = self.existing()?;
            let Ok(file) = File::open(current.used()) else { return Ok((current, None)) };
            // Held by whoever takes it away: then another one is current by now.
            if file.try_lock_shared().is_ok() && current.store().exists() {
                return Ok((current, Some(file)));
            }
        }
        self.existing().map(|current| (current, None))
    }

    /// The generations that were finished, numbers ascending.
    ///
    /// # Errors
    /// What the file system says.
    pub fn kept(&self) -> Result<Vec<Generation>, Error> {
        Ok(self.all_generations()?.into_iter().filter(Generation::is_made).collect())
    }

    /// Builds that were begun and are not finished, numbers ascending.
    pub(crate) fn unfinished(&self) -> Result<Vec<Generation>, Error> {
        let all = self.all_generations()?.into_iter();
        Ok(all.filter(|generation| generation.number > 0 && !generation.is_made()).collect())
    }

    fn all_generations(&self) -> Result<Vec<Generation>, Error> {
        let mut numbers = vec![0];
        if self.generations().is_dir() {
            for entry in fs_err::read_dir(self.generations())? {
                numbers.extend(entry?.file_name().to_str().and_then(|name| name.parse::<u64>().ok()));
            }
        }
        numbers.sort_unstable();
        numbers.dedup();
        Ok(numbers.into_iter().map(|number| self.generation(number)).collect())
    }

    /// Lets that generation answer from now on: one rename.
    fn point_to(&self, generation: &Generation) -> Result<(), Error> {
        Ok(put_whole(&self.pointer(), format!("{}\n", generation.number).as_bytes())?)
    }
}
