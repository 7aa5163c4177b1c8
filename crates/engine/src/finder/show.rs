//! Texts of what is shown: read from the store, checked once more against the reader's rights, cut.

use index::store::DocumentText;
use index::{Row, Store};
use model::{Container, Role, RoleSet, Visible};
use query::Question;
use query::explain::Share;
use text::{Language, head, snippet};

use super::{Finder, Session};
use crate::{Error, Evidence, PastAnswer};

impl Finder {
    /// One piece of evidence; `None` if the document has gone or closed since the snapshot was made.
    pub(super) fn evidence(
        &self,
        session: &Session<'_>,
        question: &Question,
        store: &Store,
        share: Share,
    ) -> Result<Option<Evidence>, Error> {
        let Some(text) = self.readable_text(session, store, share.row)? else { return Ok(None) };
        let (row, text, table) = (*share.row.get(), text.into_inner(), &self.snapshot.table);
        let Some(container) = self.container(row) else { return Ok(None) };
        let Some(person) = table.people.get(table.person[row.at()] as usize) else { return Ok(None) };
        let characters = session.search.snippet_characters;
        let own = if text.own.is_empty() { &text.question } else { &text.own };
        Ok(Some(Evidence {
            id: evidence_id(&[container.id.as_str(), text.conversation.as_str(), person.as_str()]),
            source: container.id.source().to_owned(),
            channel: container.name.clone(),
            role: strongest(table.roles[row.at()]),
            at: table.last_at[row.at()],
            permalink: text.permalink.clone(),
            question: (!text.question.is_empty()).then(|| head(&text.question, characters)),
            snippet: cut(own, text.language.as_deref(), question, characters),
            share: share.share,
        }))
    }

    /// One past answer; `None` if it is none when read, or if the document has gone or closed since the
    /// snapshot was made.
    pub(super) fn past_answer(
        &self,
        session: &Session<'_>,
        question: &Question,
        store: &Store,
        row: Visible<Row>,
    ) -> Result<Option<PastAnswer>, Error> {
        let Some(text) = self.readable_text(session, store, row)? else { return Ok(None) };
        let (row, text, table) = (*row.get(), text.into_inner(), &self.snapshot.table);
        if !reads_as_answer(&text.own, table.roles[row.at()]) {
            return Ok(None);
        }
        let person = table.people.get(table.person[row.at()] as usize);
        let person = person.and_then(|id| self.snapshot.people.get(id));
        let (Some(container), Some(person)) = (self.container(row), person) else { return Ok(None) };
        let characters = session.search.snippet_characters;
        let age = session.search.as_of.days_since(table.last_at[row.at()]);
        Ok(Some(PastAnswer {
            question: cut(&text.question, text.language.as_deref(), question, characters),
            answer: cut(&text.own, text.language.as_deref(), question, characters),
            by: person.id.clone(),
            by_name: person.name.clone(),
            at: table.last_at[row.at()],
            source: container.id.source().to_owned(),
            channel: container.name.clone(),
            permalink: text.permalink,
            signals: signals(table.roles[row.at()]),
            stale: age > self.config.stale_days,
        }))
    }

    /// The second check: rights may have changed since the snapshot was made.
    fn readable_text(
        &self,
        session: &Session<'_>,
        store: &Store,
        row: Visible<Row>,
    ) -> Result<Option<Visible<DocumentText>>, Error> {
        let Some(id) = self.snapshot.table.ids.get(row.get().at()) else { return Ok(None) };
        let Some(text) = store.document_text(*id)? else { return Ok(None) };
        let audience = text.audience;
        Ok(session.scope.admission.mask.show(text, audience))
    }

    /// The id of a readable document as evidence; `None` if it has gone or closed since the snapshot was made.
    pub(super) fn id_of(
        &self,
        session: &Session<'_>,
        store: &Store,
        row: Visible<Row>,
    ) -> Result<Option<String>, Error> {
        let Some(text) = self.readable_text(session, store, row)? else { return Ok(None) };
        let person = self.snapshot.table.people.get(self.snapshot.table.person[row.get().at()] as usize);
        let (Some(container), Some(person)) = (self.container(*row.get()), person) else { return Ok(None) };
        let conversation = text.into_inner().conversation;
        Ok(Some(evidence_id(&[container.id.as_str(), conversation.as_str(), person.as_str()])))
    }

    fn container(&self, row: Row) -> Option<&Container> {
        let number = *self.snapshot.table.container.get(row.at())?;
        self.snapshot.containers.get(self.snapshot.table.containers.get(number as usize)?)
    }
}

/// The start of a hash of what names a document: container, conversation, person.
pub(crate) fn evidence_id(parts: &[&str]) -> String {
    blake3::hash(parts.join("\n").as_bytes()).to_hex().chars().take(16).collect()
}

/// Shortest text, in characters, that counts as an answer although nobody acknowledged it.
const SHORTEST_ANSWER: usize = 40;

/// A reply that only asks back, or says next to nothing, is no answer to show, unless somebody acknowledged it.
fn reads_as_answer(own: &str, roles: RoleSet) -> bool {
    let acknowledged = !signals(roles).is_empty();
    let asks_back = own.trim_end().ends_with(['?', '？']);
    !own.trim().is_empty() && (acknowledged || (!asks_back && own.chars().count() >= SHORTEST_ANSWER))
}

fn cut(text: &str, language: Option<&str>, question: &Question, characters: usize) -> String {
    let language = language.and_then(Language::parse).or_else(|| question.languages.first().copied());
    let wanted = |token: &str| question.terms.binary_search_by(|term| term.token.as_str().cmp(token)).is_ok();
    snippet(text, &wanted, language, characters)
}

/// The role to show: the one that says most.
fn strongest(roles: RoleSet) -> Role {
    let order = [
        Role::Accepted,
        Role::Resolved,
        Role::Thanked,
        Role::Answered,
        Role::Referred,
        Role::Assigned,
        Role::Announced,
    ];
    order.into_iter().find(|role| roles.contains(*role)).unwrap_or(Role::Asked)
}

fn signals(roles: RoleSet) -> Vec<&'static str> {
    let names =
        [(Role::Accepted, "accepted"), (Role::Resolved, "resolved"), (Role::Thanked, "asker_thanked")];
    names.into_iter().filter(|(role, _)| roles.contains(*role)).map(|(_, name)| name).collect()
}
