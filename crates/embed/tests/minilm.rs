//! all-MiniLM-L6-v2 for real, where its files are: `WHOKNOWS_MINILM` names their folder.

#[cfg(test)]
mod texts;

#[cfg(test)]
mod tests {
    use std::path::PathBuf;
    use std::sync::LazyLock;

    use embed::{Embedder, MiniLm, Precision, conformance};

    use super::texts::TEXTS;

    /// The folder of the weights; says aloud that a test was left out without it.
    fn folder() -> Option<PathBuf> {
        #[expect(
            clippy::disallowed_methods,
            reason = "tests on files from elsewhere are told where these lie"
        )]
        let folder = std::env::var("WHOKNOWS_MINILM").ok().filter(|folder| !folder.is_empty());
        if folder.is_none() {
            eprintln!("SKIPPED: WHOKNOWS_MINILM is not set");
        }
        folder.map(PathBuf::from)
    }

    fn open(precision: Precision) -> Option<MiniLm> {
        folder().map(|folder| MiniLm::open(&folder, precision).unwrap())
    }

    static INT8: LazyLock<Option<MiniLm>> = LazyLock::new(|| open(Precision::Int8));
    static F32: LazyLock<Option<MiniLm>> = LazyLock::new(|| open(Precision::F32));

    #[test]
    fn it_keeps_every_promise_of_an_embedder() {
        for model in [&*INT8, &*F32].into_iter().flatten() {
            assert_eq!(conformance::check(model), Ok(()), "{}", model.model_id());
        }
    }

    /// The first four values of each text's vector, from another forward pass, in f64 (`distill/teacher.py`).
    const REFERENCE: [[f32; 4]; 6] = [
        [0.020_425, 0.017_062, -0.054_471, -0.066_520],
        [-0.032_637, -0.002_284, 0.011_181, 0.002_111],
        [-0.006_735, 0.033_119, 0.028_987, -0.060_027],
        [-0.036_433, 0.034_703, -0.045_960, 0.034_326],
        [0.020_549, 0.067_548, -0.084_145, -0.001_212],
        [0.013_666, 0.046_045, 0.002_960, 0.006_082],
    ];

    #[test]
    fn precise_vectors_are_those_of_the_reference() {
        let Some(model) = &*F32 else { return };
        for (text, expected) in TEXTS.iter().zip(REFERENCE) {
            let vector = model.embed_one(text).unwrap();
            let near =
                vector.as_slice().iter().zip(expected).all(|(found, value)| (found - value).abs() < 1e-5);
            assert!(near, "{text}: {:?}", &vector.as_slice()[..4]);
        }
    }

    #[test]
    fn eight_bits_keep_the_direction() {
        let (Some(coarse), Some(exact)) = (&*INT8, &*F32) else { return };
        let long = TEXTS.join(" ").repeat(6);
        for text in TEXTS.into_iter().chain([long.as_str()]) {
            let cosine = coarse.embed_one(text).unwrap().dot(&exact.embed_one(text).unwrap()).unwrap();
            assert!(cosine > 0.985, "{text}: {cosine}");
        }
    }

    #[test]
    fn the_precision_is_part_of_the_id() {
        let (Some(coarse), Some(exact)) = (&*INT8, &*F32) else { return };
        assert_eq!(coarse.model_id().as_str(), "minilm-int8@53aa51172d14");
        assert_eq!(exact.model_id().as_str(), "minilm-f32@53aa51172d14");
    }

    #[test]
    fn what_lies_beyond_the_cut_does_not_count() {
        let Some(model) = &*INT8 else { return };
        let words = "certificate ".repeat(254);
        let vector = |text: &str| model.embed_one(text).unwrap();
        assert_eq!(vector(&words), vector(&format!("{words}lunch")));
        assert_ne!(vector("certificate lunch"), vector("certificate"));
    }

    #[test]
    fn the_order_of_words_counts() {
        let Some(model) = &*INT8 else { return };
        let [one, other] = ["the client calls the server", "the server calls the client"];
        assert_ne!(model.embed_one(one).unwrap(), model.embed_one(other).unwrap());
    }
}
