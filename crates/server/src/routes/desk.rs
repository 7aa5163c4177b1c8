//! Work on the desk of asks: who does it, on a blocking thread, with one mapping of what can go wrong.

use std::sync::Arc;

use axum::http::HeaderMap;
use model::AccountKey;
use routing::Desk;
use sha2::{Digest, Sha256};

use crate::app::App;
use crate::asks::{Asks, Seen};
use crate::problem::{Problem, ProblemKind};
use crate::request_id::RequestId;
use crate::who::Caller;

/// Longest idempotency key, in characters.
const LONGEST_KEY: usize = 200;

/// Somebody at the desk.
#[derive(Clone)]
pub(super) struct Party {
    pub(super) app: Arc<App>,
    pub(super) asks: Arc<Asks>,
    /// The account they came with.
    pub(super) account: AccountKey,
    /// All that are proven to be theirs, that one first.
    pub(super) accounts: Vec<AccountKey>,
    /// Who is counted.
    principal: Option<String>,
    id: RequestId,
}

impl Party {
    /// # Errors
    /// [`ProblemKind::Forbidden`] for whoever speaks for no person.
    pub(super) fn new(app: &Arc<App>, caller: Caller, id: RequestId) -> Result<Self, Problem> {
        let nobody = || {
            let detail =
                "asks are between people: show a person's key or token, or say x-on-behalf-of whom you speak";
            Problem::new(ProblemKind::Forbidden, detail)
        };
        let (account, principal) = (caller.account.ok_or_else(nobody)?, caller.principal);
        let asks =
            app.asks.clone().ok_or_else(|| Problem::new(ProblemKind::NotFound, "there are no asks here"))?;
        let accounts = app.answerer.proven_with(&account);
        Ok(Self { app: Arc::clone(app), asks, account, accounts, principal, id })
    }

    /// Those of these people who are somebody else.
    pub(super) fn others<'a>(&self, people: impl IntoIterator<Item = &'a str>) -> Vec<String> {
        let own = self.app.answerer.person_of(&self.account);
        let is_own = |id: &str| own.as_ref().is_some_and(|own| own.as_str() == id);
        people.into_iter().filter(|id| !is_own(id)).map(str::to_owned).collect()
    }

    /// Counts people who are shown to them when the answer has begun already.
    pub(super) fn count_shown<'a>(&self, people: impl IntoIterator<Item = &'a str>) {
        self.app.count_shown(self.principal.as_deref(), &self.others(people), Some(&self.id.own));
    }

    /// Looks at something on a blocking thread.
    pub(super) async fn look<T: Send + 'static>(
        &self,
        look: impl FnOnce(&Desk, &Seen<'_>) -> Result<T, routing::Error> + Send + 'static,
    ) -> Result<T, Problem> {
        let (asks, answerer, now) =
            (Arc::clone(&self.asks), Arc::clone(&self.app.answerer), (self.app.clock)());
        let work = move || look(&asks.desk, &Seen { answerer: answerer.as_ref(), now });
        match tokio::task::spawn_blocking(work).await {
            Ok(Ok(done)) => Ok(done),
            Ok(Err(error)) => {
                let problem = Problem::from(&error);
                if problem.kind == ProblemKind::Internal {
                    tracing::error!(request.id = self.id.public, %error, "the desk failed");
                }
                Err(problem)
            }
            Err(error) => {
                tracing::error!(
                    request.id = self.id.public,
                    panicked = error.is_panic(),
                    "the desk broke off"
                );
                Err(Problem::internal())
            }
        }
    }

    /// Does something on a blocking thread, and tells those who wait for events.
    pub(super) async fn act<T: Send + 'static>(
        &self,
        act: impl FnOnce(&Desk, &Seen<'_>) -> Result<T, routing::Error> + Send + 'static,
    ) -> Result<T, Problem> {
        let done = self.look(act).await?;
        self.asks.wake();
        Ok(done)
    }
}

/// The header `Idempotency-Key`.
pub(super) fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let mut keys = headers.get_all("idempotency-key").iter();
    let Some(key) = keys.next() else { return Ok(None) };
    let key = key.to_str().ok().filter(|key| (1..=LONGEST_KEY).contains(&key.len()));
    if let (Some(key), None) = (key, keys.next()) {
        return Ok(Some(key.to_owned()));
    }
    let detail = format!("one idempotency key of 1 to {LONGEST_KEY} visible characters");
    Err(Problem::field("idempotency-key", detail))
}

/// Names what a request says.
pub(super) fn hash(body: &[u8]) -> [u8; 32] {
    Sha256::digest(body).into()
}
