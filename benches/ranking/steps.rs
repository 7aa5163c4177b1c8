//! The steps of an answer, timed one by one, with what a finder keeps between questions.

use std::path::Path;

use embed::Embedder;
use engine::{DataFolder, View};
use index::{OpenConfig, Row, Snapshot, Store};
use model::{Reader, Timestamp};
use query::Question;
use query::rank::{Ages, Channel, Circumstances, Place, Presence, features, rank};
use query::retrieve::retrieve;
use text::Language;

use crate::organization::{self, NOW, Numbers, Words};
use crate::times::Times;
use crate::{ASKER, QUESTIONS, SEED, say};

/// Times every step for questions of anyone, in a channel.
pub(crate) fn steps(folder: &Path, embedder: &Words) -> anyhow::Result<()> {
    let (folder, config) = (DataFolder::new(folder), cli::shipped_options()?.0.query);
    let store = Store::open_read_only(&folder.store())?;
    let model = embedder.model_id().as_str().to_owned();
    let open = OpenConfig { model, dimensions: embedder.dimensions(), cluster: None };
    let snapshot = Snapshot::open(&store, &folder.lexical(), &open)?;
    let snapshot = snapshot.ok_or_else(|| anyhow::anyhow!("the index is behind its store"))?;
    let lexical = snapshot.lexical.as_ref().ok_or_else(|| anyhow::anyhow!("there is no lexical index"))?;
    let table = &snapshot.table;
    let now = Timestamp::from_millis(NOW);
    let admission = table.admission(Reader::anyone().mask(&snapshot.audiences), now);
    let newest = table.newest(&admission).unwrap_or(now);
    let ages = Ages::of(&config.rank);
    let weigh = |row: Row| {
        config.rank.roles.vote(table.roles[row.at()]) * ages.evidence.of(table.last_at[row.at()], newest)
    };
    let [mut keep, mut encode, mut words, mut near, mut both, mut known, mut ranked] =
        [(); 7].map(|()| Times::default());
    let (weighed, presence) = keep
        .take(|| (lexical.weigh(table, &admission, &weigh), Presence::of(table, &admission, newest, &ages)));
    let dense = snapshot.dense.as_ref().ok_or_else(|| anyhow::anyhow!("no vectors"))?;
    let model = config.rank.model(View::Helps, Place::Told, config.rank.spread);
    let mut numbers = Numbers::new(SEED);
    for _ in 0..QUESTIONS {
        let (text, name) = (organization::question(&mut numbers), organization::channel(&mut numbers));
        let channel = Channel { containers: containers(&snapshot, &name) };
        let question = encode.take(|| Question::new(&text, &[Language::English], Some(embedder)));
        words.take(|| {
            lexical.search(&question.terms, table, &admission, &weighed, &config.retrieve.lexical)
        })?;
        if let Some(vector) = &question.vector {
            near.take(|| dense.nearest(vector, config.retrieve.dense_pool, table, &admission))?;
        }
        let pool =
            both.take(|| retrieve(&snapshot, &question, &admission, &weighed, &channel, &config.retrieve))?;
        let circumstances = Circumstances {
            table,
            channel: &channel,
            admission: &admission,
            now,
            newest,
            skip: &|_| false,
            askers: &[u32::try_from(ASKER)?],
            watched: &[],
            presence: &presence,
            ages: &ages,
            config: &config.rank,
        };
        let people = known.take(|| features(&pool, &circumstances));
        ranked.take(|| rank(&people, &model, config.rank.candidates));
    }
    for (name, times) in [
        ("step: count, once for a reader", keep),
        ("step: cut and encode", encode),
        ("step: retrieve, lexical", words),
        ("step: retrieve, dense", near),
        ("step: retrieve, both", both),
        ("step: features", known),
        ("step: rank", ranked),
    ] {
        say(&times.told(name));
    }
    Ok(())
}

fn containers(snapshot: &Snapshot, name: &str) -> Vec<u32> {
    let named = |id: &str| snapshot.containers.get(id).is_some_and(|container| container.name == name);
    (0..).zip(&snapshot.table.containers).filter(|(_, id)| named(id)).map(|(number, _)| number).collect()
}
