//! What is known of each candidate for a question.

use index::{Admission, DocumentTable, Row};
use model::{Role, Timestamp};

use crate::RankConfig;
use crate::config::is_credited;
use crate::retrieve::{Pool, Unit};

/// What is known of one person for one question; every number is at least 0.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Features {
    /// The person's number in the document table.
    pub person: u32,
    /// Votes of the best lexical documents, CombSUM (Macdonald & Ounis 2006) of score^power × role × recency.
    pub topical: f64,
    /// Votes of the nearest documents, the same with cosines.
    pub dense: f64,
    /// Different conversations among the best lexical documents.
    pub breadth: f64,
    /// Lexical votes of documents in the channel of the question.
    pub channel_topical: f64,
    /// Answers in that channel, each counting half after every activity half-life.
    pub channel_activity: f64,
    /// Lexical votes of documents that were thanked for, accepted or resolved.
    pub credited: f64,
}

/// The containers that count as the question's channel.
#[derive(Debug, Clone, Default)]
pub struct Channel {
    /// Numbers of the containers in the document table.
    pub containers: Vec<u32>,
}

/// Recency of a document: ½ for every half-life between it and the question, at most 1.
fn recency(at: Timestamp, now: Timestamp, half_life_days: f64) -> f64 {
    (-now.days_since(at).max(0.0) / half_life_days).exp2()
}

/// What a question is ranked in: the index, the asker's rights and channel, the time.
#[expect(missing_debug_implementations, reason = "it holds a closure")]
pub struct Circumstances<'a> {
    /// Columns of the documents.
    pub table: &'a DocumentTable,
    /// Where the question is asked.
    pub channel: &'a Channel,
    /// What it may be answered from.
    pub admission: &'a Admission,
    /// Its time.
    pub now: Timestamp,
    /// Who is no candidate, by the person's number (the asker, bots).
    pub skip: &'a dyn Fn(u32) -> bool,
    /// Weights and half-lives.
    pub config: &'a RankConfig,
}

/// Collects the features of everybody whom a readable document credits, by person number.
/// Costs one pass over the pool and, where the question has a channel, one over the rows.
pub fn features(pool: &Pool, circumstances: &Circumstances<'_>) -> Vec<Features> {
    let Circumstances { table, channel, config, .. } = circumstances;
    let mut people = People(vec![None; table.people.len()]);
    for unit in &pool.units {
        let row = unit.row.get().at();
        let in_channel = channel.containers.contains(&table.container[row]);
        if !unit.in_lexical_pool && !in_channel && unit.cosine.is_none() {
            continue;
        }
        let (person, roles) = (table.person[row], table.roles[row]);
        let vote = f64::from(config.roles.vote(roles));
        if vote <= 0.0 || (circumstances.skip)(person) {
            continue;
        }
        let age = recency(table.last_at[row], circumstances.now, config.evidence_half_life_days);
        let ballot = Ballot { vote: vote * age, in_channel, credited: is_credited(roles) };
        people.of(person).add(unit, &ballot, config);
    }
    if !channel.containers.is_empty() {
        add_activity(&mut people, circumstances);
    }
    people.0.into_iter().flatten().collect()
}

/// What one document's vote is worth, and where it counts besides.
struct Ballot {
    /// Role weight × recency.
    vote: f64,
    in_channel: bool,
    credited: bool,
}

/// Features by the person's number; `None` for whom nothing votes.
struct People(Vec<Option<Features>>);

impl People {
    fn of(&mut self, person: u32) -> &mut Features {
        let place = person as usize;
        if place >= self.0.len() {
            self.0.resize(place + 1, None);
        }
        self.0[place].get_or_insert(Features { person, ..Features::default() })
    }
}

impl Features {
    fn add(&mut self, unit: &Unit, ballot: &Ballot, config: &RankConfig) {
        let lexical = f64::from(unit.lexical.powf(config.score_power)) * ballot.vote;
        if unit.in_lexical_pool {
            self.topical += lexical;
            // A person has one document a conversation, so documents are conversations.
            self.breadth += 1.0;
            if ballot.credited {
                self.credited += lexical;
            }
        }
        if ballot.in_channel {
            self.channel_topical += lexical;
        }
        if let Some(cosine) = unit.cosine {
            self.dense += 100.0 * f64::from(cosine.max(0.0).powf(config.cosine_power)) * ballot.vote;
        }
    }
}

fn add_activity(people: &mut People, circumstances: &Circumstances<'_>) {
    let Circumstances { table, channel, admission, .. } = circumstances;
    let answered = |row: Row| {
        let roles = table.roles[row.at()];
        roles.contains(Role::Answered) || roles.contains(Role::Resolved)
    };
    for row in table.all().take(admission.rows_before()) {
        if !channel.containers.contains(&table.container[row.at()]) || !answered(row) {
            continue;
        }
        let person = table.person[row.at()];
        if (circumstances.skip)(person) || !table.admits(row, admission) {
            continue;
        }
        let half_life = circumstances.config.activity_half_life_days;
        people.of(person).channel_activity += recency(table.last_at[row.at()], circumstances.now, half_life);
    }
}
