//! Tar archives, bare and in gzip: what they hold, and what is refused.

use std::path::{Path, PathBuf};

use crate::support::{LIMITS, read_with, sample};
use ingest::{Entry, Export, ExportError, Limits};
use tar::{EntryType, Header};

type File = (String, Vec<u8>);

fn entry(header: &mut Header, name: &str, content: &[u8]) -> Vec<u8> {
    let mut raw = [0; 100];
    raw[..name.len().min(100)].copy_from_slice(&name.as_bytes()[..name.len().min(100)]);
    header.as_mut_bytes()[..100].copy_from_slice(&raw);
    header.set_size(content.len() as u64);
    header.set_cksum();
    let mut bytes = header.as_bytes().to_vec();
    bytes.extend_from_slice(content);
    bytes.resize(bytes.len().next_multiple_of(512), 0);
    bytes
}

fn of_kind(kind: EntryType, name: &str, content: &[u8]) -> Vec<u8> {
    let mut header = Header::new_ustar();
    header.set_entry_type(kind);
    entry(&mut header, name, content)
}

fn file(name: &str, content: &str) -> Vec<u8> {
    of_kind(EntryType::Regular, name, content.as_bytes())
}

fn ended(mut bytes: Vec<u8>) -> Vec<u8> {
    bytes.extend_from_slice(&[0; 1024]);
    bytes
}

fn packed(files: &[File]) -> Vec<u8> {
    let mut packed = tar::Builder::new(Vec::new());
    for (name, content) in files {
        let mut header = Header::new_gnu();
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        packed.append_data(&mut header, name, content.as_slice()).unwrap();
    }
    packed.into_inner().unwrap()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    // With a file's name in the header.
    let mut out = b"\x1f\x8b\x08\x08\0\0\0\0\0\xffexport.tar\0".to_vec();
    out.extend(miniz_oxide::deflate::compress_to_vec(bytes, 1));
    out.extend(crc32fast::hash(bytes).to_le_bytes());
    out.extend((bytes.len() as u32).to_le_bytes());
    out
}

fn written(bytes: &[u8]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("export");
    fs_err::write(&path, bytes).unwrap();
    (folder, path)
}

fn content(export: &Export, entry: &Entry) -> Vec<u8> {
    let mut bytes = Vec::new();
    export.read(entry, |reader| reader.read_to_end(&mut bytes).unwrap()).unwrap();
    bytes
}

/// Opens the archive bare and in gzip, and hands on what came of both.
fn both(tar: &[u8], limits: &Limits, check: impl Fn(Result<Export, ExportError>)) {
    for bytes in [tar.to_vec(), gzip(tar)] {
        let (_kept, path) = written(&bytes);
        check(Export::open(&path, limits));
    }
}

fn refused(tar: &[u8], reason: &str) {
    both(tar, &LIMITS, |opened| {
        let error = opened.unwrap_err().to_string();
        assert!(error.contains(reason), "{reason:?} in {error}");
    });
}

#[test]
fn a_tar_reads_like_its_folder_in_whatever_order_it_stands() {
    let folder = sample("slack");
    let export = Export::open(&folder, &LIMITS).unwrap();
    let format = ingest::detect(&export).unwrap();
    let expected = read_with(format, &export);
    let mut files = crate::support::files(&folder);
    for _ in 0..2 {
        files.reverse();
        let below: Vec<File> =
            files.iter().map(|(name, content)| (format!("./export/{name}"), content.clone())).collect();
        both(&packed(&below), &LIMITS, |opened| {
            let export = opened.unwrap();
            assert_eq!(read_with(ingest::detect(&export).unwrap(), &export), expected);
        });
    }
}

#[test]
fn entries_are_read_in_any_order_and_more_than_once() {
    // Bytes that hardly pack, so that there are many places to go on from.
    let mut seed = 1_u64;
    let mut noise = || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as u8
    };
    let files: Vec<File> =
        (0..9).map(|n| (format!("f{n}.bin"), (0..700_000 + n).map(|_| noise()).collect())).collect();
    let tar = packed(&files);
    let members: Vec<u8> = tar.chunks(2_000_000).flat_map(gzip).chain([0; 64]).collect();
    for bytes in [tar.clone(), gzip(&tar), members] {
        let (_kept, path) = written(&bytes);
        let export = Export::open(&path, &LIMITS).unwrap();
        for n in [8, 0, 4, 4, 3, 5, 1, 8, 7] {
            assert_eq!(content(&export, &export.entries()[n]), files[n].1, "file {n}");
        }
        let mut start = [0; 10];
        export.read(&export.entries()[6], |reader| reader.read_exact(&mut start).unwrap()).unwrap();
        assert_eq!(content(&export, &export.entries()[7]), files[7].1, "after one that was not read out");
    }
}

