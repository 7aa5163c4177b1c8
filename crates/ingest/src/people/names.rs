//! Full names as they are compared: without case, marks, titles and order; with nicknames.

use std::collections::BTreeSet;

/// Given names and what they are shortened to, one group a line. A short form may stand in several groups:
/// then it agrees with each of them.
#[rustfmt::skip]
const SHORT_FORMS: [&[&str]; 46] = [
    &["abigail", "abby"], &["alexander", "alex", "sasha"], &["alexandra", "alex", "sandra", "sasha"],
    &["andreas", "andi", "andy"], &["andrew", "andy", "drew"], &["anthony", "tony"],
    &["barbara", "barb", "babs"], &["benjamin", "ben", "benny"], &["catherine", "katherine", "cathy", "kathy", "kate", "katie"],
    &["charles", "charlie", "chuck"], &["christian", "chris"], &["christine", "chris", "tina"],
    &["christopher", "chris"], &["daniel", "dan", "danny"], &["david", "dave", "davy"],
    &["edward", "ed", "eddie", "ted"], &["elizabeth", "liz", "beth", "lisa", "betty"], &["francisco", "paco"],
    &["frederick", "fred", "freddy"], &["gregory", "greg"], &["james", "jim", "jimmy"],
    &["jennifer", "jen", "jenny"], &["jessica", "jess"], &["john", "jack", "johnny"],
    &["jonathan", "jon"], &["joseph", "joe", "joey"], &["joshua", "josh"],
    &["margaret", "maggie", "meg", "peggy"], &["matthew", "matt"], &["michael", "mike", "mick", "micha"],
    &["nicholas", "nick"], &["nikolaus", "nick", "klaus"], &["patricia", "pat", "patty"],
    &["patrick", "pat", "paddy"], &["peter", "pete"], &["rebecca", "becky"],
    &["richard", "rick", "dick", "rich"], &["robert", "bob", "rob", "bobby"], &["ronald", "ron"],
    &["samantha", "sam"], &["samuel", "sam"], &["stephen", "steven", "steve"],
    &["susan", "sue", "susie"], &["thomas", "tom", "tommy"], &["timothy", "tim"],
    &["william", "will", "bill", "billy"],
];

/// Words before or after a name that are no part of it.
const TITLES: [&str; 13] =
    ["dr", "ing", "ii", "iii", "jr", "md", "mr", "mrs", "ms", "msc", "phd", "prof", "sr"];

/// How two names stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Agreement {
    /// The same given and family names, and no middle name against it.
    Same,
    /// The same given name with another family name, as after a marriage.
    Given,
    /// Two people's.
    None,
}

/// A full name: a given and a family name at least, folded and in lower case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Name {
    pub(super) given: String,
    pub(super) middle: Vec<String>,
    pub(super) family: String,
}

impl Name {
    /// Reads `Ana Lee`, `Lee, Ana`, `Dr. Ana M. Lee (Contractor)`. `None` for anything but a full name: a login,
    /// one word, an address. A name in a script without blanks is full as it is.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let plain = words(text);
        let (given, middle, family) = match plain.as_slice() {
            [only] if only.chars().filter(|c| is_ideographic(*c)).count() > 1 => {
                (only.clone(), Vec::new(), only.clone())
            }
            [given, middle @ .., family] => (given.clone(), middle.to_vec(), family.clone()),
            [] | [_] => return None,
        };
        let spelled = |word: &str| word.chars().count() > 1 && word.chars().any(char::is_alphabetic);
        (spelled(&given) && spelled(&family)).then_some(Self { given, middle, family })
    }

    /// How this name stands to another.
    pub(super) fn agreement(&self, other: &Self) -> Agreement {
        if self.given_forms().is_disjoint(&other.given_forms()) || middles_contradict(self, other) {
            return Agreement::None;
        }
        if self.family == other.family { Agreement::Same } else { Agreement::Given }
    }

    /// The given name in its long forms; itself if it is none's short form.
    pub(super) fn given_forms(&self) -> BTreeSet<&str> {
        given_forms(&self.given)
    }

    /// Whether both are given the same name, or one a short form of no other name than the other's.
    pub(super) fn surely_given(&self, other: &Self) -> bool {
        self.given == other.given || self.given_forms() == other.given_forms()
    }

    /// What somebody of this name may sign in with, without dots and dashes.
    pub(super) fn user_names(&self) -> BTreeSet<String> {
        let family: String = letters(&self.family);
        let mut found = BTreeSet::new();
        for given in self.given_forms().into_iter().chain([self.given.as_str()]) {
            let given = letters(given);
            let (g, f) = (initial(&given), initial(&family));
            found.extend([format!("{given}{family}"), format!("{family}{given}")]);
            found.extend([format!("{g}{family}"), format!("{given}{f}"), format!("{family}{g}")]);
            for middle in &self.middle {
                found.insert(format!("{g}{}{family}", initial(middle)));
            }
        }
        found
    }

    /// Whether a user name spells given and family name out.
    pub(super) fn spelled_out_by(&self, user_name: &str) -> bool {
        let family = letters(&self.family);
        let spells = |given: &str| {
            let given = letters(given);
            user_name == format!("{given}{family}") || user_name == format!("{family}{given}")
        };
        self.given_forms().into_iter().chain([self.given.as_str()]).any(spells)
    }
}

