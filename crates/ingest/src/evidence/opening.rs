//! How a conversation opens: who asked, and what.

use model::{Message, MessageId};

use super::turns::{Speaker, Turn};
use super::{Config, question};
use crate::conversations::subject::{self, Subject};

/// How many of the messages that the first one answers are looked at.
const ANSWERED_LOOKED_AT: usize = 32;

/// The opening of a conversation.
#[derive(Debug)]
pub(super) struct Opening<'a> {
    /// Who opened it; `None` if a machine did.
    pub(super) opener: Option<Speaker<'a>>,
    /// Whether it reads as a question, a request or a report; a ticket always does.
    pub(super) asks: bool,
    /// Whether it reads as a real question, request or report: not as news with a question mark in it.
    pub(super) real: bool,
    /// Its subject, without `Re:` and list tags; empty if it has none.
    pub(super) subject: &'a str,
    /// What was asked, without the subject.
    pub(super) text: String,
    /// The turns it is made of, ascending, first of all the one that opens.
    pub(super) rows: Vec<usize>,
}

impl<'a> Opening<'a> {
    /// Reads the opening; `None` if there is no turn.
    pub(super) fn of(turns: &[Turn<'a>], config: &Config) -> Option<Self> {
        let root = root(turns);
        let first = turns.get(root)?;
        let said = first.message.subject.as_deref().map_or("", subject::spoken);
        if answers_what_is_missing(first.message, turns) {
            // Nobody known opened it; what its first message quotes is the best that is left of the question.
            let quoted = without_long_code(&first.message.quoted, config.question_code_lines);
            let text = capped(quoted.trim(), config.question_max_chars);
            return Some(Self {
                opener: None,
                asks: true,
                real: false,
                subject: said,
                text,
                rows: vec![root],
            });
        }
        let ticket = is_ticket(first.message);
        let opener = if root == 0 { opener(turns, ticket) } else { first.human().then_some(first.speaker) };
        let (text, rows) = said_at_first(turns, root, opener, config);
        let asks = ticket || question::asks(said) || question::asks(&text);
        let real = ticket || question::really_asks(said, &text);
        let text = capped(&text, config.question_max_chars);
        Some(Self { opener, asks, real, subject: said, text, rows })
    }

    /// The row of the turn that opens.
    pub(super) fn root(&self) -> usize {
        self.rows.first().copied().unwrap_or(0)
    }

    /// What was asked: subject and text.
    pub(super) fn question(&self, config: &Config) -> String {
        let mut question = self.subject.to_owned();
        join(&mut question, &self.text);
        capped(&question, config.question_max_chars)
    }
}

/// The row of the turn that opens: the first, or the one that it answers, where a clock went wrong.
fn root(turns: &[Turn<'_>]) -> usize {
    let Some(first) = turns.first() else { return 0 };
    let answered = |id: &MessageId| turns.iter().position(|turn| turn.message.id == *id);
    // The thread's first message stands first among those that are answered; a few are looked at.
    first.message.reply_to.iter().take(ANSWERED_LOOKED_AT).find_map(answered).unwrap_or(0)
}

/// Whether the opening message answers something that the export does not hold.
fn answers_what_is_missing(first: &Message, turns: &[Turn<'_>]) -> bool {
    let here = |id: &MessageId| turns.iter().any(|turn| turn.message.id == *id);
    let missing = !first.reply_to.is_empty() && !first.reply_to.iter().take(ANSWERED_LOOKED_AT).any(here);
    let says_so = || first.subject.as_deref().is_some_and(|text| Subject::parse(text).reply);
    missing || (first.native_conversation.is_none() && first.reply_to.is_empty() && says_so())
}

/// What the opener said before anybody else spoke, and the rows it stands in.
fn said_at_first<'a>(
    turns: &[Turn<'a>],
    root: usize,
    opener: Option<Speaker<'a>>,
    config: &Config,
) -> (String, Vec<usize>) {
    let (mut text, mut rows) = (String::new(), vec![root]);
    let mut human_spoke = false;
    for (row, turn) in turns.iter().enumerate().skip(root) {
        let by_opener = opener.is_some_and(|opener| turn.speaker == opener);
        if turn.human() && !by_opener {
            break;
        }
        human_spoke |= turn.human();
        let shown = without_long_code(turn.text(), config.question_code_lines);
        // A machine's words are the question only where it opened: later ones are receipts and notices.
        if (!by_opener && human_spoke) || shown.trim().is_empty() {
            continue;
        }
        if row > root {
            rows.push(row);
        }
        join(&mut text, &shown);
        if text.chars().count() >= config.question_max_chars {
            break;
        }
    }
    (text, rows)
}

/// A ticket names its own conversation and has a summary, or says whose it is.
fn is_ticket(message: &Message) -> bool {
    let summarized = message.native_conversation.is_some() && message.subject.is_some();
    summarized || message.assignee.is_some() || message.resolved_by.is_some() || message.resolved_at.is_some()
}

/// Who opened. Where a machine wrote first in a chat (a feed, a reminder) and a person then asks, it is that
/// person; where a machine opened a ticket or sent a mail, the question is the machine's and nobody's.
fn opener<'a>(turns: &[Turn<'a>], ticket: bool) -> Option<Speaker<'a>> {
    let first = turns.first()?;
    if first.human() {
        return Some(first.speaker);
    }
    let asker = turns.iter().find(|turn| turn.human())?;
    let chat = !ticket && first.message.subject.is_none();
    (chat && question::asks(&asker.message.text)).then_some(asker.speaker)
}

/// Adds a paragraph.
pub(super) fn join(text: &mut String, paragraph: &str) {
    let paragraph = paragraph.trim();
    if !text.is_empty() && !paragraph.is_empty() {
        text.push_str("\n\n");
    }
    text.push_str(paragraph);
}

/// The first `longest` characters, without a word cut in two where the last fifth has a gap.
pub(super) fn capped(text: &str, longest: usize) -> String {
    let Some((end, _)) = text.char_indices().nth(longest) else { return text.to_owned() };
    let head = text.get(..end).unwrap_or_default();
    let gap = head.rfind(char::is_whitespace).filter(|gap| *gap >= end - end / 5);
    head.get(..gap.unwrap_or(end)).unwrap_or(head).trim_end().to_owned()
}

/// The text without code blocks of more than `longest` lines. An open block reaches to the end.
fn without_long_code(text: &str, longest: usize) -> String {
    let mut kept = String::with_capacity(text.len());
    for (number, part) in text.split("```").enumerate() {
        if number % 2 == 0 {
            kept.push_str(part);
        } else if part.trim().lines().count() <= longest {
            kept.push_str("```");
            kept.push_str(part);
            kept.push_str("```");
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_code_is_left_out_and_short_code_stays() {
        let text = "before ```one``` between ```\n1\n2\n3\n``` after";
        assert_eq!(without_long_code(text, 2), "before ```one``` between  after");
        assert_eq!(without_long_code("open ```\n1\n2\n3", 2), "open ");
    }

    #[test]
    fn a_cut_falls_between_words_and_never_inside_a_character() {
        assert_eq!(capped("one two three four five", 20), "one two three four");
        assert_eq!(capped("äöüäöüäöü", 4), "äöüä");
        assert_eq!(capped("short", 9), "short");
        assert_eq!(capped("", 0), "");
    }
}
