//! Conversations for tests, written as a screenplay instead of as struct literals.
//!
//! ```text
//! #helpdesk 2026-03-02 source=chat visibility=ana,bo
//! 09:02 bo: how do I rotate the HSM keys?
//! 09:05 ana > bo: use `hsm-rotate --all`,
//!   then restart
//! 09:07 bo +1 ana: thanks, that worked
//! 09:30 cy: anybody up for lunch?
//! ```
//! A line is a time (UTC), a name and what is said. `> bo` answers in the conversation of bo's last message in
//! this channel. `+emoji ana` puts the emoji under ana's last message (`+1` is the thumb, `+tada` is `tada`);
//! with a text it answers there too. A bare line is flat talk. An indented line goes on with the text above
//! it, `//` opens a remark. Later headers may name the same channel again.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

/// A screenplay that cannot be played; lines count from 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ScreenplayError {
    /// Something is said before the first header.
    #[error("line {line}: a header such as \"#helpdesk 2026-03-02\" comes first")]
    NoHeader {
        /// Where.
        line: usize,
    },
    /// A header without channel or date, or with an option that is none.
    #[error("line {line}: a header is \"#channel YYYY-MM-DD\", then visibility=… and source=…")]
    Header {
        /// Where.
        line: usize,
    },
    /// Not `HH:MM name: text`, nor one of its other forms.
    #[error(
        "line {line}: a line is \"HH:MM name: text\", \"… name > other: text\" or \"… name +emoji other\""
    )]
    Line {
        /// Where.
        line: usize,
    },
    /// An answer or an emoji for somebody who has said nothing in this channel yet.
    #[error("line {line}: {name} has said nothing in this channel yet")]
    Silent {
        /// Where.
        line: usize,
        /// Who is meant.
        name: String,
    },
    /// A time before the one of the line above.
    #[error("line {line}: time runs backwards")]
    Backwards {
        /// Where.
        line: usize,
    },
}

/// Turns a screenplay into whoknows' own `jsonl`: one message record a line, in the order of the screenplay.
///
/// Ids are `channel-date-number`, counted within a channel and day, so a line that is added at the end
/// changes no other id. The source is `play` unless the header names one. A name is the author's id.
/// Without `visibility` the record states none, and it is readable by whom policy says.
///
/// # Errors
/// The first line that says nothing the notation knows.
pub fn screenplay(text: &str) -> Result<String, ScreenplayError> {
    let mut play = Play::default();
    for (number, line) in text.lines().enumerate() {
        let number = number + 1;
        let said = line.trim();
        if said.is_empty() || said.starts_with("//") {
            continue;
        }
        if let Some(header) = said.strip_prefix('#') {
            play.header(header, number)?;
        } else if line.starts_with([' ', '\t']) && play.goes_on(line, number) {
            play.continue_text(said);
        } else {
            play.line(said, number)?;
        }
    }
    Ok(play.jsonl())
}

/// Where and when the lines below a header are said.
#[derive(Debug, Clone)]
struct Place {
    source: String,
    channel: String,
    date: jiff::civil::Date,
    visibility: Option<Value>,
}

#[derive(Debug)]
struct Said {
    place: usize,
    id: String,
    at: jiff::civil::Time,
    author: String,
    text: String,
    reply_to: Option<usize>,
    /// The first message of its conversation: itself, unless it answers.
    root: usize,
    answered: bool,
    reactions: BTreeMap<String, Vec<String>>,
}

#[derive(Debug, Default)]
struct Play {
    places: Vec<Place>,
    messages: Vec<Said>,
    /// By source, channel and name: the person's last message there.
    last: BTreeMap<(String, String, String), usize>,
    /// By source, channel and date: how many messages.
    counted: BTreeMap<(String, String, jiff::civil::Date), usize>,
    /// The text of the last line may go on.
    open: bool,
}

impl Play {
    fn header(&mut self, header: &str, line: usize) -> Result<(), ScreenplayError> {
        let wrong = ScreenplayError::Header { line };
        let mut words = header.split_whitespace();
        let (Some(channel), Some(date)) = (words.next(), words.next()) else { return Err(wrong) };
        let Ok(date) = date.parse() else { return Err(wrong) };
        let mut place = Place { source: "play".into(), channel: channel.into(), date, visibility: None };
        for option in words {
            match option.split_once('=') {
                Some(("source", name)) if !name.is_empty() => name.clone_into(&mut place.source),
                Some(("visibility", "everyone")) => place.visibility = Some(json!("everyone")),
                Some(("visibility", names)) if !names.is_empty() => {
                    let members: Vec<&str> = names.split(',').filter(|name| !name.is_empty()).collect();
                    place.visibility = Some(json!({"members": members}));
                }
                _ => return Err(wrong),
            }
        }
        self.places.push(place);
        self.open = false;
        Ok(())
    }

