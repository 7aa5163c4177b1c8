//! What a search is asked and what it answers: plain data, so that every door can shape it its own way.

use model::{AccountKey, EmploymentStatus, PersonId, Reader, Role, Timestamp};

use crate::Filters;

/// A question with everything that bears on its answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Search {
    /// The question, 1 to [`crate::MAX_QUESTION_CHARACTERS`] characters; a longer one is refused.
    pub question: String,
    /// How many people to name, 1 to 100 (doors allow 20).
    pub limit: usize,
    /// Whose rights the answer obeys.
    pub reader: Reader,
    /// The account that asks: never suggested to itself.
    pub asked_by: Vec<AccountKey>,
    /// Name of the channel, list or project it is asked in, if known.
    pub channel: Option<String>,
    /// Only evidence up to then counts; also the "now" of recency. Doors pass the wall clock.
    pub as_of: Timestamp,
    /// Only evidence before this counts, while recency is still told from `as_of`: an index that stays as it
    /// was while questions come. `None`: evidence up to `as_of`.
    pub evidence_before: Option<Timestamp>,
    /// Which question the ranking answers.
    pub view: query::rank::View,
    /// Whether those who are leaned on already stand back a little, as far as the options say
    /// (`query.rank.spread`); only in who will help now.
    pub spread: bool,
    /// Whether they stand back by much, so that those show who know and are seldom asked (`query.rank.hidden_gems`);
    /// only in who will help now.
    pub hidden_gems: bool,
    /// Whether those who are absent or have no room are passed over, as far as a desk knows; only in who will help
    /// now, and not where nobody else is left.
    pub available: bool,
    /// People whose documents count as if they had never written: for evaluation, to ask what nobody is left to
    /// know. [`Self::exclude_people`] only leaves somebody unnamed.
    pub without_people: Vec<PersonId>,
    /// People who must not be named.
    pub exclude_people: Vec<PersonId>,
    /// Who may be named, and what counts as evidence.
    pub filters: Filters,
    /// Pieces of evidence per person, 0 to 10.
    pub evidence_per_expert: usize,
    /// Longest snippet, in characters, 40 to 2,000.
    pub snippet_characters: usize,
    /// Past answers to show, 0 to 10.
    pub answers: usize,
    /// Whether bands, evidence and answers are wanted, or the bare ranking (evaluation).
    pub detail: Detail,
    /// Name only people whose confidence is at least this.
    pub min_confidence: Confidence,
}

impl Search {
    /// What doors answer if nothing more is said than who may read what and when: who will help now, five people
    /// with three pieces of evidence each, three past answers, in full.
    pub const fn new(question: String, reader: Reader, as_of: Timestamp) -> Self {
        Self {
            question,
            limit: 5,
            reader,
            asked_by: Vec::new(),
            channel: None,
            as_of,
            evidence_before: None,
            view: query::rank::View::Helps,
            spread: true,
            hidden_gems: false,
            available: true,
            without_people: Vec::new(),
            exclude_people: Vec::new(),
            filters: Filters::NONE,
            evidence_per_expert: 3,
            snippet_characters: 240,
            answers: 3,
            detail: Detail::Full,
            min_confidence: Confidence::Low,
        }
    }
}

/// How much of an answer is worked out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// People, reasons, evidence, past answers.
    Full,
    /// The people in order, whatever the confidence: what evaluation needs.
    Ranking,
}

/// How sure an answer is. Bands, never a number about a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Confidence {
    /// Some evidence touches the question.
    Low,
    /// Good evidence, or several independent pieces.
    Medium,
    /// Several conversations that match the question closely, and recent enough.
    High,
}

/// The answer to a [`Search`].
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// The people, best first; ties end on the person's id.
    pub experts: Vec<Expert>,
    /// Earlier answers to questions like this one, best first.
    pub answers: Vec<PastAnswer>,
    /// Where to ask instead, best first, at most three; filled when nobody is named.
    pub fallback: Vec<Fallback>,
    /// Why nobody is named, if nobody is.
    pub nothing: Option<Nothing>,
    /// Parts of the search that could not run.
    pub degraded: Vec<Degraded>,
    /// Which build of the index answered.
    pub generation: u64,
    /// Which question the ranking answers.
    pub view: query::rank::View,
}

