//! Rights, messages, builds, erasures and joined people change from several threads while others ask: nobody is told
//! what was taken from them before they asked, nothing fails, nothing stands still, and what was erased is in no
//! file (trust.md R16). Real threads, no scheduler of its own: some seconds, a minute where `WHOKNOWS_FULL` asks.
//!
//! What somebody may be told is widened before the index is, and narrowed after a change of it is answered from;
//! every answer is held against all that held between its request and itself.

mod book;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use engine::erase::{ErasureRequest, Target};
use engine::generations::Builder;
use engine::{Error, Indexer, IngestOptions};
use ingest::policy::Erasure;
use model::{AccountKey, MessageId, Timestamp};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use self::book::{Book, Truth, container, record, said};
use super::canary::{canaries_behind, canary};
use super::chance::{Dice, is_full, seed};
use super::house::{House, Service, extra_keys, now, runtime};

/// Channels that there are.
const CHANNELS: usize = 8;
/// How much longer than its time a run may take before something in it is said to stand still.
const PATIENCE: Duration = Duration::from_mins(3);

/// A message that nobody has erased yet.
struct There {
    number: usize,
    channel: usize,
    bird: String,
}

/// Somebody who has no key and is forgotten sooner or later.
#[derive(Default)]
struct Guest {
    number: usize,
    /// Everything they ever said, with its channel; what they say once they are forgotten is refused.
    birds: Vec<(usize, String)>,
}

/// Everything that the threads share.
struct Scene {
    service: Service,
    indexer: Mutex<Indexer>,
    book: Book,
    there: Mutex<Vec<There>>,
    guest: Mutex<Guest>,
    /// Canaries that must be in no file in the end.
    erased: Mutex<BTreeSet<String>>,
    over: AtomicBool,
    turn: AtomicUsize,
    messages: AtomicUsize,
    deeds: [AtomicUsize; 6],
    asked: AtomicUsize,
}

impl Scene {
    fn has_everything_happened(&self) -> bool {
        self.deeds.iter().all(|deed| deed.load(Ordering::Relaxed) > 0)
    }

    fn count(&self, deed: usize) {
        self.deeds[deed].fetch_add(1, Ordering::Relaxed);
    }

    /// As a running server does it: an index that somebody writes to just now is opened once it is whole.
    fn renew(&self) {
        match self.service.renew() {
            Err(Error::IndexBehind(_)) => {
                let mut indexer = self.indexer.lock().unwrap();
                indexer.catch_up().unwrap();
                self.service.renew().unwrap();
            }
            renewed => renewed.unwrap(),
        }
    }

    /// What is sent is stored first and made findable then, by whoever holds the writer next.
    fn take(&self, lines: &str) {
        self.indexer.lock().unwrap().take(lines.as_bytes(), now()).unwrap();
        self.indexer.lock().unwrap().catch_up().unwrap();
        self.renew();
    }

    /// Somebody comes, somebody goes, something is said.
    fn door(&self, dice: &mut Dice) {
        let (channel, reader) = (dice.below(CHANNELS), dice.below(extra_keys().len()));
        if dice.in_hundred(35) {
            return self.say(dice, channel, reader);
        }
        let mut members = self.book.now().members[channel].clone();
        if members.remove(&reader) {
            self.take(&container(channel, &members));
            self.book.narrow(|truth| truth.members[channel].retain(|one| *one != reader));
        } else {
            members.insert(reader);
            self.book.widen(|truth| truth.members[channel].extend([reader]));
            self.take(&container(channel, &members));
        }
        self.count(1);
    }

    fn say(&self, dice: &mut Dice, channel: usize, reader: usize) {
        let number = self.messages.fetch_add(1, Ordering::Relaxed);
        let bird = canary(dice, number);
        self.book.widen(|truth| truth.birds[channel].extend([bird.clone()]));
        if dice.in_hundred(50) {
            let guest = {
                let mut guest = self.guest.lock().unwrap();
                guest.birds.push((channel, bird.clone()));
                guest.number
            };
            self.take(&record(number, channel, &format!("guest{guest}"), &said(&bird)));
        } else {
            self.take(&record(number, channel, &format!("reader{reader}"), &said(&bird)));
            self.there.lock().unwrap().push(There { number, channel, bird });
        }
        self.count(0);
    }

    /// A build is made anew, a message is erased, somebody is forgotten, two people become one and two again: in
    /// turn, as each is as likely to meet the others.
    fn office(&self, dice: &mut Dice) {
        match self.turn.fetch_add(1, Ordering::Relaxed) % 4 {
            0 => self.build(),
            1 => self.erase(dice),
            2 => self.forget(),
            _ => self.join(dice),
        }
    }

