//! Whatever is sent to whatever field, the answer is no 500.

use futures_util::{StreamExt, stream};
use serde_json::{Value, json};

use crate::{
    on_each_database,
    support::{Answer, App, Schema, encoded},
};

/// What a filter or a key may say; between them they are wrong for every type.
const TEXTS: [&str; 17] = [
    "",
    "\0",
    "a\0b",
    "null",
    "-1",
    "1.5",
    "1e400",
    "99999999999999999999999999999999999999999.5",
    "NaN",
    "-infinity",
    "2024-02-30T24:00:60Z",
    "294277-01-01",
    "24:00:01",
    "{\"a\":[1,}",
    "[2,1]",
    "😀'\"\\%_*,().",
    "B'102'",
];

/// JSON that serde takes and a column may not.
const JSON: [&str; 20] = [
    "null",
    "true",
    "-1",
    "1e400",
    "-1E+2147483648",
    "9223372036854775808",
    "0.1000000000000000000001",
    r#""""#,
    r#""\u0000""#,
    r#""\ud83d\ude00""#,
    r#""2024-02-30""#,
    r#""NaN""#,
    r#""===""#,
    "[]",
    "[null]",
    "[[1],[2,3]]",
    r#"["\u0000"]"#,
    "{}",
    r#"{"\u0000":"\u0000"}"#,
    r#"{"a":1e400}"#,
];

/// Bodies that are no JSON text at all.
const BYTES: [&[u8]; 5] = [
    b"\xff",
    b"\0",
    b"{\"id\":\"\xff\"}",
    b"{\"id\":\"\\ud800\"}",
    b"{\"id\":1}\0",
];

/// Escaped bytes that are no UTF-8.
const ESCAPES: [&str; 3] = ["eq.%ff", "%C0%80", "in.(%ED%A0%80)"];

async fn send_all(app: &App, requests: Vec<crate::support::client::Request>) {
    assert!(!requests.is_empty());
    let answers = stream::iter(requests).map(|request| request.send());
    answers
        .buffer_unordered(16)
        .for_each(|answer| async move { assert_makes_sense(&answer) })
        .await;
    app.get("/health").await.expect(200);
}

fn assert_makes_sense(answer: &Answer) {
    let status = answer.status.as_u16();
    assert!(status < 500 || status == 501, "{answer}");
    if status >= 400 {
        let problem = Some("application/problem+json");
        assert_eq!(answer.header("content-type"), problem, "{answer}");
    }
}

/// Every column of every resource: the resource's path, the field, whether rows can be created.
async fn columns(app: &App) -> Vec<(String, String, bool)> {
    let schema = app.get("/api/v1/schema").await.expect(200);
    let resources = schema["resources"].as_array().expect("resources");
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    let columns = resources.iter().flat_map(|resource| {
        let columns = resource["columns"].as_array().expect("columns");
        columns.iter().map(move |column| {
            (
                text(&resource["path"]),
                text(&column["field"]),
                resource["kind"] == "table",
            )
        })
    });
    columns.collect()
}

on_each_database!(Schema::Trouble, any_text_in_any_filter_is_answered);
async fn any_text_in_any_filter_is_answered(app: &App) {
    let mut requests = Vec::new();
    for (path, field, _) in columns(app).await {
        let field = encoded(&field);
        for (place, text) in TEXTS.iter().enumerate() {
            let operator = ["eq.", "gt.", "neq.", "like.", "not.lte."][place % 5];
            requests.push(app.request(
                "GET",
                &format!("{path}?{field}={operator}{}", encoded(text)),
            ));
            requests.push(app.request("GET", &format!("{path}?{field}=in.({})", encoded(text))));
        }
        let escapes = ESCAPES
            .iter()
            .map(|text| app.request("GET", &format!("{path}?{field}={text}")));
        requests.extend(escapes);
    }
    send_all(app, requests).await;
}

on_each_database!(Schema::Trouble, any_json_in_any_field_is_answered);
async fn any_json_in_any_field_is_answered(app: &App) {
    let mut requests = Vec::new();
    for (path, field, is_table) in columns(app).await {
        for json in JSON.iter().filter(|_| is_table) {
            let body = format!("{{{}:{json}}}", Value::from(field.as_str()));
            requests.push(app.request("POST", &path).raw(body));
        }
    }
    for bytes in BYTES {
        requests.push(app.request("POST", "/api/v1/selects").raw(bytes));
    }
    send_all(app, requests).await;
}

on_each_database!(Schema::Trouble, any_text_in_any_key_is_answered);
async fn any_text_in_any_key_is_answered(app: &App) {
    let schema = app.get("/api/v1/schema").await.expect(200);
    let mut requests = Vec::new();
    for resource in schema["resources"].as_array().expect("resources") {
        let path = resource["path"].as_str().expect("a path");
        let parts = resource["primaryKey"].as_array().map_or(0, Vec::len).max(1);
        for text in TEXTS.iter().filter(|text| !text.is_empty()) {
            let key = vec![encoded(text); parts].join(",");
            for method in ["GET", "DELETE"] {
                requests.push(app.request(method, &format!("{path}/{key}")));
            }
            for method in ["PUT", "PATCH"] {
                requests.push(
                    app.request(method, &format!("{path}/{key}"))
                        .json(json!({})),
                );
            }
        }
    }
    send_all(app, requests).await;
}
