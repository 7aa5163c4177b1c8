//! `GET /docs`: the API, for people; one page without scripts or outside assets, made from the document.

use std::fmt::Write as _;
use std::sync::OnceLock;

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use crate::openapi::document;

/// What the page may do: its own style.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; \
     frame-ancestors 'none'";

/// The page.
pub(crate) async fn docs() -> Response {
    static PAGE: OnceLock<String> = OnceLock::new();
    let page = PAGE.get_or_init(|| write(&document().json));
    let mut response = page.as_str().into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(CONTENT_SECURITY_POLICY));
    response
}

fn write(document: &Value) -> String {
    let mut page = String::from(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>whoknows API</title>\n\
         <meta name=\"viewport\" content=\"width=device-width\">\
         <link rel=\"stylesheet\" href=\"/assets/page.css\"></head>\n<body><main>\n<h1>whoknows API</h1>\n",
    );
    // Writing to a text cannot fail.
    let _ = writeln!(
        page,
        "<p>{}</p>\n<p>For programs: <a href=\"/openapi.json\">/openapi.json</a> (OpenAPI 3.1).</p>",
        paragraphs(&document["info"]["description"])
    );
    for (path, item) in document["paths"].as_object().into_iter().flatten() {
        for (method, operation) in item.as_object().into_iter().flatten() {
            write_operation(&mut page, path, method, operation);
        }
    }
    page.push_str("<h2>Types</h2>\n");
    for (name, schema) in document["components"]["schemas"].as_object().into_iter().flatten() {
        let _ = writeln!(
            page,
            "<section id=\"{0}\"><h3>{0}</h3>\n<p>{1}</p>",
            escape(name),
            text(&schema["description"])
        );
        write_fields(&mut page, schema);
        page.push_str("</section>\n");
    }
    page.push_str("</main></body></html>\n");
    page
}

fn write_operation(page: &mut String, path: &str, method: &str, operation: &Value) {
    let _ = writeln!(
        page,
        "<section><h2><code>{} {}</code></h2>\n<p><strong>{}</strong> {}</p>",
        method.to_uppercase(),
        escape(path),
        text(&operation["summary"]),
        paragraphs(&operation["description"])
    );
    if let Some(scope) = operation["x-scope"].as_str() {
        let _ = writeln!(page, "<p>Scope: <code>{}</code></p>", escape(scope));
    }
    let body = &operation["requestBody"]["content"]["application/json"]["schema"];
    if !body.is_null() {
        let _ = writeln!(page, "<p>Body: {}</p>", type_of(body));
    }
    page.push_str("<ul>\n");
    for parameter in operation["parameters"].as_array().into_iter().flatten() {
        let _ = writeln!(
            page,
            "<li><code>{}</code> ({}): {}</li>",
            text(&parameter["name"]),
            text(&parameter["in"]),
            text(&parameter["description"])
        );
    }
    page.push_str("</ul>\n<ul>\n");
    for (status, response) in operation["responses"].as_object().into_iter().flatten() {
        let schema = &response["content"]["application/json"]["schema"];
        let shape = if schema.is_null() { String::new() } else { format!(": {}", type_of(schema)) };
        let _ = writeln!(page, "<li>{} {}{shape}</li>", escape(status), text(&response["description"]));
    }
    page.push_str("</ul></section>\n");
}

fn write_fields(page: &mut String, schema: &Value) {
    let words = schema["enum"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let words: Vec<&str> = words.collect();
    if !words.is_empty() {
        let _ = writeln!(page, "<p>One of: {}</p>", escape(&words.join(", ")));
    }
    page.push_str("<ul>\n");
    for (name, field) in schema["properties"].as_object().into_iter().flatten() {
        let _ = writeln!(
            page,
            "<li><code>{}</code> {}: {}</li>",
            escape(name),
            type_of(field),
            text(&field["description"])
        );
    }
    page.push_str("</ul>\n");
}

/// A type in words, with a link to its own section where it has one.
fn type_of(schema: &Value) -> String {
    if let Some(name) = schema["$ref"].as_str().and_then(|path| path.rsplit('/').next()) {
        return format!("<a href=\"#{0}\">{0}</a>", escape(name));
    }
    if let Some(choices) = schema["oneOf"].as_array() {
        return choices.iter().map(type_of).collect::<Vec<_>>().join(" or ");
    }
    let named = match &schema["type"] {
        Value::Array(types) => types.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" or "),
        single => single.as_str().unwrap_or("any").to_owned(),
    };
    let items =
        if schema["items"].is_null() { String::new() } else { format!(" of {}", type_of(&schema["items"])) };
    let bounds = ["minimum", "maximum", "minLength", "maxLength", "maxItems"];
    let stated = bounds.iter().filter(|bound| !schema[**bound].is_null());
    let stated: Vec<String> = stated.map(|bound| format!("{bound} {}", schema[*bound])).collect();
    let bounds = if stated.is_empty() { String::new() } else { format!(" ({})", stated.join(", ")) };
    format!("{}{items}{}", escape(&named), escape(&bounds))
}

fn text(value: &Value) -> String {
    escape(value.as_str().unwrap_or_default())
}

fn paragraphs(value: &Value) -> String {
    text(value).replace("\n\n", "</p>\n<p>")
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::table;
    use crate::testing::{get, standard};

    #[tokio::test]
    async fn the_page_tells_every_documented_route_and_loads_nothing_from_outside() {
        let answer = get(standard(), "/docs").await;
        assert_eq!(answer.status, 200);
        for route in table().iter().filter(|route| route.path.starts_with("/v1/")) {
            assert!(answer.body.contains(&escape(route.path)), "{}", route.path);
        }
        for outside in ["http://", "https://", "<script", "style=", "src="] {
            assert!(!answer.body.contains(outside), "{outside}");
        }
        assert!(answer.header("content-security-policy").starts_with("default-src 'none'; style-src 'self'"));
    }

    #[test]
    fn text_stays_text() {
        assert_eq!(escape("<a href=\"x\">&"), "&lt;a href=&quot;x&quot;&gt;&amp;");
    }
}
