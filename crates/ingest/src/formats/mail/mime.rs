//! The parts of a mail, found without recursion and within bounds.
//!
//! The mail parser is handed header blocks and single text parts only, never a multipart or an attached
//! mail: those are what it recurses into, and 40,000 of them would overflow any stack.

use std::ops::Range;

use mail_parser::decoders::charsets::map::charset_decoder;
use mail_parser::{HeaderName, Message, MessageParser, MimeHeaders};

use super::charset;

/// Multiparts and attached mails may lie this deep in each other.
const MAX_DEPTH: usize = 50;
/// A mail may have this many parts.
const MAX_PARTS: usize = 1000;
/// The header block of a mail, and of a part.
const MAX_HEADER_BYTES: usize = 1 << 20;
/// One `Content-…` header.
const MAX_CONTENT_HEADER_BYTES: usize = 16 << 10;

/// Why a mail is set aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TooMuch {
    Deep,
    Parts,
    Headers,
}

impl TooMuch {
    pub(super) fn reason(self) -> &'static str {
        match self {
            Self::Deep => "has parts nested more than 50 deep",
            Self::Parts => "has more than 1000 parts",
            Self::Headers => "has a header longer than any real one",
        }
    }
}

/// A part that holds no other parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Leaf {
    /// Headers and body.
    pub(super) range: Range<usize>,
    pub(super) kind: LeafKind,
    /// The outermost multipart/alternative it lies in.
    pub(super) alternative: Option<usize>,
    /// It lies in a mail that is attached to this one.
    pub(super) attached: bool,
    /// `Content-Disposition: attachment`, or it has a file name.
    pub(super) file: bool,
    /// Lines may be broken softly, and whether their last blank is to go.
    pub(super) flowed: Option<bool>,
}

/// What a leaf holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LeafKind {
    Plain,
    Html,
    Calendar,
    /// Outlook's own packing of a mail (winmail.dat).
    Tnef,
    Other,
}

/// A mail taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Parts {
    /// The mail's own header block, with the blank line that ends it.
    pub(super) headers: Range<usize>,
    pub(super) leaves: Vec<Leaf>,
    /// Where mails lie that are attached to this one, and not to one of them.
    pub(super) originals: Vec<Range<usize>>,
    /// The whole mail is a multipart/report.
    pub(super) report: bool,
}

enum Holder {
    Multipart {
        boundary: Vec<u8>,
        alternative: Option<usize>,
        digest: bool,
    },
    /// A mail that begins there.
    Attached(usize),
}

enum At {
    /// In a header block that begins there.
    Headers(usize),
    /// In the body of a leaf.
    Body(Leaf),
    /// Before the first or after the last part of a multipart.
    Between,
}

/// Takes a mail apart.
pub(super) fn parts(mail: &[u8]) -> Result<Parts, TooMuch> {
    let mut walker = Walker {
        mail,
        holders: Vec::new(),
        at: At::Headers(0),
        found: 0,
        top: None,
        report: false,
        leaves: Vec::new(),
        originals: Vec::new(),
    };
    let mut place = 0;
    for line in mail.split_inclusive(|byte| *byte == b'\n') {
        walker.line(line, place)?;
        place += line.len();
    }
    walker.end_part(mail.len(), mail.len())?;
    walker.let_go(0, mail.len());
    let headers = walker.top.unwrap_or(0..mail.len());
    Ok(Parts { headers, leaves: walker.leaves, originals: walker.originals, report: walker.report })
}

struct Walker<'m> {
    mail: &'m [u8],
    holders: Vec<Holder>,
    at: At,
    found: usize,
    top: Option<Range<usize>>,
    report: bool,
    leaves: Vec<Leaf>,
    originals: Vec<Range<usize>>,
}

