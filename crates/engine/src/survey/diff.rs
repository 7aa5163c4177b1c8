//! What reading exports would change.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use index::Store;
use index::store::Upsert;
use ingest::{Gate, Record, Redactor};
use model::MessageId;

use super::SurveyOptions;
use crate::indexer::read::{Cleaned, Passing, Present, Taker, open};
use crate::indexer::{Progress, SHOWN_ISSUES};
use crate::{DataFolder, Error, ExportReport};

/// Tells what an ingest of these exports would add, change, delete and leave out; writes nothing, and needs no
/// data directory.
///
/// # Errors
/// A store that does not read. A broken export is part of the report.
pub fn dry_run(
    folder: &DataFolder,
    exports: &[PathBuf],
    options: &SurveyOptions,
    progress: &mut dyn FnMut(Progress),
) -> Result<Vec<ExportReport>, Error> {
    let path = folder.store();
    let store = if path.exists() { Store::open_read_only(&path)? } else { Store::in_memory()? };
    let redactor = options.policy.redactor()?;
    exports.iter().map(|path| one(&store, path, options, &redactor, progress)).collect()
}

fn one(
    store: &Store,
    path: &Path,
    options: &SurveyOptions,
    redactor: &Redactor,
    progress: &mut dyn FnMut(Progress),
) -> Result<ExportReport, Error> {
    let mut report = ExportReport { path: path.to_owned(), ..ExportReport::default() };
    let (export, format) = match open(path, &options.limits) {
        Ok(opened) => opened,
        Err(error) => {
            report.broken = Some(error.to_string());
            return Ok(report);
        }
    };
    report.format = Some(format.name());
    let gate = Gate::new(&options.policy, &options.erased, options.now, options.since);
    let passing = Passing { export: &export, format, gate, redactor, erased: &options.erased, stored: 0 };
    let mut diff = Diff { store, report, last: HashMap::new(), present: Present::default() };
    let passed = passing.pass(&mut diff, progress)?;
    let Diff { mut report, last, present, .. } = diff;
    for state in last.into_values() {
        match state {
            State::Put(Upsert::Added) => report.added += 1,
            State::Put(Upsert::Changed) => report.changed += 1,
            State::Put(Upsert::Same) => report.same += 1,
            State::Deleted => report.deleted += 1,
            State::Nothing => {}
        }
    }
    report.note(passed);
    if options.complete {
        match report.not_whole() {
            Some(why) => report.warnings.push(why),
            None => report.deleted += present.absent(store)?.len() as u64,
        }
    }
    Ok(report)
}

/// What would have become of a message when the export is read.
#[derive(Clone, Copy)]
enum State {
    Put(Upsert),
    Deleted,
    /// It would come and go.
    Nothing,
}

struct Diff<'s> {
    store: &'s Store,
    report: ExportReport,
    /// By id: the last that the export says of it.
    last: HashMap<MessageId, State>,
    present: Present,
}

impl Taker for Diff<'_> {
    fn take(&mut self, cleaned: Cleaned) -> Result<(), Error> {
        match cleaned {
            Cleaned::Message(message) => {
                self.present.note(&message);
                let state = State::Put(self.store.would_put(&message)?);
                self.last.insert(message.id, state);
            }
            Cleaned::Other(Record::Delete(id)) => {
                if let Some(state) = self.last.get_mut(&id) {
                    *state = State::Nothing;
                }
                for id in self.store.would_delete(&id)? {
                    self.last.insert(id, State::Deleted);
                }
            }
            Cleaned::Other(_) => {}
            Cleaned::Shut(container) => {
                self.report.expired += self.store.message_ids_in(&container)?.len() as u64;
            }
            Cleaned::Issue(issue) => {
                self.report.quarantined += 1;
                if self.report.issues.len() < SHOWN_ISSUES {
                    self.report.issues.push(issue);
                }
            }
        }
        Ok(())
    }
}
