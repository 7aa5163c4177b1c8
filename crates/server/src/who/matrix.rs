//! Who may do what: every route × every kind of caller, over real HTTP. A route without a row fails.

use std::collections::BTreeSet;
use std::sync::Arc;

use engine::ExportReport;
use model::{AccountKey, SourceName, Timestamp};
use tempfile::TempDir;

use super::jwt::tests::{Issuer, claims};
use crate::app::{App, table};
use crate::audit::AuditLog;
use crate::keys::{Draft, KeyFile, Owner, RANDOM_BYTES, Scope};
use crate::openapi::document;
use crate::testing::{Made, Running, asks, clock, config, exchange, found};
use crate::{Config, Intake, Live, Rate, Token};

/// Every kind of caller, in the order of the columns.
const CALLERS: [&str; 8] =
    ["admin", "user", "service", "bot", "expired", "revoked", "wrong audience", "none"];

/// Method, path, and what each caller is answered. The service may search, send records and read figures; user
/// and bot may search and look people up, the user sees and changes what is told of them.
const ROWS: &[(&str, &str, [u16; 8])] = &[
    ("GET", "/", [200; 8]),
    ("GET", "/assets/page.css", [200; 8]),
    ("GET", "/healthz", [200; 8]),
    ("GET", "/readyz", [200; 8]),
    ("POST", "/v1/experts/search", [200, 200, 200, 200, 401, 401, 401, 401]),
    ("GET", "/openapi.json", [200; 8]),
    ("GET", "/docs", [200; 8]),
    ("POST", "/v1/experts/batch", [200, 200, 200, 200, 401, 401, 401, 401]),
    ("GET", "/v1/people", [200, 200, 403, 200, 401, 401, 401, 401]),
    ("GET", "/v1/people/slack%3AU1", [200, 200, 403, 200, 401, 401, 401, 401]),
    ("GET", "/v1/topics", [200, 200, 403, 200, 401, 401, 401, 401]),
    ("GET", "/v1/topics/label%20printer/experts", [200, 200, 403, 200, 401, 401, 401, 401]),
    ("GET", "/v1/me", [200, 200, 403, 403, 401, 401, 401, 401]),
    ("GET", "/v1/me/hidden", [200, 200, 403, 403, 401, 401, 401, 401]),
    ("POST", "/v1/me/hidden", [200, 200, 403, 403, 401, 401, 401, 401]),
    ("DELETE", "/v1/me/hidden/0123456789abcdef", [204, 204, 403, 403, 401, 401, 401, 401]),
    ("POST", "/v1/me/topics/vpn/wrong", [200, 200, 403, 403, 401, 401, 401, 401]),
    ("GET", "/v1/me/why?query=how", [200, 200, 403, 403, 401, 401, 401, 401]),
    ("GET", "/v1/me/export", [200, 200, 403, 403, 401, 401, 401, 401]),
    ("POST", "/v1/messages", [200, 403, 200, 403, 401, 401, 401, 401]),
    ("GET", "/v1/admin/audit", [200, 403, 403, 403, 401, 401, 401, 401]),
    ("GET", "/v1/admin/index", [200, 403, 403, 403, 401, 401, 401, 401]),
    ("POST", "/v1/admin/jobs", [202, 403, 403, 403, 401, 401, 401, 401]),
    ("GET", "/v1/jobs", [200, 403, 403, 403, 401, 401, 401, 401]),
    ("DELETE", "/v1/jobs/1", [200, 403, 403, 403, 401, 401, 401, 401]),
    ("GET", "/v1/jobs/1", [200, 403, 403, 403, 401, 401, 401, 401]),
    ("GET", "/v1/jobs/1/events", [200, 403, 403, 403, 401, 401, 401, 401]),
    ("GET", "/v1/me/erase/receipt", [404; 8]),
    // The body is confirmed with an account of the administrator's.
    ("POST", "/v1/me/erase", [202, 422, 403, 403, 401, 401, 401, 401]),
    ("POST", "/v1/asks", [200, 200, 403, 403, 401, 401, 401, 401]),
    ("GET", "/v1/asks", [200, 200, 403, 403, 401, 401, 401, 401]),
    ("GET", "/v1/asks/0123456789abcdef", [404, 404, 403, 403, 401, 401, 401, 401]),
    ("POST", "/v1/asks/0123456789abcdef/accept", [404, 404, 403, 403, 401, 401, 401, 401]),
    ("POST", "/v1/asks/0123456789abcdef/decline", [404, 404, 403, 403, 401, 401, 401, 401]),
    ("POST", "/v1/asks/0123456789abcdef/handoff", [404, 404, 403, 403, 401, 401, 401, 401]),
    ("POST", "/v1/asks/0123456789abcdef/answer", [404, 404, 403, 403, 401, 401, 401, 401]),
    ("POST", "/v1/asks/0123456789abcdef/close", [404, 404, 403, 403, 401, 401, 401, 401]),
    ("POST", "/v1/asks/0123456789abcdef/reveal", [404, 404, 403, 403, 401, 401, 401, 401]),
    ("POST", "/v1/feedback", [200, 200, 403, 403, 401, 401, 401, 401]),
    ("GET", "/v1/me/availability", [200, 200, 403, 403, 401, 401, 401, 401]),
    ("PUT", "/v1/me/availability", [200, 200, 403, 403, 401, 401, 401, 401]),
    ("GET", "/v1/events?wait_seconds=0", [200, 200, 403, 403, 401, 401, 401, 401]),
    ("GET", "/metrics", [200, 403, 200, 403, 401, 401, 401, 401]),
];

