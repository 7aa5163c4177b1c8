//! One container: its messages into conversations, these into documents.
//!
//! Decision: conversations are put together anew from all of the container's messages, but where only messages
//! were added, edited or deleted, documents are made only of the conversations that this touches. Price: what
//! somebody posts in a busy channel costs a look at the heads of all its messages, not at their texts.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use ingest::conversations::{MessageHead, assemble};
use ingest::evidence;
use model::{AccountKey, Container, Conversation, ConversationId, Document, Message, MessageId, Visibility};
use rayon::prelude::*;

use super::Indexer;
use super::ahead::ahead;
use super::documents::Context;
use super::making::{Made, Making, ToMake};
use crate::Error;

/// Pieces of conversations that are on their way at once: enough for all cores while the next container is put
/// together and the last ones are committed.
const ON_THE_WAY: usize = 16;
/// Messages whose heads are read together, on all cores.
const HEADS: usize = 2_048;

impl Indexer {
    /// Makes the documents of containers again, committing now and then, and tells how many are done: while some are
    /// read and put together, those of the ones before are made. What is made of a container is committed as a whole,
    /// together with the note that it is made.
    pub(super) fn documents_of_all(
        &self,
        containers: &mut dyn Iterator<Item = Container>,
        context: &Context,
        progress: &mut dyn FnMut(u64),
    ) -> Result<(), Error> {
        self.go_on()?;
        let config = &self.config.evidence;
        let work = |conversations| documents_of(conversations, context, config);
        let audiences = self.store.audiences()?;
        self.store.in_transaction(|| {
            ahead(ON_THE_WAY, work, |ahead| {
                let mut making = Making::new(self, ahead, audiences, progress);
                for container in containers {
                    self.hand_over(container, context, &mut making)?;
                }
                making.finish()
            })
        })
    }

    /// Puts a container's messages together and hands its conversations to those who make documents.
    fn hand_over<'i>(
        &'i self,
        container: Container,
        context: &Context,
        making: &mut Making<'i, '_>,
    ) -> Result<(), Error> {
        let container = Arc::new(container);
        let mut changed = self.store.touched(&container.id)?;
        if changed.is_some() {
            // Which conversations gain a message is known by where the messages were before. It must not be committed
            // that they have moved before the documents are.
            making.commit_due()?;
        }
        let messages = self.put_together(&container, context, changed.as_mut())?;
        if let Some(conversations) = changed {
            let number = making.begin(self.store.sync_documents_of(&container.id, &conversations)?);
            for id in conversations {
                let messages = self.store.messages_together(&container.id, &id)?;
                if !messages.is_empty() {
                    let container = Arc::clone(&container);
                    let _ = making.wait(ToMake { container, number, conversation: id, messages });
                    making.give_full()?;
                }
            }
        } else {
            let number = making.begin(self.store.sync_documents(&container.id)?);
            let mut after = None;
            loop {
                // What is made may only be written and committed while nothing is being read.
                self.store.each_conversation_after(
                    &container.id,
                    after.take().as_ref(),
                    &mut |id, messages| {
                        after = Some(id.clone());
                        let container = Arc::clone(&container);
                        Ok(making.wait(ToMake { container, number, conversation: id, messages }))
                    },
                )?;
                if !making.give_full()? {
                    break;
                }
            }
        }
        making.end(messages)
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
        // In the order of the rows, in which they lie in the file.
        let mut moved: Vec<(u64, &ConversationId)> = Vec::new();
        for Conversation { id, messages, .. } in &conversations {
            for message in messages {
                let row = places.get(message.as_str()).and_then(|place| rows.get(*place));
                let Some((number, before)) = row.filter(|(_, before)| before.as_deref() != Some(id.as_str()))
                else {
                    continue;
                };
                moved.push((*number, id));
                if let Some(changed) = &mut changed {
                    changed.extend(before.as_deref().and_then(|before| ConversationId::new(before).ok()));
                    changed.insert(id.clone());
                }
            }
        }
        moved.sort_unstable();
        for (number, conversation) in moved {
            self.store.put_in_conversation(&container.id, number, conversation)?;
        }
        Ok(ids.len())
    }
}

/// Documents of some conversations, on all cores, in the order of the conversations.
fn documents_of(conversations: Vec<ToMake>, context: &Context, config: &evidence::Config) -> Vec<Made> {
    let person = |account: &AccountKey| context.owners.get(account).map(|(person, bot)| (person, *bot));
    let made: Vec<Vec<Made>> = conversations
        .into_par_iter()
        .map(|ToMake { container, number, conversation, messages }| {
            let visibility = |message: &Message| context.rights.of(message, &container);
            let ids = messages.iter().map(|message| message.id.clone()).collect();
            let conversation =
                Conversation { id: conversation, container: container.id.clone(), messages: ids };
            let documents = evidence::documents(&conversation, &messages, &person, &visibility, config);
            let mut teller = text::Teller::default();
            let with_language = |document: Document| {
                let text = format!("{}\n{}", document.question, document.own);
                let language = teller.detect(&text).map(text::Language::code);
                (number, document, language)
            };
            documents.into_iter().map(with_language).collect()
        })
        .collect();
    made.into_iter().flatten().collect()
}
