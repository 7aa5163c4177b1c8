//! What a caller shows: `wk1_` + id + `_` + 256 random bits, in hexadecimal digits.

use std::fmt;

use data_encoding::{HEXLOWER, HEXLOWER_PERMISSIVE};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::Hashed;
use model::Timestamp;

/// How every key begins, so that one that leaked is found by who looks for such.
const PREFIX: &str = "wk1_";
/// Bytes of an id.
const ID_BYTES: usize = 8;
/// Random bytes that a key is made of: its id and 256 bits of secret.
pub const RANDOM_BYTES: usize = ID_BYTES + 32;

/// A key as its owner holds it; shown once, when it is made.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret {
    id: String,
    secret: String,
}

impl Secret {
    /// A key of these random bytes.
    pub(super) fn new(random: &[u8; RANDOM_BYTES]) -> Self {
        let (id, secret) = random.split_at(ID_BYTES);
        Self { id: HEXLOWER.encode(id), secret: HEXLOWER.encode(secret) }
    }

    /// The same key with another secret.
    pub(super) fn renewed(id: &str, random: &[u8; RANDOM_BYTES]) -> Self {
        Self { id: id.to_owned(), ..Self::new(random) }
    }

    /// Reads what a caller shows; `None` if it does not look like a key.
    pub(crate) fn parse(shown: &str) -> Option<Self> {
        let (id, secret) = shown.strip_prefix(PREFIX)?.split_once('_')?;
        let digits = |text: &str, length: usize| {
            text.len() == length && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
        };
        let whole = digits(id, ID_BYTES * 2) && digits(secret, 64);
        whole.then(|| Self { id: id.to_owned(), secret: secret.to_owned() })
    }

    /// The part that names the key and opens nothing.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// What the caller must show; never to be kept or logged.
    pub fn reveal(&self) -> String {
        format!("{PREFIX}{}_{}", self.id, self.secret)
    }

    /// A secret of 256 random bits cannot be guessed, so one pass of SHA-256 keeps it.
    pub(super) fn hash(&self) -> [u8; 32] {
        let mut hasher = Sha256::new();
        hasher.update(b"whoknows api key v1\n");
        hasher.update(self.id.as_bytes());
        hasher.update(self.secret.as_bytes());
        hasher.finalize().into()
    }

    /// Whether it is one of these at that time; takes the same time whatever was shown.
    pub(super) fn is_one_of(&self, hashes: &[Hashed], now: Timestamp) -> bool {
        let shown = self.hash();
        let mut found = subtle::Choice::from(0);
        for known in hashes {
            let in_time = known.until.is_none_or(|until| now < until);
            found |= known.hash.ct_eq(&shown) & subtle::Choice::from(u8::from(in_time));
        }
        bool::from(found)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Secret").field("id", &self.id).finish_non_exhaustive()
    }
}

/// Reads 32 bytes of hexadecimal digits, in small or capital letters.
pub(super) fn unhex(text: &str) -> Option<[u8; 32]> {
    HEXLOWER_PERMISSIVE.decode(text.as_bytes()).ok()?.try_into().ok()
}
