//! Records that come while a server runs: stored at once, made findable afterwards.

use std::fmt::Write;

use index::lexical::builds;
use ingest::formats::jsonl;
use ingest::{Export, Format};
use model::Timestamp;

use super::documents::Scope;
use super::read::Source;
use super::{ExportReport, Indexer, IngestOptions, IngestReport};
use crate::Error;

/// The name of what came in one request, for the quarantine.
fn name_of(body: &[u8]) -> String {
    let hash = blake3::hash(body).to_hex();
    format!("live/{}", hash.as_str().get(..16).unwrap_or_default())
}

impl Indexer {
    /// Stores records in the jsonl form, one a line or in one JSON list, the way an export is stored. When it
    /// returns, they outlive the process and the machine's power; [`Self::catch_up`] makes them findable. The
    /// same records again change nothing.
    ///
    /// # Errors
    /// What the store says; then nothing of the records is stored, or they were stored in part and may be sent
    /// again.
    pub fn take(&mut self, body: &[u8], now: Timestamp) -> Result<ExportReport, Error> {
        self.store.sync_fully()?;
        let name = name_of(body);
        let export = Export::of_bytes(&name, &jsonl::as_lines(body), &self.config.limits);
        let mut report = ExportReport { path: name.clone().into(), ..ExportReport::default() };
        let format: &'static dyn Format = &jsonl::Jsonl;
        let source = Source { export: &export, format, name: &name, is_export: false };
        self.read_opened(&source, &IngestOptions::at(now), &mut report, &mut |_| {})?;
        self.list_found(&std::mem::take(&mut report.found))?;
        Ok(report)
    }

    /// Makes people, documents, vectors and the lexical index of whatever was stored and is not in them yet.
    ///
    /// What costs a look at everything there is, and what a few records hardly change, is left to
    /// [`Self::recover`] and to the next ingest: people are resolved only if something is known of an account that
    /// was not known the last time, and the languages of the index stay as they are.
    pub fn catch_up(&mut self) -> Result<(), Error> {
        if self.store.wants_purge()? || self.store.indexed_generation()?.is_none() {
            return self.catch_up_from_scratch();
        }
        self.resolve_if_others_are_known()?;
        self.make_documents(&mut |_| {})?;
        self.encode(Scope::Noted, &mut |_| {})?;
        self.take_in_noted()?;
        self.send(&mut |_| {})?;
        self.store.checkpoint()?;
        self.write_quarantine_file()
    }

    fn resolve_if_others_are_known(&mut self) -> Result<(), Error> {
        let known = self.digest_of_accounts()?;
        if self.resolved != Some(known) {
            self.resolve_people(&mut IngestReport::default(), &mut |_| {})?;
            self.resolved = Some(known);
        }
        Ok(())
    }

    /// Brings a data directory so far that it can answer for a server that then takes in records: what an earlier
    /// process left of rights, people, edits, deletions and erasures is finished. Messages that are only new, and what
    /// costs a look at everything there is and of which nothing is pending as a rule, are left to [`Self::look_over`].
    ///
    /// # Errors
    /// As [`Self::recover`].
    pub fn make_ready(&mut self) -> Result<(), Error> {
        self.refuse_other_encoder()?;
        self.erase_again()?;
        if self.lacks_new_messages_alone()? { Ok(()) } else { self.catch_up() }
    }

    /// Whether what answers is right as far as it goes: nothing that it shows was changed, closed or taken away since.
    fn lacks_new_messages_alone(&mut self) -> Result<bool, Error> {
        let Some(indexed) = self.store.indexed_generation()? else { return Ok(false) };
        if self.store.wants_purge()? {
            return Ok(false);
        }
        self.resolve_if_others_are_known()?;
        let built = builds(&self.place.lexical());
        let whole = self.store.generation()? == indexed && built == Some((indexed, indexed));
        Ok(whole && self.store.only_messages_were_added()?)
    }

    /// The rest of [`Self::recover`], after [`Self::make_ready`]: new messages, vectors that were never made, lists that
    /// do not fit any more, the languages of the index. Says whether there is something new to answer from.
    ///
    /// # Errors
    /// What the stages say.
    pub fn look_over(&mut self) -> Result<bool, Error> {
        let generation = self.store.generation()?;
        self.catch_up()?;
        let encoded = self.encode(Scope::All, &mut |_| {})?;
        let arranged = self.arrange()?;
        self.update_lexical(&mut |_| {})?;
        self.store.checkpoint()?;
        self.send(&mut |_| {})?;
        Ok(encoded > 0 || arranged || self.store.generation()? != generation)
    }

    fn catch_up_from_scratch(&mut self) -> Result<(), Error> {
        self.derive(&mut IngestReport::default(), &mut |_| {})?;
        self.resolved = Some(self.digest_of_accounts()?);
        self.write_quarantine_file()
    }

    /// Names everything that decides who is who and that a record can change.
    fn digest_of_accounts(&self) -> Result<[u8; 32], Error> {
        struct Hashed(blake3::Hasher);
        impl std::fmt::Write for Hashed {
            fn write_str(&mut self, text: &str) -> std::fmt::Result {
                self.0.update(text.as_bytes());
                Ok(())
            }
        }
        let mut hashed = Hashed(blake3::Hasher::new());
        let known = (self.store.accounts()?, self.store.sources()?, self.store.decisions()?);
        // Writing into a hash cannot fail.
        let _ = write!(hashed, "{known:?}");
        Ok(*hashed.0.finalize().as_bytes())
    }

    /// [`Self::recover`], and seals what is there: after a restore. What another encoder made is made anew, as the
    /// next generation.
    ///
    /// # Errors
    /// What the stages say.
    pub fn settle(&mut self) -> Result<(), Error> {
        if self.refuse_other_encoder().is_err() {
            self.reindex(&mut |_| {})?;
        } else {
            self.recover()?;
        }
        crate::doctor::seal::put_on(&self.folder, &self.place)
    }

    /// Finishes what a process that was killed left, and erases once more what came back with an old store.
    ///
    /// # Errors
    /// [`Error::OtherEncoder`] if the index holds vectors of another model; what the stages say.
    pub fn recover(&mut self) -> Result<(), Error> {
        self.refuse_other_encoder()?;
        self.erase_again()?;
        self.catch_up_from_scratch()
    }
}

#[cfg(test)]
mod tests;
