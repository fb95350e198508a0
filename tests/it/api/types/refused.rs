//! What a type does not take is refused with the field's name and a reason.

use serde_json::{Value, json};

use crate::{
    on_each_database,
    support::{App, Schema},
};

on_each_database!(Schema::Sample, a_value_of_another_type_is_refused);
async fn a_value_of_another_type_is_refused(app: &App) {
    let number = |text: &str| -> Value { serde_json::from_str(text).expect("a number") };
    for (path, field, value, code) in [
        ("users", "email", json!(5), "invalid_type"),
        ("users", "email", json!(true), "invalid_type"),
        ("users", "email", json!(["a"]), "invalid_type"),
        ("users", "email", json!({}), "invalid_type"),
        ("users", "email", json!("a\u{0}b"), "invalid_character"),
        ("chat-sessions", "title", json!("ä".repeat(501)), "too_long"),
        ("chat-sessions", "id", json!("a0eebc99"), "invalid_type"),
        ("chat-sessions", "id", json!(5), "invalid_type"),
        (
            "chat-sessions",
            "createdAt",
            json!("2024-01-01T10:00:00"),
            "invalid_type",
        ),
        (
            "chat-sessions",
            "createdAt",
            json!("2024-02-30T10:00:00Z"),
            "invalid_type",
        ),
        (
            "chat-sessions",
            "createdAt",
            json!("2024-01-01T25:00:00Z"),
            "invalid_type",
        ),
        ("chat-sessions", "createdAt", json!("now"), "invalid_type"),
        (
            "chat-sessions",
            "createdAt",
            json!(1_706_702_400),
            "invalid_type",
        ),
        ("chat-sessions", "isActive", json!("true"), "invalid_type"),
        ("chat-sessions", "isActive", json!(1), "invalid_type"),
        ("page-views", "day", json!("2024-02-30"), "invalid_type"),
        ("page-views", "day", json!("24-2-3"), "invalid_type"),
        ("page-views", "count", json!("5"), "invalid_type"),
        ("page-views", "count", json!(1.5), "invalid_type"),
        (
            "page-views",
            "count",
            json!(2_147_483_648_i64),
            "out_of_range",
        ),
        ("page-views", "count", number("1e999999"), "out_of_range"),
        (
            "models",
            "pricePerMillionTokens",
            json!("1,5"),
            "invalid_type",
        ),
        ("models", "pricePerMillionTokens", json!(""), "invalid_type"),
        (
            "models",
            "pricePerMillionTokens",
            json!("Infinity"),
            "invalid_type",
        ),
        (
            "models",
            "pricePerMillionTokens",
            json!("1e35"),
            "out_of_range",
        ),
        (
            "models",
            "pricePerMillionTokens",
            number("1e999999"),
            "out_of_range",
        ),
        ("recommendations", "score", json!("0.5"), "invalid_type"),
        (
            "recommendations",
            "score",
            number("1e999999"),
            "out_of_range",
        ),
        (
            "generation-jobs",
            "cost",
            number("9223372036854775808"),
            "out_of_range",
        ),
        ("generation-jobs", "cost", json!("1.5"), "invalid_type"),
        ("generation-jobs", "cost", json!(""), "invalid_type"),
        (
            "generation-jobs",
            "status",
            json!("QUEUED"),
            "invalid_enum_value",
        ),
        ("generation-jobs", "status", json!(""), "invalid_enum_value"),
        (
            "generation-jobs",
            "thumbnail",
            json!("not base64!"),
            "invalid_type",
        ),
        ("generation-jobs", "thumbnail", json!([0]), "invalid_type"),
        ("content-items", "tags", json!("a"), "invalid_type"),
        ("content-items", "tags", json!([1]), "invalid_type"),
        ("content-items", "tags", json!([["a"]]), "invalid_type"),
        ("content-items", "tags", json!(["a", null]), "invalid_item"),
        ("content-items", "tags", json!({ "0": "a" }), "invalid_type"),
        (
            "content-items",
            "metadata",
            json!({ "a": ["\u{0}"] }),
            "invalid_character",
        ),
    ] {
        let answer = app
            .post(&format!("/api/v1/{path}"), json!({ field: value }))
            .await;
        let (_, fields) = answer.expect_problem(422);
        assert!(
            fields.contains(&(field.to_owned(), code.to_owned())),
            "{path}.{field} = {value}: {fields:?}"
        );
    }
}

on_each_database!(Schema::Sample, an_enum_lists_the_values_it_takes);
async fn an_enum_lists_the_values_it_takes(app: &App) {
    let answer = app
        .post(
            "/api/v1/content-items",
            json!({ "title": "t", "contentType": "POEM" }),
        )
        .await;
    assert!(
        answer
            .text
            .contains("must be one of ARTICLE, VIDEO, PODCAST, COURSE"),
        "{answer}"
    );
    answer.expect_problem(422);
}
