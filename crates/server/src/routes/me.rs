//! `/v1/me`: what is told of oneself, and changing it. Only for callers who stand for somebody: a person's key, a
//! token of the issuer, a bot that speaks for somebody.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Extension, Path, Query, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use engine::Wanted;
use model::AccountKey;
use tokio::time::Instant;

use super::body::{must_be_json, read};
use super::work::run;
use crate::app::App;
use crate::cell::Answerer;
use crate::problem::{Problem, ProblemBody, ProblemKind};
use crate::request_id::RequestId;
use crate::who::Caller;
use crate::wire::{HiddenResponse, HideRequest, MeResponse, WhyQuery, WhyResponse};

/// Tells who one is here, and what one hides.
#[utoipa::path(get, path = "/v1/me", tag = "me", responses(
    (status = 200, description = "Oneself", body = MeResponse),
    (status = 404, description = "Nothing is known of whoever asks", body = ProblemBody,
        content_type = "application/problem+json"),
))]
pub(crate) async fn me(
    State(app): State<Arc<App>>,
    Extension(id): Extension<RequestId>,
    Extension(caller): Extension<Caller>,
) -> Result<Response, Problem> {
    let (account, now) = (somebody(caller)?, (app.clock)());
    let look = move |answerer: &dyn Answerer| {
        let Some(me) = answerer.own().me(&account, now)? else { return Ok(None) };
        let topics = answerer.topics_of(&me.person, Some(&account), now)?;
        Ok(Some((me, topics)))
    };
    let known = run(&app, deadline(&app), &id, look).await?;
    let (me, topics) = known.ok_or_else(|| Problem::new(ProblemKind::NotFound, "nothing is known of you"))?;
    Ok(Json(MeResponse::new(me, topics)).into_response())
}

/// Tells what one hides.
#[utoipa::path(get, path = "/v1/me/hidden", tag = "me",
    responses((status = 200, description = "What one hides, oldest first", body = HiddenResponse)))]
pub(crate) async fn hidden(
    State(app): State<Arc<App>>,
    Extension(id): Extension<RequestId>,
    Extension(caller): Extension<Caller>,
) -> Result<Response, Problem> {
    let account = somebody(caller)?;
    let all = run(&app, deadline(&app), &id, move |answerer| answerer.own().hidden(&account)).await?;
    Ok(Json(HiddenResponse::from(all)).into_response())
}

/// Hides something of oneself.
///
/// It holds from the next request on, for everybody and everywhere. Hiding the same once more changes nothing. What
/// is hidden is as if it were not there: it names nobody, counts for nothing, and is shown as no past answer.
#[utoipa::path(post, path = "/v1/me/hidden", tag = "me", request_body = HideRequest, responses(
    (status = 200, description = "What is hidden now by this: one thing, or one for each channel of a name",
        body = HiddenResponse),
    (status = 404, description = "No such evidence of one's own", body = ProblemBody,
        content_type = "application/problem+json"),
))]
pub(crate) async fn hide(
    State(app): State<Arc<App>>,
    Extension(id): Extension<RequestId>,
    Extension(caller): Extension<Caller>,
    request: Request,
) -> Result<Response, Problem> {
    let (account, deadline) = (somebody(caller)?, deadline(&app));
    must_be_json(request.headers())?;
    let wanted = HideRequest::parse(&read(request, deadline, app.max_body_bytes).await?)?.wanted()?;
    hide_now(&app, &id, account, (wanted, false)).await
}

/// Says that one knows nothing of a subject: hides it, and keeps that it was wrong.
#[utoipa::path(post, path = "/v1/me/topics/{id}/wrong", tag = "me",
    params(("id" = String, Path, description = "The subject, as answers name it", min_length = 1, max_length = 200)),
    responses((status = 200, description = "The subject, hidden", body = HiddenResponse),
        (status = 422, description = "The subject holds no word", body = ProblemBody,
            content_type = "application/problem+json")))]