    /// Whether an indented line belongs to the text above: it does not if it is a line of its own.
    fn goes_on(&self, line: &str, number: usize) -> bool {
        self.open && parse(line.trim(), number).is_err()
    }

    fn continue_text(&mut self, said: &str) {
        if let Some(message) = self.messages.last_mut() {
            message.text.push('\n');
            message.text.push_str(said);
        }
    }

    fn line(&mut self, said: &str, line: usize) -> Result<(), ScreenplayError> {
        let Some(place_at) = self.places.len().checked_sub(1) else {
            return Err(ScreenplayError::NoHeader { line });
        };
        let cue = parse(said, line)?;
        let Some(place) = self.places.get(place_at).cloned() else {
            return Err(ScreenplayError::NoHeader { line });
        };
        let latest =
            self.messages.last().filter(|message| message.place == place_at).map(|message| message.at);
        if latest.is_some_and(|latest| cue.at < latest) {
            return Err(ScreenplayError::Backwards { line });
        }
        let key = |name: &str| (place.source.clone(), place.channel.clone(), name.to_owned());
        let target = match cue.to {
            None => None,
            Some(name) => {
                let silent = || ScreenplayError::Silent { line, name: name.to_owned() };
                Some(*self.last.get(&key(name)).ok_or_else(silent)?)
            }
        };
        if let (Some(emoji), Some(message)) = (cue.emoji, target.and_then(|at| self.messages.get_mut(at))) {
            let by = message.reactions.entry(emoji.to_owned()).or_default();
            if !by.iter().any(|name| name == cue.author) {
                by.push(cue.author.to_owned());
            }
        }
        self.open = cue.text.is_some();
        let Some(text) = cue.text else { return Ok(()) };
        let counted =
            self.counted.entry((place.source.clone(), place.channel.clone(), place.date)).or_default();
        *counted += 1;
        let at = self.messages.len();
        let mut root = at;
        if let Some(answered) = target.and_then(|target| self.messages.get(target)) {
            root = answered.root;
        }
        if let Some(first) = self.messages.get_mut(root) {
            first.answered = true;
        }
        self.messages.push(Said {
            place: place_at,
            id: format!("{}-{}-{counted}", place.channel, place.date),
            at: cue.at,
            author: cue.author.to_owned(),
            text: text.to_owned(),
            reply_to: target,
            root,
            answered: false,
            reactions: BTreeMap::new(),
        });
        self.last.insert(key(cue.author), at);
        Ok(())
    }

    fn jsonl(&self) -> String {
        let mut lines = String::new();
        for message in &self.messages {
            if let Some(record) = self.record(message) {
                lines.push_str(&record.to_string());
                lines.push('\n');
            }
        }
        lines
    }

    fn record(&self, message: &Said) -> Option<Value> {
        let place = self.places.get(message.place)?;
        let id = |at: usize| self.messages.get(at).map(|message| json!(message.id));
        let mut record = Map::new();
        record.insert("id".into(), json!(message.id));
        record.insert("source".into(), json!(place.source));
        record.insert("channel".into(), json!(place.channel));
        record.insert("at".into(), json!(format!("{}T{}Z", place.date, message.at)));
        record.insert("author".into(), json!({"id": message.author}));
        record.insert("text".into(), json!(message.text));
        if message.answered || message.reply_to.is_some() {
            record.insert("conversation".into(), id(message.root)?);
        }
        if let Some(answered) = message.reply_to {
            record.insert("reply_to".into(), id(answered)?);
        }
        if !message.reactions.is_empty() {
            let given =
                |(name, by): (&String, &Vec<String>)| json!({"name": name, "count": by.len(), "by": by});
            record.insert("reactions".into(), message.reactions.iter().map(given).collect());
        }
        if let Some(visibility) = &place.visibility {
            record.insert("visibility".into(), visibility.clone());
        }
        Some(Value::Object(record))
    }
}

/// One line, cut up.
#[derive(Debug, PartialEq)]
struct Cue<'a> {
    at: jiff::civil::Time,
    author: &'a str,
    to: Option<&'a str>,
    emoji: Option<&'a str>,
    text: Option<&'a str>,
}

fn parse(said: &str, line: usize) -> Result<Cue<'_>, ScreenplayError> {
    cue(said).ok_or(ScreenplayError::Line { line })
}

