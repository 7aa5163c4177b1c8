//! `POST /v1/me/erase` and `GET /v1/me/erase/receipt`: somebody erases themselves.
//!
//! Decision: what goes are the accounts that are proven to be theirs, never one that only looks alike: whoever made
//! an account like another's must not be able to erase them. Price: a second account that nothing proves stays until
//! an operator erases it; the answer names it.
//!
//! Decision: the key or token goes with its owner, so that nobody could be shown the receipt by it. It is shown to
//! whoever knows the `Idempotency-Key` of the order instead; the book of jobs keeps its hash, which names nobody.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Extension, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use data_encoding::HEXLOWER;
use model::PersonId;
use tokio::time::Instant;

use super::body::{must_be_json, read};
use super::desk::{hash, idempotency_key};
use super::jobs::{book, placed};
use super::work::run;
use crate::app::App;
use crate::cell::Answerer;
use crate::problem::{Problem, ProblemBody, ProblemKind};
use crate::request_id::RequestId;
use crate::who::{Caller, Kind};
use crate::wire::{Erase, EraseRequest, EraseResponse};

/// Shortest `Idempotency-Key`, in characters: it opens the receipt, so nobody may guess it.
const SHORTEST_KEY: usize = 16;

/// Erases oneself.
///
/// For good: accounts, messages (as `mode` says), evidence, asks, what one hides, and the keys. It runs beside the
/// answers and takes up to a minute; an export that is read again brings nothing back. `confirm` names one of one's
/// own accounts, and `Idempotency-Key` (a UUID) opens the receipt, because the key that is shown here goes, too. Only
/// with a key or token of one's own: no bot does it for somebody.
#[utoipa::path(post, path = "/v1/me/erase", tag = "me", request_body = EraseRequest,
    params(("idempotency-key" = String, Header, min_length = 16, max_length = 200,
        description = "Chosen by the caller, such as a UUID: nobody else may guess it")),
    responses(
        (status = 202, description = "It is ordered", body = EraseResponse,
            headers(("location" = String, description = "Where to see the receipt"))),
        (status = 404, description = "Nothing is known of whoever asks", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 409, description = "A job writes to the index; `Retry-After` says when to come back",
            body = ProblemBody, content_type = "application/problem+json",
            headers(("retry-after" = i64, description = "Seconds to wait"))),
    ))]
pub(crate) async fn erase(
    State(app): State<Arc<App>>,
    Extension(id): Extension<RequestId>,
    Extension(caller): Extension<Caller>,
    request: Request,
) -> Result<Response, Problem> {
    let own = caller.account.filter(|_| matches!(caller.kind, Kind::User | Kind::Admin));
    let account = own.ok_or_else(|| {
        Problem::new(ProblemKind::Forbidden, "people erase themselves, with a key or token of their own")
    })?;
    let (book, deadline) = (book(&app)?, Instant::now() + app.request_timeout);
    must_be_json(request.headers())?;
    let key = key(request.headers())?;
    let body = EraseRequest::parse(&read(request, deadline, app.max_body_bytes).await?)?;
    let (whose, now) = (account.clone(), (app.clock)());
    let known =
        run(&app, deadline, &id, move |answerer: &dyn Answerer| answerer.own().me(&whose, now)).await?;
    let me = known.ok_or_else(|| Problem::new(ProblemKind::NotFound, "nothing is known of you"))?;
    let own = own_name(&key, &me.person);
    let Erase { order, accounts, left } = body.check(me, account)?;
    if book.ordered_as(&name(&key)).is_some() && book.ordered_as(&own).is_none() {
        return Err(Problem::field("idempotency-key", "the key was used for another order"));
    }
    let job = placed(&id, move || book.order_alone(order, &own, now)).await?;
    tracing::info!(request.id = id.public, job.id, "somebody erases themselves");
    let body = Json(EraseResponse::ordered(job, now, &accounts, &left));
    let mut response = (StatusCode::ACCEPTED, body).into_response();
    let place = HeaderValue::from_static("/v1/me/erase/receipt");
    response.headers_mut().insert(header::LOCATION, place);
    Ok(response)
}

/// Tells how one's erasure stands.
///
/// And what it came to. Without a key or token, which goes with its owner: the `Idempotency-Key` of the order opens it.
#[utoipa::path(get, path = "/v1/me/erase/receipt", tag = "me",
    params(("idempotency-key" = String, Header, min_length = 16, max_length = 200,
        description = "That of the order")),
    responses(
        (status = 200, description = "How it stands", body = EraseResponse),
        (status = 404, description = "Nobody was erased under this key", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 422, description = "The header is missing", body = ProblemBody,
            content_type = "application/problem+json"),
    ))]
pub(crate) async fn receipt(State(app): State<Arc<App>>, headers: HeaderMap) -> Result<Response, Problem> {
    let found = book(&app)?.ordered_as(&name(&key(&headers)?));
    let job = found.ok_or_else(|| Problem::new(ProblemKind::NotFound, "nobody was erased under this key"))?;
    Ok(Json(EraseResponse::new(job, (app.clock)())).into_response())
}

/// The key of an order, which nobody else may guess.
fn key(headers: &HeaderMap) -> Result<String, Problem> {
    idempotency_key(headers)?.filter(|key| key.len() >= SHORTEST_KEY).ok_or_else(|| {
        let detail = format!("the header takes {SHORTEST_KEY} to 200 characters, such as a UUID");
        Problem::field("idempotency-key", detail)
    })
}

/// What the name of every order under a key begins with.
fn name(key: &str) -> String {
    format!("erase {} ", HEXLOWER.encode(&hash(key.as_bytes())))
}

/// Under which name the book keeps somebody's order: hashes with the key in them, which name nobody.
fn own_name(key: &str, person: &PersonId) -> String {
    format!("{}{}", name(key), HEXLOWER.encode(&hash(format!("{key}\n{person}").as_bytes())))
}

#[cfg(test)]
mod tests;
