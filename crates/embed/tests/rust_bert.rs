//! The weights through libtorch against the same weights in pure Rust: with the feature `rust-bert`, where
//! `WHOKNOWS_MINILM` names the folder of the weights.
#![cfg(feature = "rust-bert")]

use std::path::Path;

use embed::{Embedder, MiniLm, Precision, RustBert, conformance};
use texts::TEXTS;

mod texts;

#[test]
fn both_give_the_same_vectors() {
    #[expect(clippy::disallowed_methods, reason = "tests on files from elsewhere are told where these lie")]
    let Ok(folder) = std::env::var("WHOKNOWS_MINILM") else {
        eprintln!("SKIPPED: WHOKNOWS_MINILM is not set");
        return;
    };
    // The pipeline writes small files beside the weights.
    let own = tempfile::tempdir().unwrap();
    for name in ["model.safetensors", "tokenizer.json"] {
        std::fs::copy(Path::new(&folder).join(name), own.path().join(name)).unwrap();
    }
    let libtorch = RustBert::open(own.path()).unwrap();
    let ours = MiniLm::open(own.path(), Precision::F32).unwrap();
    let long = TEXTS.join(" ").repeat(20);
    for text in TEXTS.into_iter().chain([long.as_str()]) {
        let (left, right) = (libtorch.embed_one(text).unwrap(), ours.embed_one(text).unwrap());
        let differences = left.as_slice().iter().zip(right.as_slice()).map(|(a, b)| (a - b).abs());
        let worst = differences.fold(0.0_f32, f32::max);
        println!("{worst:e} {:?}", &left.as_slice()[..4]);
        assert!(worst < 1e-4, "{worst} for a text of {} bytes", text.len());
    }
    assert_eq!(conformance::check(&libtorch), Ok(()));
}
