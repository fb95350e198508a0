//! Upserts and `PUT` where rows do not say whether they are new: views have no system columns.

use serde_json::{Value, json};

use crate::support::{Answer, App, Kind, database::TestDatabase};

const VIEWS: &str = r#"
    CREATE EXTENSION IF NOT EXISTS citext;
    CREATE TABLE "account" ("id" INTEGER PRIMARY KEY, "email" CITEXT NOT NULL UNIQUE, "name" TEXT, "secret" TEXT);
    INSERT INTO "account" VALUES (1, 'a@b.c', 'Ada', 's');
    CREATE VIEW "seen" AS SELECT "id", "email", "name" FROM "account";
    CREATE VIEW "worded" AS SELECT "id", upper("name") AS "name" FROM "account";
    CREATE FUNCTION write_worded() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF NEW."name" = 'skip' THEN RETURN NULL; END IF;
        INSERT INTO "account" VALUES (NEW."id", NEW."name", NEW."name");
        RETURN NEW;
    END $$;
    CREATE TRIGGER write_worded INSTEAD OF INSERT ON "worded" FOR EACH ROW EXECUTE FUNCTION write_worded();
    CREATE VIEW "counted" AS SELECT count(*) AS "count" FROM "account";
"#;

async fn views() -> App {
    let database = TestDatabase::made_by(VIEWS, Kind::Postgres, &["public"]).await;
    App::builder(database).start().await
}

async fn write(app: &App, method: &str, path: &str, prefer: &str, body: Value) -> Answer {
    let request = app.request(method, &format!("/rest/v1/{path}"));
    request.header("Prefer", prefer).json(body).send().await
}

#[tokio::test]
async fn a_simple_view_is_merged_into() {
    let app = views().await;
    let merge = "resolution=merge-duplicates,return=representation";
    let body = json!([{ "id": 1, "email": "a@b.c", "name": "Ada L." }, { "id": 2, "email": "b@b.c", "name": "Bob" }]);
    assert_eq!(
        write(&app, "POST", "seen", merge, body.clone())
            .await
            .expect(201),
        body
    );
    let again = write(&app, "POST", "seen", merge, body.clone()).await;
    assert_eq!(again.expect(200), body);
    let minimal = write(
        &app,
        "POST",
        "seen?on_conflict=email",
        "resolution=merge-duplicates",
        body,
    )
    .await;
    minimal.assert_status(200);
    let ignored = json!({ "id": 1, "email": "x@b.c", "name": "no" });
    let ignored = write(
        &app,
        "POST",
        "seen",
        "resolution=ignore-duplicates,return=representation",
        ignored,
    )
    .await;
    assert_eq!(ignored.expect(201), json!([]));
    let put = json!({ "id": 3, "email": "c@b.c", "name": "Cid" });
    let put_it = async || {
        write(
            &app,
            "PUT",
            "seen?id=eq.3",
            "return=representation",
            put.clone(),
        )
        .await
    };
    assert_eq!(put_it().await.expect(201), json!([put]));
    assert_eq!(put_it().await.expect(200), json!([put]));
    let rows = app
        .get("/rest/v1/seen?select=name&order=id")
        .await
        .expect(200);
    assert_eq!(
        rows,
        json!([{ "name": "Ada L." }, { "name": "Bob" }, { "name": "Cid" }])
    );
}

#[tokio::test]
async fn a_view_with_triggers_takes_new_rows_only() {
    let app = views().await;
    let new = json!({ "id": 5, "name": "eve" });
    write(&app, "POST", "worded", "", new.clone())
        .await
        .assert_status(201);
    let skipped = json!({ "id": 6, "name": "skip" });
    let skipped = write(&app, "POST", "worded", "return=representation", skipped).await;
    assert_eq!(skipped.expect(201), json!([]));
    let merge = write(
        &app,
        "POST",
        "worded?on_conflict=id",
        "resolution=merge-duplicates",
        new,
    )
    .await;
    assert!((400..500).contains(&merge.status.as_u16()), "{merge}");
    let counted = write(&app, "POST", "counted", "", json!({ "count": 1 })).await;
    assert_eq!(counted.expect(400)["code"], "55000");
}

#[tokio::test]
async fn rows_of_an_array_that_are_the_same_row_are_told() {
    let app = views().await;
    let twins = json!([{ "id": 7, "email": "E@b.c", "name": "x" }, { "id": 8, "email": "e@B.c", "name": "y" }]);
    let merge = "resolution=merge-duplicates";
    let answer = write(
        &app,
        "POST",
        "account?on_conflict=email",
        merge,
        twins.clone(),
    )
    .await;
    assert_eq!(answer.expect(409)["code"], "21000");
    let typed = app
        .post("/api/v1/seens?onConflict=email", twins.clone())
        .await;
    assert_eq!(typed.status.as_u16(), 405, "{typed}");
    let answer = app.post("/api/v1/accounts?onConflict=email", twins).await;
    let (code, fields) = answer.expect_problem(409);
    assert_eq!(
        (code.as_str(), fields[0].clone()),
        (
            "unique_violation",
            ("email".to_owned(), "duplicate".to_owned())
        )
    );
    // Rows that set different columns are different statements.
    let twins = json!([{ "id": 7, "email": "E@b.c", "name": "x" }, { "id": 8, "email": "e@B.c" }]);
    let (code, fields) = app
        .post("/api/v1/accounts?onConflict=email", twins)
        .await
        .expect_problem(409);
    assert_eq!(
        (code.as_str(), fields[0].1.as_str()),
        ("unique_violation", "duplicate")
    );
    let rows = app.get("/rest/v1/account?select=id").await.expect(200);
    assert_eq!(rows, json!([{ "id": 1 }]));
}
