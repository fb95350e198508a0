//! Keys in paths: whatever a key holds, `Location` leads back to its row.

use serde_json::{Value, json};

use crate::{
    on_each_database,
    support::{App, Schema},
};

/// Creates a row, and follows its Location through its life.
async fn lives(app: &App, path: &str, body: Value, change: Value) {
    let answer = app.post(path, body.clone()).await;
    let location = answer.location();
    let row = answer.expect(201);
    assert_eq!(app.get(&location).await.expect(200), row, "{location}");
    let changed = app.patch(&location, change.clone()).await.expect(200);
    for (field, value) in change.as_object().expect("an object") {
        assert_eq!(changed[field], *value, "{location}");
    }
    assert_eq!(app.get(&location).await.expect(200), changed);
    assert_eq!(
        app.put(&location, body).await.expect(200),
        row,
        "{location}"
    );
    app.delete(&location).await.expect(204);
    app.get(&location).await.expect_problem(404);
}

/// Texts that URLs, SQL and JSON would rather not hold.
const ODD_TEXTS: &[&str] = &[
    "plain",
    "",
    " ",
    "a b",
    "a,b",
    ",",
    "a/b",
    "/",
    "100%",
    "%2C",
    "%",
    "a+b",
    "a.b",
    ".",
    "..",
    "...",
    "~",
    "?x=1&y=2",
    "#top",
    "a;b=c",
    "back\\slash",
    "\"",
    "\"\"",
    "\"quoted\"",
    "\".\"",
    "it's",
    "'; DROP TABLE x; --",
    "tab\tnew\nline",
    "größe",
    "名前",
    "👩‍👩‍👧",
    "e\u{301}",
    "null",
    "true",
    "5",
    "{}",
    "[1]",
    "eq.5",
    "select",
    "schema",
    "*",
    ":key",
    "<b>",
    "$1",
    "?",
];

on_each_database!(Schema::Trouble, a_key_may_hold_any_text);
async fn a_key_may_hold_any_text(app: &App) {
    for code in ODD_TEXTS {
        // The column takes twelve characters.
        let code: String = code.chars().take(12).collect();
        lives(
            app,
            "/api/v1/only-uniques",
            json!({ "code": code, "label": "l" }),
            json!({ "label": "m" }),
        )
        .await;
    }
}

on_each_database!(
    Schema::Trouble,
    every_part_of_a_composite_key_may_hold_any_text
);
async fn every_part_of_a_composite_key_may_hold_any_text(app: &App) {
    for path in ODD_TEXTS {
        for locale in ["en", "a,b", "", "."] {
            let row = json!({ "path": path, "locale": locale, "text": "t" });
            lives(app, "/api/v1/translations", row, json!({ "text": "u" })).await;
        }
    }
}

on_each_database!(Schema::Trouble, a_text_in_quotes_is_the_text);
async fn a_text_in_quotes_is_the_text(app: &App) {
    app.post(
        "/api/v1/only-uniques",
        json!({ "code": "a b", "label": "l" }),
    )
    .await
    .expect(201);
    for spelled in ["a%20b", "%22a%20b%22", "\"a b\""] {
        app.get(&format!("/api/v1/only-uniques/{spelled}"))
            .await
            .expect(200);
    }
    app.get("/api/v1/only-uniques/a+b")
        .await
        .expect_problem(404);
}

on_each_database!(Schema::Trouble, keys_of_other_types_lead_back_too);
async fn keys_of_other_types_lead_back_too(app: &App) {
    for (path, body) in [
        (
            "big-keys",
            json!({ "id": "9223372036854775807", "note": "n" }),
        ),
        (
            "big-keys",
            json!({ "id": "-9223372036854775808", "note": "n" }),
        ),
        ("decimal-keys", json!({ "id": "1.5", "note": "n" })),
        ("decimal-keys", json!({ "id": "-100", "note": "n" })),
        ("json-keys", json!({ "id": "a,b", "note": "n" })),
        ("json-keys", json!({ "id": "1", "note": "n" })),
        ("json-keys", json!({ "id": 1, "note": "n" })),
        ("json-keys", json!({ "id": "", "note": "n" })),
        (
            "json-keys",
            json!({ "id": { "a/b": ["%2C", null] }, "note": "n" }),
        ),
        ("bytes-keys", json!({ "hash": "+/+/AA==", "note": "n" })),
        ("bytes-keys", json!({ "hash": "", "note": "n" })),
        (
            "enum-keys",
            json!({ "progress": "in progress", "active": true, "day": "2024-02-29", "note": "n" }),
        ),
        (
            "enum-keys",
            json!({ "progress": "läuft", "active": false, "day": "1999-12-31", "note": "n" }),
        ),
    ] {
        lives(
            app,
            &format!("/api/v1/{path}"),
            body,
            json!({ "note": "m" }),
        )
        .await;
    }
}

