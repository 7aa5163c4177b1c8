//! Past answers: ranked, then read, until there are as many as wanted.

use index::Store;
use query::Question;
use query::explain::past_answers;
use query::rank::Model;

use super::{Finder, Session};
use crate::{Error, PastAnswer, Search};

impl Finder {
    /// The best past answers with the numbers of their conversations, best first.
    pub(super) fn past_answers(
        &self,
        session: &Session<'_>,
        question: &Question,
        store: &Store,
    ) -> Result<Vec<(u32, PastAnswer)>, Error> {
        let (limit, table) = (session.search.answers, &self.snapshot.table);
        let config = &self.config.query;
        let mut answers = Vec::new();
        let as_of = session.search.as_of;
        for row in past_answers(&session.pool, table, as_of, limit, &self.ages, config) {
            if answers.len() == limit {
                break;
            }
            let number = table.conversation[row.get().at()];
            answers.extend(self.past_answer(session, question, store, row)?.map(|answer| (number, answer)));
        }
        Ok(answers)
    }

    /// The conversations of the past answers to a search, by their numbers in the document table, best first.
    ///
    /// # Errors
    /// [`Error::Index`] if the lexical side or the store fails.
    pub(crate) fn past_conversations(&self, search: &Search) -> Result<Vec<u32>, Error> {
        let scope = self.scope(search);
        let question = Question::new(&search.question, &self.languages, self.embedder.as_deref());
        let pool = self.retrieve(&question, &scope)?;
        let model = Model::empty();
        let (features, ranked) = (Vec::new(), Vec::new());
        let session = Session { search, scope, pool, features, model, ranked };
        let found = self.with_store(|store| self.past_answers(&session, &question, store))?;
        Ok(found.into_iter().map(|(number, _)| number).collect())
    }
}
