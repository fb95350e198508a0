//! Triggers that leave a row out without an error: no answer says that it was written.

use serde_json::{Value, json};

use super::rows;
use crate::support::{Answer, App, Kind, database::TestDatabase};

const TABLES: &str = r#"
    CREATE TABLE "Box" ("id" INTEGER NOT NULL PRIMARY KEY, "name" TEXT NOT NULL);
    CREATE TABLE "Item" (
        "id" INTEGER NOT NULL PRIMARY KEY, "name" TEXT NOT NULL, "size" INTEGER NOT NULL DEFAULT 0,
        "boxId" INTEGER,
        CONSTRAINT "Item_boxId_fkey" FOREIGN KEY ("boxId") REFERENCES "Box" ("id")
    );
    INSERT INTO "Box" VALUES (1, 'one'), (2, 'two');
    INSERT INTO "Item" VALUES (1, 'plain', 0, 1), (2, 'fixed', 0, 1);
"#;

/// New items called `skip` are left out, and so are changes and deletes of those called `fixed`.
const ON_POSTGRES: &str = r#"
    CREATE FUNCTION skip() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF NEW."name" LIKE 'skip%' THEN RETURN NULL; END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER skip BEFORE INSERT ON "Item" FOR EACH ROW EXECUTE FUNCTION skip();
    CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF OLD."name" = 'fixed' THEN RETURN NULL; END IF;
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    END $$;
    CREATE TRIGGER keep BEFORE UPDATE OR DELETE ON "Item" FOR EACH ROW EXECUTE FUNCTION keep();
"#;

const ON_SQLITE: &str = r#"
    CREATE TRIGGER skip BEFORE INSERT ON "Item" WHEN NEW."name" LIKE 'skip%' BEGIN SELECT RAISE(IGNORE); END;
    CREATE TRIGGER keep_it BEFORE UPDATE ON "Item" WHEN OLD."name" = 'fixed' BEGIN SELECT RAISE(IGNORE); END;
    CREATE TRIGGER keep BEFORE DELETE ON "Item" WHEN OLD."name" = 'fixed' BEGIN SELECT RAISE(IGNORE); END;
"#;

async fn storage(kind: Kind) -> App {
    let triggers = match kind {
        Kind::Postgres => ON_POSTGRES,
        Kind::Sqlite => ON_SQLITE,
    };
    let sql = format!("{TABLES}{triggers}");
    let database = TestDatabase::made_by(&sql, kind, &["public"]).await;
    App::builder(database).start().await
}

macro_rules! on_each {
    (async fn $name:ident($app:ident) $body:block) => {
        mod $name {
            use super::*;

            async fn story($app: &App) $body

            #[tokio::test]
            async fn on_postgres() {
                story(&storage(Kind::Postgres).await).await;
            }

            #[tokio::test]
            async fn on_sqlite() {
                story(&storage(Kind::Sqlite).await).await;
            }
        }
    };
}

/// The fields of an answer that says that a row was not written.
#[track_caller]
fn left_out(answer: Answer) -> Vec<String> {
    let text = answer.to_string();
    let (code, fields) = answer.expect_problem(409);
    assert_eq!(code, "row_not_written", "{text}");
    fields.into_iter().map(|(field, _)| field).collect()
}

async fn names(app: &App) -> Vec<Value> {
    let rows = rows(app, "/api/v1/items?order=id").await;
    rows.iter().map(|row| row["name"].clone()).collect()
}

on_each!(async fn a_row_that_is_left_out_was_not_written(app) {
    let none: [&str; 0] = [];
    let skipped = json!({ "id": 5, "name": "skip" });
    assert_eq!(left_out(app.post("/api/v1/items", skipped.clone()).await), none);
    assert_eq!(left_out(app.post("/api/v1/items?select=id,box(name)", skipped.clone()).await), none);
    assert_eq!(left_out(app.put("/api/v1/items/5", json!({ "name": "skip" })).await), none);
    assert_eq!(left_out(app.post("/api/v1/items?onConflict=id", skipped).await), none);
    let request = app
        .request("PUT", "/api/v1/items/5")
        .header("If-None-Match", "*");
    let request = request.json(json!({ "name": "skip" }));
    assert_eq!(left_out(request.send().await), none);
    let fixed = "/api/v1/items/2";
    assert_eq!(left_out(app.patch(fixed, json!({ "size": 5 })).await), none);
    assert_eq!(left_out(app.patch(&format!("{fixed}?select=box(name)"), json!({ "size": 5 })).await), none);
    assert_eq!(left_out(app.put(fixed, json!({ "name": "other" })).await), none);
    assert_eq!(left_out(app.delete(fixed).await), none);
    let request = app.request("PATCH", fixed).header("If-Match", "*").json(json!({ "size": 5 }));
    assert_eq!(left_out(request.send().await), none);
    assert_eq!(app.get(fixed).await.expect(200)["size"], 0);
    app.patch("/api/v1/items/7", json!({ "size": 5 })).await.expect_problem(404);
    app.delete("/api/v1/items/7").await.expect_problem(404);
    assert_eq!(names(app).await, ["plain", "fixed"]);
});

