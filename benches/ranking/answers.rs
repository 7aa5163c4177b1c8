//! A sum over answers, and the answers themselves, by which two versions of the ranking are compared.

use std::io::{BufWriter, Write};
use std::path::PathBuf;

use engine::Found;
use fs_err::File;

/// Where answers go.
pub(crate) struct Answers {
    sum: u64,
    file: Option<BufWriter<File>>,
}

impl Answers {
    /// Answers are written to the file that `WHOKNOWS_RANKING_ANSWERS` names, if it names one.
    pub(crate) fn open() -> anyhow::Result<Self> {
        let path = std::env::var_os("WHOKNOWS_RANKING_ANSWERS").map(PathBuf::from);
        let file = path.map(|path| File::create(path).map(BufWriter::new)).transpose()?;
        Ok(Self { sum: 0, file })
    }

    /// Takes an answer in: people in their order, with their parts to the sixth digit.
    pub(crate) fn take(&mut self, what: &str, found: &Found) -> anyhow::Result<()> {
        for expert in &found.experts {
            self.add(expert.person.as_str().as_bytes());
            for (_, part) in &expert.parts {
                self.add(&((part * 1e6).round() as i64).to_le_bytes());
            }
        }
        self.write(&format!("{what} {found:?}"))
    }

    /// A line about an answer, without a place in the sum.
    pub(crate) fn write(&mut self, line: &str) -> anyhow::Result<()> {
        if let Some(file) = &mut self.file {
            writeln!(file, "{line}")?;
        }
        Ok(())
    }

    /// FNV-1a.
    fn add(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.sum = (self.sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    /// The sum over what was taken in since the last time this was asked.
    pub(crate) fn told(&mut self) -> String {
        format!("{:016x}", std::mem::take(&mut self.sum))
    }
}
