//! No caller makes a 500: whatever a value is too much for, the answer says that it is the value.
//!
//! One row is in every table, so that the database compares it with what it is given.

use futures_util::{StreamExt, stream};
use serde_json::{Value, json};

use crate::{
    on_each_database,
    support::{Answer, App, Kind, Schema, client::Request, encoded},
};

const OPERATORS: &[&str] = &[
    "eq",
    "neq",
    "gt",
    "lte",
    "like",
    "ilike",
    "match",
    "imatch",
    "in",
    "is",
    "isdistinct",
    "fts",
    "plfts",
    "phfts",
    "wfts",
    "fts(english)",
    "fts(nowhere)",
    "cs",
    "cd",
    "ov",
    "sl",
    "nxr",
    "adj",
    "like(any)",
    "eq(all)",
    "match(any)",
    "gt(any)",
];

/// Types, some of which nothing is of.
const CASTS: &[&str] = &[
    "void",
    "record",
    "cstring",
    "anyarray",
    "internal",
    "trigger",
    "regclass",
    "regtype",
    "pg_lsn",
    "jsonpath",
    "tsquery",
    "tsvector",
    "xml",
    "int4range",
    "box",
    "money",
    "bit",
    "char",
    "unknown",
    "refcursor",
    "oidvector",
    "aclitem",
    "pg_node_tree",
    "bytea",
    "uuid",
    "inet",
    "interval",
    "date",
    "timestamptz",
    "numeric",
    "bool",
    "json",
    "text[]",
    "int[]",
    "varchar(0)",
    "no_type",
    "",
];

/// What a reader of some type has too little room for, or stumbles over.
fn operands() -> Vec<String> {
    const MANY: usize = 3000;
    let nested = |open: &str, close: &str| open.repeat(MANY) + "1" + &close.repeat(MANY);
    vec![
        "!".repeat(200) + "a",
        "!(".repeat(200) + "a" + &")".repeat(200),
        "a<->".repeat(200) + "a",
        "a:*ABCD & !!b | (c <99999> d)".to_owned(),
        "-".repeat(200) + "a \"b",
        "a & b:".to_owned(),
        nested("(", ")"),
        nested("[", "]"),
        nested("{", "}"),
        nested("{\"a\":", "}"),
        format!("({})", nested("\"", "\"")),
        "(a|b|c)".repeat(500) + "{250}{250}",
        "a{1,255}{1,255}{1,255}".to_owned(),
        "(a".to_owned(),
        "[[:nothing:]]\\1".to_owned(),
        "a\\".to_owned(),
        "%\\_*\\".repeat(100) + "\\",
        "*".repeat(2000),
        "9".repeat(2000),
        "1e131073".to_owned(),
        "-1e-16384".to_owned(),
        "294277-01-01".to_owned(),
        "P99999999999999999Y".to_owned(),
        "[9,1)".to_owned(),
        "[1,2147483647]".to_owned(),
        "<a><b></a>".to_owned(),
        "{a,{b}}".to_owned(),
        "[0:1]={a,b}".to_owned(),
        "{1,null,\"".to_owned(),
        "\u{fffe}\u{1f600}'\"$$".to_owned(),
    ]
}

/// A row that has something in all that operators of lists, documents and words look at.
async fn fill(app: &App) {
    app.db_execute(match app.kind {
        Kind::Postgres => {
            r#"INSERT INTO "Texts" (id, text, varchar, varchar_5) VALUES ('a', 'a b', 'a', 'a');
               INSERT INTO "Documents" (id, json, optional, bytes)
                 VALUES (gen_random_uuid(), '{"a":[1]}', '{"a":1}', '\x00');
               INSERT INTO "Arrays" (texts, ints) VALUES ('{a}', '{1}');
               INSERT INTO "Exotic" (tsvector, tsquery, int4range, interval, inet)
                 VALUES ('a b', 'a', '[1,2)', '1 day', '::1');
               INSERT INTO "Numbers" (int2, int4, int8, float4, float8, "decimal", "numeric", bool)
                 VALUES (1, 1, 1, 1, 1, 1, 1, true);"#
        }
        Kind::Sqlite => {
            r#"INSERT INTO "Texts" (id, text) VALUES ('a', 'a b');
               INSERT INTO "Documents" (id, optional, bytes) VALUES ('00000000-0000-4000-8000-000000000001', '{"a":1}', x'00');
               INSERT INTO "Numbers" (int4, int8, float8, "decimal", bool) VALUES (1, 1, 1, 1, true);
               INSERT INTO "Moments" (datetime) VALUES (0);"#
        }
    })
    .await;
}

