//! `GET /v1/events`: what happens to the caller's asks, as it happens.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Extension, Query, State};
use axum::http::HeaderMap;
use axum::response::sse::{Event, KeepAlive};
use axum::response::{IntoResponse, Response, Sse};
use futures_util::stream;
use routing::EventRow;
use serde::Deserialize;
use serde_json::json;
use tokio::sync::{OwnedSemaphorePermit, watch};
use tokio::time::{Instant, timeout_at};
use utoipa::IntoParams;

use super::desk::Party;
use crate::app::App;
use crate::problem::{Problem, ProblemKind};
use crate::request_id::RequestId;
use crate::who::Caller;
use crate::wire;

/// A stream ends after so many seconds: whoever goes on shows their credential again.
const LONGEST: u64 = 600;
/// Events that are read at once.
const AT_ONCE: usize = 100;
/// Something is sent at least so often, so that a broken connection is noticed.
const SIGN_OF_LIFE: Duration = Duration::from_secs(15);

/// How long to listen.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct EventsQuery {
    /// After so many seconds the stream ends; 600 if left out, 0 for what is there already.
    #[param(minimum = 0, maximum = 600)]
    wait_seconds: Option<u64>,
}

/// A stream of events on its way to one caller.
struct Listening {
    party: Party,
    after: i64,
    waiting: VecDeque<EventRow>,
    changed: watch::Receiver<bool>,
    ends_at: Instant,
    _place: OwnedSemaphorePermit,
}

/// Tells what happens to the caller's asks.
///
/// As server-sent events: `id`, `event` (such as `ask.offered`) and `data`. With `Last-Event-ID` everything since that
/// event, else what happens from now on. The stream ends after ten minutes at the latest.
#[utoipa::path(get, path = "/v1/events", tag = "asks",
    params(EventsQuery, ("last-event-id" = Option<String>, Header, description = "The `id` of the last event seen; `0`: all")),
    responses((status = 200, description = "The events", body = String, content_type = "text/event-stream")))]
pub(crate) async fn events(
    State(app): State<Arc<App>>,
    Extension(id): Extension<RequestId>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
    query: Result<Query<EventsQuery>, QueryRejection>,
) -> Result<Response, Problem> {
    let party = Party::new(&app, caller, id)?;
    let Query(query) = query.map_err(|error| {
        Problem::new(ProblemKind::InvalidRequest, format!("the query does not read: {}", error.body_text()))
    })?;
    let wait = query.wait_seconds.unwrap_or(LONGEST);
    if wait > LONGEST {
        return Err(Problem::field("wait_seconds", format!("wait_seconds: at most {LONGEST}")));
    }
    let busy = || Problem::new(ProblemKind::Busy, "as many streams of events as allowed are open");
    let place = Arc::clone(&party.asks.streams).try_acquire_owned().map_err(|_| busy())?;
    let after = match headers.get("last-event-id") {
        None => party.look(|desk, _| desk.newest_event()).await?,
        Some(last) => {
            let wrong = |_| Problem::field("last-event-id", "last-event-id is the id of an event");
            let token = last.to_str().map_err(wrong)?.trim().to_owned();
            // One that is gone, or `0`: everything that there is.
            party.look(move |desk, _| desk.event_called(&token)).await?
        }
    };
    let listening = Listening {
        changed: party.asks.watch(),
        party,
        after,
        waiting: VecDeque::new(),
        ends_at: Instant::now() + Duration::from_secs(wait),
        _place: place,
    };
    let events = stream::unfold(listening, |mut listening| async move {
        let event = listening.next().await?;
        Some((Ok::<_, Infallible>(event), listening))
    });
    Ok(Sse::new(Box::pin(events)).keep_alive(KeepAlive::new().interval(SIGN_OF_LIFE)).into_response())
}

impl Listening {
    /// The next event; `None` when the time is up, the server stops, or the desk fails.
    async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.waiting.pop_front() {
                return Some(self.told(&event));
            }
            let stops = *self.changed.borrow_and_update();
            let (after, accounts) = (self.after, self.party.accounts.clone());
            let look = self.party.look(move |desk, _| desk.events_after(after, Some(&accounts), AT_ONCE));
            self.waiting = look.await.ok()?.into();
            if let Some(last) = self.waiting.back() {
                self.after = last.number;
                continue;
            }
            if stops || timeout_at(self.ends_at, self.changed.changed()).await.is_err() {
                return None;
            }
        }
    }

    fn told(&self, event: &EventRow) -> Event {
        let names = |account: &model::AccountKey| self.party.app.answerer.called(account);
        let kind = format!("ask.{}", event.what.as_str());
        let told = |account: &&model::AccountKey| !event.hidden || self.party.accounts.contains(account);
        let person = event.account.as_ref().filter(told).map(|account| wire::Party::of(account, &names));
        self.party.count_shown(person.as_ref().and_then(wire::Party::person_id));
        let data = json!({ "type": kind, "ask": event.ask, "at": event.at.to_string(), "person": person });
        Event::default().id(&event.token).event(kind).data(data.to_string())
    }
}
