//! Reading and cleaning: the parser on one thread, cleaning on all cores, what takes the records on the caller's; each
//! works on while the next ones do.

mod courier;
mod present;
mod shelf;

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::mpsc::{Receiver, sync_channel};

use ingest::policy::{Redacted, Redactor, Suppression, scrub};
use ingest::{Export, Format, FormatError, Gate, Issue, Limits, RawMessage, ReadReport, Record, formats};
use model::{ContainerId, Message};
use rayon::prelude::*;

use super::{ExportReport, Indexer, IngestOptions, Progress, Stage};
use crate::Error;
use courier::{Batch, Courier, Item};
pub(crate) use present::{Present, short_hash};
use shelf::{Bookmark, Shelf};

/// Batches that may wait: bounds the memory of a fast parser before a slow disk.
const WAITING: usize = 8;
/// Batches that may wait once they are cleaned: one is taken while the next is cleaned.
const CLEANED: usize = 2;

/// What got through the gate, cleaned and blotted out.
pub(crate) enum Cleaned {
    Message(Box<Message>),
    /// Anything else but a message.
    Other(Record),
    /// The container is not to be read: what was read of it before must go.
    Shut(ContainerId),
    Issue(Issue),
}

/// What takes the records of an export, in the order they stand there.
pub(crate) trait Taker {
    /// Takes one.
    fn take(&mut self, cleaned: Cleaned) -> Result<(), Error>;

    /// Hears that a batch is done, so many records in all.
    fn batch_done(&mut self, records: u64) -> Result<(), Error> {
        let _ = records;
        Ok(())
    }
}

/// What reading came to: the format's own report, and what the gate kept out.
pub(crate) struct Passed<'p> {
    pub(crate) read: Result<ReadReport, FormatError>,
    pub(crate) gate: Gate<'p>,
    pub(crate) redacted: Redacted,
}

/// Opens an export and tells its format.
pub(crate) fn open(path: &Path, limits: &Limits) -> Result<(Export, &'static dyn Format), FormatError> {
    let export = Export::open(path, limits)?;
    let format = formats::detect(&export)?;
    Ok((export, format))
}

/// An export on its way through a gate.
pub(crate) struct Passing<'p> {
    pub(crate) export: &'p Export,
    pub(crate) format: &'static dyn Format,
    pub(crate) gate: Gate<'p>,
    pub(crate) redactor: &'p Redactor,
    /// What was erased: cleaning finds mentions in texts after the gate.
    pub(crate) erased: &'p Suppression,
    /// So many records are stored already and only pass the gate.
    pub(crate) stored: u64,
}

impl<'p> Passing<'p> {
    /// Takes what gets through to `taker`: parsed on a thread of its own, cleaned on all cores.
    pub(crate) fn pass(
        self,
        taker: &mut dyn Taker,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Passed<'p>, Error> {
        let Self { export, format, gate, redactor, erased, stored } = self;
        let last = Last { redactor, erased };
        let total = export.total_bytes();
        let (sender, receiver) = sync_channel(WAITING);
        std::thread::scope(|scope| {
            let parser = scope.spawn(move || {
                let mut courier = Courier::new(sender, gate, stored);
                let read = format.read(export, &mut courier);
                (read, courier.finish())
            });
            let (done, taking) = sync_channel(CLEANED);
            let cleaner = scope.spawn(move || {
                for Batch { items, bytes, records } in receiver {
                    if done.send(CleanedBatch { items: cleaned(items, &last), bytes, records }).is_err() {
                        break;
                    }
                }
            });
            let taken = take_batches(taking, taker, &mut |done| {
                progress(Progress { stage: Stage::Read, done, total: Some(total) });
            });
            // Who broke off may have left an export half read: that must not look like its end.
            cleaner.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            let (read, gate) = parser.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            taken.map(|redacted| Passed { read, gate, redacted })
        })
    }
}

/// As [`Batch`].
struct CleanedBatch {
    items: Vec<(Cleaned, Redacted)>,
    bytes: u64,
    records: u64,
}

fn take_batches(
    receiver: Receiver<CleanedBatch>,
    taker: &mut dyn Taker,
    progress: &mut dyn FnMut(u64),
) -> Result<Redacted, Error> {
    let mut bytes = 0;
    let mut redacted = Redacted::default();
    for batch in receiver {
        bytes += batch.bytes;
        for (item, blotted) in batch.items {
            redacted += blotted;
            taker.take(item)?;
        }
        taker.batch_done(batch.records)?;
        progress(bytes);
    }
    Ok(redacted)
}

/// What is done to a message last.
struct Last<'p> {
    redactor: &'p Redactor,
    erased: &'p Suppression,
}

