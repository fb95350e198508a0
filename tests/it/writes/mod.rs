//! Writes of many rows, of related rows, under conditions, at the same time.

mod batch;
mod bulk;
mod conditions;
mod documents;
mod dry_run;
mod many;
mod model;
mod nested;
mod page;
mod races;
mod shown;
mod soft_delete;
mod transactions;
mod upserts;

use std::time::{Duration, Instant};

use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use crate::support::App;

/// Long enough for any machine; a story that meets its end waits no longer than it must.
const PATIENCE: Duration = Duration::from_secs(30);

/// A new author; the rest of its fields are as they come.
async fn author(app: &App, email: &str) -> Value {
    app.post("/api/v1/authors", json!({ "email": email }))
        .await
        .expect(201)
}

/// The path of a row with the key `id`.
fn path(resource: &str, row: &Value) -> String {
    let id = &row["id"];
    let id = id.as_str().map_or_else(|| id.to_string(), str::to_owned);
    format!("/api/v1/{resource}/{id}")
}

/// The rows of a list.
async fn rows(app: &App, path: &str) -> Vec<Value> {
    let list = app.get(path).await.expect(200);
    list["data"].as_array().expect("rows").clone()
}

/// Waits until a statement of the server waits for a lock.
async fn waits_for_lock(db: &sea_orm::DatabaseConnection) {
    let sql = "SELECT 1 FROM pg_stat_activity
                WHERE datname = current_database() AND wait_event_type = 'Lock'";
    let started = Instant::now();
    loop {
        let statement = sea_orm::Statement::from_string(db.get_database_backend(), sql);
        let waits = db.query_one_raw(statement).await.expect("asks the server");
        if waits.is_some() {
            return;
        }
        assert!(started.elapsed() < PATIENCE, "nothing waits for the lock");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
