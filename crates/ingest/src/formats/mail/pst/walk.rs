//! Folder by folder through a PST, without recursion.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, SeekFrom};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::mpsc::SyncSender;

use outlook_pst::ltp::prop_context::PropertyValue;
use outlook_pst::ltp::table_context::TableContext;
use outlook_pst::messaging::folder::Folder;
use outlook_pst::messaging::store::{AnsiStore, Store, UnicodeStore};
use outlook_pst::ndb::node_id::NodeId;
use outlook_pst::{AnsiPstFile, PstReader, UnicodePstFile};

use super::Found;
use super::compose::{Composed, Directory, PROPERTIES, Recipient, compose};
use super::metered::{Meter, Metered};
use crate::formats::mail::left_out;

/// More folders than any mailbox has.
const MAX_FOLDERS: usize = 100_000;
/// Bits of PR_MESSAGE_FLAGS: being written.
const UNSENT: i32 = 0x8;

/// The receiver has had enough.
struct Enough;

/// Sends everything in the file; `open` gives a fresh reader of it.
pub(super) fn walk(open: impl Fn() -> io::Result<Box<dyn PstReader>>, sender: &SyncSender<Found>) {
    let meter = Meter::new();
    let store = guarded(|| {
        let fresh = || Ok::<_, io::Error>(Box::new(Metered::new(open()?, &meter)) as Box<dyn PstReader>);
        let store: Rc<dyn Store> = match UnicodePstFile::read_from(fresh()?) {
            Ok(file) => UnicodeStore::read(Rc::new(file))?,
            Err(_) => AnsiStore::read(Rc::new(AnsiPstFile::read_from(fresh()?)?))?,
        };
        Ok(store)
    });
    let missing =
        open().ok().and_then(|mut reader| missing_bytes(&mut *reader)).filter(|missing| *missing > 0);
    let mut walker = Walker { meter, sender, directory: Directory::default(), left_out: BTreeMap::new() };
    if let Some(missing) = missing
        && walker.bad(None, format!("was cut: {missing} bytes of it are missing")).is_err()
    {
        return;
    }
    match store {
        Ok(store) => {
            // A receiver that has had enough wants no counts either.
            let _ = walker.store(&store);
        }
        Err(fault) => {
            let _ = walker.bad(None, format!("is a PST that cannot be opened ({fault})"));
        }
    }
}

/// How many bytes the file is shorter than its header says (MS-PST 2.2.2.5, ibFileEof).
fn missing_bytes(reader: &mut dyn PstReader) -> Option<u64> {
    let mut head = [0; 0xc0];
    reader.read_exact(&mut head).ok()?;
    let is_ansi = matches!(head.get(10), Some(14 | 15));
    let end = if is_ansi {
        u64::from(u32::from_le_bytes(head.get(0xa8..0xac)?.try_into().ok()?))
    } else {
        u64::from_le_bytes(head.get(0xb8..0xc0)?.try_into().ok()?)
    };
    Some(end.saturating_sub(reader.seek(SeekFrom::End(0)).ok()?))
}

/// Runs the reader; its errors and panics in words of ours, which hold nothing of the file.
fn guarded<T>(run: impl FnOnce() -> io::Result<T>) -> Result<T, &'static str> {
    match catch_unwind(AssertUnwindSafe(run)) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) if error.kind() == io::ErrorKind::UnexpectedEof => Err("it was cut"),
        Ok(Err(_)) => Err("it is damaged"),
        Err(_) => Err("it makes the reader fail"),
    }
}

struct Walker<'s> {
    meter: Meter,
    sender: &'s SyncSender<Found>,
    directory: Directory,
    left_out: BTreeMap<&'static str, u64>,
}

