//! Reading and cleaning: the parser on one thread, cleaning and the store on the others.

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use index::Store;
use index::store::{QuarantineRecord, SourceRow, Upsert};
use ingest::formats::{self, DefaultRights, Sink};
use ingest::{Export, Format, FormatError, Issue, RawMessage, ReadReport, Record};
use model::Message;
use rayon::prelude::*;

use super::report::SHOWN_ISSUES;
use super::{ExportReport, Indexer, Progress, Stage};
use crate::Error;

/// Records that travel together from the parser to the store.
const BATCH: usize = 512;
/// Batches that may wait: bounds the memory of a fast parser before a slow disk.
const WAITING: usize = 8;
/// Records between two commits: a killed run loses at most these, and reads them again.
const COMMIT_EVERY: usize = 20_000;

/// What the parser hands over.
#[derive(Default)]
struct Batch {
    items: Vec<Item>,
    bytes: u64,
}

enum Item {
    Record(Record),
    Issue(Issue),
}

/// The parser's side of the channel.
struct Courier {
    sender: SyncSender<Batch>,
    batch: Batch,
}

impl Courier {
    fn push(&mut self, item: Item) -> ControlFlow<()> {
        self.batch.items.push(item);
        if self.batch.items.len() < BATCH { ControlFlow::Continue(()) } else { self.send() }
    }

    /// Hands the batch over; breaks if the other side has given up.
    fn send(&mut self) -> ControlFlow<()> {
        match self.sender.send(std::mem::take(&mut self.batch)) {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        }
    }
}

impl Sink for Courier {
    fn record(&mut self, record: Record) -> ControlFlow<()> {
        self.push(Item::Record(record))
    }

    fn issue(&mut self, issue: Issue) -> ControlFlow<()> {
        self.push(Item::Issue(issue))
    }

    fn progress(&mut self, bytes: u64) {
        self.batch.bytes += bytes;
    }
}

impl Indexer {
    /// Reads one export into the store. A broken one is part of the report, not an error.
    pub(super) fn read_export(
        &mut self,
        path: &Path,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<ExportReport, Error> {
        let mut report = ExportReport { path: path.to_owned(), ..ExportReport::default() };
        let opened = Export::open(path, &self.config.limits).map_err(FormatError::from);
        let (export, format) =
            match opened.and_then(|export| formats::detect(&export).map(|format| (export, format))) {
                Ok(found) => found,
                Err(error) => {
                    report.broken = Some(error.to_string());
                    return Ok(report);
                }
            };
        report.format = Some(format.name());
        let name = path.display().to_string();
        self.store.begin()?;
        let read = self.read_into_store(&export, format, &name, &mut report, progress);
        match read {
            Ok(Ok(read)) => self.note_sources(&read, format, &mut report)?,
            Ok(Err(error)) => report.broken = Some(error.to_string()),
            Err(error) => {
                self.store.roll_back()?;
                return Err(error);
            }
        }
        self.store.commit()?;
        tracing::info!(
            source.format = format.name(),
            added = report.added,
            changed = report.changed,
            same = report.same,
            quarantined = report.quarantined,
            "read an export"
        );
        Ok(report)
    }

    /// Runs the parser on its own thread and stores what it hands over.
    fn read_into_store(
        &self,
        export: &Export,
        format: &'static dyn Format,
        name: &str,
        report: &mut ExportReport,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Result<ReadReport, FormatError>, Error> {
        let total = export.total_bytes();
        let (sender, receiver) = sync_channel(WAITING);
        self.store.clear_quarantine(name)?;
        std::thread::scope(|scope| {
            let parser = scope.spawn(move || {
                let mut courier = Courier { sender, batch: Batch::default() };
                let read = format.read(export, &mut courier);
                let _ = courier.send();
                read
            });
            let stored = store_batches(&self.store, receiver, name, report, &mut |done| {
                progress(Progress { stage: Stage::Read, done, total: Some(total) });
            });
            let read = parser.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            stored.map(|()| read)
        })
    }

    fn note_sources(
        &self,
        read: &ReadReport,
        format: &'static dyn Format,
        report: &mut ExportReport,
    ) -> Result<(), Error> {
        report.skipped.clone_from(&read.skipped);
        report.warnings.clone_from(&read.warnings);
        for name in &read.source_names {
            self.store.put_source(&SourceRow {
                name: name.clone(),
                format: format.name().to_owned(),
                participants_read: format.default_rights() == DefaultRights::Participants,
            })?;
        }
        Ok(())
    }
}

/// Cleans and stores batches until the parser is done.
fn store_batches(
    store: &Store,
    receiver: Receiver<Batch>,
    export: &str,
    report: &mut ExportReport,
    progress: &mut dyn FnMut(u64),
) -> Result<(), Error> {
    let (mut bytes, mut uncommitted) = (0, 0);
    for batch in receiver {
        bytes += batch.bytes;
        uncommitted += batch.items.len();
        for item in cleaned(batch.items) {
            match item {
                Cleaned::Message(message) => match store.put_message(&message)? {
                    Upsert::Added => report.added += 1,
                    Upsert::Changed => report.changed += 1,
                    Upsert::Same => report.same += 1,
                },
                Cleaned::Other(Record::Delete(id)) => report.deleted += store.delete_message(&id)? as u64,
                Cleaned::Other(record) => put_record(store, record)?,
                Cleaned::Issue(issue) => quarantine(store, export, issue, report)?,
            }
        }
        if uncommitted >= COMMIT_EVERY {
            uncommitted = 0;
            store.commit()?;
            store.begin()?;
        }
        progress(bytes);
    }
    Ok(())
}

enum Cleaned {
    Message(Box<Message>),
    Other(Record),
    Issue(Issue),
}

/// Cleans the messages of a batch on all cores; order stays.
fn cleaned(items: Vec<Item>) -> Vec<Cleaned> {
    let clean = |raw: Box<RawMessage>| Cleaned::Message(Box::new(ingest::record::cleaned(*raw)));
    items
        .into_par_iter()
        .with_min_len(64)
        .map(|item| match item {
            Item::Record(Record::Message(raw)) => clean(raw),
            Item::Record(record) => Cleaned::Other(record),
            Item::Issue(issue) => Cleaned::Issue(issue),
        })
        .collect()
}

fn put_record(store: &Store, record: Record) -> Result<(), Error> {
    match record {
        Record::Account(account) => {
            store.put_account(&account)?;
        }
        Record::Container(container) => {
            store.put_container(&container)?;
        }
        // Messages and deletions are counted where they come in.
        Record::Message(_) | Record::Delete(_) => {}
    }
    Ok(())
}

fn quarantine(store: &Store, export: &str, issue: Issue, report: &mut ExportReport) -> Result<(), Error> {
    store.put_quarantine(&QuarantineRecord {
        export,
        file: &issue.place.file,
        line: issue.place.line,
        offset: issue.place.offset,
        reason: &issue.reason,
        hint: issue.hint,
        raw: &issue.raw,
    })?;
    report.quarantined += 1;
    if report.issues.len() < SHOWN_ISSUES {
        report.issues.push(issue);
    }
    Ok(())
}
