//! `DELETE /api/v1/{resource}/{key}`

use serde_json::json;

use crate::{on_each_backend, support::Schema};

on_each_backend!(Schema::Trouble, async fn a_deleted_row_is_gone_and_no_other(app) {
    app.post("/api/v1/selects", json!([{ "id": 1 }, { "id": 2 }])).await.expect(201);
    let answer = app.delete("/api/v1/selects/1").await;
    answer.assert_status(204);
    assert_eq!(answer.text, "");
    app.get("/api/v1/selects/1").await.expect_problem(404);
    assert_eq!(app.delete("/api/v1/selects/1").await.expect_problem(404).0, "row_not_found");
    assert_eq!(app.get("/api/v1/selects?select=id").await.expect(200)["data"], json!([{ "id": 2 }]));
});

on_each_backend!(Schema::Trouble, async fn rows_that_belong_to_a_deleted_row_go_as_the_schema_says(app) {
    let user = app.post("/api/v1/users", json!({ "name": "u" })).await;
    let location = user.location();
    let user = user.expect(201);
    app.post("/api/v1/orders", json!({ "id": 1, "user": user["id"], "price": 1 })).await.expect(201);
    app.delete(&location).await.expect(204);
    app.get("/api/v1/orders/1").await.expect_problem(404);

    app.post("/api/v1/categories", json!([{ "id": 1, "name": "a" }, { "id": 2, "name": "b", "parentId": 1 }])).await.expect(201);
    app.delete("/api/v1/categories/1").await.expect(204);
    assert_eq!(app.get("/api/v1/categories/2").await.expect(200)["parentId"], json!(null));
});
