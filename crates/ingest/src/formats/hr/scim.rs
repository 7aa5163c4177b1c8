//! SCIM users (RFC 7643): the core schema, and the enterprise one for department and manager.

use model::{Account, DirectoryEntry, Employment, EmploymentStatus, PersonKind, SourceName};
use serde_json::Value;

use crate::formats::desk::address;
use crate::formats::values;

/// The key of the enterprise schema's part.
const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/// The account of a user; `None` without any id.
pub(super) fn account(source: &SourceName, user: &Value) -> Option<Account> {
    let enterprise = user.get(ENTERPRISE).unwrap_or(&Value::Null);
    let text = |value: &Value, name: &str| values::text(value, name).map(|text| text.trim().to_owned());
    let id = values::id(enterprise, "employeeNumber")
        .or_else(|| values::id(user, "externalId"))
        .or_else(|| values::id(user, "id"))
        .or_else(|| text(user, "userName"))?;
    let mut emails: Vec<String> = Vec::new();
    let listed = values::list(user, "emails").iter();
    let listed = listed.filter_map(|email| email.as_str().or_else(|| values::text(email, "value")));
    for email in listed.chain(values::text(user, "userName")).filter_map(address) {
        if !emails.contains(&email) {
            emails.push(email);
        }
    }
    let name = user.get("name").unwrap_or(&Value::Null);
    let parts: Vec<String> = ["givenName", "familyName"].iter().filter_map(|part| text(name, part)).collect();
    let whole = text(name, "formatted").or_else(|| (!parts.is_empty()).then(|| parts.join(" ")));
    let active = user.get("active").and_then(Value::as_bool);
    let addresses = values::list(user, "addresses");
    let region = addresses
        .iter()
        .find_map(|place| ["region", "locality", "country"].iter().find_map(|part| text(place, part)));
    let manager = enterprise.get("manager").unwrap_or(&Value::Null);
    Some(Account {
        key: values::account(source, &id)?,
        name: text(user, "displayName").or(whole),
        verified_emails: emails,
        bot: false,
        directory: DirectoryEntry {
            status: active
                .map(|active| if active { EmploymentStatus::Active } else { EmploymentStatus::Departed }),
            title: text(user, "title"),
            team: text(enterprise, "department").or_else(|| text(enterprise, "division")),
            region,
            languages: text(user, "preferredLanguage").into_iter().collect(),
            timezone: text(user, "timezone"),
            employment: Employment {
                manager: text(manager, "value").or_else(|| text(manager, "displayName")),
                ..Employment::default()
            },
            user_name: text(user, "userName").filter(|name| !name.contains('@')),
            full_name: None,
            kind: text(user, "userType").as_deref().and_then(PersonKind::parse),
        },
    })
}
