//! Making the next generation beside the one that answers, or going back to a kept one; and the swap.

use std::path::PathBuf;
use std::sync::Arc;

use index::Store;
use index::lexical::builds;
use index::store::Followed;

use super::{Generation, Made};
use crate::doctor::seal;
use crate::indexer::{IngestReport, Progress, ReindexReport};
use crate::private::put_whole;
use crate::{Error, Indexer};

/// A generation that does not answer yet. Dropped before it is put in place, it leaves nothing behind that
/// anybody would miss: a new build is removed, a kept generation stays kept.
#[derive(Debug)]
pub struct Builder {
    indexer: Indexer,
    /// The generation that it takes the place of.
    from: Generation,
    /// Whether it holds something else than when it was finished last.
    differs: bool,
    unfinished: Unfinished,
}

/// A new build's folder, removed unless the build is put in place.
#[derive(Debug)]
struct Unfinished(Option<PathBuf>);

impl Drop for Unfinished {
    fn drop(&mut self) {
        if let Some(path) = &self.0
            && let Err(error) = fs_err::remove_dir_all(path)
        {
            tracing::warn!(%error, "an unfinished build could not be removed; the next one tries again");
        }
    }
}

/// What going back did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Returned {
    /// The generation that answers now, by its number in the data directory.
    pub number: u64,
    /// Its number in answers.
    pub generation: u64,
    /// Messages that it was given because they came, changed or went after it.
    pub messages: u64,
}

impl Builder {
    /// Starts the next generation from a copy of the store that answers: nobody is held up by it. What an
    /// earlier build left unfinished is removed.
    ///
    /// # Errors
    /// What SQLite and the file system say: a full disk for one.
    pub fn start(of: &Indexer) -> Result<Self, Error> {
        let (folder, from) = (&of.folder, of.place.clone());
        for left in folder.unfinished()? {
            fs_err::remove_dir_all(left.path())?;
        }
        let store = Store::open_read_only(&from.store())?;
        let used = store.generation()?.max(store.generation_floor()?);
        let highest = folder.all_generations()?.last().map_or(0, Generation::number).max(used);
        let place = folder.generation(highest + 1);
        fs_err::create_dir_all(place.path())?;
        for path in [folder.generations().as_path(), place.path()] {
            crate::folder::owner_only_folder(path)?;
        }
        let unfinished = Unfinished(Some(place.path().to_owned()));
        store.copy_to(&place.store())?;
        let indexer = of.on(place)?;
        indexer.store.raise_generation_floor(highest)?;
        indexer.store.next_generation()?;
        indexer.note_encoder()?;
        Ok(Self { indexer, from, differs: true, unfinished })
    }

    /// Takes a kept generation, to let it answer again: the newest one before the one that answers, or that of
    /// the number.
    ///
    /// # Errors
    /// [`Error::NoGeneration`] if there is none, [`Error::OtherEncoder`] if its vectors are of another model
    /// than the options choose.
    pub fn go_back(of: &Indexer, to: Option<u64>) -> Result<Self, Error> {
        let from = of.place.clone();
        let kept = of.folder.kept()?;
        let wanted = |generation: &&Generation| match to {
            Some(number) => generation.number == number && **generation != from,
            None => generation.number < from.number,
        };
        let place = kept.iter().rfind(wanted).cloned();
        let place = place.ok_or_else(|| {
            let others = kept.iter().filter(|kept| **kept != from).map(Generation::number).collect();
            Error::NoGeneration { wanted: to, kept: others }
        })?;
        let indexer = of.on(place)?;
        indexer.refuse_other_encoder()?;
        let before = Store::open_read_only(&from.store())?;
        let used = before.generation()?.max(before.generation_floor()?);
        indexer.store.raise_generation_floor(used)?;
        let generation = indexer.store.generation()?;
        let differs = builds(&indexer.place.lexical()) != Some((generation, generation));
        Ok(Self { indexer, from, differs, unfinished: Unfinished(None) })
    }

    /// Makes everything that is derived again: the long part, during which nobody need wait.
    ///
    /// # Errors
    /// What the stages say; [`Error::Stopped`] if somebody wanted it to stop.
    pub fn make(&mut self, progress: &mut dyn FnMut(Progress)) -> Result<(), Error> {
        self.indexer.erase_again()?;
        self.indexer.store.mark_all_dirty()?;
        // A cluster is filled beside what answers from it.
        self.indexer.store.forget_sent()?;
        self.indexer.derive(&mut IngestReport::default(), progress)?;
        self.differs = false;
        Ok(())
    }

