//! How far an entry is read, for a progress bar.

use std::cell::Cell;
use std::io::{self, BufRead, Read};
use std::rc::Rc;

/// How many bytes of the present entry are read.
#[derive(Debug, Default)]
pub(super) struct SoFar(Rc<Cell<u64>>);

impl SoFar {
    pub(super) fn get(&self) -> u64 {
        self.0.get()
    }

    /// The same reader, counted from 0.
    pub(super) fn of<'r>(&self, reader: &'r mut dyn BufRead) -> Counting<'r> {
        self.0.set(0);
        Counting { reader, so_far: Rc::clone(&self.0) }
    }
}

/// A reader that is counted.
pub(super) struct Counting<'r> {
    reader: &'r mut dyn BufRead,
    so_far: Rc<Cell<u64>>,
}

impl Read for Counting<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(buffer)?;
        self.so_far.set(self.so_far.get() + read as u64);
        Ok(read)
    }
}

impl BufRead for Counting<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.reader.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.so_far.set(self.so_far.get() + amount as u64);
        self.reader.consume(amount);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_counts_however_it_is_read() {
        let so_far = SoFar::default();
        let mut bytes = &b"one\ntwo\nthree"[..];
        let mut reader = so_far.of(&mut bytes);
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        assert_eq!(so_far.get(), 4);
        reader.read_exact(&mut [0; 4]).unwrap();
        assert_eq!(so_far.get(), 8);
        reader.read_to_string(&mut line).unwrap();
        assert_eq!(so_far.get(), 13);
        let _ = so_far.of(&mut &b""[..]);
        assert_eq!(so_far.get(), 0);
    }
}
