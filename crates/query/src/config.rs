//! What ranking is told: every number has its value in `config/default.toml` and nowhere else.

use index::lexical::ScoreConfig;
use model::{Mark, MarkSet, Role, RoleSet};

use crate::confidence::{AnswerModel, PersonModel};
use crate::rank::{Feature, Model, Models, Place, View};

/// Everything the crate is told.
#[derive(Debug, Clone)]
pub struct Config {
    /// Finding documents.
    pub retrieve: RetrieveConfig,
    /// Ranking people.
    pub rank: RankConfig,
    /// Saying how sure that is.
    pub confidence: ConfidenceConfig,
    /// Where to ask when nobody is named.
    pub channels: ChannelWeights,
}

/// Finding documents.
#[derive(Debug, Clone)]
pub struct RetrieveConfig {
    /// BM25 and its budget.
    pub lexical: ScoreConfig,
    /// Weight of the question-answered field beside a person's own words (1 each: 1.0).
    pub question_weight: f32,
    /// How many of the best lexical documents vote.
    pub lexical_pool: usize,
    /// How many of the nearest documents vote.
    pub dense_pool: usize,
}

/// Ranking people.
#[derive(Debug, Clone)]
pub struct RankConfig {
    /// Exponent on a document's lexical score before votes are summed (1: CombSUM).
    pub score_power: f32,
    /// Exponent on a document's cosine before votes are summed.
    pub cosine_power: f32,
    /// Evidence this old counts half, in days.
    pub evidence_half_life_days: f64,
    /// Activity this old counts half, in days.
    pub activity_half_life_days: f64,
    /// What a role is worth.
    pub roles: RoleWeights,
    /// What marks leave of a vote.
    pub marks: MarkWeights,
    /// What each feature weighs, in each view.
    pub models: Models,
    /// How many people are compared with each other.
    pub candidates: usize,
    /// λ of the part "spread", at least 0: −λ × z(log(1 + load)), load being the answers that somebody gave
    /// lately (half-life 90 days) in all channels that the asker may read. Only in [`View::Helps`], and only
    /// where a search asks for it.
    pub spread: f64,
    /// The same where a search prefers those who know and are seldom asked, at least 0.
    pub hidden_gems: f64,
}

impl RankConfig {
    /// The model of a view, with λ as the weight of spread: 0 is none.
    pub fn model(&self, view: View, place: Place, lambda: f64) -> Model {
        let model = self.models.of(view, place);
        let weight = if view == View::Helps { -lambda } else { 0.0 };
        model.with(Feature::Load, weight)
    }
}

/// What a role is worth as a vote; a document counts with its strongest role.
#[derive(Debug, Clone)]
pub struct RoleWeights {
    /// Wrote an answer.
    pub answered: f32,
    /// Closed it as done.
    pub resolved: f32,
    /// Had it, not done.
    pub assigned: f32,
    /// Announced something nobody answered.
    pub announced: f32,
    /// Somebody sent the asker to them.
    pub referred: f32,
    /// Asked: interest, not expertise.
    pub asked: f32,
    /// What thanks, acceptance or resolution add, as a factor on top (0.25: a quarter more).
    pub credit_bonus: f32,
}

/// What is left of a vote, 0 to 1, where the words show less than their role says. The smallest counts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MarkWeights {
    /// Little was said: neither substance, nor confirmed.
    pub slight: f32,
    /// Same trouble, no idea, a question back, moving it along.
    pub idle: f32,
    /// It did not help.
    pub failed: f32,
    /// Closed what others solved.
    pub silent: f32,
    /// Boilerplate, or somebody else's words.
    pub repeated: f32,
}

impl MarkWeights {
    /// What is left of a document's vote.
    pub fn rest(&self, roles: RoleSet, marks: MarkSet) -> f32 {
        let mut rest = 1.0_f32;
        let confirmed = is_confirmed(roles, marks);
        if !marks.contains(Mark::Substantive) && !confirmed && roles.contains(Role::Answered) {
            rest = rest.min(self.slight);
        }
        if is_idle(marks) && !confirmed {
            rest = rest.min(self.idle);
        }
        if marks.contains(Mark::Failed) {
            rest = rest.min(self.failed);
        }
        if marks.contains(Mark::Silent) || (roles.contains(Role::Resolved) && !roles.contains(Role::Answered))
        {
            rest = rest.min(self.silent);
        }
        if is_repeated(marks) {
            rest = rest.min(self.repeated);
        }
        rest
    }
}

/// Whether the asker, or whoever may accept an answer, confirmed the person's own words.
pub(crate) fn is_confirmed(roles: RoleSet, marks: MarkSet) -> bool {
    (roles.contains(Role::Thanked) || roles.contains(Role::Accepted) || marks.contains(Mark::Confirmed))
        && !marks.contains(Mark::Failed)
}

/// Whether the words show nothing of know-how.
pub(crate) fn is_idle(marks: MarkSet) -> bool {
    [Mark::Declined, Mark::MeToo, Mark::Routine, Mark::AsksBack].into_iter().any(|mark| marks.contains(mark))
        && !marks.contains(Mark::Substantive)
}

/// Whether the words were written before, by somebody else or several times.
pub(crate) fn is_repeated(marks: MarkSet) -> bool {
    marks.contains(Mark::Copied) || marks.contains(Mark::Canned)
}

/// When to name somebody, and how sure to sound.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ConfidenceConfig {
    /// Strength from which a document counts as being about the question.
    pub about_from: f32,
    /// What stands in for the cosine of a document where nothing is compared by meaning (no encoder, or none that
    /// answers): for one that holds nothing of the question, and what is added for one that holds all of it.
    pub uncompared_cosine: [f32; 2],
    /// Nobody is named if the probability that somebody here can answer is lower.
    pub name_from: f64,
    /// In "who knows", a person is not named if the probability that they can answer is lower.
    pub show_from: f64,
    /// In [`View::Knows`](crate::rank::View::Knows), nobody is named who last showed know-how about the question
    /// more days than this before somebody else who is.
    pub lapsed_days: f64,
    /// Probability from which a person is at least "medium".
    pub medium_from: f64,
    /// Probability from which a person is "high".
    pub high_from: f64,
    /// Whether a person can answer.
    pub person: PersonModel,
    /// Whether somebody here can answer.
    pub known: AnswerModel,
    /// If so, whether one of the first five is among those who then did.
    pub answered: AnswerModel,
}

/// What speaks for asking in a channel: see [`crate::explain::Place`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ChannelWeights {
    /// Weight of its share of the votes by words.
    pub words: f64,
    /// Weight of its share of the votes by meaning.
    pub meaning: f64,
    /// Weight of its share of recent answers.
    pub busy: f64,
}

impl RoleWeights {
    /// The vote of a document with these roles: its strongest role, and the bonus if it was acknowledged.
    pub fn vote(&self, roles: RoleSet) -> f32 {
        let weight = |role: Role| match role {
            Role::Answered => self.answered,
            Role::Resolved => self.resolved,
            Role::Assigned => self.assigned,
            Role::Announced => self.announced,
            Role::Referred => self.referred,
            Role::Asked => self.asked,
            // Marks on an answer, not ways of taking part: they count through the bonus.
            Role::Thanked | Role::Accepted => 0.0,
        };
        let strongest = roles.iter().map(weight).fold(0.0, f32::max);
        if roles.is_acknowledged() { strongest * (1.0 + self.credit_bonus) } else { strongest }
    }
}
