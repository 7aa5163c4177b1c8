//! `POST /v1/feedback`: what somebody says of a suggestion.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Extension, Request, State};
use routing::Feedback;
use tokio::time::Instant;

use super::asks::home_of;
use super::body::{must_be_json, read};
use super::desk::Party;
use crate::app::App;
use crate::problem::Problem;
use crate::request_id::RequestId;
use crate::who::Caller;
use crate::wire::{FeedbackRequest, Subject, Taken};

/// Says how good a suggestion was.
///
/// The next `learn` reads it. Name the question, or the `query_id` of an answer of the last hour.
#[utoipa::path(post, path = "/v1/feedback", tag = "asks", request_body = FeedbackRequest,
    responses((status = 200, description = "It is kept", body = Taken)))]
pub(crate) async fn feedback(
    State(app): State<Arc<App>>,
    Extension(id): Extension<RequestId>,
    Extension(caller): Extension<Caller>,
    request: Request,
) -> Result<Json<Taken>, Problem> {
    let party = Party::new(&app, caller, id)?;
    must_be_json(request.headers())?;
    let body = read(request, Instant::now() + app.request_timeout, app.max_body_bytes).await?;
    let (subject, person, verdict) = FeedbackRequest::parse(&body)?;
    let (question, channel) = match subject {
        Subject::Question(question) => (question, None),
        Subject::Query(id) => {
            let unknown = || Problem::field("query_id", "query_id is none of an answer that you got lately");
            party.asks.recent.get(&party.account, &id).ok_or_else(unknown)?
        }
    };
    let about = home_of(&party, &person)?;
    let by = party.account.clone();
    let put = party.look(move |desk, seen| {
        desk.put_feedback(&Feedback { at: seen.now, by, question, channel, about, verdict })
    });
    put.await?;
    Ok(Json(Taken { taken: true }))
}
