//! Comparison on every kind of type.

use serde_json::{Value, json};

use super::column;
use crate::{
    on_each_database,
    support::{App, Kind, Schema, encoded},
};

/// Creates two rows that differ in one field, and compares them by it.
async fn compares(app: &App, resource: &str, body: &Value, field: &str, low: Value, high: Value) {
    let mut ids = Vec::new();
    for value in [&low, &high] {
        let mut body = body.clone();
        body[field] = value.clone();
        // Where a field is unique, both rows need their own.
        if resource == "models" {
            body["name"] = json!(format!("{field} {value}"));
        }
        let row = app
            .post(&format!("/api/v1/{resource}"), body)
            .await
            .expect(201);
        ids.push(row["id"].clone());
    }
    let [first, second] = [ids[0].clone(), ids[1].clone()];
    let bare = |id: &Value| id.as_str().map_or_else(|| id.to_string(), str::to_owned);
    let text = |value: &Value| match value {
        Value::String(text) => encoded(text),
        other => encoded(&other.to_string()),
    };
    let (low, high) = (text(&low), text(&high));
    for (filter, expected) in [
        (format!("eq.{low}"), vec![&first]),
        (format!("eq.{high}"), vec![&second]),
        (format!("neq.{low}"), vec![&second]),
        (format!("not.eq.{high}"), vec![&first]),
        (format!("gt.{low}"), vec![&second]),
        (format!("gte.{low}"), vec![&first, &second]),
        (format!("lt.{high}"), vec![&first]),
        (format!("lte.{low}"), vec![&first]),
        (
            format!("in.(%22{}%22)", low.replace("%22", "%5C%22")),
            vec![&first],
        ),
        ("is.null".to_owned(), vec![]),
        ("is.not_null".to_owned(), vec![&first, &second]),
    ] {
        let path = format!(
            "/api/v1/{resource}?id=in.({},{})&{field}={filter}&order={field}",
            bare(&first),
            bare(&second)
        );
        let found = column(app, &path, "id").await;
        assert_eq!(found.iter().collect::<Vec<_>>(), expected, "{path}");
    }
}

on_each_database!(Schema::Sample, values_of_each_type_compare_as_themselves);
async fn values_of_each_type_compare_as_themselves(app: &App) {
    let user = app
        .post("/api/v1/users", json!({ "email": "compares@example.com" }))
        .await
        .expect(201);
    let item = app
        .post(
            "/api/v1/content-items",
            json!({ "title": "t", "contentType": "ARTICLE" }),
        )
        .await
        .expect(201);
    let model = json!({ "provider": "p", "pricePerMillionTokens": 1 });
    let chat_session = json!({ "userId": "u", "title": "t" });
    let content_item = json!({ "title": "t", "contentType": "ARTICLE" });
    let job = json!({ "prompt": "p", "user_id": user["id"] });
    let recommendation = json!({ "userId": user["id"], "contentItemId": item["id"], "score": 0.5 });
    for (resource, body, field, low, high) in [
        (
            "models",
            &model,
            "pricePerMillionTokens",
            json!("9.50"),
            json!("10.5"),
        ),
        ("models", &model, "isEnabled", json!(false), json!(true)),
        (
            "models",
            &model,
            "createdAt",
            json!("2024-01-01T12:00:00+02:00"),
            json!("2024-01-01T10:00:00.001Z"),
        ),
        (
            "chat-sessions",
            &chat_session,
            "id",
            json!("A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11"),
            json!("b0eebc999c0b4ef8bb6d6bb9bd380a11"),
        ),
        (
            "chat-sessions",
            &chat_session,
            "title",
            json!("a b"),
            json!("a c"),
        ),
        (
            "chat-sessions",
            &chat_session,
            "createdAt",
            json!("2024-01-01T10:00:00.000001Z"),
            json!("2024-01-01T10:00:00.000002Z"),
        ),
        (
            "content-items",
            &content_item,
            "contentType",
            json!("ARTICLE"),
            json!("VIDEO"),
        ),
        (
            "content-items",
            &content_item,
            "metadata",
            json!({ "a": 1 }),
            json!({ "a": 2 }),
        ),
        (
            "content-items",
            &content_item,
            "tags",
            json!(["a", "b"]),
            json!(["a", "c"]),
        ),
        (
            "generation-jobs",
            &job,
            "cost",
            json!("-9223372036854775808"),
            json!(9_007_199_254_740_993_i64),
        ),
        (
            "generation-jobs",
            &job,
            "thumbnail",
            json!("AAE="),
            json!("AAI="),
        ),
        (
            "recommendations",
            &recommendation,
            "score",
            json!(0.1),
            json!(0.30000000000000004),
        ),
        (
            "recommendations",
            &recommendation,
            "score",
            json!(0),
            json!(1),
        ),
    ] {
        // SQLite keeps them as texts, whose order is another: it says so.
        if app.kind == Kind::Sqlite && ["contentType", "metadata", "tags"].contains(&field) {
            let operand = low.as_str().map_or_else(|| low.to_string(), str::to_owned);
            let answer = app
                .get(&format!(
                    "/api/v1/{resource}?{field}=gt.{}",
                    encoded(&operand)
                ))
                .await;
            assert_eq!(answer.expect_problem(501).0, "not_implemented", "{field}");
            continue;
        }
        compares(app, resource, body, field, low, high).await;
    }
}

