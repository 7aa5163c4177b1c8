//! The product's lists, as the product makes and searches them; a filter is a mask over audiences.
//!
//! The vectors teach while everyone may read all of them, and get their readers afterwards: other engines build
//! their graphs over all vectors, too. `benches/vectors` measures what the product does where half is closed.

use anyhow::Context;
use embed::QuantizedVector;
use index::dense::lists::{Wanted as WantedLists, arrange};
use index::dense::{ListsIndex, ScanIndex, VectorIndex};
use index::{Admission, DocumentTable, Store};
use model::{
    AccountKey, AudienceId, AudienceTable, ContainerId, PersonId, Reader, RoleSet, Timestamp, Visibility,
};

use crate::data::{Vector, Vectors};
use crate::document::wordless;
use crate::{Asker, Engine, Wanted, told};

const MODEL: &str = "bench";

pub(crate) struct Lists {
    table: DocumentTable,
    index: ListsIndex,
    all: Admission,
    second: Admission,
    hundredth: Admission,
}

impl Lists {
    pub(crate) fn build(vectors: &Vectors) -> anyhow::Result<Self> {
        let (store, dimensions) = (store(vectors)?, vectors.dimensions);
        told(vectors.len(), || {
            let wanted = WantedLists { model: MODEL, dimensions, from: 1, anew: true };
            println!("  {:?}", arrange(&store, wanted, &|| true)?);
            Ok(())
        })?;
        let mut scan = ScanIndex::new(MODEL, dimensions);
        scan.reserve(vectors.len());
        let mut table = DocumentTable::load(&store, Some(&mut scan))?;
        let (second, hundredth, rest) = (member("second")?, member("hundredth")?, member("rest")?);
        let mut audiences = AudienceTable::new();
        let mut audience =
            |reader: &AccountKey| audiences.intern(&Visibility::Members([reader.clone()].into()));
        let ids = [audience(&second), audience(&hundredth), audience(&rest)];
        for (number, audience) in (0..).zip(&mut table.audience) {
            *audience = audience_of(number, ids);
        }
        let admission = |accounts: Vec<AccountKey>| {
            table.admission(Reader::owning(accounts).mask(&audiences), Timestamp::MAX)
        };
        let all = admission(vec![second.clone(), hundredth.clone(), rest]);
        let (second, hundredth) = (admission(vec![second]), admission(vec![hundredth]));
        let centres = store.centres(MODEL, dimensions)?.context("no lists")?;
        let lists = store.lists()?;
        let list_of = |id| lists.binary_search_by_key(&id, |(id, _)| *id).ok().map(|at| lists[at].1);
        let index = ListsIndex::new(&scan, centres, list_of, &table)?;
        Ok(Self { table, index, all, second, hundredth })
    }
}

fn member(name: &str) -> anyhow::Result<AccountKey> {
    Ok(AccountKey::new(format!("bench:{name}"))?)
}

fn audience_of(number: u32, [second, hundredth, rest]: [AudienceId; 3]) -> AudienceId {
    match number {
        number if Asker::Second.admits(number) => second,
        number if Asker::Hundredth.admits(number) => hundredth,
        _ => rest,
    }
}

/// Documents without words that everyone may read, in the order of their numbers, with their vectors.
fn store(vectors: &Vectors) -> anyhow::Result<Store> {
    let store = Store::in_memory()?;
    let container = ContainerId::new("bench:c")?;
    let mut audiences = AudienceTable::new();
    let everyone = audiences.intern(&Visibility::Everyone);
    store.begin()?;
    let mut sync = store.sync_documents(&container)?;
    for number in 0..vectors.len() {
        let document =
            wordless(number, &container, PersonId::new("p")?, RoleSet::EMPTY, Visibility::Everyone)?;
        sync.put(&document, everyone, None)?;
    }
    sync.finish()?;
    store.put_audiences(&audiences, 0)?;
    store.commit()?;
    let mut ids = Vec::with_capacity(vectors.len());
    store.each_document(MODEL, &mut |document| {
        ids.push(document.id);
        Ok(())
    })?;
    store.begin()?;
    for (id, (codes, scale)) in ids.into_iter().zip(vectors.each()) {
        store.put_vector(id, MODEL, codes, scale)?;
    }
    store.commit()?;
    Ok(store)
}

impl Engine for Lists {
    fn nearest(&self, question: &Vector, wanted: &Wanted) -> anyhow::Result<Vec<u32>> {
        let question = QuantizedVector::new(question.codes.clone(), question.scale)?;
        let admission = match wanted.asker {
            Asker::All => &self.all,
            Asker::Second => &self.second,
            Asker::Hundredth => &self.hundredth,
        };
        let found = self.index.nearest(&question, wanted.limit, &self.table, admission)?;
        Ok(found.into_iter().map(|(row, _)| row.0).collect())
    }
}
