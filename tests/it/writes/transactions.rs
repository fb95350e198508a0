//! Deadlocks, broken connections, callers that leave.

use sea_orm::{ConnectionTrait, TransactionTrait};
use serde_json::json;

use super::rows;
use crate::support::{App, Options, Schema, locks::waits_for_lock};

/// Merges two seats in one statement, the second first.
fn both_seats(app: &App) -> crate::support::client::Request {
    app.request("POST", "/api/v1/seats?onConflict=hall,number")
        .json(json!([{ "hall": "A", "number": 2, "taken": 20 }, { "hall": "A", "number": 1, "taken": 10 }]))
}

#[tokio::test]
async fn a_write_that_loses_a_deadlock_is_tried_again() {
    let app = App::builder(Schema::Writes).start().await;
    app.post(
        "/api/v1/seats",
        json!([{ "hall": "A", "number": 1 }, { "hall": "A", "number": 2 }]),
    )
    .await
    .expect(201);
    let db = app.db().await;
    let other = db.begin().await.expect("a transaction");
    // The other one is patient, so that the deadlock is found on our side.
    other
        .execute_unprepared("SET LOCAL deadlock_timeout = '1min'")
        .await
        .expect("sets");
    other
        .execute_unprepared(r#"UPDATE "Seat" SET "taken" = 1 WHERE "number" = 1"#)
        .await
        .expect("locks");
    let ours = tokio::spawn(both_seats(&app).send());
    waits_for_lock(&db).await;
    other
        .execute_unprepared(r#"UPDATE "Seat" SET "taken" = 2 WHERE "number" = 2"#)
        .await
        .expect("outlives us");
    other.commit().await.expect("commits");
    ours.await.expect("no panic").expect(200);
    assert_eq!(app.get("/api/v1/seats/A,1").await.expect(200)["taken"], 10);
    assert_eq!(app.get("/api/v1/seats/A,2").await.expect(200)["taken"], 20);
}

#[tokio::test]
async fn a_write_whose_connection_broke_is_not_repeated_and_said_to_be_unknown() {
    // An array is written in a transaction: that it was not committed is known.
    for (body, status, code) in [
        (json!({ "name": "t" }), 504, "outcome_unknown"),
        (
            json!([{ "name": "a" }, { "name": "b" }]),
            503,
            "database_unavailable",
        ),
    ] {
        let (app, proxy) = App::builder(Schema::Writes).start_behind_proxy().await;
        app.post("/api/v1/tags", json!({ "name": "before" }))
            .await
            .expect(201);
        let db = app.db().await;
        let lock = db.begin().await.expect("a transaction");
        // It waits while it runs, not while it is prepared, when nothing could have happened.
        lock.execute_unprepared(r#"INSERT INTO "Tag" ("name") VALUES ('t'), ('a'), ('b')"#)
            .await
            .expect("is in the way");
        let ours = tokio::spawn(app.request("POST", "/api/v1/tags").json(body).send());
        waits_for_lock(&db).await;
        proxy.go_down();
        proxy.come_up();
        let answer = ours.await.expect("no panic");
        assert_eq!(
            answer.header("retry-after").is_some(),
            status == 503,
            "nobody should repeat blindly what may have happened"
        );
        assert_eq!(answer.expect_problem(status).0, code);
        lock.rollback().await.expect("unlocks");
    }
}

#[tokio::test]
async fn a_transaction_that_breaks_before_its_commit_has_not_happened() {
    let (app, proxy) = App::builder(Schema::Writes).start_behind_proxy().await;
    app.put("/api/v1/seats/A,1", json!({ "taken": 1 }))
        .await
        .expect(201);
    let db = app.db().await;
    let lock = db.begin().await.expect("a transaction");
    lock.execute_unprepared(r#"UPDATE "Seat" SET "taken" = 5"#)
        .await
        .expect("locks");
    // A condition takes a transaction: it waits for the row before it changes anything.
    let ours = tokio::spawn(
        app.request("PATCH", "/api/v1/seats/A,1")
            .header("if-match", "*")
            .json(json!({ "taken": 9 }))
            .send(),
    );
    waits_for_lock(&db).await;
    proxy.go_down();
    proxy.come_up();
    assert_eq!(
        ours.await.expect("no panic").expect_problem(503).0,
        "database_unavailable"
    );
    lock.commit().await.expect("unlocks");
    assert_eq!(app.get("/api/v1/seats/A,1").await.expect(200)["taken"], 5);
}

#[tokio::test]
async fn a_constraint_that_waits_for_the_commit_is_explained_as_any_other() {
    let options = Options::default().set("ALLOW_DRY_RUN", "true");
    let app = App::builder(Schema::Writes).with(options).start().await;
    app.db_execute(r#"ALTER TABLE "Tag" DROP CONSTRAINT IF EXISTS x; DROP INDEX "Tag_name_key"; ALTER TABLE "Tag" ADD CONSTRAINT "Tag_name_key" UNIQUE ("name") DEFERRABLE INITIALLY DEFERRED"#).await;
    for prefer in ["tx=commit", "tx=rollback"] {
        let request = app.request("POST", "/api/v1/tags").header("prefer", prefer);
        let (code, fields) = request
            .json(json!([{ "name": "a" }, { "name": "a" }]))
            .send()
            .await
            .expect_problem(409);
        assert_eq!(
            (code.as_str(), fields[0].0.as_str()),
            ("unique_violation", "name"),
            "{prefer}"
        );
    }
    assert!(rows(&app, "/api/v1/tags").await.is_empty());
}

#[tokio::test]
async fn what_a_trigger_or_an_index_refuses_is_the_callers_to_mend() {
    let app = App::builder(Schema::Writes).start().await;
    app.db_execute(
        r#"CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
           $$ BEGIN RAISE EXCEPTION 'the secret is %', NEW."text"; END $$;
           CREATE TRIGGER refuse BEFORE INSERT ON "Note" FOR EACH ROW EXECUTE FUNCTION refuse()"#,
    )
    .await;
    let answer = app
        .post("/api/v1/notes", json!({ "slug": "s", "text": "hunter2" }))
        .await;
    assert!(
        answer.text.contains("trigger") && !answer.text.contains("hunter2"),
        "{answer}"
    );
    assert_eq!(answer.expect_problem(422).0, "check_violation");
    // An entry of an index has its limit, which random text reaches as it is.
    let long: String = (0..20_000_u32)
        .map(|n| char::from_u32(0x4E00 + n.wrapping_mul(7919) % 20_000).expect("a letter"))
        .collect();
    let answer = app.post("/api/v1/tags", json!({ "name": long })).await;
    assert_eq!(answer.expect_problem(422).0, "invalid_value");
}
