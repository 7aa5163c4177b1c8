//! Nothing that is hidden appears anywhere: random worlds × random opt-outs, against what a naive reading of the
//! records says is hidden.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use model::{PersonId, Reader, Timestamp};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use query::rank::View;
use serde_json::json;

use crate::explained::Wish;
use crate::testing::{Made, made_of};
use crate::{Detail, Search, Wanted};

const NAMES: [&str; 4] = ["anabel", "boris", "cemal", "dinara"];
const CHANNELS: [(&str, &str); 4] =
    [("desk", "network"), ("desk", "printing"), ("chat", "office"), ("chat", "network")];
const WORDS: [&str; 6] = ["tunnel", "printer", "invoice", "gateway", "badge", "turbine"];

/// Somebody answers a question about two words in a channel on a day; for everyone, or for three of the four.
#[derive(Debug, Clone)]
struct Talk {
    by: usize,
    channel: usize,
    words: (usize, usize),
    day: u32,
    thanked: bool,
    open: bool,
}

/// Somebody hides something; what its number means depends on the kind.
#[derive(Debug, Clone)]
struct Choice {
    who: usize,
    kind: u8,
    number: usize,
}

fn talk() -> impl Strategy<Value = Talk> {
    let words = (0..WORDS.len(), 0..WORDS.len());
    (0..NAMES.len(), 0..CHANNELS.len(), words, 1..28_u32, any::<bool>(), prop::bool::weighted(0.8))
        .prop_map(|(by, channel, words, day, thanked, open)| Talk { by, channel, words, day, thanked, open })
}

fn choice() -> impl Strategy<Value = Choice> {
    (0..NAMES.len(), 0..6_u8, 0..24_usize).prop_map(|(who, kind, number)| Choice { who, kind, number })
}

/// A word that stands in one answer alone.
fn canary(number: usize) -> String {
    format!("zqcanary{number:02}")
}

fn id(name: &str) -> String {
    format!("desk:{name}")
}

/// The records of a world. Everybody has one account, whatever the channel, so that sources can be told apart by their
/// containers alone.
fn records(talks: &[Talk]) -> String {
    let mut lines = String::new();
    for (number, talk) in talks.iter().enumerate() {
        let (source, channel) = CHANNELS[talk.channel];
        let (one, other) = (WORDS[talk.words.0], WORDS[talk.words.1]);
        let asker = NAMES[(talk.by + 1) % NAMES.len()];
        let visibility = if talk.open {
            json!("everyone")
        } else {
            let members = [talk.by, talk.by + 1, talk.by + 2].map(|n| id(NAMES[n % NAMES.len()]));
            json!({ "members": members })
        };
        let mut say = |part: &str, minute: u32, author: &str, text: String| {
            let record = json!({
                "source": source, "id": format!("{number}{part}"), "channel": channel,
                "conversation": format!("t{number}"),
                "at": format!("2026-03-{:02}T09:{minute:02}:00Z", talk.day),
                "author": {"id": id(author), "name": author, "email": format!("{author}@firm.example")},
                "text": text, "visibility": visibility,
            });
            writeln!(lines, "{record}").unwrap();
        };
        say("q", 0, asker, format!("The {one} {other} fails every morning, how do I repair the {one}?"));
        let text =
            format!("Reset the {one} with {} and start the {other} again, then it runs.", canary(number));
        say("a", 5, NAMES[talk.by], text);
        if talk.thanked {
            say("t", 6, asker, "thanks a lot, that worked".to_owned());
        }
    }
    lines
}

struct World {
    made: Made,
    talks: Vec<Talk>,
    people: Vec<Option<PersonId>>,
}

fn now() -> Timestamp {
    "2026-04-01T00:00:00Z".parse().unwrap()
}

impl World {
    fn new(talks: Vec<Talk>) -> Self {
        let made = made_of(&records(&talks));
        let owner = |name: &&str| made.finder.accounts_meant(&format!("{name}@firm.example")).unwrap().0;
        let people = NAMES.iter().map(owner).collect();
        Self { made, talks, people }
    }

    /// What a choice asks for, and which answers of theirs it hides by a naive reading.
    fn read(&self, choice: &Choice) -> (Wanted, BTreeSet<usize>) {
        let all = || self.talks.iter().enumerate().filter(|(_, talk)| talk.by == choice.who);
        let those = |is: &dyn Fn(&Talk) -> bool| -> BTreeSet<usize> {
            all().filter(|(_, talk)| is(talk)).map(|(number, _)| number).collect()
        };
        let (source, channel) = CHANNELS[choice.number % CHANNELS.len()];
        let word = choice.number % WORDS.len();
        match choice.kind {
            0 => (Wanted::Everything, those(&|_| true)),
            1 => (Wanted::Source(source.to_owned()), those(&|talk| CHANNELS[talk.channel].0 == source)),
            2 => {
                let id = format!("{source}:{channel}");
                (Wanted::Channel(id), those(&|talk| CHANNELS[talk.channel] == (source, channel)))
            }
            3 => {
                let topic = Wanted::Topic(format!("{}s", WORDS[word]));
                (topic, those(&|talk| talk.words.0 == word || talk.words.1 == word))
            }
            4 => {
                let from = 1 + choice.number as u32;
                let day = |day: u32| format!("2026-03-{day:02}T00:00:00Z").parse().unwrap();
                let span = Wanted::Span(day(from), day(from + 3));
                (span, those(&|talk| (from..from + 3).contains(&talk.day)))
            }
            _ => match all().nth(choice.number % all().count().max(1)) {
                Some((number, _)) => (Wanted::Evidence(self.evidence(number)), BTreeSet::from([number])),
                None => (Wanted::Everything, BTreeSet::new()),
            },
        }
    }

