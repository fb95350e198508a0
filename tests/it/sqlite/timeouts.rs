//! `DB_TIMEOUT_SECS` holds on SQLite: for statements, and for whoever waits for another writer.

use std::time::{Duration, Instant};

use sea_orm::{ConnectionTrait, TransactionTrait};
use serde_json::json;

use super::{app, app_with, transactions::SLOW};
use crate::support::{Options, PATIENCE};

const SQL: &str = r#"
    CREATE TABLE "Note" ("id" INTEGER NOT NULL PRIMARY KEY, "text" TEXT NOT NULL);
    CREATE TRIGGER "slowly" BEFORE INSERT ON "Note" WHEN NEW."text" = 'slow'
        BEGIN SELECT "n" FROM "Slow"; END;
    INSERT INTO "Note" VALUES (1, 'first');
"#;

fn quick() -> Options {
    Options::default().set("DB_TIMEOUT_SECS", "1")
}

#[tokio::test]
async fn a_read_that_takes_too_long_is_ended() {
    let app = app_with(
        &format!("{SLOW} {SQL}"),
        quick().set("MAX_PAGE_SIZE", "5000"),
    )
    .await;
    for path in ["/api/v1/slows", "/api/v1/slows?limit=5000", "/rest/v1/Slow"] {
        let started = Instant::now();
        let answer = app.get(path).await;
        assert!(
            started.elapsed() < Duration::from_secs(4),
            "{path}: {:?}",
            started.elapsed()
        );
        answer.assert_status(504);
    }
    app.get("/api/v1/notes/1").await.expect(200);
}

#[tokio::test]
async fn a_write_that_takes_too_long_is_ended_and_others_wait_or_read() {
    let app = app_with(&format!("{SLOW} {SQL}"), quick().set("DB_POOL_SIZE", "3")).await;
    let slow = app.post("/api/v1/notes", json!({ "id": 2, "text": "slow" }));
    let reads = async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        let started = Instant::now();
        app.get("/api/v1/notes/1").await.expect(200);
        assert!(
            started.elapsed() < Duration::from_millis(700),
            "{:?}",
            started.elapsed()
        );
    };
    let writes = async {
        tokio::time::sleep(Duration::from_millis(500)).await;
        app.post("/api/v1/notes", json!({ "id": 3, "text": "waits" }))
            .await
            .expect(201);
    };
    let (slow, (), ()) = tokio::join!(slow, reads, writes);
    assert_eq!(slow.expect_problem(504).0, "database_timeout");
    let rows = app.get("/api/v1/notes?select=id").await.expect(200);
    assert_eq!(rows["data"], json!([{ "id": 1 }, { "id": 3 }]));
}

#[tokio::test]
async fn another_program_that_writes_is_waited_for_and_then_told_of() {
    let app = app_with(&format!("{SLOW} {SQL}"), quick()).await;
    let other = app.db().await;
    let held = other.begin().await.expect("begins");
    held.execute_unprepared("INSERT INTO \"Note\" VALUES (50, 'other')")
        .await
        .expect("writes");
    let row = |id: i32| json!({ "id": id, "text": "mine" });
    let started = Instant::now();
    let refused = app.post("/api/v1/notes", row(2)).await;
    assert!(
        started.elapsed() < Duration::from_secs(3),
        "{:?}",
        started.elapsed()
    );
    assert!(refused.header("retry-after").is_some(), "{refused}");
    assert_eq!(refused.expect_problem(503).0, "database_busy");
    let refused = app.post("/rest/v1/Note", row(2)).await;
    assert!(refused.header("retry-after").is_some(), "{refused}");
    assert_eq!(refused.expect(503)["code"], "55P03");
    // Who comes before the other has ended gets his turn.
    let waits = app.post("/api/v1/notes", json!([row(2), row(3)]));
    let ends = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        held.commit().await.expect("commits");
    };
    let (written, ()) = tokio::join!(waits, ends);
    written.assert_status(201);
    let rows = app.get("/api/v1/notes?select=id").await.expect(200);
    assert_eq!(
        rows["data"],
        json!([{ "id": 1 }, { "id": 2 }, { "id": 3 }, { "id": 50 }])
    );
}

