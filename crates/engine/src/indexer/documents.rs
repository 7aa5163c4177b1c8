//! Messages into conversations, conversations into documents, documents into vectors.

use std::collections::BTreeMap;

use index::store::{DocumentSync, DocumentToEncode};
use ingest::conversations::{MessageHead, assemble};
use ingest::evidence;
use model::{
    Account, AccountKey, AudienceTable, Container, Conversation, ConversationId, Document, Message, PersonId,
    Visibility,
};
use rayon::prelude::*;

use super::{Indexer, Progress, Stage};
use crate::Error;

/// Conversations whose documents are made together, on all cores.
const CONVERSATIONS: usize = 256;
/// Messages whose heads are read together, on all cores.
const HEADS: usize = 4_096;
/// Documents that are encoded together.
const ENCODE: usize = 1_024;

/// What making documents reads besides the messages.
struct Context {
    /// Whose each account is, and whether that is a bot.
    owners: BTreeMap<AccountKey, (PersonId, bool)>,
    /// The name that each account shows: flat talk calls people by it.
    shown_names: BTreeMap<AccountKey, String>,
    rights: Rights,
}

/// Who may read a message: policy, what the export states, what its source does by default.
struct Rights {
    policies: BTreeMap<String, Visibility>,
    /// Sources in which sender and recipients read what states no rights.
    participants_read: Vec<String>,
}

impl Rights {
    /// A source closed by policy is closed; then what the message states, then its container, then policy,
    /// then the source's default. What nobody stated, nobody reads.
    fn of(&self, message: &Message, container: &Container) -> Visibility {
        let source = container.id.source();
        let policy = self.policies.get(source);
        if policy == Some(&Visibility::Nobody) {
            return Visibility::Nobody;
        }
        let stated = message.stated_visibility.as_ref().or(container.stated_visibility.as_ref());
        if let Some(visibility) = stated.or(policy) {
            return visibility.clone();
        }
        if self.participants_read.iter().any(|name| name == source) && !message.participants.is_empty() {
            return Visibility::Members(message.participants.iter().cloned().collect());
        }
        Visibility::Nobody
    }
}

impl Indexer {
    fn context(&self) -> Result<Context, Error> {
        let bots: BTreeMap<PersonId, bool> =
            self.store.people()?.into_iter().map(|person| (person.id, person.bot)).collect();
        let owner = |(key, person): (AccountKey, PersonId)| {
            let bot = bots.get(&person).copied().unwrap_or(true);
            (key, (person, bot))
        };
        let participants_read =
            self.store.sources()?.into_iter().filter(|s| s.participants_read).map(|s| s.name.to_string());
        let shown = |account: Account| Some((account.key, account.name?));
        Ok(Context {
            shown_names: self.store.accounts()?.into_iter().filter_map(shown).collect(),
            owners: self.store.owners()?.into_iter().map(owner).collect(),
            rights: Rights {
                policies: self.store.policies()?,
                participants_read: participants_read.collect(),
            },
        })
    }

    /// Makes the documents of every dirty container again; the store notes which differ.
    pub(super) fn make_documents(&mut self, progress: &mut dyn FnMut(Progress)) -> Result<(), Error> {
        let mut counted = false;
        let context = self.context()?;
        let dirty = self.store.containers(true)?;
        let stated_by_directory = self.directory_containers()?;
        let mut audiences = self.store.audiences()?;
        let total = dirty.len() as u64;
        for (done, container) in (1..).zip(dirty) {
            let mut container = container;
            if container.stated_visibility.is_none() {
                let stated = stated_by_directory.get(container.id.native());
                container.stated_visibility =
                    stated.map(|visibility| in_source(visibility, container.id.source()));
            }
            self.store.begin()?;
            let made = self.container_documents(&container, &context, &mut audiences, &mut counted);
            if made.is_err() {
                self.store.roll_back()?;
            }
            made?;
            self.store.commit()?;
            progress(Progress { stage: Stage::Evidence, done, total: Some(total) });
        }
        Ok(())
    }

    /// Rights of containers that a jsonl record without a source states for every jsonl source.
    fn directory_containers(&self) -> Result<BTreeMap<String, Visibility>, Error> {
        let containers = self.store.containers(false)?.into_iter().filter(|c| c.id.source() == "jsonl");
        let stated = containers.filter_map(|c| Some((c.id.native().to_owned(), c.stated_visibility?)));
        Ok(stated.collect())
    }

