//! A made-up organization of the size that a million messages make, written straight into a store.

use std::path::Path;

use embed::{Embedder, ModelId, UnitVector};
use engine::DataFolder;
use index::Store;
use index::dense::lists::{self, Wanted};
use index::lexical::{LexicalWriter, WriterConfig};
use model::{
    Account, AccountKey, AudienceTable, Container, ContainerId, ContainerKind, ConversationId,
    DirectoryEntry, Document, DocumentId, Mark, MarkSet, Person, PersonId, Role, RoleSet, Timestamp,
    Visibility,
};

/// Documents that a million messages make.
pub(crate) const DOCUMENTS: usize = 160_000;
pub(crate) const PEOPLE: usize = 10_000;
pub(crate) const CHANNELS: usize = 100;
/// The time after the last document.
pub(crate) const NOW: i64 = 1_750_000_000_000;
const WORDS: usize = 60_000;
const TOPICS: usize = 600;
const DAY: i64 = 86_400_000;
const DAYS: i64 = 4 * 365;
const SEED: u64 = 20;
const DIMENSIONS: usize = 256;
/// Every twentieth channel is for one person in ten, in two different sets.
const PRIVATE_EVERY: usize = 20;
const PRIVATE_PLACE: usize = 7;
const MEMBERS_EVERY: usize = 10;

/// Numbers from a seed (splitmix64).
pub(crate) struct Numbers(u64);

impl Numbers {
    pub(crate) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// 0 to 1.
    fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    pub(crate) fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    /// Zipf with exponent 1: place k about as often as 1/(k + 1).
    fn zipf(&mut self, end: usize) -> usize {
        (((end + 1) as f64).powf(self.share()) as usize - 1).min(end - 1)
    }
}

/// A pronounceable word that no stemmer cuts and no list of stop words holds.
fn word(number: usize) -> String {
    const STARTS: &[u8] = b"bdfgklmnprtvz";
    const VOWELS: &[u8] = b"aou";
    let (mut rest, mut word) = (number, String::new());
    for _ in 0..4 {
        word.push(STARTS[rest % STARTS.len()] as char);
        rest /= STARTS.len();
        word.push(VOWELS[(number / 7 + rest) % VOWELS.len()] as char);
    }
    word.push('k');
    word
}

/// Words about a topic: two in five are the topic's own, the rest anybody's.
fn text(numbers: &mut Numbers, topic: usize, length: usize) -> String {
    let words = (0..length).map(|_| {
        if numbers.below(5) < 2 { word(topic * 83 + numbers.zipf(40)) } else { word(numbers.zipf(WORDS)) }
    });
    words.collect::<Vec<_>>().join(" ")
}

/// A question of about twenty terms.
pub(crate) fn question(numbers: &mut Numbers) -> String {
    let topic = numbers.zipf(TOPICS);
    text(numbers, topic, 22)
}

/// The name of a channel, the busy ones as often as they are busy.
pub(crate) fn channel(numbers: &mut Numbers) -> String {
    format!("room{}", numbers.zipf(CHANNELS))
}

/// Who may read a channel: everyone, the people whose number ends on 7, or (the quieter half) on 3.
fn visibility(channel: usize) -> anyhow::Result<Visibility> {
    if channel % PRIVATE_EVERY != PRIVATE_PLACE {
        return Ok(Visibility::Everyone);
    }
    let last = if channel < CHANNELS / 2 { 7 } else { 3 };
    let members = (0..PEOPLE).filter(|person| person % MEMBERS_EVERY == last).map(account);
    Ok(Visibility::Members(members.collect::<Result<_, _>>()?))
}

pub(crate) fn account(person: usize) -> anyhow::Result<AccountKey> {
    Ok(AccountKey::new(format!("bench:u{person:05}"))?)
}

/// Vectors that cost nothing to make: every word has a made-up direction.
#[derive(Debug)]
pub(crate) struct Words(ModelId);

impl Words {
    pub(crate) fn new() -> anyhow::Result<Self> {
        Ok(Self(ModelId::new("bench")?))
    }
}

impl Embedder for Words {
    fn model_id(&self) -> &ModelId {
        &self.0
    }

    fn dimensions(&self) -> usize {
        DIMENSIONS
    }

    fn embed(&self, texts: &[&str]) -> Result<Vec<UnitVector>, embed::Error> {
        let vector = |text: &&str| {
            let mut sum = vec![0.0_f32; DIMENSIONS];
            for word in text.split_whitespace() {
                let seed = word.bytes().fold(7_u64, |hash, byte| hash.wrapping_mul(31) ^ u64::from(byte));
                let mut numbers = Numbers::new(seed);
                for place in sum.chunks_mut(8) {
                    let bits = numbers.next();
                    for (bit, value) in place.iter_mut().enumerate() {
                        *value += ((bits >> (8 * bit)) & 255) as f32 / 255.0 - 0.5;
                    }
                }
            }
            UnitVector::normalized(sum)
        };
        texts.iter().map(vector).collect()
    }
}