#[tokio::test]
async fn a_file_that_takes_the_place_of_another_is_opened() {
    let app = app(&format!("{SLOW} {SQL}")).await;
    app.post("/api/v1/notes", json!({ "id": 2, "text": "old" }))
        .await
        .expect(201);
    let url = app.database_url().to_owned();
    let file = std::path::PathBuf::from(url.trim_start_matches("file:"));
    for round in 0..2 {
        let copy = file.with_extension("copy");
        std::fs::copy(&file, &copy).expect("copies");
        std::fs::rename(&copy, &file).expect("takes its place");
        let row = json!({ "id": 10 + round, "text": "new" });
        // By itself, and in a transaction.
        let body = if round == 0 {
            row
        } else {
            json!([row, { "id": 20, "text": "new" }])
        };
        app.post("/api/v1/notes", body).await.assert_status(201);
    }
    let other = app.db().await;
    let found = other.query_all_raw(sea_orm::Statement::from_string(
        sea_orm::DatabaseBackend::Sqlite,
        "SELECT \"id\" FROM \"Note\" WHERE \"id\" > 2",
    ));
    assert_eq!(found.await.expect("reads").len(), 3);
}

#[tokio::test]
async fn reads_see_the_file_that_is_there_now() {
    let app = app(&format!("{SLOW} {SQL}")).await;
    app.get("/api/v1/notes/1").await.expect(200);
    let url = app.database_url().to_owned();
    let file = std::path::PathBuf::from(url.trim_start_matches("file:"));
    let copy = file.with_extension("copy");
    std::fs::copy(&file, &copy).expect("copies");
    let other = sea_orm::Database::connect(format!("sqlite://{}", copy.display()))
        .await
        .expect("opens");
    other
        .execute_unprepared("UPDATE \"Note\" SET \"text\" = 'replaced'")
        .await
        .expect("writes");
    other.close().await.expect("closes");
    std::fs::rename(&copy, &file).expect("takes its place");
    let started = Instant::now();
    loop {
        let note = app.get("/api/v1/notes/1").await.expect(200);
        if note["text"] == "replaced" {
            return;
        }
        assert!(started.elapsed() < PATIENCE, "still {note}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn slow_reads_hold_up_neither_health_nor_reads_by_key() {
    let options = Options::default()
        .set("DB_TIMEOUT_SECS", "3")
        .set("DB_POOL_SIZE", "3");
    let app = app_with(&format!("{SLOW} {SQL}"), options).await;
    let slow = (0..6).map(|_| app.get("/api/v1/slows"));
    let slow = futures_util::future::join_all(slow);
    let quick = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        for path in ["/health", "/api/v1/utils/health-check", "/api/v1/notes/1"] {
            let started = Instant::now();
            app.get(path).await.expect(200);
            let took = started.elapsed();
            assert!(took < Duration::from_secs(1), "{path}: {took:?}");
        }
    };
    let (slow, ()) = tokio::join!(slow, quick);
    for answer in slow {
        let status = answer.status.as_u16();
        assert!(matches!(status, 503 | 504), "{answer}");
    }
}

#[tokio::test]
async fn a_transaction_that_takes_too_long_is_undone() {
    let app = app_with(&format!("{SLOW} {SQL}"), quick()).await;
    let operation = |id: i32, text: &str| json!({ "method": "POST", "path": "/notes", "body": { "id": id, "text": text } });
    let operations = [
        operation(2, "before"),
        operation(3, "slow"),
        operation(4, "after"),
    ];
    let answer = app
        .post("/api/v1/batch", json!({ "operations": operations }))
        .await;
    assert_eq!(answer.expect_problem(504).0, "database_timeout");
    for id in 10..20 {
        let row = json!({ "id": id, "text": "unrelated" });
        app.post("/api/v1/notes", row).await.expect(201);
    }
    let rows = app
        .get("/api/v1/notes?id=lt.10&select=id")
        .await
        .expect(200);
    assert_eq!(rows["data"], json!([{ "id": 1 }]));
}

#[tokio::test]
async fn a_program_that_reads_while_a_write_ends_is_waited_for_and_then_told_of() {
    // Without a write-ahead log nobody may read while a write takes effect.
    let app = app_with(&format!("{SLOW} {SQL}"), quick()).await;
    let other = app.db().await;
    let held = other.begin().await.expect("begins");
    let reading = "SELECT count(*) FROM \"Note\"";
    held.execute_unprepared(reading).await.expect("reads");
    let row = |id: i32| json!({ "id": id, "text": "mine" });
    // By itself, and in a transaction.
    for body in [row(2), json!([row(2), row(3)])] {
        let refused = app.post("/api/v1/notes", body).await;
        assert_eq!(refused.expect_problem(503).0, "database_busy");
    }
    let waits = app.post("/api/v1/notes", json!([row(4), row(5)]));
    let ends = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        held.rollback().await.expect("ends");
    };
    let (written, ()) = tokio::join!(waits, ends);
    written.assert_status(201);
    app.post("/api/v1/notes", row(6)).await.expect(201);
    let rows = app.get("/api/v1/notes?select=id").await.expect(200);
    let wanted = json!([{ "id": 1 }, { "id": 4 }, { "id": 5 }, { "id": 6 }]);
    assert_eq!(rows["data"], wanted);
}