/// Whether it is the server's fault; what SQLite cannot do is said so.
fn is_500(answer: &Answer, kind: Kind) -> bool {
    let status = answer.status.as_u16();
    status >= 500 && !(status == 501 && kind == Kind::Sqlite)
}

/// Sends them, none of which may be answered with a 500.
async fn send_all(app: &App, requests: Vec<Request>) {
    assert!(!requests.is_empty());
    let answers = stream::iter(requests).map(Request::send);
    let failed = answers.buffer_unordered(3);
    let failed = failed.filter(|answer| std::future::ready(is_500(answer, app.kind)));
    let failed: Vec<String> = failed.map(|answer| answer.to_string()).collect().await;
    assert!(failed.is_empty(), "{} in all: {:#?}", failed.len(), failed);
    app.get("/health").await.expect(200);
}

/// Path of the resource, table, field, column.
async fn columns(app: &App) -> Vec<[String; 4]> {
    let schema = app.get("/api/v1/schema").await.expect(200);
    let resources = schema["resources"].as_array().expect("resources");
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    let tables = [
        "Texts",
        "Documents",
        "Arrays",
        "Exotic",
        "Numbers",
        "Moments",
    ];
    let columns = resources
        .iter()
        .filter(|one| tables.iter().any(|table| one["table"] == *table));
    let columns = columns.flat_map(|resource| {
        let columns = resource["columns"].as_array().expect("columns");
        let of = |column: &Value| {
            [
                &resource["path"],
                &resource["table"],
                &column["field"],
                &column["column"],
            ]
            .map(text)
        };
        columns.iter().map(of).collect::<Vec<_>>()
    });
    columns.collect()
}

on_each_database!(Schema::Trouble, every_operator_stands_what_it_is_given);
async fn every_operator_stands_what_it_is_given(app: &App) {
    fill(app).await;
    let operands = operands();
    let mut requests = Vec::new();
    for (place, [path, table, field, column]) in columns(app).await.into_iter().enumerate() {
        for (nth, operator) in OPERATORS.iter().enumerate() {
            // Searches take all of the texts that are meant for them; for others, some in turn.
            let all = operator.contains("fts") && ["text", "tsvector"].contains(&field.as_str());
            let some = |at: &usize| all || (at + place * 7 + nth).is_multiple_of(16);
            for (_, operand) in operands.iter().enumerate().filter(|(at, _)| some(at)) {
                let operand = match *operator {
                    "in" => format!("({operand})"),
                    _ if operator.contains('(') && !operator.contains("fts") => {
                        format!("{{{operand}}}")
                    }
                    _ => operand.clone(),
                };
                let filter = format!("{operator}.{}", encoded(&operand));
                if filter.len() > 16_000 {
                    continue;
                }
                requests.push(app.request("GET", &format!("{path}?{}={filter}", encoded(&field))));
                let table = encoded(&table);
                requests.push(app.request(
                    "GET",
                    &format!("/rest/v1/{table}?{}={filter}", encoded(&column)),
                ));
            }
        }
    }
    send_all(app, requests).await;
}

on_each_database!(
    Schema::Trouble,
    names_and_lists_may_be_as_many_as_the_url_holds
);
async fn names_and_lists_may_be_as_many_as_the_url_holds(app: &App) {
    fill(app).await;
    let fronts = [
        ("/api/v1/documents", "/api/v1/texts"),
        ("/rest/v1/Documents", "/rest/v1/Texts"),
    ];
    let mut requests = Vec::new();
    for (documents, texts) in fronts {
        for query in [
            format!("{documents}?optional{}=eq.1", "->a".repeat(4000)),
            format!("{documents}?optional{}=is.null", "->0".repeat(900)),
            format!("{documents}?select=optional{}", "->a".repeat(4000)),
            format!("{documents}?order=optional{}", "->a".repeat(4000)),
            format!("{documents}?order={}id", "id,".repeat(4000)),
            format!("{texts}?select={}id", "id,".repeat(4000)),
            format!(
                "{texts}?select={}",
                (0..1500)
                    .map(|at| format!("a{at}:id"))
                    .collect::<Vec<_>>()
                    .join(",")
            ),
            format!("{texts}?id=in.({}a)", "a,".repeat(7000)),
            format!("{texts}?text=like(any).{{{}a}}", "a*,".repeat(5000)),
            format!("{texts}?limit=9223372036854775807&offset=9223372036854775807"),
            format!("{texts}?limit=99999999999999999999"),
            format!("{texts}?select=id::{}", "a".repeat(5000)),
            format!(
                "{texts}?or={}id.eq.a{}",
                "(and".repeat(2500) + "(",
                ")".repeat(2501)
            ),
            format!("{texts}?or={}", "(not.and".repeat(2000)),
            format!(
                "{texts}?select={}id{}",
                "text(".repeat(2500),
                ")".repeat(2500)
            ),
            format!("{texts}?select={}", "...text(".repeat(2000)),
            format!("{texts}?{}id=eq.a", "text.".repeat(3000)),
            format!("{texts}?on_conflict={}", "id,".repeat(4000)),
            format!("{texts}?columns={}", "id,".repeat(4000)),
        ] {
            requests.push(app.request("GET", &query));
            requests.push(app.request("PATCH", &query).json(json!({})));
        }
        for cast in CASTS {
            for field in ["id", "text", "share"] {
                requests.push(app.request("GET", &format!("{texts}?select=a:{field}::{cast}")));
            }
            requests.push(app.request("GET", &format!("{documents}?select=a:optional::{cast}")));
        }
    }
    send_all(app, requests).await;
}

