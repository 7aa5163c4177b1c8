//! `realm.json`: users, channels, who subscribes to them, and reactions.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use model::{
    Account, AccountKey, Container, ContainerId, ContainerKind, DirectoryEntry, EmploymentStatus, SourceName,
    Visibility,
};
use serde_json::Value;

use crate::Entry;
use crate::formats::out::{Flow, Out};
use crate::formats::tables::Cell;
use crate::formats::{chat, values};

/// The tables with users: members, the bots that all organizations share, and stand-ins for the departed.
const USERS: [&str; 3] =
    ["zerver_userprofile", "zerver_userprofile_crossrealm", "zerver_userprofile_mirrordummy"];

/// So many reactions to one message are kept.
const MAX_REACTIONS: usize = 1000;

/// What the tables say, by number.
#[derive(Debug)]
pub(super) struct Realm {
    pub(super) source: SourceName,
    accounts: BTreeMap<i64, Account>,
    /// Numbers of users by their names; `None` if two have the same.
    names: HashMap<String, Option<i64>>,
    streams: BTreeMap<i64, Stream>,
    recipients: HashMap<i64, Recipient>,
    subscribers: HashMap<i64, BTreeSet<i64>>,
    /// By message: the emoji's number and the user's.
    reactions: HashMap<i64, Vec<(u32, i64)>>,
    /// Names of emoji, and their numbers.
    emoji: Vec<String>,
    emoji_numbers: HashMap<String, u32>,
}

#[derive(Debug)]
struct Stream {
    name: String,
    private: bool,
    /// Whether those who join later may read what was written before.
    old_readable: bool,
}

#[derive(Debug, Clone, Copy)]
struct Recipient {
    kind: i64,
    of: i64,
}

/// Where a message went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Room {
    Stream(i64),
    /// The users of a talk, in the order of their numbers.
    Direct(Vec<i64>),
}

fn number(value: &Value, key: &str) -> Option<i64> {
    value.get(key).and_then(Value::as_i64)
}

impl Realm {
    pub(super) fn new(source: SourceName) -> Self {
        Self {
            source,
            accounts: BTreeMap::new(),
            names: HashMap::new(),
            streams: BTreeMap::new(),
            recipients: HashMap::new(),
            subscribers: HashMap::new(),
            reactions: HashMap::new(),
            emoji: Vec::new(),
            emoji_numbers: HashMap::new(),
        }
    }

    /// Takes in a row of a table.
    pub(super) fn cell(&mut self, entry: &Entry, cell: &Cell<'_>, out: &mut Out<'_>) -> Flow {
        let wanted = USERS.contains(&cell.key)
            || matches!(
                cell.key,
                "zerver_stream" | "zerver_recipient" | "zerver_subscription" | "zerver_reaction"
            );
        if !wanted || !cell.listed {
            return Flow::Continue(());
        }
        let Some(row) = cell.object(entry, out)? else { return Flow::Continue(()) };
        if self.row(cell.key, &row).is_none() {
            let hint = "export the organization again";
            out.bad_with_hint(cell.place(entry), "lacks its numbers", Some(hint), cell.bytes)?;
        }
        Flow::Continue(())
    }

    fn row(&mut self, table: &str, row: &Value) -> Option<()> {
        match table {
            "zerver_stream" => {
                let name = values::text(row, "name")?.to_owned();
                let private = row.get("invite_only").and_then(Value::as_bool).unwrap_or(true);
                let old_readable =
                    row.get("history_public_to_subscribers").and_then(Value::as_bool).unwrap_or(!private);
                self.streams.insert(number(row, "id")?, Stream { name, private, old_readable });
            }
            "zerver_recipient" => {
                let (kind, of) = (number(row, "type")?, number(row, "type_id")?);
                self.recipients.insert(number(row, "id")?, Recipient { kind, of });
            }
            "zerver_subscription" => {
                let (user, recipient) = (number(row, "user_profile")?, number(row, "recipient")?);
                if row.get("active").and_then(Value::as_bool).unwrap_or(true) {
                    self.subscribers.entry(recipient).or_default().insert(user);
                }
            }
            "zerver_reaction" => self.reaction(row)?,
            _ => self.user(row)?,
        }
        Some(())
    }

    pub(super) fn reaction(&mut self, row: &Value) -> Option<()> {
        let name = values::text(row, "emoji_name")?;
        let (message, user) = (number(row, "message")?, number(row, "user_profile")?);
        let name = match name {
            "check" | "check_mark" => "white_check_mark",
            name => name,
        };
        let emoji = if let Some(number) = self.emoji_numbers.get(name) {
            *number
        } else {
            let number = u32::try_from(self.emoji.len()).ok()?;
            self.emoji.push(name.to_owned());
            self.emoji_numbers.insert(name.to_owned(), number);
            number
        };
        let known = self.reactions.entry(message).or_default();
        // Some versions say it in two files.
        if known.len() < MAX_REACTIONS && !known.contains(&(emoji, user)) {
            known.push((emoji, user));
        }
        Some(())
    }

