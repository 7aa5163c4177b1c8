//! Documents on their way: conversations are handed to those who make them, what comes back is written and committed.
//!
//! Decision: nothing waits until all of a commit's documents are made. Conversations of the next containers are on
//! their way already when the last of a commit come back; since everything comes back in the order in which it was
//! handed over, a commit still holds whole containers. Price: which conversation a message is in may be committed
//! before the documents are that follow from it, where all of a container is made again.

use std::collections::VecDeque;
use std::ops::ControlFlow;
use std::sync::Arc;

use index::store::DocumentSync;
use model::{AudienceTable, Container, ConversationId, Document, Message};

use super::Indexer;
use super::ahead::Ahead;
use crate::Error;

/// Conversations whose documents are made together, on all cores, at most …
const CONVERSATIONS: usize = 256;
/// … unless they have so many bytes of text: bounds memory where texts are long.
const BYTES: usize = 256 * 1024;
/// Once so many messages are put together, what is made of them is committed: a run that is killed makes no more
/// than these again, and what was on its way.
const MESSAGES: usize = 20_000;

/// A conversation whose documents are to be made.
pub(super) struct ToMake {
    pub(super) container: Arc<Container>,
    /// The container's number in the run.
    pub(super) number: u64,
    pub(super) conversation: ConversationId,
    pub(super) messages: Vec<Message>,
}

/// A document, the number of its container, and the code of its language, if that is clear.
pub(super) type Made = (u64, Document, Option<&'static str>);

/// Containers whose documents are being made, in a transaction that is open.
pub(super) struct Making<'i, 'p> {
    indexer: &'i Indexer,
    ahead: Ahead<Vec<ToMake>, Vec<Made>>,
    /// Conversations that are not handed over yet: small containers go together.
    waiting: Vec<ToMake>,
    /// How much text they have.
    bytes: usize,
    /// For each piece on its way: how many containers are to be committed once it is back.
    due: VecDeque<Option<u64>>,
    /// Containers that are begun and not committed, the oldest first.
    syncs: VecDeque<DocumentSync<'i>>,
    /// How many are committed.
    done: u64,
    /// Messages since the last container after which there is a commit.
    messages: usize,
    audiences: AudienceTable,
    /// How many of them are in the store.
    known_audiences: usize,
    /// This run has a generation of its own.
    counted: bool,
    progress: &'p mut dyn FnMut(u64),
}

impl<'i, 'p> Making<'i, 'p> {
    pub(super) fn new(
        indexer: &'i Indexer,
        ahead: Ahead<Vec<ToMake>, Vec<Made>>,
        audiences: AudienceTable,
        progress: &'p mut dyn FnMut(u64),
    ) -> Self {
        Self {
            indexer,
            ahead,
            waiting: Vec::new(),
            bytes: 0,
            due: VecDeque::new(),
            syncs: VecDeque::new(),
            done: 0,
            messages: 0,
            known_audiences: audiences.len(),
            audiences,
            counted: false,
            progress,
        }
    }

    /// Begins a container, and gives its number.
    pub(super) fn begin(&mut self, sync: DocumentSync<'i>) -> u64 {
        self.syncs.push_back(sync);
        self.done + self.syncs.len() as u64 - 1
    }

    /// Lets a conversation wait; breaks once enough wait.
    pub(super) fn wait(&mut self, conversation: ToMake) -> ControlFlow<()> {
        let bytes = |message: &Message| message.text.len() + message.quoted.len();
        self.bytes += conversation.messages.iter().map(bytes).sum::<usize>();
        self.waiting.push(conversation);
        if self.is_full() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    fn is_full(&self) -> bool {
        self.waiting.len() >= CONVERSATIONS || self.bytes >= BYTES
    }

    /// Hands over what waits, if that is enough; says whether it was.
    pub(super) fn give_full(&mut self) -> Result<bool, Error> {
        let full = self.is_full();
        if full {
            self.give(None)?;
        }
        Ok(full)
    }

    /// Ends a container of so many messages.
    pub(super) fn end(&mut self, messages: usize) -> Result<(), Error> {
        self.messages += messages;
        if self.messages < MESSAGES {
            return Ok(());
        }
        self.messages = 0;
        self.give(Some(self.done + self.syncs.len() as u64))
    }

    /// Commits what is to be committed before anything else is.
    pub(super) fn commit_due(&mut self) -> Result<(), Error> {
        while self.due.iter().any(Option::is_some) {
            self.take()?;
        }
        Ok(())
    }

    /// Writes all that is on its way.
    pub(super) fn finish(mut self) -> Result<(), Error> {
        self.give(Some(self.done + self.syncs.len() as u64))?;
        while !self.due.is_empty() {
            self.take()?;
        }
        Ok(())
    }

    fn give(&mut self, due: Option<u64>) -> Result<(), Error> {
        let waiting = std::mem::take(&mut self.waiting);
        self.bytes = 0;
        self.due.push_back(due);
        match self.ahead.give(waiting)? {
            Some(made) => self.put(made),
            None => Ok(()),
        }
    }

    fn take(&mut self) -> Result<(), Error> {
        match self.ahead.take()? {
            Some(made) => self.put(made),
            None => Ok(()),
        }
    }

    /// Writes documents, in the order of containers and conversations, and commits if they were the last of a commit.
    fn put(&mut self, documents: Vec<Made>) -> Result<(), Error> {
        for (number, document, language) in documents {
            let audience = self.audiences.intern(&document.visibility);
            if let Some(sync) = self.syncs.get_mut((number - self.done) as usize) {
                sync.put(&document, audience, language)?;
            }
        }
        match self.due.pop_front().flatten() {
            Some(due) => self.commit(due),
            None => Ok(()),
        }
    }

    /// Commits the first `due` containers of the run.
    fn commit(&mut self, due: u64) -> Result<(), Error> {
        let store = &self.indexer.store;
        store.put_audiences(&self.audiences, self.known_audiences)?;
        self.known_audiences = self.audiences.len();
        while self.done < due {
            let Some(sync) = self.syncs.pop_front() else { break };
            self.done += 1;
            let container = sync.container().clone();
            let changes = sync.finish()?;
            let differs = !changes.written.is_empty() || !changes.removed.is_empty();
            if differs && !self.counted {
                // In the same transaction as the documents: a crash before the lexical commit is seen by the
                // number.
                store.next_generation()?;
                self.counted = true;
            }
            store.mark_clean(&container)?;
        }
        store.commit()?;
        store.begin()?;
        (self.progress)(self.done);
        self.indexer.go_on()
    }
}