    fn container_documents(
        &self,
        container: &Container,
        context: &Context,
        audiences: &mut AudienceTable,
        counted: &mut bool,
    ) -> Result<(), Error> {
        let heads = self.heads(container, context)?;
        let shown = |account: &AccountKey| context.shown_names.get(account).map(String::as_str);
        let conversations = assemble(&container.id, &heads, &shown, &self.config.conversations);
        drop(heads);
        self.store.put_conversations(&conversations)?;
        drop(conversations);

        let known_audiences = audiences.len();
        let mut sync = self.store.sync_documents(&container.id)?;
        let mut waiting: Vec<(ConversationId, Vec<Message>)> = Vec::with_capacity(CONVERSATIONS);
        let mut flush = |waiting: &mut Vec<(ConversationId, Vec<Message>)>| -> Result<(), index::Error> {
            let made = documents_of(std::mem::take(waiting), container, context, &self.config.evidence);
            put_documents(&mut sync, audiences, made)
        };
        self.store.each_conversation(&container.id, &mut |id, messages| {
            waiting.push((id, messages));
            if waiting.len() < CONVERSATIONS { Ok(()) } else { flush(&mut waiting) }
        })?;
        flush(&mut waiting)?;
        self.store.put_audiences(audiences, known_audiences)?;
        let changes = sync.finish()?;
        let differs = !changes.written.is_empty() || !changes.removed.is_empty();
        if differs && !*counted {
            // In the same transaction as the documents: a crash before the lexical commit is seen by the
            // number.
            self.store.next_generation()?;
            *counted = true;
        }
        self.store.mark_clean(&container.id)?;
        Ok(())
    }

    /// What decides how a container's messages belong together, read on all cores.
    fn heads(&self, container: &Container, context: &Context) -> Result<Vec<MessageHead>, Error> {
        let head = |message: Message| {
            let open = context.rights.of(&message, container) == Visibility::Everyone;
            MessageHead::new(&message, open)
        };
        let mut heads: Vec<MessageHead> = Vec::new();
        let mut waiting: Vec<Message> = Vec::with_capacity(HEADS);
        self.store.each_message_head(&container.id, &mut |message| {
            waiting.push(message);
            if waiting.len() == HEADS {
                heads.par_extend(std::mem::take(&mut waiting).into_par_iter().map(head));
            }
            Ok(())
        })?;
        heads.par_extend(waiting.into_par_iter().map(head));
        Ok(heads)
    }

    /// Gives every document that somebody may read a vector of the current model.
    pub(super) fn encode(&mut self, progress: &mut dyn FnMut(Progress)) -> Result<(), Error> {
        let model = self.embedder.model_id().to_string();
        let (mut after, mut done) = (None, 0);
        loop {
            let documents = self.store.documents_to_encode(&model, after, ENCODE)?;
            let Some(last) = documents.last() else { return Ok(()) };
            after = Some(last.id);
            let texts: Vec<String> = documents.iter().map(|document| self.text_to_encode(document)).collect();
            let vectors = self.embedder.embed(&texts.iter().map(String::as_str).collect::<Vec<_>>())?;
            self.store.begin()?;
            for (document, vector) in documents.iter().zip(vectors) {
                let vector = vector.quantize();
                self.store.put_vector(document.id, &model, vector.codes(), vector.scale())?;
            }
            self.store.commit()?;
            done += documents.len() as u64;
            progress(Progress { stage: Stage::Encode, done, total: None });
        }
    }

    /// The start of the question and the start of the answer: a vector of a long text says little of each.
    fn text_to_encode(&self, document: &DocumentToEncode) -> String {
        let question: String =
            document.question.chars().take(self.config.encode_question_characters).collect();
        let own: String = document.own.chars().take(self.config.encode_own_characters).collect();
        format!("{question}\n{own}")
    }
}

/// What a container of no source states, said for one source: its members are that source's accounts too.
fn in_source(visibility: &Visibility, source: &str) -> Visibility {
    let Visibility::Members(members) = visibility else { return visibility.clone() };
    let here = |key: &AccountKey| match key.source() {
        "jsonl" => AccountKey::new(format!("{source}:{}", key.native())).ok(),
        _ => None,
    };
    Visibility::Members(members.iter().filter_map(here).chain(members.iter().cloned()).collect())
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
