//! `POST /api/v1/{resource}`

use serde_json::{Value, json};

use crate::{
    on_each_database,
    support::{App, Schema},
};

on_each_database!(Schema::Sample, a_row_comes_back_as_it_was_created);
async fn a_row_comes_back_as_it_was_created(app: &App) {
    let answer = app
        .post(
            "/api/v1/users",
            json!({ "email": "new@example.com", "preferences": { "theme": "dark" } }),
        )
        .await;
    let location = answer.location();
    let user = answer.expect(201);
    assert_eq!(user["email"], "new@example.com");
    assert_eq!(user["name"], json!(null));
    assert_eq!(
        user["createdAt"], user["updatedAt"],
        "Prisma fills both with one moment"
    );
    assert_eq!(
        location,
        format!("/api/v1/users/{}", user["id"].as_str().expect("a text key"))
    );
    assert_eq!(app.get(&location).await.expect(200), user);
}

on_each_database!(Schema::Sample, every_problem_is_named_at_once);
async fn every_problem_is_named_at_once(app: &App) {
    let (code, fields) = app
        .post(
            "/api/v1/users",
            json!({ "emial": "x", "name": 5, "preferences": { "ok": "\u{0}" } }),
        )
        .await
        .expect_problem(422);
    assert_eq!(code, "validation_failed");
    let expected = [
        ("emial", "unknown_field"),
        ("name", "invalid_type"),
        ("preferences", "invalid_character"),
        ("email", "required"),
    ];
    assert_eq!(
        fields,
        expected.map(|(field, code)| (field.to_owned(), code.to_owned()))
    );
}

on_each_database!(
    Schema::Trouble,
    nothing_is_enough_where_every_field_has_a_default
);
async fn nothing_is_enough_where_every_field_has_a_default(app: &App) {
    for path in ["/api/v1/matches", "/api/v1/user-profiles"] {
        let answer = app.post(path, json!({})).await;
        let location = answer.location();
        let row = answer.expect(201);
        assert_eq!(row["id"], 1, "{path}");
        assert_eq!(app.get(&location).await.expect(200), row);
    }
    let row = app.post("/api/v1/no-keys", json!({})).await.expect(201);
    assert_eq!(row["message"], json!(null));
    let rows = app
        .post("/api/v1/matches", json!([{}, {}]))
        .await
        .expect(201);
    assert_eq!([&rows[0]["id"], &rows[1]["id"]], [2, 3]);
}

on_each_database!(Schema::Trouble, an_array_creates_its_rows_in_order);
async fn an_array_creates_its_rows_in_order(app: &App) {
    let answer = app
        .post(
            "/api/v1/selects",
            json!([{ "id": 2, "from": "two" }, { "where": "one", "id": 1 }, { "id": 3 }]),
        )
        .await;
    assert_eq!(
        answer.header("location"),
        None,
        "there is no one place to point to"
    );
    assert_eq!(
        answer.expect(201),
        json!([
            { "id": 2, "from": "two", "where": null },
            { "id": 1, "from": null, "where": "one" },
            { "id": 3, "from": null, "where": null },
        ])
    );
}

on_each_database!(Schema::Trouble, rows_of_an_array_may_have_different_fields);
async fn rows_of_an_array_may_have_different_fields(app: &App) {
    let user = app
        .post("/api/v1/users", json!({ "name": "u" }))
        .await
        .expect(201);
    let rows = app
        .post(
            "/api/v1/orders",
            json!([
                { "user": user["id"], "price": 1, "quantity": 5 },
                { "user": user["id"], "price": 2 },
                { "user": user["id"], "price": 3, "id": 70 },
            ]),
        )
        .await
        .expect(201);
    let quantities: Vec<&Value> = rows
        .as_array()
        .expect("rows")
        .iter()
        .map(|row| &row["quantity"])
        .collect();
    assert_eq!(
        quantities,
        [5, 1, 1],
        "a field that is left out takes its default, whatever its neighbours hold"
    );
    assert_eq!(rows[2]["id"], 70);
    assert_eq!(rows[1]["total"], "2", "computed by the database");
}

