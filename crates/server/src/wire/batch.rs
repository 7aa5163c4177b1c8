//! The bodies of `POST /v1/experts/batch`.

use model::{Reader, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::object::Object;
use super::request::{Asked, SearchRequest, parse};
use super::response::SearchResponse;
use crate::problem::Problem;

/// Most questions at once.
const MOST: usize = 20;

/// Many questions.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct BatchRequest {
    /// The questions, each as in a search.
    #[schema(value_type = Vec<SearchRequest>, min_items = 1, max_items = 20)]
    questions: Vec<Object<SearchRequest>>,
}

/// The answers, in the order of the questions.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BatchResponse {
    /// One for each question.
    pub(crate) answers: Vec<SearchResponse>,
}

impl BatchRequest {
    /// Reads a request; fails as [`SearchRequest::parse`] does.
    pub(crate) fn parse(body: &[u8]) -> Result<Self, Problem> {
        parse(body)
    }

    /// Checks every question; fails as [`SearchRequest::check`] does, with the question's place in the field.
    pub(crate) fn check(self, now: Timestamp, reader: &Reader) -> Result<Vec<Asked>, Problem> {
        let number = self.questions.len();
        if !(1..=MOST).contains(&number) {
            let detail = format!("questions has {number} of them, allowed are 1 to {MOST}");
            return Err(Problem::field("questions", detail));
        }
        let check = |(place, Object(question)): (usize, Object<SearchRequest>)| {
            let within = |problem: Problem| problem.within(&format!("questions[{place}]"));
            question.check(now, reader.clone()).map_err(within)
        };
        self.questions.into_iter().enumerate().map(check).collect()
    }
}
