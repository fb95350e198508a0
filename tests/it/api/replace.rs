//! `PUT /api/v1/{resource}/{key}`

use serde_json::json;

use crate::{
    on_each_database,
    support::{App, Kind, Schema},
};

on_each_database!(
    Schema::Trouble,
    a_row_that_is_not_there_is_created_with_that_key
);
async fn a_row_that_is_not_there_is_created_with_that_key(app: &App) {
    let answer = app.put("/api/v1/selects/5", json!({ "from": "f" })).await;
    assert_eq!(answer.location(), "/api/v1/selects/5");
    let row = json!({ "id": 5, "from": "f", "where": null });
    assert_eq!(answer.expect(201), row);
    assert_eq!(app.get("/api/v1/selects/5").await.expect(200), row);
}

on_each_database!(Schema::Trouble, a_row_that_is_there_is_replaced);
async fn a_row_that_is_there_is_replaced(app: &App) {
    app.put("/api/v1/selects/5", json!({ "from": "f", "where": "w" }))
        .await
        .expect(201);
    let answer = app
        .put("/api/v1/selects/5", json!({ "id": 5, "where": "x" }))
        .await;
    assert_eq!(answer.header("location"), None);
    let row = json!({ "id": 5, "from": null, "where": "x" });
    assert_eq!(
        answer.expect(200),
        row,
        "`from` was left out, so that it is null again"
    );
    assert_eq!(
        app.get("/api/v1/selects").await.expect(200)["data"],
        json!([row])
    );
}

on_each_database!(Schema::Trouble, fields_left_out_go_back_to_their_defaults);
async fn fields_left_out_go_back_to_their_defaults(app: &App) {
    let user = app
        .post("/api/v1/users", json!({ "name": "u" }))
        .await
        .expect(201);
    let created = app
        .put(
            "/api/v1/orders/9",
            json!({ "user": user["id"], "price": "2.5", "quantity": 4 }),
        )
        .await
        .expect(201);
    assert_eq!(created["total"], "10");
    let replaced = app
        .put(
            "/api/v1/orders/9",
            json!({ "user": user["id"], "price": "2.5" }),
        )
        .await
        .expect(200);
    assert_eq!(replaced["quantity"], 1);
    assert_eq!(replaced["total"], "2.5");
    let text = app
        .put(
            "/api/v1/groessen-masses/k",
            json!({ "it's": "mine", "2fa": true }),
        )
        .await
        .expect(201);
    assert_eq!(
        [&text["it's"], &text["2fa"]],
        [&json!("mine"), &json!(true)]
    );
    let text = app
        .put("/api/v1/groessen-masses/k", json!({}))
        .await
        .expect(200);
    assert_eq!(
        [&text["it's"], &text["2fa"]],
        [&json!("it's"), &json!(false)]
    );
}

on_each_database!(
    Schema::Trouble,
    nothing_but_the_key_is_enough_where_the_key_is_all
);
async fn nothing_but_the_key_is_enough_where_the_key_is_all(app: &App) {
    assert_eq!(
        app.put("/api/v1/key-only/5", json!({})).await.expect(201),
        json!({ "id": 5 })
    );
    assert_eq!(
        app.put("/api/v1/key-only/5", json!({ "id": 5 }))
            .await
            .expect(200),
        json!({ "id": 5 })
    );
}

on_each_database!(Schema::Trouble, a_composite_key_is_taken_from_the_path);
async fn a_composite_key_is_taken_from_the_path(app: &App) {
    let row = json!({ "path": "a/b", "locale": "en", "text": "t" });
    assert_eq!(
        app.put("/api/v1/translations/a%2Fb,en", json!({ "text": "t" }))
            .await
            .expect(201),
        row
    );
    assert_eq!(
        app.put("/api/v1/translations/a%2Fb,en", row.clone())
            .await
            .expect(200),
        row
    );
}

