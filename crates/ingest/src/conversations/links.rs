//! Messages that the source itself ties together, and mails of one subject.

use std::collections::HashMap;

use model::{ConversationId, SourceName};

use super::subject::Subject;
use super::{Config, MessageHead};
use crate::people::union::UnionFind;

const DAY_MILLIS: i64 = 86_400_000;

/// Messages that belong together by what the source says of them.
#[derive(Debug)]
pub(super) struct Group<'a> {
    /// The source's own conversation.
    pub(super) native: Option<ConversationId>,
    /// Oldest first.
    pub(super) members: Vec<&'a MessageHead>,
}

/// Sets of messages while they are being joined. Members are numbered in the order of time; numbers beyond
/// them stand for messages that are referred to but not here.
#[derive(Debug)]
pub(super) struct Groups<'a> {
    heads: &'a [&'a MessageHead],
    rows: HashMap<&'a str, usize>,
    sets: UnionFind,
    /// The native conversation of a set, at its smallest member.
    natives: Vec<Option<ConversationId>>,
}

impl<'a> Groups<'a> {
    /// Every message in a set of its own; `heads` are in the order of time.
    pub(super) fn new(heads: &'a [&'a MessageHead]) -> Self {
        let mut rows: HashMap<&str, usize> = HashMap::with_capacity(heads.len());
        for (row, head) in heads.iter().enumerate() {
            rows.insert(head.id.as_str(), row);
        }
        let mut count = heads.len();
        for parent in heads.iter().flat_map(|head| &head.reply_to) {
            rows.entry(parent.as_str()).or_insert_with(|| {
                count += 1;
                count - 1
            });
        }
        Self { heads, rows, sets: UnionFind::new(count), natives: vec![None; count] }
    }

    /// Joins the messages of each native conversation.
    pub(super) fn join_native(&mut self) {
        let mut first_of: HashMap<ConversationId, usize> = HashMap::new();
        let mut order: Vec<(ConversationId, usize)> = Vec::new();
        for (row, head) in self.heads.iter().enumerate() {
            let Some(native) = native_of(head) else { continue };
            if let Some(first) = first_of.get(&native) {
                self.sets.union(*first, row);
                continue;
            }
            first_of.insert(native.clone(), row);
            order.push((native, row));
        }
        for (native, row) in order {
            let root = self.sets.find(row);
            self.natives[root] = Some(native);
        }
        // The message that a conversation is named after belongs to it even if it does not say so:
        // else two conversations would bear one name.
        for (row, head) in self.heads.iter().enumerate() {
            let Ok(named) = ConversationId::new(head.id.as_str()) else { continue };
            if let Some(first) = first_of.get(&named).filter(|_| native_of(head).is_none()) {
                self.join(*first, row);
            }
        }
    }

    /// Joins each message with those it answers, nearest first.
    pub(super) fn join_replies(&mut self) {
        let heads = self.heads;
        for (row, head) in heads.iter().enumerate() {
            for parent in head.reply_to.iter().rev() {
                if let Some(parent) = self.rows.get(parent.as_str()).copied() {
                    self.join(row, parent);
                }
            }
        }
    }

    /// Joins mails that say `Re:` and refer to nothing with the latest mail of their subject.
    pub(super) fn join_subjects(&mut self, config: &Config) {
        let longest = i64::from(config.subject_days) * DAY_MILLIS;
        let heads = self.heads;
        let mut latest_of: HashMap<String, usize> = HashMap::new();
        let mut last_at: HashMap<usize, i64> = HashMap::new();
        for (row, head) in heads.iter().enumerate() {
            let at = head.at.as_millis();
            let subject = head.subject.as_deref().filter(|_| native_of(head).is_none()).map(Subject::parse);
            if let Some(subject) = subject.filter(Subject::identifies) {
                if subject.reply && head.reply_to.is_empty() {
                    let known = latest_of.get(&subject.normalized).copied();
                    let recent = known.filter(|earlier| {
                        let last = last_at.get(&self.sets.find(*earlier)).copied();
                        last.is_some_and(|last| at.saturating_sub(last) <= longest)
                    });
                    if let Some(earlier) = recent {
                        self.join(row, earlier);
                    }
                }
                latest_of.insert(subject.normalized, row);
            }
            last_at.insert(self.sets.find(row), at);
        }
    }

    /// Joins two sets, unless they are two different native conversations.
    fn join(&mut self, left: usize, right: usize) {
        let (left, right) = (self.sets.find(left), self.sets.find(right));
        if left == right || (self.natives[left].is_some() && self.natives[right].is_some()) {
            return;
        }
        let native = self.natives[left].take().or_else(|| self.natives[right].take());
        let root = self.sets.union(left, right);
        self.natives[root] = native;
    }

    /// The sets, members oldest first, in the order of their first members.
    pub(super) fn finish(mut self) -> Vec<Group<'a>> {
        let mut group_of: HashMap<usize, usize> = HashMap::new();
        let mut groups: Vec<Group<'a>> = Vec::new();
        for (row, head) in self.heads.iter().enumerate() {
            let root = self.sets.find(row);
            let group = *group_of.entry(root).or_insert(groups.len());
            if group == groups.len() {
                groups.push(Group { native: self.natives[root].take(), members: Vec::new() });
            }
            if let Some(group) = groups.get_mut(group) {
                group.members.push(head);
            }
        }
        groups
    }
}

/// The id of the conversation that the source names for a message.
fn native_of(head: &MessageHead) -> Option<ConversationId> {
    let native = head.native_conversation.as_deref()?;
    let source = SourceName::new(head.id.source()).ok()?;
    ConversationId::from_native(&source, native).ok()
}
