//! `POST` of an array.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::{path, rows};
use crate::{
    on_each_database,
    support::{App, Schema},
};

on_each_database!(
    Schema::Writes,
    each_row_has_an_id_of_its_own_and_stands_where_it_stood
);
async fn each_row_has_an_id_of_its_own_and_stands_where_it_stood(app: &App) {
    let given: Vec<Value> = (0..300)
        .map(|n| json!({ "email": format!("{n}@example.com"), "score": n }))
        .collect();
    let created = app.post("/api/v1/authors", json!(given)).await.expect(201);
    let created = created.as_array().expect("rows");
    let ids: HashSet<&str> = created
        .iter()
        .map(|row| row["id"].as_str().expect("an id"))
        .collect();
    assert_eq!(ids.len(), 300);
    for (given, created) in given.iter().zip(created) {
        assert_eq!(
            (&given["email"], &given["score"]),
            (&created["email"], &created["score"])
        );
    }
}

on_each_database!(
    Schema::Writes,
    thousands_of_rows_meet_no_limit_of_parameters
);
async fn thousands_of_rows_meet_no_limit_of_parameters(app: &App) {
    let given: Vec<Value> = (0..8000)
        .map(|n| json!({ "title": format!("t{n}"), "words": n % 100, "version": n }))
        .collect();
    let created = app.post("/api/v1/posts", json!(given)).await.expect(201);
    assert_eq!(created.as_array().expect("rows").len(), 8000);
    assert_eq!(created[7999]["version"], 7999);
    // Every other row leaves a default to the database: no JSON can say so.
    let given: Vec<Value> = (0..12_000)
        .map(|n| {
            if n % 2 == 0 {
                json!({ "title": "even", "version": n })
            } else {
                json!({ "title": "odd", "words": 5, "version": n })
            }
        })
        .collect();
    let created = app.post("/api/v1/posts", json!(given)).await.expect(201);
    for (n, row) in created.as_array().expect("rows").iter().enumerate() {
        assert_eq!(
            (&row["version"], &row["words"]),
            (&json!(n), &json!(if n % 2 == 0 { 0 } else { 5 }))
        );
    }
}

on_each_database!(Schema::Writes, a_field_that_is_absent_is_not_null);
async fn a_field_that_is_absent_is_not_null(app: &App) {
    let created = app
        .post(
            "/api/v1/authors",
            json!([
                { "email": "a@b.c", "score": 1, "role": "ADMIN", "name": null },
                { "email": "b@b.c" },
                { "email": "c@b.c", "score": 3, "preferences": null },
            ]),
        )
        .await
        .expect(201);
    let fields = |row: &Value| json!([row["score"], row["role"], row["name"], row["settings"]]);
    assert_eq!(fields(&created[0]), json!([1, "ADMIN", null, {}]));
    assert_eq!(fields(&created[1]), json!([7, "READER", null, {}]));
    assert_eq!(fields(&created[2]), json!([3, "READER", null, {}]));
}

on_each_database!(Schema::Writes, one_row_that_cannot_be_leaves_none);
async fn one_row_that_cannot_be_leaves_none(app: &App) {
    let (code, fields) = app
        .post(
            "/api/v1/authors",
            json!([{ "email": "x@b.c" }, { "email": "y@b.c" }, { "email": "x@b.c" }]),
        )
        .await
        .expect_problem(409);
    assert_eq!(
        (code.as_str(), fields[0].0.as_str()),
        ("unique_violation", "email")
    );
    assert!(rows(app, "/api/v1/authors").await.is_empty());
    // Rows that take more than one statement.
    let mut many: Vec<Value> = (0..12_000)
        .map(|n| {
            if n % 2 == 0 {
                json!({ "title": "t", "version": n })
            } else {
                json!({ "title": "t", "words": 1, "version": n })
            }
        })
        .collect();
    many.push(json!({ "title": "t", "words": -1 }));
    app.post("/api/v1/posts", json!(many))
        .await
        .expect_problem(422);
    assert!(rows(app, "/api/v1/posts").await.is_empty());
}

on_each_database!(Schema::Writes, values_that_need_care_survive_in_company);
async fn values_that_need_care_survive_in_company(app: &App) {
    let names = [
        "",
        " ",
        "null",
        "a,b",
        "{}",
        "\"q\"",
        "back\\slash",
        "ünï\u{1F600}",
        "line\nbreak\ttab",
        "'; DROP TABLE \"Author\"; --",
        "$1",
        "?",
    ];
    let documents = [
        json!([]),
        json!({ "a": { "b": null } }),
        json!("text"),
        json!(1.50),
        json!(false),
        json!({ "": "" }),
    ];
    let given: Vec<Value> = names.iter().enumerate()
        .map(|(n, name)| json!({ "email": format!("{n}@b.c"), "name": name, "preferences": documents[n % documents.len()], "score": n }))
        .collect();
    let created = app.post("/api/v1/authors", json!(given)).await.expect(201);
    for (given, created) in given.iter().zip(created.as_array().expect("rows")) {
        assert_eq!(
            (&given["name"], &given["preferences"]),
            (&created["name"], &created["preferences"])
        );
        let found = app.get(&path("authors", created)).await.expect(200);
        assert_eq!(found, *created);
    }
}

on_each_database!(Schema::Trouble, rows_of_every_type_survive_in_company);
async fn rows_of_every_type_survive_in_company(app: &App) {
    let row = json!({ "name": "name", "age": 5, "color": "RED", "born": "2020-02-29", "score": "1.50", "settings": { "a": [1, null] }, "isActive": true });
    let one = app
        .post("/api/v1/all-requireds", row.clone())
        .await
        .expect(201);
    let many = app
        .post("/api/v1/all-requireds", json!([row, row]))
        .await
        .expect(201);
    for created in many.as_array().expect("rows") {
        for field in [
            "name", "age", "color", "born", "score", "settings", "isActive",
        ] {
            assert_eq!(created[field], one[field], "{field}");
        }
    }
}

on_each_database!(Schema::Writes, minimal_answers_have_no_rows);
async fn minimal_answers_have_no_rows(app: &App) {
    let answer = app
        .request("POST", "/api/v1/tags")
        .header("prefer", "return=minimal")
        .json(json!([{ "name": "a" }, { "name": "b" }]))
        .send()
        .await;
    assert_eq!(answer.header("preference-applied"), Some("return=minimal"));
    answer.assert_status(201);
    assert_eq!(answer.text, "");
    assert_eq!(rows(app, "/api/v1/tags").await.len(), 2);
    let answer = app
        .request("POST", "/api/v1/tags")
        .header("prefer", "return=minimal")
        .json(json!({ "name": "c" }))
        .send()
        .await;
    let location = answer.location();
    assert_eq!(answer.text, "");
    assert_eq!(app.get(&location).await.expect(200)["name"], "c");
}
