//! What is alike without a proof; what an operator joins and holds apart; who may read with whom.

use proptest::prelude::*;

use super::super::{Apart, Knowledge, Merge, Resolution, Rule, mailmap, resolve};
use super::*;

/// An organisation at x.org with some people of no matter.
const OTHERS: &str =
    "slack:V1 | Cy Nor | cy@x.org\nslack:V2 | Eve Tal | eve@x.org\nslack:V3 | Gil Ost | gil@x.org\n";

fn accounts(lines: &str) -> Vec<Account> {
    format!("{OTHERS}{lines}").lines().map(str::trim).filter(|l| !l.is_empty()).map(account).collect()
}

fn keys(words: &str) -> Vec<AccountKey> {
    words.split_whitespace().map(|word| AccountKey::new(word).unwrap()).collect()
}

fn with(lines: &str, knowledge: &Knowledge) -> Resolution {
    resolve(&accounts(lines), knowledge)
}

/// The rule that made one person of the last two lines, or the doubt that sent them to review, or nothing.
fn between(lines: &str) -> String {
    let resolution = with(lines, &known(BTreeSet::new()));
    let ours = |key: &AccountKey| !key.native().starts_with('V');
    let joins = resolution.joins.iter().filter(|join| ours(&join.left) && ours(&join.right));
    let candidates = resolution.candidates.iter().filter(|c| ours(&c.left) && ours(&c.right));
    let joined: Vec<String> = joins.map(|join| format!("joined: {}", join.rule.as_str())).collect();
    let doubted: Vec<String> = candidates.map(|c| format!("review: {}", c.doubt)).collect();
    [joined, doubted].concat().join("; ")
}

#[test]
fn a_user_name_in_two_systems_joins_where_the_names_agree() {
    let slack = "slack:U1 | ana | ana.lee@x.org | user=alee";
    for (jira, expected) in [
        ("jira:alee | Ana Lee | | user=alee", "joined: same user name"),
        ("jira:alee | alee | | user=alee", "review: neither has a full name"),
        ("jira:alee | Bo Um | | user=alee", "review: one is called by another word"),
        ("jira:zz | Ana Lee | | user=zz", ""),
    ] {
        assert_eq!(between(&format!("{slack}\n{jira}")), expected, "{jira}");
    }
    let named = "slack:U1 | Ana Lee | ana.lee@x.org | user=alee";
    for (jira, expected) in [
        ("jira:alee | Lee, Ana | | user=alee", "joined: same user name"),
        ("jira:alee | alee | | user=alee", "joined: same user name"),
        ("jira:9 | | | user=alee", "joined: same user name"),
        ("jira:alee | Alan Lee | | user=alee", ""),
        ("jira:alee | Ana Silva | | user=alee", "joined: same user name, new family name"),
        ("jira:ana | Ana Lee | | user=ana.lee", "joined: same user name"),
        ("jira:zz | Ana Lee | | user=zz", "review: nothing but the name agrees"),
        ("slack:U2 | Ana Lee | | user=alee", "review: both have an account in the same system"),
    ] {
        assert_eq!(between(&format!("{named}\n{jira}")), expected, "{jira}");
    }
}

#[test]
fn a_user_name_that_others_could_bear_is_doubtful_without_a_name() {
    let lines = "slack:U1 | Ana Lee | ana.lee@x.org | user=alee\njira:alee | | | user=alee";
    assert_eq!(between(lines), "joined: same user name");
    let alan = format!("slack:VX | Alan Lee | alan@x.org\n{lines}");
    assert_eq!(between(&alan), "review: others' names make the same user name");
}

#[test]
fn two_addresses_made_of_one_uncommon_name_join_at_one_domain() {
    let first = "slack:U1 | Ana Lee | ana.lee@x.org";
    for (mail, expected) in [
        ("mail:alee@x.org | Ana Lee | alee@x.org", "joined: same name at one domain"),
        ("mail:alee@eu.x.org | Ana Lee | alee@eu.x.org", "joined: same name at one domain"),
        ("mail:queen@x.org | Ana Lee | queen@x.org", "review: an address is not made of the name"),
        (
            "mail:ana.lee2@x.org | Ana Lee | ana.lee2@x.org",
            "review: their user names differ by a number or a dot, as namesakes' do",
        ),
        ("mail:alee@gmail.com | Ana Lee | alee@gmail.com", "review: nothing but the name agrees"),
        ("mail:alee@y.org | Ana Lee | alee@y.org", "review: nothing but the name agrees"),
        ("mail:alee@x.org | Ana Silva | alee@x.org", ""),
    ] {
        assert_eq!(between(&format!("{first}\n{mail}")), expected, "{mail}");
    }
    let common = "slack:VA | Ana Nor | ana.nor@x.org\nslack:VB | Bo Lee | bo.lee@x.org\n";
    let lines = format!("{common}{first}\nmail:alee@x.org | Ana Lee | alee@x.org");
    assert_eq!(between(&lines), "review: the name is common here");
}

#[test]
fn roles_and_bots_look_like_nobody() {
    assert_eq!(
        between("slack:U1 | Ana Lee | support@x.org | user=support\njira:s | Ana Lee | | user=support"),
        "review: nothing but the name agrees"
    );
    assert_eq!(
        between("slack:U1 | Ana Lee | ana.lee@x.org | user=alee\njira:alee | Ana Lee | | user=alee bot"),
        ""
    );
}

