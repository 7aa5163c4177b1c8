//! Names of those who answered, taken out of a question: they would give the answer away.

use std::collections::BTreeSet;

use model::Person;

/// Shorter parts of a name are common words.
const SHORTEST_PART: usize = 3;

/// A text without the names and mentions of these people. A part of a name goes where it is written as a name
/// is: with a capital, or behind an `@`. Blanks and lines stay as they are.
pub(super) fn without_names<'p>(text: &str, people: impl Iterator<Item = &'p Person>) -> String {
    let parts: BTreeSet<String> = people.flat_map(parts).collect();
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(is_of_name) {
        let (between, from) = rest.split_at(start);
        let (word, after) = from.split_at(from.find(|c| !is_of_name(c)).unwrap_or(from.len()));
        kept.push_str(between);
        // A dot or an apostrophe behind a word ends a sentence, or a genitive.
        let bare = word.trim_end_matches(['.', '-']);
        let (mention, name) = bare.strip_prefix('@').map_or((false, bare), |name| (true, name));
        let as_name = mention || name.starts_with(char::is_uppercase);
        if as_name && parts.contains(&name.to_lowercase()) {
            kept.push_str(&word[bare.len()..]);
        } else {
            kept.push_str(word);
        }
        rest = after;
    }
    kept.push_str(rest);
    kept
}

fn is_of_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '@' | '.' | '-' | '_')
}

/// What somebody is called by: parts of their name, and their accounts' own ids.
fn parts(person: &Person) -> Vec<String> {
    let ids = person.accounts.iter().map(|key| {
        let native = key.native();
        native.split_once('@').map_or(native, |(local, _)| local)
    });
    person
        .name
        .split(|c: char| !is_of_name(c))
        .chain(ids)
        .filter(|part| part.chars().count() >= SHORTEST_PART)
        .map(str::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use model::{AccountKey, DirectoryEntry, PersonId};

    use super::*;

    #[test]
    fn names_and_mentions_of_those_who_answered_go_and_nothing_else() {
        let person = Person {
            id: PersonId::new("p1").unwrap(),
            name: "Ana Maria Will".to_owned(),
            accounts: vec![AccountKey::new("chat:anaw").unwrap()],
            emails: Vec::new(),
            bot: false,
            directory: DirectoryEntry::default(),
        };
        let check = |text: &str, expected: &str| {
            assert_eq!(without_names(text, std::iter::once(&person)), expected);
        };
        check("Hi Ana, will @time work? cc @anaw", "Hi , will @time work? cc ");
        check("ask Maria. Or @ana\nbanana Anatomy", "ask . Or \nbanana Anatomy");
        check("", "");
    }
}
