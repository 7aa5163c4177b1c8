//! Walks a folder: sorted, without following links, with a bound on depth and number.

use std::path::{Path, PathBuf};

use super::{Entry, ExportError, Limits, Location};

/// Deeper than any export nests its folders.
const MAX_DEPTH: usize = 32;

/// All regular files below a folder, and how many other things were passed over.
pub(super) fn walk(root: &Path, limits: &Limits) -> Result<(Vec<Entry>, u64), ExportError> {
    let mut entries = Vec::new();
    let mut passed_over = 0;
    let mut waiting: Vec<(PathBuf, String, usize)> = vec![(root.to_owned(), String::new(), 0)];
    while let Some((folder, prefix, depth)) = waiting.pop() {
        let cannot_read = |source| ExportError::Read { path: folder.clone(), source };
        for child in fs_err::read_dir(&folder).map_err(cannot_read)? {
            let child = child.map_err(cannot_read)?;
            // `file_type` does not follow links.
            let kind = child.file_type().map_err(cannot_read)?;
            let name = format!("{prefix}{}", child.file_name().to_string_lossy());
            if kind.is_dir() && depth < MAX_DEPTH {
                waiting.push((child.path(), format!("{name}/"), depth + 1));
            } else if kind.is_file() {
                let bytes = child.metadata().map_err(cannot_read)?.len();
                entries.push(Entry { name, bytes, location: Location::Disk(child.path()) });
            } else {
                passed_over += 1;
            }
        }
        if entries.len() as u64 + waiting.len() as u64 > limits.max_entries {
            return Err(ExportError::TooMany { path: root.to_owned(), limit: limits.max_entries });
        }
    }
    Ok((entries, passed_over))
}
