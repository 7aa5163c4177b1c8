//! Lists find what the exact scan finds, or a part of it; never more, and nothing that is hidden.

use embed::UnitVector;
use model::{AccountKey, Reader, Timestamp};
use proptest::prelude::*;

use super::*;
use crate::HiddenRows;
use crate::dense::conformance;
use crate::testing::{document, only, store};

const OWNER: &str = "mail:ana@x.example";

fn unit(values: &[f32]) -> QuantizedVector {
    UnitVector::normalized(values.to_vec()).unwrap().quantize()
}

fn scan(vectors: &[(Row, QuantizedVector)], dimensions: usize) -> ScanIndex {
    let mut scan = ScanIndex::new("test", dimensions);
    for (row, vector) in vectors {
        scan.push(*row, vector.codes(), vector.scale()).unwrap();
    }
    scan
}

#[test]
fn lists_do_what_every_vector_index_must_wherever_the_vectors_lie() {
    for lists in [[0, 0, 0, 0], [0, 1, 1, 0], [2, 0, 1, 9], [9, 9, 9, 9], [1, 9, 0, 1]] {
        conformance::check(&move |vectors, table| {
            let mut centres = Centres::new(4);
            for axis in 0..3 {
                let mut values = [0.0; 4];
                values[axis] = 1.0;
                centres.push(&unit(&values));
            }
            let list_of = |id| table.row(id).map(|row| lists[row.at()]).filter(|list| *list < 3);
            Box::new(ListsIndex::new(&scan(vectors, 4), centres, list_of, table).unwrap().ending_after(100))
        });
    }
}

/// One document of a made world.
#[derive(Debug, Clone)]
struct Made {
    values: [f32; 3],
    /// Right or wrong; beyond the last list: in none.
    list: u32,
    hidden: bool,
    opted_out: bool,
}

struct World {
    table: DocumentTable,
    index: ListsIndex,
    exact: ScanIndex,
    admission: Admission,
}

/// The documents that `keep` chooses, each on the day of its place in the list; asked by a reader of their own or
/// by anyone, at a time.
fn world(made: &[Made], enough: usize, keep: impl Fn(&Made) -> bool, reader: &Reader, as_of: i64) -> World {
    let kept: Vec<(u32, &Made)> = (0..).zip(made).filter(|(_, made)| keep(made)).collect();
    let of = |(day, made): &(u32, &Made)| {
        let document = document(*day, "p", "", "words");
        if made.hidden { only(&[OWNER], document) } else { document }
    };
    let store = store(&kept.iter().map(of).collect::<Vec<_>>());
    let table = DocumentTable::load(&store, None).unwrap();
    let vectors: Vec<(Row, QuantizedVector)> =
        table.all().zip(&kept).map(|(row, (_, made))| (row, unit(&made.values))).collect();
    let mut centres = Centres::new(3);
    for values in [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [-1.0, 0.0, 0.5], [0.0, 0.0, 1.0]] {
        centres.push(&unit(&values));
    }
    let list_of = |id| table.row(id).map(|row| kept[row.at()].1.list).filter(|list| *list < 4);
    let index = ListsIndex::new(&scan(&vectors, 3), centres, list_of, &table).unwrap().ending_after(enough);
    let gone = HiddenRows::of(table.all().filter(|row| kept[row.at()].1.opted_out));
    let audiences = store.audiences().unwrap();
    let as_of = Timestamp::from_millis(1_767_225_600_000 + as_of * 86_400_000);
    let admission = table.admission(reader.mask(&audiences), as_of).hiding(&std::sync::Arc::new(gone));
    World { index, exact: scan(&vectors, 3), admission, table }
}

impl World {
    /// Days and cosines of what is found.
    fn nearest(&self, index: &dyn VectorIndex, limit: usize) -> Vec<(i64, f32)> {
        let question = unit(&[0.8, 0.5, 0.1]);
        let found = index.nearest(&question, limit, &self.table, &self.admission).unwrap();
        found.into_iter().map(|(row, cosine)| (self.table.last_at[row.at()].as_millis(), cosine)).collect()
    }
}