on_each_database!(Schema::Trouble, a_moment_in_a_key_keeps_its_microseconds);
async fn a_moment_in_a_key_keeps_its_microseconds(app: &App) {
    let [first, second] = ["2024-01-01T10:00:00.123456Z", "2024-01-01T10:00:00.123457Z"];
    for at in [first, second, "2024-01-01T10:00:00.000Z"] {
        let reading = json!({ "sensor": "a,b", "at": at, "value": 1 });
        app.post("/api/v1/readings", reading).await.expect(201);
    }
    assert_eq!(
        app.get(&format!("/api/v1/readings/a%2Cb,{second}"))
            .await
            .expect(200)["at"],
        second
    );
    assert_eq!(
        app.get("/api/v1/readings/a%2Cb,2024-01-01T12:00:00%2B02:00")
            .await
            .expect(200)["at"],
        "2024-01-01T10:00:00.000Z"
    );
    lives(
        app,
        "/api/v1/readings",
        json!({ "sensor": "s", "at": "1969-12-31T23:59:59.999Z", "value": 1 }),
        json!({ "value": 2 }),
    )
    .await;
}

on_each_database!(Schema::Trouble, a_key_is_checked_against_its_types);
async fn a_key_is_checked_against_its_types(app: &App) {
    for (path, field, code) in [
        ("selects/one", "id", "invalid_type"),
        ("selects/1.5", "id", "invalid_type"),
        ("selects/1,2", "id", "invalid_key"),
        ("translations/a", "path,locale", "invalid_key"),
        ("translations/a,b,c", "path,locale", "invalid_key"),
        ("readings/s,noon", "at", "invalid_type"),
        ("big-keys/9223372036854775808", "id", "out_of_range"),
        ("bytes-keys/***", "hash", "invalid_type"),
        ("translations/a%00b,en", "path", "invalid_character"),
    ] {
        let (_, fields) = app
            .get(&format!("/api/v1/{path}"))
            .await
            .expect_problem(422);
        assert_eq!(fields, [(field.to_owned(), code.to_owned())], "{path}");
    }
}

on_each_database!(
    Schema::Trouble,
    without_a_key_rows_can_be_listed_and_created_only
);
async fn without_a_key_rows_can_be_listed_and_created_only(app: &App) {
    for path in ["no-keys", "no-usable-uniques"] {
        let answer = app
            .post(&format!("/api/v1/{path}"), json!({ "email": "e" }))
            .await;
        if path == "no-usable-uniques" {
            assert_eq!(answer.header("location"), None);
            answer.expect(201);
        }
        for method in ["GET", "PUT", "PATCH", "DELETE"] {
            let answer = app
                .request(method, &format!("/api/v1/{path}/1"))
                .json(json!({}))
                .send()
                .await;
            assert_eq!(
                answer.expect_problem(404).0,
                "route_not_found",
                "{method} {path}"
            );
        }
    }
    app.post(
        "/api/v1/no-keys",
        json!([{ "message": "m" }, { "message": "m" }]),
    )
    .await
    .expect(201);
    assert_eq!(
        app.get("/api/v1/no-keys?select=message").await.expect(200)["data"],
        json!([{ "message": "m" }, { "message": "m" }])
    );
}

#[tokio::test]
async fn keys_of_postgresql_alone_lead_back_too() {
    let app = App::builder(Schema::Trouble).start().await;
    for (path, body, change) in [
        (
            "events",
            json!({ "id": "5", "occurredAt": "2024-06-01T00:00:00.001Z", "payload": {} }),
            json!({ "payload": [1] }),
        ),
        (
            "decimal-keys",
            json!({ "id": "12345678901234567890123456789012345.000000000000000000000000000001", "note": "n" }),
            json!({ "note": "m" }),
        ),
        (
            "decimal-keys",
            json!({ "id": "1e-7", "note": "n" }),
            json!({ "note": "m" }),
        ),
        (
            "texts",
            json!({ "id": "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "text": "t", "varchar": "v", "varchar_5": "v" }),
            json!({ "text": "u" }),
        ),
        (
            "users",
            json!({ "id": "A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11", "name": "n" }),
            json!({ "name": "m" }),
        ),
    ] {
        lives(&app, &format!("/api/v1/{path}"), body, change).await;
    }
}
