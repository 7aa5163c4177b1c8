//! Made answers and small helpers for the tests of the routes.

mod own;

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode};
use engine::explained::Explained;
use engine::{
    Channel, Confidence, Degraded, Evidence, Expert, Found, Helpers, Listed, PastAnswer, People, Profile,
    Reason, Search, Standing, Subject, Topic,
};
use model::{AccountKey, EmploymentStatus, PersonId, Role, Timestamp};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tower::ServiceExt;

use crate::app::App;
use crate::cell::{Answerer, Listing, Own};
use crate::serve::serve_app;
use crate::{Config, Error, Rate};

/// Settings of a small server on a free loopback port.
pub(crate) fn config() -> Config {
    Config {
        address: "127.0.0.1:0".parse().unwrap(),
        insecure: false,
        tls: None,
        anonymous: true,
        keys_file: "no-keys.json".into(),
        tokens: None,
        rate: Rate { per_second: 10, burst: 20 },
        audit: None,
        audit_months: 6,
        host_names: vec![],
        max_body_bytes: 64 << 10,
        max_connections: 8,
        search_threads: 1,
        queue: 1,
        queue_wait_ms: 60_000,
        request_timeout_ms: 60_000,
        header_read_timeout_ms: 60_000,
        write_timeout_ms: 60_000,
        drain_ms: 0,
        shutdown_timeout_ms: 60_000,
    }
}

/// The clock of the tests.
pub(crate) fn clock() -> Timestamp {
    Timestamp::from_millis(0xabc)
}

/// A desk in memory, with a webhook that nobody listens to.
pub(crate) fn asks() -> Arc<crate::Asks> {
    let config = routing::Config {
        offer_minutes: 60,
        answer_hours: 24,
        close_days: 7,
        limit: 2,
        rest_minutes: 0,
        less_limit: 1,
        less_rest_hours: 24,
        list: 5,
        blind_hours: 24,
        week: routing::Week::weekdays(540, 1_020),
        webhook: false,
    };
    let desk = Arc::new(routing::Desk::in_memory(config).unwrap());
    Arc::new(crate::Asks::new(desk, None, std::time::Duration::from_mins(1)))
}

/// Answers from a function.
pub(crate) struct Made<F>(pub(crate) F);

