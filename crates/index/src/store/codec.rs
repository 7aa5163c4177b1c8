//! How lists, rights and message details lie in text columns.

use model::{AccountKey, MessageId, Reaction, Timestamp, Visibility};
use serde::{Deserialize, Serialize};

use crate::Error;

/// A list as JSON; a list of texts cannot fail to print.
pub(super) fn list<T: AsRef<str>>(items: &[T]) -> String {
    let texts: Vec<&str> = items.iter().map(AsRef::as_ref).collect();
    serde_json::to_string(&texts).unwrap_or_else(|_| "[]".to_owned())
}

/// Reads a list back; what does not read is named by its place.
pub(super) fn read_list(text: &str, place: (&'static str, &'static str, &str)) -> Result<Vec<String>, Error> {
    serde_json::from_str(text).map_err(|_| unreadable(place))
}

pub(super) fn unreadable((table, column, key): (&'static str, &'static str, &str)) -> Error {
    Error::Unreadable { table, column, key: key.to_owned() }
}

/// `everyone`, `nobody`, or a JSON list of account keys.
pub(super) fn visibility(visibility: &Visibility) -> String {
    match visibility {
        Visibility::Everyone => "everyone".to_owned(),
        Visibility::Nobody => "nobody".to_owned(),
        Visibility::Members(members) => list(&members.iter().collect::<Vec<_>>()),
    }
}

/// Reads rights back. What does not read is nobody: rights never fall open.
pub(super) fn read_visibility(text: &str) -> Visibility {
    match text {
        "everyone" => Visibility::Everyone,
        _ => match serde_json::from_str::<Vec<String>>(text) {
            Ok(keys) if !keys.is_empty() => {
                Visibility::Members(keys.into_iter().filter_map(|key| AccountKey::new(key).ok()).collect())
            }
            _ => Visibility::Nobody,
        },
    }
}

/// The part of a message that only evidence reads; version 1.
#[derive(Debug, Clone, Serialize, Deserialize, Default)]
pub(super) struct Details {
    #[serde(rename = "r", default, skip_serializing_if = "Vec::is_empty")]
    reply_to: Vec<String>,
    #[serde(rename = "m", default, skip_serializing_if = "Vec::is_empty")]
    mentions: Vec<String>,
    #[serde(rename = "e", default, skip_serializing_if = "Vec::is_empty")]
    reactions: Vec<(String, u32, Vec<String>)>,
    #[serde(rename = "a", default, skip_serializing_if = "std::ops::Not::not")]
    accepted: bool,
    #[serde(rename = "rb", default, skip_serializing_if = "Option::is_none")]
    resolved_by: Option<String>,
    #[serde(rename = "as", default, skip_serializing_if = "Option::is_none")]
    assignee: Option<String>,
    #[serde(rename = "ra", default, skip_serializing_if = "Option::is_none")]
    resolved_at: Option<i64>,
    #[serde(rename = "ed", default, skip_serializing_if = "Option::is_none")]
    edited_at: Option<i64>,
    #[serde(rename = "l", default, skip_serializing_if = "Option::is_none")]
    permalink: Option<String>,
    #[serde(rename = "v", default, skip_serializing_if = "Option::is_none")]
    visibility: Option<String>,
    #[serde(rename = "p", default, skip_serializing_if = "Vec::is_empty")]
    participants: Vec<String>,
}

fn texts<T: ToString>(items: &[T]) -> Vec<String> {
    items.iter().map(ToString::to_string).collect()
}

fn accounts(items: Vec<String>) -> Vec<AccountKey> {
    items.into_iter().filter_map(|key| AccountKey::new(key).ok()).collect()
}

impl Details {
    pub(super) fn of(message: &model::Message) -> Self {
        Self {
            reply_to: texts(&message.reply_to),
            mentions: texts(&message.mentions),
            reactions: message.reactions.iter().map(|r| (r.name.clone(), r.count, texts(&r.by))).collect(),
            accepted: message.accepted,
            resolved_by: message.resolved_by.as_ref().map(ToString::to_string),
            assignee: message.assignee.as_ref().map(ToString::to_string),
            resolved_at: message.resolved_at.map(Timestamp::as_millis),
            edited_at: message.edited_at.map(Timestamp::as_millis),
            permalink: message.permalink.clone(),
            visibility: message.stated_visibility.as_ref().map(visibility),
            participants: texts(&message.participants),
        }
    }

    /// When the message was last edited, in milliseconds.
    pub(super) const fn edited_at(&self) -> Option<i64> {
        self.edited_at
    }

    pub(super) fn text(&self) -> String {
        serde_json::to_string(self).unwrap_or_else(|_| "{}".to_owned())
    }

    /// Fills the message's fields. Rights that are there but do not read become nobody's.
    pub(super) fn fill(self, message: &mut model::Message) {
        message.reply_to = self.reply_to.into_iter().filter_map(|id| MessageId::new(id).ok()).collect();
        message.mentions = accounts(self.mentions);
        message.reactions = self
            .reactions
            .into_iter()
            .map(|(name, count, by)| Reaction { name, count, by: accounts(by) })
            .collect();
        message.accepted = self.accepted;
        message.resolved_by = self.resolved_by.and_then(|key| AccountKey::new(key).ok());
        message.assignee = self.assignee.and_then(|key| AccountKey::new(key).ok());
        message.resolved_at = self.resolved_at.map(Timestamp::from_millis);
        message.edited_at = self.edited_at.map(Timestamp::from_millis);
        message.permalink = self.permalink;
        message.stated_visibility = self.visibility.as_deref().map(read_visibility);
        message.participants = accounts(self.participants);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rights_read_back_and_never_fall_open() {
        let members = Visibility::Members([AccountKey::new("mail:a@x").unwrap()].into_iter().collect());
        for rights in [Visibility::Everyone, Visibility::Nobody, members] {
            assert_eq!(read_visibility(&visibility(&rights)), rights);
        }
        for broken in ["", "[]", "Everyone", "null", "{}", "[1]"] {
            assert_eq!(read_visibility(broken), Visibility::Nobody, "{broken}");
        }
    }
}
