//! `whoknows forget` and `whoknows export-subject`: erasure with a receipt, and what is known of somebody.

use std::io::Write;
use std::path::Path;

use engine::erase::{ErasureRequest, Receipt, Target, export_subject};
use engine::{DataFolder, Identity, Indexer, Progress};
use ingest::policy::Erasure;
use model::AccountKey;

use super::{audit, indexer, keys};
use crate::arguments::{self, ExportSubject, Forget, Mode};
use crate::clock;
use crate::exit::Exit;
use crate::print;
use crate::print::progress::Bar;
use crate::settings::Settings;

pub(crate) fn run(command: &Forget, settings: &Settings) -> anyhow::Result<Exit> {
    let folder = DataFolder::new(&command.data.data_dir);
    anyhow::ensure!(folder.store().exists(), "{} holds no index", folder.path().display());
    let (target, mode) = match &command.target {
        arguments::Target::Person { person, mode } => (Target::Person(person.clone()), erasure(*mode)),
        arguments::Target::Message { id } => (Target::Message(id.clone()), Erasure::Both),
        arguments::Target::Channel { id } => (Target::Container(id.clone()), Erasure::Both),
    };
    let mut indexer = indexer(folder, settings)?;
    let mut bar = Bar::new();
    let what = (target, mode);
    let receipt = erase(&command.data.data_dir, &mut indexer, what, &mut |progress| bar.show(progress))?;
    bar.finish();
    print::json(&receipt)?;
    Ok(Exit::Ok)
}

/// Erases, and takes the API keys of somebody who is erased with them.
pub(crate) fn erase(
    data_dir: &Path,
    indexer: &mut Indexer,
    (target, mode): (Target, Erasure),
    progress: &mut dyn FnMut(Progress),
) -> anyhow::Result<Receipt> {
    let mut fresh_key = [0; 32];
    getrandom::fill(&mut fresh_key).map_err(|error| anyhow::anyhow!("no randomness for a key: {error}"))?;
    let accounts = match &target {
        Target::Person(person) => accounts_of(&indexer.identities()?, person),
        Target::Accounts(keys) => {
            let mail = |address: String| AccountKey::new(format!("mail:{address}")).ok();
            keys.iter().cloned().chain(indexer.addresses_of(keys)?.into_iter().filter_map(mail)).collect()
        }
        Target::Message(_) | Target::Container(_) => Vec::new(),
    };
    let request = ErasureRequest { target, mode, now: clock::now(), fresh_key };
    let receipt = indexer.forget(&request, progress)?;
    let about = accounts.iter().map(ToString::to_string).collect();
    audit::note(data_dir, "forget", about, receipt.what)?;
    let keys = keys::file(data_dir).forget(&accounts)?;
    if keys > 0 {
        tracing::info!(keys, "API keys went with their owner");
    }
    Ok(receipt)
}

/// By which accounts somebody's API keys may name them: all of theirs, and what the command itself says.
fn accounts_of(people: &[Identity], text: &str) -> Vec<AccountKey> {
    let (text, address) = (text.trim(), text.trim().to_lowercase());
    let person = people.iter().map(|identity| &identity.person).find(|person| person.is_meant_by(text));
    let addresses = person.into_iter().flat_map(|person| &person.emails).chain([&address]);
    let mails = addresses.filter_map(|address| AccountKey::new(format!("mail:{address}")).ok());
    let own = person.into_iter().flat_map(|person| person.accounts.iter().cloned());
    own.chain(mails).chain(AccountKey::new(text)).collect()
}

const fn erasure(mode: Mode) -> Erasure {
    match mode {
        Mode::Both => Erasure::Both,
        Mode::Person => Erasure::Person,
        Mode::Anonymise => Erasure::Anonymise,
    }
}

pub(crate) fn export(command: &ExportSubject) -> anyhow::Result<Exit> {
    let known = export_subject(&DataFolder::new(&command.data.data_dir), &command.person)?;
    let id = known["person"]["id"].as_str().map(str::to_owned);
    audit::note(&command.data.data_dir, "export", id.into_iter().collect(), "done")?;
    let text = serde_json::to_string_pretty(&known)?;
    let Some(path) = &command.out else {
        print::line(format_args!("{}", print::escaped(&text)));
        return Ok(Exit::Ok);
    };
    let mut options = fs_err::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use fs_err::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    writeln!(options.open(path)?, "{text}")?;
    Ok(Exit::Ok)
}
