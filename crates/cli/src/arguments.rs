//! The command line.

mod asking;
mod audit;
mod backtest;
mod erase;
mod explain;
mod ingest;
mod keys;
mod learn;
mod models;
mod operate;
mod people;

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub(crate) use asking::{Asking, Narrowing};
pub(crate) use audit::{Audit, AuditAction};
pub(crate) use backtest::{Backtest, Bound, Gate, Part};
pub(crate) use erase::{Doctor, ExportSubject, Forget, Mode, Target};
pub(crate) use explain::Explain;
pub(crate) use ingest::{Exports, Ingest, Plan};
pub(crate) use keys::{Create as CreateKey, Keys, KeysAction};
pub(crate) use learn::Learn;
pub(crate) use models::{Fetchable, Models, ModelsAction};
pub(crate) use operate::{Backup, Healthy, Restore, Rollback};
pub(crate) use people::{People, PeopleAction};

/// Names the few colleagues who have shown that they know, with the evidence.
#[derive(Debug, Parser)]
#[command(name = "whoknows", version, about, propagate_version = true)]
pub(crate) struct Arguments {
    /// Options that go before the defaults, key by key (see `whoknows options show`).
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// How log lines look; which ones are printed is said by WHOKNOWS_LOG.
    #[arg(long, global = true, value_enum, default_value_t = LogFormat::Text)]
    pub(crate) log_format: LogFormat,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Read exports (chat, mail, tickets, personnel data, jsonl; folder, zip or file) and bring the index up to date.
    Ingest(Ingest),
    /// Tell what is in exports, what of it would be read, and what that would cost; writes nothing.
    Plan(Plan),
    /// Make people, documents, vectors and the lexical index again from the store; the old ones answer until then.
    Reindex(Reindex),
    /// Write all that cannot be made again to a folder, while others read and write.
    Backup(Backup),
    /// Restore a backup into a new data directory; what was erased since stays gone.
    Restore(Restore),
    /// Ask a server whether it is well; exits 1 if not.
    Healthy(Healthy),
    /// Let a kept build of the index answer again, with every message that came since.
    Rollback(Rollback),
    /// Ask a question.
    Ask(Ask),
    /// Take the answer to a question apart: parts, features, evidence; why somebody, why not, what if.
    Explain(Explain),
    /// Who is who: show, review, merge, part, take back.
    People(People),
    /// Serve the API and the page.
    Serve(Serve),
    /// API keys: make, list, rotate, revoke.
    Keys(Keys),
    /// Who did what about whom: check the log, list it.
    Audit(Audit),
    /// Answer test questions and print how well that went.
    Eval(Eval),
    /// Answer questions of the index's own past, and print how well that would have gone.
    Backtest(Backtest),
    /// Learn the ranking's weights from the index's own past, and keep them only if they win.
    Learn(Learn),
    /// Erase a person, a message or a channel for good, and print a receipt.
    Forget(Forget),
    /// Print everything that is known of a person, for them to see.
    ExportSubject(ExportSubject),
    /// Check whether a data directory is whole; changes nothing.
    Doctor(Doctor),
    /// Make a sample organization, ingest its exports, answer three questions, and serve.
    Demo(Demo),
    /// Make an organization in which many seem to know and few do, with test questions, for tuning.
    Synth(Synth),
    /// Show and fetch encoders.
    Models(Models),
    /// Show or check the options.
    Options(Options),
}

/// Where the index lies.
#[derive(Debug, Args)]
pub(crate) struct DataDir {
    /// The data directory.
    #[arg(long, value_name = "DIR", default_value = ".whoknows")]
    pub(crate) data_dir: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct Reindex {
    #[command(flatten)]
    pub(crate) data: DataDir,
}

#[derive(Debug, Args)]
pub(crate) struct Ask {
    #[command(flatten)]
    pub(crate) data: DataDir,
    #[command(flatten)]
    pub(crate) asking: Asking,
    #[command(flatten)]
    pub(crate) narrowing: Narrowing,
    /// Print what the API would answer.
    #[arg(long)]
    pub(crate) json: bool,
}

/// Which question a ranking answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum View {
    /// Who has demonstrated that they know.
    Knows,
    /// Who will help now.
    Helps,
}

impl From<View> for engine::View {
    fn from(view: View) -> Self {
        match view {
            View::Knows => Self::Knows,
            View::Helps => Self::Helps,
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct Serve {
    #[command(flatten)]
    pub(crate) data: DataDir,
    /// Where to listen, instead of what the options say; port 0 takes a free one.
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) address: Option<SocketAddr>,
    /// Listen without TLS on an address that other machines can reach: a proxy in front speaks it.
    #[arg(long)]
    pub(crate) insecure: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Eval {
    #[command(flatten)]
    pub(crate) data: DataDir,
    /// Test questions, one JSON object a line.
    #[arg(long, value_name = "FILE")]
    pub(crate) queries: PathBuf,
    /// Which mail addresses stand for which id of the truth.
    #[arg(long, value_name = "FILE")]
    pub(crate) persons: Option<PathBuf>,
    /// The lowest grade that counts as relevant.
    #[arg(long, value_name = "GRADE", default_value_t = 2)]
    pub(crate) rel: u8,
    /// How much of a question's channel the search is told: `head` is the part before a slash.
    #[arg(long, value_enum, default_value_t = Channel::Head)]
    pub(crate) channel: Channel,
    /// Which question the ranking answers.
    #[arg(long, value_enum, default_value_t = View::Helps)]
    pub(crate) view: View,
    /// Let those who are leaned on already stand back, as the options say; left out, the ranking is pure.
    #[arg(long)]
    pub(crate) spread: bool,
    /// Write the run here: the best 100 people of each question.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// Compare with a run written earlier.
    #[arg(long, value_name = "FILE")]
    pub(crate) against: Option<PathBuf>,
}

/// How much of a question's channel the search is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Channel {
    /// All of it.
    Full,
    /// The part before the first slash.
    Head,
    /// Nothing.
    None,
}

#[derive(Debug, Args)]
pub(crate) struct Demo {
    /// Where the sample and its index go.
    #[arg(long, value_name = "DIR", default_value = ".whoknows/demo")]
    pub(crate) data_dir: PathBuf,
    /// Stop after the answers instead of serving.
    #[arg(long)]
    pub(crate) once: bool,
    /// Where to listen, instead of what the options say.
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) address: Option<SocketAddr>,
    /// The seed of the organization.
    #[arg(long, default_value_t = 7)]
    pub(crate) seed: u64,
}

#[derive(Debug, Args)]
pub(crate) struct Synth {
    /// Everything follows from it. Tune on 1 to 10 only.
    #[arg(long)]
    pub(crate) seed: u64,
    /// Where exports and questions go; made if need be.
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// How large it is.
    #[arg(long, value_enum, default_value_t = SynthSize::Standard)]
    pub(crate) size: SynthSize,
}

/// How large a made-up organization is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum SynthSize {
    /// 90 people, 60 questions.
    Small,
    /// 220 people, 200 questions.
    Standard,
}

#[derive(Debug, Args)]
pub(crate) struct Options {
    #[command(subcommand)]
    pub(crate) action: OptionsAction,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Subcommand)]
pub(crate) enum OptionsAction {
    /// Print every option as it is now.
    Show,
    /// Check the options file, and say nothing more if it is well.
    Check,
}
