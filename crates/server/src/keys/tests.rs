//! Keys: made, shown, rotated, revoked, kept.

use model::{AccountKey, SourceName, Timestamp};
use tempfile::TempDir;

use super::*;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(seconds * 1_000)
}

fn random(seed: u8) -> [u8; RANDOM_BYTES] {
    std::array::from_fn(|place| seed.wrapping_mul(31).wrapping_add(place as u8))
}

fn draft() -> Draft {
    Draft {
        owner: Owner::Person(AccountKey::new("mail:ana@firm.example").unwrap()),
        scopes: vec![Scope::People, Scope::Search, Scope::Search],
        speaks_for: vec![],
        expires_at: Some(at(100)),
    }
}

fn place() -> (TempDir, KeyFile) {
    let folder = tempfile::tempdir().unwrap();
    let file = KeyFile::new(folder.path().join("keys.json"));
    (folder, file)
}

fn state(file: &KeyFile, secret: &Secret, now: i64) -> Option<State> {
    let shown = Secret::parse(&secret.reveal()).unwrap();
    Ring::new(file.path().to_owned()).find(&shown, at(now)).map(|(_, state)| state)
}

#[test]
fn a_key_opens_until_it_ends_and_rests_hashed() {
    let (_folder, file) = place();
    let (key, secret) = file.create(draft(), &random(1), at(1)).unwrap();
    assert_eq!(key.scopes, [Scope::Search, Scope::People]);
    assert_eq!(state(&file, &secret, 99), Some(State::Active));
    assert_eq!(state(&file, &secret, 100), Some(State::Expired));
    assert_eq!(file.read().unwrap(), [key]);
    let text = std::fs::read_to_string(file.path()).unwrap();
    let hidden = secret.reveal();
    assert!(!text.contains(hidden.rsplit('_').next().unwrap()), "{text}");
    assert!(!format!("{secret:?}").contains(hidden.rsplit('_').next().unwrap()));
}

#[test]
fn only_the_whole_key_is_the_key() {
    let (_folder, file) = place();
    let (_, secret) = file.create(draft(), &random(1), at(1)).unwrap();
    let (_, other) = file.create(draft(), &random(2), at(1)).unwrap();
    let shown = secret.reveal();
    let swapped = format!("wk1_{}_{}", other.id(), shown.rsplit('_').next().unwrap());
    let ring = Ring::new(file.path().to_owned());
    assert!(ring.find(&Secret::parse(&swapped).unwrap(), at(2)).is_none());
    let other_end = if shown.ends_with('0') { '1' } else { '0' };
    let changed = format!("{}{other_end}", &shown[..shown.len() - 1]);
    assert!(ring.find(&Secret::parse(&changed).unwrap(), at(2)).is_none());
    for text in ["", "wk1_", "wk1__", &shown[..shown.len() - 1], &format!("{shown}0"), &shown.to_uppercase()]
    {
        assert_eq!(Secret::parse(text), None, "{text}");
    }
}

#[test]
fn a_revoked_key_is_shut_at_once_for_a_ring_that_has_read_it() {
    let (_folder, file) = place();
    let (key, secret) = file.create(draft(), &random(1), at(1)).unwrap();
    let ring = Ring::new(file.path().to_owned());
    let state = |ring: &Ring| ring.find(&secret, at(2)).map(|(_, state)| state);
    assert_eq!(state(&ring), Some(State::Active));
    file.revoke(&key.id, at(2)).unwrap();
    assert_eq!(state(&ring), Some(State::Revoked));
    assert_eq!(file.revoke(&key.id, at(9)).unwrap().revoked_at, Some(at(2)), "the first time counts");
    assert!(matches!(file.rotate(&key.id, at(9), &random(2), at(3)), Err(KeyError::Over(_))));
    assert!(matches!(file.revoke("0", at(3)), Err(KeyError::Unknown(_))));
}

