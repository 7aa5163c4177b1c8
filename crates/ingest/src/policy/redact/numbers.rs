//! Numbers with check digits, and telephone numbers in a written form.

use std::ops::Range;

use regex::Regex;

/// How long an IBAN of a country is (ISO 13616 registry).
const IBAN_LENGTHS: [(&str, usize); 81] = [
    ("AD", 24),
    ("AE", 23),
    ("AL", 28),
    ("AT", 20),
    ("AZ", 28),
    ("BA", 20),
    ("BE", 16),
    ("BG", 22),
    ("BH", 22),
    ("BR", 29),
    ("BY", 28),
    ("CH", 21),
    ("CR", 22),
    ("CY", 28),
    ("CZ", 24),
    ("DE", 22),
    ("DK", 18),
    ("DO", 28),
    ("EE", 20),
    ("EG", 29),
    ("ES", 24),
    ("FI", 18),
    ("FO", 18),
    ("FR", 27),
    ("GB", 22),
    ("GE", 22),
    ("GI", 23),
    ("GL", 18),
    ("GR", 27),
    ("GT", 28),
    ("HR", 21),
    ("HU", 28),
    ("IE", 22),
    ("IL", 23),
    ("IQ", 23),
    ("IS", 26),
    ("IT", 27),
    ("JO", 30),
    ("KW", 30),
    ("KZ", 20),
    ("LB", 28),
    ("LC", 32),
    ("LI", 21),
    ("LT", 20),
    ("LU", 20),
    ("LV", 21),
    ("LY", 25),
    ("MC", 27),
    ("MD", 24),
    ("ME", 22),
    ("MK", 19),
    ("MR", 27),
    ("MT", 31),
    ("MU", 30),
    ("NL", 18),
    ("NO", 15),
    ("OM", 23),
    ("PK", 24),
    ("PL", 28),
    ("PS", 29),
    ("PT", 25),
    ("QA", 29),
    ("RO", 24),
    ("RS", 22),
    ("SA", 24),
    ("SC", 31),
    ("SD", 18),
    ("SE", 24),
    ("SI", 19),
    ("SK", 24),
    ("SM", 27),
    ("SO", 23),
    ("ST", 25),
    ("SV", 28),
    ("TL", 23),
    ("TN", 24),
    ("TR", 26),
    ("UA", 29),
    ("VA", 22),
    ("VG", 24),
    ("XK", 20),
];

/// Finds bank account numbers whose check digits are right.
#[derive(Debug)]
pub(super) struct Ibans(Regex);

impl Ibans {
    pub(super) fn new() -> Result<Self, regex::Error> {
        Regex::new(r"\b(?-u:[A-Za-z]{2}[0-9]{2}[ -]?[A-Za-z0-9])").map(Self)
    }

    pub(super) fn find(&self, text: &str) -> Vec<Range<usize>> {
        let mut found = Vec::new();
        let mut from = 0;
        while let Some(start) = self.0.find_at(text, from).map(|start| start.start()) {
            match iban_at(text, start) {
                Some(end) => {
                    found.push(start..end);
                    from = end;
                }
                None => from = start + 2,
            }
        }
        found
    }
}

/// Where the IBAN that starts here ends.
fn iban_at(text: &str, start: usize) -> Option<usize> {
    let rest = text.get(start..)?;
    let country = rest.get(..2)?.to_ascii_uppercase();
    let (_, length) = IBAN_LENGTHS.iter().find(|(code, _)| *code == country)?;
    let mut characters = Vec::with_capacity(*length);
    let mut end = start;
    let mut separated = false;
    for (at, byte) in rest.bytes().enumerate().take(length * 2) {
        if characters.len() == *length {
            break;
        }
        match byte {
            b' ' | b'-' if !separated && !characters.is_empty() => separated = true,
            _ if byte.is_ascii_alphanumeric() => {
                separated = false;
                characters.push(byte.to_ascii_uppercase());
                end = start + at + 1;
            }
            _ => return None,
        }
    }
    let ends = !text.as_bytes().get(end).is_some_and(u8::is_ascii_alphanumeric);
    (characters.len() == *length && ends && mod97(&characters) == 1).then_some(end)
}

/// ISO 7064: the first four characters last, letters as two digits.
fn mod97(characters: &[u8]) -> u32 {
    let (head, tail) = characters.split_at(4.min(characters.len()));
    tail.iter().chain(head).fold(0, |rest, byte| match byte {
        b'0'..=b'9' => (rest * 10 + u32::from(byte - b'0')) % 97,
        _ => (rest * 100 + u32::from(byte.saturating_sub(b'A')) + 10) % 97,
    })
}

/// Finds payment card numbers: an issuer's prefix and length, and the right check digit.
#[derive(Debug)]
pub(super) struct Cards(Regex);

impl Cards {
    pub(super) fn new() -> Result<Self, regex::Error> {
        Regex::new(r"(?-u:[2-6][0-9](?:[ -]?[0-9]){11,17})").map(Self)
    }

    pub(super) fn find(&self, text: &str) -> Vec<Range<usize>> {
        let apart = |range: &Range<usize>| stands_alone(text, range);
        self.0
            .find_iter(text)
            .map(|found| found.range())
            .filter(apart)
            .filter(|range| !is_decimal(text, range))
            .filter(|range| {
                text.get(range.clone()).is_some_and(|written| is_grouped(written) && is_card(written))
            })
            .collect()
    }
}