#[test]
fn long_names_of_both_kinds_are_read() {
    let long = format!("{}/{}.json", "d".repeat(150), "f".repeat(150));
    let mut pax = Vec::new();
    let field = format!(" path={long}\n");
    pax.extend(format!("{}{field}", field.len() + 3).into_bytes());
    let gnu = of_kind(EntryType::GNULongName, "././@LongLink", format!("{long}\0").as_bytes());
    for extension in [gnu, of_kind(EntryType::XHeader, "pax", &pax)] {
        let global = of_kind(EntryType::XGlobalHeader, "pax_global_header", b"18 comment=abcdef\n");
        let tar = ended([global, file("a.json", "[]"), extension, file("short", "{}")].concat());
        both(&tar, &LIMITS, |opened| {
            let export = opened.unwrap();
            assert_eq!(content(&export, export.entry(&long).unwrap()), b"{}");
            assert_eq!(export.entries().len(), 2);
        });
    }
}

#[test]
fn names_that_lead_elsewhere_links_and_devices_are_refused() {
    for name in ["../evil", "a/../../evil", "/etc/evil", "C:/evil", "..\\evil", "a/.."] {
        refused(&ended([file("a.json", "[]"), file(name, "x")].concat()), "is refused: its entry");
    }
    for (kind, reason) in [
        (EntryType::Symlink, "is a link"),
        (EntryType::Link, "is a link"),
        (EntryType::Fifo, "is a device"),
        (EntryType::Block, "is a device"),
        (EntryType::GNUSparse, "is a sparse file"),
    ] {
        refused(&ended([file("a.json", "[]"), of_kind(kind, "b.json", b"")].concat()), reason);
    }
    refused(&ended([file("a", "1"), file("./a", "2")].concat()), "has the same name as another");
    refused(&ended([of_kind(EntryType::Directory, "../x/", b""), file("a", "1")].concat()), "leads out");
}

#[test]
fn a_cut_or_damaged_tar_says_so() {
    let tar = ended([file("a.json", &"[1]".repeat(1000)), file("b.json", "[]")].concat());
    for cut in [700, 2000, 3700] {
        refused(&tar[..cut], "the download was cut");
    }
    let whole = gzip(&tar);
    for cut in [whole.len() - 1, whole.len() - 9, whole.len() / 2 + 20] {
        let (_kept, path) = written(&whole[..cut]);
        // Cut within the first block it cannot be known as a tar.
        let opened = Export::open(&path, &LIMITS);
        assert!(opened.is_err_and(|error| error.to_string().contains("the download was cut")), "at {cut}");
    }
    let mut wrong = whole.clone();
    let at = wrong.len() - 6;
    wrong[at] ^= 1;
    let (_kept, path) = written(&wrong);
    assert!(Export::open(&path, &LIMITS).unwrap_err().to_string().contains("has a wrong check sum"));
    let mut wrong = tar;
    wrong[3584 + 10] ^= 1;
    refused(&wrong, "has a header whose check sum is wrong");
    let name = of_kind(EntryType::GNULongName, "l", &vec![b'x'; 2 << 20]);
    refused(&ended([file("a", "1"), name, file("b", "2")].concat()), "a name of more than a MiB");
}

#[test]
fn a_tar_that_unpacks_to_too_much_is_stopped() {
    let bomb =
        ended([file("a.json", "[]"), of_kind(EntryType::Regular, "b", &vec![b'0'; 16 << 20])].concat());
    let (_kept, path) = written(&gzip(&bomb));
    let opening = |limits: Limits| Export::open(&path, &limits).unwrap_err().to_string();
    assert!(opening(LIMITS).contains("more than 200 times its packed size"));
    let open = Limits { max_ratio: u64::MAX, ..LIMITS };
    assert!(opening(Limits { max_total_bytes: 4 << 20, ..open }).contains("unpacks to more than 4194304"));
    assert!(opening(Limits { max_entries: 1, ..open }).contains("more than 1 files"));
    let small = Limits { max_entry_bytes: 1 << 20, ..open };
    let export = Export::open(&path, &small).unwrap();
    assert_eq!(content(&export, &export.entries()[0]), b"[]");
    let error = export.read(&export.entries()[1], |_| ()).unwrap_err();
    assert!(matches!(error, ExportError::TooLarge { .. }), "{error}");
}

#[test]
fn a_gzip_that_is_no_tar_is_a_single_file() {
    let (_kept, path) = written(&gzip(b"From a@x.org\n"));
    assert!(Export::open(Path::new(&path), &LIMITS).unwrap().is_single_file());
}