on_each_database!(Schema::Trouble, every_column_stands_what_is_written);
async fn every_column_stands_what_is_written(app: &App) {
    fill(app).await;
    let texts = operands().into_iter().map(|text| json!(text).to_string());
    let documents = operands()
        .into_iter()
        .filter(|text| serde_json::from_str::<Value>(text).is_ok());
    let others = [
        "1e400",
        "-0",
        "\"\\u0000\"",
        "\"\\ud800\"",
        "[[1],[2,3]]",
        "{\"\\u0000\":1}",
        "[null]",
        "{}",
        "true",
    ];
    let values: Vec<_> = texts
        .chain(documents)
        .chain(others.map(str::to_owned))
        .collect();
    let mut requests = Vec::new();
    for (place, [path, table, field, column]) in columns(app).await.into_iter().enumerate() {
        let some = values
            .iter()
            .enumerate()
            .filter(|(at, _)| (at + place).is_multiple_of(3));
        for (_, value) in some.filter(|_| field != "id") {
            let body = |name: &str| format!("{{{}:{value}}}", json!(name));
            let all = app.request("PATCH", &format!("{path}?id=not.is.null"));
            requests.push(all.raw(body(&field)));
            let all = app.request("PATCH", &format!("/rest/v1/{}", encoded(&table)));
            requests.push(all.raw(body(&column)));
        }
    }
    send_all(app, requests).await;
}

// PostgreSQL reads what stands in quotes by itself.
#[tokio::test]
async fn texts_that_a_type_has_no_room_for_are_values_that_are_wrong() {
    let app = App::builder(Schema::Trouble).start().await;
    let deep = "[".repeat(20_000) + &"]".repeat(20_000);
    let bangs = "!".repeat(200) + "a";
    let parentheses = "(".repeat(20_000) + "a" + &")".repeat(20_000);
    let brackets = "{".repeat(20_000);
    for (table, row) in [
        ("Exotic", json!({ "tsquery": bangs })),
        ("Exotic", json!({ "tsquery": parentheses })),
        ("Exotic", json!({ "tsvector": "a".repeat(5000) })),
        ("Exotic", json!({ "inets": brackets })),
        ("Exotic", json!({ "xml": "<a>".repeat(20_000) })),
        ("Exotic", json!({ "bit": "2".repeat(20_000) })),
        ("Arrays", json!({ "texts": brackets })),
        ("Numbers", json!({ "numeric": "9".repeat(140_000) })),
    ] {
        let answer = app.post(&format!("/rest/v1/{table}"), row.clone()).await;
        assert_eq!(answer.status, 400, "{row} {answer}");
    }
    let csv = format!("jsonb_list\n\"{{{deep}}}\"\n");
    let request = app
        .request("POST", "/rest/v1/Documents")
        .header("content-type", "text/csv");
    let answer = request.raw_as_is(csv).send().await;
    assert!(!is_500(&answer, app.kind), "{answer}");
    let search = |front: &str, text: &str| format!("{front}?text=fts.{}", encoded(text));
    let answer = app.get(&search("/rest/v1/Texts", &bangs)).await;
    assert_eq!(answer.expect(400)["code"], "XX000");
    let answer = app.get(&search("/api/v1/texts", &bangs)).await;
    assert_eq!(answer.expect_problem(422).0, "invalid_value");
    // An index has no room for it.
    let answer = app
        .get(&format!(
            "/rest/v1/Documents?optional=cs.{}",
            encoded(&deep[15_000..25_000])
        ))
        .await;
    assert!(answer.status.is_client_error(), "{answer}");
}
