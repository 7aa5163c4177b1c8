//! Accounts into people.

use index::store::{DecisionKind, JoinRow};
use ingest::people::{Apart, Assertion, Knowledge, Merge, Resolution, mailmap, resolve};
use model::Account;

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
        let total = accounts.len() as u64;
        progress(Progress { stage: Stage::People, done: 0, total: Some(total) });
        let resolution = self.resolution(&accounts)?;
        let joins: Vec<JoinRow> = resolution.joins.iter().map(join_row).collect();
        let (changed, rights_changed) = self.store.in_transaction(|| -> Result<_, Error> {
            let changed = self.store.put_people(&resolution.people)?;
            Ok((changed, self.store.put_reasons(&joins, &resolution.proven)?))
        })?;
        let people = resolution.people;
        progress(Progress { stage: Stage::People, done: total, total: Some(total) });
        tracing::info!(
            accounts = accounts.len(),
            people = people.len(),
            changed,
            rights_changed,
            "resolved people"
        );
        (report.accounts, report.people) = (accounts.len(), people.len());
        Ok(())
    }

    /// Who is who by what the store holds, the options and the operator's file.
    pub(super) fn resolution(&self, accounts: &[Account]) -> Result<Resolution, Error> {
        let sources = self.store.sources()?.into_iter().filter(|source| source.format == "jsonl");
        let decisions: Vec<_> =
            self.store.decisions()?.into_iter().filter(|decision| decision.undone_at.is_none()).collect();
        let merges = decisions.iter().filter(|decision| decision.kind == DecisionKind::Merge);
        let merges = merges.filter_map(|decision| {
            let (left, right) = (decision.left.first()?.clone(), decision.right.first()?.clone());
            Some(Merge { number: decision.number, left, right })
        });
        let apart = decisions.iter().filter(|decision| decision.kind == DecisionKind::Apart);
        let apart = apart.map(|d| Apart { left: d.left.clone(), right: d.right.clone() });
        let knowledge = Knowledge {
            directory_sources: sources.map(|source| source.name).collect(),
            own_domains: self.config.people.own_domains.clone(),
            join_alike: self.config.people.join_alike,
            assertions: self.assertions()?,
            merges: merges.collect(),
            apart: apart.collect(),
        };
        Ok(resolve(accounts, &knowledge))
    }

    /// The lines of the operator's file, if the options name one.
    fn assertions(&self) -> Result<Vec<Assertion>, Error> {
        let Some(path) = &self.config.people.mailmap else { return Ok(Vec::new()) };
        let (assertions, faults) = mailmap(&fs_err::read_to_string(path)?);
        for line in faults {
            tracing::warn!(line, "a line of the mailmap does not read and is left out");
        }
        Ok(assertions)
    }
}

fn join_row(join: &ingest::people::Join) -> JoinRow {
    JoinRow {
        left: join.left.clone(),
        right: join.right.clone(),
        rule: join.rule.as_str().to_owned(),
        shared: join.shared.clone(),
    }
}
