//! `/v1/me/availability`: when and how often somebody wants to be asked.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Extension, Request, State};
use routing::Directory as _;
use tokio::time::Instant;

use super::body::{must_be_json, read};
use super::desk::Party;
use crate::app::App;
use crate::problem::Problem;
use crate::request_id::RequestId;
use crate::who::Caller;
use crate::wire::{AvailabilityRequest, AvailabilityResponse};

/// Tells when and how often the caller wants to be asked.
///
/// And what it comes to now.
#[utoipa::path(get, path = "/v1/me/availability", tag = "asks",
    responses((status = 200, description = "What they said", body = AvailabilityResponse)))]
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Extension(id): Extension<RequestId>,
    Extension(caller): Extension<Caller>,
) -> Result<Json<AvailabilityResponse>, Problem> {
    told(&Party::new(&app, caller, id)?).await
}

/// Says when and how often the caller wants to be asked.
///
/// In place of all that they said before.
#[utoipa::path(put, path = "/v1/me/availability", tag = "asks", request_body = AvailabilityRequest,
    responses((status = 200, description = "What they said", body = AvailabilityResponse)))]
pub(crate) async fn put(
    State(app): State<Arc<App>>,
    Extension(id): Extension<RequestId>,
    Extension(caller): Extension<Caller>,
    request: Request,
) -> Result<Json<AvailabilityResponse>, Problem> {
    let party = Party::new(&app, caller, id)?;
    must_be_json(request.headers())?;
    let body = read(request, Instant::now() + app.request_timeout, app.max_body_bytes).await?;
    let settings = AvailabilityRequest::parse(&body)?;
    let accounts = party.accounts.clone();
    party.look(move |desk, _| desk.put_settings(&accounts, &settings)).await?;
    told(&party).await
}

async fn told(party: &Party) -> Result<Json<AvailabilityResponse>, Problem> {
    let (account, accounts) = (party.account.clone(), party.accounts.clone());
    let look = party.look(move |desk, seen| {
        let somebody = seen.somebody(&account);
        let presence = somebody.map(|somebody| desk.whole_presence(&somebody, seen.now)).transpose()?;
        Ok(AvailabilityResponse::new(&desk.settings(&accounts)?, presence))
    });
    Ok(Json(look.await?))
}
