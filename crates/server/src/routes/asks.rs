//! `/v1/asks`: questions that are put to people, and what those make of them.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Extension, Path, Query, Request, State};
use axum::response::{IntoResponse, Response};
use engine::Search;
use model::{AccountKey, PersonId, Reader, Timestamp};
use routing::{Ask, Draft, Once};
use serde::Serialize;
use tokio::time::Instant;

use super::body::{must_be_json, read};
use super::desk::{Party, hash, idempotency_key};
use super::work::run;
use crate::app::App;
use crate::audit::Told;
use crate::problem::{Problem, ProblemBody, ProblemKind};
use crate::request_id::RequestId;
use crate::who::Caller;
use crate::wire::{
    AnswerRequest, AskPage, AskRequest, AskResponse, AsksQuery, CloseRequest, DeclineRequest, HandOffRequest,
    Put,
};

/// Longest id that is looked for.
const LONGEST_ID: usize = 64;

type Shared = State<Arc<App>>;
type Asked = Result<Response, Problem>;
type Named = Result<Path<String>, PathRejection>;

/// Puts a question to people.
///
/// To whoever will help best and is there, one after another, until somebody takes it; then to the channel. A blind
/// one goes to whoever may know, whether or not the caller may read what shows it, and they choose whether to appear.
/// The same request with the same `Idempotency-Key` within 24 hours is carried out once.
#[utoipa::path(post, path = "/v1/asks", tag = "asks", request_body = AskRequest,
    params(("idempotency-key" = Option<String>, Header, min_length = 1, max_length = 200,
        description = "Chosen by the caller: the same request again gives the same ask")),
    responses((status = 200, description = "The ask", body = AskResponse)))]
pub(crate) async fn put(
    State(app): Shared,
    Extension(id): Extension<RequestId>,
    Extension(caller): Extension<Caller>,
    request: Request,
) -> Asked {
    let party = Party::new(&app, caller, id.clone())?;
    let key = idempotency_key(request.headers())?;
    let body = body(&app, request).await?;
    let put = AskRequest::parse(&body)?;
    let hash = hash(&body);
    if let Some(key) = key.clone() {
        let asker = party.account.clone();
        let before = move |desk: &routing::Desk, seen: &crate::asks::Seen<'_>| {
            desk.asked_before(&asker, Once { key: &key, hash }, seen.now)
        };
        if let Some(ask) = party.look(before).await? {
            return Ok(shown(&party, ask));
        }
    }
    let blind = blind_until(&party, &put)?;
    let first = put.first.as_ref().map(|person| home_of(&party, person)).transpose()?;
    let search = Search {
        channel: put.channel.clone(),
        limit: party.asks.desk.config().list,
        ..Search::new(put.question.clone(), Reader::anyone(), (app.clock)())
    };
    let asker = party.account.clone();
    let deadline = Instant::now() + app.request_timeout;
    let helpers = run(&app, deadline, &id, move |answerer| answerer.helpers(search, &asker, first)).await?;
    let draft = Draft {
        asker: party.account.clone(),
        question: put.question,
        channel: helpers.channel,
        anonymous: put.anonymous,
        share: put.share,
        blind,
        // Whom to ask blindly is looked for afterwards: nothing of it may bear on this answer.
        list: if blind.is_some() { Vec::new() } else { helpers.list },
    };
    let placed = party.act(move |desk, seen| {
        let once = key.as_deref().map(|key| Once { key, hash });
        desk.ask(draft, once, seen, seen.now)
    });
    let ask = placed.await?.ask;
    Ok(shown(&party, ask))
}

/// Lists the caller's asks.
///
/// Those they asked and those that were put to them, newest first.
#[utoipa::path(get, path = "/v1/asks", tag = "asks", params(AsksQuery),
    responses((status = 200, description = "The asks", body = AskPage)))]
pub(crate) async fn list(
    State(app): Shared,
    Extension(id): Extension<RequestId>,
    Extension(caller): Extension<Caller>,
    query: Result<Query<AsksQuery>, QueryRejection>,
) -> Asked {
    let party = Party::new(&app, caller, id)?;
    let Query(query) = query.map_err(|error| {
        Problem::new(ProblemKind::InvalidRequest, format!("the query does not read: {}", error.body_text()))
    })?;
    let (side, cursor, limit) = query.check()?;
    let accounts = party.accounts.clone();
    let asks = party.look(move |desk, _| desk.list(&accounts, side, cursor.as_deref(), limit + 1)).await?;
    let names = |account: &AccountKey| app.answerer.called(account);
    let page = AskPage::new(asks, limit, &party.accounts, &names);
    Ok(told(&party, page.people(), &page))
}

