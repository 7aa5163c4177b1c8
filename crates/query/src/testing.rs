//! Small tables and units for tests.

use index::lexical::ScoreConfig;
use index::{Admission, DocumentTable, Row, Store};
use model::{
    ContainerId, ConversationId, Document, MarkSet, MessageId, PersonId, Reader, Role, RoleSet, Timestamp,
    Visibility,
};

use crate::confidence::{AnswerModel, PersonModel};
use crate::rank::{Feature, Model, Models};
use crate::retrieve::Unit;
use crate::{ChannelWeights, ConfidenceConfig, Config, MarkWeights, RankConfig, RetrieveConfig, RoleWeights};

pub(crate) fn rank_config() -> RankConfig {
    RankConfig {
        score_power: 1.5,
        cosine_power: 3.0,
        evidence_half_life_days: 365.0,
        activity_half_life_days: 60.0,
        roles: RoleWeights {
            answered: 1.0,
            resolved: 1.2,
            assigned: 0.4,
            announced: 0.3,
            referred: 0.4,
            asked: 0.0,
            credit_bonus: 0.25,
        },
        marks: MarkWeights { slight: 0.5, idle: 0.1, failed: 0.2, silent: 0.1, repeated: 0.1 },
        models: Models::new(&Model::of([(Feature::Shown, 1.0)]), helps(), helps()),
        candidates: 200,
        spread: 0.0,
    }
}

/// The weights of who will help now.
pub(crate) fn helps() -> Model {
    Model::of([
        (Feature::Votes, 1.0),
        (Feature::Near, 0.5),
        (Feature::Conversations, 0.5),
        (Feature::ChannelVotes, 1.0),
        (Feature::ChannelAnswers, 0.5),
        (Feature::Credited, 0.5),
    ])
}

/// What the strongest person adds, and no more.
pub(crate) const CONFIDENCE: ConfidenceConfig = ConfidenceConfig {
    about_from: 0.35,
    name_from: 0.5,
    show_from: 0.1,
    medium_from: 0.3,
    high_from: 0.7,
    person: PersonModel { bias: -2.0, weights: [1.0, 1.0, 1.0, 1.0, 1.0, -1.0, -0.5, -1.0, -1.0] },
    known: AnswerModel { bias: -1.0, weights: [1.0, 1.0, 1.0] },
    answered: AnswerModel { bias: 0.0, weights: [1.0, 0.0, 0.0] },
};

/// Everything.
pub(crate) fn config() -> Config {
    let lexical = ScoreConfig { k1: 0.9, b: 0.4, posting_budget: 300_000, min_terms: 8 };
    Config {
        retrieve: RetrieveConfig { lexical, question_weight: 2.0, lexical_pool: 300, dense_pool: 300 },
        rank: rank_config(),
        confidence: CONFIDENCE,
        channels: ChannelWeights { words: 1.0, meaning: 1.0, busy: 0.05 },
    }
}

/// The day after the last document of a table.
pub(crate) fn now() -> Timestamp {
    Timestamp::from_millis(1_800_000_000_000)
}

/// A table with one row for each (person, roles, container), one a day, the newest last.
pub(crate) fn table(rows: &[(&str, &[Role], &str)]) -> DocumentTable {
    let store = Store::in_memory().unwrap();
    let mut containers: Vec<&str> = rows.iter().map(|(_, _, container)| *container).collect();
    containers.sort_unstable();
    containers.dedup();
    for container in containers {
        let id = ContainerId::new(container).unwrap();
        let mut sync = store.sync_documents(&id).unwrap();
        for (number, (person, roles, _)) in (0_i64..).zip(rows).filter(|(_, row)| row.2 == container) {
            let days_ago = i64::try_from(rows.len()).unwrap() - number;
            let at = Timestamp::from_millis(now().as_millis() - days_ago * 86_400_000);
            let document = Document {
                conversation: ConversationId::new(format!("{container}/{number}")).unwrap(),
                container: id.clone(),
                person: PersonId::new(*person).unwrap(),
                own: String::new(),
                question: String::new(),
                roles: roles.iter().copied().collect::<RoleSet>(),
                marks: MarkSet::EMPTY,
                asker: None,
                fingerprint: None,
                own_answers: 0,
                reactions: 0,
                first_at: at,
                last_at: at,
                visibility: Visibility::Everyone,
                messages: vec![MessageId::new(format!("chat:m{number}")).unwrap()],
                permalink: None,
            };
            sync.put(&document, model::AudienceId::EVERYONE, None).unwrap();
        }
        sync.finish().unwrap();
    }
    DocumentTable::load(&store, "none", &mut |_, _, _| Ok(())).unwrap()
}

/// What anyone may be answered from, now.
pub(crate) fn admission(table: &DocumentTable) -> Admission {
    table.admission(Reader::anyone().mask(&model::AudienceTable::new()), now())
}

/// A unit in the lexical pool.
pub(crate) fn unit(
    table: &DocumentTable,
    row: u32,
    lexical: f32,
    coverage: f32,
    cosine: Option<f32>,
) -> Unit {
    let row = table.show(Row(row), &admission(table)).unwrap();
    let (own, question) = (lexical / 2.0, lexical / 2.0);
    Unit { row, lexical, own, question, coverage, cosine, in_lexical_pool: lexical > 0.0 }
}
