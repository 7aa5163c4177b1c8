//! Stopping under load: who got a connection is answered, `/readyz` says it first, and a second signal ends it at once
//! (trust.md R12).

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;

use super::{LONGEST, admin, options, order};
use crate::support::chance::is_full;
use crate::support::{DESKS, Place, Server, bearer};

/// Questions a second.
const RATE: u32 = 200;
/// What the operator was promised.
const AT_MOST: Duration = Duration::from_secs(10);

/// What became of a request.
#[derive(Debug)]
struct Heard {
    /// When its connection was there.
    connected: Instant,
    /// The head of the answer, or what broke.
    told: Result<String, String>,
}

/// Asks on a connection of its own; `None` if there was no connection to be had.
fn ask(address: SocketAddr, request: &[u8]) -> Option<Heard> {
    let mut stream = TcpStream::connect(address).ok()?;
    let connected = Instant::now();
    let mut answer = String::new();
    stream.set_read_timeout(Some(LONGEST)).unwrap();
    let read = stream.write_all(request).and_then(|()| stream.read_to_string(&mut answer));
    let told = read.map_err(|error| error.to_string()).and_then(|_| whole(&answer));
    Some(Heard { connected, told })
}

/// The head of an answer that came whole.
fn whole(answer: &str) -> Result<String, String> {
    let (head, body) = answer.split_once("\r\n\r\n").ok_or_else(|| format!("broke off: {answer:?}"))?;
    let head = head.to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    let length: usize = length.and_then(|length| length.parse().ok()).ok_or("no length")?;
    if body.len() == length { Ok(head) } else { Err(format!("{} of {length} bytes", body.len())) }
}

fn signal(server: &Server) {
    let pid = Pid::from_raw(server.pid().cast_signed()).unwrap();
    kill_process(pid, Signal::TERM).unwrap();
}

