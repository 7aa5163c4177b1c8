//! Which documents repeat what was written before: boilerplate, and copies of somebody else's words.
//!
//! Decision: found when the columns are read, in one pass in the order of time, so that nothing stored has
//! to follow what other documents say. A document is compared with earlier ones that everyone may read, and
//! with no others: a view of the past never changes by what comes later, nor anything by what is hidden.
//! Alike are documents that agree with the first of a group in most numbers of their fingerprints. The price:
//! a text that drifts away from that first one step by step is no longer found.

use std::collections::{HashMap, HashSet};

use foldhash::fast::RandomState;
use model::{AudienceId, FINGERPRINT_NUMBERS, Fingerprint, Mark, MarkSet, Timestamp};

/// In how many of eight numbers alike texts agree: about two thirds of their runs of words are the same.
const ALIKE: usize = 5;
/// The same for copies: who explains in the words of an earlier answer adds little, a sentence of their own before
/// it or not.
const COPIED: usize = 5;
/// In so many earlier conversations the same words make a document boilerplate.
const CANNED_FROM: u32 = 3;

/// What the next document brings; documents come by time.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Writing {
    /// Fingerprint of the own words.
    pub(crate) fingerprint: Fingerprint,
    /// Number of the person.
    pub(crate) person: u32,
    /// Number of the conversation.
    pub(crate) conversation: u32,
    /// When the person first wrote in it.
    pub(crate) first_at: Timestamp,
    /// Its time.
    pub(crate) last_at: Timestamp,
    /// Who may read it.
    pub(crate) audience: AudienceId,
}

/// Alike documents that everyone may read.
#[derive(Debug)]
struct Group {
    /// Fingerprint of the first of them.
    fingerprint: Fingerprint,
    /// Who wrote it first, and when.
    author: u32,
    written_at: Timestamp,
    conversations: u32,
}

/// What was written so far. Memory: about 300 bytes for each text that is not alike an earlier one.
#[derive(Debug, Default)]
pub(crate) struct Repeats {
    groups: Vec<Group>,
    /// By place and number of a fingerprint: the first group that has it.
    places: [HashMap<u32, u32, RandomState>; FINGERPRINT_NUMBERS],
    /// Group and conversation.
    known: HashSet<(u32, u32), RandomState>,
    /// Documents of the latest time: they count only for later ones.
    waiting: Vec<Writing>,
}

impl Repeats {
    /// [`Mark::Canned`] and [`Mark::Copied`] of the next document, as far as they are true of it. Time is
    /// constant for each.
    pub(crate) fn next(&mut self, writing: Writing) -> MarkSet {
        if self.waiting.first().is_some_and(|first| first.last_at < writing.last_at) {
            for earlier in std::mem::take(&mut self.waiting) {
                self.add(&earlier);
            }
        }
        let marks = self.marks(&writing);
        if writing.audience == AudienceId::EVERYONE {
            self.waiting.push(writing);
        }
        marks
    }

    fn marks(&self, writing: &Writing) -> MarkSet {
        let Some((number, group)) = self.alike(&writing.fingerprint) else { return MarkSet::EMPTY };
        let here = u32::from(self.known.contains(&(number, writing.conversation)));
        let canned = group.conversations - here >= CANNED_FROM;
        // What everybody writes again and again is nobody's to copy.
        let near = group.fingerprint.agreement(&writing.fingerprint) >= COPIED;
        let later = group.author != writing.person && group.written_at < writing.first_at;
        let copied = near && later && !canned;
        let marks = [(Mark::Canned, canned), (Mark::Copied, copied)];
        marks.into_iter().filter_map(|(mark, there)| there.then_some(mark)).collect()
    }

    /// The group that a text is most alike, the oldest of several.
    fn alike(&self, fingerprint: &Fingerprint) -> Option<(u32, &Group)> {
        let found = self.places.iter().zip(fingerprint.0).filter_map(|(place, number)| place.get(&number));
        let mut best: Option<(usize, u32)> = None;
        for number in found {
            let Some(group) = self.groups.get(*number as usize) else { continue };
            let agreement = group.fingerprint.agreement(fingerprint);
            let better = |(most, oldest)| agreement > most || (agreement == most && *number < oldest);
            if agreement >= ALIKE && best.is_none_or(better) {
                best = Some((agreement, *number));
            }
        }
        let (_, number) = best?;
        Some((number, self.groups.get(number as usize)?))
    }

    fn add(&mut self, writing: &Writing) {
        let found = self.alike(&writing.fingerprint).map(|(number, _)| number);
        let number = match found {
            Some(number) => number,
            None => self.open(writing),
        };
        let new = self.known.insert((number, writing.conversation));
        let Some(group) = self.groups.get_mut(number as usize) else { return };
        group.conversations += u32::from(new);
        if writing.first_at < group.written_at {
            (group.author, group.written_at) = (writing.person, writing.first_at);
        }
    }

