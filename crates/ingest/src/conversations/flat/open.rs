//! What is remembered of a channel while its talk is read: open conversations, speakers, how common terms
//! are.

use std::collections::HashMap;

use super::super::MessageHead;
use super::super::cues::{Term, names};
use model::AccountKey;

/// Most terms that a conversation is known by: the latest.
const MOST_TERMS: usize = 400;

/// A speaker's number in the channel, in the order of their first messages.
pub(super) type Speaker = u32;

/// A conversation that may go on.
#[derive(Debug)]
pub(super) struct Open {
    /// Its number in the channel.
    pub(super) number: usize,
    pub(super) opener: Speaker,
    /// Who spoke last, and who before them, if that was somebody else.
    pub(super) last_speaker: Speaker,
    pub(super) before_last: Option<Speaker>,
    /// When its last message was written, in milliseconds, and which that is.
    pub(super) last_at: i64,
    pub(super) last_row: usize,
    pub(super) messages: usize,
    /// Who spoke in it: when last, and in which message.
    said: Vec<(Speaker, i64, usize)>,
    /// Whom it named that has not spoken in it since.
    pub(super) addressed: Vec<Speaker>,
    /// Its terms, ascending.
    pub(super) terms: Vec<Term>,
    /// The terms of its last message, ascending.
    pub(super) last_terms: Box<[Term]>,
    /// Its opener asked; somebody else has spoken since.
    pub(super) asked: bool,
    pub(super) answered: bool,
    /// Its last message asks.
    pub(super) last_asks: bool,
}

impl Open {
    /// When somebody last spoke in it.
    pub(super) fn said_by(&self, speaker: Speaker) -> Option<i64> {
        self.said.iter().find(|(who, ..)| *who == speaker).map(|(_, at, _)| *at)
    }

    /// The message that this one most probably answers: the last of whom it names, or the last of somebody
    /// else, or the last.
    pub(super) fn answered_by(&self, speaker: Speaker, named: &[Speaker]) -> usize {
        let latest = |wanted: &dyn Fn(Speaker) -> bool| {
            self.said.iter().filter(|(who, ..)| wanted(*who)).map(|(.., row)| *row).max()
        };
        if self.last_speaker == speaker {
            return self.last_row;
        }
        latest(&|who| who != speaker && named.contains(&who)).unwrap_or(self.last_row)
    }
}

/// What is known of a channel after reading some of its messages. Nothing of it depends on later ones.
#[derive(Debug, Default)]
pub(super) struct Channel {
    /// Conversations that may go on, the one that spoke last at the end.
    pub(super) open: Vec<Open>,
    conversations: usize,
    speakers: HashMap<AccountKey, Speaker>,
    /// Who is called so; nobody if several are.
    called: HashMap<Term, Option<Speaker>>,
    /// The conversation in which each speaker spoke last, if they ever did.
    last_of: HashMap<Speaker, usize>,
    /// In how many messages each term was.
    common: HashMap<Term, u32>,
    messages: u32,
    pub(super) last_at: Option<i64>,
    pub(super) last_speaker: Option<Speaker>,
}

/// Terms in more than one of so many messages say nothing of what a conversation is about.
const COMMON: f32 = 12.0;
/// So many messages are thought to have been written before, in which no term was. With the above, a term
/// that two messages share counts only after a dozen others: before, nobody can tell which words are common
/// here.
const PRIOR: f32 = 10.0;

impl Channel {
    /// The number of an account, which may be a new one.
    pub(super) fn speaker(&mut self, account: &AccountKey, shown: Option<&str>) -> Speaker {
        if let Some(known) = self.speakers.get(account) {
            return *known;
        }
        let number = self.speakers.len() as Speaker;
        self.speakers.insert(account.clone(), number);
        for name in names(account.native(), shown) {
            self.called.entry(name).and_modify(|who| *who = None).or_insert(Some(number));
        }
        number
    }

