//! Which folders are channels that everyone may read, and which are to be left out.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

use super::read_list;
use crate::Export;
use crate::formats::out::Out;
use crate::formats::values;

/// The lists whose folders are left out, with the reason, and whether folders bear names or ids.
const PRIVATE: [(&str, &str); 3] = [
    ("groups.json", "private channel left out"),
    ("dms.json", "direct message left out"),
    ("mpims.json", "group direct message left out"),
];

/// What the lists say of the folders.
#[derive(Debug, Default)]
pub(super) struct Channels {
    /// Whether there is a list of public channels.
    listed: bool,
    /// Public channels: id and name, in the order of the ids.
    names: BTreeMap<String, String>,
    /// Folder to channel id.
    folders: BTreeMap<String, String>,
    left_out: BTreeMap<String, &'static str>,
}

/// What a folder is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Folder<'c> {
    /// A public channel with that id.
    Public(&'c str),
    /// Not public: its messages are left out.
    LeftOut(&'static str),
    /// No list names it.
    Unlisted,
    /// The export has no list of channels.
    NothingListed,
}

impl Channels {
    pub(super) fn public(&self) -> impl Iterator<Item = (&str, &str)> {
        self.names.iter().map(|(id, name)| (id.as_str(), name.as_str()))
    }

    /// What a folder is. A name that is both public and private is private.
    pub(super) fn folder(&self, folder: &str) -> Folder<'_> {
        if let Some(reason) = self.left_out.get(folder) {
            return Folder::LeftOut(reason);
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
    channels.listed = read_list(export, "channels.json", out, |_, value| {
        let (Some(id), Some(name)) = (values::id(value, "id"), values::text(value, "name")) else {
            return ControlFlow::Continue(());
        };
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
    for (file, reason) in PRIVATE {
        read_list(export, file, out, |_, value| {
            for folder in [values::id(value, "id"), values::id(value, "name")].into_iter().flatten() {
                channels.left_out.insert(folder, reason);
            }
            ControlFlow::Continue(())
        })?;
    }
    for name in shared {
        out.warn(format!("two channels are called {name}: its folder was taken for the one in use"));
    }
    if !channels.listed {
        out.warn("channels.json is missing: nothing says who may read the channels; policy decides");
    }
    ControlFlow::Continue(channels)
}