/// Writes the organization into an empty data directory.
pub(crate) fn make(folder: &Path, embedder: &Words) -> anyhow::Result<()> {
    let folder = DataFolder::new(folder);
    folder.create()?;
    let store = Store::open(&folder.store())?;
    store.begin()?;
    store.set_setting("languages", "en")?;
    let ids = people(&store)?;
    let mut lexical = LexicalWriter::create(
        &folder.lexical(),
        &[text::Language::English],
        &WriterConfig { memory_bytes: 96_000_000 },
    )?;
    let mut numbers = Numbers::new(SEED);
    let topics: Vec<[usize; 3]> = (0..PEOPLE).map(|_| [(); 3].map(|()| numbers.zipf(TOPICS))).collect();
    let homes: Vec<[usize; 2]> = (0..PEOPLE).map(|_| [(); 2].map(|()| numbers.zipf(CHANNELS))).collect();
    let mut by_channel: Vec<Vec<(usize, usize)>> = vec![Vec::new(); CHANNELS];
    for number in 0..DOCUMENTS {
        let person = numbers.zipf(PEOPLE);
        by_channel[homes[person][usize::from(numbers.below(4) == 0)]].push((number, person));
    }
    let mut audiences = AudienceTable::new();
    for (channel, documents) in by_channel.into_iter().enumerate() {
        let visibility = visibility(channel)?;
        let audience = audiences.intern(&visibility);
        let container = ContainerId::new(format!("bench:c{channel:03}"))?;
        store.put_container(&Container {
            id: container.clone(),
            name: format!("room{channel}"),
            kind: ContainerKind::Channel,
            stated_visibility: Some(visibility.clone()),
        })?;
        let mut sync = store.sync_documents(&container)?;
        for (number, person) in documents {
            let asker = numbers.zipf(PEOPLE);
            let topic = topics[person][numbers.below(3)];
            let document = document(&mut numbers, &container, number, (&ids[person], &ids[asker]), topic)?;
            let document = Document { visibility: visibility.clone(), ..document };
            sync.put(&document, audience, Some("en"))?;
        }
        let written: Vec<DocumentId> = sync.finish()?.written;
        index(&store, &mut lexical, embedder, &written)?;
    }
    store.put_audiences(&audiences, 0)?;
    let generation = store.next_generation()?;
    store.commit()?;
    lexical.commit(generation)?;
    let (model, dimensions) = (embedder.model_id().as_str(), embedder.dimensions());
    let from = cli::shipped_indexer()?.approximate_from;
    lists::arrange(&store, Wanted { model, dimensions, from, anew: false }, &|| true)?;
    Ok(())
}

fn people(store: &Store) -> anyhow::Result<Vec<PersonId>> {
    let mut people = Vec::with_capacity(PEOPLE);
    for number in 0..PEOPLE {
        let (key, name) = (account(number)?, format!("Person {number}"));
        let directory = DirectoryEntry::default();
        store.put_account(&Account {
            key: key.clone(),
            name: Some(name.clone()),
            verified_emails: Vec::new(),
            bot: false,
            directory: directory.clone(),
        })?;
        let id = PersonId::new(key.to_string())?;
        people.push(Person { id, name, accounts: vec![key], emails: Vec::new(), bot: false, directory });
    }
    store.put_people(&people)?;
    Ok(people.into_iter().map(|person| person.id).collect())
}

fn document(
    numbers: &mut Numbers,
    container: &ContainerId,
    number: usize,
    (person, asker): (&PersonId, &PersonId),
    topic: usize,
) -> anyhow::Result<Document> {
    let at = Timestamp::from_millis(NOW - DAY - (numbers.share() * (DAYS * DAY) as f64) as i64);
    let asked = numbers.below(4) == 0;
    let mut roles = RoleSet::EMPTY.with(if asked { Role::Asked } else { Role::Answered });
    if !asked && numbers.below(6) == 0 {
        roles = roles.with(Role::Thanked);
    }
    let mut marks = MarkSet::EMPTY;
    if numbers.below(2) == 0 {
        marks = marks.with(Mark::Substantive);
    }
    let (own, question) = (10 + numbers.zipf(150), 10 + numbers.zipf(80));
    Ok(Document {
        conversation: ConversationId::new(format!("{}/{number}", container.as_str()))?,
        container: container.clone(),
        person: person.clone(),
        own: text(numbers, topic, own),
        question: if asked { String::new() } else { text(numbers, topic, question) },
        roles,
        marks,
        asker: (!asked && person != asker).then(|| asker.clone()),
        fingerprint: None,
        own_answers: u32::from(!asked),
        reactions: 0,
        first_at: at,
        last_at: at,
        visibility: Visibility::Everyone,
        messages: Vec::new(),
        permalink: None,
    })
}

/// Words and vectors of the documents of one channel.
fn index(
    store: &Store,
    lexical: &mut LexicalWriter,
    embedder: &Words,
    written: &[DocumentId],
) -> anyhow::Result<()> {
    for id in written {
        let Some(document) = store.document_to_index(*id)? else { continue };
        let vector = embedder.embed_one(&format!("{} {}", document.question, document.own))?.quantize();
        store.put_vector(*id, embedder.model_id().as_str(), vector.codes(), vector.scale())?;
        lexical.put(&[document])?;
    }
    Ok(())
}
