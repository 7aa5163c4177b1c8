//! Words that stand in one place of a world alone, and their tracks in bytes, however these are encoded.

use std::collections::BTreeSet;

use super::chance::Dice;

/// How every canary begins; no other word of a world holds it.
const MARK: &str = "zq";
/// Letters behind it.
const LETTERS: usize = 8;
/// So many of them must be seen where digits were decoded. Among the random digits of 10,000 worlds (tags, ids)
/// some always read as the mark and three letters, by chance.
const DECODED: usize = 6;

/// A canary: five letters by chance, three of its number.
pub(super) fn canary(dice: &mut Dice, number: usize) -> String {
    let chance = (0..5).map(|_| char::from(b'a' + dice.below(16) as u8)).collect::<String>();
    let letter = |place: usize| char::from(b'a' + (number / 16_usize.pow(place as u32) % 16) as u8);
    format!("{MARK}{chance}{}{}{}", letter(2), letter(1), letter(0))
}

/// The canaries in a text of ours.
pub(super) fn canaries_in(text: &str) -> BTreeSet<String> {
    tracks(&text.to_lowercase()).filter(|found| found.len() == MARK.len() + LETTERS).collect()
}

/// What canaries are in bytes, whole or cut: as they are, escaped for JSON, HTML or an address, in base64 or in
/// hexadecimal digits.
pub(super) fn canaries_behind(bytes: &[u8]) -> BTreeSet<String> {
    let text = String::from_utf8_lossy(bytes).to_lowercase();
    let mut found: BTreeSet<String> = tracks(&text).collect();
    let escaped = ["\\u", "%", "&#"].iter().any(|sign| text.contains(sign));
    if escaped {
        found.extend(tracks(&unescaped(&text)));
    }
    // Two letters alone say nothing.
    found.retain(|track| track.len() > MARK.len() + 2);
    let mut decode = |bytes: &[u8]| {
        let text = String::from_utf8_lossy(bytes).to_lowercase();
        found.extend(tracks(&text).filter(|track| track.len() >= MARK.len() + DECODED));
    };
    for run in bytes.split(|byte| !byte.is_ascii_alphanumeric() && !b"+/-_".contains(byte)) {
        if run.len() > LETTERS {
            (0..4).for_each(|start| decode(&sixty_four(&run[start..])));
            (0..2).for_each(|start| decode(&hexadecimal(&run[start..])));
        }
    }
    found
}

/// Every mark in a small-letter text with the letters behind it.
fn tracks(text: &str) -> impl Iterator<Item = String> + '_ {
    text.match_indices(MARK).map(|(at, _)| {
        let letters = text[at + MARK.len()..].chars().take(LETTERS);
        letters.take_while(char::is_ascii_lowercase).fold(MARK.to_owned(), |mut track, letter| {
            track.push(letter);
            track
        })
    })
}

/// The text with `\u007a`, `%7a`, `&#122;` and `&#x7a;` taken for what they stand for.
fn unescaped(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let number = |start: usize, length: usize| rest.get(start..start + length);
        let entity = |start: usize| rest.get(start..)?.split_once(';').map(|(digits, _)| digits);
        let (digits, radix, length) = if rest.starts_with("\\u") {
            (number(2, 4), 16, 6)
        } else if rest.starts_with('%') {
            (number(1, 2), 16, 3)
        } else if rest.starts_with("&#x") {
            let digits = entity(3);
            (digits, 16, 4 + digits.map_or(0, str::len))
        } else if rest.starts_with("&#") {
            let digits = entity(2);
            (digits, 10, 3 + digits.map_or(0, str::len))
        } else {
            (None, 0, 0)
        };
        let meant =
            digits.and_then(|digits| u32::from_str_radix(digits, radix).ok()).and_then(char::from_u32);
        let (meant, length) = meant.map_or((first, first.len_utf8()), |meant| (meant, length));
        plain.push(meant);
        rest = rest.get(length..).unwrap_or_default();
    }
    plain.to_lowercase()
}

/// Digits of base64, by either alphabet, as bytes.
fn sixty_four(digits: &[u8]) -> Vec<u8> {
    let value = |digit: u8| match digit {
        b'A'..=b'Z' => digit - b'A',
        b'a'..=b'z' => digit - b'a' + 26,
        b'0'..=b'9' => digit - b'0' + 52,
        b'+' | b'-' => 62,
        _ => 63,
    };
    let group = |four: &[u8]| {
        let number = four.iter().fold(0_u32, |number, digit| number << 6 | u32::from(value(*digit)));
        (number << (6 * (4 - four.len()))).to_be_bytes()
    };
    digits.chunks(4).flat_map(|four| group(four).into_iter().skip(1)).collect()
}

fn hexadecimal(digits: &[u8]) -> Vec<u8> {
    let byte = |two: &[u8]| u8::from_str_radix(std::str::from_utf8(two).ok()?, 16).ok();
    digits.chunks(2).map(|two| byte(two).unwrap_or_default()).collect()
}

#[test]
fn a_canary_is_found_in_every_dress() {
    let bird = canary(&mut Dice::new(7), 4_000);
    assert_eq!(bird.len(), MARK.len() + LETTERS);
    let each = |dress: &dyn Fn(u8) -> String| bird.bytes().map(dress).collect::<String>();
    for dressed in [
        bird.clone(),
        bird.to_uppercase(),
        each(&|byte| format!("\\u{byte:04x}")),
        each(&|byte| format!("%{byte:02X}")),
        each(&|byte| format!("&#{byte};")),
        each(&|byte| format!("&#x{byte:x};")),
        each(&|byte| format!("{byte:02x}")),
        format!("0{}", each(&|byte| format!("{byte:02x}"))),
        data_encoding::BASE64.encode(format!("a {bird} b").as_bytes()),
        data_encoding::BASE64URL_NOPAD.encode(format!("ab {bird}").as_bytes()),
        data_encoding::BASE64.encode(format!("abc {bird}").as_bytes()),
    ] {
        let text = format!("{{\"a\":\"... {dressed} &c.\"}}");
        assert!(canaries_behind(text.as_bytes()).contains(&bird), "{bird} in {text}");
    }
    let cut = &bird[..7];
    assert!(canaries_behind(format!("\"{cut}…\"").as_bytes()).contains(cut));
    assert!(canaries_behind(b"nothing of it").is_empty());
    // Seen in 10,000 worlds: random digits that decode to "zqujt" and go on otherwise.
    assert!(canaries_behind(b"etag: \"c556a541aea536ed48477b1d75265a71\"").is_empty());
    let cut = data_encoding::BASE64.encode(&bird.as_bytes()[..8]);
    assert!(canaries_behind(cut.as_bytes()).contains(&bird[..8]));
}
