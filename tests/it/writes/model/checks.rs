//! Does a write over HTTP and in the model, and compares.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{
    nested_operations::{ApiRequest, Renderer, Write},
    state::{Handle, Model, Row},
    tables::Table,
    writes::Expected,
};
use crate::support::{Answer, App};

/// Does a write on both sides.
///
/// # Panics
/// Where they differ.
pub async fn step(app: &App, model: &mut Model, write: &Write) {
    let asked = Renderer {
        model,
        in_batch: false,
    }
    .asked(write);
    let started = app.get("/health").await.expect(200)["timestamp"].clone();
    let answer = send(app, &asked).await;
    let expected = model.apply(write);
    match &expected {
        Err(status) => {
            let is_refusal = answer.status.is_client_error();
            assert!(is_refusal, "the model refuses it with {status}: {answer}");
            // Where several things are wrong, the model does not know which is found first.
            if is_simple(write) {
                answer.assert_status(*status);
            }
        }
        Ok(done) => answer.assert_status(done.status),
    }
    let text = answer.to_string();
    compare(app, model, started.as_str().expect("a moment"), &text).await;
    if let Ok(done) = expected {
        answered(model, write, &done, answer);
    }
    for row in model.rows.values_mut() {
        (row.renewed, row.touched) = (false, false);
    }
}

async fn send(app: &App, asked: &ApiRequest) -> Answer {
    let mut request = app.request(asked.method, &format!("/api/v1{}", asked.path));
    let is_json = !asked
        .headers
        .iter()
        .any(|(name, _)| *name == "Content-Type");
    for (name, value) in &asked.headers {
        request = request.header(name, value);
    }
    match &asked.body {
        Some(body) if is_json => request.json(body.clone()).send().await,
        Some(body) => request.raw_as_is(body.to_string()).send().await,
        None => request.send().await,
    }
}

/// Whether one thing at most can be wrong with it.
fn is_simple(write: &Write) -> bool {
    match write {
        Write::Create(_, body) | Write::Patch { body, .. } | Write::Put(_, body) => {
            body.relations.is_empty() && body.fields.len() < 3
        }
        Write::PutSeat { .. } | Write::Document { .. } | Write::Delete(..) => true,
        Write::PatchMany { .. } | Write::DeleteMany { .. } => true,
        Write::CreateMany(..) | Write::Upsert { .. } | Write::Batch(_) => false,
    }
}

/// Compares the tables with the model, and learns the ids of new rows.
async fn compare(app: &App, model: &mut Model, started: &str, answer: &str) {
    let mut found: BTreeMap<Table, Vec<Value>> = BTreeMap::new();
    for table in Table::ALL {
        let select = match table {
            Table::Post => "&select=*,tags(id)",
            Table::Note => "&deleted=include",
            _ => "",
        };
        let path = format!("/api/v1/{}?limit=1000{select}", table.path());
        let list = app.get(&path).await.expect(200);
        found.insert(table, list["data"].as_array().expect("rows").clone());
    }
    let mut ids = BTreeMap::new();
    for (handle, row) in &model.rows {
        let names = row.table.own_name();
        let is_same = |one: &&Value| names.iter().all(|name| one[*name] == row.values[name]);
        let same = found[&row.table].iter().find(is_same);
        let same = same.unwrap_or_else(|| panic!("{row:#?} is missing after\n{answer}"));
        if row.table != Table::Seat {
            assert!(
                row.id.is_null() || row.id == same["id"],
                "the row has another id after\n{answer}"
            );
            ids.insert(*handle, same["id"].clone());
        }
    }
    for (handle, id) in &ids {
        model.rows.get_mut(handle).expect("it is there").id = id.clone();
    }
    for (table, rows) in &found {
        let count = model
            .rows
            .values()
            .filter(|row| row.table == *table)
            .count();
        assert_eq!(
            rows.len(),
            count,
            "rows of {table:?}: {rows:#?}\nafter {answer}"
        );
    }
    let handles: Vec<Handle> = model.rows.keys().copied().collect();
    for handle in handles {
        let expected = shown(model, handle);
        let names = model.rows[&handle].table.own_name();
        let row = &model.rows[&handle];
        let is_same = |one: &&Value| names.iter().all(|name| one[*name] == row.values[name]);
        let same = found[&row.table]
            .iter()
            .find(is_same)
            .expect("found before");
        assert_holds(same, &expected, answer);
        assert_eq!(
            !same["deletedAt"].is_null(),
            row.marked,
            "{same}\nafter {answer}"
        );
        if row.table == Table::Post {
            let of = |tags: Vec<Value>| {
                let mut tags: Vec<i64> = tags.iter().filter_map(Value::as_i64).collect();
                tags.sort_unstable();
                tags
            };
            let tags = same["tags"].as_array().expect("tags").iter();
            let pairs = model.pairs.iter().filter(|(post, _)| *post == handle);
            assert_eq!(
                of(tags.map(|tag| tag["id"].clone()).collect()),
                of(pairs.map(|(_, tag)| model.rows[tag].id.clone()).collect()),
                "tags of {same}\nafter {answer}"
            );
        }
        if row.table == Table::Author {
            let row = model.rows.get_mut(&handle).expect("it is there");
            moments(row, same, started, answer);
        }
    }
}

