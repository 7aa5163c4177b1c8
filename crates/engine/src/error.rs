//! What can go wrong in the service, by what its caller can do about it.

use std::path::PathBuf;

/// What a caller can do about an [`Error`]; each door maps these once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// The request itself is at fault.
    Invalid,
    /// The thing asked for is not there (or not the asker's to know).
    NotFound,
    /// An export could not be read at all.
    BrokenInput,
    /// A policy forbids it.
    Refused,
    /// Try again later.
    Unavailable,
    /// The disk is full: try again when somebody has made room.
    DiskFull,
    /// A fault of ours or of the machine; the log says which.
    Internal,
}

/// What can go wrong in the service.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The question is empty or too long.
    #[error("the question has {length} characters, allowed are 1 to {max}")]
    QuestionLength {
        /// How long it is, in characters after trimming.
        length: usize,
        /// How long it may be.
        max: usize,
    },
    /// A number in a search is out of its range.
    #[error("{name} is {value}, allowed are {min} to {max}")]
    OutOfRange {
        /// The field.
        name: &'static str,
        /// What was given.
        value: usize,
        /// Smallest allowed.
        min: usize,
        /// Largest allowed.
        max: usize,
    },
    /// There is no index in the data directory yet.
    #[error("{} holds no index yet (hint: run `whoknows ingest` first)", .0.display())]
    NoIndex(PathBuf),
    /// The lexical index is not of its store's generation: an ingest is at work, or was interrupted.
    #[error("the index in {} is behind its store (hint: if an ingest is running, wait for it; else run `whoknows reindex`)", .0.display())]
    IndexBehind(PathBuf),
    /// The index holds vectors of another model than the one that questions are encoded by.
    #[error(
        "the index in {} was encoded by {found}, the options say {asked} (hint: run `whoknows reindex`, or set \
         embed.model back)", path.display()
    )]
    OtherEncoder {
        /// The data directory.
        path: PathBuf,
        /// The model of its vectors.
        found: String,
        /// The model of the options.
        asked: String,
    },
    /// A generation cannot be told or is not there.
    #[error("{} {why} (hint: `whoknows doctor` tells what lies there)", path.display())]
    Generation {
        /// The file or folder.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// A backup cannot be written or restored.
    #[error("{} {why}", path.display())]
    Backup {
        /// The file or folder.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// There is nothing to go back to.
    #[error("{} (hint: kept are {kept:?}; `whoknows rollback --to NUMBER` takes one of them)", match wanted {
        Some(number) => format!("generation {number} is not kept"),
        None => "no generation before this one is kept".to_owned(),
    })]
    NoGeneration {
        /// The number that was asked for.
        wanted: Option<u64>,
        /// The numbers that are kept.
        kept: Vec<u64>,
    },
    /// Somebody wanted the run to stop.
    #[error("it was stopped; what was stored stays, and the next run goes on from there")]
    Stopped,
    /// The learned weights do not read.
    #[error("{} does not read: {why} (hint: learn again with `whoknows learn`, or remove the file)", path.display())]
    Model {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// A test question would be answered from its own conversation: its figures would be worth nothing.
    #[error(
        "test question {qid} would be answered from its own conversation ({documents} documents leak in all)"
    )]
    Leak {
        /// The first such question.
        qid: String,
        /// How many documents leak, of all questions.
        documents: usize,
    },
    /// Evidence is named that is not there, or not the asker's to know.
    #[error(
        "there is no evidence {0:?} that you may read (hint: ids stand in `whoknows explain` and `ask --json`)"
    )]
    NoEvidence(String),
    /// An account is named that no export told of.
    #[error("no export told of the account {0:?} (hint: `whoknows people list` names them)")]
    NoAccount(String),
    /// People cannot be joined or parted like that.
    #[error("nothing was decided: {0}")]
    Identity(String),
    /// Nobody and nothing is known under that name.
    #[error(
        "nothing is known of {0:?} (hint: name an account such as slack:U017, a mail address, or a person id)"
    )]
    NoSubject(String),
    /// The list of what was erased cannot be applied: reading anything could bring it back.
    #[error("{} {why} (hint: restore the file from a backup; without it, what was erased could come back)", path.display())]
    Suppression {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: &'static str,
    },
    /// It cannot be told what people take out of answers: nobody can be named then.
    #[error("{} does not read as opt-outs: {why} (hint: restore the file from a backup)", path.display())]
    OptOuts {
        /// The file.
        path: PathBuf,
        /// What is wrong with it; quotes nothing of it.
        why: String,
    },
    /// Something that cannot be taken out of answers.
    #[error("nothing was hidden: {0}")]
    OptOut(String),
    /// The policy does not read: nothing is read then.
    #[error("{0} (hint: `config/policy.toml` of the source tree shows every key)")]
    Policy(#[from] ingest::PolicyError),
    /// An export cannot be read at all.
    #[error(transparent)]
    Export(#[from] ingest::ExportError),
    /// A format gave up on an export.
    #[error(transparent)]
    Format(#[from] ingest::FormatError),
    /// The store or an index failed.
    #[error(transparent)]
    Index(#[from] index::Error),
    /// The encoder failed.
    #[error(transparent)]
    Embed(#[from] embed::Error),
    /// The desk of asks failed.
    #[error(transparent)]
    Asks(#[from] routing::Error),
    /// A file could not be read or written.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

impl Error {
    /// Whether the disk is full.
    fn is_disk_full(&self) -> bool {
        match self {
            Self::Index(error) => error.is_disk_full(),
            Self::Io(error) => index::is_full(error),
            _ => false,
        }
    }

    /// What the caller can do about it.
    pub fn kind(&self) -> ErrorKind {
        if self.is_disk_full() {
            return ErrorKind::DiskFull;
        }
        match self {
            Self::QuestionLength { .. }
            | Self::OutOfRange { .. }
            | Self::Identity(_)
            | Self::OptOut(_)
            | Self::Policy(_) => ErrorKind::Invalid,
            Self::NoIndex(_)
            | Self::NoEvidence(_)
            | Self::NoAccount(_)
            | Self::NoSubject(_)
            | Self::NoGeneration { .. } => ErrorKind::NotFound,
            Self::IndexBehind(_)
            | Self::OptOuts { .. }
            | Self::OtherEncoder { .. }
            | Self::Stopped
            | Self::Index(
                index::Error::Outdated
                | index::Error::Locked(_)
                | index::Error::ClusterDown
                | index::Error::NoCollection,
            ) => ErrorKind::Unavailable,
            Self::Export(_) | Self::Format(_) => ErrorKind::BrokenInput,
            Self::Leak { .. }
            | Self::Suppression { .. }
            | Self::Generation { .. }
            | Self::Backup { .. }
            | Self::Model { .. }
            | Self::Index(_)
            | Self::Embed(_)
            | Self::Asks(_)
            | Self::Io(_) => ErrorKind::Internal,
        }
    }
}
