//! The bodies and parameters of `/v1/topics`.

use data_encoding::HEXLOWER;
use engine::{Subject, Topic};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::problem::Problem;

/// Topics in a list: most, and how many if the request says none.
const LIMIT: (usize, usize) = (200, 50);
/// Longest cursor, in bytes.
const LONGEST_CURSOR: usize = 1 << 10;

/// Something that somebody is known for. How many is told by band only.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Topic)]
pub(crate) struct WireTopic {
    id: String,
    name: String,
    /// In how many conversations: `some` (2 or 3), `several` (4 to 9) or `many`.
    conversations: &'static str,
    last_at: String,
    /// Quarters of a year in which they answered about it, oldest first, such as `2026-Q1`.
    quarters: Vec<String>,
}

/// A subject that people are known for.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Subject)]
pub(crate) struct WireSubject {
    id: String,
    name: String,
    /// When somebody last answered about it.
    last_at: String,
}

/// Subjects, by name.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Topics)]
pub(crate) struct TopicsResponse {
    topics: Vec<WireSubject>,
    /// Give it back as `cursor` for those that come next; absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// Who is known for a subject.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SubjectExperts)]
pub(crate) struct SubjectExpertsResponse {
    topic: WireSubject,
    /// By name: no order of merit.
    experts: Vec<WireSubjectExpert>,
}

/// Somebody who is known for a subject.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SubjectExpert)]
pub(crate) struct WireSubjectExpert {
    person_id: String,
    display_name: String,
    /// In how many conversations: `some` (2 or 3), `several` (4 to 9) or `many`.
    conversations: &'static str,
}

/// Which topics to list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct TopicsQuery {
    /// How many at most; 50 if left out.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<usize>,
    /// Where the list before this one ended: its `next_cursor`.
    #[param(min_length = 2, max_length = 1024, pattern = "^([0-9a-f]{2})+$")]
    cursor: Option<String>,
}

/// A part of the list.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Part {
    after: Option<String>,
    limit: usize,
}

impl TopicsQuery {
    /// Checks every bound.
    ///
    /// # Errors
    /// An invalid request, with the field.
    pub(crate) fn check(self) -> Result<Part, Problem> {
        let (most, usual) = LIMIT;
        let limit = self.limit.unwrap_or(usual);
        if !(1..=most).contains(&limit) {
            return Err(Problem::field("limit", format!("limit is {limit}, allowed are 1 to {most}")));
        }
        let no_cursor = || Problem::field("cursor", "cursor is none that a list ended with");
        let read = |text: String| -> Result<String, Problem> {
            let fits = !text.is_empty() && text.len() <= LONGEST_CURSOR;
            let bytes = HEXLOWER.decode(text.as_bytes()).ok().filter(|_| fits).ok_or_else(no_cursor)?;
            Ok(String::from_utf8_lossy(&bytes).into_owned())
        };
        Ok(Part { after: self.cursor.map(read).transpose()?, limit })
    }
}

impl TopicsResponse {
    /// A part of all subjects, which come by name.
    pub(crate) fn of(all: &[Subject], part: &Part) -> Self {
        let start = part.after.as_ref().map_or(0, |after| all.partition_point(|one| one.name <= *after));
        let rest = all.get(start..).unwrap_or_default();
        let here = rest.get(..part.limit).unwrap_or(rest);
        let next_cursor = here.last().filter(|_| here.len() < rest.len());
        Self {
            topics: here.iter().map(WireSubject::from).collect(),
            next_cursor: next_cursor.map(|last| HEXLOWER.encode(last.name.as_bytes())),
        }
    }
}

impl From<&Subject> for WireSubject {
    fn from(subject: &Subject) -> Self {
        let name = subject.name.clone();
        Self { id: name.clone(), name, last_at: subject.last_at.to_string() }
    }
}

impl From<&Subject> for SubjectExpertsResponse {
    fn from(subject: &Subject) -> Self {
        let expert =
            |(person, name, band): &(model::PersonId, String, engine::TopicBand)| WireSubjectExpert {
                person_id: person.to_string(),
                display_name: name.clone(),
                conversations: band.as_str(),
            };
        Self { topic: subject.into(), experts: subject.experts.iter().map(expert).collect() }
    }
}

impl From<Topic> for WireTopic {
    fn from(topic: Topic) -> Self {
        Self {
            id: topic.name.clone(),
            name: topic.name,
            conversations: topic.band.as_str(),
            last_at: topic.last_at.to_string(),
            quarters: topic.quarters,
        }
    }
}