impl Walker<'_> {
    fn send(&self, found: Found) -> Result<(), Enough> {
        self.sender.send(found).map_err(|_| Enough)
    }

    fn bad(&self, node: Option<u32>, reason: String) -> Result<(), Enough> {
        self.send(Found::Bad { offset: node.map(u64::from), reason })
    }

    fn skip(&mut self, reason: &'static str) {
        *self.left_out.entry(reason).or_default() += 1;
    }

    fn store(&mut self, store: &Rc<dyn Store>) -> Result<(), Enough> {
        let properties = store.properties();
        let bin = guarded(|| properties.ipm_wastebasket_entry_id()).map(|id| u32::from(id.node_id())).ok();
        match guarded(|| properties.ipm_sub_tree_entry_id()) {
            Ok(top) => self.folders(store, u32::from(top.node_id()), bin)?,
            Err(fault) => self.bad(None, format!("names no top folder ({fault})"))?,
        }
        for (reason, count) in std::mem::take(&mut self.left_out) {
            self.send(Found::LeftOut { reason, count })?;
        }
        Ok(())
    }

    fn folders(&mut self, store: &Rc<dyn Store>, top: u32, bin: Option<u32>) -> Result<(), Enough> {
        let mut seen = BTreeSet::from([top]);
        let mut waiting = vec![top];
        while let Some(node) = waiting.pop() {
            if Some(node) == bin {
                self.skip("mailbox of deleted mail, junk or drafts");
                continue;
            }
            self.meter.refill();
            let folder = guarded(|| {
                let id = store.properties().make_entry_id(NodeId::from(node))?;
                store.open_folder(&id)
            });
            let folder = match folder {
                Ok(folder) => folder,
                Err(fault) => {
                    self.bad(Some(node), format!("is a folder that cannot be read ({fault})"))?;
                    continue;
                }
            };
            let name = guarded(|| folder.properties().display_name()).unwrap_or_default();
            if node != top && left_out::by_name(&name).is_some() {
                self.skip("mailbox of deleted mail, junk or drafts");
                continue;
            }
            self.mails(store, folder.as_ref())?;
            let mut below = folder.hierarchy_table().map(rows).unwrap_or_default();
            below.retain(|child| seen.len() < MAX_FOLDERS && seen.insert(*child));
            // The last one in is the first one out: in the order of the table.
            waiting.extend(below.into_iter().rev());
        }
        Ok(())
    }

    fn mails(&mut self, store: &Rc<dyn Store>, folder: &dyn Folder) -> Result<(), Enough> {
        for node in folder.contents_table().map(rows).unwrap_or_default() {
            self.meter.refill();
            let read = guarded(|| {
                let id = store.properties().make_entry_id(NodeId::from(node))?;
                let message = store.open_message(&id, Some(&PROPERTIES))?;
                let properties =
                    message.properties().iter().map(|(id, value)| (*id, value.clone())).collect();
                let recipients = message.recipient_table().map(recipients).unwrap_or_default();
                Ok((properties, recipients))
            });
            let (properties, recipients): (BTreeMap<u16, PropertyValue>, Vec<Recipient>) = match read {
                Ok(read) => read,
                Err(fault) => {
                    self.bad(Some(node), format!("is a mail that cannot be read ({fault})"))?;
                    continue;
                }
            };
            if matches!(properties.get(&0x0e07), Some(PropertyValue::Integer32(flags)) if flags & UNSENT != 0)
            {
                self.skip("draft of a mail");
                continue;
            }
            match compose(&properties, &recipients, &mut self.directory) {
                Composed::Mail(bytes) => self.send(Found::Mail { offset: u64::from(node), bytes })?,
                Composed::LeftOut(reason) => self.skip(reason),
            }
        }
        Ok(())
    }
}

/// The nodes that a table lists, in its order.
fn rows(table: &Rc<dyn TableContext>) -> Vec<u32> {
    table.rows_matrix().map(|row| u32::from(row.id())).collect()
}

fn recipients(table: &Rc<dyn TableContext>) -> Vec<Recipient> {
    let context = table.context();
    let row = |row: &outlook_pst::ltp::table_context::TableRowData| {
        let mut properties = BTreeMap::new();
        for (column, value) in context.columns().iter().zip(row.columns(context).ok()?) {
            let wanted = matches!(column.prop_id(), 0x0c15 | 0x3001 | 0x3002 | 0x3003 | 0x39fe);
            let Some(value) = value.filter(|_| wanted) else { continue };
            if let Ok(value) = table.read_column(&value, column.prop_type()) {
                properties.insert(column.prop_id(), value);
            }
        }
        Some(Recipient::new(&properties))
    };
    table.rows_matrix().take(20_000).filter_map(row).collect()
}
