//! Accounts into people.

use ingest::people::resolve;

use super::{Indexer, IngestReport, Progress, Stage};
use crate::Error;

impl Indexer {
    /// Joins accounts into people; containers in which an account changed hands become dirty.
    pub(super) fn resolve_people(
        &mut self,
        report: &mut IngestReport,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<(), Error> {
        let accounts = self.store.accounts()?;
        let directory_sources = self
            .store
            .sources()?
            .into_iter()
            .filter(|source| source.format == "jsonl")
            .map(|source| source.name)
            .collect();
        let people = resolve(&accounts, &directory_sources);
        self.store.begin()?;
        let changed = self.store.put_people(&people)?;
        self.store.commit()?;
        let total = accounts.len() as u64;
        progress(Progress { stage: Stage::People, done: total, total: Some(total) });
        tracing::info!(accounts = accounts.len(), people = people.len(), changed, "resolved people");
        (report.accounts, report.people) = (accounts.len(), people.len());
        Ok(())
    }
}
