//! What must hold when the power is back.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use embed::StaticEmbedder;
use engine::doctor::examine;
use engine::{DataFolder, Detail, Error, Finder, FinderConfig, Indexer, IndexerConfig, Search};
use index::lexical::every_term;
use model::{Reader, Timestamp};

use super::disk::State;
use crate::live::{SECRET, options};
use crate::support::deliveries::{Truth, exchange, message, question, stored, visible};
use crate::support::{Place, Server, names};

/// The number of the message that is sent afterwards, and a word that only it holds.
const NEW: u64 = 900_000;
const WORD: &str = "zyxwuvut";
/// As long as a busy machine may take.
const LONGEST: Duration = Duration::from_mins(1);

/// What looks at states.
pub(super) struct Checker {
    embedder: Arc<StaticEmbedder>,
    indexer: IndexerConfig,
    finder: FinderConfig,
}

impl Checker {
    pub(super) fn new() -> Self {
        Self {
            embedder: Arc::new(StaticEmbedder::shipped().unwrap()),
            indexer: cli::shipped_indexer().unwrap(),
            finder: cli::shipped_options().unwrap().0,
        }
    }

    /// Looks at a state that was promised to hold `truths[0]`, or by now `truths[1]`; as the library, and as the binary
    /// where `really`.
    pub(super) fn check(&self, state: &State, truths: &[Truth], really: bool) -> anyhow::Result<()> {
        let place = Place::in_memory();
        for (path, bytes) in state {
            place.write(path.to_str().unwrap(), bytes);
        }
        let promised = truths.first().is_some_and(|truth| !truth.is_empty());
        let looked = catch_unwind(AssertUnwindSafe(|| {
            told(&place.data(), promised)?;
            if really { served(&place, truths) } else { self.goes_on(&place.data(), truths) }
        }));
        looked
            .unwrap_or_else(|_| bail!("a panic"))
            .with_context(|| format!("kept in {}", keep(state).display()))
    }

    fn goes_on(&self, data: &Path, truths: &[Truth]) -> anyhow::Result<()> {
        let folder = DataFolder::new(data);
        let mut indexer =
            Indexer::open(folder.clone(), self.embedder.clone(), self.indexer.clone()).context("opening")?;
        indexer.recover().context("recovering")?;
        let mut expected = held(data, truths)?;
        let (lines, text) = exchange(NEW, WORD);
        indexer.take(lines.as_bytes(), Timestamp::EPOCH).context("taking")?;
        indexer.catch_up().context("catching up")?;
        drop(indexer);
        expected.insert(format!("desk:m{NEW}"), text);
        ensure!(stored(data) == expected, "the new message is not there, or another went");
        ensure!(
            every_term(&folder.lexical())?.iter().any(|term| term.starts_with("zyxw")),
            "it is not findable"
        );
        let damage = examine(&folder)?.into_iter().find(|finding| finding.damage);
        ensure!(damage.is_none(), "afterwards the doctor finds {damage:?}");
        let finder =
            Finder::open(&folder, Some(self.embedder.clone()), self.finder.clone()).context("reading")?;
        let now = Timestamp::from_millis(1_800_000_000_000);
        let search =
            Search { detail: Detail::Ranking, ..Search::new(question(WORD), Reader::default(), now) };
        let found = finder.search(&search).context("searching")?;
        ensure!(
            found.experts.first().is_some_and(|first| first.name == "ana"),
            "searching finds {:?}",
            found.experts
        );
        Ok(())
    }
}

/// What the doctor says before anything is opened: of damage only what is made again.
fn told(data: &Path, promised: bool) -> anyhow::Result<()> {
    match examine(&DataFolder::new(data)) {
        Err(Error::NoIndex(_)) if !promised => Ok(()),
        Err(error) => bail!("the doctor cannot look: {error}"),
        Ok(findings) => {
            let bad = findings.iter().find(|finding| finding.damage && !finding.hint.contains("reindex"));
            ensure!(bad.is_none() || !promised, "the doctor finds {bad:?}");
            Ok(())
        }
    }
}

/// As an operator would: starts a server, sends it something, asks for it, stops it.
fn served(place: &Place, truths: &[Truth]) -> anyhow::Result<()> {
    if truths.first().is_none_or(BTreeMap::is_empty) {
        // Nothing was ever promised: a server needs an index to start.
        place.ingest(&[&place.write("again.jsonl", message(0, "Good morning, all."))]).exits(0);
    }
    let server = Server::start_with_options(&place.data(), &options(place));
    let mut expected = held(&place.data(), truths)?;
    let (lines, text) = exchange(NEW, WORD);
    let answer = server.post_records(SECRET, &lines)?;
    ensure!(answer.status == 200, "{answer:?}");
    expected.insert(format!("desk:m{NEW}"), text);
    let began = std::time::Instant::now();
    while names(&server.ask(&question(WORD))) != ["ana"] {
        if began.elapsed() > LONGEST {
            bail!("a server does not find it: {}", server.terminate().stderr);
        }
    }
    ensure!(server.terminate().code == Some(0), "it did not end well");
    ensure!(stored(&place.data()) == expected, "the new message is not there, or another went");
    place.run("doctor", &[]).exits(0).says(&["whole"]);
    Ok(())
}

/// Writes a state that did not do, for whoever looks into it.
fn keep(state: &State) -> PathBuf {
    let folder = tempfile::tempdir().unwrap().keep();
    for (path, bytes) in state {
        let path = folder.join(path);
        fs_err::create_dir_all(path.parent().unwrap()).unwrap();
        fs_err::write(path, bytes).unwrap();
    }
    folder
}

/// What is stored, if it is what was promised, or what was about to be.
fn held(data: &Path, truths: &[Truth]) -> anyhow::Result<BTreeMap<String, String>> {
    let found = stored(data);
    for truth in truths {
        if found == visible(truth) {
            return Ok(found);
        }
    }
    let promised = visible(&truths[0]);
    let lost = promised.iter().find(|(id, text)| found.get(*id) != Some(*text));
    bail!(
        "{} messages are there, {} were promised; the first that differs: {lost:?}",
        found.len(),
        promised.len()
    )
}
