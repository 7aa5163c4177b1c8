//! Work on what is read, done while the next is read and the last is written.

use std::io;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

/// Pieces that are on their way at once, at least: one is worked on, one waits before it, one behind it.
pub(super) const FEW: usize = 3;

/// What `main` hands over is worked on by `work` on another thread; the results come back in the order in which
/// the pieces were handed over, so that nothing depends on how fast anything is. At most `most` pieces are on their
/// way at once, which bounds memory.
///
/// # Errors
/// Those of `main`.
pub(super) fn ahead<I: Send, O: Send, T, E>(
    most: usize,
    mut work: impl FnMut(I) -> O + Send,
    main: impl FnOnce(Ahead<I, O>) -> Result<T, E>,
) -> Result<T, E> {
    std::thread::scope(|scope| {
        let (pieces, waiting) = sync_channel(most);
        let (done, results) = sync_channel(most);
        scope.spawn(move || {
            for piece in waiting {
                if done.send(work(piece)).is_err() {
                    break;
                }
            }
        });
        main(Ahead { pieces, results, on_the_way: 0, most })
    })
}

/// The side that hands over and takes back.
pub(super) struct Ahead<I, O> {
    pieces: SyncSender<I>,
    results: Receiver<O>,
    on_the_way: usize,
    most: usize,
}

impl<I, O> Ahead<I, O> {
    /// Hands over a piece; gives back the oldest result once enough is on its way.
    ///
    /// # Errors
    /// The worker broke off (its panic goes on where [`ahead`] ends).
    pub(super) fn give(&mut self, piece: I) -> io::Result<Option<O>> {
        self.pieces.send(piece).map_err(|_| broken_off())?;
        self.on_the_way += 1;
        if self.on_the_way < self.most { Ok(None) } else { self.take() }
    }

    /// The oldest result; `None` once all are taken.
    ///
    /// # Errors
    /// As for [`Self::give`].
    pub(super) fn take(&mut self) -> io::Result<Option<O>> {
        if self.on_the_way == 0 {
            return Ok(None);
        }
        self.on_the_way -= 1;
        self.results.recv().map(Some).map_err(|_| broken_off())
    }
}

fn broken_off() -> io::Error {
    io::Error::other("a worker broke off")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_back_in_order_and_none_is_lost() {
        for count in [0, 1, 2, 3, 50] {
            let results = ahead(
                FEW,
                |number: u32| number * 2,
                |mut ahead| {
                    let mut results = Vec::new();
                    for number in 0..count {
                        results.extend(ahead.give(number)?);
                    }
                    while let Some(result) = ahead.take()? {
                        results.push(result);
                    }
                    Ok::<_, io::Error>(results)
                },
            );
            assert_eq!(results.unwrap(), (0..count).map(|number| number * 2).collect::<Vec<_>>());
        }
    }

    #[test]
    fn an_error_in_between_ends_the_work() {
        let ended: io::Result<()> = ahead(
            FEW,
            |number: u32| number,
            |mut ahead| {
                ahead.give(1)?;
                Err(broken_off())
            },
        );
        assert!(ended.is_err());
    }
}
