//! Tables and views with a will of their own: rules, keys that are looked at late, sequences that
//! have come to their end, expressions that fail. PostgreSQL only.

use serde_json::{Value, json};

use crate::support::{Answer, App, Kind, database::TestDatabase};

const ODD: &str = r#"
    CREATE TABLE "Silent" ("id" INTEGER PRIMARY KEY, "name" TEXT NOT NULL);
    INSERT INTO "Silent" VALUES (1, 'a');
    CREATE RULE no_insert AS ON INSERT TO "Silent" DO INSTEAD NOTHING;
    CREATE RULE no_update AS ON UPDATE TO "Silent" DO INSTEAD NOTHING;
    CREATE RULE no_delete AS ON DELETE TO "Silent" DO INSTEAD NOTHING;

    CREATE TABLE "Parent" ("id" INTEGER PRIMARY KEY);
    CREATE TABLE "Partly" ("id" INTEGER PRIMARY KEY, "name" TEXT NOT NULL,
        "parentId" INTEGER REFERENCES "Parent");
    INSERT INTO "Partly" VALUES (1, 'a');
    CREATE RULE not_these AS ON INSERT TO "Partly" WHERE NEW."name" = 'no' DO INSTEAD NOTHING;
    CREATE RULE mark AS ON DELETE TO "Partly" DO INSTEAD UPDATE "Partly" SET "name" = 'gone' WHERE "id" = OLD."id";

    CREATE TABLE "Log" ("what" TEXT);
    CREATE TABLE "Noted" ("id" INTEGER PRIMARY KEY, "name" TEXT NOT NULL);
    CREATE RULE note AS ON INSERT TO "Noted" DO ALSO INSERT INTO "Log" VALUES (NEW."name");

    CREATE SEQUENCE few MAXVALUE 2;
    CREATE TABLE "Numbered" ("id" INTEGER PRIMARY KEY DEFAULT nextval('few'), "name" TEXT NOT NULL,
        "parentId" INTEGER REFERENCES "Parent");

    CREATE TABLE "Share" ("id" INTEGER PRIMARY KEY, "parts" INTEGER NOT NULL,
        "each" INTEGER GENERATED ALWAYS AS (100 / "parts") STORED, "code" TEXT NOT NULL DEFAULT '1',
        CHECK (100 / ("parts" + 1) > 0));
    CREATE FUNCTION read_code() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        PERFORM NEW."code"::integer;
        RETURN NEW;
    END $$;
    CREATE TRIGGER read_code BEFORE INSERT OR UPDATE ON "Share" FOR EACH ROW EXECUTE FUNCTION read_code();
    CREATE TABLE "Reading" ("id" INTEGER PRIMARY KEY, "text" TEXT NOT NULL, "count" INTEGER NOT NULL);
    INSERT INTO "Reading" VALUES (1, '7', 2), (2, 'seven', 0);
    CREATE VIEW "mean" AS SELECT "id", 100 / "count" AS "mean", "text" FROM "Reading";
    CREATE VIEW "number" AS SELECT "id", "text"::integer AS "number", "text" FROM "Reading";

    CREATE TABLE "Late" ("id" INTEGER PRIMARY KEY, "slug" TEXT NOT NULL, "code" TEXT NOT NULL, "both" TEXT NOT NULL,
        "part" INTEGER, "parentId" INTEGER REFERENCES "Parent",
        CONSTRAINT "Late_slug_key" UNIQUE ("slug") DEFERRABLE, CONSTRAINT "Late_code_key" UNIQUE ("code"),
        CONSTRAINT "Late_both_key" UNIQUE ("both") DEFERRABLE INITIALLY DEFERRED);
    CREATE UNIQUE INDEX "Late_both_too" ON "Late" ("both");
    CREATE UNIQUE INDEX "Late_part" ON "Late" ("part") WHERE "part" > 0;
    CREATE UNIQUE INDEX "Late_lower" ON "Late" (lower("code"));
    CREATE TABLE "LateKey" ("id" INTEGER, "name" TEXT NOT NULL,
        CONSTRAINT "LateKey_pkey" PRIMARY KEY ("id") DEFERRABLE);
"#;

async fn odd() -> App {
    let database = TestDatabase::made_by(ODD, Kind::Postgres, &["public"]).await;
    App::builder(database).start().await
}

async fn rest(app: &App, method: &str, path: &str, prefer: &str, body: Value) -> Answer {
    let request = app.request(method, &format!("/rest/v1/{path}"));
    request.header("Prefer", prefer).json(body).send().await
}

