//! The flags of every command that asks one question, and of those that narrow its answer.

use clap::Args;
use engine::{Filters, Search};
use model::{AccountKey, Timestamp};

use super::View;

/// One question: who asks it, where, and as of when.
#[derive(Debug, Args)]
pub(crate) struct Asking {
    /// The question.
    #[arg(value_name = "QUESTION")]
    pub(crate) question: String,
    /// How many people, 1 to 20.
    #[arg(short = 'k', long, default_value_t = 5, value_parser = clap::value_parser!(u8).range(1..=20))]
    pub(crate) limit: u8,
    /// The channel, list or project it is asked in.
    #[arg(long)]
    pub(crate) channel: Option<String>,
    /// Ask as the person who owns this account: with their rights, and without naming them (unless somebody asks
    /// to have just them explained).
    #[arg(long = "as", value_name = "ACCOUNT")]
    pub(crate) asker: Option<AccountKey>,
    /// Answer as of this time (RFC 3339) instead of now.
    #[arg(long, value_name = "TIME")]
    pub(crate) as_of: Option<Timestamp>,
    /// Which question the ranking answers.
    #[arg(long, value_enum, default_value_t = View::Helps)]
    pub(crate) view: View,
}

/// What narrows an answer. Several values of one flag are alternatives, several flags must all hold; case does not
/// matter.
#[derive(Debug, Default, Args)]
pub(crate) struct Narrowing {
    /// Name only people of this region; may be given several times, as each of these.
    #[arg(long = "region", value_name = "REGION", value_parser = value)]
    pub(crate) regions: Vec<String>,
    /// Name only people of this team.
    #[arg(long = "team", value_name = "TEAM", value_parser = value)]
    pub(crate) teams: Vec<String>,
    /// Name only people who speak this language, as exports write it; `de` finds `de-AT`, too.
    #[arg(long = "language", value_name = "LANGUAGE", value_parser = value)]
    pub(crate) languages: Vec<String>,
    /// Name only people of this time zone, by its IANA name.
    #[arg(long = "timezone", value_name = "ZONE", value_parser = value)]
    pub(crate) timezones: Vec<String>,
    /// Count only evidence from this source, such as `slack`.
    #[arg(long = "source", value_name = "SOURCE", value_parser = value)]
    pub(crate) sources: Vec<String>,
    /// Count only evidence from this channel, list or project, by name or id.
    #[arg(long = "evidence-channel", value_name = "NAME", value_parser = value)]
    pub(crate) channels: Vec<String>,
    /// Count only evidence from this time on (RFC 3339).
    #[arg(long, value_name = "TIME")]
    pub(crate) evidence_after: Option<Timestamp>,
    /// Bring those forward who know and are seldom asked.
    #[arg(long)]
    pub(crate) hidden_gems: bool,
}

impl Narrowing {
    /// The search, narrowed so.
    pub(crate) fn narrow(&self, search: Search) -> Search {
        let filters = Filters {
            regions: self.regions.clone(),
            teams: self.teams.clone(),
            languages: self.languages.clone(),
            timezones: self.timezones.clone(),
            sources: self.sources.clone(),
            channels: self.channels.clone(),
            evidence_after: self.evidence_after,
        };
        Search { filters, hidden_gems: self.hidden_gems, ..search }
    }
}

/// A value of a filter: one of nothing but blanks would quietly leave nobody.
fn value(text: &str) -> Result<String, String> {
    let text = text.trim();
    if text.is_empty() { Err("it is empty".to_owned()) } else { Ok(text.to_owned()) }
}
