//! The ablation page: what each part of the ranking is worth on the pasts of the indexes that are named.
//!
//! `cargo bench --bench ablation -- NAME[:GRADE]=DATA_DIR … > benches/quality/ablation.md`; GRADE is the lowest that
//! counts as relevant, 2 where none is given. The indexes are only read.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context;
use embed::{Embedder, StaticEmbedder};
use engine::ablation::{Past, Played, Row, Way, of_parts, of_retrieval};
use engine::learn::LearnConfig;
use engine::{DataFolder, Finder, FinderConfig, View};

/// Questions of one fold, evenly drawn from its time.
const QUESTIONS_PER_FOLD: usize = 150;

/// Postings that one question may read, besides the shipped budget.
const BUDGETS: [u64; 4] = [30_000, 100_000, 300_000, 1_500_000];

/// An index by the name that the page has for it.
struct Collection {
    name: String,
    grade: u8,
    folder: DataFolder,
}

fn main() -> anyhow::Result<()> {
    // Cargo adds flags of its own.
    let named = std::env::args().skip(1).filter(|argument| !argument.starts_with("--"));
    let collections: Vec<Collection> =
        named.map(|argument| collection(&argument)).collect::<Result<_, _>>()?;
    let mut page = head(&collections);
    for collection in &collections {
        section(&mut page, collection)?;
    }
    std::io::stdout().lock().write_all(page.as_bytes())?;
    Ok(())
}

fn collection(argument: &str) -> anyhow::Result<Collection> {
    let (name, folder) = argument.split_once('=').context("expected NAME[:GRADE]=DATA_DIR")?;
    let (name, grade) = name.split_once(':').unwrap_or((name, "2"));
    let (name, grade) = (name.to_owned(), grade.parse().context("a grade is a small number")?);
    Ok(Collection { name, grade, folder: DataFolder::new(PathBuf::from(folder)) })
}

fn head(collections: &[Collection]) -> String {
    let named = collections.iter().map(|collection| match collection.grade {
        2 => format!(" {}=DATA_DIR", collection.name),
        grade => format!(" {}:{grade}=DATA_DIR", collection.name),
    });
    let command: String = named.collect();
    format!(
        "# What each part is worth\n\n\
        Made by `cargo bench --bench ablation --{command} > benches/quality/ablation.md`; nothing in it is written by hand.\n\n\
        The questions are those of each index's own past (`engine::history`), never the dev questions. The later half is cut \
        into folds by time, and the questions of a fold (at most {QUESTIONS_PER_FOLD}, evenly drawn) are asked of evidence from \
        before it. The first row of a table are the shipped weights; the others are held against them question by question: \
        difference in MRR, its 95 % interval (paired bootstrap), p (paired randomisation, two-sided, corrected by Holm over \
        the table). \"Tail\" are the questions whose experts are not among the ten busiest people; nDCG@5 has the gain \
        2^grade − 1. The truth is who answered, so the view \"knows\" is not at home here: its own measure is planted truth \
        (`README.md`).\n"
    )
}

fn section(page: &mut String, collection: &Collection) -> anyhow::Result<()> {
    let (options, learn) = cli::shipped_options()?;
    let learn = LearnConfig {
        questions_per_fold: QUESTIONS_PER_FOLD,
        lowest_relevant_grade: collection.grade,
        ..learn
    };
    let options = FinderConfig { use_learned: false, ..options };
    let encoder: Arc<dyn Embedder> = Arc::new(StaticEmbedder::shipped()?);
    let finder = Finder::open(&collection.folder, Some(encoder.clone()), options.clone())?;
    let past = Past::of(&finder, &learn)?;
    let mut tables = [View::Helps, View::Knows].map(|view| (view, own(&finder, &past, view)));
    let shipped_budget = options.query.retrieve.lexical.posting_budget;
    for budget in BUDGETS.into_iter().filter(|budget| *budget != shipped_budget) {
        let mut options = options.clone();
        options.query.retrieve.lexical.posting_budget = budget;
        let other = Finder::open(&collection.folder, Some(encoder.clone()), options)?;
        let name = format!("{budget} postings a question instead of {shipped_budget}");
        add(&mut tables, &other, &learn, "term budget", &name)?;
    }
    let without = Finder::open(&collection.folder, None, options)?;
    add(&mut tables, &without, &learn, "encoder", "no encoder")?;
    for (view, played) in tables {
        let questions = past.n_questions();
        let _ = write!(page, "\n## {}, view \"{}\": {questions} questions\n", collection.name, view.as_str());
        table(page, &past.rows(&finder, &played));
    }
    Ok(())
}

/// What is ranked from the shipped options' own candidates. Voting and fusion have no weights and so no view: they
/// stand with the default one.
fn own(finder: &Finder, past: &Past, view: View) -> Vec<Played> {
    let shipped = past.shipped(finder, view);
    let mut ways = vec![("", "shipped".to_owned(), Way::by(shipped))];
    ways.extend(of_parts(shipped));
    if view == View::Helps {
        ways.extend(of_retrieval());
    }
    ways.iter().map(|(group, name, way)| past.play(finder, group, name, way)).collect()
}

/// The shipped weights on what another finder knows of the same questions.
fn add(
    tables: &mut [(View, Vec<Played>); 2],
    other: &Finder,
    learn: &LearnConfig,
    group: &'static str,
    name: &str,
) -> anyhow::Result<()> {
    let past = Past::of(other, learn)?;
    for (view, played) in tables {
        played.push(past.play(other, group, name, &Way::by(past.shipped(other, *view))));
    }
    Ok(())
}

fn table(page: &mut String, rows: &[Row]) {
    *page += "\n| | MRR | tail | nDCG@5 | against shipped | 95 % | p |\n| --- | --- | --- | --- | --- | --- | --- |\n";
    let mut group = "";
    for row in rows {
        if row.group != group {
            group = row.group;
            let _ = writeln!(page, "| *{group}* | | | | | | |");
        }
        let tail = row.tail.map_or("–".to_owned(), short);
        let _ = write!(
            page,
            "| {} | {} | {tail} | {} |",
            row.name,
            short(row.reciprocal_rank),
            short(row.ndcg_at_5)
        );
        let _ = match &row.ahead {
            None => writeln!(page, " | | |"),
            Some(ahead) => {
                let p = if ahead.p_value < 0.001 { "< .001".to_owned() } else { short(ahead.p_value) };
                let (low, high) = (signed(ahead.interval.low), signed(ahead.interval.high));
                writeln!(page, " {} | {low} to {high} | {p} |", signed(ahead.mean))
            }
        };
    }
}

/// Three digits without the leading zero, as the other tables have them.
fn short(value: f64) -> String {
    let text = format!("{value:.3}");
    text.strip_prefix('0').map(str::to_owned).unwrap_or(text)
}

fn signed(value: f64) -> String {
    let sign = if value < 0.0 { "−" } else { "+" };
    format!("{sign}{}", short(value.abs()))
}
