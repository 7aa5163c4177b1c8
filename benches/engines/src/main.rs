//! Vector engines side by side on the same vectors and questions: see README.md.

#[cfg(feature = "arroy")]
mod arroy;
mod data;
#[cfg(feature = "lists")]
#[path = "../../vectors/document.rs"]
mod document;
mod exact;
#[cfg(feature = "hannoy")]
mod hannoy;
#[cfg(feature = "lists")]
mod lists;
#[cfg(feature = "lmdb")]
mod lmdb;
mod process;
#[cfg(feature = "qdrant-edge")]
mod qdrant_edge;
#[path = "../../ranking/times.rs"]
mod times;
#[cfg(feature = "usearch")]
mod usearch;

use std::path::Path;

use anyhow::Context;

use data::{Vectors, World};
use process::{process_cpu_seconds, resident_megabytes};
use times::Times;

/// Nearest vectors that a question asks for.
const NEAREST: usize = 300;
/// How many of them are held against the exact ones.
const HELD: usize = 100;
const USAGE: &str = "usage: engines VECTORS_FILE SIZE ENGINE [WIDTH,… OF THE SEARCH] [FOLDER TO KEEP IT IN]";

/// Who asks: everybody's vectors, every second, every hundredth.
#[derive(Clone, Copy)]
enum Asker {
    All,
    Second,
    Hundredth,
}

impl Asker {
    const EVERY: [(Self, &str); 3] =
        [(Self::All, "all"), (Self::Second, "every second"), (Self::Hundredth, "every hundredth")];

    /// Whether this asker may read that vector.
    fn admits(self, number: u32) -> bool {
        match self {
            Self::All => true,
            Self::Second => number.is_multiple_of(2),
            Self::Hundredth => number % 100 == 7,
        }
    }
}

/// What a question asks an engine for.
struct Wanted {
    /// At most so many.
    limit: usize,
    asker: Asker,
    /// How far the search goes, in what the engine counts in.
    #[cfg_attr(
        not(any(feature = "usearch", feature = "lmdb", feature = "qdrant-edge")),
        expect(dead_code, reason = "the exact scan and lists go as far as they must")
    )]
    width: usize,
}

/// One engine, built.
trait Engine {
    /// The nearest that the asker may read, nearest first.
    fn nearest(&self, question: &data::Vector, wanted: &Wanted) -> anyhow::Result<Vec<u32>>;
}

fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let file = arguments.next().context(USAGE)?;
    let size: usize = arguments.next().context(USAGE)?.parse()?;
    let name = arguments.next().context(USAGE)?;
    let widths = arguments.next().unwrap_or_else(|| NEAREST.to_string());
    let widths: Vec<usize> = widths.split(',').map(str::parse).collect::<Result<_, _>>()?;
    let kept = arguments.next();
    let world = World::read(Path::new(&file), size)?;
    let thrown_away = tempfile::tempdir()?;
    let folder = kept.as_deref().map_or(thrown_away.path(), Path::new);
    std::fs::create_dir_all(folder)?;
    println!("{name} {}: {} questions, k = {NEAREST}", world.vectors.len(), world.questions.len());
    let resident = resident_megabytes();
    let engine = build(&name, &world.vectors, folder)?;
    measure(engine.as_ref(), &world, &widths)?;
    let bytes_each =
        |megabytes: f64| format!("{megabytes:.0} MB, {:.0} a vector", megabytes * 1e6 / size as f64);
    println!(
        "  memory {} (what the build left in it); disk {}",
        bytes_each(resident_megabytes() - resident),
        bytes_each(data::size_of(folder)? as f64 / 1e6),
    );
    Ok(())
}

/// Every asker at every width, and the exact scan beside them.
fn measure(engine: &dyn Engine, world: &World, widths: &[usize]) -> anyhow::Result<()> {
    let truth = exact::Exact(&world.vectors);
    for (asker, who) in Asker::EVERY {
        let wanted = |width| Wanted { limit: NEAREST, asker, width };
        let (mut times, mut exact) = (Times::default(), Vec::new());
        for question in &world.questions {
            exact.push(times.take(|| truth.nearest(question, &wanted(0)))?);
        }
        println!("{}", times.told(&format!("  {who}, exact")));
        for width in widths {
            let (mut times, mut kept, mut whole) = (Times::default(), 0, 0);
            for (question, exact) in world.questions.iter().zip(&exact) {
                let found = times.take(|| engine.nearest(question, &wanted(*width)))?;
                anyhow::ensure!(found.iter().all(|number| asker.admits(*number)), "hidden ones were found");
                kept += exact.iter().take(HELD).filter(|number| found.contains(number)).count();
                whole += usize::from(found.len() == NEAREST);
            }
            let questions = world.questions.len();
            println!(
                "{} recall@{HELD} {:.4}, {whole} of {questions} got all {NEAREST}",
                times.told(&format!("  {who}, width {width}")),
                kept as f64 / (HELD * questions) as f64
            );
        }
    }
    Ok(())
}

/// Says what making an engine cost.
#[cfg_attr(
    not(any(feature = "usearch", feature = "lmdb", feature = "lists", feature = "qdrant-edge")),
    expect(dead_code, reason = "the exact scan needs no making")
)]
fn told(size: usize, make: impl FnOnce() -> anyhow::Result<()>) -> anyhow::Result<()> {
    println!("  nothing is there: it is built");
    let cpu = process_cpu_seconds();
    make()?;
    let cpu = process_cpu_seconds() - cpu;
    println!("  built in {cpu:.1} CPU s, {:.0} vectors a CPU second", size as f64 / cpu);
    Ok(())
}

#[cfg_attr(
    not(any(feature = "usearch", feature = "lmdb", feature = "qdrant-edge")),
    expect(unused_variables, reason = "not every engine has a folder")
)]
fn build<'a>(name: &str, vectors: &'a Vectors, folder: &Path) -> anyhow::Result<Box<dyn Engine + 'a>> {
    Ok(match name {
        "exact" => Box::new(exact::Exact(vectors)),
        #[cfg(feature = "arroy")]
        "arroy" => Box::new(arroy::Arroy::open_or_build(vectors, folder)?),
        #[cfg(feature = "hannoy")]
        "hannoy" => Box::new(hannoy::Hannoy::open_or_build(vectors, folder)?),
        #[cfg(feature = "lists")]
        "lists" => Box::new(lists::Lists::build(vectors)?),
        #[cfg(feature = "qdrant-edge")]
        "qdrant-edge" => Box::new(qdrant_edge::QdrantEdge::open_or_build(vectors, folder)?),
        #[cfg(feature = "usearch")]
        "usearch" => Box::new(usearch::Usearch::open_or_build(vectors, folder)?),
        other => anyhow::bail!("{other} is not an engine, or was not built in"),
    })
}
