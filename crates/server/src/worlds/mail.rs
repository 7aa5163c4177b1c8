//! The mails of a world: whoever wrote or got one may read it, copies and hidden copies too.

use std::fmt::Write as _;

use super::words::{NAMES, opening, reply, subjects};
use super::world::World;

#[derive(Debug, Clone)]
pub(super) struct Mail {
    pub(super) number: usize,
    pub(super) from: usize,
    pub(super) to: Vec<usize>,
    pub(super) cc: Vec<usize>,
    pub(super) bcc: Vec<usize>,
    pub(super) answers: Option<usize>,
    subject: String,
    body: String,
    attachment: Option<String>,
}

impl Mail {
    /// All of it that people read.
    pub(super) fn text(&self) -> String {
        format!("{} {} {}", self.subject, self.body, self.attachment.as_deref().unwrap_or_default())
    }
}

impl World {
    /// Mails, the first to everybody.
    pub(super) fn post(&mut self) {
        let all: Vec<usize> = (1..NAMES.len()).collect();
        let body = format!("Welcome to the list, its old name was {}.", self.bird());
        let (to, subject) = (all, "Welcome".to_owned());
        let first = Mail {
            number: 0,
            from: 0,
            to,
            cc: vec![],
            bcc: vec![],
            answers: None,
            subject,
            body,
            attachment: None,
        };
        self.mails.push(first);
        for _ in 0..self.dice.below(3) {
            let (about, subject) = (subjects(&mut self.dice), format!("The {} of today", self.bird()));
            let mut answers = None;
            for place in 0..=self.dice.below(3) {
                let bird = self.bird();
                let body = match place {
                    0 => opening(&mut self.dice, about, &bird),
                    _ => reply(&mut self.dice, about, &bird),
                };
                let to = vec![self.dice.below(NAMES.len())];
                let (cc, bcc) = (self.dice.some(NAMES.len(), 20), self.dice.some(NAMES.len(), 8));
                let attachment = self.dice.in_hundred(25).then(|| self.bird());
                let (number, from) = (self.mails.len(), self.dice.below(NAMES.len()));
                let subject = if place == 0 { subject.clone() } else { format!("Re: {subject}") };
                self.mails.push(Mail { number, from, to, cc, bcc, answers, subject, body, attachment });
                answers = Some(number);
            }
        }
    }

    /// The mails that are wanted, as an mbox file.
    pub(super) fn mbox(&self, wanted: &dyn Fn(&Mail) -> bool) -> String {
        let list = |people: &[usize]| {
            let one = |person: &usize| {
                let (first, family) = NAMES[*person];
                let key = self.mailbox(*person);
                format!("{first} {family} <{}>", key.strip_prefix("mail:").unwrap_or_default())
            };
            people.iter().map(one).collect::<Vec<_>>().join(", ")
        };
        let mut mbox = String::new();
        for mail in self.mails.iter().filter(|mail| wanted(mail)) {
            let Mail { number, from, to, cc, bcc, answers, subject, body, attachment } = mail;
            let _ =
                write!(mbox, "From x Mon Mar  2 09:00:00 2026\nFrom: {}\nTo: {}\n", list(&[*from]), list(to));
            for (name, people) in [("Cc", cc), ("Bcc", bcc)].iter().filter(|(_, people)| !people.is_empty()) {
                let _ = writeln!(mbox, "{name}: {}", list(people));
            }
            if let Some(answers) = answers {
                let _ = writeln!(mbox, "In-Reply-To: <{answers}@firm.example>");
            }
            let _ = write!(
                mbox,
                "Subject: {subject}\nDate: Mon, 2 Mar 2026 09:{number:02}:00 +0000\nMessage-ID: <{number}@firm.example>\n"
            );
            let _ = match attachment {
                None => write!(mbox, "\n{body}\n\n"),
                Some(name) => write!(
                    mbox,
                    "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\n\
                     {body}\n--b\nContent-Type: text/plain; name={name}.txt\nContent-Disposition: attachment; \
                     filename={name}.txt\n\nThe file {name}.\n--b--\n\n"
                ),
            };
        }
        mbox
    }
}
