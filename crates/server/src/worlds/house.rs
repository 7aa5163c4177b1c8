//! An index of a world's records, made the way exports are, and the routes that answer from it.

use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock};

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use embed::{Embedder, StaticEmbedder};
use engine::testing::indexer_config;
use engine::{DataFolder, Error, Finder, FinderConfig, Indexer, IngestOptions};
use model::{SourceName, Timestamp, Visibility};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use super::mail::Mail;
use super::world::{About, Rights, World, known_keys};
use crate::app::App;
use crate::keys::{Draft, KeyFile, Owner, Scope};
use crate::testing::{Answer, config, send};
use crate::{Config, FinderCell, Rate};

/// Keys of everybody who asks, made once for all worlds.
struct Keyring {
    file: KeyFile,
    secrets: Vec<(String, String)>,
    _folder: TempDir,
}

impl Keyring {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = KeyFile::new(folder.path().join("keys.json"));
        let accounts = known_keys().into_iter().chain(extra_keys().iter().cloned());
        let secrets = accounts.enumerate().map(|(number, account)| {
            let owner = Owner::Person(account.parse().unwrap());
            // An administrator is told most, and reads no more than what is theirs.
            let draft = Draft { owner, scopes: vec![Scope::Admin], speaks_for: vec![], expires_at: None };
            let (_, secret) = file.create(draft, &[number as u8; 40], now()).unwrap();
            (account, secret.reveal())
        });
        Self { secrets: secrets.collect(), file: file.clone(), _folder: folder }
    }

    /// The one there is.
    fn shared() -> &'static Self {
        static KEYS: OnceLock<Keyring> = OnceLock::new();
        KEYS.get_or_init(Self::new)
    }

    fn secret(&self, account: &str) -> &str {
        &self.secrets.iter().find(|(known, _)| known == account).unwrap().1
    }
}

/// Accounts beside those of the worlds: more than there are sets of rights that a finder remembers.
pub(super) fn extra_keys() -> &'static [String] {
    static KEYS: OnceLock<Vec<String>> = OnceLock::new();
    KEYS.get_or_init(|| (0..20).map(|number| format!("desk:reader{number}")).collect())
}

pub(super) fn now() -> Timestamp {
    "2026-04-01T00:00:00Z".parse().unwrap()
}

/// The encoder that ships, read once.
fn embedder() -> Arc<dyn Embedder> {
    static SHIPPED: OnceLock<Arc<StaticEmbedder>> = OnceLock::new();
    SHIPPED.get_or_init(|| Arc::new(StaticEmbedder::shipped().unwrap())).clone()
}

/// Whoever is found at all is named: what might leak is to be told.
fn finder_config() -> FinderConfig {
    let mut config = engine::testing::finder_config();
    let confidence = &mut config.query.confidence;
    (confidence.about_from, confidence.name_from, confidence.show_from) = (0.15, 0.0, 0.0);
    config
}

/// What answers from an index that is written meanwhile.
pub(super) struct Service {
    pub(super) cell: Arc<FinderCell>,
    data: DataFolder,
    router: Router,
    /// Held while a finder is opened, so that no older one takes the place of a newer.
    opening: Mutex<()>,
}

/// An index in a folder that goes with it.
pub(super) struct House {
    pub(super) service: Service,
    indexer: Indexer,
    folder: TempDir,
}

impl House {
    /// Everything of a world.
    pub(super) fn of(world: &World) -> Self {
        Self::of_some(world, &|_| true, &|_| true)
    }

    /// Only these records and mails of it.
    pub(super) fn of_some(
        world: &World,
        records: &dyn Fn(About) -> bool,
        mails: &dyn Fn(&Mail) -> bool,
    ) -> Self {
        let openings = world.policies.iter().map(|(source, rights)| {
            let visibility =
                if *rights == Rights::Everyone { Visibility::Everyone } else { Visibility::Nobody };
            (SourceName::new(*source).unwrap(), visibility)
        });
        let options = IngestOptions { openings: openings.collect(), ..IngestOptions::at(Timestamp::EPOCH) };
        let mut house = Self::from(&world.lines(false, records), &world.mbox(mails), &options);
        let later = world.lines(true, records);
        if !later.is_empty() {
            house.take(&later);
        }
        house
    }

    /// An index of these records and mails.
    pub(super) fn from(lines: &str, mbox: &str, options: &IngestOptions) -> Self {
        let memory = Path::new("/dev/shm");
        let folder =
            if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }.unwrap();
        let exports = [("records.jsonl", lines), ("mails.mbox", mbox)];
        let written = exports.into_iter().filter(|(_, text)| !text.is_empty()).map(|(name, text)| {
            let path = folder.path().join(name);
            fs_err::write(&path, text).unwrap();
            path
        });
        let written: Vec<_> = written.collect();
        let data = DataFolder::new(folder.path().join("data"));
        let mut indexer = Indexer::open(data.clone(), embedder(), indexer_config()).unwrap();
        indexer.ingest(&written, options, &mut |_| {}).unwrap();
        let cell = Arc::new(FinderCell::new(Arc::new(open(&data).unwrap())));
        let router = App::new(cell.clone(), &server_config(), now).into_router();
        Self { service: Service { cell, data, router, opening: Mutex::default() }, indexer, folder }
    }

    /// Takes records in as a running server does, and answers from them.
    fn take(&mut self, lines: &str) {
        self.indexer.take(lines.as_bytes(), now()).unwrap();
        self.indexer.catch_up().unwrap();
        self.service.renew().unwrap();
    }

    /// What answers, what writes, and the folder that both need: for threads of their own.
    pub(super) fn apart(self) -> (Service, Indexer, TempDir) {
        (self.service, self.indexer, self.folder)
    }
}

impl Service {
    /// Lets the index answer as it is now.
    ///
    /// # Errors
    /// What opening it says: [`Error::IndexBehind`] while somebody writes.
    pub(super) fn renew(&self) -> Result<(), Error> {
        let _alone = self.opening.lock().unwrap();
        self.cell.swap(Arc::new(open(&self.data)?));
        Ok(())
    }

    /// What that account is answered; `None` shows nothing.
    pub(super) fn ask(
        &self,
        runtime: &Runtime,
        reader: Option<&str>,
        (method, path): (&str, &str),
        body: Option<&str>,
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(account) = reader {
            let shown = format!("Bearer {}", Keyring::shared().secret(account));
            request = request.header("authorization", shown);
        }
        if body.is_some() {
            request = request.header("content-type", "application/json");
        }
        let body = body.map_or_else(Body::empty, |body| Body::from(body.to_owned()));
        runtime.block_on(send(self.router.clone(), request.body(body).unwrap()))
    }
}

fn open(data: &DataFolder) -> Result<Finder, Error> {
    Finder::open(data, Some(embedder()), finder_config())
}

fn server_config() -> Config {
    let keys_file = Keyring::shared().file.path().to_owned();
    Config { keys_file, rate: Rate { per_second: 0, burst: 1 }, search_threads: 4, queue: 64, ..config() }
}

/// A runtime for one thread's requests.
pub(super) fn runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}
