//! Nobody is told what they may not read: random worlds, five questions each, and a word in every message that stands
//! nowhere else (trust.md S1).

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::canary::{canaries_behind, canaries_in};
use super::chance::each_world;
use super::house::{House, runtime};
use super::tour::{Route, Told, encoded, tour};
use super::world::{World, known_keys};

/// Who asks: anyone, and two who have accounts.
fn readers(world: &mut World) -> [Option<String>; 3] {
    let keys = known_keys();
    [None, Some(world.dice.one(&keys).clone()), Some(world.dice.one(&keys).clone())]
}

fn hidden(world: &World, allowed: &BTreeSet<String>) -> Vec<String> {
    let all = world.sent.iter().flat_map(|sent| canaries_in(&sent.line));
    let mails = world.mails.iter().flat_map(|mail| canaries_in(&mail.text()));
    let all: BTreeSet<String> = all.chain(mails).collect();
    all.difference(allowed).cloned().collect()
}

/// How many canaries somebody was told.
#[track_caller]
fn check(told: &Told, allowed: &BTreeSet<String>) -> usize {
    let found = canaries_behind(told.answer.as_bytes());
    for track in &found {
        let whose = allowed.range(track.clone()..).next();
        let is_theirs = whose.is_some_and(|canary| canary.starts_with(track.as_str()));
        assert!(is_theirs, "{track} is hidden:\n{}\n{}", told.request, told.answer);
    }
    found.len()
}

#[test]
fn nobody_is_told_what_they_may_not_read() {
    let [answers, shown, kept, named] = [(); 4].map(|()| AtomicUsize::new(0));
    let count = each_world(500, 10_000, runtime, |runtime, seed| {
        let mut world = World::new(seed);
        let readers = readers(&mut world);
        let house = House::of(&world);
        let service = &house.service;
        let people = service.cell.current().known_ids();
        for reader in readers {
            let reader = reader.as_deref();
            let allowed = world.allowed(reader);
            let hidden = hidden(&world, &allowed);
            let channel = world.dice.one(&world.containers).name.clone();
            let route = Route::new(&mut world.dice, &hidden, channel, people.clone());
            let mut told = tour(service, runtime, reader, &route);
            let told_of_all = ["/metrics", "/v1/admin/index", "/v1/jobs", "/v1/admin/audit"];
            for path in told_of_all.into_iter().filter(|_| reader.is_some()) {
                let answer = service.ask(runtime, reader, ("GET", path), None);
                let answer = format!("{:?} {}", answer.headers, answer.body);
                told.push(Told { request: path.to_owned(), answer });
            }
            kept.fetch_add(hidden.len(), Ordering::Relaxed);
            for one in &told {
                answers.fetch_add(1, Ordering::Relaxed);
                shown.fetch_add(check(one, &allowed), Ordering::Relaxed);
                named.fetch_add(usize::from(one.names_somebody()), Ordering::Relaxed);
            }
            // A copy of one's own data holds what one wrote, wherever that stands now.
            if let Some(account) = reader {
                let own: BTreeSet<String> = allowed.union(&world.own(account)).cloned().collect();
                let copy = service.ask(runtime, reader, ("GET", "/v1/me/export"), None);
                check(&Told { request: "/v1/me/export".to_owned(), answer: copy.body }, &own);
                let hidden = hidden.first().map_or("nothing", String::as_str);
                let path = format!("/v1/topics/{}/experts", encoded(hidden));
                assert_eq!(service.ask(runtime, reader, ("GET", &path), None).status, 404);
            }
        }
    });
    let [answers, shown, kept, named] = [answers, shown, kept, named].map(AtomicUsize::into_inner);
    println!(
        "{count} worlds, {answers} answers, {named} name somebody, {shown} readable canaries in them; {kept} to be kept"
    );
    // Else it would tell nothing.
    assert!(named as u64 > count && shown as u64 > count * 20 && kept as u64 > count * 10);
}