/// Cleans and blots out the messages of a batch on all cores; order stays.
fn cleaned(items: Vec<Item>, last: &Last<'_>) -> Vec<(Cleaned, Redacted)> {
    let Last { redactor, erased } = *last;
    let clean = |raw: Box<RawMessage>| {
        let mut message = ingest::record::cleaned(*raw);
        let redacted = redactor.message(&mut message);
        if !erased.is_empty() {
            scrub(&mut message, &|key| erased.account(key).is_some());
        }
        (Cleaned::Message(Box::new(message)), redacted)
    };
    items
        .into_par_iter()
        .with_min_len(64)
        .map(|item| match item {
            Item::Record(Record::Message(raw)) => clean(raw),
            Item::Record(record) => (Cleaned::Other(record), Redacted::default()),
            Item::Shut(container) => (Cleaned::Shut(container), Redacted::default()),
            Item::Issue(mut issue) => {
                let redacted = redactor.raw(&mut issue.raw);
                (Cleaned::Issue(issue), redacted)
            }
        })
        .collect()
}

/// An opened export.
pub(super) struct Source<'a> {
    pub(super) export: &'a Export,
    pub(super) format: &'static dyn Format,
    /// How the store calls it.
    pub(super) name: &'a str,
    /// Whether it is an export, whose fingerprint tells it from every other one, and not a stream of events.
    pub(super) is_export: bool,
}

impl Indexer {
    /// Reads one export into the store. A broken one is part of the report, not an error.
    pub(super) fn read_export(
        &mut self,
        path: &Path,
        options: &IngestOptions,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<ExportReport, Error> {
        let mut report = ExportReport { path: path.to_owned(), ..ExportReport::default() };
        match open(path, &self.config.limits) {
            Ok((export, format)) => {
                let name = path.display().to_string();
                let source = Source { export: &export, format, name: &name, is_export: true };
                self.read_opened(&source, options, &mut report, progress)?;
                let found = std::mem::take(&mut report.found);
                if !found.is_empty() {
                    self.list_found(&found)?;
                    // Others may have named them before their address told who they are.
                    self.erase_again()?;
                }
            }
            Err(error) => report.broken = Some(error.to_string()),
        }
        Ok(report)
    }

    /// Reads an opened export into the store; goes on where a killed run stopped.
    pub(super) fn read_opened(
        &self,
        source: &Source<'_>,
        options: &IngestOptions,
        report: &mut ExportReport,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<(), Error> {
        let Source { export, format, name, is_export } = *source;
        report.format = Some(format.name());
        let mut mark = Bookmark::new(
            name,
            format!("{}/{}/{:?}", export.fingerprint(), self.policy.digest(), options.since),
        );
        mark.is_export = is_export;
        // Who says that nothing is missing needs every id.
        if is_export && !options.complete {
            mark.stored = self.store.checkpoint_of(name, &mark.fingerprint)?.unwrap_or(0);
        }
        report.resumed = mark.stored;
        let stored = mark.stored;
        let gate = Gate::new(&self.policy, &self.suppression, options.now, options.since);
        let passing =
            Passing { export, format, gate, redactor: &self.redactor, erased: &self.suppression, stored };
        // A long export is committed in between, too.
        self.store.in_transaction(|| -> Result<(), Error> {
            if stored == 0 {
                self.store.clear_quarantine(name)?;
            }
            let mut shelf = Shelf::new(&self.store, format, mark, report);
            shelf.present = options.complete.then(Present::default);
            shelf.stop = Some(&self.stop);
            let passed = passing.pass(&mut shelf, progress)?;
            let present = shelf.present.take();
            report.found = passed.gate.found().map(|(key, mode)| (key.clone(), mode)).collect();
            report.note(passed);
            self.delete_absent(present, report)?;
            Ok(self.store.clear_checkpoint(name)?)
        })?;
        tracing::info!(
            source.format = format.name(),
            added = report.added,
            changed = report.changed,
            same = report.same,
            refused = report.refused_by_policy,
            quarantined = report.quarantined,
            "read an export"
        );
        Ok(())
    }

    /// Deletes what is stored of containers that an export holds whole, and is not in it.
    fn delete_absent(&self, present: Option<Present>, report: &mut ExportReport) -> Result<(), Error> {
        let Some(present) = present else { return Ok(()) };
        if let Some(why) = report.not_whole() {
            report.warnings.push(why);
            return Ok(());
        }
        for id in present.absent(&self.store)? {
            report.deleted += self.store.delete_message(&id)? as u64;
        }
        Ok(())
    }
}

/// What a sink answers while the other side still listens.
const GO_ON: ControlFlow<()> = ControlFlow::Continue(());
