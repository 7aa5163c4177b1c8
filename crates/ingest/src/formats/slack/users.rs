//! The directory of an export: users and bots.

use model::{Account, DirectoryEntry, EmploymentStatus, PersonKind, SourceName};
use serde_json::Value;

use super::read_list;
use crate::Export;
use crate::formats::out::{Flow, Out};
use crate::formats::values;

/// The account that Slack itself speaks through.
const SLACKBOT: &str = "USLACKBOT";

/// Hands out the accounts of `users.json` (`org_users.json` in an Enterprise Grid).
pub(super) fn read(export: &Export, source: &SourceName, out: &mut Out<'_>) -> Flow {
    let mut found = false;
    for file in ["users.json", "org_users.json"] {
        found |= read_list(export, file, out, |out, value| {
            let Some(account) = account(source, value) else {
                out.skip("user without an id");
                return Flow::Continue(());
            };
            out.account(account)
        })?;
    }
    if !found {
        out.warn("users.json is missing: people are known by what their messages say of them");
    }
    Flow::Continue(())
}

/// The account that an entry of the list describes.
fn account(source: &SourceName, user: &Value) -> Option<Account> {
    let id = values::id(user, "id")?;
    let profile = user.get("profile").unwrap_or(&Value::Null);
    let bot = values::flag(user, "is_bot")
        || values::flag(user, "is_app_user") && values::text(profile, "email").is_none()
        || id == SLACKBOT
        // Integrations are listed under their bot id, without a profile.
        || id.starts_with('B') && profile.is_null();
    let unconfirmed = user.get("is_email_confirmed").and_then(Value::as_bool) == Some(false);
    let email = values::text(profile, "email").filter(|email| email.contains('@') && !unconfirmed);
    // Guests are let into some channels only, strangers come from another organisation's workspace.
    let guest =
        ["is_restricted", "is_ultra_restricted", "is_stranger"].iter().any(|flag| values::flag(user, flag));
    let status = user
        .get("deleted")
        .and_then(Value::as_bool)
        .map(|deleted| if deleted { EmploymentStatus::Departed } else { EmploymentStatus::Active });
    Some(Account {
        key: values::account(source, &id)?,
        name: name(user, profile),
        verified_emails: email.map(|email| email.trim().to_lowercase()).into_iter().collect(),
        bot,
        directory: DirectoryEntry {
            status,
            title: values::text(profile, "title").map(|title| title.trim().to_owned()),
            timezone: values::text(user, "tz").map(str::to_owned),
            languages: values::text(user, "locale").map(str::to_owned).into_iter().collect(),
            user_name: values::text(user, "name").map(str::to_owned),
            full_name: values::text(profile, "real_name").map(|name| name.trim().to_owned()),
            kind: guest.then_some(PersonKind::External),
            ..DirectoryEntry::default()
        },
    })
}

/// The account of an author whom the list does not name, from what the message says.
pub(super) fn stranger(source: &SourceName, message: &Value, id: &str) -> Option<Account> {
    let profile = message.get("user_profile").or_else(|| message.get("bot_profile")).unwrap_or(&Value::Null);
    Some(Account {
        key: values::account(source, id)?,
        name: name(message, profile),
        verified_emails: Vec::new(),
        bot: id == SLACKBOT || id.starts_with('B'),
        directory: DirectoryEntry::default(),
    })
}

/// What people see: the display name, else the real name, else the login.
fn name(user: &Value, profile: &Value) -> Option<String> {
    let choices = [
        values::text(profile, "display_name"),
        values::text(profile, "real_name"),
        values::text(user, "real_name"),
        values::text(profile, "name"),
        values::text(user, "name"),
        values::text(user, "username"),
    ];
    choices.into_iter().flatten().next().map(|name| name.trim().to_owned())
}
