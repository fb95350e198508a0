//! `POST /api/v1/{resource}`

use serde_json::json;

use crate::{on_each_backend, support::Schema};

on_each_backend!(Schema::Sample, async fn a_row_comes_back_as_it_was_created(app) {
    let answer = app.post("/api/v1/users", json!({ "email": "new@example.com", "preferences": { "theme": "dark" } })).await;
    let location = answer.header("location").expect("a Location").to_owned();
    let user = answer.expect(201);
    assert_eq!(user["email"], "new@example.com");
    assert_eq!(user["name"], json!(null));
    assert_eq!(user["createdAt"], user["updatedAt"], "Prisma fills both with one moment");
    assert_eq!(app.get(&location).await.expect(200), user);
});

on_each_backend!(Schema::Sample, async fn every_problem_is_named_at_once(app) {
    let (code, fields) = app
        .post("/api/v1/users", json!({ "emial": "x", "name": 5, "preferences": { "ok": "\u{0}" } }))
        .await
        .expect_problem(422);
    assert_eq!(code, "validation_failed");
    let expected = [
        ("emial", "unknown_field"),
        ("name", "invalid_type"),
        ("preferences", "invalid_character"),
        ("email", "required"),
    ];
    assert_eq!(fields, expected.map(|(field, code)| (field.to_owned(), code.to_owned())));
});
