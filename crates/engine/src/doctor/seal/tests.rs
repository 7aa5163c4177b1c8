//! Flipped bits, cut files and missing files are found, and nothing is touched (trust.md R5).

use std::path::PathBuf;
use std::sync::Arc;

use embed::StaticEmbedder;
use model::Timestamp;

use super::*;
use crate::doctor::examine;
use crate::testing::indexer_config;
use crate::{Indexer, IngestOptions};

/// Numbers that look random: xorshift from a seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end as u64) as usize
    }
}

fn damaged(folder: &DataFolder) -> bool {
    examine(folder).unwrap().iter().any(|finding| finding.damage)
}

fn content(folder: &DataFolder) -> Vec<(PathBuf, Vec<u8>)> {
    let place = folder.current().unwrap();
    files(folder, &place)
        .unwrap()
        .into_values()
        .map(|path| (path.clone(), fs_err::read(path).unwrap()))
        .collect()
}

#[test]
fn damage_is_found_and_nothing_is_touched() {
    let place = tempfile::tempdir().unwrap();
    let folder = DataFolder::new(place.path().join("data"));
    let export = place.path().join("play.jsonl");
    let play = "#vpn 2026-03-02 source=desk visibility=everyone\n09:00 ana: How do I renew the VPN?\n\
                09:05 bo > ana: Open the portal and renew it there.\n";
    fs_err::write(&export, synth::screenplay(play).unwrap()).unwrap();
    let embedder = Arc::new(StaticEmbedder::shipped().unwrap());
    let mut indexer = Indexer::open(folder.clone(), embedder, indexer_config()).unwrap();
    indexer.ingest(&[export], &IngestOptions::at(Timestamp::EPOCH), &mut |_| {}).unwrap();
    drop(indexer);
    assert_eq!(examine(&folder).unwrap(), []);

    let whole = content(&folder);
    let seed = 20_261_122;
    let mut dice = Dice(seed);
    for round in 0..60 {
        let (path, bytes) = &whole[dice.below(whole.len())];
        let mut broken = bytes.clone();
        match round % 5 {
            0 => broken.truncate(dice.below(broken.len())),
            1 => broken.clear(),
            _ => {
                let at = dice.below(broken.len());
                broken[at] ^= 1 << dice.below(8);
            }
        }
        fs_err::write(path, &broken).unwrap();
        assert!(damaged(&folder), "seed {seed}, round {round}: {} was not told", path.display());
        assert_eq!(&fs_err::read(path).unwrap(), &broken, "{} was touched", path.display());
        fs_err::write(path, bytes).unwrap();
    }
    for (path, bytes) in &whole {
        fs_err::remove_file(path).unwrap();
        assert!(damaged(&folder), "{} is missing and was not told", path.display());
        assert!(!path.exists());
        fs_err::write(path, bytes).unwrap();
    }
    assert_eq!(content(&folder), whole);
    assert!(!damaged(&folder));
}
