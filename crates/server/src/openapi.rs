//! The OpenAPI 3.1 document, made from the routes and wire types themselves.
//!
//! Decision: what every route shares (who may use it, the problems it can answer with, the request's id) is added
//! from the table of routes rather than written at each, so that no route can forget it.

use std::sync::OnceLock;

use serde_json::{Value, json};
use utoipa::OpenApi;

use crate::app::table;
use crate::problem::ProblemBody;
use crate::routes;
use crate::who::Access;

/// What is written at the routes.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "whoknows",
        version = "1",
        description = "Names the few colleagues who have shown that they know, with the evidence.\n\nEvery answer \
            obeys the rights of who asks, which follow from what the request shows: an API key (`whoknows keys \
            create`), a token of the organization's issuer, or, on a loopback address where the options let it, \
            nothing. What an asker may not read changes nothing in an answer."
    ),
    paths(
        routes::search::search,
        routes::batch::batch,
        routes::people::people,
        routes::people::person,
        routes::topics::topics,
        routes::topics::experts,
        routes::me::me,
        routes::me::hidden,
        routes::me::hide,
        routes::me::show,
        routes::me::wrong,
        routes::me::why,
        routes::me::export,
        routes::erase::erase,
        routes::erase::receipt,
        routes::messages::messages,
        routes::index::index,
        routes::jobs::order,
        routes::jobs::jobs,
        routes::jobs::job,
        routes::jobs::cancel,
        routes::jobs::events,
        routes::asks::put,
        routes::asks::list,
        routes::asks::one,
        routes::asks::accept,
        routes::asks::decline,
        routes::asks::hand_off,
        routes::asks::answer,
        routes::asks::close,
        routes::asks::reveal,
        routes::feedback::feedback,
        routes::availability::show,
        routes::availability::put,
        routes::events::events,
        routes::healthz::healthz,
        routes::readyz::readyz,
        routes::metrics::metrics,
        routes::audit::audit,
    ),
    components(schemas(ProblemBody)),
    tags(
        (name = "questions", description = "Who knows"),
        (name = "people", description = "Who somebody is"),
        (name = "topics", description = "What people are known for"),
        (name = "me", description = "What is told of oneself"),
        (name = "asks", description = "Questions put to people, and when people want to be asked"),
        (name = "records", description = "Records in"),
        (name = "jobs", description = "Long work beside the answers"),
        (name = "operation", description = "Whether and how it runs"),
    )
)]
struct Written;

/// A kind of problem: status and when.
type Kind = (u16, &'static str);

/// Problems of every route.
const EVERYWHERE: [Kind; 3] = [
    (421, "Addressed to a host name that is not this server's"),
    (500, "A fault of the server; its log has it under the request's id"),
    (503, "Too much at once, or not ready; `Retry-After` says when to come back"),
];
/// Problems of every route that is not open.
const GUARDED: [Kind; 3] = [
    (401, "No key or token, or one that opens nothing"),
    (403, "Not with this key or token"),
    (429, "Too often; `Retry-After` says when to come back"),
];
/// Problems of every route that takes a body.
const WITH_BODY: [Kind; 5] = [
    (400, "The body is not JSON, or broke off"),
    (408, "The body did not arrive in time"),
    (413, "The body is too large"),
    (415, "The body is not declared as JSON, or is encoded"),
    (422, "A field is missing, unknown or out of its range; `field` names it"),
];
/// Problems of every route that takes a query.
const WITH_QUERY: [Kind; 1] = [(422, "A field is missing, unknown or out of its range; `field` names it")];

/// The document, and the same as text.
pub(crate) struct Document {
    pub(crate) json: Value,
    pub(crate) text: String,
}

/// The document; made once.
pub(crate) fn document() -> &'static Document {
    static DOCUMENT: OnceLock<Document> = OnceLock::new();
    DOCUMENT.get_or_init(|| {
        let json = complete(serde_json::to_value(Written::openapi()).unwrap_or_default());
        let text = serde_json::to_string_pretty(&json).unwrap_or_default() + "\n";
        Document { json, text }
    })
}