    /// The reactions to a message: names and users.
    pub(super) fn reactions_to(&self, message: i64) -> impl Iterator<Item = (&str, i64)> {
        let all = self.reactions.get(&message).into_iter().flatten();
        all.filter_map(|(emoji, user)| Some((self.emoji.get(*emoji as usize)?.as_str(), *user)))
    }

    fn user(&mut self, row: &Value) -> Option<()> {
        let id = number(row, "id")?;
        let key = values::account(&self.source, &id.to_string())?;
        let name = values::text(row, "full_name");
        // `email` is made up where addresses are hidden: `user8@zulip.example.com`.
        let email = chat::email(values::text(row, "delivery_email"));
        let status = row
            .get("is_active")
            .and_then(Value::as_bool)
            .map(|active| if active { EmploymentStatus::Active } else { EmploymentStatus::Departed });
        let language = values::text(row, "default_language").map(str::to_owned);
        let account = Account {
            verified_emails: email,
            bot: values::flag(row, "is_bot"),
            directory: DirectoryEntry {
                status,
                languages: language.into_iter().collect(),
                timezone: values::text(row, "timezone").map(str::to_owned),
                ..DirectoryEntry::default()
            },
            ..chat::named(key, name)
        };
        if let Some(name) = name {
            self.names.entry(name.to_owned()).and_modify(|known| *known = None).or_insert(Some(id));
        }
        self.accounts.insert(id, account);
        Some(())
    }

    /// Hands out the users.
    pub(super) fn hand_out(&self, out: &mut Out<'_>) -> Flow {
        for account in self.accounts.values() {
            out.account(account.clone())?;
        }
        Flow::Continue(())
    }

    /// The account of a user; one that no table lists has only a number.
    pub(super) fn account(&self, id: i64) -> Option<Account> {
        let unknown = || Some(chat::named(values::account(&self.source, &id.to_string())?, None));
        self.accounts.get(&id).cloned().or_else(unknown)
    }

    pub(super) fn key(&self, id: i64) -> Option<AccountKey> {
        values::account(&self.source, &id.to_string())
    }

    /// The only user of that name.
    pub(super) fn named(&self, name: &str) -> Option<AccountKey> {
        self.names.get(name).copied().flatten().and_then(|id| self.key(id))
    }

    /// Where a message went, by its recipient and sender.
    pub(super) fn room(&self, recipient: i64, sender: i64) -> Option<Room> {
        let Recipient { kind, of } = *self.recipients.get(&recipient)?;
        match kind {
            2 => Some(Room::Stream(of)),
            1 => {
                let both: BTreeSet<i64> = [of, sender].into();
                Some(Room::Direct(both.into_iter().collect()))
            }
            3 => {
                let mut all = self.subscribers.get(&recipient).cloned().unwrap_or_default();
                all.insert(sender);
                Some(Room::Direct(all.into_iter().collect()))
            }
            _ => None,
        }
    }

    /// The id of a room's container.
    pub(super) fn container_id(&self, room: &Room) -> Option<ContainerId> {
        let native = match room {
            Room::Stream(id) => id.to_string(),
            Room::Direct(users) => {
                format!("direct/{}", users.iter().map(i64::to_string).collect::<Vec<_>>().join(","))
            }
        };
        ContainerId::from_native(&self.source, &native).ok()
    }

    /// The container of a room, with its rights.
    pub(super) fn container(&self, room: &Room, recipient: i64, id: ContainerId) -> Container {
        let keys = |users: &mut dyn Iterator<Item = i64>| chat::members(users.filter_map(|id| self.key(id)));
        let (name, kind, readers) = match room {
            Room::Stream(number) => match self.streams.get(number) {
                Some(stream) if !stream.private => {
                    (stream.name.clone(), ContainerKind::Channel, Visibility::Everyone)
                }
                Some(stream) if stream.old_readable => {
                    let subscribers = self.subscribers.get(&recipient).cloned().unwrap_or_default();
                    let readers = keys(&mut subscribers.into_iter());
                    (stream.name.clone(), ContainerKind::Private, readers)
                }
                // Who joined when, and so may read what, is not in the export.
                Some(stream) => (stream.name.clone(), ContainerKind::Private, Visibility::Nobody),
                None => (number.to_string(), ContainerKind::Private, Visibility::Nobody),
            },
            Room::Direct(users) => {
                let kind = if users.len() > 2 { ContainerKind::GroupDirect } else { ContainerKind::Direct };
                let name = |id: &i64| self.accounts.get(id).and_then(|account| account.name.clone());
                let names: Vec<String> = users.iter().filter_map(name).collect();
                (names.join(", "), kind, keys(&mut users.iter().copied()))
            }
        };
        Container { id, name, kind, stated_visibility: Some(readers) }
    }
}
