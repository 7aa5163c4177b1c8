//! The lists of a Slack export: people and channels.

use std::path::Path;

use serde_json::{Value, json};

use super::json as write_json;
use crate::Error;
use crate::sample::channels::{Channel, Kind};
use crate::sample::clock::{HOUR, ZONES};
use crate::sample::organization::Person;
use crate::sample::production::Production;

/// The workspace.
pub(crate) const WORKSPACE: &str = "T0ORTALO01";

/// Writes `users.json`, `channels.json`, `groups.json` and `dms.json`.
pub(crate) fn write(production: &Production, folder: &Path) -> Result<(), Error> {
    let users: Vec<Value> = production.organization.people.iter().map(user).chain(bots()).collect();
    write_json(folder, "users.json", &Value::Array(users))?;
    for (name, kind) in
        [("channels.json", Kind::Public), ("groups.json", Kind::Private), ("dms.json", Kind::Direct)]
    {
        let wanted = production.channels.list.iter().filter(|channel| channel.kind == kind);
        let list: Vec<Value> = wanted.map(|channel| container(production, channel)).collect();
        write_json(folder, name, &Value::Array(list))?;
    }
    Ok(())
}

fn user(person: &Person) -> Value {
    let zone = ZONES.get(person.zone).unwrap_or(&ZONES[0]);
    let offset = zone.offset_minutes(person.joined) * 60;
    let mut user = json!({
        "id": person.slack_id, "team_id": WORKSPACE, "name": person.jira_name, "deleted": person.departed(),
        "real_name": person.name(), "is_bot": false, "is_app_user": false,
        "is_restricted": false, "is_ultra_restricted": false,
        "updated": person.left.unwrap_or(person.joined) / 1000,
        "profile": {
            "real_name": person.name(), "display_name": person.first, "email": person.email,
            "title": person.title, "team": WORKSPACE, "status_text": "", "status_emoji": "",
            "first_name": person.first, "last_name": person.last,
        },
    });
    // A user who has left loses the time zone in the export.
    if let Some(fields) = user.as_object_mut().filter(|_| !person.departed()) {
        fields.insert("tz".into(), json!(zone.name));
        fields.insert("tz_label".into(), json!(zone.label));
        fields.insert("tz_offset".into(), json!(offset));
    }
    user
}

fn bots() -> impl Iterator<Item = Value> {
    [("USLACKBOT", "slackbot"), ("U0PIPELINE1", "pipeline"), ("U0WATCHTOWR", "watchtower")].into_iter().map(
        |(id, name)| {
            json!({
                "id": id, "team_id": WORKSPACE, "name": name, "deleted": false, "real_name": name,
                "is_bot": id != "USLACKBOT", "is_app_user": false,
                "profile": {"real_name": name, "display_name": name, "api_app_id": "", "always_active": true},
            })
        },
    )
}

fn container(production: &Production, channel: &Channel) -> Value {
    let ids: Vec<&str> = channel
        .members
        .keys()
        .filter_map(|person| production.person(*person))
        .filter(|person| !person.departed())
        .map(|person| person.slack_id.as_str())
        .collect();
    let created = (production.organization.start - 900 * HOUR) / 1000;
    if channel.kind == Kind::Direct {
        return json!({"id": channel.id, "created": created, "members": ids});
    }
    let creator = ids.first().copied().unwrap_or("USLACKBOT");
    json!({
        "id": channel.id, "name": channel.name, "created": created, "creator": creator,
        "is_archived": false, "is_general": channel.name == "general", "members": ids,
        "topic": {"value": "", "creator": "", "last_set": 0},
        "purpose": {"value": channel.purpose, "creator": creator, "last_set": created},
    })
}
