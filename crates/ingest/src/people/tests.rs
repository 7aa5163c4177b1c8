//! People out of accounts that are written as lines: `key | name | addresses | directory words`.

use std::collections::{BTreeMap, BTreeSet};

use model::{Account, AccountKey, DirectoryEntry, EmploymentStatus, Person, PersonKind, SourceName};
use proptest::prelude::*;

use super::{Knowledge, Resolution};

/// Reads `slack:U1 | Ana Lee | ana@x.org, a@x.org | departed title=Lead bot`; later fields may be left out.
pub(super) fn account(line: &str) -> Account {
    let mut fields = line.split('|').map(str::trim);
    let mut next = || fields.next().unwrap_or("");
    let (key, name, emails, words) = (next(), next(), next(), next());
    let mut directory = DirectoryEntry::default();
    for word in words.split_whitespace() {
        match word.split_once('=') {
            Some(("title", title)) => directory.title = Some(title.into()),
            Some(("team", team)) => directory.team = Some(team.into()),
            Some(("user", user)) => directory.user_name = Some(user.into()),
            Some(("kind", kind)) => directory.kind = PersonKind::parse(kind),
            _ => directory.status = directory.status.or(EmploymentStatus::parse(word)),
        }
    }
    Account {
        key: AccountKey::new(key).unwrap(),
        name: (!name.is_empty()).then(|| name.to_owned()),
        verified_emails: emails.split(',').filter(|text| !text.is_empty()).map(str::to_owned).collect(),
        bot: words.contains("bot"),
        directory,
    }
}

fn people(lines: &str, directory_sources: &[&str]) -> Vec<Person> {
    let accounts: Vec<Account> =
        lines.lines().map(str::trim).filter(|l| !l.is_empty()).map(account).collect();
    resolve(&accounts, &sources(directory_sources))
}

fn sources(names: &[&str]) -> BTreeSet<SourceName> {
    names.iter().map(|text| SourceName::new(*text).unwrap()).collect()
}

fn known(directory_sources: BTreeSet<SourceName>) -> Knowledge {
    Knowledge { directory_sources, join_alike: true, ..Knowledge::default() }
}

fn resolved(accounts: &[Account], directory_sources: &BTreeSet<SourceName>) -> Resolution {
    super::resolve(accounts, &known(directory_sources.clone()))
}

fn resolve(accounts: &[Account], directory_sources: &BTreeSet<SourceName>) -> Vec<Person> {
    resolved(accounts, directory_sources).people
}

/// One line per person, `name: keys`, sorted.
fn check(lines: &str, directory_sources: &[&str], expected: &[&str]) {
    let mut shown: Vec<String> = people(lines, directory_sources)
        .iter()
        .map(|person| {
            let keys: Vec<&str> = person.accounts.iter().map(AccountKey::as_str).collect();
            format!("{}: {}", person.name, keys.join(" "))
        })
        .collect();
    shown.sort();
    assert_eq!(shown, expected);
}

#[test]
fn the_same_verified_address_makes_one_person() {
    check(
        "slack:U1 | ana | Ana@Example.com
         mail:ana@example.com | Ana Lee | ana@example.com , lee@example.com
         jira:alee | alee | lee@example.com",
        &[],
        &["Ana Lee: jira:alee mail:ana@example.com slack:U1"],
    );
}

#[test]
fn the_same_name_proves_nothing() {
    check("slack:U1 | Ana Lee\njira:ana | Ana Lee", &[], &["Ana Lee: jira:ana", "Ana Lee: slack:U1"]);
}

#[test]
fn a_directory_record_joins_the_sources_it_speaks_of() {
    let lines = "jsonl:17 | Ana Lee\nslack:17 | ana\njira:17 | someone else";
    check(lines, &["slack"], &["Ana Lee: jsonl:17 slack:17", "someone else: jira:17"]);
    check(lines, &["slack", "jira"], &["Ana Lee: jira:17 jsonl:17 slack:17"]);
}

