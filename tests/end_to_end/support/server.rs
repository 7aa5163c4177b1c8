//! A server of the real binary on a free port, stopped when the test ends.

use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::JoinHandle;

use serde_json::{Value, json};

use super::{Answer, Ran, http, whoknows};

/// A running `whoknows serve`.
pub(crate) struct Server {
    child: Option<Child>,
    address: SocketAddr,
    /// Reads what is left of stdout and all of stderr, so that the server never waits for a reader.
    drains: Vec<JoinHandle<String>>,
}

impl Server {
    /// Serves a data directory; returns when the server listens.
    #[track_caller]
    pub(crate) fn start(data: &Path) -> Self {
        Self::start_with(whoknows().arg("serve").arg("--data-dir").arg(data))
    }

    /// Serves with an options file of the test's own.
    #[track_caller]
    pub(crate) fn start_with_options(data: &Path, options: &Path) -> Self {
        Self::start_with(whoknows().arg("serve").arg("--config").arg(options).arg("--data-dir").arg(data))
    }

    /// The same with an options file, and with every log line there is.
    #[track_caller]
    pub(crate) fn start_talkative_with_options(data: &Path, options: &Path) -> Self {
        let mut command = whoknows();
        command.env("WHOKNOWS_LOG", "trace").arg("serve").arg("--config").arg(options);
        Self::start_with(command.arg("--data-dir").arg(data))
    }

    /// The same, with every log line there is.
    #[track_caller]
    pub(crate) fn start_talkative(data: &Path) -> Self {
        Self::start_with(whoknows().env("WHOKNOWS_LOG", "trace").arg("serve").arg("--data-dir").arg(data))
    }

    /// Serves by a command of the caller's own, which the address is told.
    #[track_caller]
    pub(crate) fn start_with(command: &mut Command) -> Self {
        Self::try_start_with(command).unwrap_or_else(|ran| panic!("no server: {ran:?}"))
    }

    /// The same; what it left behind if it does not come to listen.
    ///
    /// # Errors
    /// It ended before.
    pub(crate) fn try_start_with(command: &mut Command) -> Result<Self, Ran> {
        let command = command.args(["--address", "127.0.0.1:0"]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let stderr = drain(child.stderr.take().unwrap());
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        let Some(address) = line.strip_prefix("listening on http://").and_then(|rest| rest.split(' ').next())
        else {
            let _ = child.kill();
            let code = child.wait().unwrap().code();
            return Err(Ran { code, stdout: line, stderr: stderr.join().unwrap() });
        };
        let address = address.parse().unwrap();
        Ok(Self { child: Some(child), address, drains: vec![drain(stdout), stderr] })
    }

    /// Its process.
    pub(crate) fn pid(&self) -> u32 {
        self.child.as_ref().unwrap().id()
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    #[track_caller]
    pub(crate) fn get(&self, target: &str) -> Answer {
        http::send(self.address, "GET", target, None)
    }

    #[track_caller]
    pub(crate) fn post_search(&self, request: &Value) -> Answer {
        http::send(self.address, "POST", "/v1/experts/search", Some(&request.to_string()))
    }

    /// Sends a request with these headers, each with its line's end.
    #[track_caller]
    pub(crate) fn send_with(&self, start: &str, headers: &str, body: Option<&Value>) -> Answer {
        let body = body.map(Value::to_string);
        let headers = format!("{headers}content-type: application/json\r\n");
        http::try_send(self.address, start, &headers, body.as_deref()).unwrap()
    }

    /// Sends a search; a connection that breaks is an error.
    pub(crate) fn try_search(&self, request: &Value) -> std::io::Result<Answer> {
        let content = "content-type: application/json\r\n";
        http::try_send(self.address, "POST /v1/experts/search", content, Some(&request.to_string()))
    }

    /// Sends records to be taken in, with this token.
    pub(crate) fn post_records(&self, token: &str, records: &str) -> std::io::Result<Answer> {
        let headers = format!("{}content-type: application/x-ndjson\r\n", http::bearer(token));
        http::try_send(self.address, "POST /v1/messages", &headers, Some(records))
    }

    /// Ends the server as a crash would.
    pub(crate) fn kill(mut self) {
        let mut child = self.child.take().unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
    }

    /// The same, while others still talk to it.
    pub(crate) fn kill_now(&self) {
        let pid = self.child.as_ref().unwrap().id().to_string();
        assert!(Command::new("kill").args(["-KILL", &pid]).status().unwrap().success());
    }

    /// The answer to a bare question.
    #[track_caller]
    pub(crate) fn ask(&self, question: &str) -> Value {
        let answer = self.post_search(&json!({ "query": question }));
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()
    }

    /// Stops the server as an operator would, and gives what it left behind.
    pub(crate) fn terminate(mut self) -> Ran {
        let mut child = self.child.take().unwrap();
        let kill = Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
        assert!(kill.success());
        let code = child.wait().unwrap().code();
        let mut texts = self.drains.drain(..).map(|drain| drain.join().unwrap());
        Ran { code, stdout: texts.next().unwrap(), stderr: texts.next().unwrap() }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

fn drain(mut from: impl Read + Send + 'static) -> JoinHandle<String> {
    std::thread::spawn(move || {
        let mut text = String::new();
        from.read_to_string(&mut text).unwrap();
        text
    })
}
