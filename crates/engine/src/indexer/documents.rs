//! Documents of every container that changed, and their vectors.

use std::collections::BTreeMap;

use embed::{QuantizedVector, UnitVector};
use index::store::DocumentToEncode;
use model::{Account, AccountKey, Container, DocumentId, Message, PersonId, Visibility};

use super::ahead::{FEW, ahead};
use super::{Indexer, Progress, Stage};
use crate::Error;

/// Documents that are encoded together.
const ENCODE: usize = 1_024;

/// Which documents are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    /// All there are: some may be of another model.
    All,
    /// Those that changed since the lexical index took in what there was.
    Noted,
}

/// A document's vector, and the list that it belongs into, if there are any.
struct Encoded {
    id: DocumentId,
    vector: QuantizedVector,
    list: Option<u32>,
}

/// What making documents reads besides the messages.
pub(super) struct Context {
    /// Whose each account is, and whether that is a bot.
    pub(super) owners: BTreeMap<AccountKey, (PersonId, bool)>,
    /// The name that each account shows: flat talk calls people by it.
    pub(super) shown_names: BTreeMap<AccountKey, String>,
    pub(super) rights: Rights,
}

/// Who may read a message: policy, what the export states, what its source does by default.
pub(super) struct Rights {
    policies: BTreeMap<String, Visibility>,
    /// Sources in which sender and recipients read what states no rights.
    participants_read: Vec<String>,
}

impl Rights {
    /// A source closed by policy is closed; then what the message states, then its container, then policy,
    /// then the source's default. What nobody stated, nobody reads.
    pub(super) fn of(&self, message: &Message, container: &Container) -> Visibility {
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
        let context = self.context()?;
        let dirty = self.store.containers(true)?;
        let stated_by_directory = self.directory_containers()?;
        let total = dirty.len() as u64;
        progress(Progress { stage: Stage::Evidence, done: 0, total: Some(total) });
        if dirty.is_empty() {
            return Ok(());
        }
        let mut dirty = dirty.into_iter().map(|mut container| {
            if container.stated_visibility.is_none() {
                let stated = stated_by_directory.get(container.id.native());
                container.stated_visibility =
                    stated.map(|visibility| in_source(visibility, container.id.source()));
            }
            container
        });
        self.documents_of_all(&mut dirty, &context, &mut |done| {
            progress(Progress { stage: Stage::Evidence, done, total: Some(total) });
        })
    }

    /// Rights of containers that a jsonl record without a source states for every jsonl source.
    fn directory_containers(&self) -> Result<BTreeMap<String, Visibility>, Error> {
        let containers = self.store.containers(false)?.into_iter().filter(|c| c.id.source() == "jsonl");
        let stated = containers.filter_map(|c| Some((c.id.native().to_owned(), c.stated_visibility?)));
        Ok(stated.collect())
    }

    /// Gives every document that somebody may read a vector of the current model, and says how many lacked one. Texts
    /// are read and vectors written while others are worked on.
    ///
    /// # Errors
    /// [`Error::OtherEncoder`] where vectors of another model answer: those of this one are a new generation.
    pub(super) fn encode(&mut self, scope: Scope, progress: &mut dyn FnMut(Progress)) -> Result<u64, Error> {
        let Some(embedder) = self.embedder.clone() else { return Ok(0) };
        self.refuse_other_encoder()?;
        self.note_encoder()?;
        let model = embedder.model_id().to_string();
        let mut done = 0;
        progress(Progress { stage: Stage::Encode, done, total: None });
        // Vectors go into their lists with the same commit. What is encoded before there are any is arranged later.
        let centres = self.store.centres(&model, embedder.dimensions())?;
        let (question, own) = (self.config.encode_question_characters, self.config.encode_own_characters);
        let work = |documents: Vec<DocumentToEncode>| {
            let texts: Vec<String> =
                documents.iter().map(|document| text_to_encode(document, question, own)).collect();
            let vectors = embedder.embed(&texts.iter().map(String::as_str).collect::<Vec<_>>())?;
            let put = |(document, vector): (&DocumentToEncode, &UnitVector)| {
                let vector = vector.quantize();
                let list = centres.as_ref().and_then(|centres| centres.nearest(vector.codes()));
                Encoded { id: document.id, vector, list }
            };
            Ok(documents.iter().zip(&vectors).map(put).collect())
        };
        let store = &self.store;
        let mut keep = |made: Result<Vec<Encoded>, embed::Error>| -> Result<(), Error> {
            let made = made?;
            store.in_transaction(|| -> Result<(), index::Error> {
                for Encoded { id, vector, list } in &made {
                    store.put_vector(*id, &model, vector.codes(), vector.scale())?;
                    if let Some(list) = list {
                        store.put_in_list(*id, *list, false)?;
                    }
                }
                Ok(())
            })?;
            done += made.len() as u64;
            progress(Progress { stage: Stage::Encode, done, total: None });
            Ok(())
        };
        ahead(FEW, work, |mut ahead| {
            let mut after = None;
            loop {
                let documents = match scope {
                    Scope::All => store.documents_to_encode(&model, after, ENCODE)?,
                    Scope::Noted => store.noted_to_encode(&model, after, ENCODE)?,
                };
                let Some(last) = documents.last() else { break };
                self.go_on()?;
                after = Some(last.id);
                if let Some(made) = ahead.give(documents)? {
                    keep(made)?;
                }
            }
            while let Some(made) = ahead.take()? {
                keep(made)?;
            }
            Ok::<(), Error>(())
        })?;
        Ok(done)
    }
}

/// The start of the question and the start of the answer, in so many characters: a vector of a long text says
/// little of each.
fn text_to_encode(document: &DocumentToEncode, question: usize, own: usize) -> String {
    let start = |text: &str, characters: usize| -> String { text.chars().take(characters).collect() };
    format!("{}\n{}", start(&document.question, question), start(&document.own, own))
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