impl Walker<'_> {
    fn line(&mut self, line: &[u8], place: usize) -> Result<(), TooMuch> {
        if let Some((level, closes)) = self.boundary(line) {
            self.end_part(place, place)?;
            self.let_go(if closes { level } else { level + 1 }, place);
            self.at = if closes { At::Between } else { At::Headers(place + line.len()) };
            return Ok(());
        }
        if let At::Headers(start) = self.at {
            let blank = matches!(line, b"\n" | b"\r\n");
            if place + line.len() - start > MAX_HEADER_BYTES {
                return Err(TooMuch::Headers);
            }
            if blank {
                self.headers_end(start, place + line.len())?;
            }
        }
        Ok(())
    }

    /// Everything deeper than `level` ends at `end`.
    fn let_go(&mut self, level: usize, end: usize) {
        let outermost = self.holders.iter().enumerate().find_map(|(place, holder)| match holder {
            Holder::Attached(start) => Some((place, *start)),
            Holder::Multipart { .. } => None,
        });
        if let Some((_, start)) = outermost.filter(|(place, _)| *place >= level) {
            self.originals.push(start..end.max(start));
        }
        self.holders.truncate(level);
    }

    /// The multipart whose boundary the line is, and whether it closes it.
    fn boundary(&self, line: &[u8]) -> Option<(usize, bool)> {
        let rest = line.strip_prefix(b"--")?.trim_ascii_end();
        self.holders.iter().enumerate().rev().find_map(|(level, holder)| match holder {
            Holder::Multipart { boundary, .. } => match rest.strip_prefix(boundary.as_slice())? {
                b"" => Some((level, false)),
                b"--" => Some((level, true)),
                _ => None,
            },
            Holder::Attached(_) => None,
        })
    }

    /// The present part ends at `end`; a header block without a blank line ends there too.
    fn end_part(&mut self, end: usize, headers_end: usize) -> Result<(), TooMuch> {
        if let At::Headers(start) = self.at {
            self.headers_end(start, headers_end)?;
        }
        if let At::Body(mut leaf) = std::mem::replace(&mut self.at, At::Between) {
            leaf.range.end = end.max(leaf.range.start);
            self.leaves.push(leaf);
        }
        Ok(())
    }

    /// A header block is complete: what it announces begins.
    fn headers_end(&mut self, start: usize, end: usize) -> Result<(), TooMuch> {
        self.found += 1;
        if self.found > MAX_PARTS {
            return Err(TooMuch::Parts);
        }
        let block = self.mail.get(start..end).unwrap_or_default();
        let is_top = self.top.is_none();
        self.top.get_or_insert(start..end);
        check_headers(block)?;
        let parsed = MessageParser::default().parse_headers(block);
        let (alternative, digest) = self.surroundings();
        match announced(parsed.as_ref(), digest) {
            Announced::Multipart { boundary, subtype } => {
                self.report |= is_top && subtype == "report";
                let alternative = alternative.or((subtype == "alternative").then_some(self.found));
                self.hold(Holder::Multipart { boundary, alternative, digest: subtype == "digest" })?;
                self.at = At::Between;
            }
            Announced::Mail => {
                self.hold(Holder::Attached(end))?;
                self.at = At::Headers(end);
            }
            Announced::Leaf { kind, file, flowed } => {
                let attached = self.holders.iter().any(|holder| matches!(holder, Holder::Attached(_)));
                self.at = At::Body(Leaf { range: start..end, kind, alternative, attached, file, flowed });
            }
        }
        Ok(())
    }

    fn surroundings(&self) -> (Option<usize>, bool) {
        match self.holders.last() {
            Some(Holder::Multipart { alternative, digest, .. }) => (*alternative, *digest),
            _ => (None, false),
        }
    }

    fn hold(&mut self, holder: Holder) -> Result<(), TooMuch> {
        if self.holders.len() >= MAX_DEPTH {
            return Err(TooMuch::Deep);
        }
        self.holders.push(holder);
        Ok(())
    }
}

enum Announced {
    Multipart { boundary: Vec<u8>, subtype: String },
    Mail,
    Leaf { kind: LeafKind, file: bool, flowed: Option<bool> },
}

fn announced(headers: Option<&Message<'_>>, digest: bool) -> Announced {
    let leaf = |kind| Announced::Leaf { kind, file: false, flowed: None };
    let Some(content) = headers.and_then(MimeHeaders::content_type) else {
        return if digest { Announced::Mail } else { leaf(LeafKind::Plain) };
    };
    let subtype = content.subtype().unwrap_or_default().to_ascii_lowercase();
    match (content.ctype().to_ascii_lowercase().as_str(), subtype.as_str()) {
        ("multipart", _) => match content.attribute("boundary").filter(|boundary| !boundary.is_empty()) {
            Some(boundary) => {
                let boundary = boundary.trim_end().as_bytes().to_vec();
                Announced::Multipart { boundary, subtype }
            }
            None => leaf(LeafKind::Other),
        },
        ("message", "rfc822" | "global") if !is_encoded(headers) => Announced::Mail,
        (kind, _) => {
            let disposition = headers.and_then(MimeHeaders::content_disposition);
            let named = content.has_attribute("name")
                || disposition.is_some_and(|disposition| disposition.has_attribute("filename"));
            let file = named
                || disposition
                    .is_some_and(|disposition| disposition.ctype().eq_ignore_ascii_case("attachment"));
            let is_flowed =
                content.attribute("format").is_some_and(|format| format.eq_ignore_ascii_case("flowed"));
            let del_sp = content.attribute("delsp").is_some_and(|delsp| delsp.eq_ignore_ascii_case("yes"));
            let kind = match (kind, subtype.as_str()) {
                ("text", "plain") => LeafKind::Plain,
                ("text", "html") => LeafKind::Html,
                ("text", "calendar") => LeafKind::Calendar,
                ("application", "ms-tnef" | "vnd.ms-tnef") => LeafKind::Tnef,
                _ if content.attribute("name").is_some_and(is_winmail) => LeafKind::Tnef,
                _ => LeafKind::Other,
            };
            Announced::Leaf { kind, file, flowed: is_flowed.then_some(del_sp) }
        }
    }
}