#[track_caller]
fn refused(answer: Answer, status: u16, code: &str) {
    let text = answer.to_string();
    assert_eq!(answer.expect_problem(status).0, code, "{text}");
}

#[tokio::test]
async fn a_rule_that_does_something_instead_is_told() {
    let app = odd().await;
    let row = json!({ "id": 5, "name": "x" });
    for (path, is_deleted_by_rule) in [("silents", true), ("partlies", true)] {
        let rows = format!("/api/v1/{path}");
        let first = format!("{rows}/1");
        refused(app.post(&rows, row.clone()).await, 422, "not_writable");
        refused(
            app.post(&rows, json!([row, { "id": 6, "name": "y" }]))
                .await,
            422,
            "not_writable",
        );
        refused(
            app.post(&format!("{rows}?onConflict=id"), row.clone())
                .await,
            422,
            "not_writable",
        );
        refused(
            app.put(&first, json!({ "name": "x" })).await,
            422,
            "not_writable",
        );
        if is_deleted_by_rule {
            refused(app.delete(&first).await, 422, "not_writable");
            refused(
                app.delete(&format!("{rows}?id=eq.1")).await,
                422,
                "not_writable",
            );
        }
    }
    refused(
        app.patch("/api/v1/silents/1", json!({ "name": "x" })).await,
        422,
        "not_writable",
    );
    refused(
        app.patch("/api/v1/silents?id=eq.1", json!({ "name": "x" }))
            .await,
        422,
        "not_writable",
    );
    // A rule that does more is in nobody's way.
    app.post("/api/v1/noteds", row.clone()).await.expect(201);
    let two = json!([{ "id": 6, "name": "y" }, { "id": 7, "name": "z" }]);
    app.post("/api/v1/noteds", two).await.expect(201);
    refused(
        app.post("/api/v1/noteds?onConflict=id", row.clone()).await,
        422,
        "not_writable",
    );
    let nested = json!({ "id": 1, "partlies": { "create": { "id": 5, "name": "x" } } });
    let answer = app.post("/api/v1/parents", nested).await;
    refused(answer, 422, "not_writable");
    app.get("/api/v1/parents/1").await.expect(404);
    let batch = json!({ "operations": [{ "method": "POST", "path": "/silents", "body": row }] });
    refused(app.post("/api/v1/batch", batch).await, 422, "not_writable");

    for (method, path, body) in [
        ("POST", "Silent", row.clone()),
        ("PATCH", "Silent?id=eq.1", json!({ "name": "x" })),
        ("DELETE", "Silent?id=eq.1", json!({})),
        ("POST", "Partly", row.clone()),
        ("POST", "Noted", json!({ "id": 9, "name": "x" })),
        ("PUT", "Silent?id=eq.1", json!({ "id": 1, "name": "x" })),
    ] {
        let answer = rest(&app, method, path, "", body).await;
        assert_eq!(answer.expect(400)["code"], "0A000", "{method} {path}");
    }
    assert_eq!(app.get("/api/v1/silents/1").await.expect(200)["name"], "a");
}

#[tokio::test]
async fn a_sequence_at_its_end_is_nobodys_value() {
    let app = odd().await;
    let rows = "/api/v1/numbereds";
    app.post(rows, json!([{ "name": "a" }, { "name": "b" }]))
        .await
        .expect(201);
    refused(
        app.post(rows, json!({ "name": "c" })).await,
        507,
        "sequence_exhausted",
    );
    refused(
        app.post(rows, json!([{ "name": "c" }, { "name": "d" }]))
            .await,
        507,
        "sequence_exhausted",
    );
    let nested = json!({ "id": 1, "numbereds": { "create": { "name": "c" } } });
    refused(
        app.post("/api/v1/parents", nested).await,
        507,
        "sequence_exhausted",
    );
    let batch = json!({ "operations": [{ "method": "POST", "path": "/numbereds", "body": { "name": "c" } }] });
    refused(
        app.post("/api/v1/batch", batch).await,
        507,
        "sequence_exhausted",
    );
    let answer = rest(&app, "POST", "Numbered", "", json!({ "name": "c" })).await;
    assert_eq!(answer.expect(400)["code"], "2200H");
    // With a number of one's own it goes on.
    app.post(rows, json!({ "id": 7, "name": "c" }))
        .await
        .expect(201);
}

