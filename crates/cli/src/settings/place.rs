//! Where in the options file a mistake is: whoever is told of one should not have to look for it.

use std::fmt::Display;
use std::path::Path;

use toml::de::{DeTable, DeValue};

/// The options file as it was read.
#[derive(Clone, Copy)]
pub(super) struct Source<'a> {
    pub(super) path: &'a Path,
    pub(super) text: &'a str,
}

impl Source<'_> {
    /// `FILE:LINE` of the longest key that `told` names and that stands in the file; the file alone if none does.
    pub(super) fn place(&self, told: &impl Display) -> String {
        let path = self.path.display();
        self.line(&told.to_string()).map_or_else(|| path.to_string(), |line| format!("{path}:{line}"))
    }

    fn line(&self, told: &str) -> Option<usize> {
        let file = DeTable::parse(self.text).ok()?.into_inner();
        let keys = told.split(|letter: char| !(letter.is_ascii_alphanumeric() || "._-".contains(letter)));
        let found = keys.filter_map(|key| start(&file, key.trim_matches('.')));
        let (_, at) = found.max_by_key(|(parts, at)| (*parts, std::cmp::Reverse(*at)))?;
        Some(self.text.get(..at)?.matches('\n').count() + 1)
    }
}

/// How many parts of a dotted key stand in the file, and where the last of them does. A table's name alone is no key: it
/// is also a word.
fn start(file: &DeTable<'_>, key: &str) -> Option<(usize, usize)> {
    let (mut table, mut found) = (file, None);
    for (part, number) in key.split('.').zip(1..) {
        let Some((name, value)) = table.iter().find(|(name, _)| name.get_ref() == part) else { break };
        let below = if let DeValue::Table(below) = value.get_ref() { Some(below) } else { None };
        if number > 1 || below.is_none() {
            found = Some((number, name.span().start));
        }
        let Some(below) = below else { break };
        table = below;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_key_that_is_named_and_there_tells_the_line() {
        let text = "version = 1\n\n[asks]\nlimit = 3\nlist = 0 # few\n[asks.webhook]\n\"url\" = \"x\"\n";
        let source = Source { path: Path::new("o.toml"), text };
        let place = |told: &str| source.place(&told);
        assert_eq!(place("asks.list is 0, allowed are 1 to 50"), "o.toml:5");
        assert_eq!(place("asks.webhook.url and asks.webhook.secret_file go together"), "o.toml:7");
        assert_eq!(place("version is 2, this whoknows reads version 1"), "o.toml:1");
        assert_eq!(place("a weight under asks.webhook is -1."), "o.toml:6");
        // What is named is left out where it should stand: its table tells where.
        assert_eq!(place("asks.webhook.secret_file needs a url"), "o.toml:6");
        assert_eq!(place("the asks are wrong"), "o.toml");
        assert_eq!(place("embed.model is unknown"), "o.toml");
    }
}
