//! PST files: the empty sample, damage to it, and a real one where `PST_SAMPLE` names it.

use std::path::Path;

use crate::support::{files, folder, read, sample};
use proptest::prelude::*;

fn empty() -> Vec<u8> {
    files(&sample("pst/empty.zip")).remove(0).1
}

#[test]
fn a_pst_without_mail_is_read_from_a_file_and_from_a_zip() {
    let (kept, report) = read(&sample("pst/empty.zip"));
    assert_eq!((kept.reasons(), report.messages), (vec![], 0));
    let file = folder(&[("a.pst", &empty())]);
    let (kept, report) = read(&file.path().join("a.pst"));
    assert_eq!((kept.reasons(), report.messages, report.complete), (vec![], 0, true));
    assert_eq!(report.skipped.get("mailbox of deleted mail, junk or drafts"), Some(&1));
}

#[test]
fn a_pst_that_is_none_says_so() {
    let other = folder(&[("a.pst", b"!BDN and nothing more"), ("b.pst", b"hello")]);
    let (kept, _) = read(other.path());
    let reasons = kept.reasons();
    assert!(reasons[0].starts_with("a.pst is a PST that cannot be opened"), "{reasons:?}");
    assert_eq!(reasons[1], "b.pst does not begin like a PST file");
}

#[test]
fn a_cut_pst_is_an_issue() {
    let whole = empty();
    for part in 1..8 {
        let cut = folder(&[("a.pst", &whole[..whole.len() * part / 8])]);
        let (kept, _) = read(cut.path());
        let reasons = kept.reasons();
        assert!(reasons.iter().any(|reason| reason.contains("cut")), "{part} of 8: {reasons:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn no_damage_to_a_pst_brings_the_process_down(
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..200),
    ) {
        let mut bytes = empty();
        for (at, byte) in damage {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        bytes[..4].copy_from_slice(b"!BDN");
        let damaged = folder(&[("a.pst", &bytes)]);
        let _ = read(damaged.path());
    }
}

/// A real mailbox is nothing to keep here: without one this says so and ends.
#[test]
#[expect(clippy::disallowed_methods, reason = "a test that somebody asks for by a variable")]
fn a_real_pst_is_read() {
    let Ok(path) = std::env::var("PST_SAMPLE") else {
        eprintln!("SKIPPED: PST_SAMPLE names no PST file");
        return;
    };
    let (kept, report) = read(Path::new(&path));
    eprintln!("{} messages, {} issues, left out {:?}", report.messages, report.issues, report.skipped);
    assert!(report.messages > 0 && report.complete);
    assert!(report.issues * 20 <= report.messages, "{:?}", kept.reasons());
    assert!(kept.messages().any(|raw| raw.message.text.len() > 20), "no mail has a text");
}