/// Tells how an ask stands.
///
/// To its asker all of it; to whom it was put, their own part. To everybody else it is not there.
#[utoipa::path(get, path = "/v1/asks/{id}", tag = "asks",
    params(("id" = String, Path, description = "The `id` of an ask", min_length = 1)),
    responses(
        (status = 200, description = "The ask", body = AskResponse),
        (status = 404, description = "No ask that concerns the caller", body = ProblemBody,
            content_type = "application/problem+json"),
    ))]
pub(crate) async fn one(
    State(app): Shared,
    Extension(id): Extension<RequestId>,
    Extension(caller): Extension<Caller>,
    name: Named,
) -> Asked {
    let (party, name) = (Party::new(&app, caller, id)?, named(name)?);
    let accounts = party.accounts.clone();
    let ask = party.look(move |desk, _| desk.get(&name, &accounts)).await?;
    Ok(shown(&party, ask))
}

/// Takes an ask.
///
/// By whom it is put to; whoever was too late may still take what nobody else has.
#[utoipa::path(post, path = "/v1/asks/{id}/accept", tag = "asks",
    params(("id" = String, Path, description = "The `id` of an ask", min_length = 1)),
    responses(
        (status = 200, description = "The ask", body = AskResponse),
        (status = 404, description = "No ask that concerns the caller", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 409, description = "Not as things stand", body = ProblemBody,
            content_type = "application/problem+json"),
    ))]
pub(crate) async fn accept(
    State(app): Shared,
    Extension(id): Extension<RequestId>,
    Extension(caller): Extension<Caller>,
    name: Named,
) -> Asked {
    let (party, name) = (Party::new(&app, caller, id)?, named(name)?);
    let accounts = party.accounts.clone();
    let ask = party.act(move |desk, seen| desk.accept(&name, &accounts, seen.now)).await?;
    Ok(shown(&party, ask))
}

/// Declines an ask.
///
/// It goes to whom `suggest_other` names, if they can be asked, then to the next.
#[utoipa::path(post, path = "/v1/asks/{id}/decline", tag = "asks", request_body = DeclineRequest,
    params(("id" = String, Path, description = "The `id` of an ask", min_length = 1)),
    responses(
        (status = 200, description = "The ask", body = AskResponse),
        (status = 404, description = "No ask that concerns the caller", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 409, description = "Not as things stand", body = ProblemBody,
            content_type = "application/problem+json"),
    ))]
pub(crate) async fn decline(
    State(app): Shared,
    Extension(id): Extension<RequestId>,
    Extension(caller): Extension<Caller>,
    name: Named,
    request: Request,
) -> Asked {
    let (party, name) = (Party::new(&app, caller, id)?, named(name)?);
    let (reason, person) = DeclineRequest::parse(&body(&app, request).await?)?;
    let other = person.map(|person| home_of(&party, &person)).transpose()?;
    let accounts = party.accounts.clone();
    let act =
        party.act(move |desk, seen| desk.decline(&name, &accounts, (reason, other.as_ref()), seen, seen.now));
    let ask = act.await?;
    Ok(shown(&party, ask))
}

/// Hands an ask to somebody else.
///
/// Who must be there and have room.
#[utoipa::path(post, path = "/v1/asks/{id}/handoff", tag = "asks", request_body = HandOffRequest,
    params(("id" = String, Path, description = "The `id` of an ask", min_length = 1)),
    responses(
        (status = 200, description = "The ask", body = AskResponse),
        (status = 404, description = "No ask that concerns the caller", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 409, description = "Not as things stand", body = ProblemBody,
            content_type = "application/problem+json"),
    ))]
pub(crate) async fn hand_off(
    State(app): Shared,
    Extension(id): Extension<RequestId>,
    Extension(caller): Extension<Caller>,
    name: Named,
    request: Request,
) -> Asked {
    let (party, name) = (Party::new(&app, caller, id)?, named(name)?);
    let to = home_of(&party, &HandOffRequest::parse(&body(&app, request).await?)?)?;
    let accounts = party.accounts.clone();
    let ask = party.act(move |desk, seen| desk.hand_off(&name, &accounts, &to, seen, seen.now)).await?;
    Ok(shown(&party, ask))
}

/// Answers an ask.
///
/// The answer becomes evidence, which the two may read, or everyone if its asker shared it.
#[utoipa::path(post, path = "/v1/asks/{id}/answer", tag = "asks", request_body = AnswerRequest,
    params(("id" = String, Path, description = "The `id` of an ask", min_length = 1)),
    responses(
        (status = 200, description = "The ask", body = AskResponse),
        (status = 404, description = "No ask that concerns the caller", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 409, description = "Not as things stand", body = ProblemBody,
            content_type = "application/problem+json"),
    ))]
