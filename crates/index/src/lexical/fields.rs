//! The fields of a partition.

use tantivy::schema::{FAST, Field, INDEXED, IndexRecordOption, Schema, TextFieldIndexing, TextOptions};

/// Folder of the partition that everyone may read.
pub(super) const PUBLIC: &str = "public";
/// Folder of the partition with named readers.
pub(super) const RESTRICTED: &str = "restricted";

/// Name of the tokenizer that only cuts at blanks.
pub(super) const TOKENS: &str = "tokens";

/// Handles of the fields; the order of building fixes their numbers.
#[derive(Debug, Clone)]
pub(super) struct Fields {
    pub(super) schema: Schema,
    /// The document's number.
    pub(super) document: Field,
    /// Tokens of the person's own words.
    pub(super) own: Field,
    /// Tokens of the question answered.
    pub(super) question: Field,
}

impl Fields {
    pub(super) fn new() -> Self {
        let mut builder = Schema::builder();
        let document = builder.add_u64_field("document", INDEXED | FAST);
        // Tokens come ready-made from `text`, with blanks between them; frequencies are needed, positions are not.
        let indexing = TextFieldIndexing::default()
            .set_tokenizer(TOKENS)
            .set_fieldnorms(true)
            .set_index_option(IndexRecordOption::WithFreqs);
        let options = TextOptions::default().set_indexing_options(indexing);
        let own = builder.add_text_field("own", options.clone());
        let question = builder.add_text_field("question", options);
        Self { schema: builder.build(), document, own, question }
    }
}