struct Taking;

impl Intake for Taking {
    fn take(&self, _: &[u8]) -> Result<ExportReport, engine::Error> {
        Ok(ExportReport::default())
    }
}

/// A server that lets nobody in who shows nothing, and one credential of each kind.
struct House {
    server: Running,
    credentials: [Option<String>; 8],
    file: KeyFile,
    _folder: TempDir,
    _issuer: Issuer,
}

fn account(text: &str) -> Owner {
    Owner::Person(AccountKey::new(text).unwrap())
}

impl House {
    async fn new(rate: Rate) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = KeyFile::new(folder.path().join("keys.json"));
        let now = clock();
        let mut number = 0_u8;
        let mut make =
            |owner: Owner, scopes: &[Scope], speaks_for: &[&str], expires_at: Option<Timestamp>| {
                number += 1;
                let speaks_for = speaks_for.iter().map(|source| SourceName::new(*source).unwrap()).collect();
                let draft = Draft { owner, scopes: scopes.to_vec(), speaks_for, expires_at };
                file.create(draft, &[number; RANDOM_BYTES], now).unwrap().1
            };
        let asking = [Scope::Search, Scope::People];
        let admin = make(account("mail:root@firm.example"), &[Scope::Admin], &[], None);
        let of_oneself = [Scope::Search, Scope::People, Scope::Me];
        let user = make(account("mail:ana@firm.example"), &of_oneself, &[], None);
        let service = Owner::Service("crm".to_owned());
        let service = make(service, &[Scope::Search, Scope::Ingest, Scope::Metrics], &[], None);
        let bot = make(Owner::Bot("helper".to_owned()), &asking, &["slack"], None);
        let expired = make(account("mail:ana@firm.example"), &Scope::ALL, &[], Some(now));
        let revoked = make(account("mail:ana@firm.example"), &Scope::ALL, &[], None);
        file.revoke(revoked.id(), now).unwrap();
        let issuer = Issuer::new();
        let mut said = claims(now.as_millis() / 1_000);
        said["aud"] = "another".into();
        let elsewhere = issuer.sign(&said);
        let keys = [admin, user, service, bot, expired, revoked].map(|secret| Some(secret.reveal()));
        let [admin, user, service, bot, expired, revoked] = keys;
        let config = Config {
            anonymous: false,
            keys_file: file.path().to_owned(),
            tokens: Some(issuer.tokens()),
            rate,
            ..config()
        };
        let live = Live::new(Arc::new(Taking), Token::new(&"t".repeat(32)).unwrap(), 1_000);
        let limits = engine::jobs::JobLimits::default();
        let jobs = engine::jobs::JobBook::open(&engine::DataFolder::new(folder.path()), limits, now).unwrap();
        let jobs = Arc::new(jobs);
        let made = Made(|search: &engine::Search| {
            let mut found = found();
            // Tells whose rights the answer obeys.
            let reader: Vec<&str> = search.reader.accounts().iter().map(AccountKey::as_str).collect();
            found.experts[0].name = format!("read by [{}]", reader.join(" "));
            Ok(found)
        });
        let log = AuditLog::open(folder.path(), &[5; 32], 6).unwrap();
        let app = App::new(Arc::new(made), &config, clock).with_live(Some(live)).with_jobs(Some(jobs));
        let app = app.with_audit(Some(log)).unwrap().with_asks(Some(asks()));
        Self {
            server: Running::start(app, config).await,
            credentials: [admin, user, service, bot, expired, revoked, Some(elsewhere), None],
            file,
            _folder: folder,
            _issuer: issuer,
        }
    }

    fn credential(&self, caller: &str) -> Option<&str> {
        let place = CALLERS.iter().position(|known| *known == caller).unwrap();
        self.credentials[place].as_deref()
    }

    async fn ask(&self, method: &str, path: &str, credential: Option<&str>, more: &str) -> String {
        let shown = credential.map_or_else(String::new, |shown| format!("authorization: Bearer {shown}\r\n"));
        let body = if matches!(method, "POST" | "PUT") { body_for(path) } else { "" };
        let erases = path.starts_with("/v1/me/erase");
        let once = if erases { "idempotency-key: 0123456789abcdef\r\n" } else { "" };
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n{shown}{more}{once}\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        exchange(self.server.connect().await, request).await
    }
}

