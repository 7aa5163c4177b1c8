//! Simple methods that every ranking is held against: the same index, rights and time, and no finesse.
//!
//! Decision: they are part of the product and not of its tests, because a ranking that does not beat "whoever
//! answers most here" is not worth its cost, and its users should see that for their own organisation.

mod activity;
mod words;

use eval::{RankedPerson, Run, TestQuestion};
use index::lexical::Hit;
use rayon::prelude::*;

use crate::finder::Scope;
use crate::{Error, Finder, Search};

pub(crate) use activity::{Answers, ordered};

/// The simple methods, in the order that tables show them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Method {
    /// Who answered in most conversations of the last 180 days of evidence.
    Busiest,
    /// Who answered in most conversations of the question's channel in the last year of evidence; then the
    /// others, by [`Method::Busiest`].
    BusiestInChannel,
    /// BM25 over everybody's own words in whatever role; a person's best documents summed (CombSUM, Macdonald &
    /// Ounis 2006), of the 300 best of all.
    Bm25Messages,
    /// The same, with documents counting half after a year.
    Bm25MessagesRecent,
    /// BM25 over question and answer, credit to those who answered or resolved; summed as above.
    Bm25Conversations,
    /// The same, with documents counting half after a year.
    Bm25ConversationsRecent,
    /// The same, times the logarithm of how many conversations the person ever answered in.
    Bm25ConversationsRecentActive,
}

impl Method {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Busiest,
        Self::BusiestInChannel,
        Self::Bm25Messages,
        Self::Bm25MessagesRecent,
        Self::Bm25Conversations,
        Self::Bm25ConversationsRecent,
        Self::Bm25ConversationsRecentActive,
    ];

    /// The word in tables.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Busiest => "busiest people",
            Self::BusiestInChannel => "busiest in the channel",
            Self::Bm25Messages => "BM25 messages",
            Self::Bm25MessagesRecent => "BM25 messages, recent",
            Self::Bm25Conversations => "BM25 conversations",
            Self::Bm25ConversationsRecent => "BM25 conversations, recent",
            Self::Bm25ConversationsRecentActive => "BM25 conversations, recent × log answers",
        }
    }
}

/// What simple methods look at for one search: gathered once for all of them.
struct Seen {
    answers: Answers,
    hits: Vec<Hit>,
    scope: Scope,
}

/// The people that a simple method answers a search with, best first, at most `search.limit`; each by their
/// account keys. Obeys the reader's rights, the time, and who asks, as a search does.
///
/// # Errors
/// [`Error::Index`] if the lexical side fails.
pub fn rank(finder: &Finder, method: Method, search: &Search) -> Result<Vec<RankedPerson>, Error> {
    Ok(Seen::of(finder, search)?.rank(finder, method, search))
}

/// Answers every question by every simple method: one run a method, in the order of [`Method::ALL`]; `search`
/// gives the search that a question stands for. Costs one lexical search and one pass over the documents for
/// each question.
///
/// # Errors
/// The first failing search, in the order of the questions.
pub fn runs(
    finder: &Finder,
    questions: &[TestQuestion],
    search: &(dyn Fn(&TestQuestion) -> Search + Sync),
) -> Result<Vec<(Method, Run)>, Error> {
    let answer = |question: &TestQuestion| {
        let search = search(question);
        let seen = Seen::of(finder, &search)?;
        Ok(Method::ALL.map(|method| seen.rank(finder, method, &search)))
    };
    let ranked: Vec<Result<_, Error>> = questions.par_iter().map(answer).collect();
    let mut runs = Method::ALL.map(|method| (method, Run::default()));
    for (question, ranked) in questions.iter().zip(ranked) {
        for ((_, run), people) in runs.iter_mut().zip(ranked?) {
            run.insert(question.qid.clone(), people);
        }
    }
    Ok(runs.into())
}

impl Seen {
    fn of(finder: &Finder, search: &Search) -> Result<Self, Error> {
        let (snapshot, scope) = (finder.snapshot(), finder.scope(search));
        let (table, lexical) = (&snapshot.table, finder.lexical()?);
        let terms = finder.words(&search.question).terms;
        let config = finder.lexical_config();
        let weighed = lexical.unweighed(table, &scope.admission);
        let hits = lexical.search(&terms, table, &scope.admission, &weighed, config)?.by_row();
        Ok(Self { answers: Answers::count(finder, &scope), hits, scope })
    }

    fn rank(&self, finder: &Finder, method: Method, search: &Search) -> Vec<RankedPerson> {
        let people = match method {
            Method::Busiest => activity::busiest(&self.answers),
            Method::BusiestInChannel => activity::busiest_in_channel(&self.answers),
            Method::Bm25Messages
            | Method::Bm25MessagesRecent
            | Method::Bm25Conversations
            | Method::Bm25ConversationsRecent
            | Method::Bm25ConversationsRecentActive => {
                words::by_words(&finder.snapshot().table, self, method, search.as_of)
            }
        };
        let people = people.into_iter().filter(|person| !self.scope.skips(*person));
        people.take(search.limit).map(|person| finder.keys_of(person)).collect()
    }
}

/// People by falling score; ties end on the person's number, which follows their id.
fn by_score(scores: impl IntoIterator<Item = (u32, f64)>) -> Vec<u32> {
    let mut people: Vec<(u32, f64)> = scores.into_iter().filter(|(_, score)| *score > 0.0).collect();
    people.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    people.into_iter().map(|(person, _)| person).collect()
}
