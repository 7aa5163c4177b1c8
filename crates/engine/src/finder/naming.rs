//! What people are called in answers: by what open sources say of them.

use std::collections::{BTreeMap, BTreeSet};

use index::Snapshot;
use ingest::people::person;
use model::{Account, AccountKey, AudienceId, DirectoryEntry};

/// The sources of directory records that speak for every source.
const DIRECTORIES: [&str; 2] = ["jsonl", ingest::formats::hr::SOURCE];

/// Takes everybody's name, title, team and the like from accounts in open sources, if they have one there: what
/// a source that nobody (or not everybody) may read calls somebody is not for everyone. A source is open if
/// everyone may read a document of it. Whether somebody has left, and what stands
/// behind the accounts, is taken from all of them.
pub(super) fn name_openly(snapshot: &mut Snapshot, accounts: &[Account]) {
    let open = open_sources(snapshot);
    let is_open = |account: &Account| {
        DIRECTORIES.contains(&account.key.source()) || open.contains(account.key.source())
    };
    let by_key: BTreeMap<&AccountKey, &Account> =
        accounts.iter().filter(|account| is_open(account)).map(|account| (&account.key, account)).collect();
    for shown in snapshot.people.values_mut() {
        let theirs: Vec<&Account> =
            shown.accounts.iter().filter_map(|key| by_key.get(key).copied()).collect();
        if theirs.len() == shown.accounts.len() {
            continue;
        }
        let Some(openly) = person(&theirs) else { continue };
        let DirectoryEntry { status, employment, kind, .. } = shown.directory.clone();
        (shown.name, shown.directory) = (openly.name, openly.directory);
        shown.directory = DirectoryEntry { status, employment, kind, ..shown.directory.clone() };
    }
}

fn open_sources(snapshot: &Snapshot) -> BTreeSet<String> {
    let table = &snapshot.table;
    let open = table.all().filter(|row| table.audience[row.at()] == AudienceId::EVERYONE);
    let containers: BTreeSet<u32> = open.map(|row| table.container[row.at()]).collect();
    let ids = containers.into_iter().filter_map(|number| table.containers.get(number as usize));
    ids.filter_map(|id| id.split_once(':')).map(|(source, _)| source.to_owned()).collect()
}
