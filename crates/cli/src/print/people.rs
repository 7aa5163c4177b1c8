//! Who is who, for people and for programs.

use engine::{Decided, Decision, Identity, Review};
use model::{AccountKey, EmploymentStatus, Person, PersonKind};
use serde_json::{Value, json};

use super::{safe, say};

/// Prints everybody with the reasons.
pub(crate) fn list(people: &[Identity], as_json: bool) -> anyhow::Result<()> {
    if as_json {
        return print(&json!({ "people": people.iter().map(identity).collect::<Vec<_>>() }));
    }
    for Identity { person, joins } in people {
        let kind = person.directory.kind.map(PersonKind::as_str);
        let status = person.directory.status.filter(|status| *status != EmploymentStatus::Active);
        let told: Vec<&str> = kind.into_iter().chain(status.map(EmploymentStatus::as_str)).collect();
        let told = if told.is_empty() { String::new() } else { format!(" ({})", told.join(", ")) };
        say!("{}{told}", safe(&person.name));
        say!("    {}", safe(&keys(&person.accounts).join("  ")));
        for join in joins {
            let (left, right) = (safe(join.left.as_str()), safe(join.right.as_str()));
            say!("    {left} = {right}: {} ({})", join.rule, safe(&join.shared));
        }
    }
    say!("{} people", people.len());
    Ok(())
}

/// Prints who may be one person.
pub(crate) fn reviews(reviews: &[Review], as_json: bool) -> anyhow::Result<()> {
    if as_json {
        return print(&json!({ "reviews": reviews.iter().map(review).collect::<Vec<_>>() }));
    }
    for Review { candidate, left, right } in reviews {
        let (rule, shared) = (candidate.rule.as_str(), safe(&candidate.shared));
        say!("{} ?= {}: {rule} ({shared}), but {}", safe(&left.name), safe(&right.name), candidate.doubt);
        for person in [left, right] {
            say!("    {}", safe(&keys(&person.accounts).join("  ")));
        }
        let (a, b) = (safe(candidate.left.as_str()), safe(candidate.right.as_str()));
        say!("    one person: whoknows people merge '{a}' '{b}'");
        say!("    two people: whoknows people split '{a}' '{b}'");
    }
    say!("{} pairs to look at", reviews.len());
    Ok(())
}

/// Prints what was decided by hand.
pub(crate) fn decisions(decisions: &[Decision], as_json: bool) -> anyhow::Result<()> {
    if as_json {
        let one = |decision: &Decision| {
            json!({
                "number": decision.number, "kind": decision.kind.as_str(),
                "left": keys(&decision.left), "right": keys(&decision.right),
                "at": decision.at.to_string(), "undone_at": decision.undone_at.map(|at| at.to_string()),
            })
        };
        return print(&json!({ "decisions": decisions.iter().map(one).collect::<Vec<_>>() }));
    }
    for decision in decisions {
        let undone = decision.undone_at.map(|at| format!(", taken back {at}")).unwrap_or_default();
        let [left, right] = [&decision.left, &decision.right].map(|side| safe(&keys(side).join(" ")));
        say!("{}  {}  {left} | {right}  {}{undone}", decision.number, decision.kind.as_str(), decision.at);
    }
    Ok(())
}

/// Prints what a decision did.
pub(crate) fn decided(decided: Decided, undone: bool, as_json: bool) -> anyhow::Result<()> {
    let Decided { number, people, generation } = decided;
    if as_json {
        return print(&json!({ "decision": number, "people": people, "generation": generation }));
    }
    if undone {
        say!("decision {number} is taken back");
    } else {
        say!("decision {number}; `whoknows people undo {number}` takes it back");
    }
    say!("{people} people; generation {generation}");
    Ok(())
}

fn identity(identity: &Identity) -> Value {
    let join = |join: &engine::JoinRow| json!({ "accounts": [join.left.as_str(), join.right.as_str()], "rule": join.rule, "shared": join.shared });
    let mut value = person(&identity.person);
    value["joins"] = identity.joins.iter().map(join).collect();
    value
}

fn review(Review { candidate, left, right }: &Review) -> Value {
    json!({
        "accounts": [candidate.left.as_str(), candidate.right.as_str()],
        "rule": candidate.rule.as_str(), "shared": candidate.shared, "doubt": candidate.doubt,
        "people": [person(left), person(right)],
    })
}

fn person(person: &Person) -> Value {
    json!({
        "id": person.id.as_str(), "name": person.name,
        "kind": person.directory.kind.map(PersonKind::as_str),
        "status": person.directory.status.map(EmploymentStatus::as_str),
        "accounts": keys(&person.accounts), "emails": person.emails,
    })
}

fn keys(accounts: &[AccountKey]) -> Vec<&str> {
    accounts.iter().map(AccountKey::as_str).collect()
}

fn print(value: &Value) -> anyhow::Result<()> {
    super::json(&value)?;
    Ok(())
}
