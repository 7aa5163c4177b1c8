//! Mail in mboxrd files, one a year: separators, threads by header, quotes, signatures.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use fs_err as fs;

use super::mail::{Encoding, asctime, date, header_word, html};
use super::markup::{Piece, pieces};
use crate::sample::clock::{ZONES, civil};
use crate::sample::conversation::{Line, Part, Scene, Venue};
use crate::sample::organization::{DOMAIN, Person};
use crate::sample::production::Production;
use crate::{Dice, Error};

/// What the writer made.
#[derive(Debug)]
pub(crate) struct Written {
    /// `2025.mbox` and so on, ascending.
    pub(crate) files: Vec<PathBuf>,
    pub(crate) messages: usize,
}

/// Writes the mail into the folder.
pub(crate) fn write(production: &Production, folder: &Path) -> Result<Written, Error> {
    fs::create_dir_all(folder)?;
    let mut office = PostOffice { production, dice: production.dice.fork("mail"), posted: BTreeMap::new() };
    for scene in production.scenes.iter().filter(|scene| scene.venue == Venue::Mail) {
        office.scene(scene);
    }
    let messages = office.posted.len();
    let mut years: BTreeMap<i16, String> = BTreeMap::new();
    for ((millis, _), (sender, mail)) in office.posted {
        let year = years.entry(civil(millis).date().year()).or_default();
        let _ = writeln!(year, "From {sender} {}", asctime(millis));
        for line in mail.lines() {
            if line.trim_start_matches('>').starts_with("From ") {
                year.push('>');
            }
            year.push_str(line);
            year.push('\n');
        }
        year.push('\n');
    }
    let mut files = Vec::new();
    for (year, text) in years {
        let file = folder.join(format!("{year}.mbox"));
        fs::write(&file, text)?;
        files.push(file);
    }
    Ok(Written { files, messages })
}

/// Takes in scenes and keeps their mails in the order of time.
struct PostOffice<'a> {
    production: &'a Production,
    dice: Dice,
    /// By time and number: sender's address and the mail.
    posted: BTreeMap<(i64, usize), (String, String)>,
}

/// One mail's place in its conversation.
struct Place<'a> {
    scene: &'a Scene,
    at: usize,
    ids: &'a [String],
    /// The address of the list that the conversation is on.
    list: &'a str,
    language: &'a str,
}

