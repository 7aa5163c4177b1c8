//! Lists, events and settings as they stand in the file: JSON.

use model::{AccountKey, Timestamp};
use serde_json::{Value, json};

use crate::{Absence, Draft, Error, Reason, Settings, Week, What};

pub(super) const fn damaged(what: &'static str) -> Error {
    Error::Damaged(what)
}

pub(super) fn account(text: &str) -> Result<AccountKey, Error> {
    AccountKey::new(text).map_err(|_| damaged("an account"))
}

pub(super) fn list(accounts: &[AccountKey]) -> String {
    json!(accounts.iter().map(AccountKey::as_str).collect::<Vec<_>>()).to_string()
}

pub(super) fn read_list(text: &str) -> Result<Vec<AccountKey>, Error> {
    let texts: Vec<String> = serde_json::from_str(text).map_err(|_| damaged("a list of accounts"))?;
    texts.iter().map(|text| account(text)).collect()
}

/// What is needed to replay an event, besides its kind and account.
pub(super) fn data(what: &What, draft: &Draft) -> Value {
    match what {
        What::Asked => json!({
            "list": draft.list.iter().map(AccountKey::as_str).collect::<Vec<_>>(),
            "anonymous": draft.anonymous,
        }),
        What::Brokered { list } => json!({ "list": list.iter().map(AccountKey::as_str).collect::<Vec<_>>() }),
        What::Offered { until, .. } | What::Accepted { until, .. } => json!({ "until": until.as_millis() }),
        What::Declined { reason, other, .. } => {
            json!({ "reason": reason.as_str(), "other": other.as_ref().map(AccountKey::as_str) })
        }
        What::HandedOff { to, .. } => json!({ "to": to.as_str() }),
        What::Closed { helped } => json!({ "helped": helped }),
        _ => json!({}),
    }
}

pub(super) fn what(kind: &str, whom: Option<&str>, data: &Value) -> Result<What, Error> {
    let wrong = || damaged("an event");
    let whom = || account(whom.ok_or_else(wrong)?);
    let until = || Ok::<_, Error>(Timestamp::from_millis(data["until"].as_i64().ok_or_else(wrong)?));
    Ok(match kind {
        "asked" => What::Asked,
        "brokered" => What::Brokered { list: read_list(&data["list"].to_string())? },
        "offered" => What::Offered { to: whom()?, until: until()? },
        "accepted" => What::Accepted { by: whom()?, until: until()? },
        "declined" => What::Declined {
            by: whom()?,
            reason: data["reason"].as_str().and_then(Reason::parse).ok_or_else(wrong)?,
            other: data["other"].as_str().map(account).transpose()?,
        },
        "handed_off" => What::HandedOff { by: whom()?, to: account(data["to"].as_str().ok_or_else(wrong)?)? },
        "timed_out" => What::TimedOut { by: whom()? },
        "answered" => What::Answered { by: whom()? },
        "escalated" => What::Escalated,
        "nobody" => What::Nobody,
        "closed" => What::Closed { helped: data["helped"].as_bool() },
        "withdrawn" => What::Withdrawn,
        "revealed" => What::Revealed,
        "appeared" => What::Appeared { by: whom()? },
        _ => return Err(wrong()),
    })
}

pub(super) fn settings(settings: &Settings) -> Value {
    let absences: Vec<Value> =
        settings.absences.iter().map(|one| json!([one.from.as_millis(), one.until.as_millis()])).collect();
    json!({
        "timezone": settings.timezone, "week": settings.week.as_ref().map(|week| json!(week.0)),
        "absences": absences, "limit": settings.limit, "ask_me_less": settings.ask_me_less,
    })
}

pub(super) fn read_settings(text: &str) -> Result<Settings, Error> {
    let wrong = |_| damaged("somebody's settings");
    let value: Value = serde_json::from_str(text).map_err(wrong)?;
    let week: Option<[Vec<(u16, u16)>; 7]> = serde_json::from_value(value["week"].clone()).map_err(wrong)?;
    let absences: Vec<(i64, i64)> = serde_json::from_value(value["absences"].clone()).map_err(wrong)?;
    let time = Timestamp::from_millis;
    Ok(Settings {
        timezone: value["timezone"].as_str().map(str::to_owned),
        week: week.map(Week),
        absences: absences
            .into_iter()
            .map(|(from, until)| Absence { from: time(from), until: time(until) })
            .collect(),
        limit: value["limit"].as_u64().map(|limit| u32::try_from(limit).unwrap_or(u32::MAX)),
        ask_me_less: value["ask_me_less"].as_bool().unwrap_or(false),
    })
}
