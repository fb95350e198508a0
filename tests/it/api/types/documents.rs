//! `json` and `jsonb`: the JSON itself.

use serde_json::{Value, json};

use super::reads_back;
use crate::{
    on_each_database,
    support::{App, Kind, Schema},
};

fn document(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

on_each_database!(Schema::Sample, a_document_is_the_json_it_was);
async fn a_document_is_the_json_it_was(app: &App) {
    let item = json!({ "title": "t", "contentType": "ARTICLE" });
    for text in [
        "{}",
        "[]",
        r#""text""#,
        r#""""#,
        "true",
        "0",
        "-1.5",
        "[null]",
        "[[[]]]",
        r#"{"a":{"b":[1,2,{"c":null}]}}"#,
        r#"{"":"empty","a.b":1,"ü":"名","q\"":"\\n"}"#,
        r#"[12345678901234567890123,0.1,1.50]"#,
        r#""\u0001""#,
    ] {
        let found = reads_back(app, "content-items", &item, "metadata", &document(text)).await;
        // jsonb orders keys and spaces in its own way.
        assert_eq!(document(&found), document(text), "{text}");
    }
}

on_each_database!(Schema::Trouble, null_in_a_document_is_the_databases_null);
async fn null_in_a_document_is_the_databases_null(app: &App) {
    let row = app
        .post(
            "/api/v1/documents",
            json!({ "json": 1, "jsonb": { "a": null }, "optional": null, "bytes": "" })
                .as_object()
                .map(|row| match app.kind {
                    Kind::Postgres => json!(row),
                    // SQLite has one JSON type.
                    Kind::Sqlite => json!({ "jsonb": row["jsonb"], "optional": null, "bytes": "" }),
                })
                .expect("an object"),
        )
        .await;
    let location = row.location();
    let row = row.expect(201);
    assert_eq!(row["jsonb"], json!({ "a": null }));
    assert_eq!(row["optional"], json!(null));
    let id = row["id"].as_str().expect("a text");
    let found = app
        .get(&format!(
            "/api/v1/documents?optional=is.null&id=eq.{id}&select=id"
        ))
        .await
        .expect(200);
    assert_eq!(found["data"], json!([{ "id": id }]));
    let changed = app
        .patch(&location, json!({ "optional": [null] }))
        .await
        .expect(200);
    assert_eq!(changed["optional"], json!([null]));
    let (_, fields) = app
        .patch(&location, json!({ "jsonb": null }))
        .await
        .expect_problem(422);
    assert_eq!(fields, [("jsonb".to_owned(), "not_null".to_owned())]);
}

on_each_database!(Schema::Trouble, a_default_of_the_database_is_a_document_too);
async fn a_default_of_the_database_is_a_document_too(app: &App) {
    let mut body = json!({ "bytes": "AA==" });
    if app.kind == Kind::Postgres {
        body["json"] = json!({});
    }
    let row = app.post("/api/v1/documents", body).await.expect(201);
    assert_eq!(row["jsonb"], document(r#"{"a":[1,2.50,null],"b":"it's"}"#));
}

#[tokio::test]
async fn json_keeps_its_spelling_and_jsonb_keeps_its_value() {
    let app = App::builder(Schema::Trouble).start().await;
    let spelled = r#"{"b":1,  "a":1.00, "b":2}"#;
    let body = format!(
        r#"{{"json":{spelled},"jsonb":{spelled},"bytes":"","jsonb_list":[{spelled},1,"x",[null]]}}"#
    );
    let answer = app
        .request("POST", "/api/v1/documents")
        .raw(body)
        .send()
        .await;
    answer.assert_status(201);
    assert!(
        answer.text.contains(&format!(r#""json":{spelled}"#)),
        "{answer}"
    );
    assert!(
        answer.text.contains(r#""jsonb":{"a": 1.00, "b": 2}"#),
        "{answer}"
    );
    assert!(
        answer
            .text
            .contains(r#""jsonb_list":[{"a": 1.00, "b": 2},1,"x",[null]]"#),
        "{answer}"
    );
}