    /// As a job of the server does it: the door is open meanwhile.
    fn build(&self) {
        let twin = self.indexer.lock().unwrap().twin().unwrap();
        let mut builder = Builder::start(&twin).unwrap();
        drop(twin);
        builder.make(&mut |_| {}).unwrap();
        builder.keep_up(&mut |_| {}).unwrap();
        let mut indexer = self.indexer.lock().unwrap();
        builder.keep_up(&mut |_| {}).unwrap();
        *indexer = builder.publish().unwrap().0;
        drop(indexer);
        self.renew();
        self.count(2);
    }

    fn erase(&self, dice: &mut Dice) {
        let There { number, channel, bird } = {
            let mut there = self.there.lock().unwrap();
            if there.len() < 2 {
                return;
            }
            let place = dice.below(there.len());
            there.swap_remove(place)
        };
        self.gone(Target::Message(MessageId::new(format!("desk:m{number}")).unwrap()), &[(channel, bird)]);
        self.count(3);
    }

    /// Forgets the guest, and has another one come.
    fn forget(&self) {
        let guest = {
            let mut guest = self.guest.lock().unwrap();
            if guest.birds.is_empty() {
                return;
            }
            let next = Guest { number: guest.number + 1, birds: Vec::new() };
            std::mem::replace(&mut *guest, next)
        };
        // Nobody has heard of them where all that they said is still on its way; then it stays.
        if self.gone(Target::Person(format!("desk:guest{}", guest.number)), &guest.birds) {
            self.count(4);
        }
    }

    fn gone(&self, target: Target, birds: &[(usize, String)]) -> bool {
        let request = ErasureRequest { target, mode: Erasure::Both, now: now(), fresh_key: [9; 32] };
        match self.indexer.lock().unwrap().forget(&request, &mut |_| {}) {
            Ok(_) => {}
            Err(Error::NoAccount(_)) => return false,
            Err(error) => panic!("{error}"),
        }
        self.renew();
        self.book.narrow(|truth| {
            for (channel, bird) in birds {
                truth.birds[*channel].remove(bird);
            }
        });
        self.erased.lock().unwrap().extend(birds.iter().map(|(_, bird)| bird.clone()));
        true
    }

    fn join(&self, dice: &mut Dice) {
        let (one, other) = (dice.below(extra_keys().len()), dice.below(extra_keys().len()));
        let key = |reader: usize| AccountKey::new(extra_keys()[reader].as_str()).unwrap();
        if one == other {
            return;
        }
        self.book.widen(|truth| truth.joined = Some((one, other)));
        let merged = self.indexer.lock().unwrap().merge_people((&key(one), &key(other)), now(), &mut |_| {});
        match merged {
            Ok(decided) => {
                self.renew();
                self.indexer.lock().unwrap().undo_decision(decided.number, now(), &mut |_| {}).unwrap();
                self.renew();
                self.count(5);
            }
            // Nobody has heard of one of them any more: all that they said was erased.
            Err(Error::NoAccount(_)) => {}
            Err(error) => panic!("{error}"),
        }
        self.book.narrow(|truth| truth.joined = None);
    }

    /// Asks as anybody, in every way, until all is over.
    fn ask(&self, dice: &mut Dice, runtime: &Runtime) {
        let reader = dice.below(extra_keys().len());
        let before = self.book.before(reader);
        let told = match dice.below(10) {
            0 => get(&self.service, runtime, reader, "/v1/topics?limit=200"),
            1 => get(&self.service, runtime, reader, "/v1/people?limit=100"),
            2 => get(&self.service, runtime, reader, "/v1/me/why?query=gasket"),
            _ => search(&self.service, runtime, reader),
        };
        let allowed = self.book.allowed_since(before);
        let found = canaries_behind(told.to_string().as_bytes());
        let hidden: Vec<&String> = found.iter().filter(|bird| !allowed.contains(*bird)).collect();
        assert!(hidden.is_empty(), "reader {reader} is told {hidden:?}: {told:#}");
        self.asked.fetch_add(1, Ordering::Relaxed);
    }
}

fn get(service: &Service, runtime: &Runtime, reader: usize, path: &str) -> Value {
    let answer = service.ask(runtime, Some(&extra_keys()[reader]), ("GET", path), None);
    assert_eq!(answer.status, 200, "{path}: {answer:?}");
    answer.json()
}

fn search(service: &Service, runtime: &Runtime, reader: usize) -> Value {
    let body = json!({"query": "Which gasket fits the old coolant pump?", "k": 20, "explain": "full",
        "evidence": {"max_per_expert": 10}, "answers": {"k": 10}, "topics": {"k": 8}});
    let request = ("POST", "/v1/experts/search");
    let answer = service.ask(runtime, Some(&extra_keys()[reader]), request, Some(&body.to_string()));
    // Nothing of this may hold up or break a search: not even the 503 that a full queue is given.
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()
}

