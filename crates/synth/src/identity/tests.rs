//! The generator is what it says: the same from the same seed, with truth that can be judged.

use super::*;

#[test]
fn the_same_seed_makes_the_same_accounts_and_keys_are_unique() {
    let (once, twice) = (generate(3, 120), generate(3, 120));
    assert_eq!((&once.accounts, &once.owner, &once.tied), (&twice.accounts, &twice.owner, &twice.tied));
    let keys: BTreeSet<_> = once.accounts.iter().map(|account| &account.key).collect();
    assert_eq!(keys.len(), once.accounts.len());
    assert_ne!(generate(4, 120).accounts, once.accounts);
}

#[test]
fn the_truth_judged_by_itself_is_right_and_ties_never_cross_owners() {
    let world = generate(5, 200);
    let perfect = world.judge(&world.owner);
    assert_eq!((perfect.wrong, perfect.missed), (0, 0));
    assert!(perfect.undecidable > 0 && perfect.undecidable * 5 < perfect.right);
    assert!((perfect.precision() - 1.0).abs() < 1e-9);
    let apart = world.judge(&(0..world.accounts.len()).collect::<Vec<_>>());
    assert_eq!((apart.right, apart.wrong, apart.missed), (0, 0, world.decidable()));
    let one = world.judge(&vec![0; world.accounts.len()]);
    assert!(one.precision() < 0.1 && one.missed == 0);
    for (row, tied) in world.tied.iter().enumerate() {
        assert_eq!(world.owner[row], world.owner[*tied]);
    }
}

#[test]
fn there_are_namesakes_marriages_and_short_forms() {
    let world = generate(6, 400);
    let mut names: BTreeMap<&str, BTreeSet<usize>> = BTreeMap::new();
    for (account, owner) in world.accounts.iter().zip(&world.owner) {
        if let Some(name) = account.name.as_deref().filter(|name| name.contains(' ')) {
            names.entry(name).or_default().insert(*owner);
        }
    }
    assert!(names.values().filter(|owners| owners.len() > 1).count() > 5);
    assert!(names.keys().any(|name| name.starts_with("Bob ")));
}
