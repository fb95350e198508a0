//! Slow statements: nobody waits behind them, there are never too many, and they end with whoever
//! asked for them.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use sea_orm::{ConnectionTrait, DatabaseConnection};
use serde_json::json;

use super::all_at_once;
use crate::support::{App, Options, PATIENCE, Schema};

/// Statements that sleep in the database now.
async fn sleeping(db: &DatabaseConnection) -> usize {
    let sql = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() \
               AND state = 'active' AND wait_event = 'PgSleep'";
    let statement = sea_orm::Statement::from_string(db.get_database_backend(), sql);
    db.query_all_raw(statement).await.expect("asks").len()
}

async fn until_sleeping(db: &DatabaseConnection, count: usize) {
    let started = Instant::now();
    loop {
        let found = sleeping(db).await;
        if found == count {
            return;
        }
        assert!(started.elapsed() < PATIENCE, "{found} sleep, not {count}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn quick_requests_overtake_slow_ones() {
    let app = App::builder(Schema::Load).start().await;
    let db = app.db().await;
    let slow = tokio::spawn(join_all(
        (0..2).map(|_| app.request("GET", "/api/v1/slows").send()),
    ));
    until_sleeping(&db, 2).await;
    for n in 1..=8 {
        app.get(&format!("/api/v1/items/item{n}")).await.expect(200);
        app.get("/api/v1/items?limit=5").await.expect(200);
        app.patch(
            &format!("/api/v1/items/item{n}"),
            json!({ "name": "touched" }),
        )
        .await
        .expect(200);
    }
    assert!(
        !slow.is_finished(),
        "the quick ones waited for the slow ones"
    );
    for answer in slow.await.expect("no panic") {
        answer.expect(200);
    }
}

#[tokio::test]
async fn a_request_behind_a_lock_holds_up_no_other() {
    let app = App::builder(Schema::Load).start().await;
    let path = |n| format!("/api/v1/items/item{n}");
    for n in 1..=3 {
        app.patch(&path(n), json!({ "version": 1 }))
            .await
            .expect(200);
        app.get(&path(n)).await.expect(200);
    }
    let db = app.db().await;
    let lock = sea_orm::TransactionTrait::begin(&db).await.expect("begins");
    lock.execute_unprepared(r#"UPDATE "Item" SET version = 9 WHERE id = 'item1'"#)
        .await
        .expect("locks the row");
    let blocked = tokio::spawn(
        app.request("PATCH", &path(1))
            .json(json!({ "version": 2 }))
            .send(),
    );
    tokio::time::sleep(Duration::from_millis(100)).await;
    for n in 2..=100 {
        app.patch(&path(n), json!({ "version": n }))
            .await
            .expect(200);
        assert_eq!(app.get(&path(n)).await.expect(200)["version"], n);
    }
    assert!(!blocked.is_finished());
    lock.rollback().await.expect("unlocks");
    assert_eq!(blocked.await.expect("no panic").expect(200)["version"], 2);
}

#[tokio::test]
async fn a_full_pool_sends_away_and_recovers() {
    let options = Options::default().set("DB_QUEUE_SIZE", "6");
    let app = App::builder(Schema::Load).with(options).start().await;
    let started = Instant::now();
    let answers = all_at_once(&app, (0..30).map(|_| "/api/v1/slows".to_owned())).await;
    let (served, refused): (Vec<_>, Vec<_>) = answers
        .into_iter()
        .partition(|answer| answer.status.as_u16() == 200);
    assert!(
        !served.is_empty() && refused.len() >= 24,
        "{}",
        refused.len()
    );
    for answer in refused {
        assert!(answer.header("retry-after").is_some(), "{answer}");
        assert_eq!(answer.expect_problem(503).0, "overloaded");
    }
    // Two at a time, five seconds each, and nobody waits for more than ten.
    assert!(started.elapsed() < Duration::from_secs(25));
    app.get("/api/v1/items/item1").await.expect(200);
    app.get("/health").await.expect(200);
}

#[tokio::test]
async fn whoever_is_refused_hears_of_it_at_once() {
    let options = Options::default().set("DB_QUEUE_SIZE", "2");
    let app = App::builder(Schema::Load).with(options).start().await;
    let db = app.db().await;
    let slow = tokio::spawn(join_all(
        (0..2).map(|_| app.request("GET", "/api/v1/slows").send()),
    ));
    until_sleeping(&db, 2).await;
    let answer = app.get("/api/v1/items/item1").await;
    assert_eq!(answer.expect_problem(503).0, "overloaded");
    assert!(
        !slow.is_finished(),
        "refused only once there was room again"
    );
    slow.abort();
}

#[tokio::test]
async fn a_statement_nobody_waits_for_is_cancelled_and_its_place_is_free() {
    let app = App::builder(Schema::Load).start().await;
    let db = app.db().await;
    for _ in 0..3 {
        let slow: Vec<_> = (0..2)
            .map(|_| tokio::spawn(app.request("GET", "/api/v1/slows").try_send()))
            .collect();
        until_sleeping(&db, 2).await;
        slow.iter().for_each(|request| request.abort());
        until_sleeping(&db, 0).await;
    }
    // Both lanes for slow statements are there again.
    let answers = all_at_once(&app, (0..2).map(|_| "/api/v1/slows".to_owned())).await;
    answers.into_iter().for_each(|answer| {
        answer.expect(200);
    });
}

#[tokio::test]
async fn a_statement_past_its_time_frees_its_lane() {
    let options = Options::default().set("DB_TIMEOUT_SECS", "1");
    let app = App::builder(Schema::Load).with(options).start().await;
    for _ in 0..2 {
        let answers = all_at_once(&app, (0..2).map(|_| "/api/v1/slows".to_owned())).await;
        for answer in answers {
            assert_eq!(answer.expect_problem(504).0, "database_timeout");
        }
    }
    app.get("/api/v1/items").await.expect(200);
}

#[tokio::test]
async fn one_connection_is_enough() {
    let options = Options::default().set("DB_POOL_SIZE", "1");
    let app = App::builder(Schema::Load).with(options).start().await;
    let reads = all_at_once(&app, (1..=100).map(|n| format!("/api/v1/items/item{n}")));
    let writes = join_all((101..=150).map(|n| {
        let request = app.request("PATCH", &format!("/api/v1/items/item{n}"));
        request.json(json!({ "version": n })).send()
    }));
    let (reads, writes) = futures_util::join!(reads, writes);
    for (answer, n) in reads.into_iter().zip(1..) {
        assert_eq!(answer.expect(200)["name"], format!("Item {n}"));
    }
    for (answer, n) in writes.into_iter().zip(101..) {
        assert_eq!(answer.expect(200)["version"], n);
    }
    app.get("/health").await.expect(200);
}

/// More rows than one statement has parameters for: several statements, one transaction.
#[tokio::test]
async fn an_array_that_needs_several_statements_is_still_all_or_nothing() {
    let options = Options::default().set("MAX_BODY_BYTES", "10000000");
    let app = App::builder(Schema::Load).with(options).start().await;
    let rows = |last: &str| {
        let ids = (0..15_000).map(|n| format!("new{n}"));
        let ids = ids.chain([last.to_owned()]);
        ids.map(|id| json!({ "id": id, "name": "new", "version": 1 }))
            .collect::<Vec<_>>()
    };
    let answer = app.post("/api/v1/items", json!(rows("item1"))).await;
    assert_eq!(answer.expect_problem(409).0, "unique_violation");
    app.get("/api/v1/items/new0").await.expect_problem(404);
    let created = app.post("/api/v1/items", json!(rows("new15000"))).await;
    let created = created.expect(201);
    let created = created.as_array().expect("an array");
    assert_eq!(created.len(), 15_001);
    assert_eq!(created[15_000]["id"], "new15000");
    app.get("/api/v1/items/new14999").await.expect(200);
    // The lane is as good as before.
    app.get("/api/v1/slows").await.expect(200);
}
