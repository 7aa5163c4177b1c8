//! Callers who send half of what they begin, or read nothing of what they are told: they are let go in time, and cost
//! others nothing (trust.md R14).
//!
//! 200 of them with short timeouts; `WHOKNOWS_FULL=1` asks for 1,000 and the timeouts that are shipped.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use serde_json::json;

use super::LONGEST;
use crate::support::chance::is_full;
use crate::support::{DESKS, Place, Server, of_process, p99};

/// What is promised.
const CLOSED_IN: Duration = Duration::from_secs(10);
const P99: Duration = Duration::from_millis(100);
const MOST_MEMORY: u64 = 50 << 20;

/// What a caller does wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Half {
    Head,
    Body,
    /// Asks for much and reads nothing of it.
    Reader,
}

/// Begins something, and leaves it at that.
fn begin(address: SocketAddr, half: Half) -> TcpStream {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_nonblocking(true).unwrap();
    let sent = match half {
        Half::Head => "POST /v1/experts/search HTTP/1.1\r\nhost: 127.0.0.1\r\nx-slow: ".to_owned(),
        Half::Body => {
            "POST /v1/experts/search HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n\
                       content-length: 4000\r\n\r\n{\"query\":"
                .to_owned()
        }
        // More than the machine holds for a reader.
        Half::Reader => "GET /openapi.json HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n".repeat(60),
    };
    stream.write_all(sent.as_bytes()).unwrap();
    stream
}

/// Whether the other side has closed; what it said before is passed over, but for a reader who reads nothing.
fn is_closed(stream: &mut TcpStream, half: Half) -> bool {
    if half == Half::Reader {
        // Only an end that comes by itself is told without reading.
        let told = stream.take_error().and_then(|error| error.map_or(Ok(()), Err));
        let written = told.and_then(|()| stream.write(b"G"));
        return written.is_err_and(|error| error.kind() != ErrorKind::WouldBlock);
    }
    let mut some = [0; 4_096];
    loop {
        match stream.read(&mut some) {
            Ok(0) => return true,
            Ok(_) => {}
            Err(error) => return error.kind() != ErrorKind::WouldBlock,
        }
    }
}

/// Memory of its own that a process holds, in bytes.
fn memory(pid: u32) -> u64 {
    of_process(pid, "RssAnon").unwrap() << 10
}

#[test]
fn who_is_half_way_is_let_go_in_time_and_holds_nobody_up() {
    let count = if is_full() { 1_000 } else { 200 };
    let place = Place::with_play(DESKS);
    let short = "header_read_timeout_ms = 1500\nwrite_timeout_ms = 1500\n";
    let options =
        place.write("slow.toml", format!("[server]\ndrain_ms = 0\n{}", if is_full() { "" } else { short }));
    let server = Server::start_with_options(&place.data(), &options);
    let question = json!({"query": "How can I keep the VPN tunnel alive?"});
    let ask = || {
        let asked = Instant::now();
        assert_eq!(server.post_search(&question).status, 200);
        asked.elapsed()
    };
    // What is made once is made by then.
    for _ in 0..200 {
        ask();
    }
    let before = memory(server.pid());
    let kinds = [Half::Head, Half::Body, Half::Reader];
    let (mut open, began) = (Vec::new(), Instant::now());
    for number in 0..count {
        let half = kinds[number % kinds.len()];
        open.push((begin(server.address(), half), half, Instant::now()));
    }
    let (mut times, mut most, mut slowest) = (Vec::new(), 0, Duration::ZERO);
    while !open.is_empty() {
        times.push(ask());
        most = most.max(memory(server.pid()));
        open.retain_mut(|(stream, half, since)| {
            let closed = is_closed(stream, *half);
            if closed {
                slowest = slowest.max(since.elapsed());
            }
            !closed
        });
        assert!(began.elapsed() < LONGEST, "{} are still open, of them {:?}", open.len(), open[0].1);
    }
    let p99 = p99(&mut times);
    let grown = most.saturating_sub(before);
    println!(
        "{count} half-way: the last one closed after {slowest:?}; {} questions meanwhile, p99 {p99:?}; memory +{:.1} MB",
        times.len(),
        grown as f64 / f64::from(1 << 20)
    );
    assert!(slowest <= CLOSED_IN, "{slowest:?}");
    assert!(grown <= MOST_MEMORY, "{grown} bytes");
    if is_full() {
        assert!(p99 <= P99, "{p99:?}");
    }
    assert_eq!(server.terminate().code, Some(0));
}