fn body_for(path: &str) -> &'static str {
    match path {
        "/v1/me/availability" | "/v1/asks/0123456789abcdef/close" => "{}",
        "/v1/asks/0123456789abcdef/decline" => r#"{"reason":"busy"}"#,
        "/v1/asks/0123456789abcdef/handoff" => r#"{"person_id":"slack:U1"}"#,
        "/v1/asks/0123456789abcdef/answer" => r#"{"text":"so"}"#,
        "/v1/feedback" => r#"{"question":"how?","person_id":"slack:U1","verdict":"helped"}"#,
        "/v1/experts/batch" => r#"{"questions":[{"query":"how?"}]}"#,
        "/v1/me/hidden" => r#"{"topic":"vpn"}"#,
        "/v1/me/erase" => r#"{"confirm":"mail:root@firm.example"}"#,
        "/v1/admin/jobs" => r#"{"kind":"reindex"}"#,
        _ => r#"{"query":"how?"}"#,
    }
}

fn status(answer: &str) -> u16 {
    answer.split(' ').nth(1).unwrap().parse().unwrap()
}

/// Without what differs between any two answers.
fn bare(answer: &str) -> String {
    let mut answer = answer.to_owned();
    for number in (1..2_000).rev() {
        answer = answer.replace(&format!("abc-{number}"), "abc-N");
    }
    answer
}

fn unlimited() -> Rate {
    Rate { per_second: 0, burst: 1 }
}

#[tokio::test]
async fn every_route_answers_every_caller_as_the_matrix_says() {
    let house = House::new(unlimited()).await;
    for (method, path, expected) in ROWS {
        for (caller, expected) in CALLERS.into_iter().zip(expected) {
            let answer = house.ask(method, path, house.credential(caller), "").await;
            assert_eq!(status(&answer), *expected, "{caller}: {method} {path}: {answer}");
            let challenged = answer.to_lowercase().contains("www-authenticate: bearer");
            assert_eq!(challenged, *expected == 401, "{answer}");
        }
    }
}

/// The pattern of the route that a path belongs to.
fn pattern_of(path: &str) -> &'static str {
    let path: Vec<&str> = path.split('?').next().unwrap_or_default().split('/').collect();
    let fits = |pattern: &str, named: bool| {
        let pattern: Vec<&str> = pattern.split('/').collect();
        let one = |(part, segment): (&&str, &&str)| part == segment || (named && part.starts_with('{'));
        pattern.len() == path.len() && pattern.iter().zip(&path).all(one)
    };
    let routes = table();
    let exact = routes.iter().find(|route| fits(route.path, false));
    let route = exact.or_else(|| routes.iter().find(|route| fits(route.path, true)));
    route.unwrap_or_else(|| panic!("{path:?} is no route")).path
}

/// Every method of every route, as the server itself says when it is asked by another; `HEAD` goes with `GET`.
async fn served(house: &House) -> BTreeSet<(String, &'static str)> {
    let mut served = BTreeSet::new();
    for route in table() {
        let answer = house.ask("PATCH", &route.path.replace(['{', '}'], ""), None, "").await;
        assert_eq!(status(&answer), 405, "{}: {answer}", route.path);
        let mut headers = answer.lines().filter_map(|line| line.split_once(": "));
        let (_, allow) = headers.find(|(name, _)| name.eq_ignore_ascii_case("allow")).unwrap();
        let methods = allow.split(',').map(str::trim).filter(|method| *method != "HEAD");
        served.extend(methods.map(|method| (method.to_owned(), route.path)));
    }
    served
}

