//! From the store to the cluster: only what changed, or all of it.

use model::DocumentId;

use super::client::Cluster;
use super::names::{Build, Names, Published};
use super::sparse::Weigher;
use super::upload::VectorToSend;
use crate::{Error, Store};

/// Documents that travel together: 256 kB of vectors of 256 dimensions.
const BATCH: usize = 256;

/// A build that is filled, and how its words are weighed, if it has any.
type Filling = (Build, Option<Weigher>);

/// Brings a cluster to the store's generation, and publishes it there; gives how many documents went.
///
/// What the store noted since the last time goes into the build that is published. If the cluster does not hold
/// what the store thinks it does (another model, a lost collection, something erased), a new build is filled
/// beside the one that answers, and takes its place in one step. Killed or cut off at any point, the next call
/// goes on after the last batch that was acknowledged; sent twice is the same as sent once.
///
/// `progress` is told how many are done, and of how many.
///
/// # Errors
/// [`Error::ClusterDown`] if it does not answer: what was not sent stays noted.
pub fn send(store: &Store, cluster: &Cluster, progress: &mut dyn FnMut(u64, u64)) -> Result<u64, Error> {
    let Some(model) = store.encoder()? else { return Ok(0) };
    let (_, dimensions) = store.vectors_of(&model)?;
    if dimensions == 0 && store.sending()?.is_none() {
        return clear(store, cluster, &model);
    }
    let names = Names::new(&store.make_cluster_id()?, &model);
    let (build, weigher) = match standing(store, cluster, &names, &model)? {
        Some(standing) => standing,
        None => begin(store, cluster, &names, &model)?,
    };
    let generation = store.generation()?;
    let (mut done, total) = (0, store.unsent_count()?);
    progress(done, total);
    loop {
        let ids = store.unsent(BATCH)?;
        if ids.is_empty() {
            break;
        }
        let mut present: Vec<VectorToSend> = Vec::with_capacity(ids.len());
        let mut gone: Vec<DocumentId> = Vec::new();
        for id in &ids {
            match store.vector_to_send(*id, &model)? {
                Some(vector) => present.push(with_words(store, weigher.as_ref(), vector)?),
                None => gone.push(*id),
            }
        }
        cluster.put(&names, build, &present, &gone)?;
        store.mark_sent(&ids)?;
        done += ids.len() as u64;
        progress(done, total.max(done));
    }
    cluster.publish(&names, Published { build, generation })?;
    store.finish_sending(generation)?;
    tracing::info!(generation, documents = done, "the vector cluster holds this generation");
    Ok(done)
}

/// There is nothing to send, but what was sent earlier may still lie there.
fn clear(store: &Store, cluster: &Cluster, model: &str) -> Result<u64, Error> {
    if let Some(id) = store.cluster_id()?
        && store.left_there()?
    {
        cluster.sweep(&Names::new(&id, model), None)?;
        store.note_cleared()?;
    }
    Ok(0)
}

/// Whether a store holds vectors that no cluster has yet. Looks into the store alone.
pub fn is_wanting(store: &Store) -> Result<bool, Error> {
    let Some(model) = store.encoder()? else { return Ok(false) };
    match store.sending()? {
        Some(sending) if sending.model == model => store.is_sending(),
        _ => Ok(store.left_there()? || store.vectors_of(&model)?.0 > 0),
    }
}

fn with_words(store: &Store, weigher: Option<&Weigher>, vector: VectorToSend) -> Result<VectorToSend, Error> {
    let Some(weigher) = weigher else { return Ok(vector) };
    let words = store.document_to_index(vector.id)?.map(|document| weigher.words(&document));
    Ok(VectorToSend { words, ..vector })
}

/// The build that notes are kept for, if the cluster holds it as the store thinks it does.
fn standing(store: &Store, cluster: &Cluster, names: &Names, model: &str) -> Result<Option<Filling>, Error> {
    let Some(sending) = store.sending()?.filter(|sending| sending.model == model) else { return Ok(None) };
    let weigher = match (cluster.config.words, &sending.words) {
        (None, None) => None,
        (Some(config), Some(text)) => match Weigher::read(text, store, config)? {
            None => return Ok(None),
            weigher => weigher,
        },
        // It has words that nobody wants, or lacks them.
        _ => return Ok(None),
    };
    let published = cluster.all_published(names)?;
    let published = published.into_iter().rfind(|published| published.build == sending.build);
    // A build that was never published is filled still. One that was may be a step ahead of the note about it.
    let agrees = match (sending.sent, published) {
        (None, _) => true,
        // A store from a backup is behind what was published.
        (Some(sent), Some(published)) => (sent..=store.generation()?).contains(&published.generation),
        (Some(_), None) => false,
    };
    let is_there = agrees && cluster.builds(names)?.contains(&sending.build);
    Ok(is_there.then_some((sending.build, weigher)))
}

/// Makes a new build and notes that all of it is to be sent.
fn begin(store: &Store, cluster: &Cluster, names: &Names, model: &str) -> Result<Filling, Error> {
    let (_, dimensions) = store.vectors_of(model)?;
    let build = cluster.next_build(names)?;
    cluster.create(names, build, dimensions.max(1))?;
    let weigher = cluster.config.words.map(|config| Weigher::for_build(store, config)).transpose()?;
    store.start_sending(model, build, weigher.as_ref().map(Weigher::written).as_deref())?;
    tracing::info!(build = build.0, "filling the vector cluster from nothing");
    Ok((build, weigher))
}