#[test]
fn a_rotated_key_keeps_its_id_and_the_old_secret_for_a_while() {
    let (_folder, file) = place();
    let (key, first) = file.create(Draft { expires_at: None, ..draft() }, &random(1), at(1)).unwrap();
    let (rotated, second) = file.rotate(&key.id, at(50), &random(2), at(10)).unwrap();
    assert_eq!((rotated.id.as_str(), second.id()), (key.id.as_str(), key.id.as_str()));
    assert_eq!(state(&file, &first, 49), Some(State::Active));
    assert_eq!(state(&file, &first, 50), None);
    assert_eq!(state(&file, &second, 50), Some(State::Active));
    let (_, third) = file.rotate(&key.id, at(60), &random(3), at(20)).unwrap();
    assert_eq!(state(&file, &first, 21), None, "two rotations on");
    assert_eq!(state(&file, &second, 21), Some(State::Active));
    assert_eq!(state(&file, &third, 21), Some(State::Active));
}

#[test]
fn a_key_that_cannot_be_meant_is_refused() {
    let (_folder, file) = place();
    let bot = || Owner::Bot("helper".to_owned());
    let slack = || vec![SourceName::new("slack").unwrap()];
    let refused = [
        Draft { scopes: vec![], ..draft() },
        Draft { speaks_for: slack(), ..draft() },
        Draft { owner: bot(), scopes: vec![Scope::Admin], ..draft() },
        Draft { owner: Owner::Service(" ".to_owned()), ..draft() },
        Draft { owner: Owner::Service("a".repeat(101)), ..draft() },
    ];
    for draft in refused {
        assert!(
            matches!(file.create(draft.clone(), &random(1), at(1)), Err(KeyError::Draft(_))),
            "{draft:?}"
        );
    }
    assert!(file.create(Draft { owner: bot(), speaks_for: slack(), ..draft() }, &random(1), at(1)).is_ok());
    assert_eq!(file.read().unwrap()[0].speaks_for, slack());
}

#[cfg(unix)]
#[test]
fn the_file_is_its_owners_alone_and_opens_nothing_when_it_is_not() {
    use std::os::unix::fs::PermissionsExt;
    let (_folder, file) = place();
    let (_, secret) = file.create(draft(), &random(1), at(1)).unwrap();
    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(file.path()), 0o600);
    std::fs::set_permissions(file.path(), std::fs::Permissions::from_mode(0o640)).unwrap();
    assert!(matches!(file.read(), Err(KeyError::Open(_))));
    assert_eq!(state(&file, &secret, 2), None);
}

#[test]
fn a_broken_file_opens_nothing_and_is_not_written_over() {
    let (_folder, file) = place();
    let (_, secret) = file.create(draft(), &random(1), at(1)).unwrap();
    let whole = std::fs::read_to_string(file.path()).unwrap();
    for broken in
        ["", "{", &whole.replace("\"version\": 1", "\"version\": 2"), &whole.replace("search", "all")]
    {
        std::fs::write(file.path(), broken).unwrap();
        assert!(matches!(file.read(), Err(KeyError::Broken { .. })), "{broken}");
        assert_eq!(state(&file, &secret, 2), None);
        assert!(file.create(draft(), &random(3), at(2)).is_err());
        assert_eq!(std::fs::read_to_string(file.path()).unwrap(), broken);
    }
}

#[test]
fn who_is_forgotten_leaves_nothing_in_the_file() {
    let (_folder, file) = place();
    let (_, secret) = file.create(draft(), &random(1), at(1)).unwrap();
    let crm = Draft { owner: Owner::Service("crm".to_owned()), ..draft() };
    let (kept, _) = file.create(crm, &random(2), at(1)).unwrap();
    let accounts = ["slack:U1", "mail:ana@firm.example"].map(|key| AccountKey::new(key).unwrap());
    assert_eq!(file.forget(&accounts).unwrap(), 1);
    assert_eq!(state(&file, &secret, 2), None);
    assert_eq!(file.read().unwrap(), [kept]);
    assert!(!std::fs::read_to_string(file.path()).unwrap().contains("ana"));
    assert_eq!(file.forget(&accounts).unwrap(), 0);
}
