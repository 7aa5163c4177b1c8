//! The organisation in our own form: all channels in one file, by time.

use std::io::Write;

use serde_json::json;

use super::{Bulk, Cast, FROM, SPAN_SECONDS, Talk, name};
use crate::Error;

/// Writes people, channels and messages, one record a line. One channel in five has no conversations of its own:
/// it is flat.
///
/// # Errors
/// What `out` says.
pub fn write_jsonl(bulk: &Bulk, out: &mut dyn Write) -> Result<(), Error> {
    for person in 0..bulk.people {
        let (first, last) = name(person);
        let email = format!("{}.{}@bulk.example", first.to_lowercase(), last.to_lowercase());
        let record = json!({
            "type": "person", "source": "bulk", "id": format!("p{person}"), "name": format!("{first} {last}"),
            "emails": [email], "team": format!("team {}", person % 97),
        });
        writeln!(out, "{record}")?;
    }
    let members: Vec<Option<Vec<usize>>> = (0..bulk.channels).map(|channel| bulk.members(channel)).collect();
    for (channel, members) in members.iter().enumerate() {
        let visibility = match members {
            Some(members) => json!({"members": members.iter().map(|m| format!("p{m}")).collect::<Vec<_>>()}),
            None => json!("everyone"),
        };
        let record = json!({
            "type": "container", "source": "bulk", "id": format!("c{channel}"),
            "name": format!("channel {channel}"), "visibility": visibility,
        });
        writeln!(out, "{record}")?;
    }
    let mut cast = Cast::of(bulk);
    let mut talks: Vec<Talk> = members.iter().map(|_| Talk::default()).collect();
    for number in 0..bulk.messages {
        let at = FROM * 1_000
            + (u128::from(number) * u128::from(SPAN_SECONDS * 1_000) / u128::from(bulk.messages)) as u64;
        let channel = cast.channels.throw(&mut cast.dice);
        let line = talks[channel].next(&mut cast, members[channel].as_deref(), at);
        let time = jiff::Timestamp::from_millisecond(at as i64).map_err(std::io::Error::other)?;
        let mut record = json!({
            "type": "message", "source": "bulk", "id": format!("c{channel}-{}", line.number),
            "at": format!("{time}"), "channel": format!("c{channel}"),
            "author": {"id": format!("p{}", line.author)}, "text": line.text,
        });
        if channel % 5 != 4 {
            record["conversation"] = json!(format!("{}", line.first.0));
        } else if !line.opens() {
            record["reply_to"] = json!(format!("c{channel}-{}", line.first.0));
        }
        if let Some(person) = line.reacts {
            record["reactions"] = json!([{"name": "+1", "count": 1, "by": [format!("p{person}")]}]);
        }
        writeln!(out, "{record}")?;
    }
    Ok(())
}
