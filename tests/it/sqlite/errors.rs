//! What SQLite refuses is the caller's to know, in the right words, and never a 500.

use serde_json::{Value, json};

use super::app;
use crate::support::App;

const SQL: &str = r#"
    CREATE TABLE "Owner" ("id" INTEGER NOT NULL PRIMARY KEY, "name" TEXT NOT NULL COLLATE NOCASE);
    CREATE UNIQUE INDEX "Owner_name_key" ON "Owner" ("name");
    CREATE TABLE "Item" ("id" INTEGER NOT NULL PRIMARY KEY, "price" INTEGER NOT NULL,
        "tax" INTEGER GENERATED ALWAYS AS ("price" / 5) STORED,
        "ownerId" INTEGER REFERENCES "Owner" ("id") ON DELETE RESTRICT ON UPDATE RESTRICT);
    CREATE VIEW "Cheap" AS SELECT "id", "price" FROM "Item" WHERE "price" < 10;
    CREATE TABLE "Exact" ("id" INTEGER NOT NULL PRIMARY KEY, "count" INT NOT NULL, "data" BLOB) STRICT;
    CREATE TRIGGER "keep" BEFORE DELETE ON "Item" BEGIN
        SELECT RAISE(ABORT, 'constraint failed: Item.price is 7'); END;
    CREATE TRIGGER "kept" BEFORE UPDATE ON "Item" WHEN NEW."price" < 0 BEGIN
        SELECT RAISE(FAIL, 'no price is negative'); END;
    INSERT INTO "Owner" VALUES (1, 'Ada'), (2, 'Bob');
    INSERT INTO "Item" ("id", "price", "ownerId") VALUES (1, 7, 1);
"#;

async fn rest(app: &App, method: &str, path: &str, body: Value, status: u16) -> Value {
    let request = app.request(method, &format!("/rest/v1/{path}"));
    request.json(body).send().await.expect(status)
}

#[tokio::test]
async fn what_a_trigger_raises_is_no_foreign_key() {
    let app = app(SQL).await;
    let deleted = app.delete("/api/v1/items/1").await;
    assert!(!deleted.text.contains("price"), "{deleted}");
    assert_eq!(deleted.expect_problem(422).0, "check_violation");
    let changed = app.patch("/api/v1/items/1", json!({ "price": -1 })).await;
    assert_eq!(changed.expect_problem(422).0, "check_violation");
    let refusal = rest(&app, "PATCH", "Item?id=eq.1", json!({ "price": -1 }), 400).await;
    let wanted = json!({ "code": "P0001", "message": "no price is negative", "details": null, "hint": null });
    assert_eq!(refusal, wanted);
    // A foreign key that acts at once has the same code in SQLite.
    assert_eq!(
        app.delete("/api/v1/owners/1").await.expect_problem(409).0,
        "foreign_key_violation"
    );
    let changed = rest(&app, "PATCH", "Owner?id=eq.1", json!({ "id": 9 }), 409).await;
    assert_eq!(changed["code"], "23503");
}

#[tokio::test]
async fn a_value_for_a_column_that_the_database_computes_is_refused_as_postgresql_does() {
    let app = app(SQL).await;
    let row = json!({ "id": 2, "price": 5, "tax": 1 });
    for path in ["Item", "Item?on_conflict=id"] {
        let request = app.request("POST", &format!("/rest/v1/{path}"));
        let request = request.header("Prefer", "resolution=merge-duplicates");
        let refusal = request.json(row.clone()).send().await.expect(400);
        assert_eq!(
            refusal,
            json!({
                "code": "428C9",
                "message": "cannot insert a non-DEFAULT value into column \"tax\"",
                "details": "Column \"tax\" is a generated column.",
                "hint": null,
            })
        );
    }
    let refusal = rest(&app, "PATCH", "Item?id=eq.1", json!({ "tax": 1 }), 400).await;
    assert_eq!(refusal["code"], "428C9");
    assert_eq!(
        refusal["message"],
        "column \"tax\" can only be updated to DEFAULT"
    );
    app.post("/api/v1/items", row).await.expect_problem(422);
}

#[tokio::test]
async fn nothing_that_a_caller_sends_is_an_internal_error() {
    let app = app(SQL).await;
    let many = "1,".repeat(25_000);
    let many = many.trim_end_matches(',');
    let long = "a*".repeat(26_000);
    let deep = |depth: usize| {
        format!(
            "or={}id.eq.1{}",
            "(id.eq.2,or".repeat(depth) + "(",
            ")".repeat(depth + 1)
        )
    };
    for path in [
        format!("/api/v1/items?id=in.({many})"),
        format!("/rest/v1/Item?id=in.({many})"),
        format!("/api/v1/owners?name=like.{long}"),
        format!("/rest/v1/Owner?name=like.{long}"),
        format!("/rest/v1/Item?{}", deep(1200)),
        format!("/api/v1/items?{}", deep(1200)),
    ] {
        let answer = app.get(&path).await;
        assert!(answer.status.as_u16() < 500, "{:.60}: {answer:.300}", path);
    }
    for (path, body) in [
        ("Cheap", json!({ "id": 5, "price": 5 })),
        ("Exact", json!({ "id": 1, "count": "many" })),
        ("Exact", json!({ "id": "x", "count": 1 })),
        (
            "Exact",
            json!({ "id": 1, "count": 9_007_199_254_740_993_i64 }),
        ),
        ("Exact", json!({ "id": 1, "count": null })),
        ("Item", json!({ "id": null, "price": null })),
    ] {
        let answer = app.post(&format!("/rest/v1/{path}"), body.clone()).await;
        assert!(answer.status.as_u16() < 500, "{path} {body}: {answer}");
    }
}

#[tokio::test]
async fn rows_of_one_upsert_that_only_the_database_sees_as_equal_are_refused() {
    let app = app(SQL).await;
    let rows = json!([{ "id": 7, "name": "Eve" }, { "id": 8, "name": "EVE" }]);
    let answer = app
        .post("/api/v1/owners?onConflict=name", rows.clone())
        .await;
    assert_eq!(answer.expect_problem(409).0, "unique_violation");
    let request = app.request("POST", "/rest/v1/Owner?on_conflict=name");
    let request = request.header("Prefer", "resolution=merge-duplicates");
    let refusal = request.json(rows).send().await.expect(409);
    assert_eq!(refusal["code"], "21000");
    let names = app.get("/api/v1/owners?select=name").await.expect(200);
    assert_eq!(names["data"], json!([{ "name": "Ada" }, { "name": "Bob" }]));
    // Rows that were there already are merged into, each once.
    let rows = json!([{ "name": "ADA" }, { "name": "bob" }, { "name": "New" }]);
    let merged = app.post("/api/v1/owners?onConflict=name", rows).await;
    let merged = merged.json();
    assert_eq!(
        merged["outcomes"],
        json!(["updated", "updated", "created"]),
        "{merged}"
    );
}
