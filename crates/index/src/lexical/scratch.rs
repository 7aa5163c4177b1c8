//! Sums by place while terms are added one after the other.

use super::partition::Posting;

/// What is known of one place so far; together, so that a posting touches one line of memory.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Sums {
    pub(super) own: f32,
    pub(super) question: f32,
    /// idf of the terms it holds: above 0 for every hit.
    pub(super) covered: f32,
}

/// Sums by place while terms are added one after the other.
#[derive(Debug)]
pub(super) struct Scratch {
    pub(super) sums: Vec<Sums>,
    /// Which places hold the last term in the field `own`, a bit a place: few enough to stay in the nearest cache.
    owned: Vec<u64>,
}

impl Scratch {
    pub(super) fn new(places: usize) -> Self {
        Self { sums: vec![Sums::default(); places], owned: vec![0; places.div_ceil(64)] }
    }

    /// How many different places hold the next term in either field: a term in both counts once.
    pub(super) fn documents_in_either(&mut self, own: &[Posting], question: &[Posting]) -> usize {
        self.owned.fill(0);
        for (place, _) in own {
            self.owned[*place as usize / 64] |= 1 << (place % 64);
        }
        let in_both: usize = question.iter().map(|(place, _)| usize::from(self.is_owned(*place))).sum();
        own.len() + question.len() - in_both
    }

    /// Whether a place holds the last term in the field `own`: there it covers already.
    pub(super) fn is_owned(&self, place: u32) -> bool {
        (self.owned[place as usize / 64] >> (place % 64)) & 1 != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_with_the_term_in_both_fields_counts_once() {
        let mut scratch = Scratch::new(80);
        let (own, question) = ([(1, 2), (73, 1)], [(7, 1), (73, 1)]);
        assert_eq!(scratch.documents_in_either(&own, &question), 3);
        assert!(scratch.is_owned(73) && scratch.is_owned(1) && !scratch.is_owned(7));
        assert_eq!(scratch.documents_in_either(&[], &question), 2);
        assert!(!scratch.is_owned(73));
    }
}
