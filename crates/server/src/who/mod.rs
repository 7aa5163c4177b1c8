//! Who is asking: what a request shows, whom that makes it, and what they may do.
//!
//! A request shows nothing, an API key, or a token of the organization's issuer. Whose rights an answer obeys
//! follows from that alone: no field of a request can widen them.

mod guard;
mod jwks;
mod jwt;
#[cfg(test)]
mod matrix;

use axum::http::{HeaderMap, HeaderName, header};
use model::{AccountKey, SourceName, Timestamp};

use crate::Error;
use crate::cell::Answerer;
use crate::keys::{Key, Owner, Ring, Scope, Secret, State};
use crate::live::Token;
use crate::problem::{Problem, ProblemKind};
use jwt::Checker;

pub(crate) use guard::{Access, Known, guard};
pub use jwks::{KeysFrom, KeysUrl};
pub use jwt::Tokens;

/// The header by which a bot says for whom it speaks: an account, such as `slack:U017`.
pub(crate) const ON_BEHALF_OF: HeaderName = HeaderName::from_static("x-on-behalf-of");

/// What callers who show nothing may do, where they are let in at all.
const ANONYMOUS: [Scope; 3] = [Scope::Search, Scope::People, Scope::Metrics];
/// What people with a token of the issuer may do.
const USER: [Scope; 3] = [Scope::Search, Scope::People, Scope::Me];

/// What kind of caller it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Whoever reaches a loopback address, where that is let in.
    Anonymous,
    User,
    Service,
    Bot,
    Admin,
}

impl Kind {
    /// The word in the log.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Anonymous => "anonymous",
            Self::User => "user",
            Self::Service => "service",
            Self::Bot => "bot",
            Self::Admin => "admin",
        }
    }
}

/// Somebody who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Caller {
    pub(crate) kind: Kind,
    /// The key they showed, by the id that opens nothing.
    pub(crate) key: Option<String>,
    /// Whose rights the answer obeys; `None`: those of anyone.
    pub(crate) account: Option<AccountKey>,
    /// Whose requests are counted together; `None`: nobody's.
    pub(crate) principal: Option<String>,
    scopes: Vec<Scope>,
    /// Sources for whose accounts it may speak.
    speaks_for: Vec<SourceName>,
}

impl Caller {
    /// Whether the caller may do something.
    pub(crate) fn may(&self, scope: Scope) -> bool {
        self.scopes.iter().any(|own| *own == scope || *own == Scope::Admin)
    }

    fn anonymous() -> Self {
        Self {
            kind: Kind::Anonymous,
            key: None,
            account: None,
            principal: None,
            scopes: ANONYMOUS.to_vec(),
            speaks_for: Vec::new(),
        }
    }
}

/// Why what was shown opens nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refused {
    /// It is none of ours, or not whole.
    Unknown,
    Expired,
    Revoked,
    /// It is meant for somebody else.
    Elsewhere,
    /// It names no account.
    Unmapped,
    /// The issuer's keys never came yet, so that nobody can tell.
    NotYet,
}

/// Tells who is asking.
#[derive(Debug)]
pub(crate) struct Doorkeeper {
    pub(crate) keys: Ring,
    tokens: Option<Checker>,
    /// The secret of live ingestion.
    live: Option<Token>,
    /// Whether callers who show nothing are let in.
    anonymous: bool,
}

impl Doorkeeper {
    pub(crate) fn new(keys: Ring, tokens: Option<Tokens>, anonymous: bool) -> Self {
        Self { keys, tokens: tokens.map(Checker::new), live: None, anonymous }
    }

    /// The same, which also knows the secret of live ingestion.
    pub(crate) fn with_live(self, live: Option<Token>) -> Self {
        Self { live, ..self }
    }

    /// Starts what the doorkeeper does beside the requests: fetching the issuer's keys.
    ///
    /// # Errors
    /// [`Error::Tls`] if the certificates for it do not read, [`Error::Keys`] without a thread.
    pub(crate) fn start(&self) -> Result<(), Error> {
        self.tokens.as_ref().map_or(Ok(()), Checker::start)
    }

    /// How fetching the issuer's keys goes, in the text form of Prometheus.
    pub(crate) fn figures(&self) -> Option<String> {
        self.tokens.as_ref().and_then(Checker::figures)
    }

