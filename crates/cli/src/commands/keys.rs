//! `whoknows keys`: who may use the API.

use std::path::Path;

use engine::DataFolder;
use model::Timestamp;
use serde_json::json;
use server::keys::{Draft, Key, KeyFile, Owner, RANDOM_BYTES, Secret};

use super::audit;
use crate::arguments::{CreateKey, Keys, KeysAction};
use crate::clock;
use crate::exit::Exit;
use crate::print::say;

/// The file of keys of a data directory: beside the index, and no part of it.
pub(crate) fn file(data_dir: &Path) -> KeyFile {
    KeyFile::new(data_dir.join("keys.json"))
}

pub(crate) fn run(command: &Keys) -> anyhow::Result<Exit> {
    let (file, now) = (file(&command.data_dir), clock::now());
    match &command.action {
        KeysAction::Create(create) => {
            DataFolder::new(&command.data_dir).create()?;
            let (key, secret) = make(&command.data_dir, draft(create, now)?, now)?;
            reveal(&key, &secret);
        }
        KeysAction::List { json } => list(&file.read()?, *json, now)?,
        KeysAction::Revoke { id } => {
            let key = file.revoke(id, now)?;
            audit::note(&command.data_dir, "key_revoke", whose(&key), &key.id)?;
            say!("revoked {} ({})", key.id, key.owner);
        }
        KeysAction::Rotate { id, grace } => {
            let old_until = now.plus_seconds(i64::from(*grace) * 3_600);
            let (key, secret) = file.rotate(id, old_until, &random()?, now)?;
            audit::note(&command.data_dir, "key_rotate", whose(&key), &key.id)?;
            reveal(&key, &secret);
            say!("the old secret is taken until {old_until}");
        }
    }
    Ok(Exit::Ok)
}

/// Makes a key, and notes that it was made.
pub(super) fn make(data_dir: &Path, draft: Draft, now: Timestamp) -> anyhow::Result<(Key, Secret)> {
    let (key, secret) = file(data_dir).create(draft, &random()?, now)?;
    audit::note(data_dir, "key_create", whose(&key), &key.id)?;
    Ok((key, secret))
}

/// The person whose key it is, by account.
fn whose(key: &Key) -> Vec<String> {
    match &key.owner {
        Owner::Person(account) => vec![account.to_string()],
        Owner::Service(_) | Owner::Bot(_) => Vec::new(),
    }
}

fn draft(create: &CreateKey, now: Timestamp) -> anyhow::Result<Draft> {
    let whose = &create.whose;
    let owner = match (&whose.person, &whose.service, &whose.bot) {
        (Some(account), _, _) => Owner::Person(account.clone()),
        (_, Some(name), _) => Owner::Service(name.clone()),
        (_, _, Some(name)) => Owner::Bot(name.clone()),
        (None, None, None) => anyhow::bail!("say whose key it is: --person, --service or --bot"),
    };
    Ok(Draft {
        owner,
        scopes: create.scopes.clone(),
        speaks_for: create.speaks_for.clone(),
        expires_at: Some(now.plus_seconds(i64::from(create.days) * 86_400)),
    })
}

fn random() -> anyhow::Result<[u8; RANDOM_BYTES]> {
    let mut bytes = [0; RANDOM_BYTES];
    getrandom::fill(&mut bytes)
        .map_err(|error| anyhow::anyhow!("the machine gives no random bytes: {error}"))?;
    Ok(bytes)
}

/// The key alone on the first line, so that a script can take it.
fn reveal(key: &Key, secret: &Secret) {
    say!("{}", secret.reveal());
    let end = key.expires_at.map_or_else(|| "never".to_owned(), |time| time.to_string());
    say!("the key {} of {}; ends: {end}; it is shown once and not kept", key.id, key.owner);
}

fn list(keys: &[Key], as_json: bool, now: Timestamp) -> anyhow::Result<()> {
    let scopes = |key: &Key| key.scopes.iter().map(|scope| scope.as_str()).collect::<Vec<_>>();
    let sources = |key: &Key| key.speaks_for.iter().map(ToString::to_string).collect::<Vec<_>>();
    if as_json {
        let keys: Vec<_> = keys
            .iter()
            .map(|key| {
                json!({
                    "id": key.id, "owner": key.owner.to_string(), "scopes": scopes(key),
                    "speaks_for": sources(key), "state": key.state(now).as_str(),
                    "created_at": key.created_at.to_string(),
                    "expires_at": key.expires_at.map(|time| time.to_string()),
                    "revoked_at": key.revoked_at.map(|time| time.to_string()),
                })
            })
            .collect();
        crate::print::json(&keys)?;
        return Ok(());
    }
    for key in keys {
        let end = key.expires_at.map_or_else(|| "never".to_owned(), |time| time.to_string());
        let speaks = if key.speaks_for.is_empty() {
            String::new()
        } else {
            format!("  speaks for {}", sources(key).join(","))
        };
        let (state, scopes) = (key.state(now).as_str(), scopes(key).join(","));
        say!("{}  {state:<8}  {}  {scopes}  ends {end}{speaks}", key.id, key.owner);
    }
    Ok(())
}
