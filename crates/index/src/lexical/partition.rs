//! One tantivy index, opened for reading, with its documents mapped to places.

use std::path::Path;
use std::sync::Arc;

use tantivy::directory::MmapDirectory;
use tantivy::postings::TermInfo;
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{Index, InvertedIndexReader, ReloadPolicy, SegmentReader, Term};

use super::fields::Fields;
use super::guard::guarded;
use super::places::{Gate, Length, Places};
use crate::{DocumentTable, Error, Row};

/// A posting: at which place, and how often the term is in it.
pub(super) type Posting = (u32, u32);

/// One segment: where its places start, and its two fields.
struct Segment {
    start: u32,
    own: Arc<InvertedIndexReader>,
    question: Arc<InvertedIndexReader>,
}

/// One tantivy index, opened for reading, with its documents mapped to places.
pub(super) struct Partition {
    fields: Fields,
    segments: Vec<Segment>,
}

impl std::fmt::Debug for Partition {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Partition").field("segments", &self.segments.len()).finish_non_exhaustive()
    }
}

/// Where the postings of one term are: for each segment, those of its two fields.
pub(super) struct Located(Vec<[Option<TermInfo>; 2]>);

impl Located {
    /// In how many documents of this partition the term is, deleted ones included: an upper bound, for choosing
    /// which terms to read at all.
    pub(super) fn bound(&self) -> u64 {
        self.0.iter().flatten().flatten().map(|info| u64::from(info.doc_freq)).sum()
    }
}

impl Partition {
    /// Opens the partition and adds its places; those of which `belongs` does not hold are no row's.
    pub(super) fn open(
        folder: &Path,
        table: &DocumentTable,
        places: &mut Places,
        belongs: &dyn Fn(Row) -> bool,
    ) -> Result<Self, Error> {
        guarded(|| Self::open_now(folder, table, places, belongs))
    }

    fn open_now(
        folder: &Path,
        table: &DocumentTable,
        places: &mut Places,
        belongs: &dyn Fn(Row) -> bool,
    ) -> Result<Self, Error> {
        let directory = MmapDirectory::open(folder).map_err(tantivy::TantivyError::from)?;
        let index = Index::open(directory)?;
        let fields = Fields::new();
        let searcher = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?.searcher();
        let mut segments = Vec::new();
        for reader in searcher.segment_readers() {
            let start = u32::try_from(places.len()).unwrap_or(u32::MAX);
            add_places(reader, &fields, table, places, belongs)?;
            let own = reader.inverted_index(fields.own)?;
            segments.push(Segment { start, own, question: reader.inverted_index(fields.question)? });
        }
        Ok(Self { fields, segments })
    }

    /// Finds a term: one look-up for each field and segment.
    pub(super) fn locate(&self, token: &str) -> Result<Located, Error> {
        let term = |field: Field| Term::from_field_text(field, token);
        let (own, question) = (term(self.fields.own), term(self.fields.question));
        guarded(|| {
            let mut found = Vec::with_capacity(self.segments.len());
            for segment in &self.segments {
                found.push([segment.own.get_term_info(&own)?, segment.question.get_term_info(&question)?]);
            }
            Ok(Located(found))
        })
    }

    /// Adds the admitted postings of a located term to the lists of its two fields.
    pub(super) fn read(
        &self,
        located: &Located,
        gate: Gate<'_>,
        lists: [&mut Vec<Posting>; 2],
    ) -> Result<(), Error> {
        guarded(|| self.read_now(located, gate, lists))
    }

    fn read_now(
        &self,
        located: &Located,
        gate: Gate<'_>,
        lists: [&mut Vec<Posting>; 2],
    ) -> Result<(), Error> {
        let [own, question] = lists;
        for (segment, [in_own, in_question]) in self.segments.iter().zip(&located.0) {
            for (field, info, list) in
                [(&segment.own, in_own, &mut *own), (&segment.question, in_question, &mut *question)]
            {
                let Some(info) = info else { continue };
                list.reserve(info.doc_freq as usize);
                let mut block =
                    field.read_block_postings_from_terminfo(info, IndexRecordOption::WithFreqs)?;
                while !block.docs().is_empty() {
                    let postings = block.docs().iter().zip(block.freqs());
                    let placed = postings.map(|(document, frequency)| (segment.start + document, *frequency));
                    if gate.is_open() {
                        list.extend(placed);
                    } else {
                        list.extend(placed.filter(|(place, _)| gate.admits(*place)));
                    }
                    block.advance();
                }
            }
        }
        Ok(())
    }

    /// The places of all documents that hold a located term in either field, whoever may read them; some twice.
    pub(super) fn places_of(&self, located: &Located) -> Result<Vec<u32>, Error> {
        guarded(|| self.places_of_now(located))
    }

    fn places_of_now(&self, located: &Located) -> Result<Vec<u32>, Error> {
        let mut places = Vec::new();
        for (segment, [in_own, in_question]) in self.segments.iter().zip(&located.0) {
            for (field, info) in [(&segment.own, in_own), (&segment.question, in_question)] {
                let Some(info) = info else { continue };
                let mut block = field.read_block_postings_from_terminfo(info, IndexRecordOption::Basic)?;
                while !block.docs().is_empty() {
                    places.extend(block.docs().iter().map(|document| segment.start + document));
                    block.advance();
                }
            }
        }
        Ok(places)
    }
}

fn add_places(
    reader: &SegmentReader,
    fields: &Fields,
    table: &DocumentTable,
    places: &mut Places,
    belongs: &dyn Fn(Row) -> bool,
) -> Result<(), Error> {
    let ids = reader.fast_fields().u64("document")?;
    let own = reader.get_fieldnorms_reader(fields.own)?;
    let question = reader.get_fieldnorms_reader(fields.question)?;
    for document in 0..reader.max_doc() {
        let id = if reader.is_deleted(document) { None } else { ids.first(document) };
        let row = id.and_then(|id| table.row(model::DocumentId::from_raw(id))).filter(|row| belongs(*row));
        let [own, question] = [&own, &question].map(|norms| Length::of_code(norms.fieldnorm_id(document)));
        places.push(row.map(|row| (row, own, question)), table);
    }
    Ok(())
}
