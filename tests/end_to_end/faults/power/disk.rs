//! A disk that forgets: what of files and names is sure to be there after a power cut, and what only may be.
//!
//! As hard as POSIX allows: bytes are sure when their file was synced, a name when its folder was, and not before.
//! Renames are one step. Files that only hold mapped memory (SQLite's `-shm`) are not there afterwards.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};
use std::rc::Rc;

use super::trace::Event;
use crate::support::chance::Dice;

/// What a disk writes together.
const PAGE: usize = 4_096;

type Id = usize;
type Names = BTreeMap<String, Id>;

#[derive(Default)]
struct File {
    now: Vec<u8>,
    sure: Rc<Vec<u8>>,
}

enum Node {
    File(File),
    Folder { now: Names, sure: Names },
}

/// A change of names in a folder that may be lost.
#[derive(Clone)]
enum Change {
    Put { folder: Id, name: String, node: Id },
    Take { folder: Id, name: String, node: Id },
    Move { from: (Id, String), to: (Id, String), node: Id },
}

/// What a file looks like after the cut.
pub(super) enum Bytes<'d> {
    /// All that was written.
    All,
    /// Only what was synced.
    Sure,
    /// Everything, but the last page that was written is torn.
    Torn,
    /// Pages that were not synced, each there or not.
    Some(&'d mut Dice),
}

/// The disk.
pub(super) struct Disk {
    root: PathBuf,
    nodes: Vec<Node>,
    unsure: Vec<Change>,
    /// Position of each descriptor; none where it appends.
    positions: BTreeMap<u64, Option<u64>>,
    /// What a task waits for: the node, its bytes then, and how many changes of names there were.
    syncing: BTreeMap<u64, (Id, Rc<Vec<u8>>, usize)>,
    /// The last bytes that were written and are not synced.
    last: Option<(Id, usize, usize)>,
}

/// The files of a state: path below the root, content.
pub(super) type State = BTreeMap<PathBuf, Vec<u8>>;

impl Disk {
    /// An empty folder, which is sure to be there.
    pub(super) fn new(root: &Path) -> Self {
        let top = Node::Folder { now: Names::new(), sure: Names::new() };
        Self {
            root: root.to_owned(),
            nodes: vec![top],
            unsure: Vec::new(),
            positions: BTreeMap::new(),
            syncing: BTreeMap::new(),
            last: None,
        }
    }

    /// Makes a step; whether it changed what is there after a cut.
    pub(super) fn apply(&mut self, event: &Event) -> bool {
        match event {
            Event::Open { fd, path, create, empty, append } => {
                self.positions.insert(*fd, (!append).then_some(0));
                let made =
                    *create && self.find(path).is_none() && self.make(path, Node::File(File::default()));
                let emptied = *empty && self.cut(path, 0);
                made || emptied
            }
            Event::Seek { fd, to } => {
                self.positions.insert(*fd, Some(*to));
                false
            }
            Event::Write { fd, path, at, bytes } => self.write(*fd, path, *at, bytes),
            Event::Cut { path, length } => self.cut(path, *length as usize),
            Event::SyncBegins { task, path } => {
                if let Some(node) = self.find(path) {
                    let bytes = match &self.nodes[node] {
                        Node::File(file) => Rc::new(file.now.clone()),
                        Node::Folder { .. } => Rc::default(),
                    };
                    self.syncing.insert(*task, (node, bytes, self.unsure.len()));
                }
                false
            }
            Event::SyncEnds { task } => self.synced(*task),
            Event::Folder { path } => self.make(path, Node::Folder { now: Names::new(), sure: Names::new() }),
            Event::Move { from, to } => self.rename(from, to),
            Event::Remove { path } => self.remove(path),
            Event::Answered => false,
        }
    }

    /// The folder and the name that a path leads to, if they are below the root.
    fn place(&self, path: &Path) -> Option<(Id, String)> {
        let below = path.strip_prefix(&self.root).ok()?;
        let mut names = below.components().map(|part| match part {
            Component::Normal(name) => name.to_str().unwrap().to_owned(),
            other => panic!("{other:?} in {}", path.display()),
        });
        let (mut folder, mut name) = (0, names.next()?);
        for next in names {
            let Node::Folder { now, .. } = &self.nodes[folder] else { return None };
            folder = *now.get(&name)?;
            name = next;
        }
        Some((folder, name))
    }