impl PostOffice<'_> {
    fn scene(&mut self, scene: &Scene) {
        let topic = scene.topic.and_then(|at| self.production.topics.get(at));
        let list = format!("{}@{DOMAIN}", topic.map_or("everyone", |topic| topic.team.as_str()));
        let language = topic.map_or("en", |topic| topic.language.as_str()).to_owned();
        let ids: Vec<String> = scene.lines.iter().map(|line| self.message_id(line)).collect();
        for (at, line) in scene.lines.iter().enumerate() {
            let Some(person) = self.production.person(line.author) else { continue };
            let place = Place { scene, at, ids: &ids, list: &list, language: &language };
            let mail = self.mail(&place, line, person);
            let key = (line.at, self.posted.len());
            self.posted.insert(key, (person.email.clone(), mail));
        }
    }

    fn message_id(&mut self, line: &Line) -> String {
        let token = self.dice.token("ABCDEFGHKLMNPRSTUVWXYZabcdefghkmnprstuvwxyz23456789", 14);
        format!("<{}.{token}@mail.{DOMAIN}>", line.at / 1000)
    }

    fn mail(&mut self, place: &Place<'_>, line: &Line, person: &Person) -> String {
        let mut mail = self.headers(place, line, person);
        let text = self.body(place, line, person);
        let encoding = match (text.is_ascii(), self.dice.chance(12)) {
            (_, true) => Encoding::Base64,
            (false, _) => Encoding::QuotedPrintable,
            (true, false) if text.lines().any(|line| line.len() > 990) || self.dice.chance(15) => {
                Encoding::QuotedPrintable
            }
            (true, false) => Encoding::SevenBit,
        };
        if line.part == Part::Newsletter || self.dice.chance(20) {
            let boundary = format!("=_{}", self.dice.token("0123456789abcdef", 20));
            let _ = writeln!(mail, "Content-Type: multipart/alternative; boundary=\"{boundary}\"\n");
            let halves =
                [("plain", text.clone(), encoding), ("html", html(&text), Encoding::QuotedPrintable)];
            for (kind, half, encoding) in halves {
                let _ = write!(mail, "--{boundary}\n{}", part(kind, &half, encoding));
            }
            let _ = writeln!(mail, "--{boundary}--");
        } else {
            mail.push_str(&part("plain", &text, encoding));
        }
        mail
    }

    fn headers(&mut self, place: &Place<'_>, line: &Line, person: &Person) -> String {
        let zone = ZONES.get(person.zone).unwrap_or(&ZONES[0]);
        let subject = match (place.at, line.part) {
            (_, Part::OutOfOffice) => format!("Automatic reply: {}", place.scene.title),
            (0, _) => place.scene.title.clone(),
            _ if place.language == "de" && self.dice.chance(50) => format!("AW: {}", place.scene.title),
            _ => format!("Re: {}", place.scene.title),
        };
        let (to, copies) = self.recipients(place, line);
        let id = place.ids.get(place.at).map_or("", String::as_str);
        let mut headers =
            format!("Message-ID: {id}\nDate: {}\nFrom: {}\nTo: {to}\n", date(line.at, zone), mailbox(person));
        if !copies.is_empty() {
            let _ = writeln!(headers, "Cc: {}", copies.join(",\n "));
        }
        let _ = writeln!(headers, "Subject: {}", header_word(&subject));
        if let Some(parent) = line.to.and_then(|to| place.ids.get(to)) {
            let chain = chain(place.scene, place.at);
            let references: Vec<&str> =
                chain.iter().filter_map(|at| place.ids.get(*at)).map(String::as_str).collect();
            let _ = writeln!(headers, "In-Reply-To: {parent}\nReferences: {}", references.join("\n "));
        }
        match line.part {
            Part::OutOfOffice => {
                headers.push_str("Auto-Submitted: auto-replied\nX-Auto-Response-Suppress: All\n");
            }
            Part::Newsletter => {
                let _ = write!(headers, "Precedence: bulk\nList-Id: Ortalo inside <inside.{DOMAIN}>\n");
                let _ = writeln!(headers, "List-Unsubscribe: <mailto:inside-leave@{DOMAIN}>");
            }
            _ => {}
        }
        headers.push_str("MIME-Version: 1.0\n");
        headers
    }

    /// To whom the mail goes: the list first, then whoever wrote the mail it answers; others in copy.
    fn recipients(&mut self, place: &Place<'_>, line: &Line) -> (String, Vec<String>) {
        let address = |at: usize| self.production.person(at).map(mailbox);
        let answered = line.to.and_then(|to| place.scene.lines.get(to)).map(|line| line.author);
        let others: Vec<usize> = place.scene.lines.iter().take(place.at).map(|line| line.author).collect();
        let mut copies: Vec<String> = Vec::new();
        let to = match answered.and_then(address) {
            Some(to) => {
                let fresh = |at: &&usize| Some(**at) != answered && **at != line.author;
                for other in others.iter().filter(fresh).filter_map(|at| address(*at)) {
                    if !copies.contains(&other) {
                        copies.push(other);
                    }
                }
                if line.part != Part::OutOfOffice {
                    copies.push(place.list.to_owned());
                }
                to
            }
            None => place.list.to_owned(),
        };
        (to, copies)
    }

    fn body(&mut self, place: &Place<'_>, line: &Line, person: &Person) -> String {
        let said = self.plain(&line.text);
        if matches!(line.part, Part::Newsletter | Part::OutOfOffice) {
            return format!("{said}\n");
        }
        let close = match place.language {
            "de" => "Viele Grüße",
            "fr" => "Cordialement,",
            "ja" => "よろしくお願いいたします。",
            _ => "Best regards,",
        };
        let mut body = format!("{said}\n\n{close}\n{}\n", person.first);
        if self.dice.chance(70) {
            let _ = write!(body, "\n-- \n{}\n{}, Ortalo\n", person.mail_name, person.title);
        }
        let Some(quoted) = line.to.and_then(|to| place.scene.lines.get(to)) else { return body };
        let Some(author) = self.production.person(quoted.author) else { return body };
        let quote = format!(
            "{}\n{}",
            attribution(place.language, quoted.at, author),
            quote(&self.plain(&quoted.text))
        );
        // Most write above what they quote, some below, some quote nothing.
        match self.dice.below(10) {
            0 => body,
            1 | 2 => format!("{quote}\n{body}"),
            _ => format!("{body}\n{quote}"),
        }
    }

    /// The text as plain mail: code keeps its lines, people are called by their first names.
    fn plain(&self, text: &str) -> String {
        let mut plain = String::with_capacity(text.len());
        for piece in pieces(text) {
            match piece {
                Piece::Words(words) | Piece::Code(words) | Piece::Link(words) => plain.push_str(words),
                Piece::Mention(person) => {
                    plain.push_str(self.production.person(person).map_or("", |person| &person.first));
                }
                Piece::Block(code) => {
                    for line in code.lines() {
                        let _ = write!(plain, "\n    {line}");
                    }
                }
            }
        }
        wrap(&plain)
    }
}

