//! Chats that come otherwise than the samples do, and floods that must not cost more than their size.

use std::fmt::Write as _;

use crate::support::{folder, read};
use model::Visibility;

const GRAPH_MESSAGE: &str = r#"{"id":"1","messageType":"message","createdDateTime":"2024-05-01T08:00:00Z",
    "from":{"user":{"id":"U1","displayName":"Ann"}},"body":{"contentType":"text","content":"hello"},
    "channelIdentity":{"teamId":"t","channelId":"c"}}"#;

#[test]
fn bare_lists_of_the_graph_interface_are_no_slack() {
    let export = folder(&[
        (
            "channels.json",
            br#"[{"id":"c","displayName":"General","membershipType":"standard","teamId":"t"}]"#,
        ),
        ("users.json", br#"[{"id":"U1","displayName":"Ann","userPrincipalName":"ann@example.com"}]"#),
        ("team.json", br#"{"id":"t","displayName":"Eng","visibility":"Public"}"#),
        ("2024/messages.json", format!("[{GRAPH_MESSAGE}]").as_bytes()),
    ]);
    let (kept, report) = read(export.path());
    assert_eq!(kept.texts(), ["hello"]);
    assert_eq!((report.issues, kept.reasons()), (0, Vec::new()));
    let open = kept.records.iter().any(|record| {
        matches!(record, ingest::Record::Container(container)
            if container.name == "Eng / General" && container.stated_visibility == Some(Visibility::Everyone))
    });
    assert!(open, "{:?}", kept.records);
}

#[test]
fn a_single_file_of_messages_is_enough() {
    let lines = GRAPH_MESSAGE.replace('\n', " ").repeat(2).replace("}{", "}\n{");
    let post =
        r#"{"type":"post","post":{"team":"t","channel":"c","user":"ann","message":"hello","create_at":1}}"#;
    let open = r#"{"type":"team","team":{"name":"t","type":"O"}}"#;
    let channel = r#"{"type":"channel","channel":{"team":"t","name":"c","type":"O"}}"#;
    let bulk = format!("{{\"type\":\"version\",\"version\":1}}\n{open}\n{channel}\n{post}\n{post}\n");
    for (name, text) in [("teams.ndjson", lines), ("export.jsonl", bulk)] {
        let export = folder(&[(name, text.as_bytes())]);
        let (kept, _) = read(&export.path().join(name));
        assert_eq!(kept.texts(), ["hello", "hello"], "{name}");
    }
}

#[test]
fn a_private_team_whose_members_are_not_listed_is_closed() {
    let export = folder(&[
        ("teams.json", br#"[{"id":"t","displayName":"Board","visibility":"Private"}]"#),
        (
            "channels.json",
            br#"[{"id":"c","displayName":"General","membershipType":"standard","teamId":"t"}]"#,
        ),
        ("messages.json", format!("[{GRAPH_MESSAGE}]").as_bytes()),
    ]);
    let (kept, report) = read(export.path());
    assert!(kept.texts().is_empty());
    assert_eq!((report.skipped.get("private channel left out"), report.refused), (Some(&1), 1));
}

#[test]
fn floods_of_names_and_reactions_cost_what_they_weigh() {
    let (mut reactions, mut mentions) = (String::new(), String::new());
    for n in 0..200_000 {
        let comma = if n == 0 { "" } else { "," };
        let _ = write!(reactions, "{comma}{{\"emoji\":{{\"name\":\"e{n}\"}},\"count\":1}}");
        let _ = write!(mentions, "{comma}{{\"id\":\"{n}\"}}");
    }
    let message = format!(
        r#"{{"id":"1","type":"Default","timestamp":"2024-05-01T08:00:00Z","content":"x","author":{{"id":"1","name":"a"}},
        "reactions":[{reactions}],"mentions":[{mentions}]}}"#
    );
    let file = format!(
        r#"{{"guild":{{"id":"1","name":"g"}},"channel":{{"id":"2","type":"GuildTextChat","name":"c"}},"messages":[{message}],"messageCount":1}}"#
    );
    let export = folder(&[("c.json", file.as_bytes())]);
    let (kept, _) = read(export.path());
    let message = &kept.messages().next().unwrap().message;
    assert_eq!((message.mentions.len(), message.reactions.len()), (200_000, 256));
}
