//! What the tests of this folder share: reading an export into memory, and printing what was read.

use std::fmt::Write as _;
use std::io::Write as _;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use ingest::{Export, Format, Issue, Limits, RawMessage, ReadReport, Record, Sink};
use model::{Account, AccountKey, Visibility};

/// Limits that no sample comes near.
pub(crate) const LIMITS: Limits = Limits {
    max_entries: 10_000,
    max_entry_bytes: 1 << 30,
    max_total_bytes: 1 << 30,
    max_ratio: 200,
    max_message_chars: 200_000,
};

/// What this thread has computed so far: other tests at the same time do not count. Without the system's
/// help it is the time that has passed.
pub(crate) fn cpu() -> Duration {
    static START: OnceLock<Instant> = OnceLock::new();
    let start = START.get_or_init(Instant::now);
    let told = fs_err::read_to_string("/proc/thread-self/schedstat").ok();
    let nanos = told.and_then(|told| told.split(' ').next()?.parse().ok());
    nanos.map_or_else(|| start.elapsed(), Duration::from_nanos)
}

/// Each format with the folder of its sample.
pub(crate) const SAMPLES: [(&str, &str); 22] = [
    ("slack", "slack"),
    ("mail", "mail"),
    ("mail", "eml"),
    ("mail", "maildir"),
    ("mail", "takeout"),
    ("mail", "journal"),
    ("jira", "jira"),
    ("jsonl", "jsonl"),
    ("teams", "teams"),
    ("mattermost", "mattermost"),
    ("discord", "discord"),
    ("zulip", "zulip"),
    ("google_chat", "google_chat"),
    ("zendesk", "zendesk"),
    ("servicenow", "servicenow"),
    ("freshdesk", "freshdesk"),
    ("github", "github"),
    ("gitlab", "gitlab"),
    ("linear", "linear"),
    ("salesforce", "salesforce"),
    ("hubspot", "hubspot"),
    ("hr", "hr"),
];

/// Keeps everything.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Kept {
    pub(crate) records: Vec<Record>,
    pub(crate) issues: Vec<Issue>,
    pub(crate) progress: u64,
}

impl Sink for Kept {
    fn record(&mut self, record: Record) -> ControlFlow<()> {
        self.records.push(record);
        ControlFlow::Continue(())
    }

    fn issue(&mut self, issue: Issue) -> ControlFlow<()> {
        self.issues.push(issue);
        ControlFlow::Continue(())
    }

    fn progress(&mut self, bytes: u64) {
        self.progress += bytes;
    }
}

/// Keeps everything, also of private channels and direct messages.
#[derive(Debug, Default)]
pub(crate) struct Open(pub(crate) Kept);

impl Sink for Open {
    fn record(&mut self, record: Record) -> ControlFlow<()> {
        self.0.record(record)
    }

    fn issue(&mut self, issue: Issue) -> ControlFlow<()> {
        self.0.issue(issue)
    }

    fn admits(&mut self, _: &model::Container) -> bool {
        true
    }
}

impl Kept {
    pub(crate) fn messages(&self) -> impl Iterator<Item = &RawMessage> {
        self.records.iter().filter_map(|record| match record {
            Record::Message(message) => Some(message.as_ref()),
            _ => None,
        })
    }

    pub(crate) fn texts(&self) -> Vec<&str> {
        self.messages().map(|raw| raw.message.text.as_str()).collect()
    }

    pub(crate) fn reasons(&self) -> Vec<String> {
        self.issues.iter().map(|issue| format!("{} {}", issue.place, issue.reason)).collect()
    }
}

/// The folder of one format's sample.
pub(crate) fn sample(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/formats/samples").join(name)
}

/// Reads a path with the format that is detected.
pub(crate) fn read(path: &Path) -> (Kept, ReadReport) {
    let export = Export::open(path, &LIMITS).unwrap();
    read_with(ingest::detect(&export).unwrap(), &export)
}

/// Reads an export with a format.
pub(crate) fn read_with(format: &dyn Format, export: &Export) -> (Kept, ReadReport) {
    let mut kept = Kept::default();
    let report = format.read(export, &mut kept).unwrap();
    (kept, report)
}

/// Writes files below a new folder.
pub(crate) fn folder(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in files {
        let path = folder.path().join(name);
        fs_err::create_dir_all(path.parent().unwrap()).unwrap();
        fs_err::write(path, content).unwrap();
    }
    folder
}

/// Packs files into a zip, names as they are given.
pub(crate) fn zip(files: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut packed = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in files {
        let options = zip::write::SimpleFileOptions::default();
        packed.start_file(name.as_str(), options).unwrap();
        packed.write_all(content).unwrap();
    }
    packed.finish().unwrap().into_inner()
}

