//! One tantivy index, opened for reading, with its documents mapped to rows.

use std::path::Path;

use tantivy::directory::MmapDirectory;
use tantivy::postings::Postings;
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocSet, Index, ReloadPolicy, SegmentReader, TERMINATED, Term};

use super::fields::Fields;
use crate::{DocumentTable, Error, Row};

/// A posting: which row, and how often the term is in it.
pub(super) type Posting = (Row, u32);

/// A row number that no document has: deleted, or unknown to the table.
const NO_ROW: u32 = u32::MAX;

#[derive(Debug)]
struct Segment {
    reader: SegmentReader,
    /// Row of each of the segment's documents.
    rows: Vec<u32>,
}

/// One tantivy index, opened for reading, with its documents mapped to rows.
#[derive(Debug)]
pub(super) struct Partition {
    fields: Fields,
    segments: Vec<Segment>,
}

impl Partition {
    /// Opens the partition, and fills in the lengths of its documents' fields.
    pub(super) fn open(
        folder: &Path,
        table: &DocumentTable,
        own_lengths: &mut [u32],
        question_lengths: &mut [u32],
    ) -> Result<Self, Error> {
        let directory = MmapDirectory::open(folder).map_err(tantivy::TantivyError::from)?;
        let index = Index::open(directory)?;
        let fields = Fields::new();
        let searcher = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?.searcher();
        let mut segments = Vec::new();
        for reader in searcher.segment_readers() {
            let ids = reader.fast_fields().u64("document")?;
            let own = reader.get_fieldnorms_reader(fields.own)?;
            let question = reader.get_fieldnorms_reader(fields.question)?;
            let mut rows = vec![NO_ROW; reader.max_doc() as usize];
            for doc in reader.doc_ids_alive() {
                let row = ids.first(doc).and_then(|id| table.row(model::DocumentId::from_raw(id)));
                let (Some(row), Some(slot)) = (row, rows.get_mut(doc as usize)) else { continue };
                *slot = row.0;
                own_lengths[row.at()] = own.fieldnorm(doc);
                question_lengths[row.at()] = question.fieldnorm(doc);
            }
            segments.push(Segment { reader: reader.clone(), rows });
        }
        Ok(Self { fields, segments })
    }

    pub(super) fn own(&self) -> Field {
        self.fields.own
    }

    pub(super) fn question(&self) -> Field {
        self.fields.question
    }

    /// In how many documents of this partition the term is, deleted ones included: an upper bound that costs
    /// one look-up, for choosing which terms to read at all.
    pub(super) fn document_frequency_bound(&self, token: &str) -> Result<u64, Error> {
        let mut bound = 0;
        for segment in &self.segments {
            for field in [self.fields.own, self.fields.question] {
                let term = Term::from_field_text(field, token);
                bound += u64::from(segment.reader.inverted_index(field)?.doc_freq(&term)?);
            }
        }
        Ok(bound)
    }

    /// Hands every posting of a term in a field to `visit`.
    pub(super) fn postings(
        &self,
        field: Field,
        token: &str,
        visit: &mut dyn FnMut(Posting),
    ) -> Result<(), Error> {
        let term = Term::from_field_text(field, token);
        for segment in &self.segments {
            let index = segment.reader.inverted_index(field)?;
            let Some(mut postings) = index.read_postings(&term, IndexRecordOption::WithFreqs)? else {
                continue;
            };
            let mut doc = postings.doc();
            while doc != TERMINATED {
                if let Some(row) = segment.rows.get(doc as usize).filter(|row| **row != NO_ROW) {
                    visit((Row(*row), postings.term_freq()));
                }
                doc = postings.advance();
            }
        }
        Ok(())
    }
}