    fn find(&self, path: &Path) -> Option<Id> {
        if path == self.root {
            return Some(0);
        }
        let (folder, name) = self.place(path)?;
        let Node::Folder { now, .. } = &self.nodes[folder] else { return None };
        now.get(&name).copied()
    }

    fn names(&mut self, folder: Id) -> &mut Names {
        match &mut self.nodes[folder] {
            Node::Folder { now, .. } => now,
            Node::File(_) => panic!("a file is no folder"),
        }
    }

    fn make(&mut self, path: &Path, node: Node) -> bool {
        let Some((folder, name)) = self.place(path) else { return false };
        let id = self.nodes.len();
        self.nodes.push(node);
        self.names(folder).insert(name.clone(), id);
        self.unsure.push(Change::Put { folder, name, node: id });
        true
    }

    fn file(&mut self, path: &Path) -> Option<(Id, &mut File)> {
        let id = self.find(path)?;
        match &mut self.nodes[id] {
            Node::File(file) => Some((id, file)),
            Node::Folder { .. } => None,
        }
    }

    fn write(&mut self, fd: u64, path: &Path, at: Option<u64>, bytes: &[u8]) -> bool {
        let position = self.positions.get(&fd).copied().flatten();
        let Some((id, file)) = self.file(path) else { return false };
        let start = at.or(position).unwrap_or(file.now.len() as u64) as usize;
        let end = start + bytes.len();
        if file.now.len() < end {
            file.now.resize(end, 0);
        }
        file.now[start..end].copy_from_slice(bytes);
        if at.is_none() && position.is_some() {
            self.positions.insert(fd, Some(end as u64));
        }
        self.last = Some((id, start, end));
        true
    }

    fn cut(&mut self, path: &Path, length: usize) -> bool {
        let Some((_, file)) = self.file(path) else { return false };
        let changes = file.now.len() != length;
        file.now.resize(length, 0);
        changes
    }

    fn synced(&mut self, task: u64) -> bool {
        let Some((node, bytes, changes)) = self.syncing.remove(&task) else { return false };
        if self.last.is_some_and(|(id, ..)| id == node) {
            self.last = None;
        }
        if let Node::File(file) = &mut self.nodes[node] {
            file.sure = bytes;
            return true;
        }
        let (done, left): (Vec<_>, Vec<_>) = std::mem::take(&mut self.unsure)
            .into_iter()
            .enumerate()
            .partition(|(place, change)| *place < changes && change.is_in(node));
        self.unsure = left.into_iter().map(|(_, change)| change).collect();
        // Others wait with a count of changes that are fewer now.
        for (_, _, waited) in self.syncing.values_mut() {
            *waited -= done.iter().filter(|(place, _)| place < waited).count();
        }
        for (_, change) in &done {
            self.take_for_sure(change);
        }
        !done.is_empty()
    }

    fn take_for_sure(&mut self, change: &Change) {
        let mut put = |(folder, name): (Id, &String), node: Option<Id>| {
            if let Node::Folder { sure, .. } = &mut self.nodes[folder] {
                match node {
                    Some(node) => sure.insert(name.clone(), node),
                    None => sure.remove(name),
                };
            }
        };
        match change {
            Change::Put { folder, name, node } => put((*folder, name), Some(*node)),
            Change::Take { folder, name, .. } => put((*folder, name), None),
            Change::Move { from, to, node } => {
                put((from.0, &from.1), None);
                put((to.0, &to.1), Some(*node));
            }
        }
    }

    fn rename(&mut self, from: &Path, to: &Path) -> bool {
        let (Some(from), Some(to)) = (self.place(from), self.place(to)) else { return false };
        let node = self.names(from.0).remove(&from.1).unwrap();
        self.names(to.0).insert(to.1.clone(), node);
        self.unsure.push(Change::Move { from, to, node });
        true
    }

