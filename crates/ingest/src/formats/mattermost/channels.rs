//! Teams, channels and who belongs to them.

use std::collections::{BTreeMap, BTreeSet};

use model::{AccountKey, Container, ContainerId, ContainerKind, SourceName, Visibility};
use serde_json::Value;

use crate::formats::{chat, values};

/// What the lines before the posts say.
#[derive(Debug, Default)]
pub(super) struct Channels {
    /// Team to whether everyone may join it.
    teams: BTreeMap<String, bool>,
    described: BTreeMap<String, Channel>,
    /// Members of teams (`team`), channels (`team/channel`).
    members: BTreeMap<String, BTreeSet<AccountKey>>,
    /// Direct channels that bear a heading.
    headings: BTreeMap<String, String>,
}

#[derive(Debug)]
struct Channel {
    name: String,
    open: bool,
}

/// What a channel is called in ids.
pub(super) fn native(team: &str, channel: &str) -> String {
    format!("{}/{}", team.trim().to_lowercase(), channel.trim().to_lowercase())
}

/// The members of a direct channel: their names in order, each once. An older export lists them, a newer one
/// has an object for each.
pub(super) fn participants(direct: &Value) -> Vec<String> {
    let lists = ["channel_members", "members", "participants"];
    let all = lists.iter().flat_map(|key| values::list(direct, key));
    let name = |member: &Value| match member {
        Value::String(name) => Some(name.trim().to_lowercase()),
        _ => values::text(member, "username").map(|name| name.trim().to_lowercase()),
    };
    let names: BTreeSet<String> = all.filter_map(name).filter(|name| !name.is_empty()).collect();
    names.into_iter().collect()
}

impl Channels {
    pub(super) fn team(&mut self, team: &Value) {
        if let Some(name) = values::text(team, "name") {
            // By the book `O` is open and `I` by invitation; what is neither is not open.
            let open = values::text(team, "type") == Some("O");
            self.teams.insert(name.trim().to_lowercase(), open);
        }
    }

    pub(super) fn channel(&mut self, channel: &Value) {
        let (Some(team), Some(name)) = (values::text(channel, "team"), values::text(channel, "name")) else {
            return;
        };
        let label = values::text(channel, "display_name").unwrap_or(name).trim().to_owned();
        let open = values::text(channel, "type") == Some("O");
        self.described.insert(native(team, name), Channel { name: label, open });
    }

    pub(super) fn direct(&mut self, direct: &Value) {
        if let Some(heading) = values::text(direct, "header") {
            self.headings.insert(participants(direct).join(","), heading.to_owned());
        }
    }

    /// A user's teams and channels.
    pub(super) fn memberships(&mut self, user: &Value, source: &SourceName) {
        let name = values::text(user, "username").map(|name| name.trim().to_lowercase());
        let Some(key) = name.and_then(|name| values::account(source, &name)) else { return };
        for team in values::list(user, "teams") {
            let Some(team_name) = values::text(team, "name") else { continue };
            let team_name = team_name.trim().to_lowercase();
            for channel in values::list(team, "channels") {
                if let Some(channel) = values::text(channel, "name") {
                    let of = native(&team_name, channel);
                    self.members.entry(of).or_default().insert(key.clone());
                }
            }
            self.members.entry(team_name).or_default().insert(key.clone());
        }
    }

    fn members_of(&self, native: &str) -> Visibility {
        chat::members(self.members.get(native).cloned().unwrap_or_default())
    }

    /// The container of a channel. A channel that no line describes is closed.
    pub(super) fn container(&self, team: &str, channel: &str, id: ContainerId) -> Container {
        let native = native(team, channel);
        let team = team.trim().to_lowercase();
        let known = self.described.get(&native);
        let name = known.map_or(channel, |channel| channel.name.as_str()).to_owned();
        let (kind, readers) = match (known, self.teams.get(&team)) {
            (Some(Channel { open: true, .. }), Some(true)) => (ContainerKind::Channel, Visibility::Everyone),
            // Open to a team that is not open itself.
            (Some(Channel { open: true, .. }), _) => (ContainerKind::Channel, self.members_of(&team)),
            _ => (ContainerKind::Private, self.members_of(&native)),
        };
        Container { id, name, kind, stated_visibility: Some(readers) }
    }

    /// The container of a direct channel.
    pub(super) fn direct_container(
        &self,
        members: &[String],
        id: ContainerId,
        source: &SourceName,
    ) -> Container {
        let heading = self.headings.get(&members.join(","));
        let kind = if members.len() > 2 { ContainerKind::GroupDirect } else { ContainerKind::Direct };
        let readers = chat::members(members.iter().filter_map(|name| values::account(source, name)));
        let name = heading.cloned().unwrap_or_else(|| members.join(", "));
        Container { id, name, kind, stated_visibility: Some(readers) }
    }
}
