//! What somebody may not read changes nothing that they are told: every answer is the same, byte for byte, as from an
//! index that never held it (trust.md S2).
//!
//! Two things are taken out before answers are compared: how long a search took, and the number of the build, which
//! counts every change of the index. Left out besides is what is known to be otherwise ([`Cut::of`]). `GET /v1/admin/index` counts what there is, whoever may read it, and is left out.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::chance::each_world;
use super::house::{House, runtime};
use super::tour::{Route, tour};
use super::world::{About, World, known_keys};

/// The answer without what no two askings share.
fn settled(answer: &str) -> String {
    // How many digits the time has shows in the length.
    ["\"took_ms\":", "\"generation\":", "content-length: "].iter().fold(answer.to_owned(), |text, field| {
        let mut parts = text.split(field);
        let mut settled = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            settled += field;
            settled += part.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
        }
        settled
    })
}

/// How much of a world is compared.
#[derive(Debug, Default)]
struct Compared {
    answers: usize,
    naming: usize,
    hidden: usize,
}

/// Which messages and mails somebody may read, and which are left out of both indexes.
struct Cut {
    read: BTreeSet<usize>,
    read_mails: BTreeSet<usize>,
    mixed: BTreeSet<usize>,
    mixed_mails: BTreeSet<usize>,
}

impl Cut {
    /// What somebody wrote in one conversation is one piece of evidence, for those who may read all of it. So where
    /// somebody may read a conversation in part and not as everyone does, the other part is left out.
    fn of(world: &World, who: &BTreeSet<String>) -> Self {
        let readable = |number: &usize| world.may_read(&world.messages[number], who);
        let open = |number: &usize| world.may_read(&world.messages[number], &BTreeSet::new());
        let (read, hidden): (BTreeSet<usize>, BTreeSet<usize>) =
            world.messages.keys().copied().partition(|number| readable(number));
        let theirs: BTreeSet<_> =
            read.iter().filter(|number| !open(number)).map(|number| world.conversation(*number)).collect();
        let mixed = hidden.into_iter().filter(|number| theirs.contains(&world.conversation(*number)));
        // The first mail tells who is there, and stays.
        let (read_mails, hidden_mails): (BTreeSet<usize>, BTreeSet<usize>) = (0..world.mails.len())
            .partition(|number| *number == 0 || world.may_read_mail(&world.mails[*number], who));
        let threads: BTreeSet<usize> = read_mails.iter().map(|number| world.mail_thread(*number)).collect();
        let mixed_mails =
            hidden_mails.into_iter().filter(|number| threads.contains(&world.mail_thread(*number)));
        Self { mixed: mixed.collect(), mixed_mails: mixed_mails.collect(), read, read_mails }
    }
}

/// Asks two indexes, with and without what the reader may not read.
fn check(world: &mut World, reader: Option<&str>) -> Compared {
    let who = reader.map(|key| world.accounts_of(key)).unwrap_or_default();
    let cut = Cut::of(world, &who);
    // A channel is there for who may read something of it, or could.
    let mut channels: BTreeSet<usize> =
        cut.read.iter().map(|number| world.messages[number].container).collect();
    channels.extend((0..world.containers.len()).filter(|number| world.is_open_to(*number, &who)));
    let records = |about: About| match about {
        About::Account => true,
        About::Container(number) => channels.contains(&number),
        About::Message(number) => cut.read.contains(&number),
    };
    let without = House::of_some(world, &records, &|mail| cut.read_mails.contains(&mail.number));
    let records = |about: About| !matches!(about, About::Message(number) if cut.mixed.contains(&number));
    let with = House::of_some(world, &records, &|mail| !cut.mixed_mails.contains(&mail.number));
    let people: BTreeSet<String> =
        [&without, &with].iter().flat_map(|house| house.service.cell.current().known_ids()).collect();
    let channel = world.dice.one(&world.containers).name.clone();
    let route = Route::new(&mut world.dice, &[], channel, people.into_iter().collect());
    let runtime = runtime();
    let expected = tour(&without.service, &runtime, reader, &route);
    let found = tour(&with.service, &runtime, reader, &route);
    for (expected, found) in expected.iter().zip(&found) {
        assert_eq!(expected.request, found.request, "{}", world.story());
        let (left, right) = (settled(&expected.answer), settled(&found.answer));
        assert!(left == right, "{}\nwithout: {left}\nwith: {right}\n{}", found.request, world.story());
    }
    assert_eq!(expected.len(), found.len());
    let messages = world.messages.len() - cut.read.len() - cut.mixed.len();
    let mails = world.mails.len() - cut.read_mails.len() - cut.mixed_mails.len();
    Compared {
        answers: found.len(),
        naming: found.iter().filter(|told| told.names_somebody()).count(),
        hidden: messages + mails,
    }
}

#[test]
fn what_somebody_may_not_read_changes_nothing_they_are_told() {
    let keys = known_keys();
    let [answers, naming, hidden] = [(); 3].map(|()| AtomicUsize::new(0));
    let run = |(): &mut (), seed| {
        let mut world = World::new(seed);
        let reader = if world.dice.in_hundred(40) { None } else { Some(world.dice.one(&keys).clone()) };
        let compared = check(&mut world, reader.as_deref());
        answers.fetch_add(compared.answers, Ordering::Relaxed);
        naming.fetch_add(compared.naming, Ordering::Relaxed);
        hidden.fetch_add(compared.hidden, Ordering::Relaxed);
    };
    let count = each_world(200, 2_000, || (), run);
    let [answers, naming, hidden] = [answers, naming, hidden].map(AtomicUsize::into_inner);
    println!("{count} pairs, {answers} answers, {naming} name somebody; {hidden} messages were hidden");
    // Else it would tell nothing.
    assert!(naming as u64 > count / 2 && hidden as u64 > count * 2);
}