#[test]
fn an_address_that_four_accounts_of_one_source_claim_proves_nothing() {
    let shared = "jira:a | A A | desk@example.com
         jira:b | B B | desk@example.com
         jira:c | C C | desk@example.com";
    check(shared, &[], &["A A: jira:a jira:b jira:c"]);
    let four = format!("{shared}\njira:d | D D | desk@example.com");
    check(&four, &[], &["A A: jira:a", "B B: jira:b", "C C: jira:c", "D D: jira:d"]);
}

#[test]
fn a_role_address_proves_nothing() {
    check(
        "slack:U1 | Ana Lee | support@x.org\njira:b | Bo Um | support@x.org",
        &[],
        &["Ana Lee: slack:U1", "Bo Um: jira:b"],
    );
}

#[test]
fn a_bot_never_becomes_a_human() {
    let lines = "slack:U1 | Ana Lee | ana@x.org\nslack:B1 | Deploy | ana@x.org | bot\njira:b | Build | ana@x.org | bot";
    check(lines, &[], &["Ana Lee: slack:U1", "Build: jira:b slack:B1"]);
    let bots: Vec<bool> = people(lines, &[]).iter().map(|person| person.bot).collect();
    assert_eq!(bots.iter().filter(|bot| **bot).count(), 1);
    check(
        "jsonl:7 | Ana Lee\nslack:7 | Poster | | bot",
        &["slack"],
        &["Ana Lee: jsonl:7", "Poster: slack:7"],
    );
}

#[test]
fn the_name_is_the_one_that_people_use() {
    let name = |names: &[&str]| {
        let lines: Vec<String> =
            names.iter().enumerate().map(|(row, name)| format!("jira:{row} | {name} | a@x.org")).collect();
        people(&lines.join("\n"), &[])[0].name.clone()
    };
    assert_eq!(name(&["ana@x.org", "ana", "Ana Lee"]), "Ana Lee");
    assert_eq!(name(&["ana lee", "ALee"]), "ana lee");
    assert_eq!(name(&["ana", "Ana"]), "Ana");
    assert_eq!(name(&["Ana Lee", "Lee, Ana", "Lee, Ana"]), "Lee, Ana");
    assert_eq!(name(&["Zoe Q", "Ana  Q"]), "Ana Q");
    assert_eq!(name(&["yamada", "山田太郎"]), "山田太郎");
    assert_eq!(people("mail:ana@x.org", &[])[0].name, "ana@x.org");
}

#[test]
fn departed_is_who_has_left_everywhere() {
    let status = |words: [&str; 2]| {
        let [one, two] = words;
        people(&format!("jira:a | A | a@x.org | {one}\nslack:b | B | a@x.org | {two}"), &[])[0]
            .directory
            .status
    };
    assert_eq!(status(["departed", "departed"]), Some(EmploymentStatus::Departed));
    assert_eq!(status(["departed", ""]), Some(EmploymentStatus::Departed));
    assert_eq!(status(["departed", "active"]), Some(EmploymentStatus::Active));
    assert_eq!(status(["active", "away"]), Some(EmploymentStatus::Away));
    assert_eq!(status(["departed", "away"]), Some(EmploymentStatus::Away));
    assert_eq!(status(["", ""]), None);
}

#[test]
fn personnel_data_speaks_first_and_alone_of_who_is_here() {
    let one = |hr: &str| {
        let lines =
            format!("chat:a | A | a@x.org | active title=Chatter\nhr:1 | A | a@x.org | {hr} title=Lead");
        let directory = people(&lines, &[])[0].directory.clone();
        (directory.status, directory.title)
    };
    let lead = Some("Lead".to_owned());
    assert_eq!(one("departed"), (Some(EmploymentStatus::Departed), lead.clone()));
    assert_eq!(one(""), (Some(EmploymentStatus::Active), lead));
}