#[tokio::test]
async fn an_expression_that_fails_is_told_from_a_value() {
    let app = odd().await;
    for path in [
        "means",
        "numbers",
        "means?order=mean",
        "numbers/2",
        "numbers?select=id,number&text=eq.seven",
    ] {
        refused(
            app.get(&format!("/api/v1/{path}")).await,
            409,
            "expression_failed",
        );
    }
    app.get("/api/v1/numbers?id=eq.1").await.expect(200);
    refused(
        app.get("/api/v1/readings?text=match.*").await,
        422,
        "invalid_value",
    );
    refused(
        app.get("/api/v1/numbers?text=match.*").await,
        422,
        "invalid_value",
    );
    let shares = "/api/v1/shares";
    for row in [
        json!({ "id": 1, "parts": 0 }),
        json!({ "id": 1, "parts": -1 }),
        json!({ "id": 1, "parts": 1, "code": "x" }),
    ] {
        refused(app.post(shares, row.clone()).await, 422, "check_violation");
        refused(
            app.post(shares, json!([row, { "id": 2, "parts": 1 }]))
                .await,
            422,
            "check_violation",
        );
    }
    app.post(shares, json!({ "id": 1, "parts": 4 }))
        .await
        .expect(201);
    refused(
        app.patch("/api/v1/shares/1", json!({ "parts": 0 })).await,
        422,
        "check_violation",
    );
}

#[tokio::test]
async fn a_key_that_is_looked_at_late_is_offered_to_no_upsert() {
    let app = odd().await;
    let late = json!({ "id": 1, "slug": "s", "code": "c", "both": "b" });
    let rows = "/api/v1/lates";
    app.post(rows, late.clone()).await.expect(201);
    for key in ["slug", "both"] {
        let answer = app
            .post(&format!("{rows}?onConflict={key}"), late.clone())
            .await;
        let text = answer.to_string();
        refused(answer, 400, "invalid_parameter");
        assert!(text.contains("deferrable"), "{text}");
    }
    for key in ["part", "lower"] {
        app.post(&format!("{rows}?onConflict={key}"), late.clone())
            .await
            .expect(400);
    }
    app.post(&format!("{rows}?onConflict=code"), late.clone())
        .await
        .expect(200);
    app.post(&format!("{rows}?onConflict=id"), late.clone())
        .await
        .expect(200);
    app.put(
        "/api/v1/lates/1",
        json!({ "slug": "t", "code": "c", "both": "b" }),
    )
    .await
    .expect(200);

    let document = app.get("/openapi.json").await.expect(200);
    let offered = |path: &str| {
        let parameters = document["paths"][path]["post"]["parameters"]
            .as_array()
            .cloned();
        let parameters = parameters.unwrap_or_default();
        let found = parameters.iter().find(|one| one["name"] == "onConflict");
        found.map(|one| one["schema"]["enum"].clone())
    };
    assert_eq!(offered("/api/v1/lates"), Some(json!(["id", "code"])));
    assert_eq!(offered("/api/v1/late-keys"), None);
    assert!(document["paths"]["/api/v1/late-keys/{id}"]["put"].is_null());

    let keyed = json!({ "id": 1, "name": "n" });
    app.post("/api/v1/late-keys", keyed.clone())
        .await
        .expect(201);
    refused(
        app.put("/api/v1/late-keys/1", json!({ "name": "m" })).await,
        405,
        "method_not_allowed",
    );
    refused(
        app.post("/api/v1/late-keys?onConflict=id", keyed.clone())
            .await,
        400,
        "invalid_parameter",
    );
    app.patch("/api/v1/late-keys/1", json!({ "name": "m" }))
        .await
        .expect(200);

    let parent = |deed: Value| json!({ "id": 1, "lates": deed });
    let skipping = json!({ "createMany": { "data": [late], "skipDuplicates": true } });
    let (code, fields) = app
        .post("/api/v1/parents", parent(skipping))
        .await
        .expect_problem(422);
    assert_eq!(
        (code.as_str(), fields[0].0.as_str()),
        ("validation_failed", "lates.createMany.skipDuplicates")
    );
    let new = json!({ "id": 2, "slug": "new", "code": "new", "both": "new" });
    let found = json!({ "connectOrCreate": { "where": { "slug": "new" }, "create": new } });
    app.post("/api/v1/parents", parent(found.clone()))
        .await
        .expect(201);
    app.patch("/api/v1/parents/1", json!({ "lates": found }))
        .await
        .expect(200);

    let merge = "resolution=merge-duplicates";
    let answer = rest(&app, "POST", "LateKey", merge, keyed).await;
    assert_eq!(answer.expect(400)["code"], "55000");
}
