//! `DELETE /api/v1/{resource}/{key}`

use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use crate::{
    on_each_database,
    support::{App, Schema},
};

on_each_database!(Schema::Trouble, a_deleted_row_is_gone_and_no_other);
async fn a_deleted_row_is_gone_and_no_other(app: &App) {
    app.post("/api/v1/selects", json!([{ "id": 1 }, { "id": 2 }]))
        .await
        .expect(201);
    let answer = app.delete("/api/v1/selects/1").await;
    answer.assert_status(204);
    assert_eq!(answer.text, "");
    app.get("/api/v1/selects/1").await.expect_problem(404);
    assert_eq!(
        app.delete("/api/v1/selects/1").await.expect_problem(404).0,
        "row_not_found"
    );
    assert_eq!(
        app.get("/api/v1/selects?select=id").await.expect(200)["data"],
        json!([{ "id": 2 }])
    );
}

on_each_database!(
    Schema::Trouble,
    rows_that_belong_to_a_deleted_row_go_as_the_schema_says
);
async fn rows_that_belong_to_a_deleted_row_go_as_the_schema_says(app: &App) {
    let user = app.post("/api/v1/users", json!({ "name": "u" })).await;
    let location = user.location();
    let user = user.expect(201);
    app.post(
        "/api/v1/orders",
        json!({ "id": 1, "user": user["id"], "price": 1 }),
    )
    .await
    .expect(201);
    app.delete(&location).await.expect(204);
    app.get("/api/v1/orders/1").await.expect_problem(404);

    app.post(
        "/api/v1/categories",
        json!([{ "id": 1, "name": "a" }, { "id": 2, "name": "b", "parentId": 1 }]),
    )
    .await
    .expect(201);
    app.delete("/api/v1/categories/1").await.expect(204);
    assert_eq!(
        app.get("/api/v1/categories/2").await.expect(200)["parentId"],
        json!(null)
    );
}

#[tokio::test]
async fn a_row_that_its_own_table_refers_to_is_not_blamed_for_its_own_reference() {
    let app = App::builder(Schema::Sample).start().await;
    let stricter = r#"ALTER TABLE "Page" DROP CONSTRAINT "Page_parentId_fkey",
        ADD CONSTRAINT "Page_parentId_fkey" FOREIGN KEY ("parentId") REFERENCES "Page" ("id")"#;
    app.db()
        .await
        .execute_unprepared(stricter)
        .await
        .expect("a stricter constraint");
    let author = app
        .post("/api/v1/users", json!({ "email": "a@example.com" }))
        .await
        .expect(201);
    let page = |id: &str, parent: Value| json!({ "id": id, "slug": id, "title": "t", "body": "b", "authorId": author["id"], "parentId": parent });
    app.post("/api/v1/pages", page("root", Value::Null))
        .await
        .expect(201);
    app.post("/api/v1/pages", page("leaf", json!("root")))
        .await
        .expect(201);
    let answer = app.delete("/api/v1/pages/root").await;
    assert_eq!(
        answer.json()["detail"],
        "Rows of Page still refer to this Page."
    );
    assert_eq!(
        answer.expect_problem(409),
        ("foreign_key_violation".to_owned(), vec![])
    );
}