pub(crate) async fn wrong(
    State(app): State<Arc<App>>,
    Extension(id): Extension<RequestId>,
    Extension(caller): Extension<Caller>,
    path: Result<Path<String>, axum::extract::rejection::PathRejection>,
) -> Result<Response, Problem> {
    let account = somebody(caller)?;
    let Path(topic) = path.map_err(|_| Problem::field("id", "the subject is no text"))?;
    hide_now(&app, &id, account, (Wanted::Topic(topic), true)).await
}

/// Shows again what one hides.
#[utoipa::path(delete, path = "/v1/me/hidden/{id}", tag = "me",
    params(("id" = String, Path, description = "The `id` of what is hidden", min_length = 1)),
    responses((status = 204, description = "It is hidden no more"),
        (status = 404, description = "One hides nothing under this id", body = ProblemBody,
            content_type = "application/problem+json")))]
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Extension(id): Extension<RequestId>,
    Extension(caller): Extension<Caller>,
    path: Result<Path<String>, axum::extract::rejection::PathRejection>,
) -> Result<Response, Problem> {
    let account = somebody(caller)?;
    let nothing = || Problem::new(ProblemKind::NotFound, "you hide nothing under this id");
    let Path(which) = path.map_err(|_| nothing())?;
    let shown = move |answerer: &dyn Answerer| answerer.own().show(&account, &which);
    if run(&app, deadline(&app), &id, shown).await? {
        Ok(StatusCode::NO_CONTENT.into_response())
    } else {
        Err(nothing())
    }
}

/// Tells why one is named in answer to a question, or why not, with everything that counted.
#[utoipa::path(get, path = "/v1/me/why", tag = "me", params(WhyQuery),
    responses((status = 200, description = "One's own score, taken apart", body = WhyResponse)))]
pub(crate) async fn why(
    State(app): State<Arc<App>>,
    Extension(id): Extension<RequestId>,
    Extension(caller): Extension<Caller>,
    query: Result<Query<WhyQuery>, QueryRejection>,
) -> Result<Response, Problem> {
    let account = somebody(caller)?;
    let Query(query) = query.map_err(|error| {
        Problem::new(ProblemKind::InvalidRequest, format!("the query does not read: {}", error.body_text()))
    })?;
    let search = query.check((app.clock)())?;
    let why = move |answerer: &dyn Answerer| answerer.why(search, Some(&account), true);
    let explained = run(&app, deadline(&app), &id, why).await?;
    Ok(Json(WhyResponse::from(explained)).into_response())
}

/// Gives everything that is known of oneself: what one wrote, the evidence made of it, what one hides.
#[utoipa::path(get, path = "/v1/me/export", tag = "me", responses(
    (status = 200, description = "All of it", body = Object),
    (status = 404, description = "Nothing is known of whoever asks", body = ProblemBody,
        content_type = "application/problem+json"),
))]
pub(crate) async fn export(
    State(app): State<Arc<App>>,
    Extension(id): Extension<RequestId>,
    Extension(caller): Extension<Caller>,
) -> Result<Response, Problem> {
    let (account, now) = (somebody(caller)?, (app.clock)());
    let known = run(&app, deadline(&app), &id, move |answerer| answerer.own().export(&account, now)).await?;
    Ok(Json(known).into_response())
}

async fn hide_now(
    app: &App,
    id: &RequestId,
    account: AccountKey,
    (wanted, is_wrong): (Wanted, bool),
) -> Result<Response, Problem> {
    let now = (app.clock)();
    let hide = move |answerer: &dyn Answerer| answerer.own().hide(&account, &wanted, is_wrong, now);
    let hidden = run(app, deadline(app), id, hide).await?;
    Ok(Json(HiddenResponse::from(hidden)).into_response())
}

fn deadline(app: &App) -> Instant {
    Instant::now() + app.request_timeout
}

/// Whose it is.
fn somebody(caller: Caller) -> Result<AccountKey, Problem> {
    caller.account.ok_or_else(|| {
        Problem::new(ProblemKind::Forbidden, "this is for people: the key or token stands for nobody")
    })
}

#[cfg(test)]
mod tests;
