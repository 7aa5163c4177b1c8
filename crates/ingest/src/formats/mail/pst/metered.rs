//! A reader that may be asked only so often: what goes in circles comes to an end.

use std::cell::Cell;
use std::io::{self, Read, Seek, SeekFrom};
use std::rc::Rc;

use outlook_pst::PstReader;

/// Reads for one mail or one folder. A text of 32 MiB takes some fifty thousand.
pub(super) const READS: u32 = 400_000;

/// How many reads are left; shared by the reader and whoever begins something new.
#[derive(Debug, Clone)]
pub(super) struct Meter(Rc<Cell<u32>>);

impl Meter {
    pub(super) fn new() -> Self {
        Self(Rc::new(Cell::new(READS)))
    }

    /// Something new begins.
    pub(super) fn refill(&self) {
        self.0.set(READS);
    }
}

pub(super) struct Metered {
    inner: Box<dyn PstReader>,
    meter: Meter,
}

impl Metered {
    pub(super) fn new(inner: Box<dyn PstReader>, meter: &Meter) -> Self {
        Self { inner, meter: meter.clone() }
    }
}

impl Read for Metered {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let Some(left) = self.meter.0.get().checked_sub(1) else {
            return Err(io::Error::other("goes in circles"));
        };
        self.meter.0.set(left);
        self.inner.read(buffer)
    }
}

impl Seek for Metered {
    fn seek(&mut self, place: SeekFrom) -> io::Result<u64> {
        self.inner.seek(place)
    }
}