    /// A new group, and its number.
    fn open(&mut self, writing: &Writing) -> u32 {
        let number = u32::try_from(self.groups.len()).unwrap_or(u32::MAX);
        self.groups.push(Group {
            fingerprint: writing.fingerprint,
            author: writing.person,
            written_at: writing.first_at,
            conversations: 0,
        });
        for (place, part) in self.places.iter_mut().zip(writing.fingerprint.0) {
            place.entry(part).or_insert(number);
        }
        number
    }
}

#[cfg(test)]
mod tests {
    use model::Named as _;

    use super::*;

    /// (person, conversation, first, last, open, fingerprint) → marks, in words.
    fn marks(rows: &[(u32, u32, i64, i64, bool, Fingerprint)]) -> Vec<String> {
        let mut repeats = Repeats::default();
        let next = |row: &(u32, u32, i64, i64, bool, Fingerprint)| {
            let (person, conversation, first, last, open, fingerprint) = *row;
            let audience = if open { AudienceId::EVERYONE } else { AudienceId::from_raw(2) };
            let (first_at, last_at) = (Timestamp::from_millis(first), Timestamp::from_millis(last));
            let set =
                repeats.next(Writing { fingerprint, person, conversation, first_at, last_at, audience });
            set.iter().map(Mark::as_str).collect::<Vec<_>>().join("+")
        };
        rows.iter().map(next).collect()
    }

    const A: Fingerprint = Fingerprint([1, 2, 3, 4, 5, 6, 7, 8]);
    const NEAR_A: Fingerprint = Fingerprint([1, 2, 3, 4, 5, 6, 70, 80]);
    const FAR_FROM_A: Fingerprint = Fingerprint([1, 2, 3, 4, 50, 60, 70, 80]);

    #[test]
    fn words_of_three_earlier_conversations_are_canned() {
        let rows = [(0, 0, 1, 1, true, A), (0, 1, 2, 2, true, NEAR_A), (0, 2, 3, 3, true, A)];
        assert_eq!(marks(&rows), ["", "", ""]);
        let with = |row| marks(&[rows.as_slice(), &[row]].concat()).pop().unwrap();
        assert_eq!(with((0, 3, 4, 4, true, A)), "canned");
        assert_eq!(with((0, 3, 4, 4, true, FAR_FROM_A)), "");
        assert_eq!(with((0, 2, 4, 4, true, A)), "", "two other conversations");
        assert_eq!(with((0, 3, 3, 3, true, A)), "", "at the same time as the third");
    }

    #[test]
    fn who_wrote_the_same_after_somebody_else_copied() {
        assert_eq!(marks(&[(0, 0, 1, 1, true, A), (1, 1, 2, 2, true, NEAR_A)]), ["", "copied"]);
        assert_eq!(marks(&[(0, 0, 1, 1, true, A), (0, 1, 2, 2, true, A)]), ["", ""]);
        // Who wrote first is the author, however late their document is complete.
        assert_eq!(marks(&[(1, 1, 5, 6, true, A), (0, 0, 1, 9, true, A)]), ["", ""]);
        let back = [(0, 0, 1, 1, true, A), (1, 1, 2, 2, true, A), (0, 2, 3, 3, true, A)];
        assert_eq!(marks(&back), ["", "copied", ""], "the author repeats it");
    }

    #[test]
    fn hidden_documents_change_nothing_and_are_compared_with_open_ones() {
        let rows = [(0, 0, 1, 1, false, A), (1, 1, 2, 2, true, A), (2, 2, 3, 3, false, A)];
        assert_eq!(marks(&rows), ["", "", "copied"]);
    }

    #[test]
    fn a_hundred_thousand_documents_take_no_time_to_speak_of() {
        let mut repeats = Repeats::default();
        let start = std::time::Instant::now();
        for n in 0..100_000_u32 {
            // Every other one is boilerplate.
            let part =
                |place: u32| if n % 2 == 0 { place } else { (n * 8 + place).wrapping_mul(2_654_435_769) };
            let at = Timestamp::from_millis(i64::from(n));
            repeats.next(Writing {
                fingerprint: Fingerprint([0, 1, 2, 3, 4, 5, 6, 7].map(part)),
                person: n % 1_000,
                conversation: n,
                first_at: at,
                last_at: at,
                audience: AudienceId::EVERYONE,
            });
        }
        let taken = start.elapsed();
        assert!(taken < std::time::Duration::from_secs(5), "{taken:?}");
    }

    #[test]
    fn later_documents_change_no_earlier_marks() {
        let rows: Vec<_> = (0..40_u32)
            .map(|n| {
                (
                    n % 3,
                    n % 7,
                    i64::from(n / 2),
                    i64::from(n),
                    n % 5 != 0,
                    [A, NEAR_A, FAR_FROM_A][n as usize % 3],
                )
            })
            .collect();
        let all = marks(&rows);
        for cut in 0..rows.len() {
            assert_eq!(marks(&rows[..cut]), all[..cut]);
        }
    }
}
