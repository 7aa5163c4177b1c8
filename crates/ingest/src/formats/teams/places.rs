//! Teams, channels and chats, who belongs to them, and so who may read them.

use std::collections::{BTreeMap, BTreeSet};

use model::{
    Account, AccountKey, Container, ContainerId, ContainerKind, DirectoryEntry, EmploymentStatus, SourceName,
    Visibility,
};
use serde_json::Value;

use super::Object;
use crate::formats::out::{Flow, Out};
use crate::formats::{chat, values};

/// What the export says of teams, channels and chats.
#[derive(Debug, Default)]
pub(super) struct Places {
    teams: BTreeMap<String, Team>,
    channels: BTreeMap<String, Channel>,
    chats: BTreeMap<String, Chat>,
    /// Members of teams, channels and chats alike: their ids never meet.
    members: BTreeMap<String, BTreeSet<AccountKey>>,
}

#[derive(Debug)]
struct Team {
    name: String,
    public: bool,
}

#[derive(Debug)]
struct Channel {
    name: String,
    team: Option<String>,
    /// Everyone in the team may read it.
    standard: bool,
}

#[derive(Debug)]
struct Chat {
    topic: Option<String>,
    direct: bool,
}

/// Where a message stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Room<'v> {
    Channel { team: Option<&'v str>, channel: &'v str },
    Chat(&'v str),
}

impl<'v> Room<'v> {
    pub(super) fn native(self) -> &'v str {
        match self {
            Self::Channel { channel, .. } => channel,
            Self::Chat(chat) => chat,
        }
    }
}

impl Places {
    /// Takes in what is no message; `None` if the object is nothing that is known.
    pub(super) fn object(
        &mut self,
        object: &Object<'_>,
        source: &SourceName,
        out: &mut Out<'_>,
    ) -> Option<Flow> {
        let value = object.value;
        let kind = values::text(value, "@odata.type").unwrap_or_default().to_lowercase();
        if value.get("userId").is_some() || kind.ends_with("conversationmember") {
            return Some(self.member(object, source, out));
        }
        let id = values::id(value, "id")?;
        let name = values::text(value, "displayName").map(str::to_owned);
        if let Some(chat) = values::text(value, "chatType") {
            let topic = values::text(value, "topic").map(str::to_owned);
            self.chats.insert(id.clone(), Chat { topic, direct: chat == "oneOnOne" });
        } else if let Some(membership) = values::text(value, "membershipType") {
            let team = values::id(value, "teamId").or_else(|| within(object.context, "teams"));
            let standard = membership == "standard";
            let channel = Channel { name: name.unwrap_or_else(|| id.clone()), team, standard };
            self.channels.insert(id.clone(), channel);
        } else if let Some(visibility) = values::text(value, "visibility") {
            let public = visibility.eq_ignore_ascii_case("public");
            self.teams.insert(id.clone(), Team { name: name.unwrap_or_else(|| id.clone()), public });
        } else if ["userPrincipalName", "mail", "jobTitle"].iter().any(|key| value.get(key).is_some()) {
            return Some(user(value, &id, source, out));
        } else {
            return None;
        }
        for member in values::list(value, "members") {
            if let Some(account) = member_account(member, source) {
                self.members.entry(id.clone()).or_default().insert(account.key.clone());
                if out.account(account).is_break() {
                    return Some(Flow::Break(()));
                }
            }
        }
        Some(Flow::Continue(()))
    }

    /// One row of a list of members: the page says whose, or the row itself.
    fn member(&mut self, object: &Object<'_>, source: &SourceName, out: &mut Out<'_>) -> Flow {
        let stated = |key: &str| values::id(object.value, key);
        let of = stated("channelId").or_else(|| stated("chatId")).or_else(|| stated("teamId"));
        let of = of
            .or_else(|| ["channels", "chats", "teams"].iter().find_map(|list| within(object.context, list)));
        match (of, member_account(object.value, source)) {
            (Some(of), Some(account)) => {
                self.members.entry(of).or_default().insert(account.key.clone());
                out.account(account)
            }
            (None, Some(account)) => {
                out.skip("member of an unnamed team, channel or chat");
                out.account(account)
            }
            _ => chat::skipped("member without a user", out),
        }
    }

    /// The container of a room, with its rights as far as the export states them.
    pub(super) fn container(&self, room: Room<'_>, id: &ContainerId, source: &SourceName) -> Container {
        let (name, kind, stated_visibility) = match room {
            Room::Channel { team, channel } => self.channel(team, channel),
            Room::Chat(chat) => {
                let known = self.chats.get(chat);
                let pair = pair_of(chat, source);
                let direct = known.map_or(pair.is_some(), |chat| chat.direct);
                let members = self.members.get(chat).cloned().or(pair).unwrap_or_default();
                let name = known.and_then(|chat| chat.topic.clone()).unwrap_or_else(|| "chat".to_owned());
                let kind = if direct { ContainerKind::Direct } else { ContainerKind::GroupDirect };
                (name, kind, Some(chat::members(members)))
            }
        };
        Container { id: id.clone(), name, kind, stated_visibility }
    }