fn complete(mut document: Value) -> Value {
    document["components"]["securitySchemes"] = json!({ "bearer": {
        "type": "http", "scheme": "bearer",
        "description": "An API key (`wk1_…`) or a token of the organization's OpenID Connect issuer."
    }});
    document["components"]["headers"] = json!({
        "RequestId": { "description": "Names the request in the log; taken from the request if it sends a sane one.",
            "schema": { "type": "string" } },
        "RetryAfter": { "description": "Seconds to wait.", "schema": { "type": "integer", "minimum": 1 } }
    });
    for route in table() {
        let item = &mut document["paths"][route.path];
        let operations = item.as_object_mut().into_iter().flatten();
        for (_, operation) in operations {
            complete_operation(operation, route.access);
        }
    }
    // A route that is not documented was not there to be completed.
    if let Some(paths) = document["paths"].as_object_mut() {
        paths.retain(|_, item| !item.is_null());
    }
    document
}

fn complete_operation(operation: &mut Value, access: Access) {
    let takes_body = operation.get("requestBody").is_some();
    let in_query = |parameter: &Value| parameter["in"] == "query";
    let takes_query =
        operation["parameters"].as_array().is_some_and(|parameters| parameters.iter().any(in_query));
    let mut kinds = EVERYWHERE.to_vec();
    if let Access::Scope(scope) = access {
        kinds.extend(GUARDED);
        // Where nobody need show anything, an empty requirement says so.
        operation["security"] = json!([{ "bearer": [] }]);
        operation["x-scope"] = scope.as_str().into();
        if let Some(parameters) = operation
            .as_object_mut()
            .map(|operation| operation.entry("parameters").or_insert_with(|| json!([])))
            && let Some(list) = parameters.as_array_mut()
        {
            list.push(json!({
                "name": "x-on-behalf-of", "in": "header", "required": false,
                "description": "For bots: the account for which the bot speaks, in a source of the key's.",
                "schema": { "type": "string", "pattern": "^[a-z0-9._-]+:[!-~]+$" }
            }));
        }
    }
    if takes_body {
        kinds.extend(WITH_BODY);
    }
    if takes_query {
        kinds.extend(WITH_QUERY);
    }
    let Some(responses) = operation["responses"].as_object_mut() else { return };
    for (status, description) in kinds {
        responses.entry(status.to_string()).or_insert_with(|| {
            json!({ "description": description, "content": { "application/problem+json": {
                "schema": { "$ref": "#/components/schemas/Problem" } } } })
        });
    }
    // The answer of the connection itself, before there is a request: it has neither body nor id.
    let too_long = json!({ "description": "The head is longer than 16 KiB; without a body" });
    for (status, response) in responses.iter_mut() {
        response["headers"]["x-request-id"] = json!({ "$ref": "#/components/headers/RequestId" });
        // A schema here would be the whole stream's for some readers and one event's for others: OpenAPI 3.1 has
        // none for events, the description tells them.
        if let Some(stream) = response.pointer_mut("/content/text~1event-stream") {
            *stream = json!({});
        }
        if matches!(status.as_str(), "429" | "503") {
            response["headers"]["retry-after"] = json!({ "$ref": "#/components/headers/RetryAfter" });
        }
    }
    responses.insert("431".to_owned(), too_long);
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// Routes for browsers; everything else is documented.
    const FOR_BROWSERS: [&str; 4] = ["/", "/assets/{name}", "/docs", "/openapi.json"];

    #[test]
    fn every_route_is_in_the_document_and_nothing_else() {
        let documented: BTreeSet<&str> =
            document().json["paths"].as_object().unwrap().keys().map(String::as_str).collect();
        let routes: BTreeSet<&str> =
            table().iter().map(|route| route.path).filter(|path| !FOR_BROWSERS.contains(path)).collect();
        assert_eq!(documented, routes);
    }

    #[test]
    fn the_document_is_the_one_in_the_tree() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/openapi.json");
        let renew = std::env::var_os("RENEW_SNAPSHOTS").is_some();
        if renew {
            std::fs::write(path, &document().text).unwrap();
        }
        let kept = std::fs::read_to_string(path).unwrap_or_default();
        assert!(
            kept == document().text,
            "the API has changed: RENEW_SNAPSHOTS=1 writes crates/server/openapi.json"
        );
    }

    #[test]
    fn every_operation_says_who_may_and_what_can_go_wrong() {
        assert_eq!(document().json["openapi"], "3.1.0");
        for (path, item) in document().json["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                let responses = operation["responses"].as_object().unwrap();
                let open = operation.get("security").is_none();
                assert_eq!(responses.contains_key("401"), !open, "{method} {path}");
                let well = ["200", "202", "204"].iter().any(|status| responses.contains_key(*status));
                assert!(responses.contains_key("503") && well, "{method} {path}");
                assert!(operation["summary"].is_string(), "{method} {path}");
            }
        }
    }
}
