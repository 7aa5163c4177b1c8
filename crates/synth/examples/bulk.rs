//! Writes a made-up export of any size: `cargo run --example bulk -- MESSAGES FILE.jsonl [SLACK_FOLDER]`.

use std::io::{BufWriter, Write};
use std::path::Path;

use synth::bulk::{Bulk, write_jsonl, write_slack};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let messages = arguments.next().ok_or("how many messages?")?.parse()?;
    let file = arguments.next().ok_or("into which file?")?;
    let bulk = Bulk::of(1, messages);
    let mut out = BufWriter::new(std::fs::File::create(file)?);
    write_jsonl(&bulk, &mut out)?;
    out.flush()?;
    if let Some(folder) = arguments.next() {
        write_slack(&bulk, Path::new(&folder))?;
    }
    Ok(())
}
