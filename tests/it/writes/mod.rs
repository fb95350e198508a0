//! Writes of many rows, of related rows, under conditions, at the same time.

mod batch;
mod bulk;
mod by_filter;
mod concurrency;
mod conditional_requests;
mod documentation;
mod dry_run;
mod json_columns;
mod limits;
mod model;
mod nested;
mod select;
mod shared_columns;
mod shared_columns_random;
mod single_statement;
mod skipped_by_triggers;
mod soft_delete;
mod transactions;
mod upserts;

use serde_json::{Value, json};

use crate::support::App;

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