on_each_database!(Schema::Trouble, an_array_is_created_whole_or_not_at_all);
async fn an_array_is_created_whole_or_not_at_all(app: &App) {
    let taken = json!([{ "id": 1 }, { "id": 2 }, { "id": 1 }]);
    app.post("/api/v1/selects", taken).await.expect_problem(409);
    let (_, fields) = app
        .post(
            "/api/v1/selects",
            json!([{ "id": 1 }, { "id": "x" }, { "id": 3, "from": 5 }, { "id": 4, "form": "f" }]),
        )
        .await
        .expect_problem(422);
    let expected = [
        ("1.id", "invalid_type"),
        ("2.from", "invalid_type"),
        ("3.form", "unknown_field"),
    ];
    assert_eq!(
        fields,
        expected.map(|(field, code)| (field.to_owned(), code.to_owned()))
    );
    assert_eq!(
        app.get("/api/v1/selects").await.expect(200)["data"],
        json!([])
    );
}

on_each_database!(Schema::Trouble, an_array_of_nothing_creates_nothing);
async fn an_array_of_nothing_creates_nothing(app: &App) {
    assert_eq!(
        app.post("/api/v1/selects", json!([])).await.expect(201),
        json!([])
    );
}

on_each_database!(Schema::Trouble, an_array_may_be_long);
async fn an_array_may_be_long(app: &App) {
    let rows: Vec<Value> = (0..2000)
        .map(|id| json!({ "id": id, "from": "f" }))
        .collect();
    let created = app.post("/api/v1/selects", json!(rows)).await.expect(201);
    assert_eq!(created.as_array().expect("rows").len(), 2000);
}

on_each_database!(Schema::Trouble, what_the_database_computes_cannot_be_given);
async fn what_the_database_computes_cannot_be_given(app: &App) {
    let user = app
        .post("/api/v1/users", json!({ "name": "u" }))
        .await
        .expect(201);
    let (_, fields) = app
        .post(
            "/api/v1/orders",
            json!({ "user": user["id"], "price": 1, "total": 5 }),
        )
        .await
        .expect_problem(422);
    assert_eq!(fields, [("total".to_owned(), "read_only".to_owned())]);
}

on_each_database!(Schema::Trouble, null_is_no_value_of_a_required_field);
async fn null_is_no_value_of_a_required_field(app: &App) {
    let (_, fields) = app
        .post("/api/v1/users", json!({ "name": null }))
        .await
        .expect_problem(422);
    assert_eq!(fields, [("name".to_owned(), "not_null".to_owned())]);
}

on_each_database!(Schema::Trouble, everything_required_is_asked_for);
async fn everything_required_is_asked_for(app: &App) {
    let (_, fields) = app
        .post("/api/v1/all-requireds", json!({}))
        .await
        .expect_problem(422);
    let expected = [
        "name", "age", "color", "born", "score", "settings", "isActive",
    ];
    assert_eq!(
        fields,
        expected.map(|field| (field.to_owned(), "required".to_owned())),
        "all but the id, which Prisma would fill"
    );
}

on_each_database!(Schema::Trouble, names_that_need_quotes_are_written_and_read);
async fn names_that_need_quotes_are_written_and_read(app: &App) {
    let row = json!({
        "Schlüssel": "k", "größe in cm": 1.5, "2fa": true, "a.b": "dot", "a,b": "comma",
        "say \"hi\"": "hi", "it's": "its", "naïve-name": "n", "名前": "名",
    });
    let answer = app.post("/api/v1/groessen-masses", row.clone()).await;
    let location = answer.location();
    assert_eq!(answer.expect(201), row);
    assert_eq!(app.get(&location).await.expect(200), row);
}

on_each_database!(Schema::Trouble, a_view_takes_no_rows);
async fn a_view_takes_no_rows(app: &App) {
    let answer = app
        .post("/api/v1/ongoing-texts", json!({ "limit": "x" }))
        .await;
    assert_eq!(answer.expect_problem(405).0, "read_only");
    app.get("/api/v1/ongoing-texts").await.expect(200);
    assert_eq!(
        app.delete("/api/v1/ongoing-texts/1")
            .await
            .expect_problem(405)
            .0,
        "read_only"
    );
}

on_each_database!(Schema::Trouble, writes_take_no_parameters_of_lists);
async fn writes_take_no_parameters_of_lists(app: &App) {
    for path in [
        "/api/v1/selects?id=eq.1",
        "/api/v1/selects?limit=1",
        "/api/v1/selects?upsert=true",
    ] {
        let answer = app.post(path, json!({ "id": 1 })).await;
        assert_eq!(answer.expect_problem(400).0, "unknown_parameter", "{path}");
    }
}
