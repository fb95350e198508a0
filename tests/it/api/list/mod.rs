//! `GET /api/v1/{resource}`

mod condition_trees;
mod cookbook;
mod counts;
mod csv_and_ndjson;
mod cursors;
mod embedded_values;
mod embeds;
mod filters;
mod filters_by_type;
mod operators;
mod order;
mod pages;
mod parameters;
mod random_filters;
mod select;
mod union_reads;

use serde_json::{Value, json};

use crate::support::App;

/// Rows of a table of two texts, by id.
async fn selects(app: &App, rows: &[(i64, Option<&str>, Option<&str>)]) {
    let rows: Vec<Value> = rows
        .iter()
        .map(|(id, from, r#where)| json!({ "id": id, "from": from, "where": r#where }))
        .collect();
    app.post("/api/v1/selects", json!(rows)).await.expect(201);
}

/// One field of every row of a list.
async fn column(app: &App, path: &str, field: &str) -> Vec<Value> {
    let list = app.get(path).await.expect(200);
    let rows = list["data"].as_array().expect("an array").clone();
    rows.into_iter().map(|row| row[field].clone()).collect()
}
