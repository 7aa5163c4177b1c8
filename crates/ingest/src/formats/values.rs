//! Small looks into JSON values, for formats whose fields may be missing or of any type.

use model::{AccountKey, SourceName, Timestamp};
use serde_json::Value;
use serde_json::error::Category;

/// The text below a key; `None` if it is missing, blank or no text.
pub(super) fn text<'v>(value: &'v Value, key: &str) -> Option<&'v str> {
    value.get(key).and_then(Value::as_str).filter(|text| !text.trim().is_empty())
}

/// The text or whole number below a key, as a text.
pub(super) fn id(value: &Value, key: &str) -> Option<String> {
    match value.get(key)? {
        Value::String(text) if !text.trim().is_empty() => Some(text.clone()),
        Value::Number(number) if !number.is_f64() => Some(number.to_string()),
        _ => None,
    }
}

/// Whether the value below a key is `true`.
pub(super) fn flag(value: &Value, key: &str) -> bool {
    value.get(key).and_then(Value::as_bool).unwrap_or(false)
}

/// The list below a key; empty if it is missing or no list.
pub(super) fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// The account with a native id in a source; `None` for an empty id.
pub(super) fn account(source: &SourceName, native: &str) -> Option<AccountKey> {
    AccountKey::from_native(source, native.trim()).ok()
}

/// What is wrong with a JSON text, without any text of it.
pub(super) fn syntax(error: &serde_json::Error) -> String {
    let kind = match error.classify() {
        Category::Eof => "ends in the middle of a value",
        Category::Syntax => "is not JSON",
        Category::Data => "holds a value of the wrong type",
        Category::Io => "cannot be read",
    };
    format!("{kind} (line {} of the record, column {})", error.line(), error.column())
}

/// An RFC 3339 time, or Jira's with an offset without colon: `2011-11-01T16:58:41.000+0000`.
pub(super) fn time(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if let Ok(time) = text.parse() {
        return Some(time);
    }
    let cut = text.len().checked_sub(4)?;
    let (date, minutes) = (text.get(..cut)?, text.get(cut..)?);
    let offset_sign = date.chars().last()?;
    if !matches!(offset_sign, '+' | '-') || !minutes.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    format!("{date}{}:{}", minutes.get(..2)?, minutes.get(2..)?).parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<&str>) {
        assert_eq!(time(text).map(|time| time.to_string()).as_deref(), expected, "{text}");
    }

    #[test]
    fn both_forms_of_an_offset_are_read() {
        check("2011-11-01T16:58:41.000+0000", Some("2011-11-01T16:58:41Z"));
        check("2011-11-01T16:58:41.120-0730", Some("2011-11-02T00:28:41.12Z"));
        check("2011-11-01T16:58:41+02:00", Some("2011-11-01T14:58:41Z"));
        check("2011-11-01T16:58:41Z", Some("2011-11-01T16:58:41Z"));
        check("2011-11-01T16:58:41", None);
        check("2011-11-01", None);
        check("", None);
        check("é+00", None);
    }
}
