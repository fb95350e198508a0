//! `PATCH /api/v1/{resource}/{key}`

use serde_json::json;

use crate::{
    on_each_database,
    support::{App, Schema},
};

on_each_database!(
    Schema::Trouble,
    a_patch_changes_what_it_holds_and_leaves_the_rest
);
async fn a_patch_changes_what_it_holds_and_leaves_the_rest(app: &App) {
    app.post(
        "/api/v1/selects",
        json!({ "id": 1, "from": "f", "where": "w" }),
    )
    .await
    .expect(201);
    let row = json!({ "id": 1, "from": "g", "where": "w" });
    assert_eq!(
        app.patch("/api/v1/selects/1", json!({ "from": "g" }))
            .await
            .expect(200),
        row
    );
    assert_eq!(app.get("/api/v1/selects/1").await.expect(200), row);
}

on_each_database!(Schema::Trouble, a_patch_with_null_clears_the_field);
async fn a_patch_with_null_clears_the_field(app: &App) {
    app.post(
        "/api/v1/selects",
        json!({ "id": 1, "from": "f", "where": "w" }),
    )
    .await
    .expect(201);
    let row = json!({ "id": 1, "from": null, "where": "w" });
    assert_eq!(
        app.patch("/api/v1/selects/1", json!({ "from": null }))
            .await
            .expect(200),
        row
    );
    let (_, fields) = app
        .patch("/api/v1/selects/1", json!({ "id": null }))
        .await
        .expect_problem(422);
    assert_eq!(fields, [("id".to_owned(), "not_null".to_owned())]);
}

on_each_database!(Schema::Trouble, an_empty_patch_changes_nothing);
async fn an_empty_patch_changes_nothing(app: &App) {
    app.post("/api/v1/selects", json!({ "id": 1, "from": "f" }))
        .await
        .expect(201);
    let row = app.get("/api/v1/selects/1").await.expect(200);
    assert_eq!(
        app.patch("/api/v1/selects/1", json!({})).await.expect(200),
        row
    );
    app.patch("/api/v1/selects/2", json!({}))
        .await
        .expect_problem(404);
    app.post("/api/v1/key-only", json!({ "id": 1 }))
        .await
        .expect(201);
    assert_eq!(
        app.patch("/api/v1/key-only/1", json!({})).await.expect(200),
        json!({ "id": 1 })
    );
}

on_each_database!(Schema::Trouble, a_patch_of_nothing_there_is_not_found);
async fn a_patch_of_nothing_there_is_not_found(app: &App) {
    assert_eq!(
        app.patch("/api/v1/selects/1", json!({ "from": "f" }))
            .await
            .expect_problem(404)
            .0,
        "row_not_found"
    );
}

on_each_database!(Schema::Trouble, a_key_can_be_changed);
async fn a_key_can_be_changed(app: &App) {
    app.post(
        "/api/v1/selects",
        json!([{ "id": 1, "from": "f" }, { "id": 3 }]),
    )
    .await
    .expect(201);
    assert_eq!(
        app.patch("/api/v1/selects/1", json!({ "id": 2 }))
            .await
            .expect(200)["from"],
        "f"
    );
    app.get("/api/v1/selects/1").await.expect_problem(404);
    assert_eq!(app.get("/api/v1/selects/2").await.expect(200)["from"], "f");
    let (code, fields) = app
        .patch("/api/v1/selects/2", json!({ "id": 3 }))
        .await
        .expect_problem(409);
    assert_eq!(code, "unique_violation");
    assert_eq!(fields, [("id".to_owned(), "unique".to_owned())]);
}

on_each_database!(Schema::Trouble, a_patch_is_checked_as_a_new_row_is);
async fn a_patch_is_checked_as_a_new_row_is(app: &App) {
    app.post("/api/v1/selects", json!({ "id": 1 }))
        .await
        .expect(201);
    let (_, fields) = app
        .patch("/api/v1/selects/1", json!({ "form": "x", "where": 5 }))
        .await
        .expect_problem(422);
    let expected = [("form", "unknown_field"), ("where", "invalid_type")];
    assert_eq!(
        fields,
        expected.map(|(field, code)| (field.to_owned(), code.to_owned()))
    );
    app.patch("/api/v1/selects/1", json!([{ "from": "x" }]))
        .await
        .expect_problem(400);
}

on_each_database!(Schema::Trouble, only_the_row_of_the_path_changes);
async fn only_the_row_of_the_path_changes(app: &App) {
    app.post(
        "/api/v1/selects",
        json!([{ "id": 1, "from": "a" }, { "id": 2, "from": "b" }]),
    )
    .await
    .expect(201);
    app.patch("/api/v1/selects/1", json!({ "from": "c" }))
        .await
        .expect(200);
    let rows = app.get("/api/v1/selects?select=from").await.expect(200);
    assert_eq!(rows["data"], json!([{ "from": "c" }, { "from": "b" }]));
}
