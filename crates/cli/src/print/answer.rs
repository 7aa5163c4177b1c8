//! An answer on the terminal.

use engine::{Evidence, Expert, Found, Nothing, PastAnswer};

use super::{safe, say};

/// Prints people with reasons and evidence, past answers, or honestly nobody.
pub(crate) fn text(question: &str, found: &Found, took_ms: f64) {
    say!("\n? {}", safe(question));
    for (place, expert) in (1..).zip(&found.experts) {
        person(place, expert);
    }
    if let Some(nothing) = found.nothing {
        say!("  {}", nobody(nothing));
    }
    for fallback in &found.fallback {
        let (channel, source) = (safe(&fallback.channel), &fallback.source);
        say!("  ask in {channel} ({source}): {}", fallback.why);
    }
    if !found.answers.is_empty() {
        say!("  already answered:");
        found.answers.iter().for_each(answer);
    }
    for degraded in &found.degraded {
        say!("  (degraded: {})", degraded.as_str());
    }
    say!("  {took_ms:.1} ms, generation {}", found.generation);
}

pub(super) fn nobody(nothing: Nothing) -> &'static str {
    match nothing {
        Nothing::NoEvidence => "nobody is known to know: nothing readable comes near the question",
        Nothing::BelowConfidence => "nobody is known to know: what comes near is too weak to name anybody",
        Nothing::AllFiltered => "the filters leave nobody",
    }
}

fn person(place: usize, expert: &Expert) {
    let about: Vec<String> =
        [&expert.title, &expert.team].into_iter().flatten().map(|text| safe(text)).collect();
    let about = if about.is_empty() { String::new() } else { format!(" · {}", about.join(", ")) };
    let fresh = if expert.fresh { "" } else { ", not lately" };
    say!("  {place}. {}{about}  [{}{fresh}]", safe(&expert.name), expert.confidence.as_str());
    let reasons: Vec<&str> = expert.reasons.iter().map(|reason| reason.text.as_str()).collect();
    if !reasons.is_empty() {
        say!("     {}", reasons.join("; "));
    }
    expert.evidence.iter().for_each(evidence);
}

fn evidence(evidence: &Evidence) {
    let at = evidence.at.to_string();
    let day = at.split('T').next().unwrap_or(&at);
    let place = format!("{} {}", evidence.source, safe(&evidence.channel));
    say!("     – {day} {place} ({}): {}", evidence.role, safe(&evidence.snippet));
}

fn answer(answer: &PastAnswer) {
    let at = answer.at.to_string();
    let day = at.split('T').next().unwrap_or(&at);
    let marks =
        if answer.signals.is_empty() { String::new() } else { format!(" [{}]", answer.signals.join(", ")) };
    let stale = if answer.stale { " (old)" } else { "" };
    say!("     Q {}", safe(&answer.question));
    say!("     A {} — {}, {day}{marks}{stale}", safe(&answer.answer), safe(&answer.by_name));
}
