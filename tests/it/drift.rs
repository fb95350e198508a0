//! The live schema is no longer the one that the catalog was made from.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::{
    on_each_database,
    support::{Answer, App, Options, PATIENCE, Schema},
};

/// Asks until the status comes.
async fn until(app: &App, path: &str, status: u16) -> Answer {
    let started = Instant::now();
    loop {
        let answer = app.get(path).await;
        if answer.status.as_u16() == status {
            return answer;
        }
        assert!(started.elapsed() < PATIENCE, "still not {status}: {answer}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn drift_check(app: &App) -> Value {
    app.get("/health").await.expect(200)["checks"]["drift"].clone()
}

on_each_database!(
    Schema::Trouble,
    a_column_that_goes_takes_its_resource_out_of_service_until_it_is_back
);
async fn a_column_that_goes_takes_its_resource_out_of_service_until_it_is_back(app: &App) {
    app.post("/api/v1/big-keys", json!({ "id": "1", "note": "kept" }))
        .await
        .expect(201);
    app.get("/api/v1/big-keys/1").await.expect(200);

    app.db_execute(r#"ALTER TABLE "BigKey" DROP COLUMN "note""#)
        .await;
    for answer in [
        app.get("/api/v1/big-keys").await,
        app.get("/api/v1/big-keys/1").await,
        app.get("/api/v1/big-keys?select=id").await,
        app.post("/api/v1/big-keys", json!({ "id": "2", "note": "lost" }))
            .await,
        app.patch("/api/v1/big-keys/1", json!({ "note": "lost" }))
            .await,
        app.delete("/api/v1/big-keys/1").await,
    ] {
        assert!(answer.header("retry-after").is_some(), "{answer}");
        let detail = answer.json()["detail"].to_string();
        assert!(
            detail.contains("BigKey is out of service") && detail.contains("note"),
            "{detail}"
        );
        assert_eq!(answer.expect_problem(503).0, "schema_drift");
    }
    // Everything else is served.
    app.get("/api/v1/json-keys").await.expect(200);
    let drift = drift_check(app).await;
    assert_eq!(
        [&drift["status"], &drift["outOfService"]],
        [&json!("harmful"), &json!(1)],
        "{drift}"
    );
    let report = app
        .get("/api/v1/private/diagnostics/schema")
        .await
        .expect(200);
    assert_eq!(report["status"], "drifted");
    assert_eq!(
        report["differences"].as_array().map(Vec::len),
        Some(1),
        "{report}"
    );
    assert_eq!(
        report["differences"][0]["detail"],
        r#"column "note" is gone"#
    );
    assert_eq!(report["differences"][0]["harmful"], true);

    app.db_execute(r#"ALTER TABLE "BigKey" ADD COLUMN "note" TEXT"#)
        .await;
    until(app, "/api/v1/big-keys", 200).await;
    app.post("/api/v1/big-keys", json!({ "id": "3", "note": "new" }))
        .await
        .expect(201);
    assert_eq!(drift_check(app).await["status"], "ok");
}

on_each_database!(Schema::Trouble, a_table_that_goes_is_missed_by_nobody_else);
async fn a_table_that_goes_is_missed_by_nobody_else(app: &App) {
    app.get("/api/v1/decimal-keys").await.expect(200);
    app.db_execute(r#"DROP TABLE "DecimalKey""#).await;
    assert_eq!(
        app.get("/api/v1/decimal-keys").await.expect_problem(503).0,
        "schema_drift"
    );
    app.get("/api/v1/big-keys").await.expect(200);
}

#[tokio::test]
async fn a_column_of_another_type_is_never_read_as_what_it_was() {
    let app = App::builder(Schema::Trouble).start().await;
    app.post("/api/v1/big-keys", json!({ "id": "1", "note": "12" }))
        .await
        .expect(201);
    app.get("/api/v1/big-keys").await.expect(200);
    for (sql, status) in [
        (
            r#"ALTER TABLE "BigKey" ALTER COLUMN "note" TYPE INTEGER USING "note"::integer"#,
            503,
        ),
        (
            r#"ALTER TABLE "BigKey" ALTER COLUMN "note" TYPE BYTEA USING '\x00'::bytea"#,
            503,
        ),
        // Text all the same.
        (
            r#"ALTER TABLE "BigKey" ALTER COLUMN "note" TYPE VARCHAR(10) USING 'x'"#,
            200,
        ),
    ] {
        app.db_execute(sql).await;
        // The very next request knows of the harm; service is taken up within seconds.
        match status {
            200 => drop(until(&app, "/api/v1/big-keys/1", 200).await),
            _ => {
                let answer = app.get("/api/v1/big-keys").await;
                assert_eq!(answer.expect_problem(status).0, "schema_drift", "{sql}");
            }
        }
    }
}

#[tokio::test]
async fn a_column_that_goes_under_load_is_no_500() {
    let app = App::builder(Schema::Load).start().await;
    let requests = || {
        (1..=60).map(|n| match n % 3 {
            0 => app.request("GET", "/api/v1/items?limit=5"),
            1 => app.request("GET", &format!("/api/v1/items/item{n}")),
            _ => app
                .request("PATCH", &format!("/api/v1/items/item{n}"))
                .json(json!({ "name": "changed" })),
        })
    };
    let all = async |requests: Vec<crate::support::client::Request>| {
        futures_util::future::join_all(requests.into_iter().map(|one| one.send())).await
    };
    for sql in [
        r#"ALTER TABLE "Item" DROP COLUMN "version""#,
        r#"ALTER TABLE "Item" ADD COLUMN "version" INTEGER NOT NULL DEFAULT 0"#,
    ] {
        let (_, during) = tokio::join!(app.db_execute(sql), all(requests().collect()));
        let after = all(requests().collect()).await;
        for answer in during.into_iter().chain(after) {
            let status = answer.status.as_u16();
            assert!(status == 200 || status == 503, "{answer}");
        }
    }
    until(&app, "/api/v1/items", 200).await;
}

#[tokio::test]
async fn drift_is_found_at_start_and_what_does_no_harm_is_served_on() {
    let options = Options::default()
        .after(r#"ALTER TABLE "BigKey" ADD COLUMN "later" TEXT"#)
        .after(r#"ALTER TABLE "BigKey" ALTER COLUMN "note" SET DEFAULT 'x'"#)
        .after(r#"ALTER TABLE "BigKey" ADD CONSTRAINT "short" CHECK (length("note") < 9)"#)
        .after(r#"ALTER TABLE "JsonKey" DROP CONSTRAINT "JsonKey_pkey""#)
        .after(r#"ALTER TYPE "Color" ADD VALUE 'PINK'"#)
        .after(r#"CREATE TABLE "Later" ("id" INTEGER PRIMARY KEY)"#);
    let app = App::builder(Schema::Trouble).with(options).start().await;
    let started = Instant::now();
    while drift_check(&app).await["status"] == "unknown" {
        assert!(started.elapsed() < PATIENCE, "nobody looks");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let drift = drift_check(&app).await;
    assert_eq!(drift["outOfService"], 1, "{drift}");
    app.post("/api/v1/big-keys", json!({ "id": "1" }))
        .await
        .expect(201);
    // Without its key a row could not be told from others.
    app.get("/api/v1/json-keys").await.expect_problem(503);
    let report = app
        .get("/api/v1/private/diagnostics/schema")
        .await
        .expect(200);
    let lines: Vec<String> = report["differences"]
        .as_array()
        .expect("differences")
        .iter()
        .map(|one| {
            let text = |member: &str| one[member].as_str().expect("text").to_owned();
            format!("{}: {}", text("table"), text("detail"))
        })
        .collect();
    assert_eq!(
        lines,
        [
            r#"public.BigKey: column "note" has default 'x'::text, had none"#,
            r#"public.BigKey: column "later" is new (text)"#,
            "public.BigKey: check short CHECK ((length(note) < 9)) is new",
            "public.JsonKey: primary key is none, was (id)",
            "public.JsonKey: (id) no longer addresses one row",
            "public.Later: table is new",
            "public.Color: value 'PINK' is new",
        ]
    );
}

#[tokio::test]
async fn a_hidden_column_that_goes_is_not_named() {
    let options = Options::default()
        .hide("BigKey", "note")
        .after(r#"ALTER TABLE "BigKey" DROP COLUMN "note""#);
    let app = App::builder(Schema::Trouble).with(options).start().await;
    let answer = until(&app, "/api/v1/big-keys", 503).await;
    assert!(!answer.text.contains("note"), "{answer}");
}
