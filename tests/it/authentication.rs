//! Closed by default: outside `local`, every path but health wants the key.

use serde_json::json;

use crate::support::{App, Kind, Options, Schema};

const KEY: &str = "0123456789abcdef0123456789abcdef";

async fn production() -> App {
    let options = Options::default()
        .set("ENVIRONMENT", "production")
        .set("SECRET_KEY", KEY);
    App::builder(Schema::Sample)
        .on(Kind::Sqlite)
        .with(options)
        .start()
        .await
}

#[tokio::test]
async fn without_the_key_there_is_a_challenge_and_nothing_else() {
    let app = production().await;
    for path in [
        "/api/v1/users",
        "/api/v1/schema",
        "/api/v1/nonsense",
        "/nowhere",
        "/data",
        "/data.json",
        "/docs",
    ] {
        let answer = app.get(path).await;
        assert_eq!(
            answer.header("www-authenticate"),
            Some(r#"Bearer realm="refract""#)
        );
        assert_eq!(answer.expect_problem(401).0, "unauthorized");
    }
    app.post("/api/v1/users", json!({ "email": "a@example.com" }))
        .await
        .expect_problem(401);
}

#[tokio::test]
async fn the_key_opens_as_bearer_token_or_as_apikey() {
    let app = production().await;
    for (name, value) in [
        ("authorization", format!("Bearer {KEY}")),
        ("authorization", format!("bearer {KEY}")),
        ("apikey", KEY.to_owned()),
    ] {
        app.request("GET", "/api/v1/users")
            .header(name, &value)
            .send()
            .await
            .expect(200);
    }
}

#[tokio::test]
async fn a_wrong_key_is_no_key() {
    let app = production().await;
    for (name, value) in [
        ("authorization", format!("Bearer {KEY}x")),
        ("authorization", format!("Bearer {}", &KEY[1..])),
        ("authorization", format!("Basic {KEY}")),
        ("authorization", "Bearer ".to_owned()),
        ("apikey", String::new()),
    ] {
        let answer = app
            .request("GET", "/api/v1/users")
            .header(name, &value)
            .send()
            .await;
        answer.expect_problem(401);
    }
}

#[tokio::test]
async fn health_answers_anybody() {
    let app = production().await;
    app.get("/health").await.expect(200);
    app.get("/api/v1/health").await.expect(200);
    assert_eq!(
        app.get("/api/v1/utils/health-check").await.expect(200),
        json!({ "status": true })
    );
}

#[tokio::test]
async fn diagnostics_and_docs_do_not_exist_in_production() {
    let app = production().await;
    for path in [
        "/api/v1/private/diagnostics/server",
        "/api/v1/private/diagnostics/database",
        "/api/v1/private/diagnostics/schema",
        "/docs",
        "/redoc",
        "/openapi.json",
    ] {
        let answer = app.request("GET", path).header("apikey", KEY).send().await;
        assert_eq!(answer.expect_problem(404).0, "route_not_found", "{path}");
    }
}

#[tokio::test]
async fn a_browser_of_a_known_origin_is_answered_before_the_key_is_asked_for() {
    let options = Options::default()
        .set("ENVIRONMENT", "staging")
        .set("SECRET_KEY", KEY)
        .set("BACKEND_CORS_ORIGINS", "https://app.example.com");
    let app = App::builder(Schema::Sample)
        .on(Kind::Sqlite)
        .with(options)
        .start()
        .await;
    let preflight = |origin: &'static str| {
        app.request("OPTIONS", "/api/v1/users")
            .header("origin", origin)
            .header("access-control-request-method", "POST")
            .header(
                "access-control-request-headers",
                "authorization,content-type",
            )
            .send()
    };
    let known = preflight("https://app.example.com").await;
    known.assert_status(200);
    assert_eq!(
        known.header("access-control-allow-origin"),
        Some("https://app.example.com")
    );
    let unknown = preflight("https://evil.example.com").await;
    assert_eq!(unknown.header("access-control-allow-origin"), None);
    unknown.expect_problem(401);

    let answer = app
        .request("GET", "/api/v1/users")
        .header("origin", "https://app.example.com")
        .header("apikey", KEY)
        .send()
        .await;
    assert_eq!(
        answer.header("access-control-allow-origin"),
        Some("https://app.example.com")
    );
    answer.expect(200);
    // Not an error: the page of another origin cannot read it, and the same origin sends one too.
    let answer = app
        .request("GET", "/api/v1/users")
        .header("origin", "https://evil.example.com")
        .header("apikey", KEY)
        .send()
        .await;
    assert_eq!(answer.header("access-control-allow-origin"), None);
    answer.expect(200);
}

#[tokio::test]
async fn what_a_browser_is_refused_is_a_problem_too() {
    const ORIGIN: &str = "https://app.example.com";
    let options = Options::default().set("BACKEND_CORS_ORIGINS", ORIGIN);
    let app = App::builder(Schema::Sample)
        .on(Kind::Sqlite)
        .with(options)
        .start()
        .await;
    let ask = |method: &'static str, path: &'static str| {
        app.request(method, path).header("origin", ORIGIN).send()
    };
    for (method, path, status, code) in [
        ("GET", "/api/v1/nothing", 404, "route_not_found"),
        (
            "GET",
            "/api/v1/users?colour=eq.red",
            400,
            "unknown_parameter",
        ),
        ("GET", "/api/v1/reports/failure", 500, "internal_error"),
        ("OPTIONS", "/api/v1/users", 405, "method_not_allowed"),
    ] {
        let answer = ask(method, path).await;
        assert_eq!(answer.header("access-control-allow-origin"), Some(ORIGIN));
        assert_eq!(answer.header("vary"), Some("origin"), "{answer}");
        assert!(answer.header("x-request-id").is_some(), "{answer}");
        assert_eq!(answer.expect_problem(status).0, code, "{method} {path}");
    }
    let stranger = app.get("/api/v1/users").await;
    assert_eq!(stranger.header("vary"), Some("origin"));
}
