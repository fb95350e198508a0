//! Transactions that SQLite undoes by itself leave nothing, neither rows nor a connection in a state
//! of its own.

use serde_json::json;

use super::app_with;
use crate::support::{App, Options};

const SQL: &str = r#"
    CREATE TABLE "Note" ("id" INTEGER NOT NULL PRIMARY KEY, "text" TEXT NOT NULL);
    CREATE TRIGGER "undo" BEFORE INSERT ON "Note" WHEN NEW."text" = 'rollback'
        BEGIN SELECT RAISE(ROLLBACK, 'the secret reason'); END;
    CREATE TRIGGER "stop" BEFORE INSERT ON "Note" WHEN NEW."text" = 'abort'
        BEGIN SELECT RAISE(ABORT, 'the secret reason'); END;
    CREATE TRIGGER "fail" BEFORE INSERT ON "Note" WHEN NEW."text" = 'fail'
        BEGIN SELECT RAISE(FAIL, 'the secret reason'); END;
"#;

/// Few connections, so that one in a wrong state is met soon.
async fn app() -> App {
    app_with(SQL, Options::default().set("DB_POOL_SIZE", "3")).await
}

async fn count(app: &App) -> usize {
    let rows = app.get("/api/v1/notes?select=count()").await.expect(200);
    rows["data"][0]["count"].as_u64().expect("a count") as usize
}

#[tokio::test]
async fn a_transaction_that_the_database_undoes_leaves_nothing_and_harms_nobody() {
    let app = app().await;
    for (round, how) in ["rollback", "abort", "fail", "rollback"]
        .into_iter()
        .enumerate()
    {
        let operation = |id: i32, text: &str| json!({ "method": "POST", "path": "/notes", "body": { "id": id, "text": text } });
        let operations = [
            operation(1, "first"),
            operation(2, how),
            operation(3, "last"),
        ];
        let answer = app
            .post("/api/v1/batch", json!({ "operations": operations }))
            .await;
        assert!(!answer.text.contains("secret"), "{answer}");
        assert_eq!(answer.expect_problem(422).0, "check_violation", "{how}");
        let rows = json!([{ "id": 1, "text": "first" }, { "id": 2, "text": how }]);
        let answer = app.post("/rest/v1/Note", rows).await;
        assert_eq!(answer.expect(400)["code"], "P0001", "{how}");
        let before = round * 30;
        assert_eq!(count(&app).await, before, "{how}");
        // One after the other and at the same time, in transactions and by themselves.
        let writes = (0..30).map(|number| {
            let id = 1000 + before + number;
            let row = json!({ "id": id, "text": "unrelated" });
            let app = &app;
            async move {
                match number % 3 {
                    0 => app.post("/api/v1/notes", row).await,
                    1 => app.post("/api/v1/notes", json!([row])).await,
                    _ => app.post("/rest/v1/Note", row).await,
                }
            }
        });
        for answer in futures_util::future::join_all(writes).await {
            answer.assert_status(201);
        }
        assert_eq!(count(&app).await, before + 30, "{how}");
    }
}

#[tokio::test]
async fn a_write_that_its_client_leaves_gives_the_database_back() {
    let sql = format!(
        "{SQL} {SLOW} CREATE TRIGGER \"slowly\" BEFORE INSERT ON \"Note\" WHEN NEW.\"text\" = 'slow'
            BEGIN SELECT \"n\" FROM \"Slow\"; END;"
    );
    let options = Options::default()
        .set("DB_POOL_SIZE", "2")
        .set("DB_TIMEOUT_SECS", "30");
    let app = app_with(&sql, options).await;
    for _ in 0..4 {
        let operations = json!({ "operations": [
            { "method": "POST", "path": "/notes", "body": { "id": 1, "text": "first" } },
            { "method": "POST", "path": "/notes", "body": { "id": 2, "text": "slow" } } ] });
        let left = app.post("/api/v1/batch", operations);
        let left = tokio::time::timeout(std::time::Duration::from_millis(300), left).await;
        assert!(left.is_err(), "it takes for ever");
    }
    let started = std::time::Instant::now();
    let row = json!({ "id": 9, "text": "unrelated" });
    app.post("/api/v1/notes", row).await.expect(201);
    assert!(started.elapsed().as_secs() < 5, "{:?}", started.elapsed());
    assert_eq!(count(&app).await, 1);
}

/// A view whose one row takes for ever.
pub(super) const SLOW: &str = r#"
    CREATE VIEW "Slow" AS WITH RECURSIVE "count" ("n") AS
        (SELECT 1 UNION ALL SELECT "n" + 1 FROM "count") SELECT max("n") AS "n" FROM "count";
"#;
