//! One change after the other.

use std::time::{Duration, Instant};

use sea_orm::{ConnectionTrait, DatabaseBackend, Statement};
use serde_json::json;

use super::{SOON, TABLES, diagnosis, generation, live, soon};
use crate::{
    on_each_database,
    support::{App, Kind, Options, PATIENCE, Proxy, database::TestDatabase},
};

on_each_database!(a_new_column_and_a_new_table_are_served_soon);
async fn a_new_column_and_a_new_table_are_served_soon(kind: Kind) {
    let app = live(kind, Options::default()).await;
    app.get("/api/v1/notes?select=later").await.expect(400);
    app.db_execute(r#"ALTER TABLE "Note" ADD COLUMN "later" TEXT"#)
        .await;
    let since = Instant::now();
    soon(&app, "/api/v1/notes?select=later", since, |answer| {
        answer.status == 200
    })
    .await;
    let note = json!({ "id": "n2", "title": "second", "later": "x" });
    app.post("/api/v1/notes", note).await.expect(201);

    app.db_execute(r#"CREATE TABLE "Later" ("id" TEXT NOT NULL PRIMARY KEY)"#)
        .await;
    let since = Instant::now();
    soon(&app, "/api/v1/laters", since, |it| it.status == 200).await;
    app.get("/rest/v1/Later").await.expect(200);

    // What is told of the catalog follows it.
    let document = app.get("/openapi.json").await;
    assert!(document.text.contains("/api/v1/laters"));
    let schema = app.get("/api/v1/schema").await;
    assert!(schema.text.contains("later"), "{schema}");
    let told = diagnosis(&app).await;
    assert_eq!(told["source"], "live");
    assert_eq!(told["generation"], 3);
    assert!(told["changes"][0].to_string().contains("Later"), "{told}");
    assert!(told["failure"].is_null(), "{told}");
    let health = app.get("/health").await.expect(200);
    assert_eq!(health["checks"]["drift"]["status"], "ok");
}

on_each_database!(what_is_gone_is_gone_for_the_very_next_request);
async fn what_is_gone_is_gone_for_the_very_next_request(kind: Kind) {
    let app = live(kind, Options::default()).await;
    for path in ["/api/v1/notes", "/api/v1/notes/n1", "/api/v1/tags"] {
        app.get(path).await.expect(200);
    }
    app.db_execute(r#"ALTER TABLE "Note" DROP COLUMN "extra""#)
        .await;
    let notes = app.get("/api/v1/notes").await.expect(200);
    assert_eq!(notes["data"], json!([{ "id": "n1", "title": "first" }]));

    app.db_execute(r#"ALTER TABLE "Note" RENAME COLUMN "title" TO "heading""#)
        .await;
    let note = json!({ "id": "n2", "title": "second" });
    let refused = app.post("/api/v1/notes", note).await;
    assert_eq!(refused.expect_problem(422).0, "validation_failed");
    let note = json!({ "id": "n2", "heading": "second" });
    app.post("/api/v1/notes", note).await.expect(201);

    app.db_execute(r#"ALTER TABLE "Tag" RENAME TO "Label""#)
        .await;
    app.get("/api/v1/tags").await.expect(404);
    let labels = app.get("/api/v1/labels").await.expect(200);
    assert_eq!(labels["data"], json!([{ "id": "t1", "name": "red" }]));

    app.db_execute(r#"DROP TABLE "Label""#).await;
    let batch = json!({ "operations": [
        { "method": "POST", "path": "/notes", "body": { "id": "n3", "heading": "third" } },
        { "method": "POST", "path": "/labels", "body": { "id": "t2", "name": "blue" } },
    ] });
    app.post("/api/v1/batch", batch).await.expect(404);
    // Nothing of the batch has happened.
    app.get("/api/v1/notes/n3").await.expect(404);
    app.get("/api/v1/labels").await.expect(404);
    app.get("/rest/v1/Label").await.expect(404);
}

on_each_database!(the_other_dialect_follows_too);
async fn the_other_dialect_follows_too(kind: Kind) {
    let app = live(kind, Options::default()).await;
    app.get("/rest/v1/Note").await.expect(200);
    app.db_execute(r#"ALTER TABLE "Note" DROP COLUMN "extra""#)
        .await;
    let notes = app.get("/rest/v1/Note").await.expect(200);
    assert_eq!(notes, json!([{ "id": "n1", "title": "first" }]));
    // A mistake of the caller stays one.
    assert_eq!(app.get("/rest/v1/Note?select=extra").await.status, 400);
    app.db_execute(r#"ALTER TABLE "Note" RENAME TO "Page""#)
        .await;
    let new = app.post("/rest/v1/Note", json!({ "id": "n2", "title": "x" }));
    new.await.expect(404);
    let new = app.post("/rest/v1/Page", json!({ "id": "n2", "title": "x" }));
    assert_eq!(new.await.status, 201);
    let pages = app.get("/rest/v1/Page?select=id").await.expect(200);
    assert_eq!(pages, json!([{ "id": "n1" }, { "id": "n2" }]));
}

#[tokio::test]
async fn a_column_of_another_type_and_a_new_label_are_served_as_they_are() {
    let app = live(Kind::Postgres, Options::default()).await;
    app.get("/api/v1/notes/n1").await.expect(200);
    app.db_execute(
        r#"UPDATE "Note" SET "title" = '12';
           ALTER TABLE "Note" ALTER COLUMN "title" TYPE INTEGER USING "title"::integer"#,
    )
    .await;
    let note = app.get("/api/v1/notes/n1").await.expect(200);
    assert_eq!(note["title"], 12);
    app.db_execute(
        r#"CREATE TYPE "Mood" AS ENUM ('GOOD');
           ALTER TABLE "Note" ADD COLUMN "mood" "Mood""#,
    )
    .await;
    generation(&app, 3).await;
    let change = async |mood| app.patch("/api/v1/notes/n1", json!({ "mood": mood })).await;
    change("GOOD").await.expect(200);
    change("BETTER").await.expect(422);
    app.db_execute(r#"ALTER TYPE "Mood" ADD VALUE 'BETTER'"#)
        .await;
    let since = Instant::now();
    while change("BETTER").await.status != 200 {
        assert!(since.elapsed() < SOON, "the label is not taken");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

on_each_database!(a_policy_that_no_longer_fits_leaves_the_old_catalog_in_service);
async fn a_policy_that_no_longer_fits_leaves_the_old_catalog_in_service(kind: Kind) {
    let app = live(kind, Options::default().hide("Note", "extra")).await;
    let notes = app.get("/api/v1/notes").await.expect(200);
    assert_eq!(notes["data"], json!([{ "id": "n1", "title": "first" }]));
    // The column would show under its new name.
    app.db_execute(r#"ALTER TABLE "Note" RENAME COLUMN "extra" TO "secret""#)
        .await;
    let since = Instant::now();
    loop {
        let answer = app.get("/api/v1/notes").await;
        assert!(!answer.text.contains("secret"), "{answer}");
        assert!(!answer.text.contains("more"), "{answer}");
        if answer.status == 503 {
            assert_eq!(answer.expect_problem(503).0, "schema_drift");
            break;
        }
        assert!(since.elapsed() < SOON, "nobody notices: {answer}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    app.get("/api/v1/tags").await.expect(200);
    let told = diagnosis(&app).await;
    assert_eq!(told["generation"], 1);
    assert!(told["failure"].to_string().contains("extra"), "{told}");

    app.db_execute(r#"ALTER TABLE "Note" RENAME COLUMN "secret" TO "extra""#)
        .await;
    let since = Instant::now();
    soon(&app, "/api/v1/notes", since, |it| it.status == 200).await;
    assert!(diagnosis(&app).await["failure"].is_null());
}

#[tokio::test]
async fn a_database_that_is_not_there_yet_is_waited_for() {
    let database = TestDatabase::made_by(TABLES, Kind::Postgres, &["public"]).await;
    let (proxy, url) = Proxy::before(database.postgres_url()).await;
    proxy.go_down();
    let options = Options::default().set("CATALOG", "live");
    let app = App::builder(database).with(options);
    let app = app.start_behind(async |_| Some(url)).await.expect("starts");
    for path in ["/api/v1/notes", "/rest/v1/Note", "/health"] {
        assert_eq!(app.get(path).await.status, 503, "{path}");
    }
    proxy.come_up();
    let started = Instant::now();
    while app.get("/api/v1/notes").await.status != 200 {
        assert!(started.elapsed() < PATIENCE, "the schema is not read");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    app.get("/health").await.expect(200);
}

#[tokio::test]
async fn a_server_without_requests_asks_the_database_nothing() {
    let app = live(Kind::Postgres, Options::default()).await;
    app.get("/api/v1/notes").await.expect(200);
    let db = app.db().await;
    let last = async || {
        let sql = "SELECT max(query_start)::text AS last FROM pg_stat_activity \
                   WHERE datname = current_database() AND pid <> pg_backend_pid()";
        let statement = Statement::from_string(DatabaseBackend::Postgres, sql);
        let row = db.query_one_raw(statement).await.expect("asks");
        let last = row.expect("a row").try_get::<String>("", "last");
        last.expect("the server is connected")
    };
    // The look that the request was a reason for.
    tokio::time::sleep(Duration::from_millis(2500)).await;
    let before = last().await;
    tokio::time::sleep(Duration::from_millis(3500)).await;
    assert_eq!(last().await, before);
}