    /// Who sends a request with these headers.
    ///
    /// # Errors
    /// [`ProblemKind::Unauthorized`] if that cannot be told, [`ProblemKind::Unavailable`] if it cannot be told yet,
    /// [`ProblemKind::Forbidden`] if a bot speaks for somebody for whom it may not. The caller is not told why: the
    /// log is.
    pub(crate) fn identify(
        &self,
        headers: &HeaderMap,
        answerer: &dyn Answerer,
        now: Timestamp,
    ) -> Result<Caller, Problem> {
        let mut shown = headers.get_all(header::AUTHORIZATION).iter();
        let caller = match (shown.next(), shown.next()) {
            (None, _) if self.anonymous => Caller::anonymous(),
            (None, _) => return Err(nothing_shown()),
            (Some(shown), None) => self.known(shown.as_bytes(), now).map_err(refused)?,
            (Some(_), Some(_)) => return Err(refused(Refused::Unknown)),
        };
        let mut caller = match headers.get(ON_BEHALF_OF) {
            Some(account) => speaking_for(caller, account.as_bytes(), answerer)?,
            None => caller,
        };
        // Whoever comes by several ways is one principal.
        if let Some(person) = caller.account.as_ref().and_then(|account| answerer.person_of(account)) {
            caller.principal = Some(format!("person {person}"));
        }
        Ok(caller)
    }

    /// Whose credential it is.
    fn known(&self, header: &[u8], now: Timestamp) -> Result<Caller, Refused> {
        let shown = bearer(header).ok_or(Refused::Unknown)?;
        if let Some(secret) = Secret::parse(shown) {
            let (key, state) = self.keys.find(&secret, now).ok_or(Refused::Unknown)?;
            return match state {
                State::Active => Ok(Caller::from(key)),
                State::Expired => Err(Refused::Expired),
                State::Revoked => Err(Refused::Revoked),
            };
        }
        if self.live.as_ref().is_some_and(|token| token.is(shown.as_bytes())) {
            return Ok(Caller {
                kind: Kind::Service,
                key: None,
                account: None,
                principal: Some("live".to_owned()),
                scopes: vec![Scope::Ingest],
                speaks_for: Vec::new(),
            });
        }
        let said = self.tokens.as_ref().ok_or(Refused::Unknown)?.check(shown, now)?;
        let (kind, scopes) =
            if said.admin { (Kind::Admin, vec![Scope::Admin]) } else { (Kind::User, USER.to_vec()) };
        let principal = Some(format!("account {}", said.account));
        Ok(Caller { kind, key: None, account: Some(said.account), principal, scopes, speaks_for: Vec::new() })
    }
}

impl From<Key> for Caller {
    fn from(key: Key) -> Self {
        let admin = key.scopes.contains(&Scope::Admin);
        let (kind, account) = match key.owner {
            Owner::Person(account) => (if admin { Kind::Admin } else { Kind::User }, Some(account)),
            Owner::Service(_) => (if admin { Kind::Admin } else { Kind::Service }, None),
            Owner::Bot(_) => (Kind::Bot, None),
        };
        Self {
            kind,
            principal: Some(format!("key {}", key.id)),
            key: Some(key.id),
            account,
            scopes: key.scopes,
            speaks_for: key.speaks_for,
        }
    }
}

/// The bot, with the rights of the person for whom it speaks. Only an account of somebody who is known will
/// do: an account that only looks like theirs opens nothing of theirs, here as everywhere.
fn speaking_for(caller: Caller, account: &[u8], answerer: &dyn Answerer) -> Result<Caller, Problem> {
    let account = std::str::from_utf8(account).ok().and_then(|text| AccountKey::new(text.trim()).ok());
    let allowed = account.filter(|account| {
        caller.speaks_for.iter().any(|source| source.as_str() == account.source())
            && answerer.person_of(account).is_some()
    });
    match allowed {
        Some(account) => Ok(Caller { account: Some(account), ..caller }),
        None => Err(Problem::new(
            ProblemKind::Forbidden,
            "x-on-behalf-of is for bots, and names an account of somebody known in a source of theirs",
        )),
    }
}

/// What stands behind `Bearer`.
fn bearer(header: &[u8]) -> Option<&str> {
    let (scheme, shown) = header.split_at_checked(7)?;
    let shown = scheme.eq_ignore_ascii_case(b"bearer ").then(|| shown.trim_ascii())?;
    std::str::from_utf8(shown).ok()
}

fn nothing_shown() -> Problem {
    Problem::new(
        ProblemKind::Unauthorized,
        "show an API key or a token: authorization: Bearer … (`whoknows keys create` makes a key)",
    )
}

fn refused(why: Refused) -> Problem {
    tracing::info!(reason = ?why, "refused a credential");
    if why == Refused::NotYet {
        let detail = "the issuer's keys are not here yet, so that no token can be checked";
        return Problem::new(ProblemKind::Unavailable, detail);
    }
    Problem::new(
        ProblemKind::Unauthorized,
        "what was shown opens nothing here: it is unknown, over, revoked, or meant for somebody else",
    )
}
