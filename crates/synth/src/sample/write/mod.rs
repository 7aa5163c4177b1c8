//! The writers: scenes in the native export formats.

use fs_err as fs;
use serde_json::Value;
use std::path::Path;

use crate::Error;

pub(crate) mod directory;
pub(crate) mod jira;
pub(crate) mod mail;
pub(crate) mod markup;
pub(crate) mod mbox;
pub(crate) mod slack;

/// Writes a JSON value, one member a line, into a file of a folder that is made if need be.
fn json(folder: &Path, name: &str, value: &Value) -> Result<(), Error> {
    fs::create_dir_all(folder)?;
    let mut text = serde_json::to_string_pretty(value)?;
    text.push('\n');
    fs::write(folder.join(name), text)?;
    Ok(())
}
