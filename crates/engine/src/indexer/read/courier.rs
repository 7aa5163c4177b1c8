//! The parser's side of the channel, with the gate in it.

use std::ops::ControlFlow;
use std::sync::mpsc::SyncSender;

use ingest::formats::Sink;
use ingest::policy::Passage;
use ingest::{Gate, Issue, Record};
use model::{Container, ContainerId};

use super::GO_ON;

/// Records that travel together from the parser to the store.
const BATCH: usize = 512;

/// What the parser hands over.
#[derive(Default)]
pub(super) struct Batch {
    pub(super) items: Vec<Item>,
    pub(super) bytes: u64,
    /// How many records the format had handed out when the batch was sent.
    pub(super) records: u64,
}

pub(super) enum Item {
    Record(Record),
    Shut(ContainerId),
    Issue(Issue),
}

/// The parser's side of the channel.
pub(super) struct Courier<'p> {
    sender: SyncSender<Batch>,
    batch: Batch,
    gate: Gate<'p>,
    records: u64,
    /// So many records are stored already: they only pass the gate, which must know their containers.
    stored: u64,
}

impl<'p> Courier<'p> {
    pub(super) fn new(sender: SyncSender<Batch>, gate: Gate<'p>, stored: u64) -> Self {
        Self { sender, batch: Batch::default(), gate, records: 0, stored }
    }

    /// Hands over what is left, and gives the gate back.
    pub(super) fn finish(mut self) -> Gate<'p> {
        let _ = self.send();
        self.gate
    }

    fn push(&mut self, item: Item) -> ControlFlow<()> {
        if self.records <= self.stored {
            return GO_ON;
        }
        self.batch.items.push(item);
        if self.batch.items.len() < BATCH { GO_ON } else { self.send() }
    }

    /// Hands the batch over; breaks if the other side has given up.
    fn send(&mut self) -> ControlFlow<()> {
        self.batch.records = self.records;
        match self.sender.send(std::mem::take(&mut self.batch)) {
            Ok(()) => GO_ON,
            Err(_) => ControlFlow::Break(()),
        }
    }
}

impl Sink for Courier<'_> {
    fn record(&mut self, record: Record) -> ControlFlow<()> {
        self.records += 1;
        match self.gate.record(record) {
            Passage::Through(record) => self.push(Item::Record(record)),
            Passage::Under(account, message) => {
                self.push(Item::Record(Record::Account(*account)))?;
                self.push(Item::Record(Record::Message(message)))
            }
            Passage::Shut(container) => self.push(Item::Shut(container)),
            Passage::Kept => GO_ON,
        }
    }

    fn issue(&mut self, issue: Issue) -> ControlFlow<()> {
        self.records += 1;
        self.push(Item::Issue(issue))
    }

    fn admits(&mut self, container: &Container) -> bool {
        self.gate.container(container).is_none()
    }

    fn admits_notes(&mut self, container: &ContainerId) -> bool {
        self.gate.notes(container).is_none()
    }

    fn progress(&mut self, bytes: u64) {
        self.batch.bytes += bytes;
    }
}
