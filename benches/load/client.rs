//! As much of an HTTP/1.1 client as a load needs: connections are kept and used again.

use std::io::{Error, ErrorKind, Result};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use tokio::net::TcpStream;

/// What became of a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Answered with 200.
    Good,
    /// Refused with 429 or 503 and a time to come back.
    Refused,
    /// Anything else: another status, a refusal without a time, a connection that broke.
    Failed,
}

/// Asks one server.
pub(crate) struct Client {
    address: SocketAddr,
    requests: Vec<Vec<u8>>,
    idle: Mutex<Vec<TcpStream>>,
    resets: AtomicUsize,
}

impl Client {
    /// Will ask these questions, round and round.
    pub(crate) fn new(address: SocketAddr, key: Option<String>, questions: &[String]) -> Self {
        let shown = key.map_or_else(String::new, |key| format!("authorization: Bearer {key}\r\n"));
        let request = |question: &String| {
            let body = serde_json::json!({ "query": question }).to_string();
            format!(
                "POST /v1/experts/search HTTP/1.1\r\nhost: {address}\r\n{shown}content-type: application/json\r\n\
                 content-length: {}\r\n\r\n{body}",
                body.len()
            )
            .into_bytes()
        };
        let requests = questions.iter().map(request).collect();
        Self { address, requests, idle: Mutex::default(), resets: AtomicUsize::new(0) }
    }

    /// Connections that were reset or refused since the last time, whatever came of the question on another one.
    pub(crate) fn take_resets(&self) -> usize {
        self.resets.swap(0, Ordering::Relaxed)
    }

    /// Asks one question and reads the whole answer.
    pub(crate) async fn ask(&self, number: usize) -> Outcome {
        let request = &self.requests[number % self.requests.len()];
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut asked = match idle {
            Some(stream) => self.noting(ask_on(stream, request).await),
            None => self.ask_anew(request).await,
        };
        if let Err(error) = &asked
            && matches!(
                error.kind(),
                ErrorKind::UnexpectedEof | ErrorKind::BrokenPipe | ErrorKind::ConnectionReset
            )
        {
            // The server closes connections that were idle for long: clients ask again, on a new one.
            asked = self.ask_anew(request).await;
        }
        let Ok((stream, head)) = asked else { return Outcome::Failed };
        if !head.contains("connection: close") {
            self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(stream);
        }
        match head.split(' ').nth(1) {
            Some("200") => Outcome::Good,
            Some("429" | "503") if head.contains("retry-after: ") => Outcome::Refused,
            _ => Outcome::Failed,
        }
    }

    async fn ask_anew(&self, request: &[u8]) -> Result<(TcpStream, String)> {
        let stream = self.noting(TcpStream::connect(self.address).await)?;
        self.noting(ask_on(stream, request).await)
    }

    /// Counts what the other side broke off; a connection that it closed in order after being idle is none of that.
    fn noting<T>(&self, done: Result<T>) -> Result<T> {
        let broken = |error: &Error| {
            let kind = error.kind();
            matches!(
                kind,
                ErrorKind::ConnectionReset
                    | ErrorKind::ConnectionRefused
                    | ErrorKind::ConnectionAborted
                    | ErrorKind::BrokenPipe
            )
        };
        if done.as_ref().is_err_and(broken) {
            self.resets.fetch_add(1, Ordering::Relaxed);
        }
        done
    }
}

async fn ask_on(stream: TcpStream, request: &[u8]) -> Result<(TcpStream, String)> {
    stream.set_nodelay(true)?;
    write(&stream, request).await?;
    let head = read(&stream).await?;
    Ok((stream, head))
}

async fn write(stream: &TcpStream, mut bytes: &[u8]) -> Result<()> {
    while !bytes.is_empty() {
        stream.writable().await?;
        match stream.try_write(bytes) {
            Ok(written) => bytes = bytes.get(written..).unwrap_or_default(),
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Reads what has come; an error at the end.
async fn more(stream: &TcpStream, bytes: &mut Vec<u8>) -> Result<()> {
    // Not on the stack: a future of this size is moved about.
    let mut some = vec![0; 16 << 10];
    loop {
        stream.readable().await?;
        match stream.try_read(&mut some) {
            Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
            Ok(length) => {
                bytes.extend_from_slice(some.get(..length).unwrap_or_default());
                return Ok(());
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
    }
}

/// Reads an answer to its end; gives its head in lower case.
async fn read(stream: &TcpStream) -> Result<String> {
    let mut bytes = Vec::with_capacity(16 << 10);
    loop {
        more(stream, &mut bytes).await?;
        let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else { continue };
        let head = String::from_utf8_lossy(bytes.get(..end).unwrap_or_default()).to_ascii_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        let length = length.and_then(|length| length.parse::<usize>().ok());
        let length = length.ok_or_else(|| Error::from(ErrorKind::InvalidData))?;
        while bytes.len() < end + 4 + length {
            more(stream, &mut bytes).await?;
        }
        return Ok(head);
    }
}