    /// Whom a message names that has spoken here before.
    pub(super) fn named(&self, head: &MessageHead) -> Vec<Speaker> {
        let mentioned = head.mentions.iter().filter_map(|account| self.speakers.get(account).copied());
        let called = head.cues().called.iter().filter_map(|name| self.called.get(name).copied().flatten());
        let mut named: Vec<Speaker> = mentioned.chain(called).collect();
        named.sort_unstable();
        named.dedup();
        named
    }

    /// How rare each term is among what was written before, 0 of the common ones.
    pub(super) fn rarity(&self, terms: &[Term]) -> Vec<f32> {
        let written = self.messages as f32 + PRIOR;
        let rarity = |term: &Term| {
            let found = self.common.get(term).copied().unwrap_or(0) as f32 + 1.0;
            if found * COMMON > written { 0.0 } else { (written / found).ln() }
        };
        terms.iter().map(rarity).collect()
    }

    /// The open conversation in which somebody spoke last.
    pub(super) fn last_of(&self, speaker: Speaker) -> Option<usize> {
        let number = *self.last_of.get(&speaker)?;
        self.open.iter().any(|open| open.number == number).then_some(number)
    }

    /// Closes what has been quiet for longer than `longest` milliseconds, what has `most` messages, and the
    /// quietest beyond `open`.
    pub(super) fn close(&mut self, at: i64, longest: i64, most: usize, open: usize) {
        self.open.retain(|one| at.saturating_sub(one.last_at) <= longest && one.messages < most);
        let surplus = self.open.len().saturating_sub(open);
        self.open.drain(..surplus);
    }

    /// Adds a message to an open conversation (by its place in `open`), or opens one; gives its number.
    pub(super) fn put(&mut self, row: usize, said: &Said<'_>, place: Option<usize>) -> usize {
        let mut open = match place.filter(|place| *place < self.open.len()) {
            Some(place) => self.open.remove(place),
            None => self.new_conversation(row, said),
        };
        open.add(row, said);
        let number = open.number;
        self.last_of.insert(said.speaker, number);
        self.open.push(open);
        for term in &said.head.cues().terms {
            *self.common.entry(*term).or_insert(0) += 1;
        }
        self.messages = self.messages.saturating_add(1);
        self.last_at = Some(said.at);
        self.last_speaker = Some(said.speaker);
        number
    }

    fn new_conversation(&mut self, row: usize, said: &Said<'_>) -> Open {
        self.conversations += 1;
        Open {
            number: self.conversations - 1,
            opener: said.speaker,
            last_speaker: said.speaker,
            before_last: None,
            last_at: said.at,
            last_row: row,
            messages: 0,
            said: Vec::new(),
            addressed: Vec::new(),
            terms: Vec::new(),
            last_terms: Box::default(),
            asked: false,
            answered: false,
            last_asks: false,
        }
    }
}

/// A message that has found its conversation.
#[derive(Debug)]
pub(super) struct Said<'h> {
    pub(super) head: &'h MessageHead,
    pub(super) speaker: Speaker,
    pub(super) named: &'h [Speaker],
    pub(super) at: i64,
}

impl Open {
    fn add(&mut self, row: usize, said: &Said<'_>) {
        let speaker = said.speaker;
        if self.messages > 0 && speaker != self.last_speaker {
            self.before_last = Some(self.last_speaker);
        }
        self.asked |= speaker == self.opener && said.head.cues().moves.asks;
        self.answered |= speaker != self.opener;
        self.messages += 1;
        self.said.retain(|(who, ..)| *who != speaker);
        self.said.push((speaker, said.at, row));
        self.addressed.retain(|who| *who != speaker);
        for named in said.named.iter().filter(|named| **named != speaker) {
            if !self.addressed.contains(named) {
                self.addressed.push(*named);
            }
        }
        if self.terms.len() < MOST_TERMS {
            self.terms.extend(said.head.cues().terms.iter());
            self.terms.sort_unstable();
            self.terms.dedup();
        }
        self.last_terms.clone_from(&said.head.cues().terms);
        self.last_asks = said.head.cues().moves.asks;
        (self.last_speaker, self.last_at, self.last_row) = (speaker, said.at, row);
    }
}
