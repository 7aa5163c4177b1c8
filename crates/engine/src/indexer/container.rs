//! One container: its messages into conversations, these into documents.
//!
//! Decision: conversations are put together anew from all of the container's messages, but where only messages
//! were added, edited or deleted, documents are made only of the conversations that this touches. Price: what
//! somebody posts in a busy channel costs a look at the heads of all its messages, not at their texts.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use index::store::DocumentSync;
use ingest::conversations::{MessageHead, assemble};
use ingest::evidence;
use model::{
    AccountKey, AudienceTable, Container, Conversation, ConversationId, Document, Message, MessageId,
    Visibility,
};
use rayon::prelude::*;

use super::Indexer;
use super::ahead::{Ahead, ahead};
use super::documents::Context;
use crate::Error;

/// Conversations whose documents are made together, on all cores.
const CONVERSATIONS: usize = 256;
/// Messages whose heads are read together, on all cores.
const HEADS: usize = 2_048;
/// Once so many messages are put together, what is made of them is committed: a run that is killed makes no more
/// than these again.
const MESSAGES: usize = 20_000;

impl Indexer {
    /// Makes the documents of the next containers again, in the transaction that is open, and says of how many:
    /// while one is read and put together, those of the one before are made. `counted` says whether this run has
    /// a generation of its own yet.
    pub(super) fn documents_of_next(
        &self,
        containers: &mut dyn Iterator<Item = Container>,
        context: &Context,
        audiences: &mut AudienceTable,
        counted: &mut bool,
    ) -> Result<u64, Error> {
        let known_audiences = audiences.len();
        let config = &self.config.evidence;
        let work = |conversations| documents_of(conversations, context, config);
        let syncs = ahead(work, |ahead| {
            let waiting = Vec::with_capacity(CONVERSATIONS);
            let mut group = Group { ahead, waiting, syncs: Vec::new(), audiences: &mut *audiences };
            let mut messages = 0;
            for container in containers {
                messages += self.hand_over(container, context, &mut group)?;
                if messages >= MESSAGES {
                    break;
                }
            }
            group.finish()
        })?;
        self.store.put_audiences(audiences, known_audiences)?;
        let done = syncs.len() as u64;
        for sync in syncs {
            let container = sync.container().clone();
            let changes = sync.finish()?;
            let differs = !changes.written.is_empty() || !changes.removed.is_empty();
            if differs && !*counted {
                // In the same transaction as the documents: a crash before the lexical commit is seen by the
                // number.
                self.store.next_generation()?;
                *counted = true;
            }
            self.store.mark_clean(&container)?;
        }
        Ok(done)
    }

    /// Puts a container's messages together and hands its conversations to those who make documents; says how many
    /// messages it has.
    fn hand_over<'store>(
        &'store self,
        container: Container,
        context: &Context,
        group: &mut Group<'store, '_>,
    ) -> Result<usize, Error> {
        let container = Arc::new(container);
        let mut changed = self.store.touched(&container.id)?;
        let messages = self.put_together(&container, context, changed.as_mut())?;
        let place = group.syncs.len();
        group.syncs.push(match &changed {
            Some(conversations) => self.store.sync_documents_of(&container.id, conversations)?,
            None => self.store.sync_documents(&container.id)?,
        });
        let mut visit = |id, messages| {
            group.push(ToMake { place, container: Arc::clone(&container), conversation: id, messages })
        };
        match &changed {
            Some(conversations) => {
                self.store.each_conversation_of(&container.id, conversations, &mut visit)?;
            }
            None => self.store.each_conversation(&container.id, &mut visit)?,
        }
        Ok(messages)
    }

    /// Messages into conversations; `changed`, where it is asked for, takes those that have gained or lost one. Says how
    /// many messages there are.
    fn put_together(
        &self,
        container: &Container,
        context: &Context,
        mut changed: Option<&mut BTreeSet<ConversationId>>,
    ) -> Result<usize, Error> {
        // Growing would hold all of them twice, for a moment.
        let count = self.store.count_messages_in(&container.id)?;
        let mut heads: Vec<MessageHead> = Vec::with_capacity(count);
        let mut rows: Vec<(u64, Option<Box<str>>)> = Vec::with_capacity(count);
        let mut waiting: Vec<Message> = Vec::new();
        let mut read = |messages: &mut Vec<Message>| {
            heads.par_extend(messages.par_drain(..).map(|message| {
                let open = context.rights.of(&message, container) == Visibility::Everyone;
                MessageHead::new(message, open)
            }));
        };
        self.store.each_message_head(&container.id, &mut |number, message, conversation| {
            rows.push((number, conversation.map(String::into_boxed_str)));
            waiting.push(message);
            if waiting.len() == HEADS {
                read(&mut waiting);
            }
            Ok(())
        })?;
        read(&mut waiting);
        let shown = |account: &AccountKey| context.shown_names.get(account).map(String::as_str);
        let conversations = assemble(&container.id, &heads, &shown, &self.config.conversations);
        let ids: Vec<MessageId> = heads.into_iter().map(|head| head.id).collect();
        let places: HashMap<&str, usize> =
            ids.iter().enumerate().map(|(place, id)| (id.as_str(), place)).collect();
        for Conversation { id, messages, .. } in conversations {
            for message in &messages {
                let row = places.get(message.as_str()).and_then(|place| rows.get(*place));
                let Some((number, before)) = row.filter(|(_, before)| before.as_deref() != Some(id.as_str()))
                else {
                    continue;
                };
                self.store.put_in_conversation(*number, &id)?;
                if let Some(changed) = &mut changed {
                    changed.extend(before.as_deref().and_then(|before| ConversationId::new(before).ok()));
                    changed.insert(id.clone());
                }
            }
        }
        Ok(ids.len())
    }
}

