//! Numbers that look random, from a seed; how much is run, said from outside.

/// Numbers that look random: xorshift from a seed.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) const fn new(seed: u64) -> Self {
        // Nothing ever comes of zero.
        Self(if seed == 0 { 1 } else { seed })
    }

    /// A number below `end`, which is not 0.
    pub(crate) const fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }
}

/// A number that the environment says.
pub(crate) fn from_environment(name: &str, otherwise: u64) -> u64 {
    #[expect(clippy::disallowed_methods, reason = "how long a test runs is said from outside")]
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

/// Whether the full tier is asked for (`WHOKNOWS_FULL`).
pub(crate) fn is_full() -> bool {
    std::env::var_os("WHOKNOWS_FULL").is_some()
}
