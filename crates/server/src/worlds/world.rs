//! A random organization: its records in the order they are sent, and what holds in the end.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde_json::{Value, json};

use super::canary::canary;
use super::chance::Dice;
use super::mail::Mail;
use super::words::{NAMES, opening, quoting, reply, subjects};

/// Who may read, as a record says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Rights {
    Everyone,
    Members(BTreeSet<String>),
    /// Nobody, in so many words.
    Nobody,
    /// Words that mean nothing: nobody.
    Broken,
    Unstated,
}

impl Rights {
    fn value(&self) -> Value {
        match self {
            Self::Everyone => json!("everyone"),
            Self::Members(members) => json!({ "members": members }),
            Self::Nobody => json!({"members": []}),
            Self::Broken => json!("whoever asks"),
            Self::Unstated => Value::Null,
        }
    }
}

#[derive(Debug, Clone)]
pub(super) struct Account {
    pub(super) key: String,
    pub(super) name: String,
    /// What proves that two accounts are one person's.
    pub(super) email: Option<String>,
}

#[derive(Debug, Clone)]
pub(super) struct Container {
    pub(super) source: &'static str,
    pub(super) id: String,
    pub(super) name: String,
    pub(super) rights: Rights,
    /// Who writes there, by number.
    writers: Vec<usize>,
}

#[derive(Debug, Clone)]
pub(super) struct Message {
    pub(super) container: usize,
    pub(super) author: usize,
    pub(super) text: String,
    /// Those of its container, if it says none.
    pub(super) rights: Rights,
    pub(super) thread: Option<usize>,
    at: String,
    edited: Option<String>,
}

/// What a record is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum About {
    Account,
    Container(usize),
    Message(usize),
}

/// A record, sent before the index was made or while it answered.
#[derive(Debug, Clone)]
pub(super) struct Sent {
    pub(super) about: About,
    pub(super) later: bool,
    pub(super) line: String,
}

#[derive(Debug)]
pub(super) struct World {
    pub(super) accounts: Vec<Account>,
    pub(super) containers: Vec<Container>,
    /// As they are in the end.
    pub(super) messages: BTreeMap<usize, Message>,
    pub(super) mails: Vec<Mail>,
    /// Sources that an operator opens or closes.
    pub(super) policies: Vec<(&'static str, Rights)>,
    pub(super) sent: Vec<Sent>,
    pub(super) dice: Dice,
    birds: usize,
    later: bool,
}

/// Accounts of everybody in [`NAMES`]: at the desk, in the chat, by mail.
const KINDS: [&str; 3] = ["desk", "chat", "mail"];

/// The accounts that people ask by, the same in every world.
pub(super) fn known_keys() -> Vec<String> {
    let native = |(first, family): &(&str, &str)| format!("{first}.{family}").to_lowercase();
    let keys = NAMES.iter().flat_map(|name| {
        KINDS.map(
            |kind| if kind == "mail" { address(&native(name)) } else { format!("{kind}:{}", native(name)) },
        )
    });
    // Somebody of whom no record says anything.
    keys.chain(["desk:stranger".to_owned()]).collect()
}

fn address(native: &str) -> String {
    format!("mail:{native}@firm.example")
}

impl World {
    /// A world; only in some anything happens while the index answers.
    pub(super) fn new(seed: u64) -> Self {
        let mut world = Self {
            accounts: Vec::new(),
            containers: Vec::new(),
            messages: BTreeMap::new(),
            mails: Vec::new(),
            policies: Vec::new(),
            sent: Vec::new(),
            dice: Dice::new(seed),
            birds: 0,
            later: false,
        };
        world.people();
        world.channels();
        for _ in 0..3 + world.dice.below(6) {
            world.talk();
        }
        world.post();
        for _ in 0..world.dice.below(4) {
            world.change();
        }
        if world.dice.in_hundred(35) {
            world.later = true;
            for _ in 0..=world.dice.below(6) {
                world.change();
            }
        }
        world
    }

    pub(super) fn bird(&mut self) -> String {
        self.birds += 1;
        canary(&mut self.dice, self.birds)
    }

    pub(super) fn mailbox(&self, person: usize) -> String {
        self.accounts[person * KINDS.len() + 2].key.clone()
    }

    fn send(&mut self, about: About, record: &Value) {
        let line = format!("{record}\n");
        self.sent.push(Sent { about, later: self.later, line });
    }

