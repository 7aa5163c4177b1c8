//! Fingerprints of texts, for finding what was nearly written before.

/// How many numbers a fingerprint has.
pub const FINGERPRINT_NUMBERS: usize = 8;

/// Eight minimum hashes over a text's runs of words: two texts agree in about that share of them in which
/// their runs of words agree (Broder, *On the resemblance and containment of documents*, 1997).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fingerprint(pub [u32; FINGERPRINT_NUMBERS]);

impl Fingerprint {
    /// In how many of the eight numbers two texts agree.
    pub fn agreement(&self, other: &Self) -> usize {
        self.0.iter().zip(&other.0).filter(|(left, right)| left == right).count()
    }

    /// The 32 bytes that are stored.
    pub fn to_bytes(self) -> [u8; 4 * FINGERPRINT_NUMBERS] {
        let mut bytes = [0; 4 * FINGERPRINT_NUMBERS];
        for (place, number) in bytes.chunks_exact_mut(4).zip(self.0) {
            place.copy_from_slice(&number.to_le_bytes());
        }
        bytes
    }

    /// Reads the stored bytes; `None` if there are not 32.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut numbers = [0; FINGERPRINT_NUMBERS];
        let places = bytes.chunks_exact(4);
        if bytes.len() != 4 * FINGERPRINT_NUMBERS {
            return None;
        }
        for (number, place) in numbers.iter_mut().zip(places) {
            *number = u32::from_le_bytes(place.try_into().ok()?);
        }
        Some(Self(numbers))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stored_bytes_read_back_and_others_do_not() {
        let fingerprint = Fingerprint([1, 2, 3, 4, 5, 6, 7, u32::MAX]);
        assert_eq!(Fingerprint::from_bytes(&fingerprint.to_bytes()), Some(fingerprint));
        assert_eq!(Fingerprint::from_bytes(&[0; 31]), None);
        assert_eq!(Fingerprint::from_bytes(&[]), None);
    }

    #[test]
    fn agreement_counts_equal_numbers_in_equal_places() {
        let fingerprint = Fingerprint([1, 2, 3, 4, 5, 6, 7, 8]);
        assert_eq!(fingerprint.agreement(&fingerprint), 8);
        assert_eq!(fingerprint.agreement(&Fingerprint([1, 2, 0, 0, 0, 0, 8, 7])), 2);
    }
}
