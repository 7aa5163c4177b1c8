//! The body of `POST /v1/experts/search`: read strictly, checked once, then an [`engine::Search`].
//!
//! Decision: a field that this stage does not know is refused by name rather than ignored, because a filter
//! that is silently ignored shows people whom the caller meant to leave out. Price: a client written for a
//! later stage must leave its newer fields out.

use std::ops::RangeInclusive;

use engine::{MAX_QUESTION_CHARACTERS, Search, View};
use model::{Reader, Timestamp};
use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer};
use serde_json::Number;
use serde_json::error::Category;
use utoipa::ToSchema;

use super::filters::{Filters, Narrowed};
use super::object::Object;
use crate::problem::{Problem, ProblemKind};

/// How many people are named: bounds, and the number if the request says none.
const K: (RangeInclusive<usize>, usize) = (1..=20, 5);
/// Pieces of evidence per person.
const MAX_PER_EXPERT: (RangeInclusive<usize>, usize) = (0..=10, 3);
/// Length of a snippet, in characters.
const MAX_CHARS: (RangeInclusive<usize>, usize) = (40..=2_000, 240);
/// Past answers.
const ANSWERS_K: (RangeInclusive<usize>, usize) = (0..=10, 3);
/// Topics of everybody named.
const TOPICS_K: (RangeInclusive<usize>, usize) = (0..=8, 0);
/// Longest channel name, in characters.
const LONGEST_CHANNEL: usize = 200;

/// A question. Any other field is refused by name.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SearchRequest {
    /// The question in plain words; counted without the space around it.
    #[schema(
        min_length = 1,
        max_length = 4000,
        pattern = r"\S",
        example = "Who knows how to renew the VPN certificate?"
    )]
    query: String,
    /// How many people to name; 5 if left out.
    #[schema(minimum = 1, maximum = 20)]
    #[serde(default, deserialize_with = "whole")]
    k: Option<usize>,
    /// Name of the channel, list or project it is asked in, if known.
    #[schema(min_length = 1, max_length = 200, pattern = r"\S")]
    channel: Option<String>,
    /// `helps`: who will help now (the default); `knows`: who has shown that they know.
    view: Option<WireView>,
    /// Who may be named, and what counts as evidence.
    #[schema(value_type = Option<Filters>)]
    filters: Option<Object<Filters>>,
    /// How much evidence to show.
    #[schema(value_type = Option<EvidenceWish>)]
    evidence: Option<Object<EvidenceWish>>,
    /// How many past answers to show.
    #[schema(value_type = Option<AnswersWish>)]
    answers: Option<Object<AnswersWish>>,
    /// Whether to say why: `none`, `summary` (the default), or `full`, for administrators: 403 for others.
    explain: Option<Explain>,
    /// What is preferred among those who know.
    #[schema(value_type = Option<Prefer>)]
    prefer: Option<Object<Prefer>>,
    /// How much of what everybody named is known for is told.
    #[schema(value_type = Option<TopicsWish>)]
    topics: Option<Object<TopicsWish>>,
}

/// How much of what everybody named is known for is told.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TopicsWish {
    /// Topics for each person; none if left out, for they take longer than the search.
    #[schema(minimum = 0, maximum = 8)]
    #[serde(default, deserialize_with = "whole")]
    k: Option<usize>,
}

/// What is preferred among those who know.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Prefer {
    /// `false`: those who are leaned on already do not stand back.
    spread: Option<bool>,
    /// `false`: those who are absent or have no room are named like the others.
    availability: Option<bool>,
    /// `true`: those who know and are seldom asked come forward; only in who will help now.
    hidden_gems: Option<bool>,
}

/// Which question the ranking answers.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = View)]
pub(crate) enum WireView {
    Knows,
    Helps,
}

/// How much evidence to show.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct EvidenceWish {
    /// Pieces for each person; 3 if left out.
    #[schema(minimum = 0, maximum = 10)]
    #[serde(default, deserialize_with = "whole")]
    max_per_expert: Option<usize>,
    /// Longest snippet, in characters; 240 if left out.
    #[schema(minimum = 40, maximum = 2000)]
    #[serde(default, deserialize_with = "whole")]
    max_chars: Option<usize>,
}

/// How many past answers to show.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AnswersWish {
    /// 3 if left out.
    #[schema(minimum = 0, maximum = 10)]
    #[serde(default, deserialize_with = "whole")]
    k: Option<usize>,
}

/// Whether to say why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Explain {
    None,
    Summary,
    Full,
}

/// A request that has been checked.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Asked {
    /// What the engine is asked.
    pub(crate) search: Search,
    /// Whether the answer carries reasons.
    pub(crate) explained: bool,
    /// Whether scores are taken apart: for administrators only.
    pub(crate) full: bool,
    /// How many topics of everybody named are told.
    pub(crate) topics: usize,
}

impl SearchRequest {
    /// A question of which nothing more is said.
    pub(super) fn plain(query: String, channel: Option<String>) -> Self {
        Self { query, channel, ..Self::default() }
    }

