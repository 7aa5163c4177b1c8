//! Where to ask when nobody is named, held against the channel in which each question was asked.

use query::explain::Place;
use rayon::prelude::*;

use super::{Exam, Item};
use crate::{Finder, Search};

/// How often the right channel was offered, when the question's channel is not told.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct ChannelHits {
    /// Questions whose channel is known, and not the only one.
    pub n_questions: usize,
    /// Share of these whose channel comes first.
    pub first: f64,
    /// Share whose channel is among the first three.
    pub first_three: f64,
    /// The same two of the channels with most recent answers, whatever the question.
    pub busiest_first: f64,
    /// See above.
    pub busiest_first_three: f64,
}

impl ChannelHits {
    /// Asks each question for a channel; `None` where there is nothing to choose from. A search that fails counts
    /// nothing. Costs one retrieval and three passes over the documents for each question.
    pub(super) fn of(finder: &Finder, exam: &Exam, items: &[&Item]) -> Option<Self> {
        let all: Vec<Option<[bool; 4]>> = items.par_iter().map(|item| hits(finder, exam, item)).collect();
        let hits: Vec<[bool; 4]> = all.into_iter().flatten().collect();
        let share = |place: usize| hits.iter().filter(|hit| hit[place]).count() as f64 / hits.len() as f64;
        (!hits.is_empty()).then(|| Self {
            n_questions: hits.len(),
            first: share(0),
            first_three: share(1),
            busiest_first: share(2),
            busiest_first_three: share(3),
        })
    }
}

/// Whether the channel is first, and among the first three; the same of the busiest channels.
fn hits(finder: &Finder, exam: &Exam, item: &Item) -> Option<[bool; 4]> {
    let search = exam.search(&item.test);
    // Empty where the channel is not known, or the only one.
    let right = finder.scope(&search).channel.containers;
    if right.is_empty() {
        return None;
    }
    let mut places = finder.channels_for(&Search { channel: None, ..search }).ok()?;
    let within = |places: &[Place], n: usize| places.iter().take(n).any(|p| right.contains(&p.container));
    let (first, three) = (within(&places, 1), within(&places, 3));
    places.sort_by(|a, b| b.busy.total_cmp(&a.busy).then(a.container.cmp(&b.container)));
    Some([first, three, within(&places, 1), within(&places, 3)])
}
