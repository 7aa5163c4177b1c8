//! The options that this crate's tests and those of the crates above it rank small collections by.

use index::lexical::ScoreConfig;

use crate::confidence::{AnswerModel, PersonModel};
use crate::rank::{Feature, Model, Models};
use crate::{ChannelWeights, ConfidenceConfig, Config, MarkWeights, RankConfig, RetrieveConfig, RoleWeights};

/// How small tables are ranked.
pub fn rank_config() -> RankConfig {
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
        hidden_gems: 0.0,
    }
}

/// The weights of who will help now.
pub fn helps() -> Model {
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
pub const CONFIDENCE: ConfidenceConfig = ConfidenceConfig {
    about_from: 0.35,
    uncompared_cosine: [0.34, 0.3],
    name_from: 0.5,
    show_from: 0.1,
    lapsed_days: 365.0,
    medium_from: 0.3,
    high_from: 0.7,
    person: PersonModel { bias: -2.0, weights: [1.0, 1.0, 1.0, 1.0, 1.0, -1.0, -0.5, -1.0, -1.0] },
    known: AnswerModel { bias: -1.0, weights: [1.0, 1.0, 1.0, 1.0] },
    answered: AnswerModel { bias: 0.0, weights: [1.0, 0.0, 0.0, 0.0] },
};

/// Everything.
pub fn config() -> Config {
    let lexical = ScoreConfig { k1: 0.9, b: 0.4, posting_budget: 300_000, min_terms: 8 };
    Config {
        retrieve: RetrieveConfig { lexical, question_weight: 2.0, lexical_pool: 300, dense_pool: 300 },
        rank: rank_config(),
        confidence: CONFIDENCE,
        channels: ChannelWeights { words: 1.0, meaning: 1.0, busy: 0.05 },
    }
}
