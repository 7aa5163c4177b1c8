//! Whether a data directory is whole. Looks, and never mends, moves or deletes anything.
//!
//! Decision: damage is told by seals (hashes of files, written when a run ends well) and not by using the data
//! and seeing what breaks, because a changed word breaks nothing. The price is that every run reads what it wrote
//! once more.

pub(crate) mod seal;

use index::Store;
use index::lexical::{builds, damaged_files};

use crate::erase::suppression_of;
use crate::generations::Generation;
use crate::learn::Learned;
use crate::optout::OptOutFile;
use crate::{DataFolder, Error, policy_of};

/// So many damaged messages are named; the rest is counted.
const NAMED: usize = 5;

/// Something that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Whether something is lost or false; otherwise it is good to know.
    pub damage: bool,
    /// The file or part.
    pub place: String,
    /// What is wrong with it.
    pub what: String,
    /// What to do.
    pub hint: &'static str,
}

const RESTORE: &str = "restore the directory from a backup, or ingest the exports into a new one";
const POINT: &str = "write the number of a folder under generations into it (0: the data directory itself), or restore a backup";
const REINDEX: &str = "`whoknows reindex` makes it again from the store";

fn damage(place: impl Into<String>, what: impl Into<String>, hint: &'static str) -> Finding {
    Finding { damage: true, place: place.into(), what: what.into(), hint }
}

fn note(place: impl Into<String>, what: impl Into<String>, hint: &'static str) -> Finding {
    Finding { damage: false, place: place.into(), what: what.into(), hint }
}

/// Examines a data directory; reads all of it.
///
/// # Errors
/// [`Error::NoIndex`] if there is none. What cannot be read is a finding.
pub fn examine(folder: &DataFolder) -> Result<Vec<Finding>, Error> {
    let place = match folder.current() {
        Ok(place) => place,
        Err(error) => return Ok(vec![damage("current", error.to_string(), POINT)]),
    };
    if place.number() > 0 && !place.store().exists() {
        return Ok(vec![damage("current", format!("names {}, which is not there", place.name()), POINT)]);
    }
    if !place.store().exists() && !place.lexical().exists() && !place.seal().exists() {
        return Err(Error::NoIndex(folder.path().to_owned()));
    }
    let mut findings = seal::examine(folder, &place);
    let index_is_known = findings.iter().any(|finding| finding.damage && finding.hint == REINDEX);
    findings.extend(examine_store(&place));
    if !index_is_known {
        findings.extend(examine_index(&place));
    }
    findings.extend(examine_small_files(folder));
    findings.extend(examine_modes(folder, &place));
    findings.extend(examine_generations(folder, &place)?);
    Ok(findings)
}

fn examine_store(place: &Generation) -> Vec<Finding> {
    let mut findings = Vec::new();
    let file = place.file_name("whoknows.sqlite");
    let store = match Store::open_read_only(&place.store()) {
        Ok(store) => store,
        Err(error) => return vec![damage(file, error.to_string(), RESTORE)],
    };
    match store.integrity() {
        Ok(faults) => {
            findings.extend(faults.into_iter().map(|what| damage(file.as_str(), what, RESTORE)));
        }
        Err(error) => findings.push(damage(file.as_str(), error.to_string(), RESTORE)),
    }
    match store.damaged_messages() {
        Ok(ids) => {
            let named =
                ids.iter().take(NAMED).map(|id| damage(id.as_str(), "is not what was written", RESTORE));
            findings.extend(named);
            if ids.len() > NAMED {
                let more = format!("{} more messages are not what was written", ids.len() - NAMED);
                findings.push(damage(file.as_str(), more, RESTORE));
            }
        }
        Err(error) => findings.push(damage(file.as_str(), error.to_string(), RESTORE)),
    }
    findings
}

/// The lexical index by its own checksums.
fn examine_index(place: &Generation) -> Vec<Finding> {
    let lexical = place.lexical();
    let name = place.file_name("lexical");
    let mut findings: Vec<Finding> = match damaged_files(&lexical) {
        Ok(files) => {
            let damaged = |file| damage(format!("{name}/{file}"), "is not what was written", REINDEX);
            files.into_iter().map(damaged).collect()
        }
        Err(error) => vec![damage(name.as_str(), error.to_string(), REINDEX)],
    };
    let generation = Store::open_read_only(&place.store()).and_then(|store| store.generation());
    if let Ok(generation) = generation
        && builds(&lexical) != Some((generation, generation))
    {
        findings.push(note(name, "is behind the store", "the next ingest brings it up to date"));
    }
    findings
}

fn examine_small_files(folder: &DataFolder) -> Vec<Finding> {
    let mut findings = Vec::new();
    if let Err(error) = policy_of(folder, None) {
        findings.push(damage("policy.toml", error.to_string(), "give it again with `ingest --policy FILE`"));
    }
    if let Err(error) = suppression_of(folder) {
        findings.push(damage("suppression", error.to_string(), RESTORE));
    }
    if let Err(error) = OptOutFile::new(folder).read() {
        findings.push(damage("opt-outs.json", error.to_string(), RESTORE));
    }
    if let Err(error) = Learned::check(folder) {
        findings.push(damage("model.json", error.to_string(), "learn again with `whoknows learn`"));
    }
    findings
}

/// What lies beside the generation that answers.
fn examine_generations(folder: &DataFolder, current: &Generation) -> Result<Vec<Finding>, Error> {
    let kept = folder.kept()?.into_iter().filter(|kept| kept != current);
    let kept = kept.map(|kept| {
        note(
            kept.name(),
            "is kept, to go back to",
            "`whoknows rollback` lets it answer; the next swap may remove it",
        )
    });
    let unfinished = folder.unfinished()?.into_iter().map(|left| {
        note(
            left.name(),
            "is a build that is not finished",
            "if none is running, the next `whoknows reindex` removes it",
        )
    });
    Ok(kept.chain(unfinished).collect())
}

#[cfg(unix)]
fn examine_modes(folder: &DataFolder, place: &Generation) -> Vec<Finding> {
    use std::os::unix::fs::PermissionsExt;
    let open = |path: &std::path::PathBuf| {
        fs_err::metadata(path).is_ok_and(|about| about.permissions().mode() & 0o077 != 0)
    };
    let kept = [
        place.store(),
        place.lexical(),
        folder.suppression_key(),
        folder.suppression_list(),
        folder.opt_outs(),
    ];
    let found = |path: std::path::PathBuf| {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        note(name, "can be read by others", "chmod go-rwx it")
    };
    kept.into_iter().filter(open).map(found).collect()
}

#[cfg(not(unix))]
fn examine_modes(_folder: &DataFolder, _place: &Generation) -> Vec<Finding> {
    Vec::new()
}
