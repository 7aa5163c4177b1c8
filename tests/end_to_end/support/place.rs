//! A test's own folder: exports, a data directory, and commands on both.

use std::io::Write;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tempfile::TempDir;

use super::{Ran, names, whoknows};

/// A test's own folder, gone when the test ends.
pub(crate) struct Place {
    folder: TempDir,
}

impl Place {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// A place in memory where there is such a file system: for tests that write much and sync often.
    pub(crate) fn in_memory() -> Self {
        let memory = Path::new("/dev/shm");
        if memory.is_dir() { Self { folder: tempfile::tempdir_in(memory).unwrap() } } else { Self::new() }
    }

    /// A place that holds the index of one screenplay.
    #[track_caller]
    pub(crate) fn with_play(play: &str) -> Self {
        let place = Self::new();
        let export = place.play("play.jsonl", play);
        place.ingest(&[&export]).exits(0);
        place
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The data directory.
    pub(crate) fn data(&self) -> PathBuf {
        self.path("data")
    }

    /// Writes a file and the folders above it.
    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs_err::create_dir_all(path.parent().unwrap()).unwrap();
        fs_err::write(&path, content).unwrap();
        path
    }

    /// Writes a file that nobody else may read.
    pub(crate) fn secret(&self, name: &str, content: &str) -> PathBuf {
        let path = self.write(name, content);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            fs_err::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        }
        path
    }

    /// Makes a folder.
    pub(crate) fn folder(&self, name: &str) -> PathBuf {
        let path = self.path(name);
        fs_err::create_dir_all(&path).unwrap();
        path
    }

    /// Writes a screenplay (see `synth::screenplay`) as jsonl.
    #[track_caller]
    pub(crate) fn play(&self, name: &str, play: &str) -> PathBuf {
        self.write(name, synth::screenplay(play).unwrap())
    }

    /// Packs files into a zip.
    pub(crate) fn zip(&self, name: &str, files: &[(&str, &str)]) -> PathBuf {
        let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        for (file, content) in files {
            writer.start_file(*file, zip::write::SimpleFileOptions::default()).unwrap();
            writer.write_all(content.as_bytes()).unwrap();
        }
        self.write(name, writer.finish().unwrap().into_inner())
    }

    /// Runs a command on the data directory.
    pub(crate) fn run(&self, command: &str, arguments: &[&str]) -> Ran {
        whoknows().arg(command).arg("--data-dir").arg(self.data()).args(arguments).output().unwrap().into()
    }

    /// Makes an API key; its secret.
    #[track_caller]
    pub(crate) fn key(&self, arguments: &[&str]) -> String {
        let made = self.run("keys", &[&["create"], arguments].concat()).exits(0);
        let secret = made.stdout.lines().next().unwrap().to_owned();
        assert!(secret.starts_with("wk1_"), "{secret}");
        secret
    }

    /// Ingests exports.
    pub(crate) fn ingest(&self, exports: &[&Path]) -> Ran {
        self.run("ingest", &texts(exports))
    }

    /// Ingests exports and gives the report for programs.
    #[track_caller]
    pub(crate) fn report(&self, exports: &[&Path], code: i32) -> Value {
        let arguments = [vec!["--json"], texts(exports)].concat();
        self.run("ingest", &arguments).exits(code).json()
    }

    /// Opens or closes sources: `desk=everyone`. It takes an export to run, so it is given one again.
    #[track_caller]
    pub(crate) fn set_visibility(&self, export: &Path, opening: &str) -> Ran {
        self.run("ingest", &["--visibility", opening, export.to_str().unwrap()]).exits(0)
    }

    /// Asks, and gives what the API would answer.
    #[track_caller]
    pub(crate) fn ask(&self, question: &str, arguments: &[&str]) -> Value {
        let arguments = [&["--json", question], arguments].concat();
        // How sure an answer must be is tested elsewhere: an index of two messages makes nobody sure.
        let options = self.write("ask.toml", "[query.confidence]\nname_from = 0.05\n");
        let config = ["--config", options.to_str().unwrap()];
        self.run("ask", &[&config[..], &arguments].concat()).exits(0).json()
    }

    /// Asserts whom an answer names, in any order.
    #[track_caller]
    pub(crate) fn check_names(&self, question: &str, arguments: &[&str], expected: &[&str]) {
        let answer = self.ask(question, arguments);
        let mut found = names(&answer);
        found.sort_unstable();
        assert_eq!(found, expected, "{question} {arguments:?}: {answer:#}");
    }
}

fn texts<'p>(paths: &[&'p Path]) -> Vec<&'p str> {
    paths.iter().map(|path| path.to_str().unwrap()).collect()
}