fn documents() -> impl Strategy<Value = Vec<Made>> {
    let value = || (-20_i8..=20).prop_map(|value| f32::from(value) + 0.5);
    let one = (value(), value(), value(), 0_u32..6, any::<bool>(), prop::bool::weighted(0.2));
    let one = one.prop_map(|(x, y, z, list, hidden, opted_out)| Made {
        values: [x, y, z],
        list,
        hidden,
        opted_out,
    });
    prop::collection::vec(one, 1..40)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_found_is_what_the_scan_finds_or_part_of_it(
        made in documents(), enough in 0_usize..60, limit in 0_usize..12, owner: bool, as_of in 0_i64..50,
    ) {
        let reader =
            if owner { Reader::owning([AccountKey::new(OWNER).unwrap()]) } else { Reader::anyone() };
        let world = world(&made, enough, |_| true, &reader, as_of);
        let (some, all) = (world.nearest(&world.index, limit), world.nearest(&world.exact, 40));
        prop_assert!(some.iter().all(|found| all.contains(found)), "only what may be read, of the same cosine");
        let mut expected = all.clone();
        expected.retain(|found| some.contains(found));
        prop_assert_eq!(&some, &expected, "in the same order, nothing twice");
        prop_assert!(some.len() == limit.min(all.len()) || all.len() >= enough, "who may read little misses nothing");
        if enough > all.len() {
            let exact = world.nearest(&world.exact, limit);
            prop_assert_eq!(some, exact);
        }
    }

    #[test]
    fn what_may_not_be_read_or_was_taken_out_changes_nothing(
        made in documents(), enough in 0_usize..30, limit in 1_usize..12,
    ) {
        let anyone = Reader::anyone();
        let with = world(&made, enough, |_| true, &anyone, 50);
        let without = world(&made, enough, |made| !made.hidden && !made.opted_out, &anyone, 50);
        prop_assert_eq!(with.nearest(&with.index, limit), without.nearest(&without.index, limit));
    }
}

#[test]
fn most_of_the_nearest_are_found_by_looking_at_a_fifth() {
    let mut state = 7_u32;
    let mut die = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        f32::from((state >> 16) as u16) / 32_768.0 - 1.0
    };
    // Two thousand vectors around forty places, as texts lie around topics.
    let topics: Vec<Vec<f32>> = (0..40).map(|_| (0..16).map(|_| die()).collect()).collect();
    let vectors: Vec<QuantizedVector> = (0..2_000)
        .map(|number| unit(&topics[number % 40].iter().map(|value| value + 0.8 * die()).collect::<Vec<_>>()))
        .collect();
    let table = {
        let documents: Vec<_> = (0..2_000).map(|day| document(day, "p", "", "")).collect();
        DocumentTable::load(&store(&documents), None).unwrap()
    };
    let centres = train::train(16, &vectors[..1_000], 90);
    let rows: Vec<(Row, QuantizedVector)> = table.all().zip(vectors.iter().cloned()).collect();
    let list_of = |id| table.row(id).and_then(|row| centres.nearest(vectors[row.at()].codes()));
    let index =
        ListsIndex::new(&scan(&rows, 16), centres.clone(), list_of, &table).unwrap().ending_after(400);
    let exact = scan(&rows, 16);
    let admission = table.admission(Reader::anyone().mask(&model::AudienceTable::new()), Timestamp::MAX);
    let (mut kept, mut wanted) = (0, 0);
    for number in 0..50 {
        let question = unit(&topics[number % 40].iter().map(|value| value + 0.8 * die()).collect::<Vec<_>>());
        let found = index.nearest(&question, 20, &table, &admission).unwrap();
        let all = exact.nearest(&question, 20, &table, &admission).unwrap();
        kept += all.iter().filter(|row| found.contains(row)).count();
        wanted += all.len();
    }
    assert!(kept * 100 >= wanted * 90, "{kept} of {wanted}");
}
