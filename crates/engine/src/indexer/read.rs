//! Reading and cleaning: the parser on one thread, cleaning and the store on the others.

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use index::Store;
use index::store::{QuarantineRecord, SourceRow, Upsert};
use ingest::formats::{self, DefaultRights, Sink};
use ingest::{Export, Format, FormatError, Issue, RawMessage, ReadReport, Record};
use model::{Message, SourceName, Visibility};
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
            Ok(Ok(read)) => {
                report.skipped = read.skipped;
                report.warnings = read.warnings;
            }
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
            let mut shelf =
                Shelf { store: &self.store, export: name, format, sources: BTreeSet::new(), report };
            let stored = shelf.store_batches(receiver, &mut |done| {
                progress(Progress { stage: Stage::Read, done, total: Some(total) });
            });
            let read = parser.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            stored.map(|()| read)
        })
    }
}

/// The store's side of the channel.
struct Shelf<'a> {
    store: &'a Store,
    export: &'a str,
    format: &'static dyn Format,
    /// Sources that are noted already.
    sources: BTreeSet<SourceName>,
    report: &'a mut ExportReport,
}

impl Shelf<'_> {
    /// Cleans and stores batches until the parser is done.
    fn store_batches(
        &mut self,
        receiver: Receiver<Batch>,
        progress: &mut dyn FnMut(u64),
    ) -> Result<(), Error> {
        let (mut bytes, mut uncommitted) = (0, 0);
        for batch in receiver {
            bytes += batch.bytes;
            uncommitted += batch.items.len();
            for item in cleaned(batch.items) {
                match item {
                    Cleaned::Message(message) => self.message(&message)?,
                    Cleaned::Other(record) => self.record(record)?,
                    Cleaned::Issue(issue) => self.quarantine(issue)?,
                }
            }
            if uncommitted >= COMMIT_EVERY {
                uncommitted = 0;
                self.store.commit()?;
                self.store.begin()?;
            }
            progress(bytes);
        }
        Ok(())
    }

    fn message(&mut self, message: &Message) -> Result<(), Error> {
        self.note_source(message)?;
        // Who is only named must be somebody, or what they resolved would credit nobody.
        for key in message.resolved_by.iter().chain(&message.assignee).chain(&message.mentions) {
            self.store.note_account(key)?;
        }
        self.note_members(message.stated_visibility.as_ref())?;
        match self.store.put_message(message)? {
            Upsert::Added => self.report.added += 1,
            Upsert::Changed => self.report.changed += 1,
            Upsert::Same => self.report.same += 1,
        }
        Ok(())
    }

    fn record(&mut self, record: Record) -> Result<(), Error> {
        match record {
            Record::Account(account) => {
                self.store.put_account(&account)?;
            }
            Record::Container(container) => {
                self.note_members(container.stated_visibility.as_ref())?;
                self.store.put_container(&container)?;
            }
            Record::Delete(id) => self.report.deleted += self.store.delete_message(&id)? as u64,
            // Cleaned before it comes here.
            Record::Message(_) => {}
        }
        Ok(())
    }

    /// Notes a source with its first message: a deletion further on may mean every jsonl source.
    fn note_source(&mut self, message: &Message) -> Result<(), Error> {
        let source = message.id.source();
        if self.sources.iter().any(|known| known.as_str() == source) {
            return Ok(());
        }
        let Ok(name) = SourceName::new(source) else { return Ok(()) };
        self.store.put_source(&SourceRow {
            name: name.clone(),
            format: self.format.name().to_owned(),
            participants_read: self.format.default_rights() == DefaultRights::Participants,
        })?;
        self.sources.insert(name);
        Ok(())
    }

    fn note_members(&self, visibility: Option<&Visibility>) -> Result<(), Error> {
        let Some(Visibility::Members(members)) = visibility else { return Ok(()) };
        for key in members {
            self.store.note_account(key)?;
        }
        Ok(())
    }

    fn quarantine(&mut self, issue: Issue) -> Result<(), Error> {
        self.store.put_quarantine(&QuarantineRecord {
            export: self.export,
            file: &issue.place.file,
            line: issue.place.line,
            offset: issue.place.offset,
            reason: &issue.reason,
            hint: issue.hint,
            raw: &issue.raw,
        })?;
        self.report.quarantined += 1;
        if self.report.issues.len() < SHOWN_ISSUES {
            self.report.issues.push(issue);
        }
        Ok(())
    }
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
