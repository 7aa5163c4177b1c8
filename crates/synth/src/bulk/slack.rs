//! The organisation as a chat's own export: a folder for each channel, a file for each of its days.

use std::io::{BufWriter, Write};
use std::path::Path;

use serde_json::json;

use super::{Bulk, Cast, FROM, SPAN_SECONDS, Talk, name};
use crate::Error;

/// Messages of a channel on the days on which something is said there, on average.
const A_DAY: u64 = 40;

/// Writes the lists and the channels' files into `folder`, which is made. Channels for named readers are left
/// out: such an export holds the open ones.
///
/// # Errors
/// What the disk says.
pub fn write_slack(bulk: &Bulk, folder: &Path) -> Result<(), Error> {
    fs_err::create_dir_all(folder)?;
    list(&folder.join("users.json"), bulk.people, |person| {
        let (first, last) = name(person);
        let email = format!("{}.{}@bulk.example", first.to_lowercase(), last.to_lowercase());
        json!({
            "id": format!("U{person:05}"), "name": format!("{}{person}", first.to_lowercase()),
            "profile": {"real_name": format!("{first} {last}"), "email": email},
        })
    })?;
    list(
        &folder.join("channels.json"),
        bulk.channels,
        |channel| json!({"id": format!("C{channel:05}"), "name": format!("channel-{channel}")}),
    )?;
    let mut cast = Cast::of(bulk);
    let mut shares = vec![0_u64; bulk.channels];
    for _ in 0..bulk.messages {
        shares[cast.channels.throw(&mut cast.dice)] += 1;
    }
    for (channel, share) in shares.into_iter().enumerate() {
        write_channel(&mut cast, share, &folder.join(format!("channel-{channel}")))?;
    }
    Ok(())
}

fn list(path: &Path, count: usize, item: impl Fn(usize) -> serde_json::Value) -> Result<(), Error> {
    let mut out = BufWriter::new(fs_err::File::create(path)?);
    for number in 0..count {
        let before = if number == 0 { '[' } else { ',' };
        writeln!(out, "{before}{}", item(number))?;
    }
    writeln!(out, "{}", if count == 0 { "[]" } else { "]" })?;
    Ok(out.flush()?)
}

fn write_channel(cast: &mut Cast, messages: u64, folder: &Path) -> Result<(), Error> {
    fs_err::create_dir_all(folder)?;
    let mut talk = Talk::default();
    let days = (messages / A_DAY).clamp(1, SPAN_SECONDS / 86_400);
    let a_day = messages.div_ceil(days).max(1);
    for day in 0..days {
        let count = a_day.min(messages.saturating_sub(day * a_day));
        if count == 0 {
            break;
        }
        let midnight = FROM + day * (SPAN_SECONDS / 86_400 / days) * 86_400;
        let date = jiff::Timestamp::from_second(midnight as i64).map_err(std::io::Error::other)?;
        let name: String = format!("{date}").chars().take(10).collect();
        let mut out = BufWriter::new(fs_err::File::create(folder.join(format!("{name}.json")))?);
        for number in 0..count {
            let at =
                midnight * 1_000_000 + 28_800_000_000 + number * (36_000_000_000 / count) + talk_micros(day);
            let line = talk.next(cast, None, at);
            let mut record = json!({
                "type": "message", "user": format!("U{:05}", line.author), "ts": stamp(at), "text": line.text,
            });
            // One conversation in four is not held together by the chat.
            if line.first.0 % 4 != 0 {
                record["thread_ts"] = json!(stamp(line.first.1));
            }
            if let Some(person) = line.reacts {
                record["reactions"] = json!([{"name": "+1", "count": 1, "users": [format!("U{person:05}")]}]);
            }
            writeln!(out, "{}{record}", if number == 0 { '[' } else { ',' })?;
        }
        writeln!(out, "]")?;
        out.flush()?;
    }
    Ok(())
}

/// A fraction of a second that no other message of the day's rhythm has.
const fn talk_micros(day: u64) -> u64 {
    day % 997
}

fn stamp(micros: u64) -> String {
    format!("{}.{:06}", micros / 1_000_000, micros % 1_000_000)
}