#[test]
fn the_last_of_several_ends_counts() {
    let mut accounts =
        [account("hr:1 | A | a@x.org"), account("hr:2 | A | a@x.org"), account("chat:a | A | a@x.org")];
    for (account, end) in accounts.iter_mut().zip([5, 7]) {
        account.directory.employment.ends_at = Some(model::Timestamp::from_millis(end));
    }
    let person = &resolve(&accounts, &BTreeSet::new())[0];
    assert_eq!(person.directory.employment.ends_at, Some(model::Timestamp::from_millis(7)));
}

#[test]
fn a_directory_is_merged_field_by_field() {
    let people =
        people("jira:a | A | a@x.org | title=Lead\nslack:b | B | a@x.org | title=Boss team=Core", &[]);
    let entry = &people[0].directory;
    assert_eq!((entry.title.as_deref(), entry.team.as_deref()), (Some("Lead"), Some("Core")));
}

#[test]
fn an_id_comes_from_the_smallest_account_key() {
    let alone = people("jira:a | A | a@x.org", &[]);
    let more = people("slack:z | Z | a@x.org\njira:a | A | a@x.org", &[]);
    assert_eq!(alone[0].id, more[0].id);
    assert_eq!(alone[0].id.as_str().len(), "p-".len() + 16);
}

#[test]
fn twenty_thousand_accounts_are_resolved_without_crawling() {
    let accounts: Vec<Account> = (0..20_000)
        .map(|n| account(&format!("jira:{n} | Person {n} | p{}@x.org, desk{}@x.org", n / 2, n % 7)))
        .collect();
    assert_eq!(resolve(&accounts, &BTreeSet::new()).len(), 10_000);
}

fn any_account() -> impl Strategy<Value = Account> {
    let key = prop_oneof!["(jira|slack|jsonl):[0-9]{1,2}", "mail:[a-d]@x"];
    let emails = proptest::collection::vec("[a-f]@x|support@x| [A-C]@X |junk", 0..3);
    let name = proptest::option::of("[A-B][a-b] [a-b]|[a-c]{0,2}");
    let status = proptest::option::of(proptest::sample::select(vec![
        EmploymentStatus::Active,
        EmploymentStatus::Away,
        EmploymentStatus::Departed,
    ]));
    (key, emails, name, proptest::bool::weighted(0.2), status).prop_map(|(key, emails, name, bot, status)| {
        Account {
            key: AccountKey::new(key).unwrap(),
            name,
            verified_emails: emails,
            bot,
            directory: DirectoryEntry { status, ..DirectoryEntry::default() },
        }
    })
}

proptest! {
    #[test]
    fn the_order_of_accounts_changes_nothing(
        (accounts, shuffled) in proptest::collection::vec(any_account(), 0..24)
            .prop_flat_map(|accounts| (Just(accounts.clone()), Just(accounts).prop_shuffle())),
    ) {
        let sources = BTreeSet::from([SourceName::new("slack").unwrap()]);
        prop_assert_eq!(resolve(&accounts, &sources), resolve(&shuffled, &sources));
    }

    #[test]
    fn every_account_is_owned_once_and_bots_stay_apart(accounts in proptest::collection::vec(any_account(), 0..24)) {
        let people = resolve(&accounts, &BTreeSet::from([SourceName::new("jira").unwrap()]));
        let owned: Vec<&AccountKey> = people.iter().flat_map(|person| &person.accounts).collect();
        let keys: BTreeSet<&AccountKey> = accounts.iter().map(|account| &account.key).collect();
        prop_assert_eq!(owned.len(), keys.len());
        prop_assert_eq!(owned.into_iter().collect::<BTreeSet<_>>(), keys);
        let mut bots: BTreeMap<&AccountKey, bool> = BTreeMap::new();
        for account in &accounts {
            *bots.entry(&account.key).or_default() |= account.bot;
        }
        for person in &people {
            prop_assert!(person.accounts.iter().all(|key| bots[key] == person.bot));
        }
        let ids: BTreeSet<_> = people.iter().map(|person| &person.id).collect();
        prop_assert_eq!(ids.len(), people.len());
    }
}

mod alike;
