//! The demo, made once for all tests that look at it.

use std::fs::File;
use std::path::PathBuf;
use std::sync::OnceLock;

use serde_json::Value;

use super::{Ran, whoknows};

/// The demo's folder and what the command printed.
pub(crate) struct Demo {
    pub(crate) folder: PathBuf,
    pub(crate) ran: Ran,
    /// Held until the process ends: two runs of these tests do not share a demo.
    _lock: File,
}

/// The demo that all tests share.
pub(crate) fn demo() -> &'static Demo {
    static DEMO: OnceLock<Demo> = OnceLock::new();
    DEMO.get_or_init(|| {
        // Cargo's folder for tests: what is left there goes with the target directory.
        let shared = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
        fs_err::create_dir_all(&shared).unwrap();
        let (lock, _) = fs_err::File::create(shared.join("demo.lock")).unwrap().into_parts();
        lock.lock().unwrap();
        let folder = shared.join("demo");
        if folder.exists() {
            fs_err::remove_dir_all(&folder).unwrap();
        }
        let ran = whoknows().args(["demo", "--once", "--data-dir"]).arg(&folder).output().unwrap().into();
        Demo { folder, ran, _lock: lock }
    })
}

impl Demo {
    pub(crate) fn index(&self) -> PathBuf {
        self.folder.join("index")
    }

    /// The questions whose experts are known.
    pub(crate) fn questions(&self) -> Vec<Value> {
        let text = fs_err::read_to_string(self.folder.join("questions.jsonl")).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}