    fn people(&mut self) {
        for (number, key) in known_keys().into_iter().take(NAMES.len() * KINDS.len()).enumerate() {
            let (first, family) = NAMES[number / KINDS.len()];
            let name = format!("{first} {family}");
            let email = format!("{first}.{family}@firm.example").to_lowercase();
            let (name, email) = match KINDS[number % KINDS.len()] {
                "mail" => (name, Some(email)),
                "desk" => (name, self.dice.in_hundred(80).then_some(email)),
                // Their own and proven, or only like theirs, or under the name of somebody else.
                _ => match self.dice.below(4) {
                    0 | 1 => (name, Some(email)),
                    2 => (name, None),
                    _ => {
                        let (first, family) = *self.dice.one(&NAMES);
                        (format!("{first} {family}"), None)
                    }
                },
            };
            self.accounts.push(Account { key, name, email });
        }
        for number in 0..2 {
            let name = format!("Gero {}", self.bird());
            self.accounts.push(Account { key: format!("desk:newcomer{number}"), name, email: None });
        }
        // What a directory says; of newcomers it says nothing, and mail tells of itself.
        for number in 0..NAMES.len() * KINDS.len() {
            let Account { key, name, email } = self.accounts[number].clone();
            let (source, id) = key.split_once(':').unwrap_or_default();
            let gone = if self.dice.in_hundred(8) { "departed" } else { "active" };
            if source != "mail" {
                let emails: Vec<String> = email.into_iter().collect();
                let record = json!({"type": "person", "source": source, "id": id, "name": name, "emails": emails,
                    "status": gone, "title": "Engineer"});
                self.send(About::Account, &record);
            }
        }
    }

    /// Some of the people who have accounts in a source.
    fn members(&mut self, source: &str, cases: usize) -> Rights {
        let in_source = |account: &&Account| account.key.starts_with(source);
        let all: Vec<String> = self.accounts.iter().filter(in_source).map(|one| one.key.clone()).collect();
        let some = self.dice.some(all.len(), cases);
        let mut members: BTreeSet<String> = some.into_iter().map(|number| all[number].clone()).collect();
        if self.dice.in_hundred(10) {
            // A guest from elsewhere.
            let other = self.dice.below(NAMES.len() * KINDS.len());
            members.insert(self.accounts[other].key.clone());
        }
        if members.is_empty() { Rights::Nobody } else { Rights::Members(members) }
    }

    fn rights(&mut self, source: &str) -> Rights {
        match self.dice.below(20) {
            0..7 => Rights::Everyone,
            7..13 => self.members(source, 45),
            // Between two.
            13..16 => self.members(source, 20),
            16 => Rights::Nobody,
            17 => Rights::Broken,
            _ => Rights::Unstated,
        }
    }

    fn channels(&mut self) {
        for number in 0..3 + self.dice.below(4) {
            let source = if self.dice.in_hundred(60) { "desk" } else { "chat" };
            let name = format!("place {}", self.bird());
            let rights = if number == 0 { Rights::Everyone } else { self.rights(source) };
            let accounts = 0..self.accounts.len();
            let own = accounts.filter(|account| self.accounts[*account].key.starts_with(source));
            let all: Vec<usize> = own.collect();
            let inside = |writer: &usize| match &rights {
                Rights::Members(members) => members.contains(&self.accounts[*writer].key),
                _ => true,
            };
            let inside: Vec<usize> = all.iter().copied().filter(inside).collect();
            let outside = self.dice.in_hundred(15) || inside.len() < 2;
            let writers = if outside { all } else { inside };
            let container = Container { source, id: format!("c{number}"), name, rights, writers };
            self.containers.push(container);
            self.say_rights(number);
        }
        for (source, opened) in [("desk", 12), ("chat", 8)] {
            if self.dice.in_hundred(opened) {
                self.policies.push((source, Rights::Everyone));
            } else if self.dice.in_hundred(4) {
                self.policies.push((source, Rights::Nobody));
            }
        }
    }

    fn say_rights(&mut self, number: usize) {
        let Container { source, id, name, rights, .. } = self.containers[number].clone();
        let record = json!({"type": "container", "source": source, "id": id, "name": name,
            "visibility": rights.value()});
        self.send(About::Container(number), &record);
    }