    /// The id of an answer as evidence, by what names it.
    fn evidence(&self, number: usize) -> String {
        let talk = &self.talks[number];
        let person = self.people[talk.by].as_ref().unwrap();
        let own = self.made.finder.with_store(|store| Ok(store.own_documents(person)?)).unwrap();
        let message = format!("{}:{number}a", CHANNELS[talk.channel].0);
        let document = own.iter().find(|one| one.messages.contains(&message)).unwrap();
        let parts = [&document.container, &document.conversation, person.as_str()];
        crate::finder::evidence_id(&parts)
    }

    /// Everything that anybody is told, with the words it was asked by.
    fn told(&self) -> Vec<(Option<usize>, String)> {
        let finder = &self.made.finder;
        let mut told = Vec::new();
        let readers = NAMES.iter().map(|name| finder.reader_for(&id(name).parse().unwrap()));
        for reader in readers.take(2).chain([Reader::anyone()]) {
            let listed = finder.people_named("", None, 100, &reader, now()).unwrap();
            told.push((None, format!("{listed:?}")));
            for person in self.people.iter().flatten() {
                told.push((None, format!("{:?}", finder.profile(person, &reader, now()).unwrap())));
            }
            for (number, word) in WORDS.iter().enumerate() {
                let question = format!("the {word} fails, how do I repair the {word}?");
                let plain = Search { limit: 10, ..Search::new(question, reader.clone(), now()) };
                for search in [
                    Search {
                        answers: 10,
                        evidence_per_expert: 10,
                        snippet_characters: 2_000,
                        ..plain.clone()
                    },
                    Search { view: View::Knows, channel: Some("network".to_owned()), ..plain.clone() },
                    Search { detail: Detail::Ranking, ..plain.clone() },
                ] {
                    told.push((Some(number), format!("{:?}", finder.search(&search).unwrap())));
                }
                let wish =
                    Wish { person: self.people[0].as_ref().map(ToString::to_string), ..Wish::default() };
                let why = finder.why(&plain, &wish).unwrap();
                // What was asked for is repeated, whoever it is.
                let why =
                    format!("{:?}{:?}", why.people, why.asked_for.map(|asked| (asked.person, asked.behind)));
                told.push((Some(number), why));
            }
        }
        told
    }
}

fn check(world: &World, choices: &[Choice]) -> Result<(), TestCaseError> {
    let file = world.made.finder.opt_outs();
    let before = world.told();
    let (mut hidden, mut silent) = (BTreeSet::new(), BTreeSet::new());
    let mut kept = Vec::new();
    for choice in choices {
        let Some(person) = &world.people[choice.who] else { continue };
        let (wanted, answers) = world.read(choice);
        let (_, accounts) = world.made.finder.accounts_meant(person.as_str()).unwrap();
        for hides in world.made.finder.hides(&wanted, Some(person)).unwrap() {
            kept.push(file.hide(&accounts, hides, (false, false), now()).unwrap());
        }
        hidden.extend(answers);
        if matches!(wanted, Wanted::Topic(_)) {
            silent.insert((choice.number % WORDS.len(), choice.who));
        }
        if matches!(wanted, Wanted::Everything) {
            hidden.extend((0..world.talks.len()).filter(|number| world.talks[*number].by == choice.who));
        }
    }
    let gone: Vec<usize> = (0..NAMES.len())
        .filter(|who| {
            let mut theirs = (0..world.talks.len()).filter(|number| world.talks[*number].by == *who);
            // Who answered nothing asked something, most likely.
            theirs.clone().next().is_some() && theirs.all(|number| hidden.contains(&number))
        })
        .collect();
    for (word, text) in world.told() {
        for number in &hidden {
            prop_assert!(!text.contains(&canary(*number)), "{number} is hidden: {text}");
        }
        let named = |who: usize| text.contains(&format!("name: \"{}\"", NAMES[who]));
        for who in gone.iter().filter(|_| word.is_some()) {
            prop_assert!(!named(*who), "{} has nothing left: {text}", NAMES[*who]);
        }
        for (_, who) in silent.iter().filter(|(topic, _)| Some(*topic) == word) {
            prop_assert!(!named(*who), "{} hides the topic: {text}", NAMES[*who]);
        }
    }
    for one in kept {
        file.show(&one.accounts, &one.id).unwrap();
    }
    prop_assert_eq!(world.told(), before, "all is as before");
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "a test that somebody asks more of by a variable")]
#[test]
fn nothing_that_is_hidden_appears_anywhere() {
    let cases = std::env::var("WHOKNOWS_WORLDS").ok().and_then(|text| text.parse().ok()).unwrap_or(12);
    let mut runner = TestRunner::new(Config { cases, max_shrink_iters: 64, ..Config::default() });
    let worlds = (prop::collection::vec(talk(), 4..16), prop::collection::vec(choices(), 4));
    runner
        .run(&worlds, |(talks, sets)| {
            let world = World::new(talks);
            sets.iter().try_for_each(|choices| check(&world, choices))
        })
        .unwrap();
}

fn choices() -> impl Strategy<Value = Vec<Choice>> {
    prop::collection::vec(choice(), 1..6)
}
