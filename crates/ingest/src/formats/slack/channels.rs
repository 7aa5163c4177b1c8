//! Which folders are channels that everyone may read, and which are to be left out.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::rc::Rc;

use model::{AccountKey, Container, ContainerId, ContainerKind, SourceName, Visibility};
use serde_json::Value;

use super::read_list;
use crate::Export;
use crate::formats::out::Out;
use crate::formats::values;

/// The lists whose folders are left out unless the sink admits them, with the reason.
const CLOSED: [(&str, ContainerKind, &str); 3] = [
    ("groups.json", ContainerKind::Private, "private channel left out"),
    ("dms.json", ContainerKind::Direct, "direct message left out"),
    ("mpims.json", ContainerKind::GroupDirect, "group direct message left out"),
];

/// What a row of `channels.json` is that is not public: other exporters than Slack's own list everything there.
fn closed_kind(value: &Value) -> Option<(ContainerKind, &'static str)> {
    let flags = [("is_im", 1), ("is_mpim", 2), ("is_private", 0), ("is_group", 0)];
    let (_, row) = flags.into_iter().find(|(flag, _)| values::flag(value, flag))?;
    CLOSED.get(row).map(|(_, kind, reason)| (*kind, *reason))
}

/// A private channel or a direct message: only its members may read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Closed {
    pub(super) id: String,
    name: String,
    kind: ContainerKind,
    members: Vec<String>,
    /// What to count it as if it is left out.
    pub(super) reason: &'static str,
}

impl Closed {
    fn read(value: &Value, kind: ContainerKind, reason: &'static str) -> Option<Self> {
        let id = values::id(value, "id").or_else(|| values::id(value, "name"))?;
        let name = values::id(value, "name").unwrap_or_else(|| id.clone());
        let members = values::list(value, "members").iter().filter_map(Value::as_str);
        Some(Self { id, name, kind, members: members.map(str::to_owned).collect(), reason })
    }

    /// What both may be: a self-talk that is listed twice, or two channels that share a folder. Only who is in
    /// both may read what lies there.
    fn and(&self, other: &Self) -> Self {
        let members = self.members.iter().filter(|member| other.members.contains(member)).cloned();
        Self { members: members.collect(), ..self.clone() }
    }

    /// The container; without members nobody reads it.
    pub(super) fn container(&self, source: &SourceName) -> Option<Container> {
        let members: BTreeSet<AccountKey> =
            self.members.iter().filter_map(|id| values::account(source, id)).collect();
        let readers = if members.is_empty() { Visibility::Nobody } else { Visibility::Members(members) };
        Some(Container {
            id: ContainerId::from_native(source, &self.id).ok()?,
            name: self.name.clone(),
            kind: self.kind,
            stated_visibility: Some(readers),
        })
    }
}

/// What the lists say of the folders.
#[derive(Debug, Default)]
pub(super) struct Channels {
    /// Whether there is a list of public channels.
    listed: bool,
    /// Public channels: id and name, in the order of the ids.
    names: BTreeMap<String, String>,
    /// Folder to channel id.
    folders: BTreeMap<String, String>,
    closed: BTreeMap<String, Rc<Closed>>,
}

/// What a folder is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Folder<'c> {
    /// A public channel with that id.
    Public(&'c str),
    /// Not public: its messages are left out unless the sink admits them.
    Closed(&'c Closed),
    /// No list names it.
    Unlisted,
    /// The export has no list of channels.
    NothingListed,
}

impl Channels {
    pub(super) fn public(&self) -> impl Iterator<Item = (&str, &str)> {
        self.names.iter().map(|(id, name)| (id.as_str(), name.as_str()))
    }

    /// Notes what is not public, under its id and its name.
    fn close(&mut self, closed: &Closed) {
        let folders = BTreeSet::from([closed.id.clone(), closed.name.clone()]);
        for folder in folders {
            let both = match self.closed.get(&folder) {
                Some(known) => known.and(closed),
                None => closed.clone(),
            };
            self.closed.insert(folder, Rc::new(both));
        }
    }

    /// What a folder is. A name that is both public and private is private.
    pub(super) fn folder(&self, folder: &str) -> Folder<'_> {
        if let Some(closed) = self.closed.get(folder) {
            return Folder::Closed(closed);
        }
        match self.folders.get(folder) {
            Some(id) => Folder::Public(id),
            None if self.listed => Folder::Unlisted,
            None => Folder::NothingListed,
        }
    }
}

/// Reads the lists.
pub(super) fn read(export: &Export, out: &mut Out<'_>) -> ControlFlow<(), Channels> {
    let mut channels = Channels::default();
    let mut archived = BTreeSet::new();
    let mut shared = BTreeSet::new();
    let mut closed_too = Vec::new();
    channels.listed = read_list(export, "channels.json", out, |_, value| {
        let (Some(id), Some(name)) = (values::id(value, "id"), values::text(value, "name")) else {
            return ControlFlow::Continue(());
        };
        if let Some((kind, reason)) = closed_kind(value) {
            closed_too.extend(Closed::read(value, kind, reason));
            return ControlFlow::Continue(());
        }
        if values::flag(value, "is_archived") {
            archived.insert(id.clone());
        }
        channels.names.insert(id.clone(), name.to_owned());
        channels.folders.insert(id.clone(), id.clone());
        // Two channels of one name share a folder: it goes to the one that is still in use.
        match channels.folders.get(name) {
            Some(other) if *other != id => {
                shared.insert(name.to_owned());
                if archived.contains(other) && !archived.contains(&id) {
                    channels.folders.insert(name.to_owned(), id);
                }
            }
            _ => {
                channels.folders.insert(name.to_owned(), id);
            }
        }
        ControlFlow::Continue(())
    })?;
    for (file, kind, reason) in CLOSED {
        read_list(export, file, out, |_, value| {
            closed_too.extend(Closed::read(value, kind, reason));
            ControlFlow::Continue(())
        })?;
    }
    for closed in closed_too {
        channels.close(&closed);
    }
    for name in shared {
        out.warn(format!("two channels are called {name}: its folder was taken for the one in use"));
    }
    if !channels.listed {
        out.warn("channels.json is missing: nothing says who may read the channels; policy decides");
    }
    ControlFlow::Continue(channels)
}
