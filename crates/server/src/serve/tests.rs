//! Sockets: what is accepted, bounded, and closed in time.

use std::sync::Mutex;
use std::sync::mpsc;

use engine::Found;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::oneshot;

use super::*;
use crate::testing::{Made, Running, clock, config, exchange, found};

async fn start<F>(config: Config, answer: F) -> Running
where
    F: Fn(&engine::Search) -> Result<Found, engine::Error> + Send + Sync + 'static,
{
    let app = App::new(Arc::new(Made(answer)), &config, clock);
    Running::start(app, config).await
}

/// A server at work on one question, the connection over which it was asked, and what lets it be answered.
async fn start_held(config: Config) -> (Running, TcpStream, mpsc::Sender<()>) {
    let (release, held) = mpsc::channel::<()>();
    let (entered, started) = oneshot::channel::<()>();
    let (held, entered) = (Mutex::new(held), Mutex::new(Some(entered)));
    let server = start(config, move |_| {
        entered.lock().unwrap().take().unwrap().send(()).unwrap();
        held.lock().unwrap().recv().unwrap();
        Ok(found())
    })
    .await;
    let mut open = server.connect().await;
    open.write_all(search_request("keep-alive").as_bytes()).await.unwrap();
    started.await.unwrap();
    (server, open, release)
}

fn search_request(connection: &str) -> String {
    let body = r#"{"query":"how?"}"#;
    format!(
        "POST /v1/experts/search HTTP/1.1\r\nhost: localhost\r\nconnection: {connection}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
}

#[tokio::test]
async fn a_question_is_answered_over_a_socket() {
    let server = start(config(), |_| Ok(found())).await;
    let answer = exchange(server.connect().await, &search_request("close")).await;
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert!(answer.contains("Ana Brandt"), "{answer}");
    server.stop().await;
}

#[tokio::test]
async fn half_sent_heads_and_idle_connections_are_closed() {
    let server = start(Config { header_read_timeout_ms: 20, ..config() }, |_| Ok(found())).await;
    for sent in ["", "POST /v1/experts/search HTTP/1.1\r\nhost: loc", &search_request("keep-alive")] {
        // Ends only when the server closes, since our side stays open.
        exchange(server.connect().await, sent).await;
    }
    server.stop().await;
}

#[tokio::test]
async fn a_head_that_is_too_long_is_431() {
    let server = start(config(), |_| Ok(found())).await;
    let head =
        format!("GET /healthz HTTP/1.1\r\nhost: localhost\r\nx-filler: {}\r\n\r\n", "a".repeat(20_000));
    let mut stream = server.connect().await;
    // The server may close before it has read all of it.
    let _ = stream.write_all(head.as_bytes()).await;
    let mut start = [0; 12];
    stream.read_exact(&mut start).await.unwrap();
    assert_eq!(&start, b"HTTP/1.1 431");
    server.stop().await;
}

#[tokio::test]
async fn connections_beyond_the_cap_wait_until_one_closes() {
    let server = start(Config { max_connections: 1, ..config() }, |_| Ok(found())).await;
    let mut first = server.connect().await;
    first.write_all(search_request("keep-alive").as_bytes()).await.unwrap();
    first.read_u8().await.unwrap();
    let second = server.connect().await;
    let request = "GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    let waiting = tokio::spawn(exchange(second, request));
    for _ in 0..1_000 {
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished());
    }
    drop(first);
    assert!(waiting.await.unwrap().starts_with("HTTP/1.1 200 OK"));
    server.stop().await;
}

#[tokio::test]
async fn stopping_answers_the_open_request_and_takes_no_new_one() {
    let (server, mut open, release) = start_held(config()).await;
    let address = server.address;
    let stopping = tokio::spawn(server.stop());
    while TcpStream::connect(address).await.is_ok() {
        tokio::task::yield_now().await;
    }
    release.send(()).unwrap();
    let mut answer = String::new();
    open.read_to_string(&mut answer).await.unwrap();
    assert!(answer.contains("Ana Brandt"), "{answer}");
    stopping.await.unwrap();
}

