//! What anybody may be told at any moment of a race, and the records that make it so.

use std::collections::BTreeSet;
use std::sync::Mutex;

use serde_json::json;

/// The most that anybody may be told.
#[derive(Debug, Clone, Default)]
pub(super) struct Truth {
    /// Who reads each channel.
    pub(super) members: Vec<BTreeSet<usize>>,
    /// The canaries of each channel.
    pub(super) birds: Vec<BTreeSet<String>>,
    /// Readers who are one person now.
    pub(super) joined: Option<(usize, usize)>,
}

impl Truth {
    /// The canaries that a reader may meet.
    pub(super) fn allowed(&self, reader: usize) -> BTreeSet<String> {
        let other = self.joined.and_then(|(one, other)| match reader {
            _ if reader == one => Some(other),
            _ if reader == other => Some(one),
            _ => None,
        });
        let who: Vec<usize> = [reader].into_iter().chain(other).collect();
        let channels = self.members.iter().zip(&self.birds);
        let open = channels.filter(|(members, _)| who.iter().any(|one| members.contains(one)));
        open.flat_map(|(_, birds)| birds.iter().cloned()).collect()
    }
}

/// What holds, and everything wider that held since somebody asked.
#[derive(Debug)]
pub(super) struct Book(Mutex<(Truth, Vec<Truth>)>);

/// What somebody might have been told when they began to ask.
#[derive(Debug)]
pub(super) struct Before {
    reader: usize,
    allowed: BTreeSet<String>,
    widened: usize,
}

impl Book {
    pub(super) fn new(truth: Truth) -> Self {
        Self(Mutex::new((truth, Vec::new())))
    }

    /// What holds now.
    pub(super) fn now(&self) -> Truth {
        self.0.lock().unwrap().0.clone()
    }

    /// More may be told from now on.
    pub(super) fn widen(&self, change: impl FnOnce(&mut Truth)) {
        let mut book = self.0.lock().unwrap();
        change(&mut book.0);
        let wider = book.0.clone();
        book.1.push(wider);
    }

    /// Less may be told to whoever asks from now on.
    pub(super) fn narrow(&self, change: impl FnOnce(&mut Truth)) {
        change(&mut self.0.lock().unwrap().0);
    }

    /// Somebody begins to ask.
    pub(super) fn before(&self, reader: usize) -> Before {
        let book = self.0.lock().unwrap();
        Before { reader, allowed: book.0.allowed(reader), widened: book.1.len() }
    }

    /// All that they may be told in the end.
    pub(super) fn allowed_since(&self, before: Before) -> BTreeSet<String> {
        let Before { reader, mut allowed, widened } = before;
        for wider in &self.0.lock().unwrap().1[widened..] {
            allowed.extend(wider.allowed(reader));
        }
        allowed
    }
}

/// A message as it is sent.
pub(super) fn record(number: usize, channel: usize, author: &str, text: &str) -> String {
    let record = json!({"source": "desk", "id": format!("m{number}"), "channel": format!("c{channel}"),
        "conversation": format!("t{number}"), "at": format!("2026-03-{:02}T09:00:00Z", 1 + number % 27),
        "author": {"id": author, "name": format!("Somebody called {author}")}, "text": text});
    format!("{record}\n")
}

/// A channel with its readers as it is sent.
pub(super) fn container(channel: usize, members: &BTreeSet<usize>) -> String {
    let members: Vec<String> = members.iter().map(|reader| format!("reader{reader}")).collect();
    let record = json!({"type": "container", "source": "desk", "id": format!("c{channel}"),
        "visibility": {"members": members}});
    format!("{record}\n")
}

/// What everybody says.
pub(super) fn said(bird: &str) -> String {
    format!("The {bird} gasket fits the old coolant pump, I keep one in the workshop.")
}
