//! How well accounts are made into people, on made-up organisations with known owners.
//! `cargo test -p ingest --test identity -- --nocapture` prints the figures of `benches/identity/README.md`.

use std::collections::BTreeMap;

use ingest::people::{Knowledge, Resolution, resolve};
use model::AccountKey;
use synth::identity::{Pairs, World, generate};

/// Rules were chosen on seeds 1 to 30; these were looked at once.
const SEEDS: std::ops::Range<u64> = 301..311;
const EMPLOYEES: usize = 600;

fn partition(world: &World, resolution: &Resolution) -> Vec<usize> {
    let mut owner: BTreeMap<&AccountKey, usize> = BTreeMap::new();
    for (number, person) in resolution.people.iter().enumerate() {
        owner.extend(person.accounts.iter().map(|key| (key, number)));
    }
    world.accounts.iter().map(|account| owner[&account.key]).collect()
}

/// What was found, the decidable pairs, and how many candidates wait for a human (right, wrong).
fn measured(join_alike: bool, seeds: std::ops::Range<u64>) -> (Pairs, u64, [u64; 2]) {
    let (mut pairs, mut decidable, mut review) = (Pairs::default(), 0, [0, 0]);
    for seed in seeds {
        let world = generate(seed, EMPLOYEES);
        let resolution = resolve(&world.accounts, &Knowledge { join_alike, ..Knowledge::default() });
        pairs = pairs.plus(world.judge(&partition(&world, &resolution)));
        decidable += world.decidable();
        let owner: BTreeMap<&AccountKey, usize> =
            world.accounts.iter().map(|account| &account.key).zip(world.owner.iter().copied()).collect();
        for candidate in &resolution.candidates {
            review[usize::from(owner[&candidate.left] != owner[&candidate.right])] += 1;
        }
    }
    (pairs, decidable, review)
}

#[test]
fn accounts_become_people_with_next_to_no_wrong_join() {
    for (name, join_alike) in [("proofs alone", false), ("proofs and likeness", true)] {
        let (pairs, decidable, [right, wrong]) = measured(join_alike, SEEDS);
        let (precision, recall) = (pairs.precision(), pairs.recall(decidable));
        println!("{name}: precision {precision:.4} recall {recall:.4} of {decidable} decidable pairs;");
        println!(
            "  {} right, {} wrong, {} missed, {} undecidable and left out;",
            pairs.right, pairs.wrong, pairs.missed, pairs.undecidable
        );
        println!("  to review: {right} pairs of one person, {wrong} of two");
        if join_alike {
            assert!(precision >= 0.999, "precision {precision}");
            assert!(recall >= 0.95, "recall {recall}");
        }
    }
}
