//! What is kept between questions changes no answer, and reaches nobody with other rights.

use model::{AccountKey, Reader, Timestamp};
use query::rank::View;

use crate::explained::{Stand, Wish};
use crate::testing::{Made, made};
use crate::{Detail, Finder, Found, Search};

/// Who knows of VPN tunnels in the open is dia; on the board, ana; in the lab, emil.
const PLAY: &str = "
    #network 2026-03-02 source=desk visibility=everyone
    09:00 bo: The VPN tunnel drops every hour, how can I keep it alive?
    09:05 dia > bo: Set the rekey interval of the VPN tunnel to zero, then it stays up.
    09:06 bo +1 dia: thanks, that worked
    #printing 2026-03-03 source=desk visibility=everyone
    10:00 bo: The label printer prints blank labels, what is wrong?
    10:04 cem > bo: The label printer needs thermal paper; turn the roll and calibrate it.
    #board 2026-03-05 source=desk visibility=ana,bo
    11:00 bo: Which VPN tunnel does the budget pay for, and who keeps it alive?
    11:05 ana > bo: The VPN tunnel of the board is kept alive by its own gateway, I renew it.
    11:06 bo +1 ana: thanks, that worked
    12:00 bo: And who renews the VPN gateway?
    12:05 ana > bo: I renew the VPN gateway of the tunnel every March, the budget pays for it.
    #lab 2026-03-06 source=desk visibility=emil,cem
    11:00 cem: Does the VPN tunnel of the lab drop every hour for anybody else?
    11:05 emil > cem: The VPN tunnel of the lab drops because of its firewall; I keep it alive.
    #network 2026-03-08 source=desk visibility=everyone
    11:00 cem: The VPN tunnel drops every hour again, how can I keep it alive?
    11:05 dia > cem: The VPN tunnel needs its keepalive set to ten seconds.
    11:30 gil > cem: The VPN tunnel of mine stays up since I set the keepalive of the tunnel.
";

fn key(name: &str) -> AccountKey {
    AccountKey::new(format!("desk:{name}")).unwrap()
}

fn reader(name: &str) -> Reader {
    if name.is_empty() { Reader::anyone() } else { Reader::owning([key(name)]) }
}

fn search(question: &str, as_of: &str) -> Search {
    let as_of = as_of.parse::<Timestamp>().unwrap();
    Search { limit: 10, ..Search::new(question.to_owned(), Reader::anyone(), as_of) }
}

/// Every reader's searches: now and earlier, in a channel and anywhere, by both views, by asker, with somebody left
/// out.
fn searches(finder: &Finder) -> Vec<Search> {
    let dia = finder.owner("desk:dia").unwrap();
    let mut searches = Vec::new();
    for question in ["how do I keep the VPN tunnel alive?", "who renews the VPN gateway?", "blank labels"] {
        for as_of in ["2026-04-01T00:00:00Z", "2026-03-07T00:00:00Z", "2026-03-01T00:00:00Z"] {
            for name in ["", "bo", "emil", "gil"] {
                let plain = Search { reader: reader(name), ..search(question, as_of) };
                let asked_by = if name.is_empty() { Vec::new() } else { vec![key(name)] };
                let channel = Some("network".to_owned());
                searches.extend([
                    Search { detail: Detail::Ranking, ..plain.clone() },
                    Search { asked_by, channel, ..plain.clone() },
                    Search { view: View::Knows, spread: false, ..plain.clone() },
                    Search { without_people: vec![dia.clone()], ..plain.clone() },
                    Search { evidence_before: "2026-03-04T00:00:00Z".parse().ok(), ..plain.clone() },
                    plain,
                ]);
            }
        }
    }
    searches
}

fn ask(finder: &Finder, searches: &[Search]) -> Vec<Found> {
    searches.iter().map(|search| finder.search(search).unwrap()).collect()
}

fn named(found: &Found) -> Vec<&str> {
    found.experts.iter().map(|expert| expert.name.as_str()).collect()
}

#[test]
fn answers_are_the_same_with_and_without_what_was_kept_whoever_asked_before() {
    let made: Made = made(PLAY);
    let searches = searches(&made.finder);
    // Every search the first of a finder of its own: nothing is kept when it comes.
    let fresh: Vec<Found> = searches.iter().map(|search| made.opened().search(search).unwrap()).collect();
    assert_eq!(ask(&made.finder, &searches), fresh, "each reader after the one before");
    assert_eq!(ask(&made.finder, &searches), fresh, "and once more, when all is kept");
    let (other, mut backwards) = (made.opened(), searches.clone());
    backwards.reverse();
    let mut found = ask(&other, &backwards);
    found.reverse();
    assert_eq!(found, fresh, "the other way round");
}

#[test]
fn what_is_kept_for_one_reader_is_not_told_another() {
    let made = made(PLAY);
    let late = search("how do I keep the VPN tunnel alive?", "2026-04-01T00:00:00Z");
    let of = |finder: &Finder, name: &str| {
        let found = finder.search(&Search { reader: reader(name), ..late.clone() }).unwrap();
        named(&found).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    for name in ["bo", "emil", "", "bo", "emil", "gil", ""] {
        let people = of(&made.finder, name);
        let sees = |who: &str| people.iter().any(|person| person == who);
        assert!(sees("dia"), "{name}: {people:?}");
        assert_eq!((sees("ana"), sees("emil")), (name == "bo", name == "emil"), "{name}: {people:?}");
    }
}

#[test]
fn what_is_left_out_is_left_out_after_everything_was_kept() {
    let made = made(PLAY);
    let late = search("how do I keep the VPN tunnel alive?", "2026-04-01T00:00:00Z");
    let evidence = made.finder.search(&late).unwrap().experts[0].evidence[0].id.clone();
    let wish = Wish { person: None, without: Some(evidence), whole_conversation: true };
    let explained = made.finder.why(&late, &wish).unwrap();
    assert_eq!(explained, made.opened().why(&late, &wish).unwrap());
    let moved = explained.without.unwrap().people;
    let changed = moved.iter().any(|person| {
        let score = |stand: &Option<Stand>| stand.as_ref().map(|stand| stand.score);
        score(&person.before) != score(&person.after)
    });
    assert!(changed, "the ranking without it is another one: {moved:?}");
}
