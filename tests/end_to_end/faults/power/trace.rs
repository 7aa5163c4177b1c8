//! What strace saw of a process: its operations on files, and its answers, in order.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// One operation that a process made.
#[derive(Debug)]
pub(super) enum Event {
    /// A file was opened for writing.
    Open { fd: u64, path: PathBuf, create: bool, empty: bool, append: bool },
    /// A file's position was set.
    Seek { fd: u64, to: u64 },
    /// Bytes were written; at a place, or at the position of the file.
    Write { fd: u64, path: PathBuf, at: Option<u64>, bytes: Vec<u8> },
    /// A file was cut or stretched.
    Cut { path: PathBuf, length: u64 },
    /// A task began to wait for a file or folder to be on the disk.
    SyncBegins { task: u64, path: PathBuf },
    /// It is on the disk, as it was then.
    SyncEnds { task: u64 },
    /// A folder was made.
    Folder { path: PathBuf },
    /// A file got another name.
    Move { from: PathBuf, to: PathBuf },
    /// A name was taken away.
    Remove { path: PathBuf },
    /// An answer of status 200 was sent.
    Answered,
}

/// The calls that strace is asked for.
pub(super) const CALLS: &str = "trace=openat,open,creat,write,pwrite64,writev,pwritev,pwritev2,fsync,fdatasync,\
    rename,renameat,renameat2,unlink,unlinkat,ftruncate,truncate,mkdir,mkdirat,rmdir,link,linkat,symlink,fallocate,\
    copy_file_range,sendfile,lseek,sendto,sendmsg";

/// "HTTP/1.1 200", as strace writes bytes.
const OK: &str = r"\x48\x54\x54\x50\x2f\x31\x2e\x31\x20\x32\x30\x30";

/// Reads what strace wrote (`-f -y -xx`).
pub(super) fn parse(text: &str) -> Vec<Event> {
    let mut events = Vec::new();
    let mut waiting: BTreeMap<u64, String> = BTreeMap::new();
    for line in text.lines() {
        let Some((task, call)) = line.split_once(' ') else { continue };
        let (task, call): (u64, &str) = (task.parse().unwrap(), call.trim_start());
        if call.starts_with("+++") || call.starts_with("---") {
            continue;
        }
        if let Some(begun) = call.strip_suffix("<unfinished ...>") {
            events.extend(begins(task, begun));
            waiting.insert(task, begun.trim_end().to_owned());
        } else if call.starts_with("<... ") {
            let rest = call.split_once("resumed>").unwrap().1;
            let begun = waiting.remove(&task).unwrap();
            events.extend(ends(task, &format!("{begun}{rest}")));
        } else {
            events.extend(begins(task, call));
            events.extend(ends(task, call));
        }
    }
    events
}

/// What counts from the moment a call begins.
fn begins(task: u64, call: &str) -> Option<Event> {
    let (name, rest) = call.split_once('(')?;
    match name {
        "fsync" | "fdatasync" => Some(Event::SyncBegins { task, path: path_of(rest)? }),
        "write" | "writev" | "sendto" | "sendmsg" if rest.contains(OK) => Some(Event::Answered),
        _ => None,
    }
}

/// What counts when a call is over.
fn ends(task: u64, call: &str) -> Option<Event> {
    let (name, rest) = call.split_once('(').unwrap();
    let (arguments, result) = rest.rsplit_once(" = ").unwrap();
    let arguments = arguments.trim_end().strip_suffix(')').unwrap();
    let result = result.split([' ', '<']).next().unwrap();
    if result.starts_with('-') {
        // A sync that failed leaves nothing on the disk: its beginning counts for nothing.
        return None;
    }
    let number: u64 = result.parse().unwrap_or(0);
    let parts: Vec<&str> = arguments.split(", ").collect();
    let last = || parts.last().unwrap().parse::<u64>().unwrap();
    match name {
        "open" | "openat" | "creat" => {
            let (at, flags) =
                if name == "openat" { (1, parts[2]) } else { (0, parts.get(1).copied().unwrap()) };
            let flag = |name: &str| flags.split('|').any(|flag| flag == name);
            assert!(!flag("O_TMPFILE"), "a file without a name: {call}");
            let path = if at == 1 { below(parts[0], parts[1]) } else { named(parts[0]) };
            if !(flag("O_WRONLY") || flag("O_RDWR")) {
                return None;
            }
            let (create, empty, append) = (flag("O_CREAT"), flag("O_TRUNC"), flag("O_APPEND"));
            Some(Event::Open { fd: number, path, create, empty, append })
        }
        "lseek" => Some(Event::Seek { fd: fd_of(arguments)?, to: number }),
        "write" | "writev" | "pwrite64" | "pwritev" => {
            let (fd, path) = (fd_of(arguments)?, path_of(arguments)?);
            let mut bytes = quoted(arguments);
            bytes.truncate(number as usize);
            assert_eq!(bytes.len() as u64, number, "strace cut a text short");
            let at = name.starts_with('p').then(last);
            Some(Event::Write { fd, path, at, bytes })
        }
        "ftruncate" => Some(Event::Cut { path: path_of(arguments)?, length: last() }),
        "truncate" => Some(Event::Cut { path: named(parts[0]), length: last() }),
        "fsync" | "fdatasync" => Some(Event::SyncEnds { task }),
        "mkdir" => Some(Event::Folder { path: named(parts[0]) }),
        "mkdirat" => Some(Event::Folder { path: below(parts[0], parts[1]) }),
        "unlink" | "rmdir" => Some(Event::Remove { path: named(parts[0]) }),
        "unlinkat" => Some(Event::Remove { path: below(parts[0], parts[1]) }),
        "rename" => Some(Event::Move { from: named(parts[0]), to: named(parts[1]) }),
        "renameat" | "renameat2" => {
            Some(Event::Move { from: below(parts[0], parts[1]), to: below(parts[2], parts[3]) })
        }
        "sendto" | "sendmsg" => None,
        other => panic!("{other} is not a call that the model of the disk knows: {call:.300}"),
    }
}

/// The number of the descriptor that a text begins with: `5</a/file>`.
fn fd_of(text: &str) -> Option<u64> {
    text.split_once('<')?.0.parse().ok()
}

/// Where the descriptor leads that a text begins with; nowhere if the file has no name any more.
fn path_of(text: &str) -> Option<PathBuf> {
    let (path, rest) = text.split_once('<')?.1.split_once('>')?;
    (path.starts_with(r"\x2f") && !rest.starts_with("(deleted)")).then(|| path_from(&bytes_of(path)))
}

/// A path in quotes.
fn named(text: &str) -> PathBuf {
    path_from(&bytes_of(text.trim_matches('"')))
}

/// A path in quotes, from a descriptor of a folder on.
fn below(folder: &str, name: &str) -> PathBuf {
    let folder = folder.split_once('<').and_then(|(_, rest)| rest.split_once('>'));
    folder.map(|(folder, _)| path_from(&bytes_of(folder))).unwrap_or_default().join(named(name))
}

fn path_from(bytes: &[u8]) -> PathBuf {
    Path::new(std::str::from_utf8(bytes).unwrap()).to_owned()
}

/// Everything in quotes.
fn quoted(text: &str) -> Vec<u8> {
    text.split('"').skip(1).step_by(2).flat_map(bytes_of).collect()
}

/// Bytes as strace writes them: `\x2f\x74`.
fn bytes_of(text: &str) -> Vec<u8> {
    let digit = |digit: u8| (digit as char).to_digit(16).unwrap() as u8;
    text.as_bytes().chunks_exact(4).map(|four| digit(four[2]) << 4 | digit(four[3])).collect()
}
