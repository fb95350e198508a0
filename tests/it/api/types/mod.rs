//! Values of every type, in and out: the table of JSON types, on both backends.

mod accepted;
mod documents;
mod postgresql;
mod refused;
mod rows_of_other_programs;
mod text_fallback;

use serde_json::{Value, json};

use crate::support::App;

/// Creates a row with one field set, and reads it back as JSON text: from the answer, by its key,
/// and from the list.
async fn reads_back(app: &App, path: &str, body: &Value, field: &str, value: &Value) -> String {
    let mut body = body.clone();
    body[field] = value.clone();
    if path == "models" {
        body["name"] = json!(format!("{field} {value}"));
    }
    let answer = app.post(&format!("/api/v1/{path}"), body).await;
    let location = answer.location();
    let id = answer.expect(201)["id"].clone();
    let row = app.get(&format!("{location}?select={field}")).await;
    let list = app
        .get(&format!(
            "/api/v1/{path}?select={field}&id=eq.{}",
            id.as_str().map_or(id.to_string(), str::to_owned)
        ))
        .await;
    assert_eq!(
        list.text,
        format!(
            r#"{{"data":[{}],"nextCursor":null,"total":null}}"#,
            row.text
        )
    );
    let prefix = format!("{{{}:", json!(field));
    let value = row
        .text
        .strip_prefix(&prefix)
        .and_then(|rest| rest.strip_suffix('}'));
    value.unwrap_or_else(|| panic!("{row}")).to_owned()
}
