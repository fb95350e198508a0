//! URLs as people type them, and requests that cannot be read.

use serde_json::json;

use crate::{
    on_each_database,
    support::{
        App, Kind, Schema,
        raw::{Raw, body, status},
    },
};

async fn get(app: &App, url: &str) -> String {
    let mut raw = Raw::to(app.address).await;
    let head = format!("GET {url} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    raw.send(head).await;
    raw.rest().await
}

on_each_database!(
    Schema::Sample,
    a_url_needs_no_encoding_that_browsers_do_without
);
async fn a_url_needs_no_encoding_that_browsers_do_without(app: &App) {
    let odd = "a\"b{c}|\\^`<é>";
    app.post(
        "/api/v1/users",
        json!({ "email": "a@example.com", "name": odd }),
    )
    .await
    .expect(201);
    app.post(
        "/api/v1/users",
        json!({ "email": "b@example.com", "name": "100%" }),
    )
    .await
    .expect(201);
    for (url, email) in [
        (format!("/api/v1/users?name=eq.{odd}"), "a@example.com"),
        (format!("/rest/v1/User?name=eq.{odd}"), "a@example.com"),
        (
            "/rest/v1/User?name=in.(\"100%\",\"{x}\")".to_owned(),
            "b@example.com",
        ),
        ("/api/v1/users?name=eq.100%".to_owned(), "b@example.com"),
        (
            "/rest/v1/User?select=email,t:preferences->>theme&email=eq.b@example.com".to_owned(),
            "b@example.com",
        ),
    ] {
        let answer = get(app, &url).await;
        assert_eq!(status(&answer), 200, "{url}: {answer}");
        let rows = body(&answer);
        let rows = rows.get("data").unwrap_or(&rows);
        assert_eq!(rows[0]["email"], email, "{url}: {answer}");
        assert_eq!(rows[1], json!(null), "{url}: {answer}");
    }
}

#[tokio::test]
async fn what_cannot_be_read_is_told_why() {
    let app = App::builder(Schema::Sample).on(Kind::Sqlite).start().await;
    let long = "a".repeat(70_000);
    for (sent, expected, words) in [
        ("GET /api/v1/users?a=b c HTTP/1.1\r\n\r\n", 400, "space"),
        ("GET /api/v1/users#top HTTP/1.1\r\n\r\n", 400, "fragment"),
        ("GET /api/v1/\u{1} HTTP/1.1\r\n\r\n", 400, "control"),
        ("GET /api/v1/users\r\n\r\n", 400, "first line"),
        ("GET /api/v1/users HTTP/3.0\r\n\r\n", 505, "version"),
        ("GET / HTTP/1.1\nHost: localhost\n\n", 400, "line feed"),
        ("GET / HTTP/1.1\r\nHost x\r\n\r\n", 400, "name: value"),
        ("\u{16}\u{3}\u{1}\0\u{1}", 400, "TLS"),
        ("{\"a\":1}", 400, "method"),
        (
            "POST / HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            400,
            "both",
        ),
        (&format!("GET /{long} HTTP/1.1\r\n\r\n"), 414, "65534"),
        (
            &format!("GET / HTTP/1.1\r\nA: {long}\r\n\r\n"),
            431,
            "32768",
        ),
        (
            &format!("GET / HTTP/1.1\r\n{}\r\n", "A: b\r\n".repeat(101)),
            431,
            "100",
        ),
    ] {
        let mut raw = Raw::to(app.address).await;
        raw.send(sent).await;
        let answer = raw.rest().await;
        assert_eq!(status(&answer), expected, "{answer}");
        assert!(answer.contains("application/problem+json"), "{answer}");
        assert!(answer.contains("x-request-id: "), "{answer}");
        let detail = body(&answer)["detail"].to_string();
        assert!(detail.contains(words), "{answer}");
    }
    let answer = get(&app, "/rest/v1/User?a=b c").await;
    assert_eq!(status(&answer), 400, "{answer}");
    let members = body(&answer);
    assert_eq!(members["code"], "PGRST100");
    assert!(members["message"].to_string().contains("space"), "{answer}");
}

#[tokio::test]
async fn requests_that_come_at_once_or_in_pieces_are_the_same_ones() {
    let app = App::builder(Schema::Sample).on(Kind::Sqlite).start().await;
    let user = |n: usize| json!({ "email": format!("{n}@example.com") }).to_string();
    let (first, second) = (user(1), user(2));
    let all = format!(
        "\r\nPOST /api/v1/users HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n{first}\
         \r\nPOST /api/v1/users HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
         Transfer-Encoding: chunked\r\n\r\n{:x};a=\"b\"\r\n{second}\r\n0\r\nX: y\r\n\r\n\
         GET /api/v1/users?email=in.(\"1@example.com\",\"2@example.com\")&order=email HTTP/1.1\r\nHost: localhost\r\n\
         Connection: close\r\n\r\n",
        first.len(),
        second.len(),
    );
    for size in [1, 7, 64, 100_000] {
        let mut raw = Raw::to(app.address).await;
        for piece in all.as_bytes().chunks(size) {
            raw.send(piece).await;
            tokio::task::yield_now().await;
        }
        let answers = raw.rest().await;
        let statuses: Vec<u16> = answers
            .split("HTTP/1.1 ")
            .skip(1)
            .map(|answer| answer[..3].parse().expect("a status"))
            .collect();
        let created = if size == 1 { 201 } else { 409 };
        assert_eq!(statuses, [created, created, 200], "{answers}");
        assert!(answers.contains("1@example.com") && answers.contains("2@example.com"));
    }
}

#[tokio::test]
async fn nothing_is_taken_for_a_request_behind_one_that_is_refused() {
    let app = App::builder(Schema::Sample).on(Kind::Sqlite).start().await;
    let hidden = "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n";
    for head in [
        "POST /health HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\nContent-Length: 0\r\n\r\n",
        "POST /health HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nContent-Length: 0\r\n\r\n",
        "POST /health HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: xchunked\r\n\r\n",
        "POST /health HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: \x0bchunked\r\n\r\n",
        "POST /health HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding\t: chunked\r\n\r\n",
        "POST /health HTTP/1.1\r\nHost: localhost\r\nX: y\n\n",
        "POST /health HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n0\nX",
    ] {
        let mut raw = Raw::to(app.address).await;
        raw.send(format!("{head}{hidden}")).await;
        let answers = raw.rest().await;
        assert_eq!(answers.matches("HTTP/1.1 ").count(), 1, "{answers}");
        assert_eq!(status(&answers) / 100, 4, "{answers}");
    }
}
