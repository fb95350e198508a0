//! Large answers travel compressed where `Accept-Encoding` asks for it; what they say is the same.

use async_compression::tokio::bufread::{BrotliDecoder, GzipDecoder, ZstdDecoder};
use serde_json::{Value, json};
use tokio::io::AsyncReadExt;

use crate::{
    on_each_database,
    support::{Answer, App, Kind, Options, Schema},
};

const LIST: &str = "/api/v1/users?limit=100";

async fn with_many_users(app: &App) -> Value {
    let users: Vec<Value> = (0..100)
        .map(|n| json!({ "email": format!("user{n}@example.com"), "name": "Zoë Żółć" }))
        .collect();
    app.post("/api/v1/users", json!(users)).await.expect(201)
}

async fn ask(app: &App, path: &str, accept_encoding: &str) -> Answer {
    app.request("GET", path)
        .header("accept-encoding", accept_encoding)
        .send()
        .await
}

async fn decoded(answer: &Answer) -> String {
    let (mut text, body) = (String::new(), &answer.body[..]);
    match answer.header("content-encoding") {
        Some("zstd") => ZstdDecoder::new(body).read_to_string(&mut text).await,
        Some("br") => BrotliDecoder::new(body).read_to_string(&mut text).await,
        Some("gzip") => GzipDecoder::new(body).read_to_string(&mut text).await,
        other => panic!("{other:?} is no coding of ours"),
    }
    .expect("decodes");
    text
}

/// Whether caches are told that the coding was chosen. `/errors` depends on `Accept` as well.
fn varies(answer: &Answer) -> bool {
    let mut lines = answer.headers.get_all("vary").iter();
    lines.any(|line| line == "accept-encoding")
}

on_each_database!(Schema::Sample, every_coding_carries_the_same_body);
async fn every_coding_carries_the_same_body(app: &App) {
    with_many_users(app).await;
    for path in [LIST, "/openapi.json", "/docs", "/errors"] {
        let plain = app.get(path).await;
        plain.assert_status(200);
        assert_eq!(plain.header("content-encoding"), None);
        assert!(varies(&plain), "{path}");
        for coding in ["zstd", "br", "gzip"] {
            let answer = ask(app, path, coding).await;
            answer.assert_status(200);
            assert_eq!(answer.header("content-encoding"), Some(coding), "{path}");
            assert_eq!(answer.header("content-type"), plain.header("content-type"));
            assert!(varies(&answer), "{path}");
            assert_eq!(answer.header("content-length"), None, "{path}");
            assert!(answer.body.len() < plain.body.len(), "{path} in {coding}");
            assert!(decoded(&answer).await == plain.text, "{path} in {coding}");
        }
    }
}

on_each_database!(Schema::Sample, what_a_write_answers_is_compressed_too);
async fn what_a_write_answers_is_compressed_too(app: &App) {
    let users: Vec<Value> = (0..50)
        .map(|n| json!({ "email": format!("{n}@example.com") }))
        .collect();
    let created = app
        .request("POST", "/api/v1/users")
        .header("accept-encoding", "gzip")
        .json(json!(users))
        .send()
        .await;
    created.assert_status(201);
    let rows: Value = serde_json::from_str(&decoded(&created).await).expect("JSON");
    assert_eq!(rows.as_array().map(Vec::len), Some(50));
}

on_each_database!(Schema::Sample, small_answers_come_as_they_are);
async fn small_answers_come_as_they_are(app: &App) {
    let tag = app
        .post("/api/v1/tags", json!({ "name": "small" }))
        .await
        .expect(201);
    let path = format!("/api/v1/tags/{}", tag["id"]);
    for accept_encoding in ["gzip", "br", "zstd", "*", "gzip, identity;q=0"] {
        let answer = ask(app, &path, accept_encoding).await;
        assert_eq!(answer.header("content-encoding"), None);
        assert_eq!(answer.header("vary"), None);
        assert_eq!(
            answer.header("content-length"),
            Some(answer.text.len().to_string().as_str())
        );
        assert_eq!(answer.expect(200)["name"], "small");
    }
    let deleted = app
        .request("DELETE", &path)
        .header("accept-encoding", "gzip")
        .send()
        .await;
    assert_eq!(deleted.header("content-encoding"), None);
    deleted.expect(204);
}

