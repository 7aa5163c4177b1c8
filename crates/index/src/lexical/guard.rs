//! tantivy trusts its files: a flipped bit makes it break off rather than say so. Here that becomes an error.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::Error;

thread_local! {
    static READING: Cell<bool> = const { Cell::new(false) };
}

/// Reads something of the index; whatever breaks off is [`Error::Damaged`]. What was read until then must not be used.
pub(crate) fn guarded<T>(read: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
    let before = READING.replace(true);
    let done = catch_unwind(AssertUnwindSafe(read));
    READING.set(before);
    done.unwrap_or(Err(Error::Damaged))
}

/// Whether this thread reads the lexical index now, so that breaking off becomes an error: for whoever prints panics.
pub fn is_guarded() -> bool {
    READING.get()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_breaks_off_is_an_error_and_the_next_reading_goes_on() {
        let broken: Result<u8, Error> = guarded(|| Ok([1_u8][usize::from(is_guarded())]));
        assert!(matches!(broken, Err(Error::Damaged)));
        assert!(!is_guarded());
        assert_eq!(guarded(|| Ok(1)).unwrap(), 1);
    }
}
