//! Writes documents into the partitions.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use model::{AudienceId, DocumentId};
use rayon::prelude::*;
use tantivy::directory::MmapDirectory;
use tantivy::query::TermSetQuery;
use tantivy::tokenizer::WhitespaceTokenizer;
use tantivy::{Index, IndexWriter, TantivyDocument, Term};
use text::{Language, tokens};

use super::fields::{self, Fields};
use super::files_of;
use crate::Error;
use crate::store::DocumentToIndex;

/// How the writer uses the machine.
#[derive(Debug, Clone)]
pub struct WriterConfig {
    /// Memory of one partition's write buffer, in bytes; tantivy wants at least 15 MB a thread.
    pub memory_bytes: usize,
}

/// Writes documents into the partitions; nothing shows before [`LexicalWriter::commit`].
pub struct LexicalWriter {
    folder: PathBuf,
    fields: Fields,
    public: IndexWriter,
    restricted: IndexWriter,
    /// Languages of the index, the most frequent first.
    languages: Vec<Language>,
    /// Nothing was there: nothing has to be taken out before something is put in.
    empty: bool,
}

impl std::fmt::Debug for LexicalWriter {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("LexicalWriter").field("folder", &self.folder).finish_non_exhaustive()
    }
}

fn open_partition(folder: &Path, fields: &Fields, config: &WriterConfig) -> Result<IndexWriter, Error> {
    fs_err::create_dir_all(folder)?;
    let directory = MmapDirectory::open(folder).map_err(tantivy::TantivyError::from)?;
    let index = Index::open_or_create(directory, fields.schema.clone())?;
    remove_strays(&index, folder)?;
    index.tokenizers().register(fields::TOKENS, WhitespaceTokenizer::default());
    let writer = index.writer_with_num_threads(1, config.memory_bytes)?;
    // A crash may have left files of a commit that never was; replaying it would stumble over them for ever.
    writer.garbage_collect_files().wait()?;
    Ok(writer)
}

/// Takes away files of segments that are none of the index's.
///
/// A power cut may leave a file and lose tantivy's note that it made it, in `.managed.json`: then its own collection of
/// garbage passes it over, and making it again fails for ever.
fn remove_strays(index: &Index, folder: &Path) -> Result<(), Error> {
    let known: BTreeSet<PathBuf> = index.load_metas()?.segments.iter().flat_map(files_of).collect();
    for entry in fs_err::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().map(PathBuf::from).unwrap_or_default();
        let stem = name.to_str().and_then(|name| name.split('.').next()).unwrap_or_default();
        // The name of a segment; locks, lists and what is none of ours have others.
        let is_segments = stem.len() == 32 && stem.bytes().all(|byte| byte.is_ascii_hexdigit());
        if is_segments && !known.contains(&name) {
            fs_err::remove_file(path)?;
        }
    }
    Ok(())
}

/// The tokens of a text, with blanks between them: tantivy queues documents, and ready-made token lists would
/// take ten times the memory.
fn cut(text: &str, language: Option<Language>) -> String {
    tokens(text, language).join(" ")
}

/// The question that was cut last: those who answered it follow each other.
#[derive(Default)]
struct CutQuestion<'d> {
    question: &'d str,
    language: Option<Language>,
    cut: String,
}

impl<'d> CutQuestion<'d> {
    fn cut(&mut self, question: &'d str, language: Option<Language>) -> &str {
        if self.question != question || self.language != language {
            *self = Self { question, language, cut: cut(question, language) };
        }
        &self.cut
    }
}

/// The language that a document is cut in: its own if the index speaks it, else the index's first.
pub(crate) fn language_of(code: Option<&str>, languages: &[Language]) -> Option<Language> {
    let own = code.and_then(Language::parse).filter(|language| languages.contains(language));
    own.or_else(|| languages.first().copied())
}

impl LexicalWriter {
    /// Makes both partitions in `folder` anew, whatever is there: a broken index is no hindrance.
    pub fn create(folder: &Path, languages: &[Language], config: &WriterConfig) -> Result<Self, Error> {
        if folder.exists() {
            fs_err::remove_dir_all(folder)?;
        }
        Ok(Self { empty: true, ..Self::open(folder, languages, config)? })
    }

    /// Opens or makes both partitions in `folder`.
    pub fn open(folder: &Path, languages: &[Language], config: &WriterConfig) -> Result<Self, Error> {
        let fields = Fields::new();
        let public = open_partition(&folder.join(fields::PUBLIC), &fields, config)?;
        let restricted = open_partition(&folder.join(fields::RESTRICTED), &fields, config)?;
        // tantivy sees to the names inside of a partition, nobody else to the partitions themselves.
        fs_err::File::open(folder)?.sync_all()?;
        let (folder, languages) = (folder.to_owned(), languages.to_vec());
        Ok(Self { folder, fields, public, restricted, languages, empty: false })
    }

    /// Puts documents in, in place of what was there under their numbers; into an index that was made anew each
    /// number may be put only once. Uses all cores for the tokens.
    pub fn put(&mut self, documents: &[DocumentToIndex]) -> Result<(), Error> {
        let rows: Vec<(AudienceId, TantivyDocument)> = documents
            .par_iter()
            .map_init(CutQuestion::default, |question, document| {
                let language = language_of(document.language.as_deref(), &self.languages);
                let mut row = TantivyDocument::new();
                row.add_u64(self.fields.document, document.id.get());
                row.add_text(self.fields.own, cut(&document.own, language));
                row.add_text(self.fields.question, question.cut(&document.question, language));
                (document.audience, row)
            })
            .collect();
        if !self.empty {
            self.remove(&documents.iter().map(|document| document.id).collect::<Vec<_>>())?;
        }
        for (audience, row) in rows {
            match audience {
                AudienceId::EVERYONE => self.public.add_document(row)?,
                AudienceId::NOBODY => continue,
                _ => self.restricted.add_document(row)?,
            };
        }
        Ok(())
    }

    /// Takes documents out, wherever they were.
    ///
    /// All of them as one deletion: tantivy keeps each until the commit, and one of a single term takes a kilobyte.
    pub fn remove(&mut self, ids: &[DocumentId]) -> Result<(), Error> {
        if ids.is_empty() {
            return Ok(());
        }
        let terms = ids.iter().map(|id| Term::from_field_u64(self.fields.document, id.get()));
        let query = TermSetQuery::new(terms);
        self.public.delete_query(Box::new(query.clone()))?;
        self.restricted.delete_query(Box::new(query))?;
        Ok(())
    }

    /// Makes what was written visible, as the index of that generation of the store.
    pub fn commit(mut self, generation: u64) -> Result<(), Error> {
        let payload = generation.to_string();
        for writer in [&mut self.public, &mut self.restricted] {
            let mut commit = writer.prepare_commit()?;
            commit.set_payload(&payload);
            commit.commit()?;
            writer.garbage_collect_files().wait()?;
        }
        self.public.wait_merging_threads()?;
        self.restricted.wait_merging_threads()?;
        Ok(())
    }
}
