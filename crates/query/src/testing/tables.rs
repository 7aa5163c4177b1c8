//! Small tables and units for tests.

use index::{Admission, DocumentTable, Row, Store};
use model::{
    ContainerId, ConversationId, Document, MarkSet, MessageId, PersonId, Reader, Role, RoleSet, Timestamp,
    Visibility,
};

use crate::retrieve::Unit;

/// The day after the last document of a table.
pub(crate) fn now() -> Timestamp {
    Timestamp::from_millis(1_800_000_000_000)
}

/// A table with one row for each (person, roles, container), one a day, the newest last.
pub(crate) fn table(rows: &[(&str, &[Role], &str)]) -> DocumentTable {
    let store = Store::in_memory().unwrap();
    let mut containers: Vec<&str> = rows.iter().map(|(_, _, container)| *container).collect();
    containers.sort_unstable();
    containers.dedup();
    for container in containers {
        let id = ContainerId::new(container).unwrap();
        let mut sync = store.sync_documents(&id).unwrap();
        for (number, (person, roles, _)) in (0_i64..).zip(rows).filter(|(_, row)| row.2 == container) {
            let days_ago = i64::try_from(rows.len()).unwrap() - number;
            let at = Timestamp::from_millis(now().as_millis() - days_ago * 86_400_000);
            let document = Document {
                conversation: ConversationId::new(format!("{container}/{number}")).unwrap(),
                container: id.clone(),
                person: PersonId::new(*person).unwrap(),
                own: String::new(),
                question: String::new(),
                roles: roles.iter().copied().collect::<RoleSet>(),
                marks: MarkSet::EMPTY,
                asker: None,
                fingerprint: None,
                own_answers: 0,
                reactions: 0,
                first_at: at,
                last_at: at,
                visibility: Visibility::Everyone,
                messages: vec![MessageId::new(format!("chat:m{number}")).unwrap()],
                permalink: None,
            };
            sync.put(&document, model::AudienceId::EVERYONE, None).unwrap();
        }
        sync.finish().unwrap();
    }
    DocumentTable::load(&store, None).unwrap()
}

/// What anyone may be answered from, now.
pub(crate) fn admission(table: &DocumentTable) -> Admission {
    table.admission(Reader::anyone().mask(&model::AudienceTable::new()), now())
}

/// A unit in the lexical pool.
pub(crate) fn unit(
    table: &DocumentTable,
    row: u32,
    lexical: f32,
    coverage: f32,
    cosine: Option<f32>,
) -> Unit {
    let row = table.show(Row(row), &admission(table)).unwrap();
    let (own, question) = (lexical / 2.0, lexical / 2.0);
    let (compared, in_lexical_pool) = (true, lexical > 0.0);
    Unit { row, lexical, own, question, coverage, cosine, compared, in_lexical_pool }
}
