//! RTF bodies: Outlook's packing of them (MS-OXRTFCP), and the words in them.
//!
//! Mail in RTF is mostly HTML or plain text in disguise (MS-OXRTFEX); both come out as text here.

use super::{charset, html};

/// An unpacked body longer than this is cut: no mail has so many words.
const MAX_BYTES: usize = 8 << 20;
/// What the dictionary of the packing begins with.
const DICTIONARY: &[u8] = b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \
\\fmodern \\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\
\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";
/// The dictionary's size.
const WINDOW: usize = 4096;
/// Groups nest this deep at most; deeper ones are read as if they did not end.
const MAX_DEPTH: usize = 200;
/// Groups that hold no words.
const WORDLESS: [&str; 12] = [
    "fonttbl",
    "colortbl",
    "stylesheet",
    "info",
    "pict",
    "object",
    "header",
    "footer",
    "themedata",
    "datastore",
    "listtable",
    "listoverridetable",
];

/// The words of a packed RTF body. Costs time linear in the unpacked length, which is bounded.
pub(super) fn text(packed: &[u8]) -> Option<String> {
    Some(words(&unpacked(packed)?))
}

/// Undoes the packing; what cannot be undone to its end is given as far as it goes.
fn unpacked(packed: &[u8]) -> Option<Vec<u8>> {
    let number = |at: usize| Some(u32::from_le_bytes(packed.get(at..at + 4)?.try_into().ok()?));
    let length = (number(4)? as usize).min(MAX_BYTES);
    let content = packed.get(16..)?;
    match number(8)? {
        // "MELA": not packed.
        0x414c_454d => Some(content.get(..length.min(content.len()))?.to_vec()),
        // "LZFu"
        0x7546_5a4c => Some(unpacked_lzfu(content, length)),
        _ => None,
    }
}

fn unpacked_lzfu(content: &[u8], length: usize) -> Vec<u8> {
    let mut window = [0_u8; WINDOW];
    for (slot, byte) in window.iter_mut().zip(DICTIONARY) {
        *slot = *byte;
    }
    let mut at = DICTIONARY.len() % WINDOW;
    let mut out = Vec::new();
    let mut bytes = content.iter().copied();
    let put = |byte: u8, at: &mut usize, window: &mut [u8; WINDOW], out: &mut Vec<u8>| {
        if let Some(slot) = window.get_mut(*at) {
            *slot = byte;
        }
        *at = (*at + 1) % WINDOW;
        out.push(byte);
    };
    'all: while out.len() < length {
        let Some(flags) = bytes.next() else { break };
        for bit in 0..8 {
            if flags & (1 << bit) == 0 {
                let Some(byte) = bytes.next() else { break 'all };
                put(byte, &mut at, &mut window, &mut out);
                continue;
            }
            let (Some(high), Some(low)) = (bytes.next(), bytes.next()) else { break 'all };
            let token = usize::from(high) << 8 | usize::from(low);
            let (from, count) = (token >> 4, (token & 0xf) + 2);
            if from == at {
                break 'all;
            }
            for step in 0..count {
                let byte = window.get((from + step) % WINDOW).copied().unwrap_or(0);
                put(byte, &mut at, &mut window, &mut out);
            }
        }
    }
    out.truncate(length);
    out
}

/// What a group does with what is in it.
#[derive(Clone, Copy)]
struct Group {
    /// Nothing in it is text.
    silent: bool,
    /// It holds a tag of the HTML that the RTF was made of.
    tag: bool,
    /// Bytes that stand for one `\u` character.
    skip: usize,
}

/// The words of an RTF text.
fn words(rtf: &[u8]) -> String {
    let mut reader = Reader {
        rtf,
        at: 0,
        groups: vec![Group { silent: false, tag: false, skip: 1 }],
        charset: "windows-1252".to_owned(),
        from_html: false,
        html_rtf: false,
        pending: Vec::new(),
        skipping: 0,
        out: String::new(),
    };
    while reader.step() {}
    reader.flush();
    let text = reader.out;
    let text = if reader.from_html { html::to_text(&text) } else { text };
    text.trim().to_owned()
}

struct Reader<'r> {
    rtf: &'r [u8],
    at: usize,
    groups: Vec<Group>,
    charset: String,
    from_html: bool,
    /// Inside `\htmlrtf`: what only RTF readers should see.
    html_rtf: bool,
    /// Bytes in the text's own encoding.
    pending: Vec<u8>,
    /// Bytes to pass over after `\u`.
    skipping: usize,
    out: String,
}