/// From the first mail to the one that this one answers.
fn chain(scene: &Scene, at: usize) -> Vec<usize> {
    let mut chain = Vec::new();
    let mut next = scene.lines.get(at).and_then(|line| line.to);
    while let Some(parent) = next.filter(|parent| !chain.contains(parent)) {
        chain.push(parent);
        next = scene.lines.get(parent).and_then(|line| line.to);
    }
    chain.reverse();
    chain
}

fn part(kind: &str, text: &str, encoding: Encoding) -> String {
    format!(
        "Content-Type: text/{kind}; charset=utf-8\nContent-Transfer-Encoding: {}\n\n{}",
        encoding.name(),
        encoding.encode(text)
    )
}

fn mailbox(person: &Person) -> String {
    format!("{} <{}>", header_word(&person.mail_name), person.email)
}

/// The line above a quote, as mail programs of different languages write it.
fn attribution(language: &str, millis: i64, author: &Person) -> String {
    let local = ZONES.get(author.zone).unwrap_or(&ZONES[0]).local(millis);
    let (name, email) = (&author.mail_name, &author.email);
    match language {
        "de" => format!("Am {} schrieb {name} <{email}>:", local.strftime("%d.%m.%Y um %H:%M")),
        "fr" => format!("Le {}, {name} <{email}> a écrit :", local.strftime("%d/%m/%Y à %H:%M")),
        "ja" => format!("{} {name} <{email}>:", local.strftime("%Y年%m月%d日 %H:%M")),
        _ => format!("On {}, {name} <{email}> wrote:", local.strftime("%a, %d %b %Y at %H:%M")),
    }
}

fn quote(text: &str) -> String {
    let lines: Vec<String> =
        text.lines().map(|line| if line.is_empty() { ">".to_owned() } else { format!("> {line}") }).collect();
    format!("{}\n", lines.join("\n"))
}

/// Breaks lines after 78 letters, at spaces.
fn wrap(text: &str) -> String {
    let mut wrapped = String::with_capacity(text.len() + 16);
    for (number, line) in text.lines().enumerate() {
        if number > 0 {
            wrapped.push('\n');
        }
        if line.starts_with("    ") {
            wrapped.push_str(line);
            continue;
        }
        let mut width = 0;
        for word in line.split(' ') {
            let letters = word.chars().count();
            if width > 0 && width + 1 + letters > 78 {
                wrapped.push('\n');
                width = 0;
            } else if width > 0 {
                wrapped.push(' ');
                width += 1;
            }
            wrapped.push_str(word);
            width += letters;
        }
    }
    wrapped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_broken_at_spaces_and_code_is_not() {
        let wrapped = wrap(&format!("{}\n    {}", "word ".repeat(40).trim(), "x ".repeat(60)));
        let (words, code) = wrapped.rsplit_once('\n').unwrap();
        assert!(words.lines().all(|line| line.len() <= 78));
        assert!(code.len() > 100);
    }

    #[test]
    fn a_quote_marks_every_line() {
        assert_eq!(quote("a\n\nb"), "> a\n>\n> b\n");
    }
}
