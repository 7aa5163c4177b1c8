//! Conversations → questions.

use std::collections::{BTreeMap, BTreeSet};

use eval::TestQuestion;
use index::Store;
use index::store::StoredDocument;
use model::{AudienceId, DocumentId, Person, PersonId, Role, RoleSet, Timestamp};
use text::{Language, tokens};

use super::{HistoryQuestion, crossposts, names};
use crate::{Error, Finder};

/// A question with fewer different words than this (stop words aside) asks nothing that can be looked up.
pub const MIN_TOKENS: usize = 3;

/// What the documents of one conversation say together; only open ones speak.
#[derive(Default)]
struct Talk {
    documents: Vec<DocumentId>,
    askers: Vec<PersonId>,
    answers: Vec<Answer>,
    /// When the first of them wrote. Who opens a ticket with a summary alone writes their first words later: then
    /// it is somebody else's, and nothing from after it may be evidence.
    began: Option<Timestamp>,
}

struct Answer {
    person: PersonId,
    grade: u8,
    document: DocumentId,
}

/// Mines the questions of the store's past, ascending by time, then by `qid`.
///
/// Taken are conversations that everyone may read, opened by exactly one known person, with an answer of
/// substance by somebody else, and at least [`MIN_TOKENS`] words in the opening, which alone is the question:
/// nothing that was said later is in it, nor a name of those who answered. A question that its asker put in
/// several places within a week is one question.
///
/// Cost: one pass over the documents, and one text read for each question.
///
/// # Errors
/// [`Error::Index`] if the store fails, [`Error::IndexBehind`] if it is no longer what the finder answers from.
pub fn questions(finder: &Finder) -> Result<Vec<HistoryQuestion>, Error> {
    finder.with_store(|store| {
        store.begin_reading()?;
        let mined = mine(finder, store);
        store.commit()?;
        mined
    })
}

fn mine(finder: &Finder, store: &Store) -> Result<Vec<HistoryQuestion>, Error> {
    if store.generation()? != finder.snapshot().generation {
        return Err(finder.behind());
    }
    let mut talks: BTreeMap<(String, String), Talk> = BTreeMap::new();
    store.each_document("", &mut |document| {
        let place = (document.container.clone(), document.conversation.clone());
        talks.entry(place).or_default().add(document);
        Ok(())
    })?;
    let mut questions = Vec::new();
    for ((container, conversation), talk) in talks {
        let place = Place { container, conversation };
        questions.extend(question(finder, store, place, talk)?);
    }
    questions.sort_by(|a, b| (a.test.ts, &a.test.qid).cmp(&(b.test.ts, &b.test.qid)));
    Ok(crossposts::joined(questions))
}

struct Place {
    container: String,
    conversation: String,
}

impl Place {
    /// The same in every build of the index, and telling nothing.
    fn qid(&self) -> String {
        let mut hasher = blake3::Hasher::new();
        hasher.update(self.container.as_bytes()).update(b"\n").update(self.conversation.as_bytes());
        format!("history-{}", hasher.finalize().to_hex().get(..16).unwrap_or_default())
    }
}

impl Talk {
    fn add(&mut self, document: StoredDocument) {
        self.documents.push(document.id);
        if document.audience != AudienceId::EVERYONE {
            return;
        }
        let first = document.first_at.min(document.last_at);
        self.began = Some(self.began.map_or(first, |began| began.min(first)));
        if document.roles.contains(Role::Asked) {
            self.askers.push(document.person);
        } else if let Some(grade) = grade(document.roles) {
            self.answers.push(Answer { person: document.person, grade, document: document.id });
        }
    }
}

/// How good an answer was: 3 acknowledged, 2 of substance; `None` for what is no answer.
fn grade(roles: RoleSet) -> Option<u8> {
    if roles.is_acknowledged() { Some(3) } else { roles.contains(Role::Answered).then_some(2) }
}

fn question(
    finder: &Finder,
    store: &Store,
    place: Place,
    talk: Talk,
) -> Result<Option<HistoryQuestion>, Error> {
    let snapshot = finder.snapshot();
    let human = |id: &PersonId| snapshot.people.get(id).filter(|person| !person.bot);
    let ([asker], Some(ts)) = (talk.askers.as_slice(), talk.began) else { return Ok(None) };
    let Some(asker) = human(asker) else { return Ok(None) };
    let answers: Vec<(&Answer, &Person)> =
        talk.answers.iter().filter_map(|answer| Some((answer, human(&answer.person)?))).collect();
    let Some((first, _)) = answers.first() else { return Ok(None) };
    let Some(opening) = store.document_text(first.document)? else { return Ok(None) };
    let text = names::without_names(&opening.question, answers.iter().map(|(_, person)| *person));
    if n_tokens(&text, opening.language.as_deref()) < MIN_TOKENS {
        return Ok(None);
    }
    let experts: BTreeMap<String, u8> =
        answers.iter().filter_map(|(answer, person)| Some((key(person)?, answer.grade))).collect();
    let acknowledged = experts.values().any(|grade| *grade == 3);
    let container = snapshot.containers.get(&place.container);
    let test = TestQuestion {
        qid: place.qid(),
        text: text.trim().to_owned(),
        subject: None,
        channel: container.map(|container| container.name.clone()),
        asked_by: key(asker),
        ts,
        experts,
        acknowledged,
        best_pop_rank: None,
        nobody: false,
        impostors: BTreeMap::new(),
        kind: None,
    };
    Ok(Some(HistoryQuestion {
        test,
        source: place.container.split_once(':').map_or("", |(source, _)| source).to_owned(),
        container: place.container,
        conversation: place.conversation,
        team: asker.directory.team.clone(),
        language: opening.language,
        documents: talk.documents,
    }))
}

/// One account stands for a person: the truth counts people, not accounts.
fn key(person: &Person) -> Option<String> {
    person.accounts.first().map(ToString::to_string)
}

fn n_tokens(text: &str, language: Option<&str>) -> usize {
    tokens(text, language.and_then(Language::parse)).into_iter().collect::<BTreeSet<_>>().len()
}