on_each_database!(Schema::Trouble, a_body_with_another_key_is_refused);
async fn a_body_with_another_key_is_refused(app: &App) {
    let (_, fields) = app
        .put("/api/v1/selects/5", json!({ "id": 6 }))
        .await
        .expect_problem(422);
    assert_eq!(fields, [("id".to_owned(), "key_mismatch".to_owned())]);
    let other = json!({ "path": "a", "locale": "de", "text": "t" });
    let (_, fields) = app
        .put("/api/v1/translations/a,en", other)
        .await
        .expect_problem(422);
    assert_eq!(fields, [("locale".to_owned(), "key_mismatch".to_owned())]);
    assert_eq!(
        app.get("/api/v1/selects").await.expect(200)["data"],
        json!([])
    );
}

on_each_database!(
    Schema::Trouble,
    a_key_may_be_spelled_differently_in_path_and_body
);
async fn a_key_may_be_spelled_differently_in_path_and_body(app: &App) {
    let key = "2024-01-01T12:00:00%2B02:00";
    let reading = json!({ "sensor": "s", "at": "2024-01-01T10:00:00Z", "value": 1 });
    app.put(&format!("/api/v1/readings/s,{key}"), reading)
        .await
        .expect(201);
    let big = app
        .put("/api/v1/big-keys/7", json!({ "id": "7" }))
        .await
        .expect(201);
    assert_eq!(big["id"], "7");
}

on_each_database!(
    Schema::Trouble,
    a_replacement_lacks_nothing_that_is_required
);
async fn a_replacement_lacks_nothing_that_is_required(app: &App) {
    let (_, fields) = app
        .put("/api/v1/translations/a,en", json!({}))
        .await
        .expect_problem(422);
    assert_eq!(fields, [("text".to_owned(), "required".to_owned())]);
    app.put("/api/v1/translations/a,en", json!([{ "text": "t" }]))
        .await
        .expect_problem(400);
}

on_each_database!(
    Schema::Trouble,
    a_replacement_breaks_no_other_rows_uniqueness
);
async fn a_replacement_breaks_no_other_rows_uniqueness(app: &App) {
    app.post("/api/v1/departments", json!({ "id": 1, "name": "d" }))
        .await
        .expect(201);
    for (id, number) in [(1, "one"), (2, "two")] {
        app.put(
            &format!("/api/v1/employees/{id}"),
            json!({ "number": number, "department_id": 1 }),
        )
        .await
        .expect(201);
    }
    let (code, fields) = app
        .put(
            "/api/v1/employees/2",
            json!({ "number": "one", "department_id": 1 }),
        )
        .await
        .expect_problem(409);
    assert_eq!(code, "unique_violation");
    assert_eq!(fields, [("number".to_owned(), "unique".to_owned())]);
}

on_each_database!(
    Schema::Trouble,
    a_key_that_the_database_gives_cannot_be_chosen
);
async fn a_key_that_the_database_gives_cannot_be_chosen(app: &App) {
    if app.kind == Kind::Sqlite {
        return; // SQLite has no identity columns that refuse values.
    }
    let row = app
        .post("/api/v1/identity-always", json!({ "note": "n" }))
        .await
        .expect(201);
    assert_eq!(row["id"], 1);
    let path = "/api/v1/identity-always/1";
    let answer = app.put(path, json!({ "note": "m" })).await;
    answer.assert_status(405);
    assert_eq!(answer.header("allow"), Some("GET, HEAD, PATCH, DELETE"));
    let batch = json!({ "operations": [{ "method": "PUT", "path": "/identity-always/1", "body": { "note": "m" } }] });
    app.post("/api/v1/batch", batch).await.expect_problem(405);
    app.patch(path, json!({ "note": "m" })).await.expect(200);
    let document = app.get("/openapi.json").await.expect(200);
    let item = &document["paths"]["/api/v1/identity-always/{key}"];
    assert!(item["patch"].is_object() && item["put"].is_null(), "{item}");
    assert!(document["components"]["schemas"]["IdentityAlwaysReplace"].is_null());
    assert!(document["paths"]["/api/v1/batch"]["post"]["responses"]["405"].is_object());
}