/// Moments move when they must, and only then.
fn moments(row: &mut Row, found: &Value, started: &str, answer: &str) {
    let pairs = [
        ("createdAt", row.renewed, &mut row.created_at),
        ("updatedAt", row.touched, &mut row.updated_at),
    ];
    for (field, moves, before) in pairs {
        let now = found[field].as_str().expect("a moment").to_owned();
        if moves {
            assert!(
                now.as_str() >= started,
                "{field} has not moved in {found}\nafter {answer}"
            );
        } else {
            assert_eq!(now, *before, "{field} has moved in {found}\nafter {answer}");
        }
        *before = now;
    }
}

/// A row's fields but for its moments, as answers have them.
fn shown(model: &Model, handle: Handle) -> Vec<(&'static str, Value)> {
    let row = &model.rows[&handle];
    let mut fields: Vec<(&'static str, Value)> = row
        .values
        .iter()
        .map(|(field, value)| (*field, value.clone()))
        .collect();
    for (field, to) in &row.references {
        let id = to.map_or(Value::Null, |to| model.rows[&to].id.clone());
        fields.push((field, id));
    }
    if row.table != Table::Seat {
        fields.push(("id", row.id.clone()));
    }
    fields
}

#[track_caller]
fn assert_holds(found: &Value, expected: &[(&'static str, Value)], answer: &str) {
    for (field, value) in expected {
        assert_eq!(found[*field], *value, "{field} of {found}\nafter {answer}");
    }
}

/// Compares what was answered with the rows as they are now.
fn answered(model: &Model, write: &Write, done: &Expected, answer: Answer) {
    let text = answer.to_string();
    if done.status == 204 {
        return;
    }
    let body = answer.json();
    let row = |found: &Value, handle: Option<Handle>| match handle {
        None => assert_eq!(*found, Value::Null, "{text}"),
        Some(handle) => assert_holds(found, &shown(model, handle), &text),
    };
    match write {
        Write::Batch(_) => {
            let results = body["results"].as_array().expect("results");
            let statuses: Vec<Value> = results.iter().map(|one| one["status"].clone()).collect();
            assert_eq!(json!(statuses), json!(done.statuses), "{text}");
        }
        Write::PatchMany { .. } | Write::DeleteMany { .. } => {
            assert_eq!(body, json!({ "count": done.count }), "{text}");
        }
        Write::Document { field, .. } => {
            let handle = done.rows[0].expect("a row");
            assert_eq!(body, model.rows[&handle].values[field], "{text}");
        }
        Write::Upsert { many: true, .. } => {
            assert_eq!(body["outcomes"], json!(done.outcomes), "{text}");
            let found = body["data"].as_array().expect("rows");
            assert_eq!(found.len(), done.rows.len(), "{text}");
            for (found, handle) in found.iter().zip(&done.rows) {
                row(found, *handle);
            }
        }
        Write::CreateMany(..) => {
            let found = body.as_array().expect("rows");
            assert_eq!(found.len(), done.rows.len(), "{text}");
            for (found, handle) in found.iter().zip(&done.rows) {
                row(found, *handle);
            }
        }
        _ => row(&body, done.rows[0]),
    }
}