#[tokio::test]
async fn who_waits_at_the_door_without_a_place_is_told_to_come_back_when_it_stops() {
    let (server, mut open, release) = start_held(Config { max_connections: 1, ..config() }).await;
    let mut waiting = Vec::new();
    for _ in 0..3 {
        let mut stream = server.connect().await;
        stream.write_all(search_request("keep-alive").as_bytes()).await.unwrap();
        waiting.push(stream);
    }
    let stopping = tokio::spawn(server.stop());
    for stream in waiting {
        let refused = exchange(stream, "").await;
        assert!(refused.starts_with("HTTP/1.1 503"), "{refused}");
        assert!(refused.contains("retry-after: 1") && refused.contains("the server stops"), "{refused}");
    }
    release.send(()).unwrap();
    let mut answer = String::new();
    open.read_to_string(&mut answer).await.unwrap();
    assert!(answer.contains("Ana Brandt"), "{answer}");
    stopping.await.unwrap();
}

#[tokio::test]
async fn stopping_does_not_wait_for_ever() {
    let server = start(Config { shutdown_timeout_ms: 20, ..config() }, |_| Ok(found())).await;
    let mut half_sent = server.connect().await;
    half_sent.write_all(b"GET / HTTP/1.1\r\n").await.unwrap();
    let mut whole = server.connect().await;
    whole.write_all(search_request("keep-alive").as_bytes()).await.unwrap();
    whole.read_u8().await.unwrap();
    server.stop().await;
}

#[tokio::test]
async fn an_address_that_others_can_reach_is_refused_with_a_remedy() {
    let config = Config { address: "0.0.0.0:0".parse().unwrap(), ..config() };
    let made = Arc::new(Made(|_: &engine::Search| Ok(found())));
    let refused =
        serve_app(App::new(made, &config, clock), config, |_| panic!("listens"), async {}).await.unwrap_err();
    assert!(refused.to_string().contains("hint: listen on 127.0.0.1"), "{refused}");
}

#[tokio::test]
async fn an_address_that_is_taken_is_told() {
    let server = start(config(), |_| Ok(found())).await;
    let config = Config { address: server.address, ..config() };
    let made = Arc::new(Made(|_: &engine::Search| Ok(found())));
    let refused =
        serve_app(App::new(made, &config, clock), config, |_| panic!("listens"), async {}).await.unwrap_err();
    assert!(matches!(refused, Error::Listen { address, .. } if address == server.address));
    server.stop().await;
}

#[tokio::test]
async fn told_to_stop_it_says_so_first_and_still_answers() {
    let server =
        start(Config { drain_ms: 60_000, shutdown_timeout_ms: 20, ..config() }, |_| Ok(found())).await;
    let address = server.address;
    let stopping = tokio::spawn(server.stop());
    let ready = "GET /readyz HTTP/1.1\r\nhost: localhost\r\n\r\n";
    loop {
        // Kept open: the server itself closes it, so that the next request goes elsewhere.
        let closing = "GET /readyz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
        let answer = exchange(TcpStream::connect(address).await.unwrap(), closing).await;
        if answer.starts_with("HTTP/1.1 503") {
            assert!(answer.contains("retry-after: 1"), "{answer}");
            break;
        }
    }
    let answer = exchange(TcpStream::connect(address).await.unwrap(), ready).await;
    assert!(answer.starts_with("HTTP/1.1 503") && answer.contains("connection: close"), "{answer}");
    let answer = exchange(TcpStream::connect(address).await.unwrap(), &search_request("keep-alive")).await;
    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("Ana Brandt"), "{answer}");
    stopping.abort();
}

#[tokio::test]
async fn figures_tell_what_was_answered_and_nothing_that_was_asked() {
    let server = start(config(), |_| Ok(found())).await;
    exchange(server.connect().await, &search_request("close")).await;
    let request = "GET /metrics HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    let figures = exchange(server.connect().await, request).await;
    for line in [
        "whoknows_request_duration_seconds_count{route=\"/v1/experts/search\",method=\"POST\",status=\"200\"} 1",
        "whoknows_generation 42",
        "whoknows_connections_open 1",
        "whoknows_searches_running 0",
    ] {
        assert!(figures.contains(&format!("\n{line}\n")), "{line} is not in {figures}");
    }
    assert!(!figures.contains("how?") && !figures.contains("Ana"), "{figures}");
    server.stop().await;
}
