//! Who says what, and when: scenes and their lines, before any source gives them its form.
//!
//! A text is plain words with `` `code` ``, fenced code between lines of three backticks, and `<@7>` for a
//! mention of person 7; each writer turns these into the markup of its source.

/// Where a scene is played.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Venue {
    /// A chat channel, by position; threaded, or flat talk.
    Chat {
        /// Position in the channels.
        channel: usize,
        /// Whether answers go into a thread.
        threaded: bool,
    },
    /// Mail to the list of a topic.
    Mail,
    /// An issue of a ticket project.
    Ticket,
}

/// What a line is in its scene.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// Opens the scene with a question or a report.
    Ask,
    /// Somebody who knows answers.
    Answer,
    /// Somebody who does not know says something.
    Noise,
    /// The asker goes on.
    Further,
    /// The asker, or one who was asked, is grateful.
    Thanks,
    /// Talk about nothing in particular.
    Talk,
    /// Somebody came into the channel.
    Join,
    /// A machine speaks, under that name.
    Bot(&'static str),
    /// A mail to everybody that was written to be sent out.
    Newsletter,
    /// A mail that a mailbox sent by itself.
    OutOfOffice,
}

/// One thing said.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    /// Position of the person; of no matter for a machine.
    pub(crate) author: usize,
    /// Milliseconds since 1970.
    pub(crate) at: i64,
    pub(crate) text: String,
    pub(crate) part: Part,
    /// The line of the scene that it answers.
    pub(crate) to: Option<usize>,
    /// Emoji, and who gave them.
    pub(crate) reactions: Vec<(&'static str, Vec<usize>)>,
    /// Edited a little later.
    pub(crate) edited: bool,
    /// A reply in a thread that is shown in the channel too.
    pub(crate) broadcast: bool,
    /// Deleted later; in a thread its replies survive.
    pub(crate) removed: bool,
}

impl Line {
    /// A line as it is said, with nothing done to it.
    pub(crate) fn new(author: usize, at: i64, part: Part, text: String) -> Self {
        let (to, reactions) = (None, Vec::new());
        Self { author, at, text, part, to, reactions, edited: false, broadcast: false, removed: false }
    }

    /// The line as an answer to another one.
    pub(crate) fn to(mut self, line: usize) -> Self {
        self.to = Some(line);
        self
    }
}

/// How a ticket ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Nobody has done anything yet, or not enough.
    Open,
    /// Closed as done, by that person, at that time.
    Done(usize, i64),
    /// Closed without a solution.
    Declined(usize, i64),
}

/// One conversation.
#[derive(Debug, Clone)]
pub(crate) struct Scene {
    /// Position of its topic; none for talk.
    pub(crate) topic: Option<usize>,
    pub(crate) venue: Venue,
    pub(crate) title: String,
    pub(crate) lines: Vec<Line>,
    pub(crate) assignee: Option<usize>,
    pub(crate) outcome: Outcome,
}

impl Scene {
    /// A scene in which nothing has been said.
    pub(crate) fn new(topic: Option<usize>, venue: Venue, title: String) -> Self {
        Self { topic, venue, title, lines: Vec::new(), assignee: None, outcome: Outcome::Open }
    }
}