impl<F> Answerer for Made<F>
where
    F: Fn(&Search) -> Result<Found, engine::Error> + Send + Sync + 'static,
{
    fn search(&self, mut search: Search, asker: Option<&AccountKey>) -> Result<Found, engine::Error> {
        if let Some(account) = asker {
            search.reader = model::Reader::owning([account.clone()]);
            search.asked_by = vec![account.clone()];
        }
        (self.0)(&search)
    }

    /// Everybody is somebody of their own, but strangers.
    fn person_of(&self, account: &AccountKey) -> Option<PersonId> {
        if account.native() == "stranger" { None } else { PersonId::new(account.as_str()).ok() }
    }

    /// Only one person is there.
    fn profile(
        &self,
        id: &PersonId,
        _: Option<&AccountKey>,
        _: Timestamp,
    ) -> Result<Option<Profile>, engine::Error> {
        Ok((id.as_str() == "slack:U1").then(|| Profile {
            person: id.clone(),
            name: "Ana Brandt".to_owned(),
            title: Some("Engineer".to_owned()),
            team: None,
            timezone: None,
            status: EmploymentStatus::Active,
            accounts: vec![AccountKey::new("slack:U1").unwrap()],
            last_evidence_at: at(),
            fresh: true,
            channels: vec![Channel { name: "help".to_owned(), source: "slack".to_owned() }],
            presence: None,
        }))
    }

    fn people(&self, list: &Listing, _: Option<&AccountKey>, _: Timestamp) -> Result<People, engine::Error> {
        let name = format!("{} of {}", list.name, list.limit);
        let person = PersonId::new("slack:U1").unwrap();
        let one = Listed { folded: name.to_lowercase(), person, name, title: None, team: None };
        Ok(People { people: vec![one], more: list.after.is_none() })
    }

    fn why(
        &self,
        search: Search,
        asker: Option<&AccountKey>,
        of_asker: bool,
    ) -> Result<Explained, engine::Error> {
        self.search(search, asker)?;
        Ok(own::explained(of_asker))
    }

    fn topics_of(
        &self,
        _: &PersonId,
        _: Option<&AccountKey>,
        _: Timestamp,
    ) -> Result<Vec<Topic>, engine::Error> {
        Ok(own::topics())
    }

    fn subjects(&self, _: Option<&AccountKey>, _: Timestamp) -> Result<Arc<Vec<Subject>>, engine::Error> {
        Ok(Arc::new(own::subjects()))
    }

    fn known_ids(&self) -> Vec<String> {
        vec!["slack:U1".to_owned()]
    }

    fn own(&self) -> &dyn Own {
        &own::MadeOwn
    }

    /// Ana, whoever asks.
    fn helpers(
        &self,
        search: Search,
        _: &AccountKey,
        first: Option<AccountKey>,
    ) -> Result<Helpers, engine::Error> {
        let ana = AccountKey::new("slack:U1").unwrap();
        let list = first.into_iter().chain([ana]).collect();
        Ok(Helpers { list, channel: search.channel })
    }

    /// Ana, unless the question says that nobody knows.
    fn brokered(&self, search: Search) -> Result<Vec<AccountKey>, engine::Error> {
        let known = !search.question.contains("nobody");
        Ok(known.then(|| AccountKey::new("slack:U1").unwrap()).into_iter().collect())
    }

    fn somebody(&self, account: &AccountKey, _: Timestamp) -> Option<routing::Somebody> {
        self.person_of(account).map(|_| routing::Somebody {
            home: account.clone(),
            accounts: vec![account.clone()],
            proven: vec![account.clone()],
            status: EmploymentStatus::Active,
            timezone: None,
        })
    }

    fn proven_with(&self, account: &AccountKey) -> Vec<AccountKey> {
        vec![account.clone()]
    }

    fn home_of(&self, id: &PersonId, _: &AccountKey, _: Timestamp) -> Option<AccountKey> {
        AccountKey::new(id.as_str()).ok().filter(|key| key.source() == "slack" && key.native() != "hidden")
    }

    fn called(&self, account: &AccountKey) -> Option<(PersonId, String)> {
        Some((self.person_of(account)?, format!("Name of {}", account.native())))
    }

    fn operation(&self) -> Result<crate::cell::Operation, engine::Error> {
        Ok((Vec::new(), vec![(0, false), (1, true)]))
    }

    fn take_desk(&self, _: Arc<routing::Desk>) {}

    fn standing(&self) -> Standing {
        Standing { generation: 42, conversations: 3, documents: 4, people: 2, newest: Some(at()) }
    }
}

/// The routes over an answering function.
pub(crate) fn router<F>(config: &Config, answer: F) -> Router
where
    F: Fn(&Search) -> Result<Found, engine::Error> + Send + Sync + 'static,
{
    App::new(Arc::new(Made(answer)), config, clock).into_router()
}

/// The routes over [`found`].
pub(crate) fn standard() -> Router {
    router(&config(), |_| Ok(found()))
}

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    /// Asserts the whole shape of a problem.
    pub(crate) fn assert_problem(&self, status: u16, word: &str) {
        assert_eq!(self.status.as_u16(), status, "{self:?}");
        assert_eq!(self.header("content-type"), "application/problem+json");
        let json = self.json();
        assert_eq!(json["type"], format!("urn:whoknows:problem:{word}"));
        assert_eq!(json["status"], status);
        assert!(json["title"].is_string() && json["detail"].is_string());
        assert_eq!(json["instance"], format!("urn:whoknows:request:{}", self.header("x-request-id")));
        let retries = matches!(status, 429 | 503);
        assert_eq!(self.header("retry-after").parse::<u64>().is_ok_and(|seconds| seconds > 0), retries);
    }
}

