//! Passages to show: the window of a text that says most of what was asked.

use std::collections::{BTreeMap, HashMap};

use crate::Language;
use crate::words::{LONGEST_UNSPACED, has_no_blanks, tokens_of_chunk};

/// A chunk longer than this many characters may be cut inside.
const MAX_UNIT_CHARS: usize = 40;

/// Characters of a script without blanks that stay together in a unit.
const UNIT_CHARS_WITHOUT_BLANKS: usize = 6;

/// What lies beyond the end of a unit of a token that begins in it, at most.
const CHARS_OVER_A_BORDER: usize = LONGEST_UNSPACED - 1;

/// The best window of at most `max_chars` characters for showing why a text was found.
///
/// Best is the window with the most distinct wanted tokens, then the most of them, then the earliest. It is cut at
/// word borders with `…` where text is missing (the sign counts), and blanks of any kind are one space. A text
/// without a wanted token gives its [`head`]. `wanted` gets tokens as [`crate::tokens`] gives them.
#[must_use]
pub fn snippet(
    text: &str,
    wanted: &dyn Fn(&str) -> bool,
    language: Option<Language>,
    max_chars: usize,
) -> String {
    let units = units(text);
    let hits = hits(&units, wanted, language);
    match best_window(&units, &hits, room(max_chars)) {
        Some((first, last)) => {
            let (first, last) = widen(&units, first, last, room(max_chars));
            render(&units, first, last, max_chars)
        }
        None => head_of(&units, max_chars),
    }
}

/// The beginning of a text, cut as [`snippet`] cuts.
#[must_use]
pub fn head(text: &str, max_chars: usize) -> String {
    head_of(&units(text), max_chars)
}

fn head_of(units: &[Unit<'_>], max_chars: usize) -> String {
    let mut last = 0;
    let mut length = units.first().map_or(0, |unit| unit.chars);
    let total: usize = units.iter().map(Unit::width).sum::<usize>();
    // Without a cut no room is needed for its sign.
    let room = if total <= max_chars { max_chars } else { max_chars.saturating_sub(1) };
    while let Some(next) = units.get(last + 1)
        && length + next.width() <= room
    {
        length += next.width();
        last += 1;
    }
    render(units, 0, last, max_chars)
}

/// Room for text when both ends are cut.
fn room(max_chars: usize) -> usize {
    max_chars.saturating_sub(2)
}

/// A piece of text that is shown whole.
#[derive(Debug)]
struct Unit<'a> {
    text: &'a str,
    chars: usize,
    /// Whether a blank stands before it.
    spaced: bool,
    /// The text with the characters after it, so that tokens over the border are seen.
    seen: &'a str,
}

impl Unit<'_> {
    fn width(&self) -> usize {
        self.chars + usize::from(self.spaced)
    }
}

/// Chunks between blanks; long ones in pieces. Fence marks are not shown.
fn units(text: &str) -> Vec<Unit<'_>> {
    let mut units = Vec::with_capacity(text.len() / 6 + 1);
    for chunk in text.split_whitespace().filter(|chunk| !chunk.starts_with("```") || chunk.len() > 3) {
        let mut spaced = !units.is_empty();
        let mut rest = chunk;
        while !rest.is_empty() {
            let end = unit_end(rest);
            let (text, next) = rest.split_at(end);
            let more: usize = next.chars().take(CHARS_OVER_A_BORDER).map(char::len_utf8).sum();
            units.push(Unit {
                text,
                chars: text.chars().count(),
                spaced,
                seen: rest.get(..end + more).unwrap_or(text),
            });
            spaced = false;
            rest = next;
        }
    }
    units
}

/// Where the first unit of a chunk ends, in bytes.
fn unit_end(chunk: &str) -> usize {
    let mut in_pairs = 0;
    for (number, (at, c)) in chunk.char_indices().enumerate() {
        in_pairs += usize::from(has_no_blanks(c));
        if number >= MAX_UNIT_CHARS || (in_pairs > UNIT_CHARS_WITHOUT_BLANKS && at > 0) {
            return at;
        }
    }
    chunk.len()
}