pub(crate) async fn answer(
    State(app): Shared,
    Extension(id): Extension<RequestId>,
    Extension(caller): Extension<Caller>,
    name: Named,
    request: Request,
) -> Asked {
    let (party, name) = (Party::new(&app, caller, id)?, named(name)?);
    let text = AnswerRequest::parse(&body(&app, request).await?)?;
    let accounts = party.accounts.clone();
    let ask = party.act(move |desk, seen| desk.answer(&name, &accounts, &text, seen.now)).await?;
    Ok(shown(&party, ask))
}

/// Ends an ask.
///
/// By its asker: one that somebody still has, and a blind one that nobody answered, is withdrawn, any other is closed.
#[utoipa::path(post, path = "/v1/asks/{id}/close", tag = "asks", request_body = CloseRequest,
    params(("id" = String, Path, description = "The `id` of an ask", min_length = 1)),
    responses(
        (status = 200, description = "The ask", body = AskResponse),
        (status = 404, description = "No ask that concerns the caller", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 409, description = "Not as things stand", body = ProblemBody,
            content_type = "application/problem+json"),
    ))]
pub(crate) async fn close(
    State(app): Shared,
    Extension(id): Extension<RequestId>,
    Extension(caller): Extension<Caller>,
    name: Named,
    request: Request,
) -> Asked {
    let (party, name) = (Party::new(&app, caller, id)?, named(name)?);
    let helped = CloseRequest::parse(&body(&app, request).await?)?.helped;
    let accounts = party.accounts.clone();
    let ask = party.act(move |desk, seen| desk.close(&name, &accounts, helped, seen.now)).await?;
    Ok(shown(&party, ask))
}

/// Shows who asks, or who answers.
///
/// By the asker of an anonymous ask, or by whoever took a blind one; it cannot be taken back.
#[utoipa::path(post, path = "/v1/asks/{id}/reveal", tag = "asks",
    params(("id" = String, Path, description = "The `id` of an ask", min_length = 1)),
    responses(
        (status = 200, description = "The ask", body = AskResponse),
        (status = 404, description = "No ask that concerns the caller", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 409, description = "Not as things stand", body = ProblemBody,
            content_type = "application/problem+json"),
    ))]
pub(crate) async fn reveal(
    State(app): Shared,
    Extension(id): Extension<RequestId>,
    Extension(caller): Extension<Caller>,
    name: Named,
) -> Asked {
    let (party, name) = (Party::new(&app, caller, id)?, named(name)?);
    let accounts = party.accounts.clone();
    let ask = party.act(move |desk, seen| desk.reveal(&name, &accounts, seen.now)).await?;
    Ok(shown(&party, ask))
}

/// Until when an ask goes on blindly; `None` for one that does not.
fn blind_until(party: &Party, put: &Put) -> Result<Option<Timestamp>, Problem> {
    if !put.blind {
        return Ok(None);
    }
    let hours = i64::from(party.asks.desk.config().blind_hours);
    if hours == 0 {
        return Err(Problem::field("blind", "nothing is asked blindly here (option asks.blind_hours)"));
    }
    if put.first.is_some() {
        return Err(Problem::field("blind", "a blind ask names nobody: leave out person_id or blind"));
    }
    Ok(Some((party.app.clock)().plus_seconds(hours * 3_600)))
}

async fn body(app: &App, request: Request) -> Result<Bytes, Problem> {
    must_be_json(request.headers())?;
    read(request, Instant::now() + app.request_timeout, app.max_body_bytes).await
}

fn shown(party: &Party, ask: Ask) -> Response {
    let names = |account: &AccountKey| party.app.answerer.called(account);
    let ask = AskResponse::new(ask, &party.accounts, &names);
    told(party, ask.people(), &ask)
}

/// An answer, and whom it shows: they count as those do whom a search names.
fn told(party: &Party, people: BTreeSet<&str>, body: &impl Serialize) -> Response {
    let mut response = Json(body).into_response();
    response.extensions_mut().insert(Told { about: party.others(people), query: None });
    response
}

/// An id that cannot be one is none that concerns anybody.
fn named(name: Named) -> Result<String, Problem> {
    let name = name.ok().map(|Path(name)| name).filter(|name| name.len() <= LONGEST_ID);
    name.ok_or_else(|| Problem::from(&routing::Error::NotFound))
}

pub(super) fn home_of(party: &Party, person: &PersonId) -> Result<AccountKey, Problem> {
    let home = party.app.answerer.home_of(person, &party.account, (party.app.clock)());
    home.ok_or_else(|| Problem::field("person_id", "there is nobody of this id whom you may know of"))
}

#[cfg(test)]
mod tests;
