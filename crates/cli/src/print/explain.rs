//! An explanation, for people and for programs.

use engine::explained::{
    AskedFor, Behind, Counterfactual, Explained, ExplainedFeature, ExplainedPart, ExplainedPerson, Stand,
};
use model::Named as _;
use serde_json::{Value, json};

use super::{safe, say};

/// Prints parts, features and evidence of the people shown, then why, why not and what if.
pub(crate) fn text(question: &str, explained: &Explained) {
    say!("\n? {}  (who {}, generation {})", safe(question), explained.view.as_str(), explained.generation);
    if let Some(nothing) = explained.nothing {
        say!("  {}", super::answer::nobody(nothing));
    }
    for told in &explained.people {
        person(told);
    }
    if let Some(asked) = &explained.asked_for {
        asked_for(asked);
    }
    if let Some(without) = &explained.without {
        counterfactual(without);
    }
}

fn person(person: &ExplainedPerson) {
    let place = person.place.map_or("–".to_owned(), |place| place.to_string());
    say!("  {place}. {} ({})  score {:+.3}", safe(&person.name), safe(person.person.as_str()), person.score);
    for ExplainedPart { name, amount, features } in &person.parts {
        say!("     {name:<12} {amount:+.3}");
        features.iter().for_each(feature);
    }
    if !person.evidence.is_empty() {
        say!("     evidence, by its share:");
    }
    for evidence in &person.evidence {
        let (channel, snippet) = (safe(&evidence.channel), safe(&evidence.snippet));
        say!(
            "       {:>3.0} %  {}  {} {channel}: {snippet}",
            evidence.share * 100.0,
            evidence.id,
            evidence.source
        );
    }
}

fn feature(feature: &ExplainedFeature) {
    let ExplainedFeature { name, value, z, weight, amount, of_nothing, .. } = feature;
    say!(
        "       {name:<19} {amount:+.3} = {weight:.2} × z {z:+.2} of {value:.2}; nothing of it {of_nothing:+.3}"
    );
    for document in &feature.documents {
        say!("         {:+.3}  {}  ({:.2})", document.amount, document.id, document.value);
    }
    if feature.n_others > 0 {
        say!("         {:+.3}  {} more", feature.others, feature.n_others);
    }
}

fn asked_for(asked: &AskedFor) {
    let who = asked.person.as_ref().map_or(&asked.asked, |person| &person.name);
    if asked.is_shown {
        say!("\n  why {}:", safe(who));
    } else {
        say!("\n  why not {}:", safe(who));
    }
    if let Some(told) = &asked.person {
        person(told);
    }
    if let Some(Behind { name, place, score, gaps, .. }) = &asked.behind {
        say!("     behind {} in place {place} (score {score:+.3}), by part:", safe(name));
        for gap in gaps {
            say!("       {:<12} {:+.3} against {:+.3}", gap.part.as_str(), gap.mine, gap.theirs);
        }
    }
    for missing in &asked.missing {
        say!("     missing: {} [{}]", missing.text, missing.code);
    }
}

fn counterfactual(without: &Counterfactual) {
    let documents = if without.n_documents == 1 { "document" } else { "documents" };
    say!("\n  without {} ({} {documents}):", safe(&without.evidence), without.n_documents);
    for moved in &without.people {
        say!(
            "     {:<30} {} → {}",
            safe(&moved.name),
            stand_text(moved.before.as_ref()),
            stand_text(moved.after.as_ref())
        );
        let changes = changes(moved.before.as_ref(), moved.after.as_ref());
        if !changes.is_empty() {
            say!("       {}", changes.join(", "));
        }
    }
}

fn stand_text(stand: Option<&Stand>) -> String {
    match stand {
        None => "no candidate".to_owned(),
        Some(Stand { place: None, score, .. }) => format!("not named ({score:+.3})"),
        Some(Stand { place: Some(place), score, .. }) => format!("place {place} ({score:+.3})"),
    }
}

