//! Documents into the lexical index: only what changed, or all of it; and the quarantine file.

use std::io::Write;

use index::lexical::{LexicalWriter, WriterConfig, builds};
use index::store::DocumentToIndex;
use serde::Serialize;
use text::Language;

use super::ahead::{FEW, ahead};
use super::{Indexer, Progress, Stage};
use crate::Error;
use crate::private::sync_names_beside;

/// Documents that are cut into tokens together where some were there before: taking those out is one deletion.
const BATCH: usize = 2_048;
/// The same of an index that is made anew: few, so that writing the first need not wait long.
const PIECE: usize = 512;
/// Memory of the write buffer for what a server is sent, which is little each time: as little as tantivy takes.
const LITTLE: usize = 15_000_000;
/// A language is one of the index's if at least one of so many documents is in it …
const LANGUAGE_SHARE: u64 = 50;
/// … and at least so many are.
const LANGUAGE_DOCUMENTS: u64 = 20;

/// From so many documents on, what a server is sent does not change the languages of its index.
const SETTLED_DOCUMENTS: u64 = 5_000;

/// The setting that holds the codes of the index's languages.
const LANGUAGES: &str = "languages";

impl Indexer {
    /// Brings the lexical index to the store's generation: with what the store noted since the last time, or,
    /// if the index is not what the store thinks it is, from nothing.
    pub(super) fn update_lexical(&mut self, progress: &mut dyn FnMut(Progress)) -> Result<(), Error> {
        progress(Progress { stage: Stage::Index, done: 0, total: None });
        let spoken = self.spoken_languages()?;
        let codes = spoken.iter().map(|language| language.code()).collect::<Vec<_>>().join(" ");
        let same_languages = self.store.setting(LANGUAGES)?.as_deref() == Some(codes.as_str());
        let generation = self.store.generation()?;
        let built = builds(&self.place.lexical());
        if same_languages && built == Some((generation, generation)) {
            // A crash may have come between the lexical commit and this note.
            return self.note_indexed(generation);
        }
        let noted_since = self.store.indexed_generation()?;
        // A partition that is newer already takes the same changes once more, to no effect.
        let in_reach = built
            .zip(noted_since)
            .is_some_and(|((oldest, newest), noted)| oldest >= noted && newest <= generation);
        let incremental = same_languages && in_reach;
        let generation = if same_languages { generation } else { self.change_languages(&codes)? };
        let open = if incremental { LexicalWriter::open } else { LexicalWriter::create };
        let mut writer = open(&self.place.lexical(), &spoken, &self.config.writer)?;
        crate::folder::owner_only_folder(&self.place.lexical())?;
        sync_names_beside(&self.place.lexical())?;
        if incremental {
            self.index_changes(&mut writer, progress)?;
        } else {
            self.index_all(&mut writer, progress)?;
        }
        // Its last segments are written by one thread and the disk: time to fold the store's log.
        std::thread::scope(|scope| {
            let committing = scope.spawn(|| writer.commit(generation));
            let folded = self.store.fold();
            committing.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
            folded
        })?;
        tracing::info!(generation, incremental, "updated the lexical index");
        self.note_indexed(generation)
    }

    /// Takes into the lexical index what the store noted since the last time, in the languages that it has. An
    /// index that is not what the store thinks it is is made anew.
    pub(super) fn take_in_noted(&mut self) -> Result<(), Error> {
        if self.store.newest_document()? < SETTLED_DOCUMENTS {
            return self.update_lexical(&mut |_| {});
        }
        let codes = self.store.setting(LANGUAGES)?.unwrap_or_default();
        let generation = self.store.generation()?;
        let built = builds(&self.place.lexical());
        if built == Some((generation, generation)) {
            return self.note_indexed(generation);
        }
        let noted_since = self.store.indexed_generation()?;
        if built.is_none_or(|(oldest, newest)| Some(oldest) != noted_since || Some(newest) != noted_since) {
            return self.update_lexical(&mut |_| {});
        }
        let spoken: Vec<Language> = codes.split_whitespace().filter_map(Language::parse).collect();
        let config = WriterConfig { memory_bytes: self.config.writer.memory_bytes.min(LITTLE) };
        let mut writer = LexicalWriter::open(&self.place.lexical(), &spoken, &config)?;
        self.index_changes(&mut writer, &mut |_| {})?;
        writer.commit(generation)?;
        self.note_indexed(generation)
    }

