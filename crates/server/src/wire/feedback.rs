//! The body of `/v1/feedback`.

use engine::MAX_QUESTION_CHARACTERS;
use model::PersonId;
use routing::Verdict;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::asks::person;
use super::request::{parse, question};
use crate::problem::Problem;

/// Longest id of a search, in characters.
const LONGEST_ID: usize = 100;

/// What somebody says of a suggestion. Either `query_id` or `question`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FeedbackRequest {
    /// The `query_id` of an answer that the same caller got lately.
    #[schema(min_length = 1, max_length = 100)]
    query_id: Option<String>,
    /// The question.
    #[schema(min_length = 1, max_length = 4000, pattern = r"\S")]
    question: Option<String>,
    /// About whom.
    #[schema(min_length = 1, max_length = 512)]
    person_id: String,
    verdict: WireVerdict,
}

/// What somebody says of a suggestion.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = Verdict)]
pub(crate) enum WireVerdict {
    Helped,
    NotHelpful,
    WrongPerson,
}

/// What feedback is about.
pub(crate) enum Subject {
    Query(String),
    Question(String),
}

/// That it was taken.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FeedbackTaken)]
pub(crate) struct Taken {
    pub(crate) taken: bool,
}

impl FeedbackRequest {
    pub(crate) fn parse(body: &[u8]) -> Result<(Subject, PersonId, Verdict), Problem> {
        let request: Self = parse(body)?;
        let verdict = match request.verdict {
            WireVerdict::Helped => Verdict::Helped,
            WireVerdict::NotHelpful => Verdict::NotHelpful,
            WireVerdict::WrongPerson => Verdict::WrongPerson,
        };
        let subject = match (request.query_id, request.question) {
            (Some(id), None) if (1..=LONGEST_ID).contains(&id.chars().count()) => Subject::Query(id),
            (None, Some(text)) => {
                let outside = format!("question has no or more than {MAX_QUESTION_CHARACTERS} characters");
                Subject::Question(question(&text).map_err(|_| Problem::field("question", outside))?)
            }
            _ => {
                return Err(Problem::field(
                    "query_id",
                    "either query_id, of 1 to 100 characters, or question",
                ));
            }
        };
        Ok((subject, person(request.person_id)?, verdict))
    }
}