on_each_database!(Schema::Sample, the_client_chooses);
async fn the_client_chooses(app: &App) {
    with_many_users(app).await;
    let plain = app.get(LIST).await.text;
    for (accept_encoding, coding) in [
        ("gzip, deflate", "gzip"),
        ("gzip, deflate, br", "br"),
        ("gzip, deflate, br, zstd", "zstd"),
        ("br;q=0.8, gzip;q=0.9", "gzip"),
        ("zstd;q=0, *", "br"),
        (" GZIP ; q=1.0 , ,", "gzip"),
        ("*", "zstd"),
        ("lz4, wrong;q=x, gzip;q=0.5", "gzip"),
    ] {
        let answer = ask(app, LIST, accept_encoding).await;
        assert_eq!(
            answer.header("content-encoding"),
            Some(coding),
            "{accept_encoding}"
        );
        assert!(decoded(&answer).await == plain, "{accept_encoding}");
    }
    let commas = ",".repeat(4096);
    for accept_encoding in [
        "",
        "identity",
        "identity, gzip;q=0.5",
        "gzip;q=0",
        "gzip;q=0, br;q=0.0, zstd;q=0.00",
        "*;q=0",
        "deflate",
        "lz4, compress",
        "gzip;q=2",
        "gzip;q=-1",
        "gzip;level=9",
        "gzip br",
        "\"gzip\"",
        ";q=1",
        &commas,
    ] {
        let answer = ask(app, LIST, accept_encoding).await;
        assert_eq!(answer.header("content-encoding"), None, "{accept_encoding}");
        assert_eq!(
            answer.header("vary"),
            Some("accept-encoding"),
            "{accept_encoding}"
        );
        answer.assert_status(200);
        assert!(answer.text == plain, "{accept_encoding}");
    }
}

on_each_database!(
    Schema::Sample,
    head_has_the_headers_of_get_but_for_the_length
);
async fn head_has_the_headers_of_get_but_for_the_length(app: &App) {
    with_many_users(app).await;
    for accept_encoding in ["identity", "gzip", "br", "zstd"] {
        let get = ask(app, LIST, accept_encoding).await;
        let head = app
            .request("HEAD", LIST)
            .header("accept-encoding", accept_encoding)
            .send()
            .await;
        head.assert_status(200);
        assert!(head.body.is_empty());
        for header in ["content-type", "content-encoding", "vary"] {
            assert_eq!(head.header(header), get.header(header), "{accept_encoding}");
        }
    }
}

on_each_database!(Schema::Sample, problems_can_be_read_without_decoding);
async fn problems_can_be_read_without_decoding(app: &App) {
    let wrong: Vec<Value> = (0..20)
        .map(|_| json!({ "email": 5, "name": 5, "nonsense": 5 }))
        .collect();
    let answer = app
        .request("POST", "/api/v1/users")
        .header("accept-encoding", "gzip, br, zstd")
        .json(json!(wrong))
        .send()
        .await;
    assert!(answer.text.len() > 1024, "{answer}");
    assert_eq!(answer.header("content-encoding"), None);
    answer.expect_problem(422);
}

#[tokio::test]
async fn answers_to_browsers_vary_by_origin_too() {
    let options = Options::default().set("BACKEND_CORS_ORIGINS", "*");
    let app = App::builder(Schema::Sample)
        .on(Kind::Sqlite)
        .with(options)
        .start()
        .await;
    with_many_users(&app).await;
    let answer = app
        .request("GET", LIST)
        .header("origin", "https://app.example.com")
        .header("accept-encoding", "br")
        .send()
        .await;
    let vary: Vec<_> = answer.headers.get_all("vary").iter().collect();
    assert_eq!(vary, ["accept-encoding", "origin"]);
    assert_eq!(answer.header("content-encoding"), Some("br"));
}

#[tokio::test]
async fn nothing_is_compressed_where_it_is_switched_off() {
    let options = Options::default().set("COMPRESSION", "false");
    let app = App::builder(Schema::Sample)
        .on(Kind::Sqlite)
        .with(options)
        .start()
        .await;
    with_many_users(&app).await;
    let answer = app
        .request("GET", LIST)
        .header("accept-encoding", "gzip, br, zstd")
        .send()
        .await;
    assert_eq!(answer.header("content-encoding"), None);
    assert_eq!(answer.header("vary"), None);
    answer.expect(200);
}