    fn channel(&self, team: Option<&str>, id: &str) -> (String, ContainerKind, Option<Visibility>) {
        let channel = self.channels.get(id);
        let team_id = team.or_else(|| channel.and_then(|channel| channel.team.as_deref()));
        let team = team_id.and_then(|id| self.teams.get(id));
        let own_name = channel.map_or(id, |channel| channel.name.as_str());
        let name = team.map_or_else(|| own_name.to_owned(), |team| format!("{} / {own_name}", team.name));
        let members_of = |id: &str| chat::members(self.members.get(id).cloned().unwrap_or_default());
        match (channel, team) {
            (Some(Channel { standard: false, .. }), _) => {
                (name, ContainerKind::Private, Some(members_of(id)))
            }
            (_, Some(Team { public: false, .. })) => {
                // A channel that is not described may be for some of the team only.
                let listed = channel.is_some().then(|| members_of(team_id.unwrap_or_default()));
                (name, ContainerKind::Private, Some(listed.unwrap_or(Visibility::Nobody)))
            }
            (Some(_), Some(_)) => (name, ContainerKind::Channel, Some(Visibility::Everyone)),
            // Others are described and this one, or its team, is not: it may be private.
            (None, _) if !self.channels.is_empty() => {
                (name, ContainerKind::Channel, Some(Visibility::Nobody))
            }
            (_, None) if !self.teams.is_empty() => (name, ContainerKind::Channel, Some(Visibility::Nobody)),
            // Nothing says who may read it: policy decides.
            _ => (name, ContainerKind::Channel, None),
        }
    }
}

/// A chat of two is called after both: `19:<id>_<id>@unq.gbl.spaces`.
fn pair_of(chat: &str, source: &SourceName) -> Option<BTreeSet<AccountKey>> {
    let ids = chat.strip_prefix("19:")?.strip_suffix("@unq.gbl.spaces")?;
    let (one, other) = ids.split_once('_')?;
    [one, other].iter().map(|id| values::account(source, &id.to_lowercase())).collect()
}

fn member_account(member: &Value, source: &SourceName) -> Option<Account> {
    let key = values::account(source, &values::id(member, "userId")?.to_lowercase())?;
    let verified_emails = chat::email(values::text(member, "email"));
    Some(Account { verified_emails, ..chat::named(key, values::text(member, "displayName")) })
}

fn user(value: &Value, id: &str, source: &SourceName, out: &mut Out<'_>) -> Flow {
    let Some(key) = values::account(source, &id.to_lowercase()) else { return Flow::Continue(()) };
    let text = |key: &str| values::text(value, key).map(|text| text.trim().to_owned());
    // A guest's principal name is no address: `ann_example.org#EXT#@tenant`.
    let principal = text("userPrincipalName").filter(|name| !name.contains('#'));
    let mail = text("mail").or(principal);
    let status = value
        .get("accountEnabled")
        .and_then(Value::as_bool)
        .map(|enabled| if enabled { EmploymentStatus::Active } else { EmploymentStatus::Departed });
    out.account(Account {
        verified_emails: chat::email(mail.as_deref()),
        directory: DirectoryEntry {
            status,
            title: text("jobTitle"),
            team: text("department"),
            region: text("officeLocation"),
            languages: text("preferredLanguage").into_iter().collect(),
            ..DirectoryEntry::default()
        },
        ..chat::named(key, values::text(value, "displayName"))
    })
}

/// The id that a page's context names for a list: `…#teams('a')/channels('19%3Ab')/members`.
pub(super) fn within(context: &str, list: &str) -> Option<String> {
    let after = context.split_once(&format!("{list}('")).map(|(_, after)| after)?;
    let (id, _) = after.split_once("')")?;
    let mut bytes = Vec::with_capacity(id.len());
    let mut rest = id.as_bytes();
    while let [first, after @ ..] = rest {
        let code = after.get(..2).filter(|_| *first == b'%').and_then(|hex| std::str::from_utf8(hex).ok());
        if let Some(byte) = code.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            bytes.push(byte);
            rest = after.get(2..).unwrap_or_default();
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    String::from_utf8(bytes).ok().filter(|id| !id.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_says_whose_members_it_lists() {
        let page = "https://x/$metadata#teams('t-1')/channels('19%3Ab%40thread.tacv2')/members";
        assert_eq!(within(page, "teams").as_deref(), Some("t-1"));
        assert_eq!(within(page, "channels").as_deref(), Some("19:b@thread.tacv2"));
        assert_eq!(within(page, "chats"), None);
        assert_eq!(within("chats('%zz%4')", "chats").as_deref(), Some("%zz%4"));
    }
}
