//! What reading and indexing the same messages costs at least.

use std::io::{BufRead, BufReader};
use std::path::Path;

use serde::Deserialize;
use tantivy::schema::{IndexRecordOption, STORED, Schema, TextFieldIndexing, TextOptions};
use tantivy::tokenizer::WhitespaceTokenizer;
use tantivy::{Index, TantivyDocument};

use crate::{Cost, timed};

/// The fields of a message that an ingest reads.
#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "reading them is what is timed")]
struct Record {
    r#type: String,
    id: String,
    #[serde(default)]
    at: String,
    #[serde(default)]
    channel: String,
    author: Option<Author>,
    #[serde(default)]
    text: String,
    conversation: Option<String>,
    reply_to: Option<String>,
}

#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "reading it is what is timed")]
struct Author {
    id: String,
}

fn each(jsonl: &Path, visit: &mut dyn FnMut(Record) -> anyhow::Result<()>) -> anyhow::Result<()> {
    let mut reader = BufReader::with_capacity(1 << 16, std::fs::File::open(jsonl)?);
    let mut line = Vec::new();
    while reader.read_until(b'\n', &mut line)? > 0 {
        visit(serde_json::from_slice(&line)?)?;
        line.clear();
    }
    Ok(())
}

/// Parses every line.
pub(crate) fn parse(jsonl: &Path) -> anyhow::Result<Cost> {
    timed(|| {
        let mut bytes = 0;
        each(jsonl, &mut |record| {
            bytes += record.text.len();
            Ok(())
        })?;
        anyhow::ensure!(bytes > 0, "the export is empty");
        Ok(())
    })
}

/// Puts every message into an index of one field, cut into the same words, on two threads.
pub(crate) fn index(jsonl: &Path, folder: &Path) -> anyhow::Result<Cost> {
    std::fs::create_dir_all(folder)?;
    timed(|| {
        let mut schema = Schema::builder();
        let words = TextFieldIndexing::default()
            .set_tokenizer("words")
            .set_index_option(IndexRecordOption::WithFreqs);
        let id = schema.add_text_field("id", STORED);
        let text = schema.add_text_field("text", TextOptions::default().set_indexing_options(words));
        let index = Index::create_in_dir(folder, schema.build())?;
        index.tokenizers().register("words", WhitespaceTokenizer::default());
        let mut writer = index.writer_with_num_threads(2, 96_000_000)?;
        each(jsonl, &mut |record| {
            let mut row = TantivyDocument::new();
            row.add_text(id, &record.id);
            row.add_text(text, text::tokens(&record.text, Some(text::Language::English)).join(" "));
            writer.add_document(row)?;
            Ok(())
        })?;
        writer.commit()?;
        writer.wait_merging_threads()?;
        Ok(())
    })
}
