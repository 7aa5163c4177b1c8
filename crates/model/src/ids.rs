//! Ids: derived from source and native id, so that reading an export again gives the same ones.

use std::fmt;
use std::str::FromStr;

/// Why a text is not an id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IdError {
    /// The text was empty.
    #[error("an id must not be empty")]
    Empty,
    /// A `source:native` id without its colon, or with nothing on one side.
    #[error("id {0:?} is not of the form source:native-id")]
    NoSource(String),
    /// A source name with characters outside `a-z 0-9 - _ .`.
    #[error("source name {0:?} may only hold a-z, 0-9, '-', '_' and '.'")]
    BadSource(String),
}

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident, $check:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// Takes a text as an id, after the check of its form.
            pub fn new(text: impl Into<String>) -> Result<Self, IdError> {
                let text = text.into();
                let check: fn(&str) -> Result<(), IdError> = $check;
                check(&text)?;
                Ok(Self(text))
            }

            /// The text of the id: what [`fmt::Display`] prints and [`FromStr`] reads.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                Self::new(text)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }
    };
}

macro_rules! sourced {
    ($name:ident) => {
        impl $name {
            /// Joins a source and the id that the source itself uses: `source:native`.
            pub fn from_native(source: &SourceName, native: &str) -> Result<Self, IdError> {
                if native.is_empty() {
                    return Err(IdError::Empty);
                }
                Ok(Self(format!("{source}:{native}")))
            }

            /// The part before the first colon.
            pub fn source(&self) -> &str {
                self.0.split_once(':').map_or("", |(source, _)| source)
            }

            /// The part after the first colon: what the source itself calls it.
            pub fn native(&self) -> &str {
                self.0.split_once(':').map_or(self.0.as_str(), |(_, native)| native)
            }
        }
    };
}

fn not_empty(text: &str) -> Result<(), IdError> {
    if text.is_empty() { Err(IdError::Empty) } else { Ok(()) }
}

fn has_source(text: &str) -> Result<(), IdError> {
    match text.split_once(':') {
        Some((source, native)) if !native.is_empty() => is_source(source),
        _ => Err(IdError::NoSource(text.to_owned())),
    }
}

fn is_source(text: &str) -> Result<(), IdError> {
    not_empty(text)?;
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_' | '.');
    if text.chars().all(allowed) { Ok(()) } else { Err(IdError::BadSource(text.to_owned())) }
}

text_id!(
    /// Where messages come from: `slack`, `mail`, `jira`, or the `source` of a jsonl record.
    SourceName, is_source);
text_id!(
    /// One identity in one source, `source:native id`: `slack:U017`, `mail:ann@example.com`.
    AccountKey, has_source);
text_id!(
    /// A channel, mailbox or ticket project, `source:native id`: `slack:C017`, `jira:SUP`.
    ContainerId, has_source);
text_id!(
    /// One message, `source:native id`; a native id that is unique only in its container carries it.
    MessageId, has_source);
text_id!(
    /// One conversation, named after the message it starts with or the source's own id for it.
    ConversationId, has_source);
text_id!(
    /// One human, however many accounts.
    PersonId, not_empty);

sourced!(AccountKey);
sourced!(ContainerId);
sourced!(MessageId);
sourced!(ConversationId);

/// One answer unit: what one person wrote in one conversation. The store's row number, never reused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DocumentId(u64);

impl DocumentId {
    /// Wraps the store's row number.
    pub const fn from_raw(raw: u64) -> Self {
        Self(raw)
    }

    /// The store's row number.
    pub const fn get(self) -> u64 {
        self.0
    }
}

impl fmt::Display for DocumentId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_key_keeps_colons_of_the_native_id() {
        let key = AccountKey::new("jira:557057:abc-123").unwrap();
        assert_eq!((key.source(), key.native()), ("jira", "557057:abc-123"));
        assert_eq!(key.to_string().parse::<AccountKey>().unwrap(), key);
    }

    #[test]
    fn a_key_without_a_source_is_refused() {
        assert_eq!(AccountKey::new("ann"), Err(IdError::NoSource("ann".into())));
        assert_eq!(AccountKey::new(":ann"), Err(IdError::Empty));
        assert_eq!(AccountKey::new("Slack:U1"), Err(IdError::BadSource("Slack".into())));
        assert_eq!(PersonId::new(""), Err(IdError::Empty));
    }
}
