//! The policy of a data directory: which one holds, and what it takes back out of the store.

use std::collections::BTreeSet;
use std::path::Path;

use ingest::{Policy, Refusal};
use model::{Container, SourceName, Timestamp};

use super::{Indexer, IngestOptions, IngestReport};
use crate::private::put_whole;
use crate::{DataFolder, Error};

/// The policy that holds: the given file, else the one in the data directory, else the one that ships.
///
/// # Errors
/// [`Error::Policy`] names file and line; a policy that does not read never means that there is none.
pub fn policy_of(folder: &DataFolder, given: Option<&Path>) -> Result<Policy, Error> {
    let kept = folder.policy();
    match given {
        Some(path) => read(path),
        None if kept.exists() => read(&kept),
        None => Ok(Policy::shipped()?),
    }
}

fn read(path: &Path) -> Result<Policy, Error> {
    Ok(Policy::parse(&fs_err::read_to_string(path)?, &path.display().to_string())?)
}

impl Indexer {
    /// Takes a policy file and keeps it in the data directory for later runs.
    pub(super) fn take_policy(&mut self, given: Option<&Path>) -> Result<(), Error> {
        let Some(path) = given else { return Ok(()) };
        self.policy = read(path)?;
        self.redactor = self.policy.redactor()?;
        let kept = self.folder.policy();
        if path != kept {
            // The copy is whole or not there: a half one would close everything for lack of its end.
            put_whole(&kept, &fs_err::read(path)?)?;
        }
        Ok(())
    }

    /// Notes who may read what a source states no rights for. What the command line says goes before the
    /// policy; what the policy says goes before what was said in earlier runs only when it is new.
    ///
    /// In one transaction with the marks on what it concerns: a policy that is stored has its effect, now or
    /// in the next run.
    pub(super) fn set_visibilities(
        &self,
        options: &IngestOptions,
        report: &mut IngestReport,
    ) -> Result<(), Error> {
        let known: Vec<SourceName> = self.store.sources()?.into_iter().map(|source| source.name).collect();
        let before = self.store.policies()?;
        self.store.in_transaction(|| {
            for (source, visibility) in self.policy.visibilities() {
                if options.policy.is_some() || !before.contains_key(source.as_str()) {
                    self.store.set_policy(&source, &visibility)?;
                }
            }
            for (source, visibility) in &options.openings {
                if !known.contains(source) {
                    report.unknown_sources.push(source.to_string());
                }
                self.store.set_policy(source, visibility)?;
            }
            Ok(())
        })
    }

    /// Takes out of the store what the policy does not read (any more), and what is older than it keeps.
    pub(super) fn enforce_policy(&self, now: Timestamp, report: &mut IngestReport) -> Result<(), Error> {
        let containers = self.store.containers(false)?;
        let sources = self.store.sources()?;
        let refused = |container: &&Container| self.policy.refuses(container).is_some();
        // A jsonl record without a source speaks for that id in every jsonl source.
        let anywhere: BTreeSet<&str> = containers
            .iter()
            .filter(|container| container.id.source() == "jsonl")
            .filter(refused)
            .map(|container| container.id.native())
            .collect();
        let is_jsonl = |name: &str| {
            sources.iter().any(|source| source.format == "jsonl" && source.name.as_str() == name)
        };
        self.store.in_transaction(|| {
            for container in &containers {
                let (source, native) = (container.id.source(), container.id.native());
                if refused(&container) || (anywhere.contains(native) && is_jsonl(source)) {
                    report.expire("not read by the policy", self.store.delete_messages_in(&container.id)?);
                }
            }
            for source in &sources {
                if let Some(horizon) = self.policy.horizon(source.name.as_str(), now) {
                    let gone = self.store.delete_messages_before(&source.name, horizon)?;
                    report.expire(Refusal::Old.as_str(), gone);
                }
            }
            Ok(())
        })
    }
}
