//! What people hide, for people and for programs.

use engine::optout::OptOut;
use serde_json::json;

use super::{safe, say};

/// Prints opt-outs, one a line.
pub(crate) fn list(opt_outs: &[OptOut], as_json: bool) -> anyhow::Result<()> {
    if as_json {
        let one = |one: &OptOut| {
            json!({
                "id": one.id, "kind": one.hides.kind(), "what": one.hides.said(),
                "accounts": one.accounts.iter().map(ToString::to_string).collect::<Vec<_>>(),
                "wrong": one.is_wrong, "by_operator": one.by_operator, "at": one.at.to_string(),
            })
        };
        let all = json!({ "hidden": opt_outs.iter().map(one).collect::<Vec<_>>() });
        super::json(&all)?;
        return Ok(());
    }
    for one in opt_outs {
        let accounts: Vec<&str> = one.accounts.iter().map(model::AccountKey::as_str).collect();
        let wrong = if one.is_wrong { " (wrong)" } else { "" };
        let (kind, said) = (one.hides.kind(), one.hides.said());
        say!("{}  {kind} {}{wrong}  {}", one.id, safe(&said), safe(&accounts.join("  ")));
    }
    Ok(())
}
