//! As much of an HTTP/1.1 client as the tests need: one request a connection.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::Value;

/// Longer than any answer takes on a busy machine; a test that waits so long has failed.
const LONGEST: Duration = Duration::from_mins(1);

/// An answer: status, head and body.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Status line and headers, as they came.
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Answer {
    /// The value of a header.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.head.lines().skip(1).filter_map(|line| line.split_once(':'));
        headers.find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
    }

    /// The body as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

/// The header that shows a key or a token.
pub(crate) fn bearer(secret: &str) -> String {
    format!("authorization: Bearer {secret}\r\n")
}

/// Sends one request and reads the whole answer.
#[track_caller]
pub(crate) fn send(address: SocketAddr, method: &str, target: &str, body: Option<&str>) -> Answer {
    let content = body.map_or_else(String::new, |_| "content-type: application/json\r\n".to_owned());
    parsed(&send_with(address, &format!("{method} {target}"), &content, body).unwrap())
}

/// Sends one request with these headers (each with its line's end); a connection that breaks is an error.
pub(crate) fn try_send(
    address: SocketAddr,
    start: &str,
    headers: &str,
    body: Option<&str>,
) -> std::io::Result<Answer> {
    let answer = send_with(address, start, headers, body)?;
    // A server that is killed may close before it has answered.
    if is_whole(&answer) { Ok(parsed(&answer)) } else { Err(std::io::ErrorKind::UnexpectedEof.into()) }
}

/// Whether an answer has its head and as much of a body as that says.
fn is_whole(answer: &str) -> bool {
    let Some((head, body)) = answer.split_once("\r\n\r\n") else { return false };
    let lengths = head.lines().filter_map(|line| line.split_once(':'));
    let mut lengths = lengths.filter(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    lengths.all(|(_, length)| length.trim().parse::<usize>().is_ok_and(|length| length <= body.len()))
}

fn send_with(address: SocketAddr, start: &str, headers: &str, body: Option<&str>) -> std::io::Result<String> {
    let mut stream = TcpStream::connect_timeout(&address, LONGEST)?;
    stream.set_read_timeout(Some(LONGEST))?;
    stream.set_write_timeout(Some(LONGEST))?;
    let length = body.map_or_else(String::new, |body| format!("content-length: {}\r\n", body.len()));
    let head = format!("{start} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n{headers}{length}\r\n");
    stream.write_all(head.as_bytes())?;
    stream.write_all(body.unwrap_or_default().as_bytes())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

#[track_caller]
fn parsed(answer: &str) -> Answer {
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    let answer = Answer { status, head: head.to_owned(), body: body.to_owned() };
    let length = answer.header("content-length").map(|length| length.parse::<usize>().unwrap());
    // What has no content says no length of it (RFC 9110, 8.6).
    let whole = if status == 204 { None } else { Some(answer.body.len()) };
    assert_eq!(length, whole, "the body is not whole: {answer:?}");
    answer
}
