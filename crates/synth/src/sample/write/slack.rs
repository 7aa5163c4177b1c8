//! A Slack export folder: a file a channel and day, threads joined by `thread_ts`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use fs_err as fs;
use serde_json::{Value, json};

use super::directory::{self, WORKSPACE};
use super::json as write_json;
use super::markup::{Piece, pieces};
use crate::sample::channels::{Channel, Kind};
use crate::sample::clock::civil;
use crate::sample::conversation::{Line, Part, Scene, Venue};
use crate::sample::production::Production;
use crate::{Dice, Error};

/// One channel while its messages are gathered.
struct Desk<'a> {
    production: &'a Production,
    channel: &'a Channel,
    taken: BTreeSet<i64>,
    /// By microsecond, which is unique in the channel.
    messages: BTreeMap<i64, Value>,
    dice: Dice,
}

/// Writes the export; gives the number of messages.
pub(crate) fn write(production: &Production, folder: &Path) -> Result<usize, Error> {
    fs::create_dir_all(folder)?;
    directory::write(production, folder)?;
    let mut written = 0;
    for (at, channel) in production.channels.list.iter().enumerate() {
        let dice = production.dice.fork(&format!("slack {}", channel.id));
        let mut desk = Desk { production, channel, taken: BTreeSet::new(), messages: BTreeMap::new(), dice };
        for scene in &production.scenes {
            match scene.venue {
                Venue::Chat { channel, threaded } if channel == at => desk.scene(scene, threaded),
                _ => {}
            }
        }
        written += desk.messages.len();
        desk.write(&folder.join(&channel.name))?;
    }
    Ok(written)
}