/// One person, as an answer to the question.
#[derive(Debug, Clone, PartialEq)]
pub struct Expert {
    /// Who.
    pub person: PersonId,
    /// Their display name.
    pub name: String,
    /// Job title, if an export says it.
    pub title: Option<String>,
    /// Team, if an export says it.
    pub team: Option<String>,
    /// IANA time zone, if an export says it.
    pub timezone: Option<String>,
    /// Whether they can be asked at all.
    pub status: EmploymentStatus,
    /// All their accounts, ascending: how to reach them.
    pub accounts: Vec<AccountKey>,
    /// Whether they are there and how much they have to do, if there is a desk that knows.
    pub presence: Option<routing::Presence>,
    /// The band.
    pub confidence: Confidence,
    /// Time of the newest readable evidence for this question.
    pub last_evidence_at: Option<Timestamp>,
    /// Whether that is recent (within [`crate::Config::fresh_days`]).
    pub fresh: bool,
    /// Why them, most important first.
    pub reasons: Vec<Reason>,
    /// The best evidence, best first.
    pub evidence: Vec<Evidence>,
    /// The score as a sum of named parts; doors show it to administrators only.
    pub parts: Vec<(&'static str, f64)>,
}

/// One reason in words, with what it counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// A word a program can act on: `answered_resolved`, `answered_thanked`, `answered`, `resolved`, …
    pub code: &'static str,
    /// How many readable conversations it counts.
    pub count: usize,
    /// The sentence for a human.
    pub text: String,
}

/// A readable document that speaks for somebody.
#[derive(Debug, Clone, PartialEq)]
pub struct Evidence {
    /// Names it in every build of the index, 16 hex digits. Not its number: gaps between numbers would tell how
    /// much there is that the reader may not read.
    pub id: String,
    /// Source: `slack`, `mail`, `jira` …
    pub source: String,
    /// Channel, list or project.
    pub channel: String,
    /// The strongest role of the person in it.
    pub role: Role,
    /// When.
    pub at: Timestamp,
    /// A link that opens it.
    pub permalink: Option<String>,
    /// The question it answers, cut.
    pub question: Option<String>,
    /// The person's own words around what matches, cut.
    pub snippet: String,
    /// Its share of what the person's documents add to their score by speaking to the question, 0 to 1.
    pub share: f64,
}

/// An earlier question like this one, with its answer.
#[derive(Debug, Clone, PartialEq)]
pub struct PastAnswer {
    /// The earlier question, cut.
    pub question: String,
    /// The answer, cut.
    pub answer: String,
    /// Who gave it.
    pub by: PersonId,
    /// Their display name.
    pub by_name: String,
    /// When.
    pub at: Timestamp,
    /// Source and channel.
    pub source: String,
    /// Channel, list or project.
    pub channel: String,
    /// A link that opens it.
    pub permalink: Option<String>,
    /// What speaks for it: `asker_thanked`, `accepted`, `resolved`.
    pub signals: Vec<&'static str>,
    /// Older than [`crate::Config::stale_days`].
    pub stale: bool,
}

/// Where to ask when nobody is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fallback {
    /// Name of the channel, list or project.
    pub channel: String,
    /// Its source.
    pub source: String,
    /// Why there, in words.
    pub why: String,
}

/// Why nobody is named. None of these tells whether something hidden exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nothing {
    /// Nothing readable matches the question.
    NoEvidence,
    /// Something matches, but too weakly to name anybody.
    BelowConfidence,
    /// The filters leave nobody.
    AllFiltered,
}

/// A part of the search that could not run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Degraded {
    /// The vectors could not be searched: lexical only.
    DenseUnavailable,
    /// Vectors of the newest documents are not yet where they are searched: those were found by words only.
    DenseBehind,
}

impl Degraded {
    /// The word in answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::DenseUnavailable => "dense_unavailable",
            Self::DenseBehind => "dense_behind",
        }
    }
}

impl Confidence {
    /// The word in answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }

    /// Reads the word.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Low, Self::Medium, Self::High].into_iter().find(|band| band.as_str() == text)
    }
}

impl Nothing {
    /// The word in answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoEvidence => "no_evidence",
            Self::BelowConfidence => "below_confidence",
            Self::AllFiltered => "all_filtered",
        }
    }
}
