//! Files in which an operator says which addresses and accounts are one person's, written like Git's `.mailmap`.

use std::collections::BTreeMap;

use model::{Account, AccountKey};

use super::Assertion;
use super::address::normalized;

/// Reads a file of assertions. A line is `Name <main> [Name] <other> …`: everything in angle brackets on one line
/// is one person's, be it a mail address or an account (`<slack:U02A>`). `#` starts a remark. A line with fewer
/// than two of them only names somebody and asserts nothing. Gives the assertions and the numbers of lines in
/// which a bracket is not closed or holds neither.
pub fn mailmap(text: &str) -> (Vec<Assertion>, Vec<usize>) {
    let (mut assertions, mut faults) = (Vec::new(), Vec::new());
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.split('#').next().unwrap_or_default();
        match bracketed(line) {
            Some(same) if same.len() > 1 => assertions.push(Assertion { line: number, same }),
            Some(_) => {}
            None => faults.push(number),
        }
    }
    (assertions, faults)
}

/// What stands in angle brackets; `None` if a bracket is not closed or holds neither an address nor an account.
fn bracketed(line: &str) -> Option<Vec<String>> {
    let mut found = Vec::new();
    let mut rest = line;
    while let Some((_, after)) = rest.split_once('<') {
        let (inner, later) = after.split_once('>')?;
        let inner = inner.trim();
        let known = normalized(inner).or_else(|| AccountKey::new(inner).ok().map(|key| key.to_string()))?;
        found.push(known);
        rest = later;
    }
    Some(found)
}

/// Which rows claim each address or are called by each key.
pub(super) struct Named<'a> {
    by_text: BTreeMap<String, Vec<usize>>,
    rows: &'a [Account],
}

impl<'a> Named<'a> {
    pub(super) fn of(rows: &'a [Account]) -> Self {
        let mut by_text: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (row, account) in rows.iter().enumerate() {
            by_text.entry(account.key.to_string()).or_default().push(row);
            for address in account.verified_emails.iter().filter_map(|text| normalized(text)) {
                by_text.entry(address).or_default().push(row);
            }
        }
        Self { by_text, rows }
    }

    /// The rows that an assertion names, humans only.
    pub(super) fn rows(&self, assertion: &Assertion) -> Vec<usize> {
        let named = assertion.same.iter().filter_map(|text| self.by_text.get(text)).flatten().copied();
        named.filter(|row| !self.rows[*row].bot).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_assert_and_faults_are_named_by_line() {
        let (assertions, faults) = mailmap(
            "# remark\nAna Lee <ana@x.org> <ALee@old.org> # moved\nBo Um <bo@x.org>\n\n<a@x.org> Bo <slack:U2> <b@x.org>\nEve <eve@x.org\nDee <what is this>",
        );
        let same: Vec<(usize, Vec<&str>)> =
            assertions.iter().map(|a| (a.line, a.same.iter().map(String::as_str).collect())).collect();
        assert_eq!(
            same,
            [(2, vec!["ana@x.org", "alee@old.org"]), (5, vec!["a@x.org", "slack:U2", "b@x.org"])]
        );
        assert_eq!(faults, [6, 7]);
    }
}
