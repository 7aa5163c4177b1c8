//! Talks with known conversations: made up, and a real chat with its threads hidden.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use ingest::conversations::flat::{self, Choice, Placed};
use ingest::conversations::{Config, MessageHead};
use ingest::{Export, Issue, Limits, Record, Sink};
use model::{Account, AccountKey, ContainerId, Message, Timestamp};

/// As shipped in `config/default.toml`.
pub(crate) const CONFIG: Config =
    Config { flat_quiet_minutes: 2_880, flat_max_messages: 200, flat_open: 32, subject_days: 30 };

const LIMITS: Limits = Limits {
    max_entries: 100_000,
    max_entry_bytes: 1 << 30,
    max_total_bytes: 4 << 30,
    max_ratio: 200,
    max_message_chars: 200_000,
};

/// One channel's talk and its truth.
#[derive(Debug)]
pub(crate) struct Talk {
    pub(crate) messages: Vec<MessageHead>,
    /// Each message's conversation.
    pub(crate) truth: Vec<usize>,
    /// The message that each answers, where the truth tells.
    pub(crate) answers: Option<Vec<Option<usize>>>,
    names: BTreeMap<AccountKey, String>,
}

impl Talk {
    /// How many conversations there truly are.
    pub(crate) fn conversations(&self) -> usize {
        self.truth.iter().collect::<BTreeSet<_>>().len()
    }

    fn heads(&self) -> Vec<&MessageHead> {
        self.messages.iter().collect()
    }

    fn shown(&self, account: &AccountKey) -> Option<&str> {
        self.names.get(account).map(String::as_str)
    }

    /// Reads it, and puts each message where `decide` says.
    pub(crate) fn read(&self, decide: &mut dyn FnMut(&Choice) -> Option<usize>) -> Vec<Placed> {
        flat::read(&self.heads(), &|account: &AccountKey| self.shown(account), &CONFIG, decide)
    }
}

/// Talks that are reported together.
#[derive(Debug)]
pub(crate) struct Set {
    pub(crate) name: String,
    pub(crate) talks: Vec<Talk>,
}

#[derive(Default)]
struct Kept {
    messages: Vec<Message>,
    accounts: BTreeMap<AccountKey, String>,
}

impl Sink for Kept {
    fn record(&mut self, record: Record) -> ControlFlow<()> {
        match record {
            Record::Message(raw) => self.messages.push(ingest::cleaned(*raw)),
            Record::Account(Account { key, name: Some(name), .. }) => {
                self.accounts.insert(key, name);
            }
            _ => {}
        }
        ControlFlow::Continue(())
    }

    fn issue(&mut self, _: Issue) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

fn read(path: &Path) -> Kept {
    let mut kept = Kept::default();
    let export = Export::open(path, &LIMITS).expect("an export");
    ingest::detect(&export).expect("a known format").read(&export, &mut kept).expect("a readable export");
    kept
}

/// Flat channels with made-up talk: three seeds to learn from, three to judge by.
pub(crate) fn made_up() -> Vec<Set> {
    let set = |name: &str, seeds: [u64; 3]| Set {
        name: name.to_owned(),
        talks: seeds.into_iter().map(made_up_talk).collect(),
    };
    vec![set("made up, seeds 1 to 3, first half", [1, 2, 3]), set("made up, seeds 4 to 6", [4, 5, 6])]
}

fn made_up_talk(seed: u64) -> Talk {
    let end = Timestamp::from_millis(1_767_225_600_000);
    let plan = synth::Plan { seed, people: 120, months: 9, end };
    let talk = synth::flat_talk(&plan).expect("a plan within bounds");
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("flat.jsonl");
    fs_err::write(&file, &talk.jsonl).expect("a file");
    let kept = read(&file);
    assert_eq!(kept.messages.len(), talk.truth.len());
    Talk {
        messages: kept.messages.into_iter().map(|message| MessageHead::new(message, true)).collect(),
        truth: talk.truth.iter().map(|one| one.conversation).collect(),
        answers: Some(talk.truth.iter().map(|one| one.answers).collect()),
        names: kept.accounts,
    }
}

/// The collection's chat in two halves of time: messages in threads of two at least, roots and replies in the
/// order of time, without a word on which thread they are of.
pub(crate) fn hidden() -> Option<Vec<Set>> {
    let folder = PathBuf::from(std::env::var_os("WHOKNOWS_COLLECTIONS")?).join("julia_slack");
    let native = unpacked(&folder)?;
    let kept = read(&native);
    let mut times: Vec<Timestamp> = kept
        .messages
        .iter()
        .filter(|message| message.native_conversation.is_some())
        .map(|message| message.at)
        .collect();
    times.sort_unstable();
    let middle = times.get(times.len() / 2).copied()?;
    let half = |name: &str, wanted: &dyn Fn(&Message) -> bool| Set {
        name: name.to_owned(),
        talks: channels(&kept, wanted),
    };
    Some(vec![
        half("hidden threads, first half", &|message| message.at < middle),
        half("hidden threads, second half", &|message| message.at >= middle),
    ])
}

/// The unpacked export: beside the archive, or unpacked now into a folder that is kept for the process.
fn unpacked(folder: &Path) -> Option<PathBuf> {
    let native = folder.join("native_asof");
    if native.is_dir() {
        return Some(native);
    }
    let archive = folder.with_extension("tar.zst");
    let into = tempfile::tempdir().ok()?.keep();
    let mut tar = std::process::Command::new("tar");
    let status = tar.args(["-I", "zstd", "-xf"]).arg(&archive).arg("-C").arg(&into).status().ok()?;
    status.success().then(|| into.join("native_asof"))
}

fn channels(kept: &Kept, wanted: &dyn Fn(&Message) -> bool) -> Vec<Talk> {
    let mut by_channel: BTreeMap<&ContainerId, BTreeMap<&str, Vec<&Message>>> = BTreeMap::new();
    for message in kept.messages.iter().filter(|message| wanted(message)) {
        let Some(thread) = message.native_conversation.as_deref() else { continue };
        by_channel.entry(&message.container).or_default().entry(thread).or_default().push(message);
    }
    let mut talks = Vec::new();
    for threads in by_channel.values() {
        let mut messages: Vec<(&Message, usize)> = Vec::new();
        for (number, thread) in threads.values().filter(|thread| thread.len() > 1).enumerate() {
            messages.extend(thread.iter().map(|message| (*message, number)));
        }
        messages.sort_by_key(|(message, _)| (message.at, &message.id));
        messages.dedup_by_key(|(message, _)| &message.id);
        if messages.is_empty() {
            continue;
        }
        talks.push(Talk {
            truth: messages.iter().map(|(_, number)| *number).collect(),
            messages: messages.into_iter().map(|(message, _)| without_thread(message)).collect(),
            answers: None,
            names: kept.accounts.clone(),
        });
    }
    talks
}

fn without_thread(message: &Message) -> MessageHead {
    let mut hidden = message.clone();
    hidden.native_conversation = None;
    hidden.reply_to = Vec::new();
    MessageHead::new(hidden, true)
}