    /// Notes the languages that the index is cut in from now on, as a new generation.
    fn change_languages(&self, codes: &str) -> Result<u64, Error> {
        self.store.in_transaction(|| {
            self.store.set_setting(LANGUAGES, codes)?;
            Ok(self.store.next_generation()?)
        })
    }

    fn note_indexed(&self, generation: u64) -> Result<(), Error> {
        self.store.in_transaction(|| Ok(self.store.mark_indexed(generation)?))
    }

    fn index_changes(
        &self,
        writer: &mut LexicalWriter,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<(), Error> {
        let total = self.store.unindexed_count()?;
        let (mut after, mut done) = (None, 0);
        loop {
            let ids = self.store.unindexed(after, BATCH)?;
            let Some(last) = ids.last() else { return Ok(()) };
            self.go_on()?;
            after = Some(*last);
            let mut batch = Vec::with_capacity(ids.len());
            let mut gone = Vec::new();
            for id in &ids {
                match self.store.document_to_index(*id)? {
                    Some(document) => batch.push(document),
                    // It is gone, or it has become nobody's: it must not stay where it was.
                    None => gone.push(*id),
                }
            }
            writer.remove(&gone)?;
            writer.put(&batch)?;
            done += ids.len() as u64;
            progress(Progress { stage: Stage::Index, done, total: Some(total) });
        }
    }

    /// Documents are read while those before are cut.
    fn index_all(&self, writer: &mut LexicalWriter, progress: &mut dyn FnMut(Progress)) -> Result<(), Error> {
        let (total, _) = self.store.document_counts()?;
        let mut put = |batch: Vec<DocumentToIndex>| writer.put(&batch).map(|()| batch.len() as u64);
        ahead(FEW, &mut put, |mut ahead| -> Result<(), Error> {
            let (mut batch, mut done) = (Vec::with_capacity(PIECE), 0);
            self.store.each_document_to_index(&mut |document| {
                batch.push(document);
                if batch.len() == PIECE {
                    let full = std::mem::replace(&mut batch, Vec::with_capacity(PIECE));
                    if let Some(put) = ahead.give(full)? {
                        done += put?;
                        progress(Progress { stage: Stage::Index, done, total: Some(total) });
                    }
                }
                Ok(())
            })?;
            self.go_on()?;
            ahead.give(batch)?.transpose()?;
            while let Some(put) = ahead.take()? {
                put?;
            }
            Ok(())
        })?;
        progress(Progress { stage: Stage::Index, done: total, total: Some(total) });
        Ok(())
    }

    /// The languages of the documents that everyone may read, the most frequent first; the most frequent one
    /// always, the others if they are more than a trace. Never counts what is hidden.
    fn spoken_languages(&self) -> Result<Vec<Language>, Error> {
        let mut counts = self.store.public_languages()?;
        counts.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
        let total: u64 = counts.iter().map(|(_, count)| count).sum();
        let counts_enough = |place: usize, count: u64| {
            place == 0 || (count >= LANGUAGE_DOCUMENTS && count * LANGUAGE_SHARE >= total)
        };
        let spoken = counts.iter().enumerate().filter(|(place, (_, count))| counts_enough(*place, *count));
        Ok(spoken.filter_map(|(_, (code, _))| Language::parse(code)).collect())
    }

    /// Writes the bad records where people look for them; no file if there are none.
    pub(crate) fn write_quarantine_file(&self) -> Result<(), Error> {
        let path = self.folder.quarantine();
        let mut out = std::io::BufWriter::new(fs_err::File::create(&path)?);
        let mut any = false;
        let mut failed = None;
        self.store.each_quarantined(&mut |bad| {
            any = true;
            let line = QuarantineLine {
                export: &bad.export,
                file: &bad.file,
                line: bad.line,
                offset: bad.offset,
                reason: &bad.reason,
                hint: bad.hint.as_deref(),
                raw: String::from_utf8_lossy(&bad.raw),
            };
            let written = serde_json::to_writer(&mut out, &line).map_err(std::io::Error::from);
            failed = written.and_then(|()| out.write_all(b"\n")).err().or(failed.take());
            Ok(())
        })?;
        out.flush()?;
        drop(out);
        if let Some(error) = failed {
            return Err(error.into());
        }
        if any {
            crate::folder::owner_only(&path)?;
        } else {
            fs_err::remove_file(&path)?;
        }
        Ok(())
    }
}

/// One line of the quarantine file, version 1.
#[derive(Serialize)]
struct QuarantineLine<'a> {
    export: &'a str,
    file: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    offset: Option<u64>,
    reason: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<&'a str>,
    raw: std::borrow::Cow<'a, str>,
}
