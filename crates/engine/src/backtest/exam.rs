//! The questions of a backtest, and what their tables are sliced by.

use eval::{Aliases, ChannelPart, Slice, Subset, TestQuestion, slice_by};
use model::Timestamp;

use crate::evaluate::search_of;
use crate::history::{Facts, HistoryQuestion, facts};
use crate::{Finder, Search};

/// Most slices of one dimension; the rest is put together.
const MOST_PARTS: usize = 12;

/// A question with what is known of where it came from.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// The question.
    pub test: TestQuestion,
    /// Its source, if known.
    pub source: Option<String>,
    /// The asker's team, if open sources say it.
    pub team: Option<String>,
    /// Code of its language, if known.
    pub language: Option<String>,
}

/// By what a table can be sliced besides the fixed parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Dimension {
    /// The asker's team.
    Team,
    /// The question's language.
    Language,
    /// The source it was asked in.
    Source,
    /// The channel, up to a slash.
    Channel,
    /// The kind that the questions' file states.
    Kind,
}

/// What is asked, and of which evidence.
#[derive(Debug, Clone)]
pub struct Exam {
    /// The questions that have an expert, or that nobody can answer, ascending by time.
    pub items: Vec<Item>,
    /// The truth's aliases; empty where account keys are truth ids.
    pub aliases: Aliases,
    /// The lowest grade that counts as relevant.
    pub lowest_relevant_grade: u8,
    /// How much of a question's channel is told.
    pub channel: ChannelPart,
    /// Only evidence from before counts; `None`: all that is older than each question.
    pub evidence_before: Option<Timestamp>,
    /// Whether those who are leaned on already stand back ([`Search::spread`]).
    pub spread: bool,
    /// Seed of intervals and tests.
    pub seed: u64,
}

impl From<&HistoryQuestion> for Item {
    fn from(question: &HistoryQuestion) -> Self {
        Self {
            test: question.test.clone(),
            source: Some(question.source.clone()),
            team: question.team.clone(),
            language: question.language.clone(),
        }
    }
}

impl Item {
    /// A question of a file: its asker's team is looked up, the rest is not known.
    pub fn of_file(test: TestQuestion, finder: &Finder, aliases: &Aliases) -> Self {
        let mut keys = test.asked_by.iter().flat_map(|asker| aliases.accounts_of(asker));
        let snapshot = finder.snapshot();
        let owner = keys.find_map(|key| snapshot.people.get(finder.owner(&key)?));
        let team = owner.and_then(|person| person.directory.team.clone());
        Self { test, source: None, team, language: None }
    }
}

impl Exam {
    /// The search that a question stands for: as of its time, of evidence from before the cut.
    pub fn search(&self, question: &TestQuestion) -> Search {
        let (evidence_before, spread) = (self.evidence_before, self.spread);
        Search { evidence_before, spread, ..search_of(question, &self.aliases, self.channel) }
    }

    /// The same search as if none of those who answered had ever written: nobody is left who is known to know.
    pub(super) fn search_without_experts(&self, finder: &Finder, question: &TestQuestion) -> Search {
        let keys = question.experts.keys().flat_map(|truth_id| self.aliases.accounts_of(truth_id));
        let without_people = keys.filter_map(|key| finder.owner(&key).cloned()).collect();
        Search { without_people, ..self.search(question) }
    }

    /// The questions that somebody can answer, in their order.
    pub(super) fn answerable(&self) -> Vec<&Item> {
        self.items.iter().filter(|item| item.test.has_expert(self.lowest_relevant_grade)).collect()
    }

    /// What the evidence knew of each answerable question's experts.
    pub(super) fn facts(&self, finder: &Finder, answerable: &[&Item]) -> Vec<Facts> {
        let tests: Vec<TestQuestion> = answerable.iter().map(|item| item.test.clone()).collect();
        let search = |question: &TestQuestion| self.search(question);
        facts(finder, &tests, &self.aliases, self.lowest_relevant_grade, &search)
    }
}

/// The slices that every table has, `all` first.
pub(super) fn fixed_slices(items: &[&Item], facts: &[Facts]) -> Vec<Slice> {
    let n = items.len();
    // A file that states ranks at all leaves them out where nobody counted.
    let is_stated = items.iter().any(|item| item.test.best_pop_rank.is_some());
    let fact = |holds: fn(&Facts) -> bool| move |place: usize| facts.get(place).is_some_and(holds);
    let mut slices = vec![
        Slice::of("all", n, |_| true),
        Slice::of("tail", n, |place| {
            let stated = || items.get(place).is_some_and(|item| Subset::Tail.holds(&item.test));
            if is_stated { stated() } else { facts.get(place).is_none_or(Facts::is_tail) }
        }),
        Slice::of("own channel", n, fact(|facts| facts.own_channel)),
        Slice::of("cold", n, fact(|facts| facts.cold)),
        Slice::of("known", n, fact(|facts| facts.known)),
        Slice::of("acknowledged", n, |place| items.get(place).is_some_and(|item| item.test.acknowledged)),
    ];
    slices.retain(|slice| !slice.members.is_empty());
    slices
}

/// A slice for each part of the wanted dimensions.
pub(super) fn parts(items: &[&Item], by: &[Dimension]) -> Vec<Slice> {
    let of = |dimension: &Dimension| {
        let labels: Vec<Option<&str>> = items.iter().map(|item| dimension.label(item)).collect();
        slice_by(dimension.as_str(), &labels, MOST_PARTS)
    };
    by.iter().flat_map(of).collect()
}

impl Dimension {
    /// The word in tables and options.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Team => "team",
            Self::Language => "language",
            Self::Source => "source",
            Self::Channel => "channel",
            Self::Kind => "kind",
        }
    }

    pub(super) fn label(self, item: &Item) -> Option<&str> {
        match self {
            Self::Team => item.team.as_deref(),
            Self::Language => item.language.as_deref(),
            Self::Source => item.source.as_deref(),
            Self::Channel => item.test.channel_part(ChannelPart::Head),
            Self::Kind => item.test.kind.as_deref(),
        }
    }
}
