//! Nearest vectors at sizes that no shared export has: vectors of real documents, two at a time put together (for
//! an encoder that takes the mean of a text's words, that is the vector of the two texts put together), searched
//! exactly and by lists, by a reader of everything and by one who may read every second document.
//!
//! `WHOKNOWS_COLLECTIONS=DIR cargo bench --bench vectors`; skips aloud without it. With `WHOKNOWS_VECTORS_FILE=FILE`
//! it writes the vectors and questions down for `benches/engines` and ends.

mod document;
#[path = "../ranking/times.rs"]
mod times;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::Context;
use embed::{Embedder, QuantizedVector, StaticEmbedder, UnitVector};
use index::dense::lists::{Wanted, arrange};
use index::dense::{ListsIndex, ScanIndex, VectorIndex};
use index::{Admission, DocumentTable, Row, Store};
use model::{AccountKey, AudienceTable, ContainerId, PersonId, Reader, Role, RoleSet, Timestamp, Visibility};
use rustix::time::{ClockId, clock_gettime};

use document::wordless;
use times::Times;

const SIZES: [usize; 3] = [100_000, 150_000, 1_000_000];
/// Nearest documents that a question asks for.
const NEAREST: usize = 300;
/// How many of them are held against those of the exact scan.
const HELD: usize = 100;
const QUESTIONS: usize = 200;
const MODEL: &str = "bench";

fn main() -> anyhow::Result<()> {
    let Some(collections) = std::env::var_os("WHOKNOWS_COLLECTIONS").map(PathBuf::from) else {
        say("SKIPPED: WHOKNOWS_COLLECTIONS does not name the folder of the collections");
        return Ok(());
    };
    let work = tempfile::tempdir()?;
    let vectors = real(&collections, work.path())?;
    let questions = questions(&work.path().join("queries_dev.jsonl"))?;
    say(&format!(
        "{} vectors of real documents, {} real questions, k = {NEAREST}",
        vectors.len(),
        questions.len()
    ));
    if let Some(file) = std::env::var_os("WHOKNOWS_VECTORS_FILE") {
        return write(Path::new(&file), &vectors, &questions);
    }
    for size in SIZES {
        measure(&vectors, &questions, size)?;
    }
    Ok(())
}

fn say(line: &str) {
    let _ = writeln!(std::io::stdout().lock(), "{line}");
}

/// The vectors of the chat export's documents.
fn real(collections: &Path, work: &Path) -> anyhow::Result<Vec<Vec<f32>>> {
    let archive = collections.join("julia_slack.tar.zst");
    let unpacked =
        Command::new("tar").args(["-I", "zstd", "-xf"]).arg(archive).arg("-C").arg(work).status()?;
    anyhow::ensure!(unpacked.success(), "the bundle does not unpack (is zstd installed?)");
    let data = work.join("index");
    let mut ingest = Command::new(env!("CARGO_BIN_EXE_whoknows"));
    ingest.arg("ingest").arg("--data-dir").arg(&data).arg(work.join("native_asof"));
    ingest.stdout(Stdio::null()).stderr(Stdio::null()).status()?;
    let store = Store::open_read_only(&engine::DataFolder::new(&data).store())?;
    let mut vectors = Vec::new();
    store.each_document(StaticEmbedder::shipped()?.model_id().as_str(), &mut |document| {
        let floats =
            |(codes, scale): (Vec<i8>, f32)| codes.iter().map(|code| f32::from(*code) * scale).collect();
        vectors.extend(document.vector.map(floats));
        Ok(())
    })?;
    anyhow::ensure!(!vectors.is_empty(), "nothing was ingested");
    Ok(vectors)
}

fn questions(file: &Path) -> anyhow::Result<Vec<QuantizedVector>> {
    let embedder = StaticEmbedder::shipped()?;
    let text = std::fs::read_to_string(file)?;
    let of = |line: &str| -> anyhow::Result<QuantizedVector> {
        let question: serde_json::Value = serde_json::from_str(line)?;
        Ok(embedder.embed_one(question["text"].as_str().unwrap_or("?"))?.quantize())
    };
    text.lines().take(QUESTIONS).map(of).collect()
}