/// The wanted tokens of each unit, as numbers.
fn hits(units: &[Unit<'_>], wanted: &dyn Fn(&str) -> bool, language: Option<Language>) -> Vec<Vec<usize>> {
    let mut numbers: BTreeMap<String, usize> = BTreeMap::new();
    let mut hits: Vec<Vec<usize>> = Vec::with_capacity(units.len());
    // Half of the words of a text stand there before, and to stem one is most of the work.
    let mut before: HashMap<&str, usize> = HashMap::with_capacity(units.len());
    for (place, unit) in units.iter().enumerate() {
        if let Some(known) = before.get(unit.seen).and_then(|first| hits.get(*first)) {
            hits.push(known.clone());
            continue;
        }
        before.insert(unit.seen, place);
        let mut found = Vec::new();
        for token in tokens_of_chunk(unit.seen, language) {
            if wanted(&token) {
                let next = numbers.len();
                found.push(*numbers.entry(token).or_insert(next));
            }
        }
        found.sort_unstable();
        found.dedup();
        hits.push(found);
    }
    hits
}

/// The units from the first to the last hit of the best window.
fn best_window(units: &[Unit<'_>], hits: &[Vec<usize>], room: usize) -> Option<(usize, usize)> {
    let kinds = hits.iter().flatten().max()? + 1;
    let mut counts = vec![0_usize; kinds];
    let (mut distinct, mut total, mut length, mut first) = (0, 0, 0, 0);
    let mut best: Option<((usize, usize), usize, usize)> = None;
    for (last, (unit, found)) in units.iter().zip(hits).enumerate() {
        length += unit.width();
        for &kind in found {
            if let Some(count) = counts.get_mut(kind) {
                distinct += usize::from(*count == 0);
                *count += 1;
                total += 1;
            }
        }
        while length > room && first < last {
            length -= units.get(first).map_or(0, Unit::width);
            for &kind in hits.get(first).map_or(&[][..], Vec::as_slice) {
                if let Some(count) = counts.get_mut(kind) {
                    *count -= 1;
                    total -= 1;
                    distinct -= usize::from(*count == 0);
                }
            }
            first += 1;
        }
        if total > 0 && best.is_none_or(|(score, _, _)| (distinct, total) > score) {
            best = Some(((distinct, total), first, last));
        }
    }
    let (_, first, last) = best?;
    let is_hit = |&unit: &usize| hits.get(unit).is_some_and(|found| !found.is_empty());
    Some(((first..=last).find(is_hit)?, (first..=last).rfind(is_hit)?))
}

/// Adds what stands around: a third of the free room before, the rest behind, then what is left before.
fn widen(units: &[Unit<'_>], mut first: usize, mut last: usize, room: usize) -> (usize, usize) {
    let mut length: usize = units.iter().take(last + 1).skip(first).map(Unit::width).sum();
    let before = length + room.saturating_sub(length) / 3;
    let grow_left = |first: &mut usize, length: &mut usize, limit: usize| {
        while *first > 0
            && let Some(unit) = units.get(*first - 1)
            && *length + unit.width() <= limit
        {
            *length += unit.width();
            *first -= 1;
        }
    };
    grow_left(&mut first, &mut length, before);
    while let Some(unit) = units.get(last + 1)
        && length + unit.width() <= room
    {
        length += unit.width();
        last += 1;
    }
    grow_left(&mut first, &mut length, room);
    (first, last)
}

/// The units `first` to `last`, with `…` where text is missing; never longer than `max_chars`.
fn render(units: &[Unit<'_>], first: usize, last: usize, max_chars: usize) -> String {
    let mut shown = String::new();
    if first > 0 {
        shown.push('…');
    }
    for (number, unit) in units.iter().enumerate().take(last + 1).skip(first) {
        if unit.spaced && number > first {
            shown.push(' ');
        }
        shown.push_str(unit.text);
    }
    if last + 1 < units.len() {
        shown.push('…');
    }
    if shown.chars().count() <= max_chars {
        return shown;
    }
    // A single unit that is longer than the window: cut inside.
    let mut cut: String = shown.chars().take(max_chars.saturating_sub(1)).collect();
    if max_chars > 0 {
        cut.push('…');
    }
    cut
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(text: &str, wanted: &[&str], max_chars: usize, expected: &str) {
        let shown = snippet(text, &|token| wanted.contains(&token), Some(Language::English), max_chars);
        assert_eq!(shown, expected);
    }

    #[test]
    fn the_window_with_the_most_distinct_wanted_words_is_shown() {
        let text = "A key is a key is a key. Long after that we talk of other things, and then we rotate the key \
                    on the token with `hsm-rotate` every Monday before noon.";
        check(
            text,
            &["key", "rotat", "hsm-rotate"],
            60,
            "…we rotate the key on the token with `hsm-rotate` every…",
        );
        check(text, &["key"], 26, "A key is a key is a key.…");
        check(text, &["nothing"], 20, "A key is a key is a…");
        check("all  of\n it", &["it"], 30, "all of it");
    }

    #[test]
    fn scripts_without_blanks_are_cut_inside() {
        let text = "これはとても長い文章なので途中で切る必要があります設定を変更してください";
        let shown = snippet(text, &|token| token == "設定", None, 16);
        assert!(shown.contains("設定") && shown.chars().count() <= 16, "{shown}");
    }

    #[test]
    fn the_head_is_cut_at_a_word() {
        assert_eq!(head("one two three", 20), "one two three");
        assert_eq!(head("one two three", 13), "one two three");
        assert_eq!(head("one two three", 12), "one two…");
        assert_eq!(head("```\none\n```", 9), "one");
        assert_eq!(head("wonderful", 4), "won…");
        assert_eq!(head("wonderful", 0), "");
        assert_eq!(head("", 5), "");
    }

    #[test]
    fn a_long_text_takes_one_pass() {
        let text = "word key ".repeat(100_000);
        assert!(snippet(&text, &|token| token == "key", None, 100).chars().count() <= 100);
        assert!(head(&"x".repeat(1_000_000), 50).chars().count() <= 50);
    }

    proptest! {
        #[test]
        fn a_snippet_fits_and_holds_a_wanted_word(text in "[a-z東 ]{0,200}", word in "[a-z]{4}", max in 12_usize..60) {
            let text = format!("{text} {word} {text}");
            let shown = snippet(&text, &|token| token == word, None, max);
            prop_assert!(shown.chars().count() <= max);
            prop_assert!(shown.contains(&word), "{shown}");
        }

        #[test]
        fn any_text_fits_any_window(text in any::<String>(), max in 0_usize..40) {
            prop_assert!(head(&text, max).chars().count() <= max);
            prop_assert!(snippet(&text, &|_| true, None, max).chars().count() <= max);
        }
    }
}
