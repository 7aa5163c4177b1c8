//! What goes over the wire: the only types here that know JSON.

mod asks;
mod audit;
mod availability;
mod batch;
mod erase;
mod explained;
mod feedback;
mod filters;
mod index;
mod jobs;
mod me;
mod object;
mod people;
mod request;
mod response;
mod status;
mod topics;

pub(crate) use asks::{
    AnswerRequest, AskPage, AskRequest, AskResponse, AsksQuery, CloseRequest, DeclineRequest, HandOffRequest,
    Party, Put,
};
pub(crate) use audit::{AuditQuery, AuditResponse};
pub(crate) use availability::{AvailabilityRequest, AvailabilityResponse};
pub(crate) use batch::{BatchRequest, BatchResponse};
pub(crate) use erase::{Erase, EraseRequest, EraseResponse};
pub(crate) use explained::WireExplanation;
pub(crate) use feedback::{FeedbackRequest, Subject, Taken};
pub(crate) use index::IndexResponse;
pub(crate) use jobs::{JobRequest, JobResponse, JobsQuery, JobsResponse};
pub(crate) use me::{HiddenResponse, HideRequest, MeResponse, WhyQuery, WhyResponse};
pub(crate) use people::{PeopleQuery, PeopleResponse, PersonResponse};
pub(crate) use request::{Asked, SearchRequest};
pub(crate) use response::SearchResponse;
pub(crate) use status::{Health, Readiness};
pub(crate) use topics::{SubjectExpertsResponse, TopicsQuery, TopicsResponse, WireTopic};

/// What the API would answer, as JSON text: for doors that print it (`whoknows ask --json`).
///
/// # Errors
/// Never in practice: every part of an answer prints as JSON.
pub fn answer_json(found: engine::Found, query_id: &str, took_ms: f64) -> Result<String, serde_json::Error> {
    serde_json::to_string_pretty(&SearchResponse::new(found, query_id, took_ms, true))
}