impl Desk<'_> {
    fn scene(&mut self, scene: &Scene, threaded: bool) {
        let stamps: Vec<i64> = scene.lines.iter().map(|line| self.stamp(line.at)).collect();
        let mut values: Vec<Value> =
            scene.lines.iter().zip(&stamps).map(|(line, stamp)| self.message(line, *stamp)).collect();
        if threaded && values.len() > 1 {
            self.thread(scene, &stamps, &mut values);
        }
        self.messages.extend(stamps.into_iter().zip(values));
    }

    /// The microsecond of a message: the millisecond of the line and chance, different in the whole channel.
    fn stamp(&mut self, millis: i64) -> i64 {
        let mut stamp = millis * 1000 + self.dice.between(0, 999);
        while !self.taken.insert(stamp) {
            stamp += 1;
        }
        stamp
    }

    fn user(&self, person: usize) -> &str {
        self.production.person(person).map_or("USLACKBOT", |person| &person.slack_id)
    }

    fn message(&mut self, line: &Line, stamp: i64) -> Value {
        let user = self.user(line.author).to_owned();
        let text = self.mrkdwn(&line.text);
        match line.part {
            Part::Bot(name) => return bot_message(name, &text, stamp, self.channel),
            Part::Join => {
                return json!({
                    "type": "message", "subtype": "channel_join", "user": user, "text": text, "ts": ts(stamp),
                });
            }
            _ if line.removed => {
                return json!({
                    "type": "message", "subtype": "tombstone", "user": "USLACKBOT", "hidden": true,
                    "text": "This message was deleted.", "ts": ts(stamp),
                });
            }
            _ => {}
        }
        let mut message = json!({
            "client_msg_id": self.uuid(), "type": "message", "user": user, "text": text, "ts": ts(stamp),
            "team": WORKSPACE,
        });
        let blocks = self.dice.chance(30).then(|| self.rich_text(&line.text));
        let edited = line.edited.then(|| json!({"user": user, "ts": ts(stamp + 95_000_000)}));
        let reactions: Vec<Value> = line.reactions.iter().filter_map(|given| self.reaction(given)).collect();
        if let Some(fields) = message.as_object_mut() {
            if let Some(blocks) = blocks {
                fields.insert("blocks".into(), blocks);
                // Some clients leave the plain text empty beside the blocks.
                if self.dice.chance(3) {
                    fields.insert("text".into(), json!(""));
                }
            }
            if let Some(edited) = edited {
                fields.insert("edited".into(), edited);
            }
            if !reactions.is_empty() {
                fields.insert("reactions".into(), Value::Array(reactions));
            }
        }
        message
    }

    fn reaction(&self, (name, by): &(&str, Vec<usize>)) -> Option<Value> {
        let users: Vec<&str> = by.iter().map(|person| self.user(*person)).collect();
        (!users.is_empty()).then(|| json!({"name": name, "count": users.len(), "users": users}))
    }

    /// Ties the messages of a thread to its first one.
    fn thread(&self, scene: &Scene, stamps: &[i64], values: &mut [Value]) {
        let Some(root) = stamps.first().copied() else { return };
        let author = |line: &Line| self.user(line.author).to_owned();
        let replies: Vec<Value> = scene
            .lines
            .iter()
            .zip(stamps)
            .skip(1)
            .map(|(line, stamp)| json!({"user": author(line), "ts": ts(*stamp)}))
            .collect();
        let repliers: BTreeSet<String> = scene.lines.iter().skip(1).map(author).collect();
        let asker = scene.lines.first().map(author).unwrap_or_default();
        for (at, (value, line)) in values.iter_mut().zip(&scene.lines).enumerate() {
            let Some(fields) = value.as_object_mut() else { continue };
            fields.insert("thread_ts".into(), json!(ts(root)));
            if at == 0 {
                fields.insert("reply_count".into(), json!(replies.len()));
                fields.insert("reply_users_count".into(), json!(repliers.len()));
                fields.insert("reply_users".into(), json!(repliers));
                fields.insert("latest_reply".into(), json!(stamps.last().map(|stamp| ts(*stamp))));
                fields.insert("replies".into(), json!(replies));
                continue;
            }
            fields.insert("parent_user_id".into(), json!(asker));
            if line.broadcast {
                fields.insert("subtype".into(), json!("thread_broadcast"));
                fields.insert("root".into(), json!({"user": asker, "ts": ts(root), "type": "message"}));
            }
        }
    }

    /// The text in Slack's own markup.
    fn mrkdwn(&self, text: &str) -> String {
        let marked = |piece| match piece {
            Piece::Words(words) => escape(words),
            Piece::Code(code) => format!("`{}`", escape(code)),
            Piece::Block(code) => format!("```{}```", escape(code)),
            Piece::Mention(person) => format!("<@{}>", self.user(person)),
            Piece::Link(link) => format!("<{}>", escape(link)),
        };
        pieces(text).into_iter().map(marked).collect()
    }

    /// The same text as the client's own tree.
    fn rich_text(&mut self, text: &str) -> Value {
        let mut sections = Vec::new();
        let mut run: Vec<Value> = Vec::new();
        for piece in pieces(text) {
            match piece {
                Piece::Words(words) => run.push(json!({"type": "text", "text": words})),
                Piece::Code(code) => run.push(json!({"type": "text", "text": code, "style": {"code": true}})),
                Piece::Mention(person) => run.push(json!({"type": "user", "user_id": self.user(person)})),
                Piece::Link(link) => run.push(json!({"type": "link", "url": link})),
                Piece::Block(code) => {
                    if !run.is_empty() {
                        sections
                            .push(json!({"type": "rich_text_section", "elements": std::mem::take(&mut run)}));
                    }
                    let element = json!([{"type": "text", "text": code}]);
                    sections
                        .push(json!({"type": "rich_text_preformatted", "elements": element, "border": 0}));
                }
            }
        }
        if !run.is_empty() {
            sections.push(json!({"type": "rich_text_section", "elements": run}));
        }
        let id = self.dice.token("abcdefghijkmnopqrstuvwxyzABCDEFGH0123456789", 5);
        json!([{"type": "rich_text", "block_id": id, "elements": sections}])
    }

    fn uuid(&mut self) -> String {
        let groups = [8, 4, 4, 4, 12].map(|length| self.dice.token("0123456789abcdef", length));
        groups.join("-")
    }

    /// One file a day (UTC), oldest message first.
    fn write(self, folder: &Path) -> Result<(), Error> {
        let mut days: BTreeMap<String, Vec<Value>> = BTreeMap::new();
        for (stamp, message) in self.messages {
            days.entry(civil(stamp / 1000).date().to_string()).or_default().push(message);
        }
        // A channel in which nobody spoke still has its folder.
        if self.channel.kind == Kind::Public {
            fs::create_dir_all(folder)?;
        }
        for (day, messages) in days {
            write_json(folder, &format!("{day}.json"), &Value::Array(messages))?;
        }
        Ok(())
    }
}

fn bot_message(name: &str, text: &str, stamp: i64, channel: &Channel) -> Value {
    json!({
        "type": "message", "subtype": "bot_message", "text": text, "ts": ts(stamp),
        "username": name, "bot_id": format!("B{}", channel.id.trim_start_matches('C')),
    })
}

/// Slack's id of a message: seconds and six digits.
fn ts(micros: i64) -> String {
    format!("{}.{:06}", micros / 1_000_000, micros % 1_000_000)
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