    /// Takes over what came to the generation that answers meanwhile. Compares all messages by their hashes.
    ///
    /// # Errors
    /// As [`Self::make`].
    pub fn keep_up(&mut self, progress: &mut dyn FnMut(Progress)) -> Result<Followed, Error> {
        let mut followed = self.indexer.store.follow(&self.from.store())?;
        let again = self.indexer.erase_again()?;
        followed.others += again;
        if self.differs || !followed.is_nothing() {
            self.differs = true;
            self.indexer.derive(&mut IngestReport::default(), progress)?;
            self.differs = false;
        }
        Ok(followed)
    }

    /// Lets it answer in the place of the one before, which nobody may write to from the last
    /// [`Self::keep_up`] on; gives the writer of the new one. Removes the generations that are not kept.
    ///
    /// # Errors
    /// [`Error::IndexBehind`] if it is not whole: then the one before goes on answering.
    pub fn publish(self) -> Result<(Indexer, ReindexReport), Error> {
        let Self { indexer, from, mut unfinished, .. } = self;
        let (folder, place) = (&indexer.folder, &indexer.place);
        indexer.store.checkpoint()?;
        let generation = indexer.store.generation()?;
        if builds(&place.lexical()) != Some((generation, generation)) {
            return Err(Error::IndexBehind(place.path().to_owned()));
        }
        indexer.write_quarantine_file()?;
        seal::put_on(folder, place)?;
        if place.number > 0 {
            let made = serde_json::to_vec(&Made { generation }).map_err(std::io::Error::from)?;
            put_whole(&place.made(), &made)?;
            fs_err::File::open(folder.generations())?.sync_all()?;
        }
        folder.point_to(place)?;
        unfinished.0 = None;
        tracing::info!(generation, number = place.number, "another generation answers from now on");
        let (documents, _) = indexer.store.document_counts()?;
        let keep = indexer.config.keep_generations;
        if let Err(error) = folder.collect(keep, from.number) {
            // It answers all the same; the next swap tries again.
            tracing::warn!(%error, "generations that are not kept could not be removed");
        }
        let report = ReindexReport { generation, documents, number: place.number };
        Ok((indexer, report))
    }
}

impl Indexer {
    /// Makes everything that is derived again from the store, as the next generation: people, conversations,
    /// documents, vectors, the lexical index. The one before answers until it is done, and is kept then.
    ///
    /// # Errors
    /// What the stages say; then the generation before goes on as if nothing had been tried.
    pub fn reindex(&mut self, progress: &mut dyn FnMut(Progress)) -> Result<ReindexReport, Error> {
        let mut builder = Builder::start(self)?;
        builder.make(progress)?;
        let (writer, report) = builder.publish()?;
        *self = writer;
        Ok(report)
    }

    /// Lets a kept generation answer again, with every message that came since: what is undone is how they were
    /// made into an index, never what was said. The one before is kept.
    ///
    /// # Errors
    /// As [`Builder::go_back`] and the stages.
    pub fn roll_back(
        &mut self,
        to: Option<u64>,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Returned, Error> {
        let mut builder = Builder::go_back(self, to)?;
        let followed = builder.keep_up(progress)?;
        let (writer, report) = builder.publish()?;
        *self = writer;
        Ok(Returned {
            number: report.number,
            generation: report.generation,
            messages: followed.put + followed.deleted,
        })
    }

    /// Another writer of the same generation, under the same lock: for reading from the store while this one is
    /// busy. Only one of them may write.
    ///
    /// # Errors
    /// What opening the store says.
    pub fn twin(&self) -> Result<Self, Error> {
        self.on(self.place.clone())
    }

    /// A writer of another generation of the same directory, under the same lock.
    fn on(&self, place: Generation) -> Result<Self, Error> {
        let lock = Arc::clone(&self.lock);
        let config = self.config.clone();
        let mut writer =
            Self::of_generation((self.folder.clone(), place, lock), self.embedder.clone(), config)?;
        writer.stop_by(Arc::clone(&self.stop));
        Ok(writer)
    }
}
