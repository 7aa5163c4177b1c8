//! What answers in a running server: the finder, the encoder that it was opened with, and how both are renewed.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use embed::Embedder;
use engine::{DataFolder, Error, Finder, FinderConfig};
use server::FinderCell;

use crate::settings::{self, Embed, Settings};

/// The finder that answers, and what it takes to open the next one.
pub(crate) struct Answering {
    pub(crate) cell: Arc<FinderCell>,
    folder: DataFolder,
    config: FinderConfig,
    /// The file of the options: what it says of the encoder is read again when the index has another one.
    options: Option<PathBuf>,
    /// Held while a finder is opened, so that no older one takes the place of a newer.
    encoder: Mutex<Encoder>,
}

/// An encoder, and the options that chose it.
#[derive(Clone)]
pub(crate) struct Encoder {
    chosen_by: Embed,
    pub(crate) embedder: Option<Arc<dyn Embedder>>,
}

impl Answering {
    /// Opens the index in a data directory with the encoder that the options choose.
    ///
    /// # Errors
    /// What opening either says.
    pub(crate) fn open(
        folder: &DataFolder,
        embedder: Option<Arc<dyn Embedder>>,
        settings: &Settings,
    ) -> Result<Self, Error> {
        let finder = Finder::open(folder, embedder.clone(), settings.finder.clone())?;
        Ok(Self {
            cell: Arc::new(FinderCell::new(Arc::new(finder))),
            folder: folder.clone(),
            config: settings.finder.clone(),
            options: settings.path.clone(),
            encoder: Mutex::new(Encoder { chosen_by: settings.embed.clone(), embedder }),
        })
    }

    /// The encoder of the finder that answers.
    pub(crate) fn embedder(&self) -> Option<Arc<dyn Embedder>> {
        self.encoder().embedder.clone()
    }

    /// The encoder that the options choose by now: their file is read again, and what it chooses is opened if
    /// that is another one. What answers stays as it is.
    ///
    /// # Errors
    /// The options do not read, or choose an encoder that is not there.
    pub(crate) fn chosen(&self) -> anyhow::Result<Encoder> {
        let before = self.encoder().clone();
        self.choose(&before)
    }

    /// Lets the index answer as it is now, by the encoder that made it: the one before, or the one that the
    /// options choose by now.
    ///
    /// # Errors
    /// What opening it says; then the finder before goes on answering.
    pub(crate) fn renew(&self) -> anyhow::Result<()> {
        let mut encoder = self.encoder();
        let finder = match self.finder(&encoder) {
            Err(Error::OtherEncoder { .. }) => {
                let chosen = self.choose(&encoder)?;
                let finder = self.finder(&chosen)?;
                *encoder = chosen;
                finder
            }
            opened => opened?,
        };
        self.put(finder, &encoder);
        Ok(())
    }

    /// The same by this encoder, which the index was just made by.
    ///
    /// # Errors
    /// As [`Self::renew`].
    pub(crate) fn renew_by(&self, chosen: Encoder) -> anyhow::Result<()> {
        let mut encoder = self.encoder();
        let finder = self.finder(&chosen)?;
        *encoder = chosen;
        self.put(finder, &encoder);
        Ok(())
    }

    fn finder(&self, encoder: &Encoder) -> Result<Finder, Error> {
        let before = self.cell.current();
        Finder::open_after(Some(&before), &self.folder, encoder.embedder.clone(), self.config.clone())
    }

    fn put(&self, finder: Finder, encoder: &Encoder) {
        let generation = finder.standing().generation;
        self.cell.swap(Arc::new(finder));
        tracing::info!(generation, encoder = encoder.chosen_by.chosen(), "answering from a newer index");
    }

    fn choose(&self, before: &Encoder) -> anyhow::Result<Encoder> {
        let chosen_by = settings::load(self.options.as_deref())?.embed;
        if chosen_by == before.chosen_by {
            return Ok(before.clone());
        }
        let embedder = chosen_by.open(&self.folder.models())?;
        Ok(Encoder { chosen_by, embedder })
    }

    fn encoder(&self) -> MutexGuard<'_, Encoder> {
        self.encoder.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
