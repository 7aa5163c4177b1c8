//! The truth's aliases: which mail addresses stand for which truth id.

use std::collections::BTreeMap;
use std::io::BufRead;

use serde::Deserialize;

use crate::Error;
use crate::json_lines::each_line;

/// Maps account keys to the ids of the truth, and back.
///
/// For scoring and for finding the asker only: merging people with it would hand the system the answers.
/// The default is empty: every account key is its own truth id, as with chat and tickets.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Aliases {
    truth_ids: BTreeMap<String, String>,
    keys: BTreeMap<String, Vec<String>>,
}

#[derive(Deserialize)]
struct PersonLine {
    id: String,
    #[serde(default)]
    emails: Option<Vec<String>>,
}

impl Aliases {
    /// Reads lines of `{"id": truth id, "emails": [address, …]}`; other fields are passed over.
    ///
    /// An address that is listed twice belongs to the last line that lists it. Errors name the line.
    pub fn read(reader: impl BufRead) -> Result<Self, Error> {
        let mut truth_ids = BTreeMap::new();
        each_line(reader, |_, person: PersonLine| {
            for address in person.emails.unwrap_or_default() {
                truth_ids.insert(format!("mail:{}", address.to_lowercase()), person.id.clone());
            }
            Ok(())
        })?;
        let mut keys: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (key, truth_id) in &truth_ids {
            keys.entry(truth_id.clone()).or_default().push(key.clone());
        }
        Ok(Self { truth_ids, keys })
    }

    /// Reads the same lines from a text.
    pub fn parse(text: &str) -> Result<Self, Error> {
        Self::read(text.as_bytes())
    }

    /// The truth id that an account key stands for: looked up in lower case, and itself if it is not listed.
    pub fn to_truth<'a>(&'a self, account_key: &'a str) -> &'a str {
        self.truth_ids.get(&account_key.to_lowercase()).map_or(account_key, String::as_str)
    }

    /// The account keys that stand for a truth id: its `mail:address` keys, ascending and in lower case, then
    /// the truth id itself (truth ids are a source's own account keys) unless it stands for somebody else.
    ///
    /// Not every one of them need exist in an index: an id that only the truth uses is no account.
    pub fn accounts_of(&self, truth_id: &str) -> Vec<String> {
        let mut accounts = self.keys.get(truth_id).cloned().unwrap_or_default();
        if self.to_truth(truth_id) == truth_id && !accounts.iter().any(|key| key == truth_id) {
            accounts.push(truth_id.to_owned());
        }
        accounts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PEOPLE: &str = r#"{"id":"list:ana","emails":["Ana@Lab.example","a.z@home.example"],"names":["Ana Z"]}
{"id":"list:bo","emails":[]}
{"id":"list:cy","emails":null}
{"id":"mail:old@lab.example","emails":["new@lab.example"]}
{"id":"list:dee","emails":["old@lab.example"]}"#;

    #[test]
    fn an_account_key_is_looked_up_in_lower_case_and_kept_as_it_is_otherwise() {
        let aliases = Aliases::parse(PEOPLE).unwrap();
        let check = |key: &str, expected: &str| assert_eq!(aliases.to_truth(key), expected);
        check("mail:ana@lab.example", "list:ana");
        check("MAIL:ANA@LAB.EXAMPLE", "list:ana");
        check("mail:A.Z@home.example", "list:ana");
        check("mail:nobody@lab.example", "mail:nobody@lab.example");
        check("Chat:U1", "Chat:U1");
        check("", "");
    }

    #[test]
    fn the_accounts_of_a_truth_id_are_its_addresses_and_itself() {
        let aliases = Aliases::parse(PEOPLE).unwrap();
        let check = |id: &str, expected: &[&str]| assert_eq!(aliases.accounts_of(id), expected, "{id}");
        check("list:ana", &["mail:a.z@home.example", "mail:ana@lab.example", "list:ana"]);
        check("list:bo", &["list:bo"]);
        check("list:cy", &["list:cy"]);
        check("chat:U1", &["chat:U1"]);
        check("mail:old@lab.example", &["mail:new@lab.example"]);
    }

    #[test]
    fn every_account_of_a_truth_id_leads_back_to_it() {
        let aliases = Aliases::parse(PEOPLE).unwrap();
        for id in ["list:ana", "list:bo", "mail:old@lab.example", "list:dee", "chat:U1"] {
            assert!(aliases.accounts_of(id).iter().all(|key| aliases.to_truth(key) == id), "{id}");
        }
    }

    #[test]
    fn an_address_that_is_listed_twice_belongs_to_the_last() {
        let twice =
            "{\"id\":\"a\",\"emails\":[\"x@y.example\"]}\n{\"id\":\"b\",\"emails\":[\"X@y.example\"]}";
        let aliases = Aliases::parse(twice).unwrap();
        assert_eq!(aliases.to_truth("mail:x@y.example"), "b");
        assert_eq!(aliases.accounts_of("a"), ["a"]);
    }

    #[test]
    fn a_line_without_an_id_is_refused_by_its_number() {
        let error = Aliases::parse("{\"id\":\"a\"}\n{\"emails\":[]}").unwrap_err();
        assert_eq!(error.to_string(), "line 2, column 13: missing field `id`");
    }
}
