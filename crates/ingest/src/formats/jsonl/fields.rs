//! Fields of a record, checked: a field is missing, right, or a fault that names it.

use model::Timestamp;
use serde_json::{Map, Value};

use super::MAX_ID_BYTES;

/// The fields of one object.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fields<'v> {
    object: &'v Map<String, Value>,
    /// What stands before a field's name in a fault: `author.`.
    prefix: &'static str,
}

/// A fault: it names the field and never repeats its value.
pub(super) type Checked<T> = Result<T, String>;

impl<'v> Fields<'v> {
    pub(super) fn of(value: &'v Value) -> Option<Self> {
        value.as_object().map(|object| Self { object, prefix: "" })
    }

    /// The value of a field; null is the same as missing.
    pub(super) fn get(&self, name: &str) -> Option<&'v Value> {
        self.object.get(name).filter(|value| !value.is_null())
    }

    pub(super) fn fault(&self, name: &str, what: &str) -> String {
        format!("field \"{}{name}\" {what}", self.prefix)
    }

    fn typed<T>(
        &self,
        name: &str,
        what: &str,
        read: impl FnOnce(&'v Value) -> Option<T>,
    ) -> Checked<Option<T>> {
        let Some(value) = self.get(name) else { return Ok(None) };
        read(value).map(Some).ok_or_else(|| self.fault(name, what))
    }

    pub(super) fn text(&self, name: &str) -> Checked<Option<&'v str>> {
        self.typed(name, "is not a text", Value::as_str)
    }

    /// A text that says something; blank is the same as missing.
    pub(super) fn words(&self, name: &str) -> Checked<Option<String>> {
        let text = self.text(name)?.map(|text| text.replace('\0', ""));
        Ok(text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()))
    }

    pub(super) fn flag(&self, name: &str) -> Checked<Option<bool>> {
        self.typed(name, "is neither true nor false", Value::as_bool)
    }

    pub(super) fn time(&self, name: &str) -> Checked<Option<Timestamp>> {
        let what = "is not an RFC 3339 time such as 2026-01-31T12:00:00Z";
        self.typed(name, what, |value| value.as_str()?.parse().ok())
    }

    /// An id: a text without blanks around it, or a whole number.
    pub(super) fn id(&self, name: &str) -> Checked<Option<String>> {
        self.typed(name, "is not an id: a text of 1 to 1024 bytes, or a whole number", id)
    }

    pub(super) fn ids(&self, name: &str) -> Checked<Option<Vec<String>>> {
        let what = "is not a list of ids";
        self.typed(name, what, |value| value.as_array()?.iter().map(id).collect())
    }

    pub(super) fn texts(&self, name: &str) -> Checked<Vec<String>> {
        let one = |value: &Value| Some(value.as_str()?.trim().to_owned());
        let read = |value: &'v Value| value.as_array()?.iter().map(one).collect::<Option<Vec<String>>>();
        let texts = self.typed(name, "is not a list of texts", read)?.unwrap_or_default();
        Ok(texts.into_iter().filter(|text| !text.is_empty()).collect())
    }

    pub(super) fn object(&self, name: &str, prefix: &'static str) -> Checked<Option<Self>> {
        self.typed(name, "is not an object", |value| Some(Self { object: value.as_object()?, prefix }))
    }

    pub(super) fn objects(&self, name: &str, prefix: &'static str) -> Checked<Vec<Self>> {
        let one = |value: &'v Value| Some(Self { object: value.as_object()?, prefix });
        let all = |value: &'v Value| value.as_array()?.iter().map(one).collect::<Option<Vec<Self>>>();
        Ok(self.typed(name, "is not a list of objects", all)?.unwrap_or_default())
    }

    pub(super) fn count(&self, name: &str) -> Checked<Option<u32>> {
        let read = |value: &Value| Some(u32::try_from(value.as_u64()?).unwrap_or(u32::MAX));
        self.typed(name, "is not a whole number", read)
    }

    pub(super) fn required<T>(&self, name: &str, value: Option<T>) -> Checked<T> {
        value.ok_or_else(|| self.fault(name, "is missing"))
    }
}

fn id(value: &Value) -> Option<String> {
    let id = match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) if !number.is_f64() => number.to_string(),
        _ => return None,
    };
    let fits = !id.is_empty() && id.len() <= MAX_ID_BYTES && !id.chars().any(char::is_control);
    fits.then_some(id)
}