impl Reader<'_> {
    fn group(&self) -> Group {
        self.groups.last().copied().unwrap_or(Group { silent: false, tag: false, skip: 1 })
    }

    fn step(&mut self) -> bool {
        let Some(byte) = self.rtf.get(self.at).copied() else { return false };
        self.at += 1;
        match byte {
            b'{' if self.groups.len() < MAX_DEPTH => {
                let group = self.group();
                self.groups.push(group);
            }
            b'}' if self.groups.len() > 1 => {
                self.groups.pop();
            }
            b'{' | b'}' | b'\r' | b'\n' | 0 => {}
            b'\\' => self.control(),
            _ => self.byte(byte),
        }
        true
    }

    /// A byte of text.
    fn byte(&mut self, byte: u8) {
        let group = self.group();
        if self.skipping > 0 {
            self.skipping -= 1;
        } else if !group.silent && (!self.html_rtf || group.tag) {
            self.pending.push(byte);
        }
    }

    fn flush(&mut self) {
        if !self.pending.is_empty() {
            let bytes = std::mem::take(&mut self.pending);
            self.out.push_str(&charset::decoded(&bytes, &self.charset));
        }
    }

    fn push(&mut self, text: &str) {
        if !self.group().silent && !self.html_rtf {
            self.flush();
            self.out.push_str(text);
        }
    }

    fn control(&mut self) {
        let Some(next) = self.rtf.get(self.at).copied() else { return };
        if !next.is_ascii_alphabetic() {
            self.at += 1;
            match next {
                b'\'' => {
                    let hex =
                        self.rtf.get(self.at..self.at + 2).and_then(|hex| std::str::from_utf8(hex).ok());
                    if let Some(byte) = hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
                        self.at += 2;
                        self.byte(byte);
                    }
                }
                b'\\' | b'{' | b'}' => self.byte(next),
                b'~' => self.push(" "),
                b'_' => self.push("-"),
                b'*' => self.starred(),
                _ => {}
            }
            return;
        }
        let rest = self.rtf.get(self.at..).unwrap_or_default();
        let letters = rest.iter().take(32).take_while(|byte| byte.is_ascii_alphabetic()).count();
        let sign = usize::from(rest.get(letters) == Some(&b'-'));
        let digits =
            rest.iter().skip(letters + sign).take(9).take_while(|byte| byte.is_ascii_digit()).count();
        let end = if digits > 0 { letters + sign + digits } else { letters };
        let word =
            std::str::from_utf8(rest.get(..letters).unwrap_or_default()).unwrap_or_default().to_owned();
        let number = rest.get(letters..end).and_then(|number| std::str::from_utf8(number).ok()?.parse().ok());
        self.at += end + usize::from(rest.get(end) == Some(&b' '));
        self.word(&word, number);
    }

    /// `\*` marks a group that old readers pass over; so do we, but for the tags of HTML.
    fn starred(&mut self) {
        let rest = self.rtf.get(self.at..).unwrap_or_default();
        let is_tag = rest.starts_with(b"\\htmltag");
        if let Some(group) = self.groups.last_mut() {
            (group.silent, group.tag) = (!is_tag, is_tag);
        }
    }

    fn word(&mut self, word: &str, number: Option<i32>) {
        match word {
            "par" | "line" | "row" | "sect" | "page" => self.push("\n"),
            "tab" | "cell" => self.push("\t"),
            "emdash" => self.push("—"),
            "endash" => self.push("–"),
            "bullet" => self.push("•"),
            "lquote" => self.push("‘"),
            "rquote" => self.push("’"),
            "ldblquote" => self.push("“"),
            "rdblquote" => self.push("”"),
            "u" => {
                let code = number.unwrap_or(0);
                let code = if code < 0 { code + 65_536 } else { code };
                let c = u32::try_from(code).ok().and_then(char::from_u32).unwrap_or('\u{fffd}');
                self.push(c.encode_utf8(&mut [0; 4]));
                self.skipping = self.group().skip;
            }
            "uc" => {
                if let Some(group) = self.groups.last_mut() {
                    group.skip = number.and_then(|number| usize::try_from(number).ok()).unwrap_or(1).min(8);
                }
            }
            "ansicpg" => {
                self.flush();
                self.charset = charset::of_codepage(number.unwrap_or(1252));
            }
            "fromhtml" => self.from_html = number != Some(0),
            "htmlrtf" => self.html_rtf = number != Some(0),
            _ if WORDLESS.contains(&word) => {
                if let Some(group) = self.groups.last_mut() {
                    group.silent = true;
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_among_the_marks() {
        let rtf = br"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Arial;}}{\*\generator x;}\f0 Gr\'fc\'dfe,\par
\b bold\b0  \{x\} \u8364?5\par}";
        assert_eq!(words(rtf), "Grüße,\nbold {x} €5");
    }

    #[test]
    fn html_in_disguise_becomes_text() {
        let rtf = br"{\rtf1\ansi\fromhtml1{\*\htmltag64 <p>}\htmlrtf {\htmlrtf0 Use \'e9t\'e9{\*\htmltag84 <b>}now{\*\htmltag92 </b>}\htmlrtf\par}\htmlrtf0{\*\htmltag72 </p>}{\*\htmltag0 <blockquote>}old{\*\htmltag0 </blockquote>}}";
        assert_eq!(words(rtf), "Use éténow\n\n> old");
    }

    #[test]
    fn the_example_of_the_packings_specification_is_unpacked() {
        let packed = [
            0x2d, 0, 0, 0, 0x2b, 0, 0, 0, 0x4c, 0x5a, 0x46, 0x75, 0xf1, 0xc5, 0xc7, 0xa7, 0x03, 0x00, 0x0a,
            0x00, 0x72, 0x63, 0x70, 0x67, 0x31, 0x32, 0x35, 0x42, 0x32, 0x0a, 0xf3, 0x20, 0x68, 0x65, 0x6c,
            0x09, 0x00, 0x20, 0x62, 0x77, 0x05, 0xb0, 0x6c, 0x64, 0x7d, 0x0a, 0x80, 0x0f, 0xa0,
        ];
        let expected = b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n".as_slice();
        assert_eq!(unpacked(&packed).as_deref(), Some(expected));
        assert_eq!(text(&packed).as_deref(), Some("hello world"));
        assert_eq!(DICTIONARY.len(), 207);
    }

    #[test]
    fn what_is_not_packed_is_taken_as_it_stands() {
        let plain = b"\x1b\0\0\0\x0f\0\0\0MELA\0\0\0\0{\\rtf1 hello }";
        assert_eq!(text(plain).as_deref(), Some("hello"));
    }

    #[test]
    fn no_bytes_break_it_and_its_output_is_bounded() {
        let mut liar = b"\0\0\0\0\xff\xff\xff\xffLZFu\0\0\0\0".to_vec();
        liar.extend(std::iter::repeat_n([0xff, 0, 0xf], 100_000).flatten());
        assert!(unpacked(&liar).unwrap().len() <= MAX_BYTES);
        let deep = format!("{{\\rtf1{}x", "{".repeat(500_000));
        assert_eq!(words(deep.as_bytes()), "x");
        assert_eq!(text(b""), None);
    }
}
