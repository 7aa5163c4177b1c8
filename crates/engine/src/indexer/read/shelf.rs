//! The store's side of the channel.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};

use index::Store;
use index::store::{QuarantineRecord, SourceRow, Upsert};
use ingest::formats::DefaultRights;
use ingest::{Format, Issue, Record};
use model::{Message, SourceName, Visibility};

use super::super::report::SHOWN_ISSUES;
use super::{Cleaned, ExportReport, Present, Taker};
use crate::Error;

/// Records between two commits: a killed run loses at most these, and reads them again.
const COMMIT_EVERY: u64 = 20_000;

/// Where in an export the store is.
pub(super) struct Bookmark<'a> {
    /// The export's name.
    export: &'a str,
    pub(super) fingerprint: String,
    /// So many of its records are stored.
    pub(super) stored: u64,
    /// Whether it is an export: a state, of which a run that goes on must know how far it is. Otherwise it is a
    /// stream of events, which may come twice and late.
    pub(super) is_export: bool,
}

impl<'a> Bookmark<'a> {
    pub(super) const fn new(export: &'a str, fingerprint: String) -> Self {
        Self { export, fingerprint, stored: 0, is_export: true }
    }
}

/// The store's side of the channel.
pub(super) struct Shelf<'a> {
    store: &'a Store,
    format: &'static dyn Format,
    mark: Bookmark<'a>,
    /// Sources that are noted already.
    sources: BTreeSet<SourceName>,
    report: &'a mut ExportReport,
    /// What the export holds, if it is to tell what it does not hold.
    pub(super) present: Option<Present>,
    /// Set by whoever wants the run to stop.
    pub(super) stop: Option<&'a AtomicBool>,
}

impl<'a> Shelf<'a> {
    pub(super) fn new(
        store: &'a Store,
        format: &'static dyn Format,
        mark: Bookmark<'a>,
        report: &'a mut ExportReport,
    ) -> Self {
        Self { store, format, mark, sources: BTreeSet::new(), report, present: None, stop: None }
    }

    fn message(&mut self, message: &Message) -> Result<(), Error> {
        self.note_source(message)?;
        if let Some(present) = &mut self.present {
            present.note(message);
        }
        // Who is only named must be somebody, or what they resolved would credit nobody.
        for key in message.resolved_by.iter().chain(&message.assignee).chain(&message.mentions) {
            self.store.note_account(key)?;
        }
        self.note_members(message.stated_visibility.as_ref())?;
        let put = if self.mark.is_export { Store::put_message } else { Store::put_event };
        match put(self.store, message)? {
            Upsert::Added => self.report.added += 1,
            Upsert::Changed => self.report.changed += 1,
            Upsert::Same => self.report.same += 1,
        }
        Ok(())
    }

    fn record(&mut self, record: Record) -> Result<(), Error> {
        match record {
            Record::Account(account) => {
                self.store.put_account(&account)?;
            }
            Record::Container(container) => {
                self.note_members(container.stated_visibility.as_ref())?;
                self.store.put_container(&container)?;
            }
            Record::Delete(id) => {
                let delete = if self.mark.is_export { Store::delete_message } else { Store::delete_by_event };
                self.report.deleted += delete(self.store, &id)? as u64;
            }
            // Cleaned before it comes here.
            Record::Message(_) => {}
        }
        Ok(())
    }

    /// Notes a source with its first message: a deletion further on may mean every jsonl source.
    fn note_source(&mut self, message: &Message) -> Result<(), Error> {
        let source = message.id.source();
        if self.sources.iter().any(|known| known.as_str() == source) {
            return Ok(());
        }
        let Ok(name) = SourceName::new(source) else { return Ok(()) };
        self.store.put_source(&SourceRow {
            name: name.clone(),
            format: self.format.name().to_owned(),
            participants_read: self.format.default_rights() == DefaultRights::Participants,
        })?;
        self.sources.insert(name);
        Ok(())
    }

    fn note_members(&self, visibility: Option<&Visibility>) -> Result<(), Error> {
        let Some(Visibility::Members(members)) = visibility else { return Ok(()) };
        for key in members {
            self.store.note_account(key)?;
        }
        Ok(())
    }

    fn quarantine(&mut self, issue: Issue) -> Result<(), Error> {
        self.store.put_quarantine(&QuarantineRecord {
            export: self.mark.export,
            file: &issue.place.file,
            line: issue.place.line,
            offset: issue.place.offset,
            reason: &issue.reason,
            hint: issue.hint,
            raw: &issue.raw,
        })?;
        self.report.quarantined += 1;
        if self.report.issues.len() < SHOWN_ISSUES {
            self.report.issues.push(issue);
        }
        Ok(())
    }
}

impl Taker for Shelf<'_> {
    fn take(&mut self, cleaned: Cleaned) -> Result<(), Error> {
        match cleaned {
            Cleaned::Message(message) => self.message(&message),
            Cleaned::Other(record) => self.record(record),
            Cleaned::Issue(issue) => self.quarantine(issue),
            Cleaned::Shut(container) => {
                self.report.expired += self.store.delete_messages_in(&container)?;
                Ok(())
            }
        }
    }

    fn batch_done(&mut self, records: u64) -> Result<(), Error> {
        if records.saturating_sub(self.mark.stored) >= COMMIT_EVERY {
            self.mark.stored = records;
            if self.mark.is_export {
                self.store.put_checkpoint(self.mark.export, &self.mark.fingerprint, records)?;
            }
            self.store.commit()?;
            self.store.begin()?;
        }
        let stop = self.stop.is_some_and(|stop| stop.load(Ordering::Relaxed));
        if stop { Err(Error::Stopped) } else { Ok(()) }
    }
}
