//! Blotting out what nobody should find by asking: secrets, account and card numbers, telephone numbers.
//!
//! Decision: a pattern must be sure of itself (a known prefix, right check digits, a written form), so that
//! evidence is not riddled with holes. The price is that a secret without any form stays.

mod numbers;
mod secrets;

use std::borrow::Cow;
use std::ops::{AddAssign, Range};

use model::Message;
use serde::Deserialize;

use numbers::{Cards, Ibans, Phones};
use secrets::Secrets;

/// What is blotted out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "one switch a pattern is what the file says")]
pub(super) struct Choice {
    secrets: bool,
    ibans: bool,
    cards: bool,
    phones: bool,
}

/// How often something was blotted out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Redacted {
    /// API keys, tokens, private keys, passwords.
    pub secrets: u64,
    /// Bank account numbers.
    pub ibans: u64,
    /// Payment card numbers.
    pub cards: u64,
    /// Telephone numbers.
    pub phones: u64,
}

impl Redacted {
    /// All of them together.
    pub const fn total(self) -> u64 {
        self.secrets + self.ibans + self.cards + self.phones
    }
}

impl AddAssign for Redacted {
    fn add_assign(&mut self, other: Self) {
        self.secrets += other.secrets;
        self.ibans += other.ibans;
        self.cards += other.cards;
        self.phones += other.phones;
    }
}

/// Blots out what the policy says.
#[derive(Debug)]
pub struct Redactor {
    secrets: Option<Secrets>,
    ibans: Option<Ibans>,
    cards: Option<Cards>,
    phones: Option<Phones>,
}

impl Redactor {
    pub(super) fn new(choice: Choice) -> Result<Self, regex::Error> {
        Ok(Self {
            secrets: choice.secrets.then(Secrets::new).transpose()?,
            ibans: choice.ibans.then(Ibans::new).transpose()?,
            cards: choice.cards.then(Cards::new).transpose()?,
            phones: choice.phones.then(Phones::new).transpose()?,
        })
    }

    /// A text without what is to be blotted out; the same text if there is nothing. Costs time linear in the
    /// text.
    pub fn text<'t>(&self, text: &'t str, counts: &mut Redacted) -> Cow<'t, str> {
        let mut text = Cow::Borrowed(text);
        if let Some(secrets) = &self.secrets {
            counts.secrets += replace(&mut text, "[secret]", |text| secrets.find(text));
        }
        // Numbers need digits: most texts are done here.
        if text.bytes().filter(u8::is_ascii_digit).take(7).count() < 7 {
            return text;
        }
        if let Some(ibans) = &self.ibans {
            counts.ibans += replace(&mut text, "[iban]", |text| ibans.find(text));
        }
        if let Some(cards) = &self.cards {
            counts.cards += replace(&mut text, "[card]", |text| cards.find(text));
        }
        if let Some(phones) = &self.phones {
            counts.phones += replace(&mut text, "[phone]", |text| phones.find(text));
        }
        text
    }

    /// Blots out in everything that somebody wrote in a message.
    pub fn message(&self, message: &mut Message) -> Redacted {
        let mut counts = Redacted::default();
        for text in [&mut message.text, &mut message.quoted].into_iter().chain(&mut message.subject) {
            if let Cow::Owned(blotted) = self.text(text, &mut counts) {
                *text = blotted;
            }
        }
        counts
    }

    /// Blots out in a record that did not read.
    pub fn raw(&self, raw: &mut Vec<u8>) -> Redacted {
        let mut counts = Redacted::default();
        let text = String::from_utf8_lossy(raw);
        if let Cow::Owned(blotted) = self.text(&text, &mut counts) {
            *raw = blotted.into_bytes();
        }
        counts
    }
}

/// Puts a mark in place of every range, ascending and apart; returns how many.
fn replace(text: &mut Cow<'_, str>, mark: &str, find: impl Fn(&str) -> Vec<Range<usize>>) -> u64 {
    let found = find(text);
    if found.is_empty() {
        return 0;
    }
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for range in &found {
        out.push_str(text.get(from..range.start).unwrap_or_default());
        out.push_str(mark);
        from = range.end;
    }
    out.push_str(text.get(from..).unwrap_or_default());
    *text = Cow::Owned(out);
    found.len() as u64
}

#[cfg(test)]
mod tests;