#[tokio::test]
async fn every_method_of_every_route_has_a_row_and_stands_in_the_document() {
    let house = House::new(unlimited()).await;
    let served = served(&house).await;
    let rows: Vec<_> =
        ROWS.iter().map(|(method, path, _)| ((*method).to_owned(), pattern_of(path))).collect();
    let known: BTreeSet<_> = rows.iter().cloned().collect();
    assert_eq!(rows.len(), known.len(), "a row stands twice");
    assert_eq!(served, known, "the routes, and the rows of the matrix");
    let paths = document().json["paths"].as_object().unwrap();
    let documented: BTreeSet<(String, &str)> = paths
        .iter()
        .flat_map(|(path, item)| item.as_object().unwrap().keys().map(move |method| (method, path)))
        .map(|(method, path)| (method.to_uppercase(), path.as_str()))
        .collect();
    // The page, its parts and the document itself are for browsers.
    let for_browsers = |path: &str| matches!(path, "/" | "/assets/{name}" | "/docs" | "/openapi.json");
    let served = served.into_iter().filter(|(_, path)| !for_browsers(path)).collect();
    assert_eq!(documented, served, "the document, and the routes");
}

#[tokio::test]
async fn an_answer_obeys_the_rights_of_who_asks_and_nobody_elses() {
    let house = House::new(unlimited()).await;
    let path = "/v1/experts/search";
    let search = |caller: &'static str, more: &'static str| {
        let house = &house;
        async move { house.ask("POST", path, house.credential(caller), more).await }
    };
    let reads = |answer: &str, reader: &str| {
        assert!(answer.contains(&format!("read by [{reader}]")), "{reader}: {answer}");
    };
    reads(&search("user", "").await, "mail:ana@firm.example");
    reads(&search("service", "").await, "");
    reads(&search("bot", "").await, "");
    reads(&search("bot", "x-on-behalf-of: slack:U017\r\n").await, "slack:U017");
    for account in ["slack:stranger", "mail:ana@firm.example", "nonsense", ""] {
        let header = format!("x-on-behalf-of: {account}\r\n");
        let answer = house.ask("POST", path, house.credential("bot"), &header).await;
        assert_eq!(status(&answer), 403, "{account}: {answer}");
    }
    for caller in ["admin", "user", "service"] {
        assert_eq!(status(&search(caller, "x-on-behalf-of: slack:U017\r\n").await), 403, "{caller}");
    }
}

#[tokio::test]
async fn what_opens_nothing_is_refused_alike_whatever_it_is() {
    let house = House::new(unlimited()).await;
    let path = "/v1/experts/search";
    let unknown = format!("wk1_{}_{}", "0".repeat(16), "0".repeat(64));
    let first = bare(&house.ask("POST", path, Some(&unknown), "").await);
    for shown in ["expired", "revoked", "wrong audience"].map(|caller| house.credential(caller).unwrap()) {
        assert_eq!(bare(&house.ask("POST", path, Some(shown), "").await), first);
    }
    for shown in ["", "x", "wk1_", "a.b.c"] {
        assert_eq!(bare(&house.ask("POST", path, Some(shown), "").await), first, "{shown}");
    }
    let twice = format!("authorization: Bearer {}\r\n", house.credential("user").unwrap());
    assert_eq!(bare(&house.ask("POST", path, house.credential("user"), &twice).await), first);
}

#[tokio::test]
async fn a_key_is_shut_by_the_next_request_after_it_was_revoked() {
    let house = House::new(unlimited()).await;
    let user = house.credential("user").unwrap();
    assert_eq!(status(&house.ask("POST", "/v1/experts/search", Some(user), "").await), 200);
    house.file.revoke(user.split('_').nth(1).unwrap(), clock()).unwrap();
    assert_eq!(status(&house.ask("POST", "/v1/experts/search", Some(user), "").await), 401);
}

#[tokio::test]
async fn who_asks_too_often_waits_and_the_others_do_not() {
    let house = House::new(Rate { per_second: 1, burst: 2 }).await;
    let path = "/v1/experts/search";
    let bot = house.credential("bot");
    let (one, two) = ("x-on-behalf-of: slack:U1\r\n", "x-on-behalf-of: slack:U2\r\n");
    let mut passed = 0;
    loop {
        let answer = house.ask("POST", path, bot, one).await;
        if status(&answer) == 429 {
            assert!(answer.to_lowercase().contains("\r\nretry-after: 1\r\n"), "{answer}");
            assert!(answer.contains("urn:whoknows:problem:too-many-requests"), "{answer}");
            break;
        }
        passed += 1;
    }
    assert!(passed >= 2, "{passed}");
    // The person is counted, not the bot.
    assert_eq!(status(&house.ask("POST", path, bot, two).await), 200);
    assert_eq!(status(&house.ask("POST", path, house.credential("user"), "").await), 200);
}