fn measure(real: &[Vec<f32>], questions: &[QuantizedVector], size: usize) -> anyhow::Result<()> {
    let owner = AccountKey::new("bench:owner")?;
    let store = store(size, &owner)?;
    let dimensions = real[0].len();
    let mut ids = Vec::new();
    store.each_document(MODEL, &mut |document| {
        ids.push(document.id);
        Ok(())
    })?;
    store.begin()?;
    for (number, id) in ids.into_iter().enumerate() {
        let vector = mixed(real, number)?.quantize();
        store.put_vector(id, MODEL, vector.codes(), vector.scale())?;
    }
    store.commit()?;
    let before = process_cpu_seconds();
    // Every second is hidden, and does not count for whether there are lists.
    let arranged = arrange(&store, Wanted { model: MODEL, dimensions, from: 1, anew: true }, &|| true)?;
    let cpu = process_cpu_seconds() - before;
    say(&format!("{size}: {arranged:?} in {cpu:.1} CPU s, {:.0} a CPU second", size as f64 / cpu));
    let (table, exact) = scan(&store, dimensions)?;
    let centres = store.centres(MODEL, dimensions)?.context("no lists")?;
    let lists = store.lists()?;
    let list_of = |id| lists.binary_search_by_key(&id, |(id, _)| *id).ok().map(|at| lists[at].1);
    let by_lists = ListsIndex::new(&exact, centres, list_of, &table)?;
    let audiences = store.audiences()?;
    for (who, reader) in [("all", Reader::owning([owner])), ("every second", Reader::anyone())] {
        let admission = table.admission(reader.mask(&audiences), Timestamp::MAX);
        let place = (&table, &admission);
        let (exactly, told) = ask(&exact, questions, place, &format!("{size}, {who}, scan"))?;
        say(&told);
        let (found, told) = ask(&by_lists, questions, place, &format!("{size}, {who}, lists"))?;
        let kept: usize = exactly
            .iter()
            .zip(&found)
            .map(|(all, found)| all[..HELD].iter().filter(|row| found.contains(row)).count())
            .sum();
        say(&format!("{told}  recall@{HELD} {:.4}", kept as f64 / (HELD * questions.len()) as f64));
    }
    Ok(())
}

fn scan(store: &Store, dimensions: usize) -> anyhow::Result<(DocumentTable, ScanIndex)> {
    let mut scan = ScanIndex::new(MODEL, dimensions);
    let table = DocumentTable::load(store, Some(&mut scan))?;
    Ok((table, scan))
}

/// What every question finds, and how long it took.
fn ask(
    index: &dyn VectorIndex,
    questions: &[QuantizedVector],
    (table, admission): (&DocumentTable, &Admission),
    what: &str,
) -> anyhow::Result<(Vec<Vec<Row>>, String)> {
    let (mut times, mut all) = (Times::default(), Vec::new());
    for question in questions {
        let found = times.take(|| index.nearest(question, NEAREST, table, admission))?;
        anyhow::ensure!(found.len() == NEAREST, "found {}", found.len());
        all.push(found.into_iter().map(|(row, _)| row).collect());
    }
    Ok((all, times.told(what)))
}

/// CPU time of all threads of this process.
fn process_cpu_seconds() -> f64 {
    let now = clock_gettime(ClockId::ProcessCPUTime);
    now.tv_sec as f64 + now.tv_nsec as f64 / 1e9
}

/// Dimensions, number of vectors and of questions, then their values, all in four bytes, the least first.
fn write(file: &Path, vectors: &[Vec<f32>], questions: &[QuantizedVector]) -> anyhow::Result<()> {
    let numbers = [vectors[0].len(), vectors.len(), questions.len()].map(|number| number as u32);
    let mut bytes: Vec<u8> = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
    let asked = questions
        .iter()
        .flat_map(|question| question.codes().iter().map(|code| f32::from(*code) * question.scale()));
    bytes.extend(vectors.iter().flatten().copied().chain(asked).flat_map(f32::to_le_bytes));
    Ok(std::fs::write(file, bytes)?)
}

/// Two documents' vectors, by weights that a number decides.
fn mixed(real: &[Vec<f32>], number: usize) -> anyhow::Result<UnitVector> {
    let dice = (number as u64).wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let (dice, share) = (dice ^ dice >> 29, (dice >> 40) as f32 / 16_777_216.0);
    let (one, other) = (&real[dice as usize % real.len()], &real[(dice >> 32) as usize % real.len()]);
    Ok(UnitVector::normalized(one.iter().zip(other).map(|(a, b)| a * share + b * (1.0 - share)).collect())?)
}

/// Documents without words, every second for one reader only.
fn store(size: usize, owner: &AccountKey) -> anyhow::Result<Store> {
    let store = Store::in_memory()?;
    let container = ContainerId::new("bench:c")?;
    let hidden = Visibility::Members([owner.clone()].into());
    let mut audiences = AudienceTable::new();
    let ids = [audiences.intern(&Visibility::Everyone), audiences.intern(&hidden)];
    store.begin()?;
    let mut sync = store.sync_documents(&container)?;
    for number in 0..size {
        let person = PersonId::new(format!("p{}", number % 10_000))?;
        let visibility = [Visibility::Everyone, hidden.clone()][number % 2].clone();
        let document = wordless(number, &container, person, RoleSet::EMPTY.with(Role::Answered), visibility)?;
        sync.put(&document, ids[number % 2], None)?;
    }
    sync.finish()?;
    store.put_audiences(&audiences, 0)?;
    store.commit()?;
    Ok(store)
}
