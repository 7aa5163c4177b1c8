//! The way out of every format: counts, bounds, and stops.

use std::collections::{BTreeMap, HashMap};
use std::io::{self, BufRead, Read as _};
use std::ops::ControlFlow;

use model::{Account, AccountKey, Container, ContainerId, MessageId, SourceName};

use super::so_far::SoFar;
use super::{FormatError, ReadReport, Sink};
use crate::issue::MAX_RAW_BYTES;
use crate::{Entry, Export, ExportError, Issue, Place, RawMessage, Record};

/// Goes on, or stops because the sink or the export has had enough.
pub(super) type Flow = ControlFlow<()>;

/// So many warnings of one reading are kept; the rest is counted.
const MAX_WARNINGS: usize = 50;

/// A format that leaves more of an entry than this had its reasons, and said them.
const MAX_LEFT_BYTES: u64 = 1 << 20;

/// The sink is told of so many bytes at a time.
const TOLD_BYTES: u64 = 1 << 20;

/// What a format writes to.
pub(super) struct Out<'a> {
    sink: &'a mut dyn Sink,
    export: &'a Export,
    done: ReadReport,
    accounts: HashMap<AccountKey, Account>,
    unsaid: usize,
    fatal: Option<FormatError>,
    /// Reading the present entry has failed, and that was said.
    failed: bool,
    /// How far the present entry is read.
    so_far: SoFar,
    /// How much of that the sink was told.
    told: u64,
}

impl<'a> Out<'a> {
    pub(super) fn new(export: &'a Export, sink: &'a mut dyn Sink) -> Self {
        let done = ReadReport::default();
        let (accounts, so_far) = (HashMap::new(), SoFar::default());
        Self { sink, export, done, accounts, unsaid: 0, fatal: None, failed: false, so_far, told: 0 }
    }

    /// Ends the reading: `flow` says whether it came to the export's end.
    pub(super) fn finish(mut self, flow: Flow) -> Result<ReadReport, FormatError> {
        if let Some(fatal) = self.fatal {
            return Err(fatal);
        }
        if self.unsaid > 0 {
            self.done.warnings.push(format!("{} further warnings", self.unsaid));
        }
        self.done.complete = flow.is_continue();
        Ok(self.done)
    }

    /// Hands out an account, unless nothing in it is new. Once seen as a bot, it stays one.
    pub(super) fn account(&mut self, mut account: Account) -> Flow {
        if let Some(known) = self.accounts.get_mut(&account.key) {
            account.bot |= known.bot;
            if !merge(known, &account) {
                return Flow::Continue(());
            }
        } else {
            self.accounts.insert(account.key.clone(), account.clone());
        }
        self.sink.record(Record::Account(account))
    }

    /// Whether the account has been handed out as a bot's.
    pub(super) fn is_bot(&self, key: &AccountKey) -> bool {
        self.accounts.get(key).is_some_and(|account| account.bot)
    }

    /// Whether the account has been handed out.
    pub(super) fn knows(&self, key: &AccountKey) -> bool {
        self.accounts.contains_key(key)
    }

    pub(super) fn container(&mut self, container: Container) -> Flow {
        self.sink.record(Record::Container(container))
    }

    pub(super) fn delete(&mut self, id: MessageId) -> Flow {
        self.sink.record(Record::Delete(id))
    }

    /// Hands out a message: without NUL, not longer than the limit, with a link that only leads to the web.
    pub(super) fn message(&mut self, mut raw: RawMessage) -> Flow {
        let message = &mut raw.message;
        let limit = self.export.limits().max_message_chars;
        message.text = without_nul(std::mem::take(&mut message.text));
        message.subject =
            message.subject.take().map(without_nul).filter(|subject| !subject.trim().is_empty());
        let mut cut = truncate(&mut message.text, limit);
        if let Some(subject) = &mut message.subject {
            cut |= truncate(subject, limit);
        }
        let leads_elsewhere = message.permalink.as_deref().is_some_and(|link| !is_web(link));
        if leads_elsewhere {
            message.permalink = None;
        }
        if let Ok(source) = SourceName::new(message.id.source()) {
            self.done.source_names.insert(source);
        }
        if cut {
            self.skip("text cut at the limit");
        }
        if leads_elsewhere {
            self.skip("link that is not http or https");
        }
        self.done.messages += 1;
        let untold = self.so_far.get().saturating_sub(self.told);
        if untold >= TOLD_BYTES {
            self.told += untold;
            self.sink.progress(untold);
        }
        self.sink.record(Record::Message(Box::new(raw)))
    }

    /// Hands out a bad record. The reason must not hold any text of it.
    pub(super) fn bad(&mut self, place: Place, reason: impl Into<String>, raw: &[u8]) -> Flow {
        self.bad_with_hint(place, reason, None, raw)
    }

    /// Hands out a bad record with what a person can do about it.
    pub(super) fn bad_with_hint(
        &mut self,
        place: Place,
        reason: impl Into<String>,
        hint: Option<&'static str>,
        raw: &[u8],
    ) -> Flow {
        self.done.issues += 1;
        let raw = raw.get(..raw.len().min(MAX_RAW_BYTES)).unwrap_or_default().to_vec();
        self.sink.issue(Issue { place, reason: reason.into(), hint, raw })
    }

    /// Counts something that is left out or treated otherwise on purpose.
    pub(super) fn skip(&mut self, reason: &'static str) {
        self.skip_many(reason, 1);
    }

    /// Counts several at once.
    pub(super) fn skip_many(&mut self, reason: &'static str, count: u64) {
        if count > 0 {
            *self.done.skipped.entry(reason).or_default() += count;
        }
    }