fn cue(said: &str) -> Option<Cue<'_>> {
    let (time, rest) = said.split_once(' ')?;
    let at = if time.len() == 5 { format!("{time}:00").parse().ok()? } else { time.parse().ok()? };
    let (head, text) = match rest.split_once(':') {
        Some((head, text)) => (head, Some(text.trim()).filter(|text| !text.is_empty())),
        None => (rest, None),
    };
    let words: Vec<&str> = head.split_whitespace().collect();
    let cue = match words.as_slice() {
        [author] => Cue { at, author, to: None, emoji: None, text: Some(text?) },
        [author, ">", to] => Cue { at, author, to: Some(to), emoji: None, text: Some(text?) },
        [author, mark, to] => {
            let name = mark.strip_prefix('+').filter(|name| !name.is_empty())?;
            let thumb = name.bytes().all(|byte| byte.is_ascii_digit());
            Cue { at, author, to: Some(to), emoji: Some(if thumb { mark } else { name }), text }
        }
        _ => return None,
    };
    Some(cue)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(play: &str, expected: &[Value]) {
        let jsonl = screenplay(play).unwrap();
        let records: Vec<Value> = jsonl.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(records, expected, "{play}");
    }

    fn fails(play: &str, expected: &str) {
        assert_eq!(screenplay(play).unwrap_err().to_string(), expected, "{play}");
    }

    #[test]
    fn an_answer_and_its_thanks_join_the_conversation() {
        let play = "#helpdesk 2026-03-02\n\
            09:02 bo: how do I rotate the HSM keys?\n\
            09:05 ana > bo: use `hsm-rotate --all`, then restart\n\
            09:07 bo +1 ana: thanks, that worked\n";
        let common = |id: usize, at: &str, author: &str, text: &str| {
            json!({"id": format!("helpdesk-2026-03-02-{id}"), "source": "play", "channel": "helpdesk",
                "at": format!("2026-03-02T{at}:00Z"), "author": {"id": author}, "text": text,
                "conversation": "helpdesk-2026-03-02-1"})
        };
        let with = |mut record: Value, name: &str, value: Value| {
            record[name] = value;
            record
        };
        let asked = common(1, "09:02", "bo", "how do I rotate the HSM keys?");
        let answered = common(2, "09:05", "ana", "use `hsm-rotate --all`, then restart");
        let answered = with(answered, "reply_to", json!("helpdesk-2026-03-02-1"));
        let answered = with(answered, "reactions", json!([{"name": "+1", "count": 1, "by": ["bo"]}]));
        let thanked = common(3, "09:07", "bo", "thanks, that worked");
        let thanked = with(thanked, "reply_to", json!("helpdesk-2026-03-02-2"));
        check(play, &[asked, answered, thanked]);
    }

    #[test]
    fn a_bare_line_is_flat_talk_and_a_header_may_close_the_room() {
        check(
            "#ops 2026-03-02 source=irc visibility=ana,bo\n09:02 bo: lunch: now?\n  or later\n09:03 ana +tada bo\n",
            &[json!({
                "id": "ops-2026-03-02-1", "source": "irc", "channel": "ops", "at": "2026-03-02T09:02:00Z",
                "author": {"id": "bo"}, "text": "lunch: now?\nor later", "visibility": {"members": ["ana", "bo"]},
                "reactions": [{"name": "tada", "count": 1, "by": ["ana"]}],
            })],
        );
    }

    #[test]
    fn a_channel_goes_on_the_next_day() {
        let play = "#ops 2026-03-02\n09:02 bo: who is on call?\n#ops 2026-03-03 visibility=everyone\n08:00 cy > bo: me\n";
        let jsonl = screenplay(play).unwrap();
        let answer: Value = serde_json::from_str(jsonl.lines().nth(1).unwrap()).unwrap();
        assert_eq!(answer["conversation"], "ops-2026-03-02-1");
        assert_eq!((&answer["id"], &answer["visibility"]), (&json!("ops-2026-03-03-1"), &json!("everyone")));
    }

    #[test]
    fn indented_screenplays_and_remarks_are_read() {
        let play = "\n    // a remark\n    #ops 2026-03-02\n    09:02 bo: one\n    09:02:30 bo: two\n";
        assert_eq!(screenplay(play).unwrap().lines().count(), 2);
    }

    #[test]
    fn a_mistake_names_its_line() {
        fails("09:02 bo: hi", "line 1: a header such as \"#helpdesk 2026-03-02\" comes first");
        fails("#ops", "line 1: a header is \"#channel YYYY-MM-DD\", then visibility=… and source=…");
        fails(
            "#ops 2026-03-02 colour=red",
            "line 1: a header is \"#channel YYYY-MM-DD\", then visibility=… and source=…",
        );
        fails(
            "#ops 2026-03-02\n9 bo: hi",
            "line 2: a line is \"HH:MM name: text\", \"… name > other: text\" or \"… name +emoji other\"",
        );
        fails("#ops 2026-03-02\n09:02 bo > ana: hi", "line 2: ana has said nothing in this channel yet");
        fails("#ops 2026-03-02\n09:02 bo: hi\n09:01 bo: ho", "line 3: time runs backwards");
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_a_play_or_an_error(text in "(#c 2026-03-02\n)?(.{0,40}\n){0,6}") {
            if let Ok(jsonl) = screenplay(&text) {
                for line in jsonl.lines() {
                    proptest::prop_assert!(serde_json::from_str::<Value>(line).is_ok());
                }
            }
        }
    }
}