    /// Reads a request.
    ///
    /// # Errors
    /// [`ProblemKind::MalformedJson`] if it is not JSON, else [`ProblemKind::InvalidRequest`] with the field.
    pub(crate) fn parse(body: &[u8]) -> Result<Self, Problem> {
        parse(body)
    }

    /// Checks every bound.
    ///
    /// # Errors
    /// [`ProblemKind::InvalidRequest`] with the field.
    pub(crate) fn check(self, now: Timestamp, reader: Reader) -> Result<Asked, Problem> {
        let explain = self.explain.unwrap_or(Explain::Summary);
        let Object(filters) = self.filters.unwrap_or_default();
        let Object(evidence) = self.evidence.unwrap_or_default();
        let Object(prefer) = self.prefer.unwrap_or_default();
        let Object(answers) = self.answers.unwrap_or_default();
        let Object(topics) = self.topics.unwrap_or_default();
        let topics = bounded("topics.k", topics.k, &TOPICS_K)?;
        let Narrowed { filters, exclude_people, min_confidence } = filters.check()?;
        let search = Search {
            limit: bounded("k", self.k, &K)?,
            channel: self.channel.as_deref().map(channel).transpose()?,
            view: self.view.map_or(View::Helps, WireView::view),
            spread: prefer.spread.unwrap_or(true),
            available: prefer.availability.unwrap_or(true),
            hidden_gems: prefer.hidden_gems.unwrap_or(false),
            exclude_people,
            filters,
            evidence_per_expert: bounded(
                "evidence.max_per_expert",
                evidence.max_per_expert,
                &MAX_PER_EXPERT,
            )?,
            snippet_characters: bounded("evidence.max_chars", evidence.max_chars, &MAX_CHARS)?,
            answers: bounded("answers.k", answers.k, &ANSWERS_K)?,
            min_confidence,
            ..Search::new(question(&self.query)?, reader, now)
        };
        Ok(Asked { search, explained: explain != Explain::None, full: explain == Explain::Full, topics })
    }
}

/// Reads a whole number, however it is written: `5`, or `5.0`, which is one too in JSON.
fn whole<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<usize>, D::Error> {
    let Some(number) = Option::<Number>::deserialize(deserializer)? else { return Ok(None) };
    let as_float = || number.as_f64().filter(|value| value.fract() == 0.0 && (0.0..1e15).contains(value));
    let value = number.as_u64().or_else(|| as_float().map(|value| value as u64));
    let value = value.and_then(|value| usize::try_from(value).ok());
    value.map(Some).ok_or_else(|| D::Error::custom("expected a whole number from 0 on"))
}

/// Reads a body that is one object.
pub(super) fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    let mut json = serde_json::Deserializer::from_slice(body);
    let read: Result<Object<T>, _> = serde_path_to_error::deserialize(&mut json);
    let request = read.map_err(|error| {
        let field = error.path().to_string();
        problem(&field, error.inner())
    })?;
    json.end().map_err(|error| problem(".", &error))?;
    Ok(request.0)
}

impl WireView {
    const fn view(self) -> View {
        match self {
            Self::Knows => View::Knows,
            Self::Helps => View::Helps,
        }
    }
}

/// JSON that does not parse is one thing, JSON that says something else is another.
fn problem(field: &str, error: &serde_json::Error) -> Problem {
    match error.classify() {
        Category::Data if field == "." => Problem::new(ProblemKind::InvalidRequest, error.to_string()),
        Category::Data => Problem::field(field, format!("{field}: {error}")),
        Category::Syntax | Category::Eof | Category::Io => {
            Problem::new(ProblemKind::MalformedJson, error.to_string())
        }
    }
}

fn bounded(
    name: &'static str,
    given: Option<usize>,
    (range, default): &(RangeInclusive<usize>, usize),
) -> Result<usize, Problem> {
    let value = given.unwrap_or(*default);
    if range.contains(&value) {
        return Ok(value);
    }
    let (min, max) = (range.start(), range.end());
    Err(Problem::field(name, format!("{name} is {value}, allowed are {min} to {max}")))
}

pub(super) fn question(text: &str) -> Result<String, Problem> {
    let trimmed = text.trim();
    let length = trimmed.chars().count();
    if (1..=MAX_QUESTION_CHARACTERS).contains(&length) {
        return Ok(trimmed.to_owned());
    }
    let allowed = format!("allowed are 1 to {MAX_QUESTION_CHARACTERS}");
    Err(Problem::field(
        "query",
        format!("query has {length} characters without the space around it, {allowed}"),
    ))
}

pub(super) fn channel(text: &str) -> Result<String, Problem> {
    let trimmed = text.trim();
    let length = trimmed.chars().count();
    if (1..=LONGEST_CHANNEL).contains(&length) {
        return Ok(trimmed.to_owned());
    }
    let allowed = format!("allowed are 1 to {LONGEST_CHANNEL}; leave it out if it is not known");
    Err(Problem::field("channel", format!("channel has {length} characters, {allowed}")))
}

#[cfg(test)]
mod tests;
