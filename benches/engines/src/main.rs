//! Vector engines side by side on the same vectors and questions: see README.md.

mod data;
mod exact;
mod process;
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

/// One engine, built.
trait Engine {
    /// The at most `limit` nearest that the asker may read, nearest first.
    fn nearest(&self, question: &data::Vector, limit: usize, asker: Asker) -> anyhow::Result<Vec<u32>>;
}

fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let usage = "usage: engines VECTORS_FILE SIZE ENGINE [WIDTH OF THE SEARCH]";
    let file = arguments.next().context(usage)?;
    let size: usize = arguments.next().context(usage)?.parse()?;
    let name = arguments.next().context(usage)?;
    let width: usize = arguments.next().map_or(Ok(NEAREST), |text| text.parse())?;
    let world = World::read(Path::new(&file), size)?;
    let truth = exact::Exact(&world.vectors);
    println!("{name} {size} width {width}: {} questions, k = {NEAREST}", world.questions.len());
    let (cpu, resident) = (process_cpu_seconds(), resident_megabytes());
    let folder = tempfile::tempdir()?;
    let engine = build(&name, &world.vectors, width, folder.path())?;
    let cpu = process_cpu_seconds() - cpu;
    println!(
        "  built in {cpu:.1} CPU s, {:.0} vectors a CPU second; {:.0} MB more resident ({:.0} bytes a vector), {:.0} MB on disk",
        size as f64 / cpu,
        resident_megabytes() - resident,
        (resident_megabytes() - resident) * 1e6 / size as f64,
        data::size_of(folder.path())? as f64 / 1e6,
    );
    for (asker, who) in Asker::EVERY {
        let (mut times, mut kept, mut wanted) = (Times::default(), 0, 0);
        for question in &world.questions {
            let found = times.take(|| engine.nearest(question, NEAREST, asker))?;
            let exact = truth.nearest(question, HELD, asker)?;
            wanted += exact.len();
            kept += exact.iter().filter(|number| found.contains(number)).count();
            anyhow::ensure!(found.iter().all(|number| asker.admits(*number)), "something hidden was found");
        }
        println!("{} recall@{HELD} {:.4}", times.told(&format!("  {who}")), kept as f64 / wanted as f64);
    }
    Ok(())
}

#[cfg_attr(not(feature = "usearch"), expect(unused_variables, reason = "not every engine has a folder"))]
fn build<'a>(
    name: &str,
    vectors: &'a Vectors,
    width: usize,
    folder: &Path,
) -> anyhow::Result<Box<dyn Engine + 'a>> {
    Ok(match name {
        "exact" => Box::new(exact::Exact(vectors)),
        #[cfg(feature = "usearch")]
        "usearch" => Box::new(usearch::build(vectors, width, folder)?),
        other => anyhow::bail!("{other} is not an engine, or was not built in"),
    })
}
