//! The way through, timed as a user meets it: ingest by the real binary, questions over HTTP, the encoder.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use embed::{Embedder, StaticEmbedder};

fn main() -> anyhow::Result<()> {
    let work = tempfile::tempdir()?;
    let collections = std::env::var_os("WHOKNOWS_COLLECTIONS").map(PathBuf::from);
    match collections {
        Some(folder) => chat_export(&folder, work.path())?,
        None => {
            say("SKIPPED the real export: WHOKNOWS_COLLECTIONS does not name the folder of the collections");
        }
    }
    encode()
}

fn say(line: &str) {
    let _ = writeln!(std::io::stdout().lock(), "{line}");
}

/// Ingest of the chat export, then its dev questions over HTTP.
fn chat_export(folder: &Path, work: &Path) -> anyhow::Result<()> {
    let archive = folder.join("julia_slack.tar.zst");
    let unpacked =
        Command::new("tar").args(["-I", "zstd", "-xf"]).arg(archive).arg("-C").arg(work).status()?;
    anyhow::ensure!(unpacked.success(), "the bundle does not unpack (is zstd installed?)");
    let index = work.join("index");
    let start = Instant::now();
    let mut ingest = Command::new(env!("CARGO_BIN_EXE_whoknows"));
    ingest.arg("ingest").arg("--data-dir").arg(&index).arg(work.join("native_asof"));
    let child = ingest.stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
    let peak = peak_memory(child)?;
    say(&format!(
        "ingest of the chat export: {:.1} s, peak memory {:.0} MB",
        start.elapsed().as_secs_f64(),
        peak as f64 / 1e6
    ));
    questions(&index, &work.join("queries_dev.jsonl"))
}

/// Waits for a process and returns the largest resident size it was seen with, in bytes.
fn peak_memory(mut child: Child) -> anyhow::Result<u64> {
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    while child.try_wait()?.is_none() {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find(|line| line.starts_with("VmHWM:"));
        let kilobytes =
            line.and_then(|line| line.split_whitespace().nth(1)).and_then(|n| n.parse::<u64>().ok());
        peak = peak.max(kilobytes.unwrap_or(0) * 1024);
        #[expect(clippy::disallowed_methods, reason = "a bench may look at another process now and then")]
        std::thread::sleep(Duration::from_millis(20));
    }
    Ok(peak)
}

/// Asks every question twice over one connection, full answers with evidence, one after the other.
fn questions(index: &Path, queries: &Path) -> anyhow::Result<()> {
    let mut serve = Command::new(env!("CARGO_BIN_EXE_whoknows"));
    serve.args(["serve", "--address", "127.0.0.1:0", "--data-dir"]).arg(index);
    let mut server = serve.stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
    let mut line = String::new();
    let stdout = server.stdout.take().ok_or_else(|| anyhow::anyhow!("no stdout"))?;
    BufReader::new(stdout).read_line(&mut line)?;
    let address = line.split("http://").nth(1).and_then(|rest| rest.split_whitespace().next());
    let address = address.ok_or_else(|| anyhow::anyhow!("the server named no address"))?;
    let mut connection = BufReader::new(TcpStream::connect(address)?);
    connection.get_ref().set_nodelay(true)?;
    let mut times = Vec::new();
    for question in std::fs::read_to_string(queries)?.lines().chain(std::fs::read_to_string(queries)?.lines())
    {
        let question: serde_json::Value = serde_json::from_str(question)?;
        let text: String = question["text"].as_str().unwrap_or("?").chars().take(4_000).collect();
        let body = serde_json::json!({"query": text, "channel": question["channel"]}).to_string();
        let start = Instant::now();
        post(&mut connection, &body)?;
        times.push(start.elapsed().as_secs_f64() * 1e3);
    }
    server.kill()?;
    server.wait()?;
    say(&format!("search over HTTP, {} questions, milliseconds: {}", times.len(), percentiles(&mut times)));
    Ok(())
}

fn post(connection: &mut BufReader<TcpStream>, body: &str) -> anyhow::Result<()> {
    let head = format!(
        "POST /v1/experts/search HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    connection.get_mut().write_all(format!("{head}{body}").as_bytes())?;
    let (mut length, mut line) = (0, String::new());
    connection.read_line(&mut line)?;
    anyhow::ensure!(line.contains(" 200 "), "answered {line}");
    loop {
        line.clear();
        connection.read_line(&mut line)?;
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse()?;
        }
        if line == "\r\n" {
            break;
        }
    }
    std::io::copy(&mut connection.take(length), &mut std::io::sink())?;
    Ok(())
}

fn percentiles(times: &mut [f64]) -> String {
    times.sort_by(f64::total_cmp);
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
    format!("p50 {:.2}, p90 {:.2}, p99 {:.2}", at(0.5), at(0.9), at(0.99))
}

/// The shipped encoder, a text of about sixty word pieces at a time.
fn encode() -> anyhow::Result<()> {
    let embedder = StaticEmbedder::shipped()?;
    let text = "how do I rotate the signing keys of the identity provider without logging everybody out, and \
                does the old certificate stay valid until the metadata has been read again by all of our tenants? "
        .repeat(2);
    let start = Instant::now();
    let count = 5_000;
    for _ in 0..count {
        embedder.embed_one(&text)?;
    }
    say(&format!(
        "encoder: {:.0} texts a second on one core",
        f64::from(count) / start.elapsed().as_secs_f64()
    ));
    Ok(())
}