/// The long forms of a given name; itself if it is none's short form.
pub(super) fn given_forms(given: &str) -> BTreeSet<&str> {
    let long = SHORT_FORMS.iter().filter(|group| group.contains(&given));
    let found: BTreeSet<&str> = long.filter_map(|group| group.first().copied()).collect();
    if found.is_empty() { BTreeSet::from([given]) } else { found }
}

/// The words of a name, folded, in lower case and the order of speaking; what stands in brackets is left out.
pub(super) fn words(text: &str) -> Vec<String> {
    if text.contains('@') {
        return Vec::new();
    }
    let text = text::fold(&without_brackets(text).to_lowercase());
    let mut sides = text.split(',').map(parts).filter(|words| !words.is_empty());
    let (first, second, more) = (sides.next().unwrap_or_default(), sides.next(), sides.next());
    match (second, more) {
        (Some(given), None) => given.into_iter().chain(first).collect(),
        _ => first,
    }
}

fn parts(side: &str) -> Vec<String> {
    let words = side.split(|c: char| c.is_whitespace() || matches!(c, '.' | '_' | '"' | '(' | ')'));
    let words = words.map(|word| word.trim_matches(['\'', '-'])).filter(|word| !word.is_empty());
    words.filter(|word| !TITLES.contains(word)).map(str::to_owned).collect()
}

fn without_brackets(text: &str) -> String {
    let mut depth = 0_u32;
    let keep = |c: char| {
        match c {
            '(' | '[' | '<' => depth += 1,
            ')' | ']' | '>' => depth = depth.saturating_sub(1),
            _ if depth == 0 => return Some(c),
            _ => {}
        }
        Some(' ')
    };
    text.chars().filter_map(keep).collect()
}

/// `Ana M. Lee` is not `Ana K. Lee`; without a middle name nothing is said.
fn middles_contradict(left: &Name, right: &Name) -> bool {
    match (left.middle.first(), right.middle.first()) {
        (Some(left), Some(right)) => !left.starts_with(right.as_str()) && !right.starts_with(left.as_str()),
        _ => false,
    }
}

fn letters(word: &str) -> String {
    word.chars().filter(|c| c.is_alphanumeric()).collect()
}

fn initial(word: &str) -> String {
    word.chars().take(1).collect()
}

const fn is_ideographic(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn agreement(left: &str, right: &str) -> Agreement {
        Name::parse(left).unwrap().agreement(&Name::parse(right).unwrap())
    }

    #[test]
    fn a_name_is_the_same_in_every_order_and_dress() {
        for other in
            ["Lee, Ana", "ana lee", "Dr. Ana Lee", "Ana  LEE (Contractor)", "Ana M. Lee", "Aná Lee, PhD"]
        {
            assert_eq!(agreement("Ana Lee", other), Agreement::Same, "{other}");
        }
        assert_eq!(agreement("Bob Stone", "Stone, Robert"), Agreement::Same);
        assert_eq!(agreement("Alex Moor", "Alexandra Moor"), Agreement::Same);
        assert_eq!(agreement("山田太郎", "山田太郎"), Agreement::Same);
    }

    #[test]
    fn other_names_are_other_peoples() {
        for (left, right, expected) in [
            ("Ana Lee", "Ana Silva", Agreement::Given),
            ("Ana Lee", "Alan Lee", Agreement::None),
            ("Ana M. Lee", "Ana K. Lee", Agreement::None),
            ("Alexander Moor", "Alexandra Moor", Agreement::None),
        ] {
            assert_eq!(agreement(left, right), expected, "{left} {right}");
        }
    }

    #[test]
    fn what_is_no_full_name_is_none() {
        for text in ["", "ana", "alee", "ana@x.org", "A Lee", "Ana L.", "(bot)", "42 7"] {
            assert_eq!(Name::parse(text), None, "{text}");
        }
    }

    #[test]
    fn user_names_are_made_of_names() {
        let name = Name::parse("Bob M. Stone").unwrap();
        for user in ["bobstone", "robertstone", "bstone", "rstone", "stonebob", "bobs", "bmstone"] {
            assert!(name.user_names().contains(user), "{user}");
        }
        assert!(!name.user_names().contains("bob") && name.spelled_out_by("robertstone"));
        assert!(!name.spelled_out_by("bstone"));
    }
}
