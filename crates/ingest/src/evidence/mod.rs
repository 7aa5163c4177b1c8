//! Conversations into documents with roles.
//!
//! Decision: credit goes to answering and resolving, read off the words with short lists for ten languages
//! rather than with a model, so that everybody can see why somebody was credited. The price is an answer or
//! a thanks that the lists do not know.

mod acknowledgement;
mod credit;
mod fingerprint;
mod marks;
mod moves;
mod opening;
mod phrases;
mod question;
mod referral;
mod routine;
mod said;
mod stances;
mod substance;
mod turns;
mod verdict;

use std::cell::OnceCell;
use std::collections::BTreeSet;

use model::{AccountKey, Conversation, Document, Message, PersonId, Visibility};

use marks::Scene;
pub(crate) use moves::Moves;
use opening::Opening;
pub(crate) use phrases::is_unparted;
use turns::Turn;

/// What decides how much of a conversation goes into a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Longest question, in characters; what follows is cut.
    pub question_max_chars: usize,
    /// Longest code block that a question keeps, in lines: a log of hundreds of lines is not what was asked.
    pub question_code_lines: usize,
    /// Longest text of a person's own words, in characters; what follows is cut.
    pub own_max_chars: usize,
}

/// Whose account it is, and whether that is a bot; `None` for an account of nobody known.
pub type PersonOf<'p> = dyn Fn(&AccountKey) -> Option<(&'p PersonId, bool)> + 'p;

/// The documents of one conversation: one per credited person, ascending by person.
///
/// `messages` are those of the conversation, in any order. Only people's own messages credit anybody: not
/// bots, automatic mail, notices or accounts of nobody known. The person who opened is *asked* (a ticket
/// always; else if it was a question, a request or a report, or if somebody answered) or else *announced*.
/// Whoever wrote something of substance after somebody else had opened has *answered*; thanks, greetings and
/// words like "+1" are nothing. *Thanked*: the asker thanked after the answer, or put a kind emoji under it.
/// *Resolved*, *assigned* and *referred* need no word of the person; then `own` is empty.
///
/// `visibility` says who may read a message; a document is readable by those who may read every message that
/// it or one of its roles is made of. `last_at` is when the last of these was written, edited or resolved;
/// a ticket's assignee, and a resolution without a time, count from the conversation's last message.
/// (Exports do not say when an emoji was given.)
///
/// Where only some messages are for everyone, those speak first and alone: what is hidden neither changes nor
/// hides what everyone may read. The rest speaks for people of whom nothing is open there.
///
/// A pure function: the order of `messages` changes nothing. Of messages with one id the first by time counts.
pub fn documents(
    conversation: &Conversation,
    messages: &[Message],
    people: &PersonOf<'_>,
    visibility: &dyn Fn(&Message) -> Visibility,
    config: &Config,
) -> Vec<Document> {
    let is_open = |message: &&Message| visibility(message) == Visibility::Everyone;
    let n_open = messages.iter().filter(is_open).count();
    let all = of_messages(conversation, messages, people, visibility, config);
    if n_open == 0 || n_open == messages.len() {
        return all;
    }
    let open: Vec<Message> = messages.iter().filter(is_open).cloned().collect();
    let mut documents = of_messages(conversation, &open, people, visibility, config);
    let credited: BTreeSet<PersonId> = documents.iter().map(|document| document.person.clone()).collect();
    let adds = |d: &Document| d.visibility != Visibility::Everyone && !credited.contains(&d.person);
    documents.extend(all.into_iter().filter(adds));
    documents.sort_by(|left, right| left.person.cmp(&right.person));
    documents
}

/// The documents of some of a conversation's messages.
fn of_messages(
    conversation: &Conversation,
    messages: &[Message],
    people: &PersonOf<'_>,
    visibility: &dyn Fn(&Message) -> Visibility,
    config: &Config,
) -> Vec<Document> {
    // People and messages need not live equally long: from here on both live as long as this call.
    let people = |account: &AccountKey| people(account);
    let turns: Vec<Turn<'_>> = turns::in_order(messages, &people);
    let Some(opening) = Opening::of(&turns, config) else { return Vec::new() };
    let credits = credit::credits(&turns, &opening, &people);
    let readers: Vec<OnceCell<Visibility>> = turns.iter().map(|_| OnceCell::new()).collect();
    let seen = |row: usize| match (readers.get(row), turns.get(row)) {
        (Some(cell), Some(turn)) => cell.get_or_init(|| visibility(turn.message)).clone(),
        _ => Visibility::Nobody,
    };
    let scene = Scene::new(&turns, &opening, &seen);
    let document =
        |(person, credit): (_, credit::Credit<'_>)| credit.document(person, conversation, &scene, config);
    credits.into_iter().filter_map(document).collect()
}

#[cfg(test)]
mod tests;
