//! What every model must do, whatever it is made of: run by the tests of each implementation.

use crate::{Embedder, Error};

/// Texts in many scripts, with the ugly ones: empty, blank, NUL, emoji, marks without a letter, direction signs.
const TEXTS: [&str; 18] = [
    "How do I rotate the signing key?",
    "the the the",
    "",
    " \t\r\n",
    "\0",
    "before\0after",
    "Как обновить сертификат на сервере?",
    "如何更新服务器证书",
    "サーバーの証明書を更新する方法",
    "서버 인증서를 갱신하는 방법",
    "كيف أجدد شهادة الخادم؟",
    "כיצד מחדשים את תעודת השרת",
    "सर्वर प्रमाणपत्र कैसे बदलें",
    "🚀🔥👩‍👩‍👧",
    "e\u{301}\u{301}\u{301} \u{301}",
    "\u{202e}desrever\u{202c} \u{feff}",
    "…—!?;:",
    "[CLS] [SEP] [MASK] [PAD] [UNK] ##ing",
];

/// Runs the whole suite.
///
/// # Errors
/// In plain words, the first promise of [`Embedder`] that the model breaks.
pub fn check(embedder: &dyn Embedder) -> Result<(), String> {
    ids_and_sizes_are_stable(embedder)?;
    let long = long_texts();
    let texts: Vec<&str> = TEXTS.into_iter().chain(long.iter().map(String::as_str)).collect();
    vectors_are_sound(embedder, &texts)?;
    the_batch_does_not_matter(embedder, &texts)?;
    words_are_known(embedder)
}

/// Longer than any model reads: words, one word, one script without blanks, marks only.
fn long_texts() -> [String; 4] {
    ["rotate the key ".repeat(7_000), "x".repeat(100_000), "鍵".repeat(34_000), "\u{301}".repeat(50_000)]
}

fn ids_and_sizes_are_stable(embedder: &dyn Embedder) -> Result<(), String> {
    let (model, dimensions) = (embedder.model_id().clone(), embedder.dimensions());
    embedder.embed_one("a text between").map_err(broke)?;
    ensure(dimensions > 0, "there are no dimensions")?;
    ensure(*embedder.model_id() == model, "the model id changed")?;
    ensure(embedder.dimensions() == dimensions, "the number of dimensions changed")?;
    ensure(embedder.embed(&[]).map_err(broke)?.is_empty(), "an empty batch has vectors")
}

fn vectors_are_sound(embedder: &dyn Embedder, texts: &[&str]) -> Result<(), String> {
    for text in texts {
        let start: String = text.chars().take(20).collect();
        let vector = embedder.embed_one(text).map_err(broke)?;
        let length = vector.as_slice().iter().map(|&value| f64::from(value).powi(2)).sum::<f64>().sqrt();
        let sound = vector.is_zero() || (length - 1.0).abs() < 1e-5;
        ensure(sound, &format!("{start:?} has a vector of length {length}"))?;
        ensure(vector.dimensions() == embedder.dimensions(), &format!("{start:?} has another size"))?;
        let again = embedder.embed_one(text).map_err(broke)?;
        ensure(vector == again, &format!("{start:?} has another vector the second time"))?;
    }
    Ok(())
}

/// A batch large enough to be shared among threads gives, bit for bit, what its texts give alone.
fn the_batch_does_not_matter(embedder: &dyn Embedder, texts: &[&str]) -> Result<(), String> {
    let alone: Result<Vec<_>, Error> = texts.iter().map(|text| embedder.embed_one(text)).collect();
    let alone = alone.map_err(broke)?;
    let batch: Vec<&str> = texts.iter().copied().cycle().take(texts.len() * 12).collect();
    let together = embedder.embed(&batch).map_err(broke)?;
    ensure(together.len() == batch.len(), "a batch has not one vector for each text")?;
    let same = together.iter().zip(alone.iter().cycle()).all(|(left, right)| left == right);
    ensure(same, "a text's vector depends on its batch")?;
    let few = embedder.embed(texts).map_err(broke)?;
    ensure(few == alone, "a small batch differs from its texts alone")
}

/// A model that gives nothing but zero vectors would pass all the rest.
fn words_are_known(embedder: &dyn Embedder) -> Result<(), String> {
    let [key, table] = ["How do I rotate the signing key?", "The lunch table is in the garden"];
    let vectors = embedder.embed(&[key, table]).map_err(broke)?;
    ensure(!vectors.iter().any(crate::UnitVector::is_zero), "plain words have no vector")?;
    ensure(vectors.first() != vectors.last(), "different texts have one vector")?;
    let nothing = embedder.embed_one("").map_err(broke)?;
    ensure(nothing.is_zero(), "the empty text has a vector")
}

#[expect(clippy::needless_pass_by_value, reason = "it is handed to map_err")]
fn broke(error: Error) -> String {
    format!("a text was refused: {error}")
}

fn ensure(holds: bool, otherwise: &str) -> Result<(), String> {
    if holds { Ok(()) } else { Err(otherwise.to_owned()) }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;
    use crate::{ModelId, UnitVector};

    /// A model with one fault that can be chosen.
    #[derive(Debug)]
    struct Faulty {
        model: ModelId,
        calls: AtomicU32,
        fault: &'static str,
    }

    impl Embedder for Faulty {
        fn model_id(&self) -> &ModelId {
            &self.model
        }

        fn dimensions(&self) -> usize {
            2
        }

        fn embed(&self, texts: &[&str]) -> Result<Vec<UnitVector>, Error> {
            let call = self.calls.fetch_add(1, Ordering::Relaxed);
            let vector = |text: &str| {
                let size = if self.fault == "size" { 3 } else { 2 };
                let second = match self.fault {
                    "forgetful" => call as f32,
                    "neighbors" => texts.len() as f32,
                    "constant" => 1.0,
                    _ => text.len().min(9) as f32,
                };
                if text.trim().is_empty() || self.fault == "zero" {
                    return Ok(UnitVector::zero(size));
                }
                if self.fault == "picky" && text.contains('\0') {
                    return Err(Error::NotFinite { position: 0 });
                }
                let mut values = vec![1.0, second];
                values.resize(size, 0.0);
                UnitVector::normalized(values)
            };
            texts.iter().map(|text| vector(text)).collect()
        }
    }

    fn check_fault(fault: &'static str, expected: &str) {
        let model = ModelId::new("faulty").unwrap();
        let found = check(&Faulty { model, calls: AtomicU32::new(0), fault }).unwrap_err();
        assert!(found.contains(expected), "{fault}: {found}");
    }

    #[test]
    fn each_fault_is_found() {
        check_fault("size", "another size");
        check_fault("forgetful", "the second time");
        check_fault("neighbors", "depends on its batch");
        check_fault("constant", "one vector");
        check_fault("zero", "no vector");
        check_fault("picky", "refused");
    }
}
