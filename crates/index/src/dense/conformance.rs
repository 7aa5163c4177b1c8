//! What every [`VectorIndex`] must do; each implementation runs all of it.

use embed::{QuantizedVector, UnitVector};
use model::{AudienceTable, Reader, Timestamp};

use super::VectorIndex;
use crate::testing::{document, only, store};
use crate::{Admission, DocumentTable, Error, Row, Store};

/// Length of the vectors of this suite.
const DIMENSIONS: usize = 4;

fn vector(values: [f32; DIMENSIONS]) -> QuantizedVector {
    UnitVector::normalized(values.to_vec()).unwrap().quantize()
}

/// Makes an index of vectors for the rows of a table.
pub(super) type Make = dyn Fn(&[(Row, QuantizedVector)], &DocumentTable) -> Box<dyn VectorIndex>;

struct World {
    table: DocumentTable,
    audiences: AudienceTable,
    index: Box<dyn VectorIndex>,
}

impl World {
    /// Four documents of four days; the third is for one reader only, and nearest to the first axis.
    fn new(make: &Make) -> Self {
        let store: Store = store(&[
            document(1, "p1", "", "a"),
            document(2, "p2", "", "b"),
            only(&["mail:ana@x.example"], document(3, "p3", "", "c")),
            document(4, "p4", "", "d"),
        ]);
        let table = DocumentTable::load(&store, None).unwrap();
        let vectors =
            [[1.0, 1.0, 0.0, 0.0], [1.0, 0.2, 0.0, 0.0], [1.0, 0.0, 0.0, 0.0], [-1.0, 0.0, 0.0, 0.0]];
        let rows: Vec<(Row, QuantizedVector)> = table.all().zip(vectors.map(vector)).collect();
        let index = make(&rows, &table);
        Self { index, audiences: store.audiences().unwrap(), table }
    }

    fn admission(&self, reader: &Reader, as_of: Timestamp) -> Admission {
        self.table.admission(reader.mask(&self.audiences), as_of)
    }

    fn nearest(&self, limit: usize, reader: &Reader, as_of: Timestamp) -> Vec<(u32, f32)> {
        let admission = self.admission(reader, as_of);
        let question = vector([1.0, 0.0, 0.0, 0.0]);
        let found = self.index.nearest(&question, limit, &self.table, &admission).unwrap();
        found.into_iter().map(|(row, cosine)| (row.0, cosine)).collect()
    }
}

fn rows(found: &[(u32, f32)]) -> Vec<u32> {
    found.iter().map(|(row, _)| *row).collect()
}

/// Runs the whole suite.
pub(super) fn check(make: &Make) {
    let world = World::new(make);
    let anyone = Reader::anyone();
    let ana = Reader::owning([model::AccountKey::new("mail:ana@x.example").unwrap()]);
    let all = world.nearest(9, &anyone, Timestamp::MAX);
    assert_eq!(rows(&all), [1, 0, 3], "nearest first, and nothing that the reader may not read");
    let cosines: Vec<f32> = all.iter().map(|(_, cosine)| *cosine).collect();
    for (cosine, expected) in cosines.iter().zip([0.981, std::f32::consts::FRAC_1_SQRT_2, -1.0]) {
        assert!((cosine - expected).abs() < 0.01, "{cosine} is not the cosine {expected}");
    }
    assert_eq!(rows(&world.nearest(9, &ana, Timestamp::MAX)), [2, 1, 0, 3], "a reader's own are found");
    assert_eq!(rows(&world.nearest(1, &anyone, Timestamp::MAX)), [1], "the hidden nearest takes no place");
    assert_eq!(rows(&world.nearest(0, &anyone, Timestamp::MAX)), [0_u32; 0]);
    let second_day = world.table.last_at[1];
    assert_eq!(rows(&world.nearest(9, &ana, second_day)), [0], "only what is older than the question");
    let short = UnitVector::normalized(vec![1.0]).unwrap().quantize();
    let refused = world.index.nearest(&short, 1, &world.table, &world.admission(&anyone, Timestamp::MAX));
    assert!(matches!(refused, Err(Error::Dimensions { expected: DIMENSIONS, given: 1 })));
    assert_eq!((world.index.len(), world.index.is_empty()), (4, false));
}
