//! Options: `config/default.toml`, then the file of `--config`, checked, then handed to each crate as its own
//! `Config`.

mod asks;
mod confidence;
mod dense;
mod embed;
mod file;
mod jobs;
mod live;
mod place;
mod rank;
mod server;

use std::path::{Path, PathBuf};

use anyhow::Context;
use figment::Figment;
use figment::error::Kind;
use figment::providers::{Format, Toml};

pub(crate) use self::embed::Embed;
use file::File;
use place::Source;

/// The defaults, as they stand in the tree.
const DEFAULTS: &str = include_str!("../../../../config/default.toml");

/// The options, each crate's in its own form.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    /// The file that was given.
    pub(crate) path: Option<PathBuf>,
    pub(crate) indexer: engine::IndexerConfig,
    pub(crate) finder: engine::FinderConfig,
    pub(crate) learn: engine::learn::LearnConfig,
    pub(crate) server: ::server::Config,
    pub(crate) traces: Option<::server::TracesConfig>,
    pub(crate) live: live::Live,
    pub(crate) jobs: jobs::Jobs,
    pub(crate) asks: asks::Asks,
    pub(crate) embed: embed::Embed,
}

/// Reads the defaults and the given file.
///
/// # Errors
/// Names the file, the line, the key and what it should be.
pub(crate) fn load(path: Option<&Path>) -> anyhow::Result<Settings> {
    let settings = with_file(path, File::settings)?;
    Ok(Settings { path: path.map(Path::to_owned), ..settings })
}

/// The options as they are, as a file that could be given back.
pub(crate) fn show(path: Option<&Path>) -> anyhow::Result<String> {
    with_file(path, |file| toml::to_string_pretty(&file).context("the options do not print"))
}

/// Hands the checked options to `make`; what goes wrong is told with its place in the file.
fn with_file<T>(path: Option<&Path>, make: impl FnOnce(File) -> anyhow::Result<T>) -> anyhow::Result<T> {
    let text = path.map(fs_err::read_to_string).transpose()?;
    let source = path.zip(text.as_deref()).map(|(path, text)| Source { path, text });
    let file = read(source)?;
    let made = file.check().and_then(|()| make(file));
    made.map_err(|error| match source {
        Some(source) => {
            let place = source.place(&format!("{error:#}"));
            error.context(place)
        }
        None => error,
    })
}

fn read(source: Option<Source<'_>>) -> anyhow::Result<File> {
    let mut figment = Figment::new().merge(Toml::string(DEFAULTS));
    if let Some(Source { path, text }) = source {
        toml::from_str::<toml::Table>(text).with_context(|| format!("{} is not TOML", path.display()))?;
        figment = figment.merge(Toml::string(text));
    }
    figment.extract().map_err(|error| {
        // figment tells the table of an unknown key apart from its name.
        let mut keys = error.path.clone();
        if let Kind::UnknownField(name, _) = &error.kind {
            keys.push(name.clone());
        }
        let place = source.map_or_else(|| "the defaults".to_owned(), |source| source.place(&keys.join(".")));
        anyhow::anyhow!("{place}: {error}").context("the options do not read")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(text: &str) -> anyhow::Result<Settings> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("options.toml");
        fs_err::write(&path, text).unwrap();
        load(Some(&path))
    }

    #[test]
    fn the_defaults_read_and_pass_their_own_check() {
        let settings = load(None).unwrap();
        assert!(settings.server.address.ip().is_loopback());
    }

    #[test]
    fn a_file_goes_before_the_defaults_key_by_key() {
        let settings = with("[query.lexical]\nk1 = 1.2\n").unwrap();
        let lexical = &settings.finder.query.retrieve.lexical;
        assert!((lexical.k1 - 1.2).abs() < 1e-6 && (lexical.b - 0.4).abs() < 1e-6);
    }

    #[test]
    fn an_unknown_key_and_a_senseless_value_are_refused_by_name() {
        let message = |text: &str| format!("{:#}", with(text).unwrap_err());
        assert!(message("[query.lexical]\nk2 = 1.2\n").contains("k2"));
        assert!(message("[query.lexical]\nb = 7.0\n").contains("query.lexical.b"));
        assert!(message("[server]\naddress = 7\n").contains("address"));
        assert!(message("version = 2\n").contains("options.toml:1: version"));
        assert!(message("\n[query.lexical]\nb = 7.0\n").contains("options.toml:3: query.lexical.b"));
        assert!(message("[asks]\n\nlimits = 7\n").contains("options.toml:3: "));
        assert!(message("[server]\n\nport = 7\n").contains("options.toml:3: "));
        assert!(message("[asks]\nlimit = true\n").contains("options.toml:2: "));
        assert!(message("[server.tls]\nkey = \"k.pem\"\n").contains("go together"));
        assert!(message("[asks]\nwork_days = []\n").contains("asks.work_days"));
        assert!(message("[asks]\nwork_days = [\"workday\"]\n").contains("workday"));
        assert!(message("[server.tokens]\nissuer = \"https://id.example\"\n").contains("audience"));
    }

    #[test]
    fn the_issuers_keys_come_from_one_place_and_encrypted() {
        let tokens = |more: &str| {
            with(&format!("[server.tokens]\nissuer = \"https://id.example\"\naudience = \"w\"\n{more}"))
                .map(|_| ())
                .map_err(|error| format!("{error:#}"))
        };
        let refused = |more: &str, why: &str| tokens(more).unwrap_err().contains(why);
        assert!(tokens("keys_url = \"https://id.example/keys\"\n").is_ok());
        assert!(tokens("keys_file = \"k\"\n").is_ok());
        assert!(refused("", "keys_url"));
        assert!(refused("keys_url = \"https://id.example/keys\"\nkeys_file = \"k\"\n", "not both"));
        assert!(refused("keys_url = \"http://id.example/keys\"\n", "server.tokens.keys_url"));
        assert!(refused("keys_file = \"k\"\nkeys_ca_file = \"c\"\n", "keys_ca_file"));
    }

    #[test]
    fn traces_are_off_until_a_collector_is_named() {
        assert_eq!(load(None).unwrap().traces, None);
        let traces = |more: &str| with(&format!("[server.traces]\n{more}"));
        let on = traces("endpoint = \"http://127.0.0.1:4318/v1/traces\"\n").unwrap().traces.unwrap();
        assert_eq!(on.service, "whoknows");
        assert!(traces("endpoint = \"127.0.0.1:4318\"\n").is_err());
        assert!(traces("endpoint = \"http://127.0.0.1:4318\"\nshare = 2.0\n").is_err());
    }

    #[test]
    fn the_options_of_the_container_read() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../config/container.toml");
        let settings = load(Some(Path::new(path))).unwrap();
        assert!(settings.jobs.limits().exports.is_some() && settings.server.insecure);
    }

    #[test]
    fn what_is_shown_can_be_given_back() {
        assert_eq!(with(&show(None).unwrap()).unwrap().server, load(None).unwrap().server);
    }
}