    /// Whether what a container holds may be read at all: ask before parsing what is not open to everybody.
    pub(super) fn admits(&mut self, container: &Container) -> bool {
        self.sink.admits(container)
    }

    /// Whether notes that a container keeps from outsiders may be read.
    pub(super) fn admits_notes(&mut self, container: &ContainerId) -> bool {
        self.sink.admits_notes(container)
    }

    /// Counts messages that the sink does not admit.
    pub(super) fn refuse(&mut self, reason: &'static str, count: u64) {
        self.skip_many(reason, count);
        self.done.refused += count;
    }

    /// Says something about the export as a whole.
    pub(super) fn warn(&mut self, warning: impl Into<String>) {
        if self.done.warnings.len() < MAX_WARNINGS {
            self.done.warnings.push(warning.into());
        } else {
            self.unsaid += 1;
        }
    }

    /// Reads an entry; one that cannot be opened is an issue. Afterwards its bytes count as dealt with.
    pub(super) fn read(
        &mut self,
        entry: &Entry,
        with: impl FnOnce(&mut Self, &mut dyn BufRead) -> Flow,
    ) -> Flow {
        let export = self.export;
        self.failed = false;
        self.told = 0;
        let whole = |reader: &mut dyn BufRead| {
            let reader = &mut self.so_far.of(reader);
            let flow = with(self, reader);
            if flow.is_continue() && !self.failed { self.end(entry, reader) } else { flow }
        };
        let flow = match export.read(entry, whole) {
            Ok(flow) => flow,
            Err(error) => self.export_error(&entry.name, error),
        };
        self.sink.progress(entry.bytes.saturating_sub(self.told));
        flow
    }

    /// Reads what a format left of an entry: only at its end an archive's checksum is compared.
    fn end(&mut self, entry: &Entry, reader: &mut dyn BufRead) -> Flow {
        match io::copy(&mut reader.take(MAX_LEFT_BYTES), &mut io::sink()) {
            Ok(_) => Flow::Continue(()),
            Err(error) => self.io_error(entry, error),
        }
    }

    /// Reports that an entry could not be read to its end.
    pub(super) fn io_error(&mut self, entry: &Entry, error: io::Error) -> Flow {
        self.failed = true;
        match error.downcast::<ExportError>() {
            Ok(error) => self.export_error(&entry.name, error),
            Err(error) => {
                let place = Place { file: entry.name.clone(), line: None, offset: None };
                let reason = format!("cannot be read to its end ({})", error.kind());
                self.bad_with_hint(place, reason, Some("export it again, or check the disk"), &[])
            }
        }
    }

    fn export_error(&mut self, file: &str, error: ExportError) -> Flow {
        if error.is_final() {
            self.fatal = Some(error.into());
            return Flow::Break(());
        }
        let place = Place { file: file.to_owned(), line: None, offset: None };
        self.bad(place, error.to_string(), &[])
    }
}

/// Takes over what the newer account says; whether anything changed.
fn merge(known: &mut Account, newer: &Account) -> bool {
    let before = known.clone();
    known.bot = newer.bot;
    if !newer.verified_emails.is_empty() {
        known.verified_emails.clone_from(&newer.verified_emails);
    }
    let (into, from) = (&mut known.directory, &newer.directory);
    into.status = from.status.or(into.status);
    let fields = [
        (&mut known.name, &newer.name),
        (&mut into.title, &from.title),
        (&mut into.team, &from.team),
        (&mut into.region, &from.region),
        (&mut into.timezone, &from.timezone),
    ];
    for (old, new) in fields {
        if new.is_some() {
            old.clone_from(new);
        }
    }
    let (old, new) = (&mut into.employment, &from.employment);
    if new.manager.is_some() {
        old.manager.clone_from(&new.manager);
    }
    old.starts_at = new.starts_at.or(old.starts_at);
    old.ends_at = new.ends_at.or(old.ends_at);
    if !from.languages.is_empty() {
        into.languages.clone_from(&from.languages);
    }
    *known != before
}

fn without_nul(text: String) -> String {
    if text.contains('\0') { text.replace('\0', "") } else { text }
}

/// Cuts a text after so many characters; whether anything was cut.
fn truncate(text: &mut String, characters: usize) -> bool {
    if text.len() <= characters {
        return false;
    }
    let Some((place, _)) = text.char_indices().nth(characters) else { return false };
    text.truncate(place);
    true
}

fn is_web(link: &str) -> bool {
    let scheme = link.split_once("://").map_or("", |(scheme, _)| scheme);
    (scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http"))
        && !link.chars().any(|c| c.is_whitespace() || c.is_control())
}

/// A tally of something that is reported once, at the end.
#[derive(Debug, Default)]
pub(super) struct Tally(BTreeMap<String, u64>);

impl Tally {
    /// Counts one more of a kind. Kinds beyond the first hundred are counted together.
    pub(super) fn add(&mut self, kind: &str) {
        let kind = if self.0.len() < 100 || self.0.contains_key(kind) { kind } else { "others" };
        let short: String = kind.chars().take(64).filter(|c| !c.is_control()).collect();
        *self.0.entry(short).or_default() += 1;
    }

    /// `kind (3), other kind (1)`, or nothing if nothing was counted.
    pub(super) fn list(&self) -> Option<String> {
        let each = |(kind, count): (&String, &u64)| format!("{kind} ({count})");
        (!self.0.is_empty()).then(|| self.0.iter().map(each).collect::<Vec<_>>().join(", "))
    }
}
