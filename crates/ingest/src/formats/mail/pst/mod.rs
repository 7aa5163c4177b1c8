//! PST files: mailboxes of Outlook, in Unicode and ANSI form, through `outlook-pst`.
//!
//! Decision: every mail in it is written as the RFC 5322 mail that it was, headers and one text, and goes
//! through the same core as all others.
//!
//! Decision: the reader is another's, and a damaged or hostile file may send it in circles. It runs in a
//! thread of its own with a large stack, and may read only so often for one mail or folder; a panic costs
//! that mail or folder. What stays open: a file whose checksums were made right by its attacker may name a
//! list of billions of values, for which the reader asks memory that no machine has.

mod compose;
mod metered;
mod walk;

use std::io::{Cursor, Read as _};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use crate::Entry;
use crate::formats::out::{Flow, Out};

/// So many bytes of a PST inside a zip are read into memory; it cannot be read there out of order.
const MAX_PACKED_BYTES: u64 = 256 << 20;
/// Enough for any depth that [`metered::READS`] allows.
const STACK_BYTES: usize = 512 << 20;
/// Mails that wait to be taken apart.
const AHEAD: usize = 4;

/// What a PST comes to, piece by piece.
#[derive(Debug)]
pub(super) enum Found {
    /// A mail as it would stand in a file of its own; where: its node.
    Mail { offset: u64, bytes: Vec<u8> },
    /// Something that could not be read.
    Bad { offset: Option<u64>, reason: String },
    /// What is left out on purpose.
    LeftOut { reason: &'static str, count: u64 },
}

/// Where the bytes of the file are.
enum Content {
    File(PathBuf),
    Memory(Arc<[u8]>),
}

/// Hands everything in a PST to `with`.
pub(super) fn read(
    entry: &Entry,
    out: &mut Out<'_>,
    mut with: impl FnMut(&mut Out<'_>, Found) -> Flow,
) -> Flow {
    out.read(entry, |out, reader| {
        let content = if let Some(path) = entry.disk_path() {
            Content::File(path.to_owned())
        } else {
            let mut bytes = Vec::new();
            if let Err(error) = reader.take(MAX_PACKED_BYTES + 1).read_to_end(&mut bytes) {
                return out.io_error(entry, error);
            }
            if bytes.len() as u64 > MAX_PACKED_BYTES {
                let limit = MAX_PACKED_BYTES >> 20;
                let reason =
                    format!("is a PST of more than {limit} MiB in a zip: unpack the zip and pass the folder");
                return with(out, Found::Bad { offset: None, reason });
            }
            Content::Memory(bytes.into())
        };
        let (sender, receiver) = sync_channel(AHEAD);
        let spawned =
            thread::Builder::new().stack_size(STACK_BYTES).spawn(move || walk_content(content, &sender));
        let Ok(handle) = spawned else {
            return with(out, Found::Bad { offset: None, reason: "cannot be read: no thread for it".into() });
        };
        let flow = take_all(receiver, |found| with(out, found));
        let panicked = handle.join().is_err();
        flow?;
        if panicked {
            return with(out, Found::Bad { offset: None, reason: "makes the PST reader fail".into() });
        }
        Flow::Continue(())
    })
}

/// A receiver that is dropped tells the thread to end.
fn take_all(receiver: Receiver<Found>, mut with: impl FnMut(Found) -> Flow) -> Flow {
    for found in receiver {
        with(found)?;
    }
    Flow::Continue(())
}

fn walk_content(content: Content, sender: &SyncSender<Found>) {
    match content {
        Content::Memory(bytes) => walk::walk(move || Ok(Box::new(Cursor::new(bytes.clone())) as _), sender),
        Content::File(path) => {
            walk::walk(
                move || Ok(Box::new(std::io::BufReader::new(fs_err::File::open(&path)?)) as _),
                sender,
            );
        }
    }
}
