//! The bodies of `/v1/me/erase`.

use engine::Me;
use engine::erase::{Erasure, Target};
use engine::jobs::{Job, Order};
use model::{AccountKey, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::jobs::{ForgetMode, WireProgress};
use super::request::parse;
use crate::problem::Problem;

/// That one wants to be erased.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct EraseRequest {
    /// One of one's own accounts, as `GET /v1/me` tells them: nobody erases themselves by accident.
    #[schema(min_length = 3, max_length = 512)]
    confirm: String,
    /// What becomes of one's messages; `both` if left out.
    mode: Option<ForgetMode>,
}

/// How one's erasure stands.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Erasure)]
pub(crate) struct EraseResponse {
    /// `queued`, `running`, `done`, `failed`, or `interrupted`: the server ended before it did. Order it again.
    state: &'static str,
    /// What becomes of the messages: `both`, `person` or `anonymise`.
    mode: String,
    asked_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    progress: Option<WireProgress>,
    /// The accounts that are erased; told only to whoever orders it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    accounts: Vec<String>,
    /// Accounts that look alike and stay, because nothing proves that they are one's own; an operator can erase them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    left: Vec<String>,
    /// What went, by kind, without a name; absent until it is done.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Object)]
    receipt: Option<Value>,
}

/// Whose erasure is ordered, and of what.
pub(crate) struct Erase {
    pub(crate) order: Order,
    /// The accounts that go.
    pub(crate) accounts: Vec<AccountKey>,
    /// Those that look alike and stay.
    pub(crate) left: Vec<AccountKey>,
}

impl EraseRequest {
    /// Reads a body.
    ///
    /// # Errors
    /// As those of a search.
    pub(crate) fn parse(body: &[u8]) -> Result<Self, Problem> {
        parse(body)
    }

    /// The order that it is, of somebody who came with `account`.
    ///
    /// # Errors
    /// An invalid request unless it names an account of theirs.
    pub(crate) fn check(self, me: Me, account: AccountKey) -> Result<Erase, Problem> {
        let confirmed = |key: &AccountKey| key.as_str() == self.confirm.trim();
        let mut accounts = me.accounts;
        if !accounts.contains(&account) {
            accounts.push(account);
        }
        if !accounts.iter().any(confirmed) {
            let detail =
                "this erases you for good: confirm it with one of your accounts, as GET /v1/me names them";
            return Err(Problem::field("confirm", detail));
        }
        let mode = self.mode.map_or(Erasure::Both, Erasure::from);
        let order = Order::Forget { target: Target::Accounts(accounts.clone()), mode };
        Ok(Erase { order, accounts, left: me.alike })
    }
}

impl EraseResponse {
    /// How it stands, for whoever holds the key it was ordered with.
    pub(crate) fn new(job: Job, now: Timestamp) -> Self {
        Self {
            state: job.state.as_str(),
            mode: job.arguments["mode"].as_str().unwrap_or_default().to_owned(),
            asked_at: job.created_at.to_string(),
            ended_at: job.ended_at.map(|time| time.to_string()),
            progress: job.progress.map(|progress| WireProgress::new(progress, now)),
            accounts: Vec::new(),
            left: Vec::new(),
            receipt: job.result,
        }
    }

    /// The same, for whoever orders it.
    pub(crate) fn ordered(job: Job, now: Timestamp, accounts: &[AccountKey], left: &[AccountKey]) -> Self {
        let keys = |keys: &[AccountKey]| keys.iter().map(ToString::to_string).collect();
        Self { accounts: keys(accounts), left: keys(left), ..Self::new(job, now) }
    }
}
