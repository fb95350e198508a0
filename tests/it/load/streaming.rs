//! Lists too long to be held in memory.

use std::time::{Duration, Instant};

use futures_util::StreamExt;
use serde_json::json;

use crate::{
    on_each_database,
    support::{App, Kind, Options, Schema},
};

async fn app(schema: Schema, kind: Kind) -> App {
    let options = Options::default().set("MAX_PAGE_SIZE", "50000");
    App::builder(schema).on(kind).with(options).start().await
}

on_each_database!(Schema::Sample, a_long_list_is_the_same_as_many_short_ones);
async fn a_long_list_is_the_same_as_many_short_ones(given: &App) {
    let app = app(Schema::Sample, given.kind).await;
    let rows: Vec<_> = (0..2500)
        .map(|n| json!({ "email": format!("{n:05}@example.com"), "name": "\"quoted\" \n" }))
        .collect();
    app.post("/api/v1/users", json!(rows)).await.expect(201);
    let filter = "/api/v1/users?email=like.*@example.com&order=email";
    let long = app.get(&format!("{filter}&limit=50000")).await;
    assert_eq!(long.header("content-type"), Some("application/json"));
    let long = long.expect(200);
    let long = long["data"].as_array().expect("rows");
    let mut short = Vec::new();
    while short.len() < long.len() {
        let path = format!("{filter}&limit=500&offset={}", short.len());
        let page = app.get(&path).await.expect(200);
        let page = page["data"].as_array().expect("rows").clone();
        assert!(!page.is_empty(), "the long list has rows that no page has");
        short.extend(page);
    }
    assert!(long.len() >= 2500);
    assert_eq!(*long, short);
    let none = app.get("/api/v1/users?email=eq.nobody&limit=50000").await;
    assert_eq!(
        none.expect(200),
        json!({ "data": [], "nextCursor": null, "total": null })
    );
}

#[tokio::test]
async fn a_long_list_that_fails_before_its_first_row_is_a_problem() {
    let options = Options::default()
        .set("MAX_PAGE_SIZE", "50000")
        .set("DB_TIMEOUT_SECS", "1");
    let app = App::builder(Schema::Load).with(options).start().await;
    let answer = app.get("/api/v1/slows?limit=5000").await;
    assert_eq!(answer.expect_problem(504).0, "database_timeout");
    app.get("/api/v1/items?limit=3000").await.expect(200);
}

#[tokio::test]
async fn whoever_stops_reading_gives_the_lane_back() {
    let app = app(Schema::Load, Kind::Postgres).await;
    app.db_execute(
        r#"INSERT INTO "Item" SELECT 'big' || n, repeat('x', 2000) FROM generate_series(1, 20000) AS n"#,
    )
    .await;
    let url = format!("http://{}/api/v1/items?limit=50000", app.address);
    for _ in 0..6 {
        let response = reqwest::get(&url).await.expect("an answer");
        let mut body = response.bytes_stream();
        body.next().await.expect("a beginning").expect("bytes");
        drop(body);
    }
    // Two lanes are for such lists, and all six have given theirs back.
    let started = Instant::now();
    while app.get("/api/v1/slows").await.status.as_u16() != 200 {
        assert!(started.elapsed() < Duration::from_secs(30));
    }
    let whole = app.get("/api/v1/items?limit=50000").await.expect(200);
    assert!(whole["data"].as_array().expect("rows").len() > 20_000);
}
