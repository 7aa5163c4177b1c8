//! Reading and cleaning: the parser on one thread, cleaning and what takes the records on the others.

mod courier;
mod shelf;

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::mpsc::{Receiver, sync_channel};

use ingest::policy::{Redacted, Redactor};
use ingest::{Export, Format, FormatError, Gate, Issue, Limits, RawMessage, ReadReport, Record, formats};
use model::{ContainerId, Message};
use rayon::prelude::*;

use super::{ExportReport, Indexer, IngestOptions, Progress, Stage};
use crate::Error;
use courier::{Batch, Courier, Item};
use shelf::Shelf;

/// Batches that may wait: bounds the memory of a fast parser before a slow disk.
const WAITING: usize = 8;

/// What got through the gate, cleaned and blotted out.
pub(super) enum Cleaned {
    Message(Box<Message>),
    /// Anything else but a message.
    Other(Record),
    /// The container is not to be read: what was read of it before must go.
    Shut(ContainerId),
    Issue(Issue),
}

/// What takes the records of an export, in the order they stand there.
pub(super) trait Taker {
    /// Takes one.
    fn take(&mut self, cleaned: Cleaned) -> Result<(), Error>;

    /// Hears that a batch is done, so many records in all.
    fn batch_done(&mut self, records: u64) -> Result<(), Error> {
        let _ = records;
        Ok(())
    }
}

/// What reading came to: the format's own report, and what the gate kept out.
pub(super) struct Passed<'p> {
    pub(super) read: Result<ReadReport, FormatError>,
    pub(super) gate: Gate<'p>,
    pub(super) redacted: Redacted,
}

/// Opens an export and tells its format.
pub(super) fn open(path: &Path, limits: &Limits) -> Result<(Export, &'static dyn Format), FormatError> {
    let export = Export::open(path, limits)?;
    let format = formats::detect(&export)?;
    Ok((export, format))
}

/// Takes an export through the gate to `taker`: parsed on a thread of its own, cleaned on all cores.
pub(super) fn pass<'p>(
    export: &Export,
    format: &'static dyn Format,
    gate: Gate<'p>,
    redactor: &Redactor,
    taker: &mut dyn Taker,
    progress: &mut dyn FnMut(Progress),
) -> Result<Passed<'p>, Error> {
    let total = export.total_bytes();
    let (sender, receiver) = sync_channel(WAITING);
    std::thread::scope(|scope| {
        let parser = scope.spawn(move || {
            let mut courier = Courier::new(sender, gate);
            let read = format.read(export, &mut courier);
            (read, courier.finish())
        });
        let taken = take_batches(receiver, redactor, taker, &mut |done| {
            progress(Progress { stage: Stage::Read, done, total: Some(total) });
        });
        let (read, gate) = parser.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        taken.map(|redacted| Passed { read, gate, redacted })
    })
}

fn take_batches(
    receiver: Receiver<Batch>,
    redactor: &Redactor,
    taker: &mut dyn Taker,
    progress: &mut dyn FnMut(u64),
) -> Result<Redacted, Error> {
    let (mut bytes, mut records) = (0, 0);
    let mut redacted = Redacted::default();
    for batch in receiver {
        bytes += batch.bytes;
        records += batch.items.len() as u64;
        for (item, blotted) in cleaned(batch.items, redactor) {
            redacted += blotted;
            taker.take(item)?;
        }
        taker.batch_done(records)?;
        progress(bytes);
    }
    Ok(redacted)
}

/// Cleans and blots out the messages of a batch on all cores; order stays.
fn cleaned(items: Vec<Item>, redactor: &Redactor) -> Vec<(Cleaned, Redacted)> {
    let clean = |raw: Box<RawMessage>| {
        let mut message = ingest::record::cleaned(*raw);
        let redacted = redactor.message(&mut message);
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
                self.read_opened(&export, format, &name, options, &mut report, progress)?;
            }
            Err(error) => report.broken = Some(error.to_string()),
        }
        Ok(report)
    }

    /// Reads an opened export into the store, as `name`.
    pub(super) fn read_opened(
        &self,
        export: &Export,
        format: &'static dyn Format,
        name: &str,
        options: &IngestOptions,
        report: &mut ExportReport,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<(), Error> {
        report.format = Some(format.name());
        self.store.begin()?;
        let gate = Gate::new(&self.policy, options.now, options.since);
        self.store.clear_quarantine(name)?;
        let mut shelf = Shelf::new(&self.store, name, format, report);
        let passed = pass(export, format, gate, &self.redactor, &mut shelf, progress);
        match passed {
            Ok(passed) => report.note(passed),
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
            refused = report.refused_by_policy,
            quarantined = report.quarantined,
            "read an export"
        );
        Ok(())
    }
}

/// What a sink answers while the other side still listens.
const GO_ON: ControlFlow<()> = ControlFlow::Continue(());
