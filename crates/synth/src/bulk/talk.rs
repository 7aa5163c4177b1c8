//! What is said in one channel, message after message.

use super::Cast;

/// Conversations that go on at once in a channel.
const AT_ONCE: usize = 5;
/// One message in so many opens a conversation.
const MESSAGES: usize = 15;
/// In so many of a hundred messages somebody writes who wrote in the conversation before: three people in each, as
/// in real ones.
const KNOWN: usize = 88;

/// A conversation that somebody may still write in.
struct Open {
    /// The number of its first message in the channel.
    first: u64,
    /// When it began, in microseconds.
    began: u64,
    asker: usize,
    /// Who else wrote in it.
    others: Vec<usize>,
}

/// What is said in one channel.
#[derive(Default)]
pub(super) struct Talk {
    open: Vec<Open>,
    said: u64,
}

/// One message.
pub(super) struct Line {
    /// Its number in the channel, from 0.
    pub(super) number: u64,
    pub(super) author: usize,
    /// Number and time of the conversation's first message.
    pub(super) first: (u64, u64),
    pub(super) text: String,
    /// Who reacts.
    pub(super) reacts: Option<usize>,
}

impl Line {
    pub(super) const fn opens(&self) -> bool {
        self.number == self.first.0
    }
}

impl Talk {
    /// The next message, said at that time (in microseconds).
    pub(super) fn next(&mut self, cast: &mut Cast, members: Option<&[usize]>, at: u64) -> Line {
        let number = self.said;
        self.said += 1;
        let mut text = String::new();
        if self.open.is_empty() || cast.dice.below(MESSAGES) == 0 {
            let asker = cast.author(members);
            cast.words.say(&mut cast.dice, &mut text);
            text.push('?');
            if self.open.len() == AT_ONCE {
                self.open.remove(0);
            }
            self.open.push(Open { first: number, began: at, asker, others: Vec::new() });
            return Line { number, author: asker, first: (number, at), text, reacts: None };
        }
        let place = cast.dice.below(self.open.len());
        let known = cast.dice.chance(KNOWN);
        let again = cast.dice.chance(35);
        let thanks = cast.dice.chance(4);
        let stranger = cast.author(members);
        let reacts = cast.dice.chance(5).then(|| cast.author(members));
        let open = &mut self.open[place];
        let author = match (thanks || again, known) {
            (_, false) => stranger,
            (true, true) => open.asker,
            (false, true) => cast.dice.pick(&open.others).copied().unwrap_or(stranger),
        };
        if author != open.asker && !open.others.contains(&author) {
            open.others.push(author);
        }
        if thanks {
            text.push_str("thanks, that worked! ");
        }
        cast.words.say(&mut cast.dice, &mut text);
        Line { number, author, first: (open.first, open.began), text, reacts }
    }
}