    fn talk(&mut self) {
        let container = self.dice.below(self.containers.len());
        let writers = self.containers[container].writers.clone();
        let (about, day) = (subjects(&mut self.dice), 1 + self.dice.below(27));
        let thread = self.dice.in_hundred(70).then_some(self.messages.len());
        let own = self.dice.in_hundred(15);
        for place in 0..=self.dice.below(4) {
            let (bird, author) = (self.bird(), *self.dice.one(&writers));
            let text = if place == 0 {
                opening(&mut self.dice, about, &bird)
            } else if self.dice.in_hundred(15) {
                let numbers: Vec<usize> = self.messages.keys().copied().collect();
                let quoted = self.messages[self.dice.one(&numbers)].text.clone();
                quoting(&quoted, about, &bird)
            } else {
                reply(&mut self.dice, about, &bird)
            };
            let source = self.containers[container].source;
            let rights = match self.dice.below(100) {
                0..4 => Rights::Everyone,
                4..14 => self.members(source, 35),
                14..16 => Rights::Nobody,
                16..40 if own => self.members(source, 60),
                _ => Rights::Unstated,
            };
            let at = format!("2026-03-{day:02}T09:{:02}:00Z", place * 7 + self.dice.below(7));
            let message = Message { container, author, text, rights, thread, at, edited: None };
            let number = self.messages.len();
            self.messages.insert(number, message);
            self.say(number);
        }
    }

    /// Sends a message as it is now.
    fn say(&mut self, number: usize) {
        let message = self.messages[&number].clone();
        let container = &self.containers[message.container];
        let account = &self.accounts[message.author];
        let (_, id) = account.key.split_once(':').unwrap_or_default();
        let reactions =
            if number.is_multiple_of(9) { json!([{"name": "+1", "count": 2}]) } else { json!([]) };
        let mut record = json!({"source": container.source, "id": format!("m{number}"), "channel": container.id,
            "at": message.at, "text": message.text, "reactions": reactions, "edited_at": message.edited,
            "author": {"id": id, "name": account.name, "email": account.email},
            "permalink": format!("https://chat.example/{number}")});
        record["visibility"] = message.rights.value();
        record["conversation"] = message.thread.map_or(Value::Null, |thread| json!(format!("t{thread}")));
        self.send(About::Message(number), &record);
    }

    /// Something changes: who may read, where something stands, what it says.
    fn change(&mut self) {
        let (number, container) =
            (self.dice.below(self.messages.len()), self.dice.below(self.containers.len()));
        let known = self.messages.contains_key(&number);
        match self.dice.below(8) {
            // Somebody leaves, comes back, or all is opened or shut.
            0..3 => {
                let rights = self.rights(self.containers[container].source);
                // Who says nothing leaves what was said.
                if rights != Rights::Unstated {
                    self.containers[container].rights = rights;
                }
                self.say_rights(container);
            }
            3 | 4 if known => {
                let (bird, about) = (self.bird(), subjects(&mut self.dice));
                let text = reply(&mut self.dice, about, &bird);
                if let Some(message) = self.messages.get_mut(&number) {
                    message.text = text;
                    message.edited = Some("2026-03-29T10:00:00Z".to_owned());
                }
                self.say(number);
            }
            // A thread moves, if the other channel is in the same source.
            5 if known => {
                let thread = self.messages[&number].thread;
                let source = self.containers[self.messages[&number].container].source;
                let moves = |(at, message): (&usize, &Message)| {
                    (*at == number || (thread.is_some() && message.thread == thread)).then_some(*at)
                };
                let moved: Vec<usize> = self.messages.iter().filter_map(moves).collect();
                if self.containers[container].source == source {
                    for number in moved {
                        if let Some(message) = self.messages.get_mut(&number) {
                            message.container = container;
                        }
                        self.say(number);
                    }
                }
            }
            6 if known => {
                let source = self.containers[self.messages[&number].container].source;
                let record = json!({"type": "delete", "source": source, "id": format!("m{number}")});
                self.messages.remove(&number);
                self.send(About::Message(number), &record);
            }
            7 if known => {
                let source = self.containers[self.messages[&number].container].source;
                let rights = self.members(source, 40);
                if let Some(message) = self.messages.get_mut(&number) {
                    message.rights = rights;
                }
                self.say(number);
            }
            _ => {}
        }
    }

    /// The records that are wanted, as lines: those of before, or those that came while the index answered.
    pub(super) fn lines(&self, later: bool, wanted: &dyn Fn(About) -> bool) -> String {
        let those = self.sent.iter().filter(|sent| sent.later == later && wanted(sent.about));
        those.map(|sent| sent.line.as_str()).collect()
    }

    /// All that was sent, to read where a test fails.
    pub(super) fn story(&self) -> String {
        let lines =
            self.sent.iter().map(|sent| format!("{}{}", if sent.later { "later " } else { "" }, sent.line));
        let mut story: String = lines.collect();
        let _ = write!(story, "{:?}\n{}", self.policies, self.mbox(&|_| true));
        story
    }
}
