//! Models that do not ship: which files they are, and whether what lies in a folder is really them.

mod fetch;

use std::path::Path;

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use crate::Error;
use crate::minilm::{MODEL_FILE, TOKENIZER_FILE};

pub use fetch::{Fetched, Source};

/// A file of a model, as it was published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ModelFile {
    /// Its name, in the model's folder and where it was published.
    pub name: &'static str,
    /// Its size.
    pub bytes: u64,
    /// What it hashes to, in hexadecimal digits.
    pub sha256: &'static str,
}

/// A model that has to be fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Published {
    /// Its name in options and commands, and its folder's.
    pub name: &'static str,
    /// All of its files.
    pub files: &'static [ModelFile],
}

/// all-MiniLM-L6-v2 (Apache-2.0): 91 MB.
pub const MINILM: Published = Published {
    name: "minilm",
    files: &[
        ModelFile {
            name: MODEL_FILE,
            bytes: 90_868_376,
            sha256: "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
        },
        ModelFile {
            name: TOKENIZER_FILE,
            bytes: 466_247,
            sha256: "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
        },
    ],
};

/// How much of a model lies in a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Every file, byte for byte.
    Whole,
    /// At least one file is not there.
    Missing,
    /// At least one file is another.
    Damaged,
}

impl Published {
    /// The start of the first file's hash: what tells this model's vectors from another build's.
    pub(crate) fn version(&self) -> &'static str {
        self.files.first().and_then(|file| file.sha256.get(..12)).unwrap_or_default()
    }

    /// Whether the model lies whole in a folder. Reads all of it.
    pub fn standing(&self, folder: &Path) -> Standing {
        for file in self.files {
            match self.read(folder, file.name) {
                Ok(_) => {}
                Err(Error::NoModel { .. }) => return Standing::Missing,
                Err(_) => return Standing::Damaged,
            }
        }
        Standing::Whole
    }

    /// Reads a file of the model, and checks that it is that.
    ///
    /// # Errors
    /// [`Error::NoModel`] if it is not there, [`Error::BadModel`] if it is another.
    pub(crate) fn read(&self, folder: &Path, name: &'static str) -> Result<Vec<u8>, Error> {
        let missing = || Error::NoModel { name: self.name, folder: folder.to_owned() };
        let file = self.files.iter().find(|file| file.name == name).ok_or_else(missing)?;
        let bytes = match fs_err::read(folder.join(name)) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Err(missing()),
            Err(error) => return Err(error.into()),
        };
        file.check(&bytes)?;
        Ok(bytes)
    }
}

impl ModelFile {
    /// Refuses bytes that are not the published ones.
    pub(crate) fn check(&self, bytes: &[u8]) -> Result<(), Error> {
        let bad = |reason| Err(Error::BadModel { file: self.name, reason });
        if bytes.len() as u64 != self.bytes {
            return bad(format!("it has {} bytes, the published one has {}", bytes.len(), self.bytes));
        }
        self.is(&HEXLOWER.encode(&Sha256::digest(bytes)))
    }

    /// Refuses another hash.
    fn is(&self, found: &str) -> Result<(), Error> {
        if found == self.sha256 {
            return Ok(());
        }
        let reason = format!("its sha256 is {found}, the published one's is {}", self.sha256);
        Err(Error::BadModel { file: self.name, reason })
    }
}
