//! Users and bots: known by their names, since the export has no ids.

use model::{Account, DirectoryEntry, EmploymentStatus, SourceName};
use serde_json::Value;

use crate::formats::out::{Flow, Out};
use crate::formats::{chat, values};

pub(super) fn user(user: &Value, source: &SourceName, out: &mut Out<'_>) -> Flow {
    let text = |key: &str| values::text(user, key).map(|text| text.trim().to_owned());
    let Some(key) = text("username").and_then(|name| values::account(source, &name.to_lowercase())) else {
        return chat::skipped("user without a name", out);
    };
    let full = [text("first_name"), text("last_name")].into_iter().flatten().collect::<Vec<_>>().join(" ");
    let name = if full.is_empty() { text("nickname").or_else(|| text("username")) } else { Some(full) };
    let deleted = user.get("delete_at").and_then(Value::as_i64).map(|at| at > 0);
    let status = deleted.map(|gone| if gone { EmploymentStatus::Departed } else { EmploymentStatus::Active });
    out.account(Account {
        verified_emails: chat::email(values::text(user, "email")),
        bot: values::flag(user, "is_bot"),
        directory: DirectoryEntry {
            status,
            title: text("position"),
            languages: text("locale").into_iter().collect(),
            timezone: zone(user),
            ..DirectoryEntry::default()
        },
        ..chat::named(key, name.as_deref())
    })
}

/// The zone that the user chose, else the one their browser told.
fn zone(user: &Value) -> Option<String> {
    let zone = user.get("timezone")?;
    let zone = ["manualTimezone", "automaticTimezone"].iter().find_map(|key| values::text(zone, key));
    zone.map(str::to_owned)
}

pub(super) fn bot(bot: &Value, source: &SourceName, out: &mut Out<'_>) -> Flow {
    let name = values::text(bot, "username").map(|name| name.trim().to_lowercase());
    let Some(key) = name.and_then(|name| values::account(source, &name)) else {
        return chat::skipped("user without a name", out);
    };
    let shown = values::text(bot, "display_name").or(values::text(bot, "username"));
    out.account(Account { bot: true, ..chat::named(key, shown) })
}