    fn remove(&mut self, path: &Path) -> bool {
        let Some((folder, name)) = self.place(path) else { return false };
        let node = self.names(folder).remove(&name).unwrap();
        self.unsure.push(Change::Take { folder, name, node });
        true
    }

    /// What is there if only what is sure of names stays (`every_name` is not set), or all of them.
    pub(super) fn after(&self, every_name: bool, bytes: &mut Bytes<'_>) -> State {
        let folders = |id: Id| match &self.nodes[id] {
            Node::Folder { now, sure } => Some(if every_name { now.clone() } else { sure.clone() }),
            Node::File(_) => None,
        };
        self.collect(&folders, bytes)
    }

    /// What is there if each change of names that is not sure stays or is lost, as chance has it.
    pub(super) fn after_some(&self, dice: &mut Dice) -> State {
        let mut folders: BTreeMap<Id, Names> = BTreeMap::new();
        for (id, node) in self.nodes.iter().enumerate() {
            if let Node::Folder { sure, .. } = node {
                folders.insert(id, sure.clone());
            }
        }
        for change in &self.unsure {
            if dice.below(2) == 0 {
                continue;
            }
            match change {
                Change::Put { folder, name, node } => {
                    folders.get_mut(folder).unwrap().insert(name.clone(), *node);
                }
                Change::Take { folder, name, node } => {
                    let names = folders.get_mut(folder).unwrap();
                    if names.get(name) == Some(node) {
                        names.remove(name);
                    }
                }
                Change::Move { from, to, node } => {
                    // Whatever made the file there was lost, and so is this.
                    if folders[&from.0].get(&from.1) == Some(node) {
                        folders.get_mut(&from.0).unwrap().remove(&from.1);
                        folders.get_mut(&to.0).unwrap().insert(to.1.clone(), *node);
                    }
                }
            }
        }
        self.collect(&|id| folders.get(&id).cloned(), &mut Bytes::Some(dice))
    }

    fn collect(&self, folders: &dyn Fn(Id) -> Option<Names>, bytes: &mut Bytes<'_>) -> State {
        let mut state = State::new();
        let mut open = vec![(PathBuf::new(), 0)];
        while let Some((path, folder)) = open.pop() {
            for (name, id) in folders(folder).unwrap_or_default() {
                let path = path.join(&name);
                match &self.nodes[id] {
                    Node::Folder { .. } => open.push((path, id)),
                    Node::File(_) if name.ends_with("-shm") => {}
                    Node::File(file) => drop(state.insert(path, self.content(id, file, bytes))),
                }
            }
        }
        state
    }

    fn content(&self, id: Id, file: &File, bytes: &mut Bytes<'_>) -> Vec<u8> {
        match bytes {
            Bytes::All => file.now.clone(),
            Bytes::Sure => file.sure.to_vec(),
            Bytes::Torn => {
                let mut content = file.now.clone();
                if let Some((_, start, end)) = self.last.filter(|(last, ..)| *last == id) {
                    let end = end.min(content.len());
                    let start = start.max(end.saturating_sub(PAGE)).min(end);
                    content[start + (end - start) / 2..end].fill(0);
                }
                content
            }
            Bytes::Some(dice) => some_pages(file, dice),
        }
    }
}

fn some_pages(file: &File, dice: &mut Dice) -> Vec<u8> {
    if *file.sure == file.now {
        return file.now.clone();
    }
    let length = if dice.below(2) == 0 { file.sure.len() } else { file.now.len() };
    let mut content = file.sure.to_vec();
    content.resize(length, 0);
    for start in (0..length.min(file.now.len())).step_by(PAGE) {
        let end = (start + PAGE).min(length).min(file.now.len());
        if dice.below(2) == 0 {
            content[start..end].copy_from_slice(&file.now[start..end]);
        }
    }
    content
}

impl Change {
    fn is_in(&self, node: Id) -> bool {
        match self {
            Self::Put { folder, .. } | Self::Take { folder, .. } => *folder == node,
            Self::Move { from, to, .. } => from.0 == node || to.0 == node,
        }
    }
}
