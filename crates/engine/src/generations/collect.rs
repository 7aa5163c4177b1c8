//! Taking generations away that are not kept.

use std::fs::File;

use super::Generation;
use crate::private::sync_names_beside;
use crate::{DataFolder, Error};

impl DataFolder {
    /// Removes all generations but the one that answers, the one that answered `before` it, and the newest
    /// others, `keep` in all beside the one that answers. One that somebody still answers from stays for now.
    pub(super) fn collect(&self, keep: usize, before: u64) -> Result<(), Error> {
        let current = self.current()?;
        let mut others: Vec<Generation> = self.kept()?.into_iter().filter(|kept| *kept != current).collect();
        // The one that answered before goes last.
        others.sort_by_key(|generation| (generation.number == before, generation.number));
        let surplus = others.len().saturating_sub(keep);
        for generation in others.iter().take(surplus) {
            let used = File::open(generation.used());
            if used.as_ref().is_ok_and(|file| file.try_lock().is_err()) {
                tracing::info!(
                    number = generation.number,
                    "a generation is still answered from and stays for now"
                );
                continue;
            }
            generation.remove()?;
        }
        Ok(())
    }

    /// Removes every generation but the one that answers, whoever still answers from it: something was deleted
    /// that they still hold. Returns how many went.
    pub(crate) fn drop_kept(&self) -> Result<u64, Error> {
        let current = self.current()?;
        let mut gone = 0;
        for generation in self.all_generations()? {
            if generation != current && (generation.number > 0 || generation.is_made()) {
                generation.remove()?;
                gone += 1;
            }
        }
        Ok(gone)
    }
}

impl Generation {
    /// Removes a generation; killed in the middle, it counts as unfinished. What is removed stays so after a power cut:
    /// it may hold what was erased.
    fn remove(&self) -> Result<(), Error> {
        tracing::info!(number = self.number, "a generation that is not kept goes");
        if self.number > 0 {
            ignore_missing(fs_err::remove_file(self.made()))?;
            sync_names_beside(&self.made())?;
            fs_err::remove_dir_all(self.path())?;
            return Ok(sync_names_beside(self.path())?);
        }
        ignore_missing(fs_err::remove_dir_all(self.lexical()))?;
        let store = self.store();
        let beside = |end: &str| {
            let mut name = store.clone().into_os_string();
            name.push(end);
            std::path::PathBuf::from(name)
        };
        for file in [self.seal(), self.used(), beside("-wal"), beside("-shm"), store.clone()] {
            ignore_missing(fs_err::remove_file(file))?;
        }
        Ok(sync_names_beside(&store)?)
    }
}

fn ignore_missing(done: std::io::Result<()>) -> Result<(), Error> {
    match done {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}