/// Sends a request to the routes.
pub(crate) async fn send(router: Router, request: Request<Body>) -> Answer {
    let response = router.oneshot(request).await.unwrap();
    let (head, body) = response.into_parts();
    let bytes = axum::body::to_bytes(body, 16 << 20).await.unwrap();
    Answer { status: head.status, headers: head.headers, body: String::from_utf8(bytes.to_vec()).unwrap() }
}

/// Sends a GET.
pub(crate) async fn get(router: Router, path: &str) -> Answer {
    send(router, Request::get(path).body(Body::empty()).unwrap()).await
}

/// A search request with this body.
pub(crate) fn post(body: impl Into<Body>) -> Request<Body> {
    post_to("/v1/experts/search", body)
}

/// A request with this body.
pub(crate) fn post_to(path: &str, body: impl Into<Body>) -> Request<Body> {
    let request = Request::post(path).header("content-type", "application/json");
    request.body(body.into()).unwrap()
}

fn at() -> Timestamp {
    "2026-01-02T03:04:05Z".parse().unwrap()
}

/// One expert with one piece of evidence, one past answer.
pub(crate) fn found() -> Found {
    let evidence = Evidence {
        id: "9".to_owned(),
        source: "slack".to_owned(),
        channel: "help".to_owned(),
        role: Role::Answered,
        at: at(),
        permalink: Some("javascript:alert(1)".to_owned()),
        question: Some("How?".to_owned()),
        snippet: "Like <b>this</b>".to_owned(),
        share: 0.625,
    };
    let expert = Expert {
        person: PersonId::new("slack:U1").unwrap(),
        name: "Ana Brandt".to_owned(),
        title: Some("Engineer".to_owned()),
        team: None,
        timezone: Some("Europe/Berlin".to_owned()),
        status: EmploymentStatus::Active,
        accounts: ["mail:ana@example.com", "slack:U1", "slack:U2"]
            .map(|key| AccountKey::new(key).unwrap())
            .into(),
        presence: None,
        confidence: Confidence::High,
        last_evidence_at: Some(at()),
        fresh: true,
        reasons: vec![Reason {
            code: "answered",
            count: 2,
            text: "answered 2 questions like this".to_owned(),
        }],
        evidence: vec![evidence],
        parts: vec![("topical", 0.875)],
    };
    let answer = PastAnswer {
        question: "How?".to_owned(),
        answer: "Like this".to_owned(),
        by: PersonId::new("slack:U1").unwrap(),
        by_name: "Ana Brandt".to_owned(),
        at: at(),
        source: "slack".to_owned(),
        channel: "help".to_owned(),
        permalink: Some("https://chat.example/p1".to_owned()),
        signals: vec!["asker_thanked"],
        stale: false,
    };
    Found {
        experts: vec![expert],
        answers: vec![answer],
        fallback: Vec::new(),
        nothing: None,
        degraded: vec![Degraded::DenseUnavailable],
        generation: 42,
        view: engine::View::Helps,
    }
}

/// A server of its own on a free port.
pub(crate) struct Running {
    pub(crate) address: SocketAddr,
    stop: oneshot::Sender<()>,
    done: JoinHandle<Result<(), Error>>,
}

impl Running {
    pub(crate) async fn start(app: App, config: Config) -> Self {
        let (stop, stopped) = oneshot::channel::<()>();
        let (ready, address) = oneshot::channel();
        let shutdown = async { stopped.await.unwrap_or(()) };
        let told = |address| ready.send(address).unwrap();
        let done = tokio::spawn(serve_app(app, config, told, shutdown));
        Self { address: address.await.unwrap(), stop, done }
    }

    pub(crate) async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    pub(crate) async fn stop(self) {
        self.stop.send(()).unwrap();
        self.done.await.unwrap().unwrap();
    }
}

/// Sends bytes and reads until the server closes.
pub(crate) async fn exchange<S>(mut stream: S, sent: impl AsRef<[u8]>) -> String
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    stream.write_all(sent.as_ref()).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    String::from_utf8(answer).unwrap()
}