/// A conversation whose documents are to be made.
struct ToMake {
    /// Where its container is in the group.
    place: usize,
    container: Arc<Container>,
    conversation: ConversationId,
    messages: Vec<Message>,
}

/// A document, where its container is in the group, and the code of its language, if that is clear.
type Made = (usize, Document, Option<&'static str>);

/// Containers whose documents are made in one transaction.
struct Group<'store, 'g> {
    ahead: Ahead<Vec<ToMake>, Vec<Made>>,
    /// Conversations that are not handed over yet: small containers go together.
    waiting: Vec<ToMake>,
    syncs: Vec<DocumentSync<'store>>,
    audiences: &'g mut AudienceTable,
}

impl<'store> Group<'store, '_> {
    fn push(&mut self, conversation: ToMake) -> Result<(), index::Error> {
        self.waiting.push(conversation);
        if self.waiting.len() == CONVERSATIONS { self.give() } else { Ok(()) }
    }

    fn give(&mut self) -> Result<(), index::Error> {
        let waiting = std::mem::replace(&mut self.waiting, Vec::with_capacity(CONVERSATIONS));
        match self.ahead.give(waiting)? {
            Some(made) => self.put(made),
            None => Ok(()),
        }
    }

    /// Writes documents, in the order of containers and conversations.
    fn put(&mut self, documents: Vec<Made>) -> Result<(), index::Error> {
        for (place, document, language) in documents {
            let audience = self.audiences.intern(&document.visibility);
            if let Some(sync) = self.syncs.get_mut(place) {
                sync.put(&document, audience, language)?;
            }
        }
        Ok(())
    }

    fn finish(mut self) -> Result<Vec<DocumentSync<'store>>, Error> {
        self.give()?;
        while let Some(made) = self.ahead.take()? {
            self.put(made)?;
        }
        Ok(self.syncs)
    }
}

/// Documents of some conversations, on all cores, in the order of the conversations.
fn documents_of(conversations: Vec<ToMake>, context: &Context, config: &evidence::Config) -> Vec<Made> {
    let person = |account: &AccountKey| context.owners.get(account).map(|(person, bot)| (person, *bot));
    let made: Vec<Vec<Made>> = conversations
        .into_par_iter()
        .map(|ToMake { place, container, conversation, messages }| {
            let visibility = |message: &Message| context.rights.of(message, &container);
            let ids = messages.iter().map(|message| message.id.clone()).collect();
            let conversation =
                Conversation { id: conversation, container: container.id.clone(), messages: ids };
            let documents = evidence::documents(&conversation, &messages, &person, &visibility, config);
            let with_language = |document: Document| {
                let language = language_of(&document);
                (place, document, language)
            };
            documents.into_iter().map(with_language).collect()
        })
        .collect();
    made.into_iter().flatten().collect()
}

fn language_of(document: &Document) -> Option<&'static str> {
    let text = format!("{}\n{}", document.question, document.own);
    text::detect(&text, &[]).map(text::Language::code)
}
