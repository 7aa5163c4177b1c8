//! What the engines over LMDB share: the file, and who may read what as bitmaps.

use std::path::Path;

use heed::{Env, EnvOpenOptions};
use roaring::RoaringBitmap;

use crate::Asker;

/// No more than the file may grow to; only what is written takes room.
const LARGEST: usize = 16 << 30;

/// Opens the file in a folder.
#[expect(
    unsafe_code,
    reason = "heed has no other way, for the file could be changed by others while it is mapped"
)]
pub(crate) fn open(folder: &Path) -> anyhow::Result<Env> {
    let mut options = EnvOpenOptions::new();
    options.map_size(LARGEST);
    // SAFETY: the folder is this program's alone, on a local disk, opened once, and nothing else writes to its file.
    Ok(unsafe { options.open(folder)? })
}

/// What each asker may read; `None` where that is everything.
pub(crate) struct Readable {
    second: RoaringBitmap,
    hundredth: RoaringBitmap,
}

impl Readable {
    pub(crate) fn of(size: usize) -> Self {
        let of = |asker: Asker| (0..size as u32).filter(|number| asker.admits(*number)).collect();
        Self { second: of(Asker::Second), hundredth: of(Asker::Hundredth) }
    }

    pub(crate) fn by(&self, asker: Asker) -> Option<&RoaringBitmap> {
        match asker {
            Asker::All => None,
            Asker::Second => Some(&self.second),
            Asker::Hundredth => Some(&self.hundredth),
        }
    }
}
