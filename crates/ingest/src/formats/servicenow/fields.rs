//! Fields in their shapes: a text, what is stored and what is shown, or a link to another record.

use model::Timestamp;
use serde_json::Value;

use crate::formats::dates::Dates;
use crate::formats::values;

/// Whom or what a field leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Reference<'v> {
    /// The record's `sys_id`.
    pub(super) id: Option<&'v str>,
    /// What it is called.
    pub(super) name: Option<&'v str>,
    /// The address of the record.
    pub(super) link: Option<&'v str>,
}

/// Whether a text is a `sys_id`: 32 hexadecimal digits.
pub(super) fn is_id(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Reads a reference: an id or a name, `{link, value}`, or `{display_value, value or link}`.
pub(super) fn reference<'v>(value: &'v Value, field: &str) -> Reference<'v> {
    let Some(found) = value.get(field) else { return Reference::default() };
    if let Some(text) = found.as_str().map(str::trim).filter(|text| !text.is_empty()) {
        let (id, name) = if is_id(text) { (Some(text), None) } else { (None, Some(text)) };
        return Reference { id, name, link: None };
    }
    let part = |name: &str| values::text(found, name).map(str::trim);
    let link = part("link");
    let stored = part("value");
    let id = stored.filter(|text| is_id(text)).or_else(|| link?.rsplit('/').next().filter(|id| is_id(id)));
    let shown = part("display_value").or(stored).filter(|text| !is_id(text));
    Reference { id, name: shown, link }
}

/// What a field says to people.
pub(super) fn text<'v>(value: &'v Value, field: &str) -> Option<&'v str> {
    let found = value.get(field)?;
    let text = found
        .as_str()
        .or_else(|| values::text(found, "display_value"))
        .or_else(|| values::text(found, "value"));
    text.map(str::trim).filter(|text| !text.is_empty())
}

/// What is stored in a field, which does not depend on who exports.
pub(super) fn stored<'v>(value: &'v Value, field: &str) -> Option<&'v str> {
    let found = value.get(field)?;
    let text = found
        .as_str()
        .or_else(|| values::text(found, "value"))
        .or_else(|| values::text(found, "display_value"));
    text.map(str::trim).filter(|text| !text.is_empty())
}

/// The time in a field: UTC where it is stored, in the exporting user's way where only that is there.
pub(super) fn time(value: &Value, field: &str) -> Option<Timestamp> {
    stored(value, field).and_then(|text| Dates::default().time(text))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn references_are_read_in_every_shape() {
        let id = "6816f79cc0a8016401c5a33be04be441";
        let link = format!("https://desk.example.com/api/now/table/sys_user/{id}");
        for (shape, expected) in [
            (json!(id), (Some(id), None)),
            (json!("Ann Example"), (None, Some("Ann Example"))),
            (json!({"link": link, "value": id}), (Some(id), None)),
            (json!({"display_value": "Ann Example", "link": link}), (Some(id), Some("Ann Example"))),
            (json!({"display_value": "Ann Example", "value": id}), (Some(id), Some("Ann Example"))),
            (json!({"display_value": "", "value": ""}), (None, None)),
            (json!(""), (None, None)),
            (json!(null), (None, None)),
        ] {
            let value = json!({ "who": shape });
            let read = reference(&value, "who");
            assert_eq!((read.id, read.name), expected, "{value}");
        }
    }
}
