//! Fetching the issuer's keys, on a thread of its own.
//!
//! Decision: a request never waits for the issuer. Whoever shows a token of a key that is not known yet is refused,
//! the issuer is asked once a minute at most, and the next request finds the key. Issuers publish keys before they
//! sign with them, so that hardly shows.
//! Decision: the last keys that came hold for as long as the issuer is not reached, so that an issuer that is down
//! shuts out nobody. Price: a key that it takes back meanwhile still opens; the age of the keys is a figure to watch.

use std::fmt;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use axum::http::{HeaderMap, header};
use ureq::Agent;

use super::plan::Plan;
use super::{Keys, KeysUrl};
use crate::metrics::single;
use crate::{Error, outward};

/// Longest JWKS, in bytes.
const LARGEST: u64 = 1 << 20;

/// The keys behind an address.
pub(in crate::who) struct Remote {
    url: KeysUrl,
    shared: Arc<Shared>,
}

/// What requests and the thread share.
#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    keys: Option<Arc<Keys>>,
    came: Option<Instant>,
    failed: u64,
    /// A token named a key that is not there.
    missed: bool,
    /// Nobody needs keys any more.
    over: bool,
}

impl Remote {
    pub(super) fn new(url: KeysUrl) -> Self {
        Self { url, shared: Arc::default() }
    }

    pub(super) fn start(&self) -> Result<(), Error> {
        let fetcher = Fetcher::new(&self.url, Arc::clone(&self.shared), Instant::now())?;
        let spawned = std::thread::Builder::new().name("jwks".to_owned()).spawn(move || fetcher.run());
        spawned.map(drop).map_err(|error| Error::Keys(error.to_string()))
    }

    pub(super) fn current(&self) -> Option<Arc<Keys>> {
        self.shared.lock().keys.clone()
    }

    pub(super) fn ask(&self) {
        let mut state = self.shared.lock();
        if !state.missed {
            state.missed = true;
            self.shared.changed.notify_all();
        }
    }

    pub(super) fn figures(&self) -> String {
        let (keys, came, failed) = {
            let state = self.shared.lock();
            (state.keys.as_ref().map_or(0, |keys| keys.0.len()), state.came, state.failed)
        };
        let mut text = String::new();
        single(&mut text, "whoknows_jwks_keys", "gauge", "Keys of the issuer that are known here.", keys);
        if let Some(came) = came {
            let help = "Since when the issuer's keys are as they are known here.";
            single(&mut text, "whoknows_jwks_age_seconds", "gauge", help, came.elapsed().as_secs());
        }
        let help = "Times that the issuer's keys could not be fetched.";
        single(&mut text, "whoknows_jwks_failed_total", "counter", help, failed);
        text
    }
}

impl fmt::Debug for Remote {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Remote").field("url", &self.url).finish_non_exhaustive()
    }
}

impl Drop for Remote {
    fn drop(&mut self) {
        self.shared.lock().over = true;
        self.shared.changed.notify_all();
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Asks the issuer.
struct Fetcher {
    url: String,
    agent: Agent,
    shared: Arc<Shared>,
    plan: Plan,
}

impl Fetcher {
    fn new(url: &KeysUrl, shared: Arc<Shared>, now: Instant) -> Result<Self, Error> {
        // A redirect is not followed: the keys are where the operator says, or nowhere.
        let agent = outward::agent(url.ca_file(), None)?;
        Ok(Self { url: url.as_str().to_owned(), agent, shared, plan: Plan::new(now) })
    }

    /// Fetches whenever it is due, until nobody needs keys any more.
    fn run(mut self) {
        loop {
            self.turn(Instant::now());
            let shared = Arc::clone(&self.shared);
            let mut state = shared.lock();
            loop {
                if state.over {
                    return;
                }
                let wait = self.plan.next(state.missed).saturating_duration_since(Instant::now());
                if wait.is_zero() {
                    break;
                }
                let waited = shared.changed.wait_timeout(state, wait);
                state = waited.unwrap_or_else(PoisonError::into_inner).0;
            }
        }
    }

    /// Fetches if it is due.
    fn turn(&mut self, now: Instant) {
        let missed = self.shared.lock().missed;
        if self.plan.next(missed) > now {
            return;
        }
        let fetched = self.fetch();
        let mut state = self.shared.lock();
        // What was missed while they came is looked for among them first.
        state.missed = false;
        match fetched {
            Ok((keys, good_for)) => {
                let (n_keys, changed) = (keys.0.len(), state.keys.as_deref() != Some(&keys));
                state.keys = Some(Arc::new(keys));
                state.came = Some(now);
                drop(state);
                self.plan.came(now, good_for);
                if changed {
                    tracing::info!(jwks.keys = n_keys, "the issuer's keys changed");
                }
            }
            Err(error) => {
                state.failed += 1;
                let known = state.keys.is_some();
                drop(state);
                self.plan.failed(now);
                if known {
                    tracing::warn!(error, "the issuer's keys could not be fetched; the last ones hold");
                } else {
                    tracing::error!(
                        error,
                        "the issuer's keys could not be fetched; no token opens anything yet"
                    );
                }
            }
        }
    }

    /// The keys, and for how long they are good if the issuer says it.
    fn fetch(&self) -> Result<(Keys, Option<Duration>), String> {
        let request =
            self.agent.get(&self.url).header("accept", "application/jwk-set+json, application/json");
        let mut response = request.call().map_err(|error| error.to_string())?;
        if response.status() != 200 {
            return Err(format!("it answered {}", response.status().as_u16()));
        }
        let good_for = max_age(response.headers());
        let text = response.body_mut().with_config().limit(LARGEST).read_to_vec();
        let keys = Keys::parse(&text.map_err(|error| error.to_string())?);
        keys.map(|keys| (keys, good_for)).map_err(|why| format!("it answered what is {why}"))
    }
}

/// `max-age` of `Cache-Control`.
fn max_age(headers: &HeaderMap) -> Option<Duration> {
    let said = headers.get(header::CACHE_CONTROL)?.to_str().ok()?.to_ascii_lowercase();
    let seconds = said.split(',').find_map(|one| one.trim().strip_prefix("max-age="))?;
    seconds.trim_matches('"').parse().ok().map(Duration::from_secs)
}

#[cfg(test)]
mod tests;