on_each_database!(Schema::Sample, booleans_have_tests_of_their_own);
async fn booleans_have_tests_of_their_own(app: &App) {
    for (name, enabled) in [("is on", true), ("is off", false)] {
        let model = json!({ "name": name, "provider": "booleans", "pricePerMillionTokens": 1, "isEnabled": enabled });
        app.post("/api/v1/models", model).await.expect(201);
    }
    for (test, expected) in [
        ("is.true", "is on"),
        ("is.false", "is off"),
        ("not.is.true", "is off"),
        ("eq.t", "is on"),
    ] {
        let names = column(
            app,
            &format!("/api/v1/models?provider=eq.booleans&isEnabled={test}"),
            "name",
        )
        .await;
        assert_eq!(names, [expected], "{test}");
    }
    let none = column(
        app,
        "/api/v1/models?provider=eq.booleans&isEnabled=is.unknown",
        "name",
    )
    .await;
    assert!(none.is_empty(), "{none:?}");
}

on_each_database!(
    Schema::Sample,
    operands_are_checked_against_the_type_of_their_field
);
async fn operands_are_checked_against_the_type_of_their_field(app: &App) {
    for (resource, filter, code) in [
        ("models", "isEnabled=eq.yes", "invalid_type"),
        ("models", "pricePerMillionTokens=eq.1,5", "invalid_type"),
        ("models", "createdAt=gt.yesterday", "invalid_type"),
        ("models", "createdAt=gt.2024-01-01T10:00:00", "invalid_type"),
        ("chat-sessions", "id=eq.not-a-uuid", "invalid_type"),
        ("content-items", "contentType=eq.POEM", "invalid_enum_value"),
        ("content-items", "metadata=eq.{", "invalid_type"),
        ("content-items", "tags=eq.a", "invalid_type"),
        ("content-items", "tags=like.a*", "invalid_operator"),
        (
            "generation-jobs",
            "cost=eq.9223372036854775808",
            "out_of_range",
        ),
        ("generation-jobs", "thumbnail=eq.***", "invalid_type"),
        ("recommendations", "score=gt.1e999", "out_of_range"),
        ("recommendations", "score=gt.high", "invalid_type"),
        ("page-views", "day=eq.2024-02-30", "invalid_type"),
    ] {
        let (_, fields) = app
            .get(&format!("/api/v1/{resource}?{filter}"))
            .await
            .expect_problem(422);
        let field = filter.split('=').next().expect("a field");
        assert_eq!(fields, [(field.to_owned(), code.to_owned())], "{filter}");
    }
}

on_each_database!(Schema::Sample, every_wrong_operand_is_named_at_once);
async fn every_wrong_operand_is_named_at_once(app: &App) {
    let (_, fields) = app
        .get("/api/v1/models?id=eq.x&isEnabled=eq.5&name=eq.fine")
        .await
        .expect_problem(422);
    let names: Vec<&str> = fields.iter().map(|(field, _)| field.as_str()).collect();
    assert_eq!(names, ["id", "isEnabled"]);
}
