//! Templates become sentences: alternatives are chosen, slots are filled.
//!
//! `{a|b}` is one of its alternatives, which may hold braces themselves. `{n:3-40}` is a number of the range.
//! `{customer}` is one text of the list of that name, the same one throughout a scene. `\n` is a line break.

use std::collections::BTreeMap;

use super::clock::{DAY, civil};
use super::sections::Sections;
use crate::dice::Dice;

/// The slots of one scene.
#[derive(Debug)]
pub(crate) struct Wording<'a> {
    lists: &'a Sections,
    bound: BTreeMap<String, String>,
}

impl<'a> Wording<'a> {
    /// Words said at that time: a month that is named is the last one, a version is the one of the fortnight.
    pub(crate) fn new(lists: &'a Sections, millis: i64) -> Self {
        let mut words = Self { lists, bound: BTreeMap::new() };
        let month = usize::try_from(civil(millis - 30 * DAY).month() - 1).unwrap_or(0);
        for (slot, list) in [("month", "months"), ("month.fr", "months.fr")] {
            words.bind(slot, lists.get(list).get(month).cloned().unwrap_or_default());
        }
        let fortnight = (millis.div_euclid(DAY) / 14 - 1_400).rem_euclid(900) + 2;
        words.bind("version", format!("4.{fortnight}.{}", millis.div_euclid(DAY).rem_euclid(4)));
        words
    }

    /// Fills a slot beforehand.
    pub(crate) fn bind(&mut self, slot: &str, text: String) {
        self.bound.insert(slot.to_owned(), text);
    }

    /// The sentence that the template makes this time.
    pub(crate) fn say(&mut self, template: &str, dice: &mut Dice) -> String {
        let mut said = String::with_capacity(template.len() + 32);
        self.expand(template, dice, &mut said);
        said.replace("\\n", "\n")
    }

    /// Whether a customer has been named and the text names them.
    pub(crate) fn names_customer(&self, text: &str) -> bool {
        ["customer", "customer.de", "customer.fr", "customer.ja"]
            .iter()
            .filter_map(|slot| self.bound.get(*slot))
            .any(|customer| text.contains(customer.as_str()))
    }

    fn expand(&mut self, template: &str, dice: &mut Dice, said: &mut String) {
        let mut rest = template;
        while let Some((before, opened)) = rest.split_once('{') {
            said.push_str(before);
            let Some(length) = closing(opened) else {
                said.push_str(opened);
                return;
            };
            let (inner, after) = opened.split_at(length);
            let choices = alternatives(inner);
            if choices.len() > 1 {
                let chosen = dice.pick(&choices).copied().unwrap_or_default();
                self.expand(chosen, dice, said);
            } else {
                let value = self.slot(inner, dice);
                said.push_str(&value);
            }
            rest = after.get(1..).unwrap_or_default();
        }
        said.push_str(rest);
    }

    fn slot(&mut self, name: &str, dice: &mut Dice) -> String {
        if let Some(range) = name.strip_prefix("n:") {
            let (low, high) = range.split_once('-').unwrap_or((range, range));
            return dice.between(low.parse().unwrap_or(1), high.parse().unwrap_or(9)).to_string();
        }
        if let Some(text) = self.bound.get(name) {
            return text.clone();
        }
        let text = match name {
            "hex" => dice.token("0123456789abcdef", 8),
            "num" => dice.between(1200, 98_000).to_string(),
            "time" => format!("{:02}:{:02}", dice.between(6, 21), dice.between(0, 59)),
            _ => dice.word(self.lists.get(name)).to_owned(),
        };
        self.bound.insert(name.to_owned(), text.clone());
        text
    }
}

/// Where the brace that was opened before this text is closed.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, letter) in text.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' if depth == 0 => return Some(at),
            '}' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// The parts between the bars that stand in no inner brace.
fn alternatives(text: &str) -> Vec<&str> {
    let (mut parts, mut depth, mut start) = (Vec::new(), 0_usize, 0);
    for (at, letter) in text.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            '|' if depth == 0 => {
                parts.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(template: &str, expected: &[&str]) {
        let lists = Sections::read("[customer]\nBrook & Sons\n");
        let mut dice = Dice::new(1);
        for _ in 0..20 {
            let said = Wording::new(&lists, 0).say(template, &mut dice);
            assert!(expected.contains(&said.as_str()), "{template:?} became {said:?}");
        }
    }

    #[test]
    fn alternatives_may_hold_slots_and_alternatives() {
        check("{a|b {c|d}} e", &["a e", "b c e", "b d e"]);
        check("{for {customer}|} now", &["for Brook & Sons now", " now"]);
    }

    #[test]
    fn an_unclosed_brace_and_an_unknown_slot_do_no_harm() {
        check("a {b", &["a b"]);
        check("a {nothing}b\\nc {n:2-3}", &["a b\nc 2", "a b\nc 3"]);
    }

    #[test]
    fn a_slot_is_the_same_throughout_a_scene() {
        let lists = Sections::default();
        let said = Wording::new(&lists, 0).say("{hex} {hex}", &mut Dice::new(4));
        let (left, right) = said.split_once(' ').unwrap();
        assert_eq!(left, right);
    }
}
