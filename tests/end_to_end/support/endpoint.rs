//! An embeddings endpoint of the tests' own, in OpenAI's form, that tells texts apart by their letters.

use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Condvar, Mutex};

use serde_json::{Value, json};

use super::receiver::received;

/// Keeps requests waiting until it is opened.
#[derive(Default)]
pub(crate) struct Gate {
    open: Mutex<bool>,
    opened: Condvar,
}

impl Gate {
    pub(crate) fn open(&self) {
        *self.open.lock().unwrap() = true;
        self.opened.notify_all();
    }

    fn pass(&self) {
        let open = self.open.lock().unwrap();
        drop(self.opened.wait_while(open, |open| !*open).unwrap());
    }
}

/// Starts an endpoint; gives its address. Lives as long as the process.
pub(crate) fn endpoint() -> String {
    let (url, gate, _) = gated_endpoint();
    gate.open();
    url
}

/// Starts an endpoint that answers when its gate is open; the third tells of every request that came.
pub(crate) fn gated_endpoint() -> (String, Arc<Gate>, Receiver<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/v1/embeddings", listener.local_addr().unwrap());
    let (gate, (came, coming)) = (Arc::<Gate>::default(), channel());
    let passed = Arc::clone(&gate);
    std::thread::spawn(move || {
        for connection in listener.incoming() {
            let (mut connection, gate, came) = (connection.unwrap(), Arc::clone(&passed), came.clone());
            std::thread::spawn(move || talk(&mut connection, &gate, &came));
        }
    });
    (url, gate, coming)
}

/// Answers what comes over one connection.
pub(crate) fn answer(connection: &mut TcpStream) {
    let gate = Gate::default();
    gate.open();
    talk(connection, &gate, &channel().0);
}

fn talk(connection: &mut TcpStream, gate: &Gate, came: &Sender<()>) {
    while let Some(body) = received(connection) {
        // Nobody need listen.
        let _ = came.send(());
        gate.pass();
        let answer = vectors(&serde_json::from_slice(&body).unwrap());
        let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", answer.len());
        if connection.write_all((head + &answer).as_bytes()).is_err() {
            break;
        }
    }
}

fn vectors(body: &Value) -> String {
    let vector = |text: &Value| {
        let text = text.as_str().unwrap_or_default().to_lowercase();
        ('a'..='z').map(|letter| text.matches(letter).count()).collect::<Vec<_>>()
    };
    let texts = body["input"].as_array().unwrap().iter().enumerate();
    let data: Vec<Value> =
        texts.map(|(index, text)| json!({"index": index, "embedding": vector(text)})).collect();
    json!({"data": data}).to_string()
}
