//! What happens to machines: power cuts, full and failing disks, damage, hostile files (trust.md R2 to R5, R9, R10, S5,
//! S9).
//!
//! Small counts in every run, full ones where `WHOKNOWS_FULL=1` asks for them; `SEED` says from which seed. What
//! needs root or a tool that is not there skips aloud.

mod damage;
mod erasures;
mod full_disk;
mod hostile;
mod io_errors;
mod power;
mod small_memory;

use crate::support::chance::{from_environment, is_full};

/// The seed of a test, printed.
fn seed(test: &str) -> u64 {
    let seed = from_environment("SEED", 20_261_122);
    eprintln!("{test}: SEED={seed}");
    seed
}

/// How often something is tried: `small` in every run, `full` in the full tier.
fn count(small: u64, full: u64) -> u64 {
    if is_full() { full } else { small }
}
