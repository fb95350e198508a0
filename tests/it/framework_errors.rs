//! The framework's failures wear the same face as ours, and every answer has its id.

use crate::support::{App, Kind, Options, Schema};

async fn app() -> App {
    App::builder(Schema::Sample).on(Kind::Sqlite).start().await
}

#[tokio::test]
async fn what_is_not_there_is_a_problem() {
    let app = app().await;
    for path in [
        "/nowhere",
        "/api/v1/nowhere",
        "/api/v1/users/1/2/3",
        "/api/v2/users",
    ] {
        assert_eq!(
            app.get(path).await.expect_problem(404).0,
            "route_not_found",
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_method_that_is_not_there_is_a_problem() {
    let app = app().await;
    for (method, path, allowed) in [
        ("PUT", "/api/v1/users", "GET, HEAD, POST, PATCH, DELETE"),
        ("POST", "/api/v1/users/x", "GET, HEAD, PUT, PATCH, DELETE"),
        ("PUT", "/api/v1/users/x/chats", "GET, HEAD"),
        ("OPTIONS", "/api/v1/page-stats", "GET, HEAD"),
        ("OPTIONS", "/api/v1/page-stats/x", "GET, HEAD"),
        ("POST", "/health", "GET, HEAD"),
    ] {
        let answer = app.request(method, path).send().await;
        assert_eq!(answer.header("allow"), Some(allowed), "{method} {path}");
        assert_eq!(
            answer.expect_problem(405).0,
            "method_not_allowed",
            "{method} {path}"
        );
    }
}

/// Before its body is looked at, or missed.
#[tokio::test]
async fn a_write_to_a_view_is_a_problem() {
    let app = app().await;
    for (method, path) in [
        ("POST", "/api/v1/page-stats"),
        ("DELETE", "/api/v1/page-stats"),
        ("PATCH", "/api/v1/page-stats/x"),
    ] {
        let answer = app.request(method, path).send().await;
        assert_eq!(answer.header("allow"), Some("GET, HEAD"), "{method} {path}");
        assert_eq!(answer.expect_problem(405).0, "read_only", "{method} {path}");
    }
}

#[tokio::test]
async fn a_panic_is_a_500_that_says_nothing_of_itself() {
    let app = app().await;
    let answer = app.get("/api/v1/reports/panic").await;
    assert!(!answer.text.contains("on purpose"), "{answer}");
    assert_eq!(answer.expect_problem(500).0, "internal_error");
    // The process lives on.
    app.get("/health").await.expect(200);
}

#[tokio::test]
async fn the_cause_of_a_500_stays_inside() {
    let app = app().await;
    let answer = app.get("/api/v1/reports/failure").await;
    assert!(!answer.text.contains("on purpose"), "{answer}");
    assert_eq!(answer.expect_problem(500).0, "internal_error");
}

#[tokio::test]
async fn a_body_past_the_limit_is_refused() {
    let options = Options::default().set("MAX_BODY_BYTES", "100");
    let app = App::builder(Schema::Sample)
        .on(Kind::Sqlite)
        .with(options)
        .start()
        .await;
    let body = format!(r#"{{"email":"{}"}}"#, "x".repeat(100));
    let answer = app.request("POST", "/api/v1/users").raw(body).send().await;
    assert_eq!(answer.expect_problem(413).0, "body_too_large");
}

#[tokio::test]
async fn an_id_is_taken_over_or_made() {
    let app = app().await;
    let given = app
        .request("GET", "/health")
        .header("x-request-id", "from-next-js")
        .send()
        .await;
    assert_eq!(given.header("x-request-id"), Some("from-next-js"));
    let made = app.get("/health").await;
    assert_eq!(made.header("x-request-id").map(str::len), Some(36));
    // What could break a log line or a header is not taken over.
    let long = "x".repeat(1000);
    let odd = app
        .request("GET", "/health")
        .header("x-request-id", &long)
        .send()
        .await;
    assert_eq!(odd.header("x-request-id").map(str::len), Some(36));
    let problem = app
        .request("GET", "/nowhere")
        .header("x-request-id", "abc")
        .send()
        .await;
    assert_eq!(problem.json()["requestId"], "abc");
}

#[tokio::test]
async fn the_type_of_a_problem_leads_to_its_explanation() {
    let app = app().await;
    let problem = app.get("/nowhere").await.json();
    let link = problem["type"].as_str().expect("a link");
    let (page, anchor) = link.split_once('#').expect("a page and an anchor");
    let answer = app.get(page).await;
    answer.assert_status(200);
    assert!(answer.text.contains(&format!("## {anchor}\n")), "{link}");
}

#[tokio::test]
async fn a_body_that_does_not_say_it_is_json_is_refused() {
    let app = app().await;
    let answer = app.request("POST", "/api/v1/users").send().await;
    assert_eq!(answer.expect_problem(415).0, "unsupported_media_type");
}
