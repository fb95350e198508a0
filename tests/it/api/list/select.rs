//! `select` of plain fields.

use serde_json::json;

use super::selects;
use crate::{
    on_each_database,
    support::{App, Schema},
};

on_each_database!(
    Schema::Trouble,
    rows_show_the_fields_asked_for_in_the_order_asked_for
);
async fn rows_show_the_fields_asked_for_in_the_order_asked_for(app: &App) {
    selects(app, &[(1, Some("f"), Some("w"))]).await;
    for (select, row) in [
        ("where", r#"{"where":"w"}"#),
        ("where,id", r#"{"where":"w","id":1}"#),
        ("id,%20from", r#"{"id":1,"from":"f"}"#),
        ("*", r#"{"id":1,"from":"f","where":"w"}"#),
        ("where,*", r#"{"where":"w","id":1,"from":"f"}"#),
        ("id,id", r#"{"id":1}"#),
    ] {
        let answer = app.get(&format!("/api/v1/selects?select={select}")).await;
        answer.assert_status(200);
        assert_eq!(
            answer.text,
            format!(r#"{{"data":[{row}],"nextCursor":null,"total":null}}"#),
            "{select}"
        );
        let answer = app.get(&format!("/api/v1/selects/1?select={select}")).await;
        answer.assert_status(200);
        assert_eq!(answer.text, row, "{select}");
    }
}

on_each_database!(Schema::Trouble, names_that_need_quotes_can_be_selected);
async fn names_that_need_quotes_can_be_selected(app: &App) {
    let row =
        json!({ "Schlüssel": "k", "a,b": "comma", "a.b": "dot", "say \"hi\"": "hi", "名前": "n" });
    app.post("/api/v1/groessen-masses", row.clone())
        .await
        .expect(201);
    let select =
        "%22a%2Cb%22,%22a.b%22,Schl%C3%BCssel,%22say%20%5C%22hi%5C%22%22,%E5%90%8D%E5%89%8D";
    let found = app
        .get(&format!("/api/v1/groessen-masses/k?select={select}"))
        .await
        .expect(200);
    assert_eq!(found, row);
}

on_each_database!(Schema::Trouble, a_selection_that_is_none_is_refused);
async fn a_selection_that_is_none_is_refused(app: &App) {
    for (wrong, code) in [
        ("form", "unknown_field"),
        ("FROM", "unknown_field"),
        ("", "invalid_parameter"),
        ("id,,from", "invalid_parameter"),
        ("id&select=from", "invalid_parameter"),
    ] {
        for path in ["/api/v1/selects", "/api/v1/selects/1"] {
            let answer = app.get(&format!("{path}?select={wrong}")).await;
            assert_eq!(answer.expect_problem(400).0, code, "{path} {wrong}");
        }
    }
    let answer = app.get("/api/v1/selects?select=form").await;
    assert!(answer.text.contains("Did you mean `from`?"), "{answer}");
}
