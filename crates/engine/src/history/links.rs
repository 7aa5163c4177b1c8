//! Questions of the past whose answer was a link to an earlier conversation: somebody knew that it had been
//! answered before.

use std::collections::{BTreeMap, BTreeSet};

use index::Store;
use model::{AudienceId, PersonId};

use super::HistoryQuestion;
use crate::{Error, Finder};

/// A question, and the earlier conversations that those who answered it pointed to.
#[derive(Debug, Clone, PartialEq)]
pub struct LinkedQuestion {
    /// The question.
    pub question: HistoryQuestion,
    /// The conversations, by their numbers in the document table, ascending.
    pub earlier: Vec<u32>,
}

/// A conversation by container and id.
type Place = (String, String);

/// Everything that is needed of the documents that everyone may read.
#[derive(Default)]
struct Open {
    /// The conversations' numbers in the document table.
    numbers: BTreeMap<Place, u32>,
    /// Who has a document where.
    people: BTreeSet<(Place, PersonId)>,
}

/// Those of the questions that somebody other than the asker answered with a link to another conversation: a
/// chat's permalink, a ticket's key, a mail's id. A question whose own words hold a link to it is left out, and so
/// is what not everyone may read, on both sides.
///
/// Cost: two passes over all messages.
///
/// # Errors
/// [`Error::Index`] if the store fails.
pub fn linked(finder: &Finder, questions: &[HistoryQuestion]) -> Result<Vec<LinkedQuestion>, Error> {
    finder.with_store(|store| {
        store.begin_reading()?;
        let found = search(finder, store, questions);
        store.commit()?;
        found
    })
}

fn search(
    finder: &Finder,
    store: &Store,
    questions: &[HistoryQuestion],
) -> Result<Vec<LinkedQuestion>, Error> {
    let open = open(finder, store)?;
    let mut handles: BTreeMap<String, Place> = BTreeMap::new();
    each_message(store, &mut |place, message| {
        // Some sources put the project before the key.
        let native = message.native_conversation.as_deref().and_then(|native| native.rsplit('/').next());
        let native = native.filter(|native| is_ticket_key(native));
        let id = message.id.as_str();
        let id = id.split_once(':').map_or(id, |(_, native)| native);
        for handle in native.into_iter().chain([id]) {
            handles.entry(handle.to_owned()).or_insert_with(|| place.clone());
        }
    })?;
    let asked: BTreeMap<Place, &HistoryQuestion> =
        questions.iter().map(|q| ((q.container.clone(), q.conversation.clone()), q)).collect();
    let mut links: BTreeMap<Place, BTreeSet<u32>> = BTreeMap::new();
    each_message(store, &mut |place, message| {
        let Some(question) = asked.get(place) else { return };
        let author = finder.owner(message.author.as_str());
        let is_open = author.is_some_and(|id| open.people.contains(&(place.clone(), id.clone())));
        if !is_open || question.test.asked_by.as_deref().and_then(|key| finder.owner(key)) == author {
            return;
        }
        let given: BTreeSet<String> = references(&question.test.text).into_iter().collect();
        let new = references(&message.text).into_iter().filter(|handle| !given.contains(handle));
        for earlier in new.filter_map(|handle| handles.get(&handle)).filter(|earlier| *earlier != place) {
            if let Some(number) = open.numbers.get(earlier) {
                links.entry(place.clone()).or_default().insert(*number);
            }
        }
    })?;
    let of = |(place, earlier): (Place, BTreeSet<u32>)| {
        let question = (*asked.get(&place)?).clone();
        Some(LinkedQuestion { question, earlier: earlier.into_iter().collect() })
    };
    Ok(links.into_iter().filter_map(of).collect())
}

fn open(finder: &Finder, store: &Store) -> Result<Open, Error> {
    let table = &finder.snapshot().table;
    let mut open = Open::default();
    store.each_document("", &mut |document| {
        let row = table.row(document.id).filter(|_| document.audience == AudienceId::EVERYONE);
        if let Some(row) = row {
            let place = (document.container, document.conversation);
            open.numbers.insert(place.clone(), table.conversation[row.at()]);
            open.people.insert((place, document.person));
        }
        Ok(())
    })?;
    Ok(open)
}

fn each_message(store: &Store, visit: &mut dyn FnMut(&Place, &model::Message)) -> Result<(), Error> {
    for container in store.containers(false)? {
        store.each_conversation(&container.id, &mut |conversation, messages| {
            let place = (container.id.as_str().to_owned(), conversation.as_str().to_owned());
            for message in &messages {
                visit(&place, message);
            }
            Ok(())
        })?;
    }
    Ok(())
}

/// What a text refers to, in the form of a source's own message ids and ticket keys.
fn references(text: &str) -> Vec<String> {
    let ends = |c: char| c.is_whitespace() || "<>|()[]{}\"'`,;".contains(c);
    text.split(ends)
        .flat_map(|word| permalink(word).into_iter().chain(mail(word)).chain(keys(word)))
        .collect()
}

/// A chat's `…/archives/CHANNEL/p1612815176340000`, as the id of its message.
fn permalink(word: &str) -> Option<String> {
    let (_, path) = word.split_once("/archives/")?;
    let (channel, rest) = path.split_once("/p")?;
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    let (seconds, micros) = digits.split_at_checked(digits.len().checked_sub(6)?)?;
    Some(format!("{channel}/{seconds}.{micros}"))
}

/// A mail's id, alone or at the end of an archive's address.
fn mail(word: &str) -> Option<String> {
    let last = word.trim_end_matches(['/', '.']).rsplit('/').next()?;
    (last.contains('@') && word.len() > last.len()).then(|| last.to_owned())
}

/// Ticket keys in a word: alone, or in an address.
fn keys(word: &str) -> Vec<String> {
    let parts = word.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_'));
    parts.filter(|part| is_ticket_key(part)).map(str::to_owned).collect()
}

/// `SUP-123`.
fn is_ticket_key(text: &str) -> bool {
    text.rsplit_once('-').is_some_and(|(project, number)| {
        project.len() >= 2
            && project.starts_with(|c: char| c.is_ascii_uppercase())
            && project.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
            && !number.is_empty()
            && number.chars().all(|c| c.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_keys_and_mail_ids_are_seen() {
        let check = |text: &str, expected: &[&str]| assert_eq!(references(text), expected, "{text}");
        check(
            "see <https://a.slack.example/archives/C0A1/p1612815176340000?x=1|here>",
            &["C0A1/1612815176.340000"],
        );
        check("same as SUP-12, or https://t.example/browse/OPS_2-7.", &["SUP-12", "OPS_2-7"]);
        check("https://lists.example/r/20210101.1@mail.example/ says it", &["20210101.1@mail.example"]);
        check("write to ana@mail.example about utf-8 or A-1", &[]);
    }
}
