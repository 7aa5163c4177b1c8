//! Numbers that look random, from a seed; how much is run, said from outside; worlds on all cores.

use std::sync::atomic::{AtomicU64, Ordering};

/// Numbers that look random: splitmix64, so that neighbouring seeds have nothing in common.
#[derive(Debug, Clone)]
pub(super) struct Dice(u64);

impl Dice {
    pub(super) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(super) const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`, which is not 0.
    pub(super) const fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    /// True in so many cases of a hundred.
    pub(super) const fn in_hundred(&mut self, cases: usize) -> bool {
        self.below(100) < cases
    }

    /// One of several.
    pub(super) fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }

    /// Some of the numbers below `end`, each in so many cases of a hundred.
    pub(super) fn some(&mut self, end: usize, cases: usize) -> Vec<usize> {
        (0..end).filter(|_| self.in_hundred(cases)).collect()
    }
}

#[expect(clippy::disallowed_methods, reason = "how much a test runs is said from outside")]
fn from_environment(name: &str) -> Option<u64> {
    std::env::var(name).ok().and_then(|text| text.parse().ok())
}

/// Whether the full tier is asked for.
pub(super) fn is_full() -> bool {
    std::env::var_os("WHOKNOWS_FULL").is_some()
}

/// The seed that is asked for.
pub(super) fn seed() -> u64 {
    from_environment("SEED").unwrap_or(20_261_123)
}

/// Runs so many worlds on all cores (`WHOKNOWS_WORLDS` says another number); a world that fails prints its own seed,
/// with which it is the first one of a run.
pub(super) fn each_world<T: Send>(
    usual: u64,
    full: u64,
    start: impl Fn() -> T + Sync,
    run: impl Fn(&mut T, u64) + Sync,
) -> u64 {
    let count = from_environment("WHOKNOWS_WORLDS").unwrap_or(if is_full() { full } else { usual });
    let (first, next) = (seed(), AtomicU64::new(0));
    println!("{count} worlds from SEED={first}");
    let work = || {
        let mut kept = start();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= count {
                return;
            }
            let seed = first.wrapping_add(number);
            let told = Told(seed);
            run(&mut kept, seed);
            std::mem::forget(told);
        }
    };
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        let running: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        for worker in running {
            worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        }
    });
    count
}

/// Prints the seed of a world on the way out of it.
struct Told(u64);

impl Drop for Told {
    fn drop(&mut self) {
        println!("this world alone: SEED={} WHOKNOWS_WORLDS=1", self.0);
    }
}
