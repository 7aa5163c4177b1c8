//! `whoknows backup` and `whoknows restore`.

use std::path::Path;
use std::sync::atomic::AtomicBool;

use engine::DataFolder;
use engine::backup::{Manifest, backup};
use serde_json::{Value, json};

use super::indexer;
use crate::arguments::{Backup, Restore};
use crate::clock;
use crate::exit::Exit;
use crate::print::say;
use crate::settings::Settings;

pub(crate) fn run(command: &Backup) -> anyhow::Result<Exit> {
    let folder = DataFolder::new(&command.data.data_dir);
    let manifest = backup(&folder, &command.to, clock::now(), &AtomicBool::new(false))?;
    let bytes: u64 = manifest.files.values().map(|file| file.bytes).sum();
    say!(
        "generation {} in {} files, {bytes} bytes, lies in {}",
        manifest.generation,
        manifest.files.len(),
        command.to.display()
    );
    Ok(Exit::Ok)
}

/// Writes a backup below a folder, named after its time.
pub(crate) fn below(data_dir: &Path, folder: &Path, stop: &AtomicBool) -> anyhow::Result<Value> {
    fs_err::create_dir_all(folder)?;
    let now = clock::now();
    let name = format!("whoknows-{}", now.to_string().replace(':', "-"));
    let Manifest { generation, files, .. } =
        backup(&DataFolder::new(data_dir), &folder.join(&name), now, stop)?;
    let bytes: u64 = files.values().map(|file| file.bytes).sum();
    Ok(json!({"name": name, "generation": generation, "files": files.len(), "bytes": bytes}))
}

pub(crate) fn restore(command: &Restore, settings: &Settings) -> anyhow::Result<Exit> {
    let folder = DataFolder::new(&command.data.data_dir);
    let restored = engine::backup::restore(&command.from, &folder, command.erased.as_deref())?;
    // What was erased since, what the lexical index lacks, and the seal.
    indexer(folder, settings)?.settle()?;
    say!(
        "restored what was backed up at {}: generation {}, {} files",
        restored.manifest.created_at,
        restored.manifest.generation,
        restored.manifest.files.len()
    );
    if restored.erased_since > 0 {
        say!("{} entries of what was erased since were applied to it", restored.erased_since);
    }
    Ok(Exit::Ok)
}