fn is_winmail(name: &str) -> bool {
    name.eq_ignore_ascii_case("winmail.dat")
}

fn is_encoded(headers: Option<&Message<'_>>) -> bool {
    let encoding = headers.and_then(MimeHeaders::content_transfer_encoding).unwrap_or_default().trim();
    encoding.eq_ignore_ascii_case("base64") || encoding.eq_ignore_ascii_case("quoted-printable")
}

/// Refuses `Content-…` headers with thousands of parameters, over which parsing is quadratic.
fn check_headers(block: &[u8]) -> Result<(), TooMuch> {
    let mut length = 0;
    let mut counted = false;
    for line in block.split_inclusive(|byte| *byte == b'\n') {
        if !line.starts_with(b" ") && !line.starts_with(b"\t") {
            length = 0;
            counted =
                line.trim_ascii_start().get(..8).is_some_and(|name| name.eq_ignore_ascii_case(b"content-"));
        }
        length += line.len();
        if counted && length > MAX_CONTENT_HEADER_BYTES {
            return Err(TooMuch::Headers);
        }
    }
    Ok(())
}

/// The decoded text of a leaf that is text; its headers say so to the parser as they did here.
pub(super) fn decoded(mail: &[u8], leaf: &Leaf) -> String {
    let part = mail.get(leaf.range.clone()).unwrap_or_default();
    let (text, broken) = parsed_text(part);
    let text = if broken { parsed_text(&without_footer(part)).0 } else { text };
    text.replace("\r\n", "\n").trim_end_matches('\n').to_owned()
}

/// The decoded bytes of a leaf of any kind.
pub(super) fn decoded_bytes(mail: &[u8], leaf: &Leaf) -> Vec<u8> {
    bytes_of(mail.get(leaf.range.clone()).unwrap_or_default())
}

/// The text of a part, and whether its encoding is broken.
fn parsed_text(part: &[u8]) -> (String, bool) {
    let parsed = MessageParser::default().parse(part);
    let Some(body) = parsed.as_ref().and_then(|parsed| parsed.parts.first()) else {
        return (String::new(), false);
    };
    let broken = body.is_encoding_problem && is_encoded(parsed.as_ref());
    let text = body.text_contents().unwrap_or_default();
    let content = parsed.as_ref().and_then(MimeHeaders::content_type);
    let charset = content.and_then(|content| content.attribute("charset")).unwrap_or_default();
    let known = charset_decoder(charset.as_bytes()).is_some() && !charset.is_empty();
    let says_utf8 = !known || charset.eq_ignore_ascii_case("utf-8") || charset.eq_ignore_ascii_case("utf8");
    if !broken
        && charset::is_suspicious(text, says_utf8)
        && let Some(text) = charset::repaired(&bytes_of(part), says_utf8)
    {
        return (text, broken);
    }
    (text.to_owned(), broken)
}

/// What a part holds once its transfer encoding is undone, whatever type it says it has.
fn bytes_of(part: &[u8]) -> Vec<u8> {
    let mut plain = b"Content-Type: application/octet-stream\n".to_vec();
    let (mut in_headers, mut dropped) = (true, false);
    for line in part.split_inclusive(|byte| *byte == b'\n') {
        if in_headers {
            let goes_on = line.starts_with(b" ") || line.starts_with(b"\t");
            let name = b"content-type:";
            let begins = line.get(..name.len()).is_some_and(|head| head.eq_ignore_ascii_case(name));
            dropped = begins || dropped && goes_on;
            in_headers = !line.trim_ascii().is_empty();
        }
        if !(in_headers && dropped) {
            plain.extend_from_slice(line);
        }
    }
    let parsed = MessageParser::default().parse(&plain);
    let body = parsed.as_ref().and_then(|parsed| parsed.parts.first());
    body.map(|body| body.contents().to_vec()).unwrap_or_default()
}

/// A part in base64 without what a list wrote below it in the clear.
fn without_footer(part: &[u8]) -> Vec<u8> {
    let is_base64 = |line: &[u8]| {
        line.trim_ascii().iter().all(|byte| byte.is_ascii_alphanumeric() || b"+/=".contains(byte))
    };
    let mut kept = Vec::with_capacity(part.len());
    let mut in_body = false;
    for line in part.split_inclusive(|byte| *byte == b'\n') {
        if in_body && !is_base64(line) {
            break;
        }
        in_body |= line.trim_ascii().is_empty();
        kept.extend_from_slice(line);
    }
    kept
}

/// The value of a header of the parsed block as it stands there, unfolded.
pub(super) fn raw_header(message: &Message<'_>, name: HeaderName<'static>) -> Option<String> {
    message.header_raw(name).map(|value| value.split_whitespace().collect::<Vec<_>>().join(" "))
}
