//! The marks of a document: what the person's words, and the asker's after them, show.
//!
//! Decision: a mark rests only on turns that everybody who may read the document may read, and that were
//! written no later than the document's own time. So what is hidden marks nothing, and a view of the past
//! holds no mark of the future. The price is a mark that is missed in a conversation of mixed rights.

use std::collections::{BTreeMap, BTreeSet};

use model::{Mark, MarkSet, PersonId, Role, RoleSet, Timestamp, Visibility};

use super::opening::Opening;
use super::said::Said;
use super::turns::{Speaker, Turn};
use super::verdict::Verdict;

/// What all documents of a conversation are read off.
pub(super) struct Scene<'s, 'a> {
    /// The turns, in order.
    pub(super) turns: &'s [Turn<'a>],
    /// How it opens.
    pub(super) opening: &'s Opening<'a>,
    /// Who may read each turn.
    pub(super) readers: &'s dyn Fn(usize) -> Visibility,
}

impl<'s, 'a> Scene<'s, 'a> {
    /// Sets the scene.
    pub(super) fn new(
        turns: &'s [Turn<'a>],
        opening: &'s Opening<'a>,
        readers: &'s dyn Fn(usize) -> Visibility,
    ) -> Self {
        Self { turns, opening, readers }
    }

    /// What the turn in that row does.
    fn said(&self, row: usize) -> Said {
        self.turns.get(row).map_or(Said::Nothing, Turn::said)
    }

    /// Whether a turn answers with substance, and is not the opener's.
    fn answers(&self, row: usize) -> bool {
        let by_opener = self.turns.get(row).is_none_or(|turn| self.opening.opener == Some(turn.speaker));
        !by_opener && row != self.opening.root() && self.said(row) == Said::Substantive
    }

    fn speaker(&self, row: usize) -> Option<Speaker<'a>> {
        self.turns.get(row).map(|turn| turn.speaker)
    }

    /// Whether everybody in `all` may read the turn.
    fn shown_to(&self, all: &Visibility, row: usize) -> bool {
        all.and(&(self.readers)(row)) == *all
    }
}

/// What the asker said of a person's answers, by the row it stands in.
#[derive(Debug, Default)]
pub(super) struct Heard(BTreeMap<usize, Verdict>);

impl Heard {
    /// Notes what was said in a row.
    pub(super) fn note(&mut self, row: usize, verdict: Verdict) {
        self.0.insert(row, verdict);
    }

    /// Rows, besides those of thanks, that a mark will rest on: that it worked, and that it did not help
    /// without anything later that takes that back. Only rows that everybody in `all` may read.
    pub(super) fn rows(&self, scene: &Scene<'_, '_>, all: &Visibility) -> BTreeSet<usize> {
        let shown = |row: &usize| scene.shown_to(all, *row);
        let confirmed = self.0.iter().filter(|(_, verdict)| verdict.confirms).map(|(row, _)| *row);
        confirmed.chain(self.failed()).filter(shown).collect()
    }

    /// The last row that says that it did not help, if nothing later says that it did.
    fn failed(&self) -> Option<usize> {
        let (row, verdict) = self.0.last_key_value()?;
        verdict.fails.then_some(*row)
    }
}

/// A document on its way to its marks.
pub(super) struct Marked<'m> {
    /// Who it credits.
    pub(super) person: &'m PersonId,
    /// As what.
    pub(super) roles: RoleSet,
    /// Their own turns, ascending.
    pub(super) own: &'m [usize],
    /// Turns that it rests on.
    pub(super) used: &'m BTreeSet<usize>,
    /// What the asker said of it.
    pub(super) heard: &'m Heard,
    /// Who may read it.
    pub(super) visibility: &'m Visibility,
    /// Its time.
    pub(super) last_at: Timestamp,
}

impl Marked<'_> {
    /// The marks.
    pub(super) fn marks(&self, scene: &Scene<'_, '_>) -> MarkSet {
        let has = |role| self.roles.contains(role);
        if has(Role::Asked) || has(Role::Announced) {
            let question = has(Role::Asked) && scene.opening.real;
            return question.then_some(Mark::Question).into_iter().collect();
        }
        let said: BTreeSet<Said> =
            self.own.iter().map(|row| scene.said(*row)).filter(|said| *said != Said::Nothing).collect();
        let substantive = said.contains(&Said::Substantive);
        let only = |all: &[Said]| !substantive && said.iter().all(|one| all.contains(one));
        let tried = substantive || said.contains(&Said::Short);
        let processes = said.contains(&Said::Routine) && only(&[Said::Routine, Said::AsksBack]);
        let heard = |wanted: fn(&Verdict) -> bool| {
            self.heard.0.iter().any(|(row, verdict)| self.used.contains(row) && wanted(verdict))
        };
        [
            (Mark::Substantive, substantive),
            (Mark::First, substantive && self.first(scene)),
            (Mark::Closing, substantive && self.closing(scene)),
            (Mark::Confirmed, heard(|verdict| verdict.confirms)),
            (Mark::Failed, tried && self.heard.failed().is_some_and(|row| self.used.contains(&row))),
            (Mark::Declined, !substantive && said.contains(&Said::Declines)),
            (Mark::MeToo, !substantive && said.contains(&Said::MeToo)),
            (Mark::Silent, has(Role::Resolved) && !tried && self.others_answered(scene)),
            (Mark::Routine, processes),
            (Mark::AsksBack, said.contains(&Said::AsksBack) && only(&[Said::AsksBack])),
        ]
        .into_iter()
        .filter_map(|(mark, there)| there.then_some(mark))
        .collect()
    }

    /// Whether a mark may rest on that turn.
    fn sees(&self, scene: &Scene<'_, '_>, row: usize) -> bool {
        let old_enough = scene.turns.get(row).is_some_and(|turn| turn.written_at() <= self.last_at);
        old_enough && (self.used.contains(&row) || scene.shown_to(self.visibility, row))
    }

    fn is_mine(&self, scene: &Scene<'_, '_>, row: usize) -> bool {
        scene.speaker(row) == Some(Speaker::Person(self.person))
    }

    /// Whether the first answer of substance is the person's.
    fn first(&self, scene: &Scene<'_, '_>) -> bool {
        let mut rows = 0..scene.turns.len();
        let first = rows.find(|row| scene.answers(*row) && self.sees(scene, *row));
        first.is_some_and(|row| self.is_mine(scene, row))
    }

    /// Whether the last answer of substance before one of the asker's acknowledgements is the person's, or
    /// one of theirs was accepted.
    fn closing(&self, scene: &Scene<'_, '_>) -> bool {
        let accepted = |row: &usize| {
            scene.answers(*row) && scene.turns.get(*row).is_some_and(|turn| turn.message.accepted)
        };
        let good =
            self.heard.0.iter().filter(|(_, verdict)| (verdict.thanks || verdict.confirms) && !verdict.fails);
        let mut acknowledged = good.map(|(row, _)| *row).filter(|row| self.used.contains(row));
        acknowledged.any(|row| {
            let last = (0..row).rev().find(|row| scene.answers(*row) && self.sees(scene, *row));
            last.is_some_and(|row| self.is_mine(scene, row))
        }) || self.own.iter().any(accepted)
    }

    /// Whether somebody else wrote an answer of substance.
    fn others_answered(&self, scene: &Scene<'_, '_>) -> bool {
        (0..scene.turns.len())
            .any(|row| scene.answers(row) && !self.is_mine(scene, row) && self.sees(scene, row))
    }
}