#[test]
fn an_operators_word_goes_before_proofs_and_holds() {
    let lines = "slack:U1 | Ana Lee | ana@x.org\nmail:ana@x.org | Ana Lee | ana@x.org\njira:ana | Ana Lee | ana@x.org";
    let apart = Apart { left: keys("slack:U1"), right: keys("mail:ana@x.org jira:ana") };
    let merge = Merge { number: 4, left: keys("slack:V1").remove(0), right: keys("slack:V2").remove(0) };
    let knowledge = Knowledge { apart: vec![apart], merges: vec![merge], ..known(BTreeSet::new()) };
    let resolution = with(lines, &knowledge);
    let shown: BTreeSet<String> = resolution
        .people
        .iter()
        .map(|p| p.accounts.iter().map(AccountKey::as_str).collect::<Vec<_>>().join(" "))
        .collect();
    for together in ["slack:U1", "jira:ana mail:ana@x.org", "slack:V1 slack:V2"] {
        assert!(shown.contains(together), "{together}: {shown:?}");
    }
    assert!(resolution.joins.iter().any(|join| join.rule == Rule::Operator && join.shared == "4"));
    assert!(resolution.candidates.is_empty(), "what is decided is not asked again");
}

#[test]
fn a_file_joins_addresses_and_accounts() {
    let (assertions, _) = mailmap("Ana Lee <ana@x.org> <queen@gmail.com> <jira:9>");
    let lines = "slack:U1 | Ana Lee | ana@x.org\nmail:queen@gmail.com | Q | queen@gmail.com\njira:9 | nine";
    let resolution = with(lines, &Knowledge { assertions, ..known(BTreeSet::new()) });
    assert_eq!(resolution.joins.len(), 2);
    assert!(resolution.joins.iter().all(|join| join.rule == Rule::Asserted && join.shared == "line 1"));
}

#[test]
fn likeness_opens_nothing_and_can_be_switched_off() {
    let lines = "slack:U1 | Ana Lee | ana@x.org | user=alee\nmail:ana@x.org | Ana | ana@x.org\njira:alee | Ana Lee | | user=alee";
    let resolution = with(lines, &known(BTreeSet::new()));
    let owner =
        |key: &str| resolution.people.iter().find(|p| p.accounts.contains(&keys(key)[0])).map(|p| &p.id);
    assert_eq!(owner("slack:U1"), owner("jira:alee"));
    let proven = |key: &str| resolution.proven[&keys(key)[0]].as_str();
    assert_eq!(
        (proven("slack:U1"), proven("mail:ana@x.org"), proven("jira:alee")),
        ("mail:ana@x.org", "mail:ana@x.org", "jira:alee")
    );
    let off = with(lines, &Knowledge { join_alike: false, ..known(BTreeSet::new()) });
    assert_eq!(off.candidates[0].doubt, "joining by likeness is switched off");
}

fn any_named() -> impl Strategy<Value = Account> {
    let key = prop_oneof!["(jira|slack):[0-9]{1,2}", "mail:[a-d]@x.org"];
    let name = proptest::option::of("(Ana|Alan|Bo) (Lee|Um)");
    let user = proptest::option::of("alee|ana|boum|bo.um");
    let emails = proptest::collection::vec("(alee|ana.lee|bo.um|bum)@(x.org|y.org)", 0..2);
    (key, name, user, emails).prop_map(|(key, name, user, emails)| Account {
        key: AccountKey::new(key).unwrap(),
        name,
        verified_emails: emails,
        bot: false,
        directory: DirectoryEntry { user_name: user, ..DirectoryEntry::default() },
    })
}

proptest! {
    #[test]
    fn order_changes_nothing_joins_explain_people_and_what_is_apart_stays_apart(
        (accounts, shuffled) in proptest::collection::vec(any_named(), 0..24)
            .prop_flat_map(|accounts| (Just(accounts.clone()), Just(accounts).prop_shuffle())),
        sides in proptest::collection::vec((0_usize..24, 0_usize..24), 0..4),
    ) {
        let key = |at: usize| accounts.get(at).map(|account| account.key.clone());
        let apart: Vec<Apart> = sides
            .iter()
            .filter_map(|(left, right)| Some((key(*left)?, key(*right)?)))
            .filter(|(left, right)| left != right)
            .map(|(left, right)| Apart { left: vec![left], right: vec![right] })
            .collect();
        let knowledge = Knowledge { apart: apart.clone(), ..known(BTreeSet::new()) };
        let resolution = resolve(&accounts, &knowledge);
        prop_assert_eq!(&resolution, &resolve(&shuffled, &knowledge));
        let mut owner = BTreeMap::new();
        for person in &resolution.people {
            for key in &person.accounts {
                owner.insert(key.clone(), person.id.clone());
            }
        }
        for decision in &apart {
            prop_assert_ne!(&owner[&decision.left[0]], &owner[&decision.right[0]]);
        }
        // A person of n accounts is held together by exactly n − 1 reasons.
        for person in &resolution.people {
            let theirs = resolution.joins.iter().filter(|join| owner[&join.left] == person.id);
            prop_assert_eq!(theirs.count() + 1, person.accounts.len());
        }
        for join in &resolution.joins {
            prop_assert_eq!(&owner[&join.left], &owner[&join.right]);
            prop_assert!(join.rule != Rule::Name);
        }
        for (account, proven) in &resolution.proven {
            prop_assert_eq!(&owner[account], &owner[proven]);
        }
        for candidate in &resolution.candidates {
            prop_assert_ne!(&owner[&candidate.left], &owner[&candidate.right]);
        }
    }
}
