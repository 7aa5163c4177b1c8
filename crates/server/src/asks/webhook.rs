//! The webhook: every event, signed, in order, until it is taken.
//!
//! Decision: events wait in the file of asks, so that a crash repeats one rather than loses it; whoever takes them
//! tells a repeated one by its `id`. One that is not taken holds up those behind it, so that they come in order.
//! Decision: addresses are judged when they are connected to, not by name, and redirects are not followed, so that a
//! name that turns to an address of this machine or network opens nothing.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::time::Duration;

use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit, Mac};
use model::{AccountKey, Timestamp};
use routing::{Desk, EventRow, What};
use serde_json::{Value, json};
use sha2::Sha256;
use ureq::Agent;
use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};

use crate::outward;

/// The header that carries the signature.
const SIGNATURE: &str = "whoknows-signature";
/// Events that are told in one go.
const AT_ONCE: usize = 50;
/// The first pause after a failure, and the longest, in seconds.
const PAUSES: (i64, i64) = (5, 600);
/// How often an event is tried that the other side calls wrong (a status from 400 on, but for 408, 425 and 429).
const TRIES_IF_WRONG: u32 = 10;

/// Where events are told, and how.
pub struct Webhook {
    url: String,
    secret: Vec<u8>,
    agent: Agent,
}

/// What became of one try.
enum Said {
    Taken,
    /// The other side calls it wrong.
    Wrong,
    Failed,
}

impl Webhook {
    /// Tells `url` (http or https) everything, signed with `secret`. Addresses of this machine and of private
    /// networks are connected to only if they are `allowed`.
    pub fn new(url: &str, secret: &[u8], allowed: bool, timeout: Duration) -> Self {
        let config = outward::bounded(timeout).build();
        let agent = Agent::with_parts(config, DefaultConnector::new(), Guarded { allowed });
        Self { url: url.to_owned(), secret: secret.to_vec(), agent }
    }

    /// Tells what is due, until there is no more or one is not taken.
    ///
    /// # Errors
    /// What the desk says.
    pub(crate) fn deliver(&self, desk: &Desk, clock: fn() -> Timestamp) -> Result<(), routing::Error> {
        for delivery in desk.deliveries(clock(), AT_ONCE)? {
            let (number, tries) = (delivery.event.number, delivery.tries + 1);
            let said = self.tell(&delivery.event, clock());
            match said {
                Said::Taken => desk.delivered(number)?,
                Said::Wrong if tries >= TRIES_IF_WRONG => {
                    tracing::error!(event = number, tries, "the webhook refuses an event; it is left out");
                    desk.delivered(number)?;
                }
                Said::Wrong | Said::Failed => {
                    tracing::warn!(event = number, tries, "the webhook did not take an event");
                    return desk.undelivered(number, clock().plus_seconds(pause(tries)));
                }
            }
        }
        Ok(())
    }

    fn tell(&self, event: &EventRow, now: Timestamp) -> Said {
        let body = body(event).to_string();
        let signature = sign(&self.secret, now, &body);
        let request = self.agent.post(&self.url).header("content-type", "application/json");
        match request.header(SIGNATURE, signature).send(&body) {
            Ok(response) => match response.status().as_u16() {
                200..=299 => Said::Taken,
                408 | 425 | 429 => Said::Failed,
                400..=499 => Said::Wrong,
                _ => Said::Failed,
            },
            Err(error) => {
                tracing::debug!(%error, "the webhook was not reached");
                Said::Failed
            }
        }
    }
}

impl fmt::Debug for Webhook {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Webhook").finish_non_exhaustive()
    }
}

/// Seconds until the next try: twice as long after each.
fn pause(tries: u32) -> i64 {
    let (first, longest) = PAUSES;
    first.saturating_mul(1 << tries.saturating_sub(1).min(20)).min(longest)
}

/// `t=…,v1=…`: the time in seconds, and the HMAC-SHA256 of time, a dot, and the body.
pub(crate) fn sign(secret: &[u8], now: Timestamp, body: &str) -> String {
    let time = now.as_millis().div_euclid(1_000);
    // A key of any length will do, so there is no error; an empty signature would verify nowhere.
    let mac = Hmac::<Sha256>::new_from_slice(secret).map(|mac| {
        let signed = mac.chain_update(format!("{time}.{body}"));
        HEXLOWER.encode(&signed.finalize().into_bytes())
    });
    format!("t={time},v1={}", mac.unwrap_or_default())
}

/// An event as the webhook is told it: ids and accounts, no text. The asker must not be told of an event without
/// `tell_asker`, nor, where `hidden` is true, of the accounts in it.
fn body(event: &EventRow) -> Value {
    let mut body = json!({
        "id": event.number, "type": format!("ask.{}", event.what.as_str()), "at": event.at.to_string(),
        "ask": event.ask, "asker": event.asker.as_str(), "anonymous": event.anonymous,
        "account": event.account.as_ref().map(AccountKey::as_str), "hidden": event.hidden,
        "tell_asker": event.told,
    });
    match &event.what {
        What::Offered { until, .. } | What::Accepted { until, .. } => {
            body["until"] = json!(until.to_string());
        }
        What::Declined { reason, .. } => body["reason"] = reason.as_str().into(),
        What::HandedOff { to, .. } => body["to"] = to.as_str().into(),
        What::Escalated => body["channel"] = json!(event.channel),
        What::Closed { helped } => body["helped"] = json!(helped),
        _ => {}
    }
    body
}

/// Resolves names, and gives only addresses that may be connected to; the connection is made to what it gives.
#[derive(Debug)]
struct Guarded {
    allowed: bool,
}

impl Resolver for Guarded {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let found = DefaultResolver::default().resolve(uri, config, timeout)?;
        let mut kept = self.empty();
        for address in found.iter().filter(|address| self.allowed || is_public(address.ip())) {
            kept.push(*address);
        }
        if kept.is_empty() { Err(ureq::Error::HostNotFound) } else { Ok(kept) }
    }
}

/// Whether an address is one of the open internet's: not of this machine, its network, or for documents and tests.
fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(v4) => {
            let [a, b, c, _] = v4.octets();
            let shared = a == 100 && (64..128).contains(&b);
            let benchmarking = a == 198 && (18..20).contains(&b);
            let protocols = (a, b, c) == (192, 0, 0);
            !(v4.is_private()
                || v4.is_loopback()
                || v4.is_link_local()
                || v4.is_broadcast()
                || v4.is_documentation()
                || v4.is_multicast()
                || shared
                || benchmarking
                || protocols
                || a == 0
                || a >= 240)
        }
        IpAddr::V6(v6) => is_public_v6(v6),
    }
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let [first, second, ..] = address.segments();
    // Global unicast is 2000::/3. Of that, 2002::/16 and 2001::/32 carry an address of the old kind inside, and
    // 2001:db8::/32 is for documents.
    let global = (first & 0xe000) == 0x2000;
    let tunnelled = first == 0x2002 || (first == 0x2001 && second == 0);
    global && !tunnelled && !(first == 0x2001 && second == 0xdb8)
}

#[cfg(test)]
mod tests;