/// Not part of a longer word or number.
fn stands_alone(text: &str, range: &Range<usize>) -> bool {
    let part = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    let bytes = text.as_bytes();
    let before = range.start.checked_sub(1).and_then(|at| bytes.get(at));
    !part(before) && !part(bytes.get(range.end))
}

/// The places of a decimal number, or what stands before them: logs and listings are full of these, and one in ten
/// has a right check digit.
fn is_decimal(text: &str, range: &Range<usize>) -> bool {
    let bytes = text.as_bytes();
    let digit = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_digit);
    if !bytes.get(range.clone()).is_some_and(|written| written.iter().all(u8::is_ascii_digit)) {
        // `2. 4111 …`, `4111 … 1111.50`: groups are no places of a number.
        return false;
    }
    let point = |at: Option<usize>| at.and_then(|at| bytes.get(at)) == Some(&b'.');
    let before = |back: usize| range.start.checked_sub(back);
    let after = |on: usize| range.end.checked_add(on);
    (point(before(1)) && digit(before(2))) || (point(after(0)) && digit(after(1)))
}

/// As cards are written: in one piece, or in groups parted by the same sign: of four to six digits, of eight, of six and thirteen. One piece that is
/// mostly zeros is a register or a constant.
fn is_grouped(written: &str) -> bool {
    let Some(separator) = written.chars().find(|c| !c.is_ascii_digit()) else {
        return !written.contains("00000000");
    };
    let groups: Vec<&str> = written.split(separator).collect();
    let lengths: Vec<usize> = groups.iter().map(|group| group.len()).collect();
    let digits = groups.iter().all(|group| group.bytes().all(|byte| byte.is_ascii_digit()));
    let usual = lengths.split_last().is_some_and(|(last, rest)| {
        // The last group of a long number may be short.
        (3..=6).contains(last) && rest.iter().all(|length| (4..=6).contains(length))
    });
    digits && (usual || matches!(lengths.as_slice(), [8, 8] | [6, 13]))
}

fn is_card(written: &str) -> bool {
    let digits: Vec<u32> = written.chars().filter_map(|c| c.to_digit(10)).collect();
    let head = |count: usize| digits.iter().take(count).fold(0, |number, digit| number * 10 + digit);
    let issued = match digits.len() {
        13 => head(1) == 4,
        15 => matches!(head(2), 34 | 37),
        16 => {
            head(1) == 4
                || matches!(head(2), 51..=55 | 65 | 35 | 62)
                || matches!(head(4), 2221..=2720 | 6011)
                || matches!(head(3), 644..=649)
        }
        19 => head(1) == 4 || head(2) == 62,
        _ => false,
    };
    issued && luhn(&digits)
}

fn luhn(digits: &[u32]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, digit)| match (place % 2, digit * 2) {
            (0, _) => *digit,
            (_, doubled) if doubled > 9 => doubled - 9,
            (_, doubled) => doubled,
        })
        .sum();
    sum.is_multiple_of(10)
}

/// `+450.00000000`: digits on both sides of one point, the last of them zeros, and nothing else. `+1.7035550123` is a
/// number as registries of domains write it.
fn is_signed_decimal(written: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    written
        .strip_prefix('+')
        .and_then(|rest| rest.split_once('.'))
        .is_some_and(|(whole, places)| digits(whole) && digits(places) && places.ends_with("0000"))
}

/// Finds telephone numbers: with a country's code, after a word that says so, or in North American form.
#[derive(Debug)]
pub(super) struct Phones(Regex);

impl Phones {
    pub(super) fn new() -> Result<Self, regex::Error> {
        Regex::new(concat!(
            r"(?-u:\+[1-9][0-9]{0,2}(?:[ ./-]?\(?[0-9]{1,5}\)?){2,6})",
            // A label with its sign stands before a number of any form, a bare one before what can be nothing else.
            r"|(?i-u:(?:tel|phone|mobil|telefon|fax)[a-z]*(?:\.:?|:)[ \t]*)(?<number>(?-u:[0-9(][0-9 ()/.-]{6,18}[0-9]))",
            r"|(?i-u:(?:tel|phone|mobile|mobil|telefon|fax)[ \t]+)(?<bare>(?-u:[0(][0-9 ()-]{6,18}[0-9]))",
            r"|(?i-u:\bcall me at:?[ \t]*)(?<call>(?-u:[0-9(][0-9 ()/.-]{6,18}[0-9]))",
            r"|(?-u:\([2-9][0-9]{2}\) ?[2-9][0-9]{2}[ .-][0-9]{4})",
            r"|(?-u:[2-9][0-9]{2}-[2-9][0-9]{2}-[0-9]{4})",
        ))
        .map(Self)
    }

    pub(super) fn find(&self, text: &str) -> Vec<Range<usize>> {
        let range = |captures: regex::Captures<'_>| {
            let labelled = ["number", "bare", "call"].iter().find_map(|name| captures.name(name));
            let found = labelled.or_else(|| captures.get(0))?.range();
            let digits = text.get(found.clone())?.bytes().filter(u8::is_ascii_digit).count();
            let long_enough = (8..=15).contains(&digits) || digits == 7 && labelled.is_some();
            let written = text.get(found.clone())?;
            (long_enough && stands_alone(text, &found) && !is_signed_decimal(written)).then_some(found)
        };
        self.0.captures_iter(text).filter_map(range).collect()
    }
}