/// Every file below a folder, or the file itself: name relative to it, and content.
pub(crate) fn files(path: &Path) -> Vec<(String, Vec<u8>)> {
    let export = Export::open(path, &LIMITS).unwrap();
    let content = |entry: &ingest::Entry| {
        export.read(entry, |reader| {
            let mut bytes = Vec::new();
            reader.read_to_end(&mut bytes).unwrap();
            (entry.name.clone(), bytes)
        })
    };
    export.entries().iter().map(|entry| content(entry).unwrap()).collect()
}

/// Everything that was read, one field a line, for golden files.
pub(crate) fn printed(kept: &Kept, report: &ReadReport) -> String {
    let mut out = String::new();
    for record in &kept.records {
        match record {
            Record::Account(account) => print_account(account, &mut out),
            Record::Container(container) => {
                let kind = container.kind.as_str();
                let _ = writeln!(
                    out,
                    "container {} {:?} {kind} {}",
                    container.id,
                    container.name,
                    rights(container.stated_visibility.as_ref())
                );
            }
            Record::Message(raw) => print_message(raw, &mut out),
            Record::Delete(id) => {
                let _ = writeln!(out, "delete {id}");
            }
        }
    }
    for issue in &kept.issues {
        let _ = writeln!(out, "issue {}: {} ({})", issue.place, issue.reason, issue.hint.unwrap_or("-"));
    }
    for (reason, count) in &report.skipped {
        let _ = writeln!(out, "skipped {count}: {reason}");
    }
    for warning in &report.warnings {
        let _ = writeln!(out, "warning: {warning}");
    }
    let _ =
        writeln!(out, "{} messages, {} issues, complete {}", report.messages, report.issues, report.complete);
    out
}

fn print_account(account: &Account, out: &mut String) {
    let _ = write!(out, "account {}", account.key);
    let directory = &account.directory;
    let fields = [
        ("name", account.name.clone()),
        ("emails", (!account.verified_emails.is_empty()).then(|| account.verified_emails.join(" "))),
        ("bot", account.bot.then(|| "yes".to_owned())),
        ("status", directory.status.map(|status| status.as_str().to_owned())),
        ("title", directory.title.clone()),
        ("team", directory.team.clone()),
        ("region", directory.region.clone()),
        ("languages", (!directory.languages.is_empty()).then(|| directory.languages.join(" "))),
        ("timezone", directory.timezone.clone()),
        ("manager", directory.employment.manager.clone()),
        ("starts", directory.employment.starts_at.map(|at| at.to_string())),
        ("ends", directory.employment.ends_at.map(|at| at.to_string())),
    ];
    for (name, value) in fields {
        if let Some(value) = value {
            let _ = write!(out, " {name}={value:?}");
        }
    }
    out.push('\n');
}

fn print_message(raw: &RawMessage, out: &mut String) {
    let message = &raw.message;
    let _ = writeln!(
        out,
        "message {} {} by {} in {} ({:?}, {:?})",
        message.id, message.at, message.author, message.container, message.kind, raw.markup
    );
    let reactions: Vec<String> = message
        .reactions
        .iter()
        .map(|reaction| format!("{} x{} [{}]", reaction.name, reaction.count, keys(&reaction.by)))
        .collect();
    let replies: Vec<&str> = message.reply_to.iter().map(model::MessageId::as_str).collect();
    let fields = [
        ("edited", message.edited_at.map(|at| at.to_string())),
        ("subject", message.subject.clone()),
        ("conversation", message.native_conversation.clone()),
        ("replies to", (!replies.is_empty()).then(|| replies.join(" "))),
        ("mentions", (!message.mentions.is_empty()).then(|| keys(&message.mentions))),
        ("reactions", (!reactions.is_empty()).then(|| reactions.join(", "))),
        ("accepted", message.accepted.then(|| "yes".to_owned())),
        ("resolved by", message.resolved_by.as_ref().map(ToString::to_string)),
        ("resolved at", message.resolved_at.map(|at| at.to_string())),
        ("assignee", message.assignee.as_ref().map(ToString::to_string)),
        ("link", message.permalink.clone()),
        ("visible to", message.stated_visibility.as_ref().map(|stated| rights(Some(stated)))),
        ("participants", (!message.participants.is_empty()).then(|| keys(&message.participants))),
    ];
    for (name, value) in fields {
        if let Some(value) = value {
            let _ = writeln!(out, "  {name}: {value}");
        }
    }
    for line in message.text.lines() {
        let _ = writeln!(out, "  | {line}");
    }
}

fn keys(keys: &[AccountKey]) -> String {
    keys.iter().map(AccountKey::as_str).collect::<Vec<_>>().join(" ")
}

fn rights(stated: Option<&Visibility>) -> String {
    match stated {
        None => "not stated".to_owned(),
        Some(Visibility::Everyone) => "everyone".to_owned(),
        Some(Visibility::Nobody) => "nobody".to_owned(),
        Some(Visibility::Members(members)) => {
            format!("[{}]", members.iter().map(AccountKey::as_str).collect::<Vec<_>>().join(" "))
        }
    }
}