/// A server that is told to stop amid 200 questions a second; it takes questions for so long after that.
fn check(drain_ms: u32) {
    let place = Place::with_play(DESKS);
    let options =
        place.write("stop.toml", format!("[server]\ndrain_ms = {drain_ms}\nqueue_wait_ms = 2000\n"));
    let server = Server::start_with_options(&place.data(), &options);
    let address = server.address();
    let body = json!({"query": "How can I keep the VPN tunnel alive?"}).to_string();
    let request = format!(
        "POST /v1/experts/search HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\ncontent-type: application/json\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    );
    let ready = format!("GET /readyz HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
    let gone = AtomicBool::new(false);
    let (told, ran, heard, watched) = std::thread::scope(|scope| {
        let (tell, hearing) = channel();
        let watching = scope.spawn(|| {
            let mut watched = Vec::new();
            while let Some(one) = ask(address, ready.as_bytes()) {
                watched.push(one);
            }
            watched
        });
        let stopping = scope.spawn(move || {
            let mut heard: Vec<Heard> = hearing.iter().take(if is_full() { 2_000 } else { 200 }).collect();
            let told = Instant::now();
            let ran = server.terminate();
            heard.extend(hearing);
            (told, ran, heard)
        });
        // Nobody ever sends: this only waits for the time of the next question.
        let ((_silent, never), began) = (channel::<()>(), Instant::now());
        for number in 0.. {
            let _ =
                never.recv_timeout((Duration::from_secs(1) / RATE * number).saturating_sub(began.elapsed()));
            if gone.load(Ordering::Relaxed) {
                break;
            }
            let (tell, gone, request) = (tell.clone(), &gone, &request);
            scope.spawn(move || match ask(address, request.as_bytes()) {
                Some(one) => drop(tell.send(one)),
                // Nobody listens any more: the load is over.
                None => gone.store(true, Ordering::Relaxed),
            });
        }
        drop(tell);
        let (told, ran, heard) = stopping.join().unwrap();
        (told, ran, heard, watching.join().unwrap())
    });
    assert!(told.elapsed() < AT_MOST, "{:?}", told.elapsed());
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let answered = |head: &String| {
        head.starts_with("http/1.1 200")
            || (head.starts_with("http/1.1 503") && head.contains("retry-after: "))
    };
    let lost: Vec<&Heard> =
        heard.iter().filter(|one| one.connected < told && !one.told.as_ref().is_ok_and(answered)).collect();
    assert!(lost.is_empty(), "{} of {} lost: {:?}", lost.len(), heard.len(), lost.first());
    // While the door is open, and `/readyz` says no, questions are still answered.
    let after = heard.iter().filter(|one| one.connected >= told).count();
    let broken = heard.iter().filter(|one| one.connected >= told && one.told.is_err()).count();
    let refused = |one: &&Heard| one.told.as_ref().is_ok_and(|head| head.starts_with("http/1.1 503"));
    let said_no = watched.iter().filter(refused).map(|one| one.connected).min();
    println!(
        "{} questions, {after} after the signal, of which {broken} broke; drain {drain_ms} ms",
        heard.len()
    );
    if drain_ms > 0 {
        let said_no = said_no.expect("/readyz says 503 while it drains");
        let taken = heard.iter().filter(|one| one.connected > said_no && one.told.is_ok()).count();
        assert!(taken > 0, "no question was taken after /readyz said no");
    }
}

#[test]
fn nothing_that_was_accepted_is_lost_when_it_is_told_to_stop_under_load() {
    check(300);
}

#[test]
fn nor_where_it_shuts_its_door_at_once() {
    check(0);
}

#[test]
fn a_second_signal_ends_it_at_once() {
    let place = Place::with_play(DESKS);
    let options = place.write("stop.toml", "[server]\ndrain_ms = 60000\nshutdown_timeout_ms = 60000\n");
    let server = Server::start_with_options(&place.data(), &options);
    signal(&server);
    let began = Instant::now();
    while server.get("/readyz").status != 503 {
        assert!(began.elapsed() < LONGEST, "/readyz does not say that it stops");
    }
    let began = Instant::now();
    let ran = server.terminate();
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(began.elapsed() < AT_MOST, "{:?}", began.elapsed());
}

/// An export that nobody ever writes to the end: the job that reads it does not hear that it is to stop.
#[test]
fn a_request_and_a_job_that_do_not_end_have_one_time_for_it_together() {
    let place = Place::with_play(DESKS);
    let key = admin(&place);
    let more = "[server]\ndrain_ms = 0\nshutdown_timeout_ms = 5000\nrequest_timeout_ms = 60000\n";
    let options = options(&place, "");
    let text = fs_err::read_to_string(&options).unwrap();
    let options = place.write("operate.toml", text.replace("[server.rate]", &format!("{more}[server.rate]")));
    let pipe = place.path("exports/pipe.jsonl");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    // Held open, so that whoever reads waits for more.
    let writer = fs_err::OpenOptions::new().read(true).write(true).open(&pipe).unwrap();
    let server = Server::start_with_options(&place.data(), &options);
    let id = order(&server, &key, &json!({"kind": "ingest", "arguments": {"exports": ["pipe.jsonl"]}}));
    let began = Instant::now();
    let path = format!("GET /v1/jobs/{id}");
    while server.send_with(&path, &bearer(&key), None).json()["state"] != "running" {
        assert!(began.elapsed() < LONGEST, "the job does not begin");
    }
    // The answer says that the request was begun; the rest of its body never comes.
    let mut open = TcpStream::connect(server.address()).unwrap();
    let head = format!(
        "POST /v1/experts/search HTTP/1.1\r\nhost: {}\r\nexpect: 100-continue\r\ncontent-type: application/json\r\n\
         content-length: 100\r\n\r\n",
        server.address()
    );
    open.write_all(head.as_bytes()).unwrap();
    let mut begun = [0; 12];
    open.set_read_timeout(Some(LONGEST)).unwrap();
    open.read_exact(&mut begun).unwrap();
    assert_eq!(&begun, b"HTTP/1.1 100");
    let told = Instant::now();
    let ran = server.terminate();
    let took = told.elapsed();
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!((Duration::from_secs(5)..Duration::from_secs(9)).contains(&took), "{took:?}");
    drop((writer, open));
    // The next process tells it as interrupted, and answers.
    let server = Server::start_with_options(&place.data(), &options);
    let job = server.send_with(&path, &bearer(&key), None).json();
    assert_eq!(job["state"], "interrupted", "{job:#}");
    server.terminate().exits(0);
}
