//! Whatever a request holds, the answer is no 500.

use serde_json::Value;

use crate::{
    on_each_database,
    support::{App, Kind, Schema, encoded, rng::Rng},
};

const OPERANDS: &[&str] = &[
    "",
    "1",
    "-1",
    "0",
    "1.5",
    "1e999999",
    "99999999999999999999",
    "NaN",
    "null",
    "true",
    "x",
    "'",
    "\"",
    "%",
    "*",
    "\\",
    "()",
    "(1,2)",
    "(",
    "[1]",
    "[]",
    "{}",
    "{\"a\":1}",
    "2024-01-01",
    "2024-01-01T00:00:00Z",
    "0001-01-01T00:00:00+23:59",
    "9999-12-31T23:59:59-23:59",
    "24:00:00",
    "23:59:60",
    "AA==",
    "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
    "\u{0}",
    "\u{feff}",
    "名",
    "a,b",
    "a/b",
    "..",
    "::",
    "$1",
    "; DROP TABLE x",
    "infinity",
    "[1,2)",
    "RED",
    "in progress",
];

const OPERATORS: &[&str] = &[
    "eq",
    "neq",
    "gt",
    "gte",
    "lt",
    "lte",
    "like",
    "ilike",
    "in",
    "is",
    "not.eq",
    "not.in",
    "not.is",
    "not",
    "fts",
    "wfts",
    "",
    "eq(any)",
    "like(all)",
    "match",
    "cs",
    "cd",
    "ov",
    "adj",
    "isdistinct",
];

const JSON: &[&str] = &[
    "null",
    "true",
    "0",
    "-0",
    "1",
    "1.5",
    "-1",
    "1e400",
    "1e-400",
    "1e999999",
    "123456789012345678901234567890",
    "\"\"",
    "\"x\"",
    "\"1\"",
    "\"\\u0000\"",
    "\"\\ud800\"",
    "\"2024-01-01\"",
    "\"2024-01-01T00:00:00.123456789Z\"",
    "\"9999-12-31T23:59:59-23:59\"",
    "\"23:59:60\"",
    "\"AA==\"",
    "\"RED\"",
    "\"in progress\"",
    "\"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11\"",
    "\"NaN\"",
    "\"infinity\"",
    "\"{}\"",
    "\"127.0.0.1\"",
    "\"(1,2)\"",
    "[]",
    "[null]",
    "[[]]",
    "[1]",
    "[\"x\"]",
    "{}",
    "{\"a\":{}}",
];

fn body(rng: &mut Rng, fields: &[&str]) -> String {
    let members: Vec<String> = (0..rng.below(6))
        .map(|_| format!("{}:{}", Value::from(rng.one_of(fields)), rng.one_of(JSON)))
        .collect();
    let object = format!("{{{}}}", members.join(","));
    match rng.below(8) {
        0 => format!("[{object},{object}]"),
        1 => rng.one_of(JSON).to_owned(),
        2 => object[..object.len() - 1].to_owned(),
        _ => object,
    }
}

/// Half of the bodies give every field something, so that some reach the database.
fn whole(rng: &mut Rng, fields: &[&str]) -> String {
    let members: Vec<String> = fields
        .iter()
        .map(|field| format!("{}:{}", Value::from(*field), rng.one_of(JSON)))
        .collect();
    format!("{{{}}}", members.join(","))
}

async fn none_is_a_500(app: &App, seed: u64, requests: usize) {
    let schema = app.get("/api/v1/schema").await.expect(200);
    let resources = schema["resources"].as_array().expect("resources");
    let mut rng = Rng::new(seed);
    for _ in 0..requests {
        let resource = &resources[rng.below(resources.len())];
        let path = resource["path"].as_str().expect("a path");
        let columns = resource["columns"].as_array().expect("columns");
        let mut fields: Vec<&str> = columns
            .iter()
            .filter_map(|column| column["field"].as_str())
            .collect();
        fields.extend(["limit", "offset", "order", "select", "and", "nonsense"]);
        let key = |rng: &mut Rng| {
            let parts = resource["primaryKey"].as_array().map_or(1, Vec::len).max(1);
            (0..parts)
                .map(|_| encoded(rng.one_of(OPERANDS)))
                .collect::<Vec<_>>()
                .join(",")
        };
        let (method, url) = match rng.below(6) {
            0..=2 => {
                let pairs: Vec<String> = (0..=rng.below(3))
                    .map(|_| {
                        let (field, operator, operand) = (
                            rng.one_of(&fields),
                            rng.one_of(OPERATORS),
                            rng.one_of(OPERANDS),
                        );
                        let dot = if operator.is_empty() { "" } else { "." };
                        format!("{}={operator}{dot}{}", encoded(field), encoded(operand))
                    })
                    .collect();
                ("GET", format!("{path}?{}", pairs.join("&")))
            }
            3 => ("POST", path.to_owned()),
            4 => ("PUT", format!("{path}/{}", key(&mut rng))),
            _ => (
                rng.one_of(&["GET", "PATCH", "DELETE"]),
                format!("{path}/{}", key(&mut rng)),
            ),
        };
        let body = match (method, rng.below(2)) {
            ("GET", _) => None,
            (_, 0) => Some(body(&mut rng, &fields)),
            _ => Some(whole(&mut rng, &fields[..columns.len()])),
        };
        let request = app.request(method, &url);
        let answer = match &body {
            Some(body) => request.raw(body.as_str()).send().await,
            None => request.send().await,
        };
        // What SQLite cannot do is said so.
        let is_lacking = answer.status == 501 && app.kind == Kind::Sqlite;
        assert!(
            answer.status.as_u16() < 500 || is_lacking,
            "{answer}\n{body:?}"
        );
        if answer.status.is_client_error() {
            assert_eq!(
                answer.header("content-type"),
                Some("application/problem+json"),
                "{answer}"
            );
        }
    }
}

on_each_database!(
    Schema::Trouble,
    odd_requests_are_answered_in_the_words_of_the_api
);
async fn odd_requests_are_answered_in_the_words_of_the_api(app: &App) {
    none_is_a_500(app, 0x5EED, 600).await;
}

on_each_database!(Schema::Sample, odd_requests_to_the_sample_are_too);
async fn odd_requests_to_the_sample_are_too(app: &App) {
    none_is_a_500(app, 0xD1CE, 300).await;
}
