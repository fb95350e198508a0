//! What the app's own triggers and functions refuse, and what PostgreSQL refuses in no constraint's
//! name: nobody's bug, and in nobody's words.

use serde_json::json;

use crate::support::{Answer, App, Kind, database::TestDatabase};

const OFFICE: &str = r#"
    CREATE TABLE "Setting" ("id" INTEGER PRIMARY KEY, "name" TEXT NOT NULL);
    CREATE UNIQUE INDEX "Setting_name_key" ON "Setting" ("name");
    INSERT INTO "Setting" VALUES (1, 'the secret name');
    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION '% stays as it is', OLD."name"; END $$;
    CREATE TRIGGER keep BEFORE DELETE ON "Setting" FOR EACH ROW EXECUTE FUNCTION refuse();
    CREATE FUNCTION refuse_by_code() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION '% stays as it is', OLD."name" USING ERRCODE = 'AB123'; END $$;
    CREATE TRIGGER fix BEFORE UPDATE ON "Setting" FOR EACH ROW EXECUTE FUNCTION refuse_by_code();

    CREATE TABLE "Owner" ("id" INTEGER PRIMARY KEY);
    INSERT INTO "Owner" VALUES (1);
    CREATE FUNCTION refuse_the_last() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF NOT EXISTS (SELECT FROM "Owner") THEN
            RAISE EXCEPTION 'there must be an owner' USING ERRCODE = '23514';
        END IF;
        RETURN NULL;
    END $$;
    CREATE CONSTRAINT TRIGGER keep_one AFTER DELETE ON "Owner" DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION refuse_the_last();

    CREATE MATERIALIZED VIEW "names" AS SELECT "id", "name" FROM "Setting" WITH NO DATA;
"#;

async fn office() -> App {
    let database = TestDatabase::made_by(OFFICE, Kind::Postgres, &["public"]).await;
    App::builder(database).start().await
}

#[track_caller]
fn assert_refused(answer: Answer, code: &str) {
    assert!(!answer.text.contains("stays"), "{answer}");
    assert!(!answer.text.contains("the secret name"), "{answer}");
    assert_eq!(answer.expect_problem(422).0, code);
}

#[tokio::test]
async fn what_a_trigger_raises_is_the_callers_to_know_whatever_its_code() {
    let app = office().await;
    let setting = "/api/v1/settings/1";
    assert_refused(app.delete(setting).await, "check_violation");
    let changed = app.patch(setting, json!({ "name": "x" })).await;
    assert_refused(changed, "check_violation");
    app.get(setting).await.expect(200);
}

#[tokio::test]
async fn a_trigger_that_looks_when_the_transaction_ends_refuses_it() {
    let app = office().await;
    let owner = "/api/v1/owners/1";
    assert_refused(app.delete(owner).await, "check_violation");
    let operations = json!({ "operations": [{ "method": "DELETE", "path": "/owners/1" }] });
    let answer = app.post("/api/v1/batch", operations).await;
    assert_refused(answer, "check_violation");
    app.get(owner).await.expect(200);
    // Where there is another one, it may go.
    app.post("/api/v1/owners", json!({ "id": 2 }))
        .await
        .expect(201);
    app.delete(owner).await.expect(204);
}

#[tokio::test]
async fn a_materialized_view_that_was_never_filled_says_so() {
    let app = office().await;
    for path in [
        "/api/v1/names",
        "/api/v1/names/1",
        "/api/v1/names?select=id&order=name",
    ] {
        assert_eq!(app.get(path).await.expect_problem(409).0, "not_populated");
    }
    app.db_execute(r#"REFRESH MATERIALIZED VIEW "names""#).await;
    let list = app.get("/api/v1/names").await.expect(200);
    assert_eq!(
        list["data"],
        json!([{ "id": 1, "name": "the secret name" }])
    );
}