/// The parts that change by a thousandth or more.
fn changes(before: Option<&Stand>, after: Option<&Stand>) -> Vec<String> {
    let (Some(before), Some(after)) = (before, after) else { return Vec::new() };
    let of = |stand: &Stand, name: &str| {
        stand.parts.iter().find(|(part, _)| *part == name).map_or(0.0, |(_, amount)| *amount)
    };
    let mut names: Vec<&str> = before.parts.iter().chain(&after.parts).map(|(name, _)| *name).collect();
    let mut seen = std::collections::BTreeSet::new();
    names.retain(|name| seen.insert(*name));
    let change = |name: &str| (name.to_owned(), of(after, name) - of(before, name));
    let changes = names.into_iter().map(change).filter(|(_, change)| change.abs() >= 0.001);
    changes.map(|(name, change)| format!("{name} {change:+.3}")).collect()
}

/// Prints everything as JSON.
pub(crate) fn json(explained: &Explained) -> anyhow::Result<()> {
    let value = json!({
        "view": explained.view.as_str(),
        "generation": explained.generation,
        "reason": explained.nothing.map(engine::Nothing::as_str),
        "people": explained.people.iter().map(person_json).collect::<Vec<_>>(),
        "asked_for": explained.asked_for.as_ref().map(asked_json),
        "without": explained.without.as_ref().map(without_json),
    });
    super::json(&value)?;
    Ok(())
}

fn person_json(person: &ExplainedPerson) -> Value {
    let evidence = |evidence: &engine::Evidence| {
        json!({
            "id": evidence.id, "share": evidence.share, "source": evidence.source, "channel": evidence.channel,
            "role": evidence.role.as_str(), "at": evidence.at.to_string(), "snippet": evidence.snippet,
        })
    };
    json!({
        "person_id": person.person.as_str(), "display_name": person.name, "place": person.place,
        "score": person.score, "parts": person.parts.iter().map(part_json).collect::<Vec<_>>(),
        "evidence": person.evidence.iter().map(evidence).collect::<Vec<_>>(),
    })
}

fn part_json(part: &ExplainedPart) -> Value {
    let feature = |feature: &ExplainedFeature| {
        let documents: Vec<Value> = feature
            .documents
            .iter()
            .map(|document| json!({ "id": document.id, "value": document.value, "amount": document.amount }))
            .collect();
        json!({
            "name": feature.name, "value": feature.value, "z": feature.z, "weight": feature.weight,
            "amount": feature.amount, "of_nothing": feature.of_nothing, "documents": documents,
            "others": { "count": feature.n_others, "amount": feature.others },
        })
    };
    let features: Vec<Value> = part.features.iter().map(feature).collect();
    json!({ "name": part.name, "amount": part.amount, "features": features })
}

fn asked_json(asked: &AskedFor) -> Value {
    let behind = |behind: &Behind| {
        let gap = |gap: &query::explain::Gap| json!({ "part": gap.part.as_str(), "mine": gap.mine, "theirs": gap.theirs, "behind": gap.behind() });
        json!({
            "person_id": behind.person.as_str(), "display_name": behind.name, "place": behind.place,
            "score": behind.score, "gaps": behind.gaps.iter().map(gap).collect::<Vec<_>>(),
        })
    };
    let missing = asked.missing.iter().map(|missing| json!({ "code": missing.code, "text": missing.text }));
    json!({
        "asked": asked.asked, "is_shown": asked.is_shown, "person": asked.person.as_ref().map(person_json),
        "behind": asked.behind.as_ref().map(behind), "missing": missing.collect::<Vec<_>>(),
    })
}

fn without_json(without: &Counterfactual) -> Value {
    let stand = |stand: &Stand| {
        let parts: serde_json::Map<String, Value> =
            stand.parts.iter().map(|(name, amount)| ((*name).to_owned(), json!(amount))).collect();
        json!({ "place": stand.place, "score": stand.score, "parts": parts })
    };
    let people = without.people.iter().map(|moved| {
        json!({
            "person_id": moved.person.as_str(), "display_name": moved.name,
            "before": moved.before.as_ref().map(stand), "after": moved.after.as_ref().map(stand),
        })
    });
    json!({
        "evidence": without.evidence, "documents": without.n_documents,
        "people": people.collect::<Vec<_>>(),
    })
}