on_each!(async fn of_an_array_nothing_is_written_and_the_row_is_named(app) {
    let row = |id: i32, name: &str| json!({ "id": id, "name": name });
    for _ in 0..2 {
        let array = json!([row(5, "a"), row(6, "skip"), row(7, "b")]);
        assert_eq!(left_out(app.post("/api/v1/items", array.clone()).await), ["1"]);
        assert_eq!(left_out(app.post("/api/v1/items?onConflict=id", array).await), ["1"]);
        let all = json!([row(5, "skip"), row(6, "skip")]);
        assert_eq!(left_out(app.post("/api/v1/items", all).await), ["0"]);
    }
    let mixed = json!([row(1, "changed"), { "id": 5, "name": "skip", "size": 1 }, row(2, "x")]);
    assert_eq!(left_out(app.post("/api/v1/items?onConflict=id", mixed).await).len(), 1);
    assert_eq!(names(app).await, ["plain", "fixed"]);
    let array = json!([row(5, "a"), row(7, "b")]);
    app.post("/api/v1/items", array).await.expect(201);
    assert_eq!(names(app).await, ["plain", "fixed", "a", "b"]);
});

on_each!(async fn many_rows_are_counted_as_they_were_changed(app) {
    let changed = app.patch("/api/v1/items?boxId=eq.1", json!({ "size": 3 })).await.expect(200);
    assert_eq!(changed["count"], 1);
    let deleted = app.delete("/api/v1/items?boxId=eq.1").await.expect(200);
    assert_eq!(deleted["count"], 1);
    assert_eq!(names(app).await, ["fixed"]);
});

on_each!(async fn related_rows_that_are_left_out_are_named(app) {
    let box_of = |items: Value| json!({ "id": 5, "name": "new", "items": items });
    let one = json!({ "create": { "id": 5, "name": "skip" } });
    assert_eq!(left_out(app.post("/api/v1/boxes", box_of(one)).await), ["items.create"]);
    let several = json!({ "create": [{ "id": 5, "name": "a" }, { "id": 6, "name": "skip" }] });
    assert_eq!(left_out(app.post("/api/v1/boxes", box_of(several)).await), ["items.create.1"]);
    let many = json!({ "createMany": { "data": [{ "id": 5, "name": "skip" }, { "id": 6, "name": "a" }] } });
    assert_eq!(left_out(app.post("/api/v1/boxes", box_of(many)).await), ["items.createMany.data.0"]);
    let connected = json!({ "connect": { "id": 2 } });
    assert_eq!(left_out(app.post("/api/v1/boxes", box_of(connected)).await), ["items.connect.id"]);
    let owned = json!({ "id": 5, "name": "skip", "box": { "create": { "id": 5, "name": "new" } } });
    assert_eq!(left_out(app.post("/api/v1/items", owned).await).len(), 0);
    app.get("/api/v1/boxes/5").await.expect(404);

    let first = "/api/v1/boxes/1";
    for (operation, field) in [
        (json!({ "update": { "where": { "id": 2 }, "data": { "size": 9 } } }), "items.update.data"),
        (json!({ "delete": { "id": 2 } }), "items.delete"),
        (json!({ "disconnect": { "id": 2 } }), "items"),
        (json!({ "set": [] }), "items"),
    ] {
        let answer = app.patch(first, json!({ "name": "changed", "items": operation })).await;
        assert_eq!(left_out(answer), [field]);
    }
    assert_eq!(app.get(first).await.expect(200)["name"], "one");
    let moved = json!({ "size": 1, "box": { "connect": { "id": 2 } } });
    assert_eq!(left_out(app.patch("/api/v1/items/2", moved).await).len(), 0);
    assert_eq!(app.get("/api/v1/items/2").await.expect(200)["boxId"], 1);
});

on_each!(async fn a_batch_with_such_a_row_does_nothing(app) {
    let answer = app.post("/api/v1/batch", json!({ "operations": [
        { "method": "POST", "path": "/boxes", "body": { "id": 5, "name": "new" } },
        { "method": "POST", "path": "/items", "body": [{ "id": 5, "name": "a" }, { "id": 6, "name": "skip" }] },
    ] })).await;
    assert_eq!(left_out(answer), ["operations.1.body.1"]);
    app.get("/api/v1/boxes/5").await.expect(404);
});

on_each!(async fn postgrest_answers_what_there_is(app) {
    let write = async |method: &str, path: &str, body: Value| {
        let request = app.request(method, &format!("/rest/v1/{path}"));
        request.header("Prefer", "return=representation").json(body).send().await
    };
    let skipped = json!({ "id": 5, "name": "skip" });
    assert_eq!(write("POST", "Item", skipped.clone()).await.expect(201), json!([]));
    let array = json!([skipped, { "id": 6, "name": "a" }]);
    let created = write("POST", "Item?select=id", array).await.expect(201);
    assert_eq!(created, json!([{ "id": 6 }]));
    assert_eq!(write("PATCH", "Item?id=eq.2", json!({ "size": 1 })).await.expect(200), json!([]));
    assert_eq!(write("DELETE", "Item?id=eq.2", json!({})).await.expect(200), json!([]));
    assert_eq!(write("DELETE", "Item?select=id&boxId=eq.1", json!({})).await.expect(200), json!([{ "id": 1 }]));
    let request = app.request("PATCH", "/rest/v1/Item?id=eq.2").json(json!({ "size": 1 }));
    let request = request.header("Accept", "application/vnd.pgrst.object+json");
    assert_eq!(request.send().await.expect(406)["code"], "PGRST116");
    assert_eq!(names(app).await, ["fixed", "a"]);
});
