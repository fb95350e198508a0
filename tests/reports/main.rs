//! Sentry, told by the envelopes that a local HTTP server receives.
//!
//! A binary of its own: the Sentry client belongs to the whole process.

#[path = "../it/endpoints.rs"]
mod endpoints;
#[path = "../it/support/mod.rs"]
#[allow(dead_code, reason = "the vocabulary serves the other stories too")]
mod support;

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use poem::{Endpoint, Request, Response, Server, listener::TcpListener};
use refract::{internals::telemetry, settings::Settings};
use serde_json::Value;

use endpoints::endpoints as endpoints_of_an_app;
use support::{App, Kind, Options, Schema};

/// A Sentry that only listens.
#[derive(Clone, Default)]
struct Inbox(Arc<Mutex<Vec<String>>>);

impl Endpoint for Inbox {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        let bytes = request.into_body().into_vec().await?;
        self.0
            .lock()
            .expect("no panic inside")
            .push(String::from_utf8_lossy(&bytes).into_owned());
        Ok(Response::builder()
            .content_type("application/json")
            .body("{}"))
    }
}

impl Inbox {
    /// Failures among what has come, once everything on the way has.
    fn events(&self) -> Vec<Value> {
        self.items(|item| item["exception"].is_object())
    }

    /// Takes what has come.
    fn items(&self, wanted: impl Fn(&Value) -> bool) -> Vec<Value> {
        sentry::Hub::main()
            .client()
            .expect("a client")
            .flush(Some(Duration::from_secs(10)));
        let envelopes = std::mem::take(&mut *self.0.lock().expect("no panic inside"));
        // An envelope is a header line, then a header line and a payload line per item.
        envelopes
            .iter()
            .flat_map(|envelope| envelope.lines())
            .filter_map(|line| serde_json::from_str::<Value>(line).ok())
            .filter(|item| wanted(item))
            .collect()
    }
}

#[test]
fn what_fails_is_reported_with_its_request_and_nothing_secret() {
    let inbox = Inbox::default();
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .expect("a free port")
        .port();
    let dsn = format!("http://sentrykey@127.0.0.1:{port}/42");
    let settings = Settings::from_pairs([("SENTRY_DSN", dsn.as_str())]).expect("valid");
    // Before any thread but this one: the first to touch Sentry holds its main hub.
    let _telemetry = telemetry::start(&settings.telemetry, settings.environment);
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.spawn(Server::new(TcpListener::bind(("127.0.0.1", port))).run(inbox.clone()));
    runtime.block_on(stories(&inbox, &dsn));
}

async fn stories(inbox: &Inbox, dsn: &str) {
    let options = Options::default()
        .set("SENTRY_DSN", dsn)
        .set("DB_RETRIES", "0")
        .set("BACKEND_CORS_ORIGINS", "https://app.example.com");
    let (app, proxy) = App::builder(Schema::Sample)
        .with(options)
        .start_behind_proxy()
        .await;

    // What goes well, and what is the caller's fault, is nobody's business.
    app.get("/api/v1/users").await.expect(200);
    app.get("/api/v1/users?nonsense=eq.1").await.expect(400);
    app.get("/nowhere").await.expect(404);
    assert_eq!(inbox.events(), Vec::<Value>::new());
    what_sqlite_lacks(inbox, dsn).await;

    let failed = app
        .request("GET", "/api/v1/reports/failure?secret=in-the-query")
        .header("authorization", "Bearer in-the-header")
        .header("x-request-id", "the-failing-one")
        .header("origin", "https://app.example.com")
        .send()
        .await;
    failed.assert_status(500);
    let event = only(inbox.events());
    assert_describes(&event, "GET", "/api/v1/reports/failure", "the-failing-one");
    let chain = event["exception"]["values"].as_array().expect("a chain");
    assert_eq!(
        chain[0]["value"], "a cause on purpose",
        "the cause comes first: {event}"
    );
    assert!(chain.len() >= 2, "the error comes after its cause: {event}");
    assert!(
        event["release"]
            .as_str()
            .is_some_and(|release| release.starts_with("refract@"))
    );
    assert_eq!(event["environment"], "local");

    let panicked = app
        .request("GET", "/api/v1/reports/panic")
        .header("x-request-id", "panicking")
        .send()
        .await;
    panicked.assert_status(500);
    let event = only(inbox.events());
    assert_describes(&event, "GET", "/api/v1/reports/panic", "panicking");
    assert_eq!(
        event["exception"]["values"][0]["value"],
        "a panic on purpose"
    );

    drift(inbox, dsn).await;

    proxy.go_down();
    let key = "/api/v1/users/the-key-of-a-row";
    let started = std::time::Instant::now();
    let unavailable = loop {
        let answer = app
            .request("GET", key)
            .header("x-request-id", "away")
            .send()
            .await;
        if answer.status == 503 {
            break answer;
        }
        assert!(
            started.elapsed() < Duration::from_secs(30),
            "still there: {answer}"
        );
    };
    unavailable.expect_problem(503);
    let event = inbox.events().pop().expect("an event");
    assert_describes(&event, "GET", "/api/v1/users/:key", "away");
    let breadcrumbs = event["breadcrumbs"]["values"]
        .as_array()
        .expect("breadcrumbs");
    assert!(!breadcrumbs.is_empty(), "{event}");
}

