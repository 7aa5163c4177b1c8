//! One container: its messages into conversations, these into documents.
//!
//! Decision: conversations are put together anew from all of the container's messages, but where only messages
//! were added, documents are made only of the conversations that changed. Price: what somebody posts in a busy
//! channel costs a look at the heads of all its messages, not at their texts.

use std::collections::{BTreeSet, HashMap};

use index::store::DocumentSync;
use ingest::conversations::{MessageHead, assemble};
use ingest::evidence;
use model::{
    AccountKey, AudienceTable, Container, Conversation, ConversationId, Document, Message, Visibility,
};
use rayon::prelude::*;

use super::Indexer;
use super::ahead::ahead;
use super::documents::Context;
use crate::Error;

/// Conversations whose documents are made together, on all cores.
const CONVERSATIONS: usize = 256;

impl Indexer {
    /// Makes a container's documents again, in the transaction that is open. `counted` says whether this run has
    /// a generation of its own yet.
    pub(super) fn container_documents(
        &self,
        container: &Container,
        context: &Context,
        audiences: &mut AudienceTable,
        counted: &mut bool,
    ) -> Result<(), Error> {
        let mut changed = self.store.has_only_new_messages(&container.id)?.then(BTreeSet::new);
        self.put_together(container, context, changed.as_mut())?;
        let only = changed.as_ref();
        let known_audiences = audiences.len();
        let mut sync = match only {
            Some(conversations) => self.store.sync_documents_of(&container.id, conversations)?,
            None => self.store.sync_documents(&container.id)?,
        };
        let config = &self.config.evidence;
        let work = |waiting| documents_of(waiting, container, context, config);
        ahead(work, |mut ahead| {
            let mut waiting: Vec<(ConversationId, Vec<Message>)> = Vec::with_capacity(CONVERSATIONS);
            let mut visit = |id, messages| {
                waiting.push((id, messages));
                if waiting.len() == CONVERSATIONS
                    && let Some(made) = ahead.give(std::mem::take(&mut waiting))?
                {
                    put_documents(&mut sync, audiences, made)?;
                }
                Ok(())
            };
            match only {
                Some(conversations) => {
                    self.store.each_conversation_of(&container.id, conversations, &mut visit)?;
                }
                None => self.store.each_conversation(&container.id, &mut visit)?,
            }
            if let Some(made) = ahead.give(waiting)? {
                put_documents(&mut sync, audiences, made)?;
            }
            while let Some(made) = ahead.take()? {
                put_documents(&mut sync, audiences, made)?;
            }
            Ok::<_, index::Error>(())
        })?;
        self.store.put_audiences(audiences, known_audiences)?;
        let changes = sync.finish()?;
        let differs = !changes.written.is_empty() || !changes.removed.is_empty();
        if differs && !*counted {
            // In the same transaction as the documents: a crash before the lexical commit is seen by the
            // number.
            self.store.next_generation()?;
            *counted = true;
        }
        Ok(self.store.mark_clean(&container.id)?)
    }

    /// Messages into conversations; `changed`, where it is asked for, takes those that have gained or lost one.
    fn put_together(
        &self,
        container: &Container,
        context: &Context,
        mut changed: Option<&mut BTreeSet<ConversationId>>,
    ) -> Result<(), Error> {
        let mut heads: Vec<MessageHead> = Vec::new();
        let mut rows: Vec<(u64, Option<Box<str>>)> = Vec::new();
        self.store.each_message_head(&container.id, &mut |number, message, conversation| {
            let open = context.rights.of(&message, container) == Visibility::Everyone;
            heads.push(MessageHead::new(message, open));
            rows.push((number, conversation.map(String::into_boxed_str)));
            Ok(())
        })?;
        let shown = |account: &AccountKey| context.shown_names.get(account).map(String::as_str);
        let conversations = assemble(&container.id, &heads, &shown, &self.config.conversations);
        let places: HashMap<&str, usize> =
            heads.iter().enumerate().map(|(place, head)| (head.id.as_str(), place)).collect();
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
        Ok(())
    }
}

/// A document with the code of its language, if that is clear.
type Made = (Document, Option<&'static str>);

/// Documents of some conversations, on all cores, in the order of the conversations.
fn documents_of(
    conversations: Vec<(ConversationId, Vec<Message>)>,
    container: &Container,
    context: &Context,
    config: &evidence::Config,
) -> Vec<Made> {
    let person = |account: &AccountKey| context.owners.get(account).map(|(person, bot)| (person, *bot));
    let visibility = |message: &Message| context.rights.of(message, container);
    let made: Vec<Vec<Made>> = conversations
        .into_par_iter()
        .map(|(id, messages)| {
            let ids = messages.iter().map(|message| message.id.clone()).collect();
            let conversation = Conversation { id, container: container.id.clone(), messages: ids };
            let documents = evidence::documents(&conversation, &messages, &person, &visibility, config);
            let with_language = |document: Document| {
                let language = language_of(&document);
                (document, language)
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

fn put_documents(
    sync: &mut DocumentSync<'_>,
    audiences: &mut AudienceTable,
    documents: Vec<Made>,
) -> Result<(), index::Error> {
    for (document, language) in documents {
        let audience = audiences.intern(&document.visibility);
        sync.put(&document, audience, language)?;
    }
    Ok(())
}
