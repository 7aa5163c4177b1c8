//! Sums by place while terms are added one after the other.

use super::partition::Posting;

/// What is known of one place so far; together, so that a posting touches one line of memory.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Sums {
    pub(super) own: f32,
    pub(super) question: f32,
    /// idf of the terms it holds.
    pub(super) covered: f32,
    /// Number of the last term that was found there, 0 for none: a term in both fields counts and covers once.
    pub(super) seen: u32,
}

/// Sums by place while terms are added one after the other.
#[derive(Debug)]
pub(super) struct Scratch {
    pub(super) sums: Vec<Sums>,
    /// Places of the last term, each once.
    first_seen: Vec<u32>,
    term: u32,
}

impl Scratch {
    pub(super) fn new(places: usize) -> Self {
        Self { sums: vec![Sums::default(); places], first_seen: Vec::new(), term: 0 }
    }

    /// How many different places hold the next term in either field; marks them as seen with it.
    pub(super) fn documents_in_either(&mut self, own: &[Posting], question: &[Posting]) -> usize {
        self.term += 1;
        self.first_seen.clear();
        for (place, _) in own.iter().chain(question) {
            let seen = &mut self.sums[*place as usize].seen;
            if *seen != self.term {
                *seen = self.term;
                self.first_seen.push(*place);
            }
        }
        self.first_seen.len()
    }

    /// Credits the places of the last term with its idf, once each.
    pub(super) fn cover(&mut self, idf: f32) {
        for place in &self.first_seen {
            self.sums[*place as usize].covered += idf;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_with_the_term_in_both_fields_counts_once() {
        let mut scratch = Scratch::new(8);
        let (own, question) = ([(3, 1), (1, 2)], [(3, 1), (7, 1)]);
        assert_eq!(scratch.documents_in_either(&own, &question), 3);
        scratch.cover(2.0);
        assert_eq!(scratch.documents_in_either(&[], &question), 2);
        scratch.cover(1.0);
        let covered: Vec<f32> = scratch.sums.iter().map(|sums| sums.covered).collect();
        assert_eq!(covered, [0.0, 2.0, 0.0, 3.0, 0.0, 0.0, 0.0, 3.0]);
    }
}