/// What a database cannot do is the caller's to leave out: nobody is woken for it.
async fn what_sqlite_lacks(inbox: &Inbox, dsn: &str) {
    let options = Options::default().set("SENTRY_DSN", dsn);
    let app = App::builder(Schema::Sample)
        .on(Kind::Sqlite)
        .with(options)
        .start()
        .await;
    for filter in ["match.a", "imatch.a", "fts.a", "wfts.a"] {
        for path in ["/api/v1/users", "/rest/v1/User"] {
            let answer = app.get(&format!("{path}?name={filter}")).await;
            answer.assert_status(501);
        }
    }
    let plan = app.request("GET", "/rest/v1/User");
    let plan = plan.header("accept", "application/vnd.pgrst.plan");
    assert!(plan.send().await.status.as_u16() >= 400);
    assert_eq!(inbox.events(), Vec::<Value>::new(), "501 is no failure");
}

/// A schema that has changed is one event, however many requests meet it.
async fn drift(inbox: &Inbox, dsn: &str) {
    let options = Options::default()
        .set("SENTRY_DSN", dsn)
        .after(r#"ALTER TABLE "Page" DROP COLUMN "title" CASCADE"#);
    let app = App::builder(Schema::Sample).with(options).start().await;
    let started = std::time::Instant::now();
    while app.get("/api/v1/pages").await.status != 503 {
        assert!(
            started.elapsed() < Duration::from_secs(30),
            "not noticed: {}",
            app.get("/health").await
        );
    }
    app.get("/api/v1/pages/x").await.expect_problem(503);
    let events = inbox.items(|item| item["message"].is_string());
    let told: Vec<_> = events
        .iter()
        .filter(|event| event["message"].to_string().contains("schema differs"))
        .collect();
    assert_eq!(told.len(), 1, "{events:?}");
    let listed = told[0]["extra"]["listed"].to_string();
    assert!(listed.contains("title"), "{listed}");
    assert_eq!(inbox.events(), Vec::<Value>::new(), "no event per request");
}

fn only(events: Vec<Value>) -> Value {
    let [event] = <[Value; 1]>::try_from(events).expect("one event per failure");
    event
}

#[track_caller]
fn assert_describes(event: &Value, method: &str, route: &str, request_id: &str) {
    assert_eq!(event["request"]["method"], method, "{event}");
    assert_eq!(event["tags"]["route"], route, "{event}");
    assert_eq!(event["tags"]["request_id"], request_id, "{event}");
    let text = event.to_string();
    for secret in [
        "in-the-query",
        "in-the-header",
        "the-key-of-a-row",
        "sentrykey",
    ] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
}
