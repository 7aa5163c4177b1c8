//! Messages of a conversation in order, with who speaks.

use std::cell::OnceCell;
use std::collections::BTreeSet;

use model::{AccountKey, Message, MessageKind, PersonId, Timestamp};

use super::phrases::Beginning;
use super::said::Said;
use super::substance::Substance;

/// Whose account it is; what it hands out lives as long as the messages.
pub(super) type Owner<'f, 'a> = dyn Fn(&AccountKey) -> Option<(&'a PersonId, bool)> + 'f;

/// Who speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Speaker<'a> {
    /// Somebody who can be credited.
    Person(&'a PersonId),
    /// A human whose account is nobody's: takes part, is not credited.
    Stranger(&'a AccountKey),
    /// A bot, automatic mail or the source itself.
    Machine,
}

/// One message and who speaks in it.
#[derive(Debug, Clone)]
pub(super) struct Turn<'a> {
    /// The message.
    pub(super) message: &'a Message,
    /// Who wrote it.
    pub(super) speaker: Speaker<'a>,
    /// How much it says.
    pub(super) substance: Substance,
    /// How its words begin; empty for a machine's.
    pub(super) beginning: Beginning,
    /// What it does, read when it is first asked for.
    said: OnceCell<Said>,
}

impl<'a> Turn<'a> {
    /// The person who is credited for it, if it says anything.
    pub(super) fn writer(&self) -> Option<&'a PersonId> {
        match self.speaker {
            Speaker::Person(person) if !self.message.text.trim().is_empty() => Some(person),
            _ => None,
        }
    }

    /// Whether a human wrote it.
    pub(super) fn human(&self) -> bool {
        self.speaker != Speaker::Machine
    }

    /// What it does; nothing, if it is a machine's.
    pub(super) fn said(&self) -> Said {
        let read = || Said::of(self.text(), self.substance, &self.beginning);
        if self.human() { *self.said.get_or_init(read) } else { Said::Nothing }
    }

    /// When the words that it has now were written.
    pub(super) fn written_at(&self) -> Timestamp {
        self.message.edited_at.map_or(self.message.at, |edited| edited.max(self.message.at))
    }

    /// The words, which a notice of the source has not.
    pub(super) fn text(&self) -> &'a str {
        spoken(self.message)
    }
}

fn spoken(message: &Message) -> &str {
    if message.kind == MessageKind::Notice { "" } else { message.text.trim() }
}

/// The turns in the order of time, ties by id. A notice only counts where it opens the conversation: then
/// nobody opened it (a deleted first message, for one).
pub(super) fn in_order<'a>(messages: &'a [Message], people: &Owner<'_, 'a>) -> Vec<Turn<'a>> {
    let mut sorted: Vec<&Message> = messages.iter().collect();
    sorted.sort_by(|left, right| (left.at, &left.id, &left.text).cmp(&(right.at, &right.id, &right.text)));
    let mut known = BTreeSet::new();
    sorted.retain(|message| known.insert(&message.id));
    let mut turns: Vec<Turn<'a>> = Vec::with_capacity(sorted.len());
    for message in sorted {
        if message.kind == MessageKind::Notice && !turns.is_empty() {
            continue;
        }
        let speaker = match (message.kind, people(&message.author)) {
            (MessageKind::Automatic | MessageKind::Notice, _) | (_, Some((_, true))) => Speaker::Machine,
            (MessageKind::Human, Some((person, false))) => Speaker::Person(person),
            (MessageKind::Human, None) => Speaker::Stranger(&message.author),
        };
        let text = if speaker == Speaker::Machine { "" } else { spoken(message) };
        let beginning = Beginning::of(text);
        let substance = Substance::of(text, &beginning);
        turns.push(Turn { message, speaker, substance, beginning, said: OnceCell::new() });
    }
    turns
}