/// A channel for each few readers, and something in each.
fn opened(dice: &mut Dice) -> (Truth, Vec<There>, String) {
    let (mut truth, mut there, mut lines) = (Truth::default(), Vec::new(), String::new());
    for channel in 0..CHANNELS {
        let members: BTreeSet<usize> = dice.some(extra_keys().len(), 40).into_iter().collect();
        lines += &container(channel, &members);
        let mut birds = BTreeSet::new();
        for _ in 0..3 {
            let (number, author) = (there.len(), dice.below(extra_keys().len()));
            let bird = canary(dice, number);
            lines += &record(number, channel, &format!("reader{author}"), &said(&bird));
            birds.insert(bird.clone());
            there.push(There { number, channel, bird });
        }
        truth.members.push(members);
        truth.birds.push(birds);
    }
    (truth, there, lines)
}

/// Tells the others on the way out, so that whoever fails ends it for all.
struct Over(Arc<Scene>);

impl Drop for Over {
    fn drop(&mut self) {
        self.0.over.store(true, Ordering::Relaxed);
    }
}

/// Lets all of them run for that long.
fn run(scene: &Arc<Scene>, mut dice: Dice, length: Duration) {
    type Work = fn(&Scene, &mut Dice, &Runtime);
    let (door, office): (Work, Work) =
        (|scene, dice, _| scene.door(dice), |scene, dice, _| scene.office(dice));
    let work: [Work; 5] = [door, office, Scene::ask, Scene::ask, Scene::ask];
    let (began, (alive, ended)) = (Instant::now(), channel::<()>());
    let running = work.map(|work| {
        let (over, mut dice, alive) = (Over(Arc::clone(scene)), Dice::new(dice.next()), alive.clone());
        std::thread::spawn(move || {
            let (runtime, _alive) = (runtime(), alive);
            // On a busy machine it takes longer until everything has met everything.
            let goes_on = || began.elapsed() < length || !over.0.has_everything_happened();
            while goes_on() && !over.0.over.load(Ordering::Relaxed) {
                work(&over.0, &mut dice, &runtime);
            }
        })
    });
    drop(alive);
    // Nobody sends: it breaks off when the last one is through.
    let through = ended.recv_timeout(length + PATIENCE);
    assert_eq!(through, Err(RecvTimeoutError::Disconnected), "somebody stands still");
    for thread in running {
        thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
    }
}

#[test]
fn rights_builds_erasures_and_people_race_and_nobody_is_told_too_much() {
    let length = Duration::from_secs(if is_full() { 60 } else { 4 });
    let mut dice = Dice::new(seed());
    println!("SEED={} for {length:?}", seed());
    let (truth, there, lines) = opened(&mut dice);
    let house = House::from(&lines, "", &IngestOptions::at(Timestamp::EPOCH));
    let (service, indexer, folder) = house.apart();
    let scene = Arc::new(Scene {
        service,
        indexer: Mutex::new(indexer),
        messages: AtomicUsize::new(there.len()),
        book: Book::new(truth),
        there: Mutex::new(there),
        guest: Mutex::default(),
        erased: Mutex::default(),
        over: AtomicBool::new(false),
        turn: AtomicUsize::new(dice.below(4)),
        deeds: [(); 6].map(|()| AtomicUsize::new(0)),
        asked: AtomicUsize::new(0),
    });
    run(&scene, dice, length);
    // What was remembered between questions is what an index that nobody has asked anything would say.
    let runtime = runtime();
    let readers = 0..extra_keys().len();
    let before: Vec<Value> = readers.map(|reader| search(&scene.service, &runtime, reader)).collect();
    scene.renew();
    for (reader, before) in before.iter().enumerate() {
        let after = search(&scene.service, &runtime, reader);
        assert_eq!((&after["experts"], &after["answers"]), (&before["experts"], &before["answers"]));
        let found = canaries_behind(after.to_string().as_bytes());
        assert!(found.is_subset(&scene.book.now().allowed(reader)));
    }
    let erased = std::mem::take(&mut *scene.erased.lock().unwrap());
    for file in files(folder.path()) {
        let bytes = fs_err::read(&file).unwrap();
        let found: Vec<&String> = erased.iter().filter(|bird| holds(&bytes, bird)).collect();
        assert!(found.is_empty(), "{} still holds {found:?}", file.display());
    }
    let count = |counted: &AtomicUsize| counted.load(Ordering::Relaxed);
    let [said, moved, built, erasures, forgotten, joined] =
        std::array::from_fn(|deed| count(&scene.deeds[deed]));
    let asked = count(&scene.asked);
    println!(
        "{asked} answers; {said} messages, {moved} changes of members, {built} builds, {erasures} messages and \
         {forgotten} people erased, {joined} joins"
    );
    assert!(asked > 20 && scene.has_everything_happened(), "too little happened");
}

fn holds(bytes: &[u8], bird: &str) -> bool {
    bytes.windows(bird.len()).any(|window| window == bird.as_bytes())
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let paths = fs_err::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let data = paths.filter(|path| !path.ends_with("records.jsonl"));
    data.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}
