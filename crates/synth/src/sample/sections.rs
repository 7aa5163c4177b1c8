//! Lists of texts under names, as the built-in files of names and phrases hold them.

use std::collections::BTreeMap;

/// `[name]` opens a list, every other line that is not blank is one of its texts.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sections(BTreeMap<String, Vec<String>>);

impl Sections {
    /// Reads the lists. Lines before the first name belong to nobody and are dropped.
    pub(crate) fn read(text: &str) -> Self {
        let mut lists: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let mut current = None;
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
            if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
                current = Some(lists.entry(name.to_owned()).or_default());
            } else if let Some(list) = current.as_mut() {
                list.push(line.to_owned());
            }
        }
        Self(lists)
    }

    /// The texts of a list; none if there is no such list.
    pub(crate) fn get(&self, name: &str) -> &[String] {
        self.0.get(name).map_or(&[], Vec::as_slice)
    }
}
