//! One open file, read from several places at once.

use std::io::{self, Read, Seek, SeekFrom};
use std::sync::{Arc, Mutex, PoisonError};

/// One open file with a place of its own for every clone.
#[derive(Debug, Clone)]
pub(super) struct SharedFile {
    file: Arc<Mutex<fs_err::File>>,
    place: u64,
}

impl SharedFile {
    pub(super) fn new(file: fs_err::File) -> Self {
        Self { file: Arc::new(Mutex::new(file)), place: 0 }
    }
}

impl Read for SharedFile {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        // A reader that panicked leaves nothing half done: every reading seeks first.
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(self.place))?;
        let read = file.read(buffer)?;
        self.place += read as u64;
        Ok(read)
    }
}

impl Seek for SharedFile {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let target = match to {
            SeekFrom::Start(place) => Some(place),
            SeekFrom::Current(by) => self.place.checked_add_signed(by),
            SeekFrom::End(by) => {
                let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
                file.seek(SeekFrom::End(0))?.checked_add_signed(by)
            }
        };
        self.place = target.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.place)
    }
}
