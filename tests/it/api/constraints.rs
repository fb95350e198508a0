//! What the database refuses, in the words of the API.

use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use crate::{
    on_each_database,
    support::{Answer, App, Kind, Schema},
};

fn one(field: &str, code: &str) -> Vec<(String, String)> {
    vec![(field.to_owned(), code.to_owned())]
}

/// Nothing of the database's own words: no SQL, no rows.
#[track_caller]
fn assert_discreet(answer: &Answer, secrets: &[&str]) {
    for word in [
        "INSERT",
        "SELECT",
        "UPDATE ",
        "constraint failed",
        "violates",
        "Key (",
        "DETAIL",
        "Failing row",
    ] {
        assert!(!answer.text.contains(word), "`{word}` in {answer}");
    }
    let body = answer.json();
    for part in ["detail", "title", "errors"] {
        for secret in secrets {
            assert!(
                !body[part].to_string().contains(secret),
                "`{secret}` in {answer}"
            );
        }
    }
}

async fn staff(app: &App) {
    app.post("/api/v1/departments", json!({ "id": 1, "name": "d" }))
        .await
        .expect(201);
    app.post(
        "/api/v1/employees",
        json!({ "id": 900, "number": "secret-1", "department_id": 1 }),
    )
    .await
    .expect(201);
}

on_each_database!(Schema::Trouble, a_value_that_is_taken_names_its_field);
async fn a_value_that_is_taken_names_its_field(app: &App) {
    staff(app).await;
    let answer = app
        .post(
            "/api/v1/employees",
            json!({ "number": "secret-1", "department_id": 1 }),
        )
        .await;
    assert_discreet(&answer, &["secret-1"]);
    assert_eq!(
        answer.expect_problem(409),
        ("unique_violation".to_owned(), one("number", "unique"))
    );
    let answer = app
        .post(
            "/api/v1/employees",
            json!({ "id": 900, "number": "secret-2", "department_id": 1 }),
        )
        .await;
    assert_discreet(&answer, &["secret-2"]);
    assert_eq!(
        answer.expect_problem(409),
        ("unique_violation".to_owned(), one("id", "unique"))
    );
}

on_each_database!(
    Schema::Trouble,
    a_combination_that_is_taken_names_all_of_its_fields
);
async fn a_combination_that_is_taken_names_all_of_its_fields(app: &App) {
    let root = app
        .post("/api/v1/categories", json!({ "name": "root" }))
        .await
        .expect(201);
    let leaf = json!({ "parentId": root["id"], "name": "leaf" });
    app.post("/api/v1/categories", leaf.clone())
        .await
        .expect(201);
    let both = vec![
        ("parentId".to_owned(), "unique".to_owned()),
        ("name".to_owned(), "unique".to_owned()),
    ];
    let answer = app.post("/api/v1/categories", leaf).await;
    assert!(answer.text.contains("`parentId` and `name`"), "{answer}");
    assert_eq!(
        answer.expect_problem(409),
        ("unique_violation".to_owned(), both)
    );
    app.post(
        "/api/v1/translations",
        json!({ "path": "p", "locale": "l", "text": "t" }),
    )
    .await
    .expect(201);
    let (_, fields) = app
        .post(
            "/api/v1/translations",
            json!({ "path": "p", "locale": "l", "text": "t" }),
        )
        .await
        .expect_problem(409);
    assert_eq!(
        fields
            .iter()
            .map(|(field, _)| field.as_str())
            .collect::<Vec<_>>(),
        ["path", "locale"]
    );
}

on_each_database!(
    Schema::Trouble,
    an_index_over_a_part_or_an_expression_is_a_conflict_too
);
async fn an_index_over_a_part_or_an_expression_is_a_conflict_too(app: &App) {
    app.post("/api/v1/no-usable-uniques", json!({ "email": "a@b.c" }))
        .await
        .expect(201);
    for email in ["a@b.c", "A@B.C"] {
        let answer = app
            .post("/api/v1/no-usable-uniques", json!({ "email": email }))
            .await;
        assert_discreet(&answer, &[email]);
        assert_eq!(answer.expect_problem(409).0, "unique_violation", "{email}");
    }
}

on_each_database!(Schema::Trouble, a_reference_to_nothing_names_its_field);
async fn a_reference_to_nothing_names_its_field(app: &App) {
    let answer = app
        .post(
            "/api/v1/categories",
            json!({ "parentId": 404_404, "name": "n" }),
        )
        .await;
    assert_discreet(&answer, &["404404"]);
    assert_eq!(
        answer.expect_problem(409),
        (
            "foreign_key_violation".to_owned(),
            one("parentId", "foreign_key")
        )
    );
    staff(app).await;
    let answer = app
        .patch("/api/v1/employees/900", json!({ "department_id": 7 }))
        .await;
    let (code, fields) = answer.expect_problem(409);
    assert_eq!(code, "foreign_key_violation");
    match app.kind {
        Kind::Postgres => assert_eq!(fields, one("department_id", "foreign_key")),
        // SQLite does not say which of several references is broken.
        Kind::Sqlite => assert_eq!(fields, []),
    }
    let (_, fields) = app
        .post(
            "/api/v1/translation-votes",
            json!({ "path": "p", "locale": "l", "voter": 1, "up": true }),
        )
        .await
        .expect_problem(409);
    assert_eq!(
        fields
            .iter()
            .map(|(field, _)| field.as_str())
            .collect::<Vec<_>>(),
        ["path", "locale"]
    );
}

on_each_database!(Schema::Trouble, a_row_that_others_refer_to_stays);
async fn a_row_that_others_refer_to_stays(app: &App) {
    staff(app).await;
    let answer = app.delete("/api/v1/departments/1").await;
    assert!(answer.text.contains("refer"), "{answer}");
    assert_discreet(&answer, &[]);
    assert_eq!(
        answer.expect_problem(409),
        ("foreign_key_violation".to_owned(), vec![])
    );
    app.get("/api/v1/departments/1").await.expect(200);
}

on_each_database!(Schema::Trouble, a_check_that_fails_names_its_fields);
async fn a_check_that_fails_names_its_fields(app: &App) {
    let user = app
        .post("/api/v1/users", json!({ "name": "u" }))
        .await
        .expect(201);
    let order = |price: Value, quantity: Value| json!({ "user": user["id"], "price": price, "quantity": quantity });
    let answer = app
        .post("/api/v1/orders", order(json!(1), json!(-31337)))
        .await;
    assert_discreet(&answer, &["31337"]);
    assert!(answer.text.contains("order_quantity_check"), "{answer}");
    let (code, fields) = answer.expect_problem(422);
    assert_eq!(code, "check_violation");
    // The columns of a check are read from PostgreSQL's catalog; SQLite has none of checks.
    if app.kind == Kind::Postgres {
        assert_eq!(fields, one("quantity", "check"));
    }
    let (code, fields) = app
        .post("/api/v1/orders", order(json!(-1), json!(1)))
        .await
        .expect_problem(422);
    assert_eq!(code, "check_violation");
    if app.kind == Kind::Postgres {
        assert_eq!(
            fields
                .iter()
                .map(|(field, _)| field.as_str())
                .collect::<Vec<_>>(),
            ["price", "quantity"]
        );
    }
}

on_each_database!(Schema::Sample, a_range_is_checked_in_the_sample_too);
async fn a_range_is_checked_in_the_sample_too(app: &App) {
    let user = app
        .post("/api/v1/users", json!({ "email": "rates@example.com" }))
        .await
        .expect(201);
    let item = app
        .post(
            "/api/v1/content-items",
            json!({ "title": "t", "contentType": "ARTICLE" }),
        )
        .await
        .expect(201);
    let interaction = |rating: i64| json!({ "userId": user["id"], "contentItemId": item["id"], "type": "LIKE", "rating": rating });
    let problem = app
        .post("/api/v1/user-interactions", interaction(6))
        .await
        .expect_problem(422);
    assert_eq!(
        problem,
        ("check_violation".to_owned(), one("rating", "check"))
    );
    app.post("/api/v1/user-interactions", interaction(5))
        .await
        .expect(201);
    let (code, fields) = app
        .post("/api/v1/user-interactions", interaction(5))
        .await
        .expect_problem(409);
    assert_eq!(code, "unique_violation");
    assert_eq!(
        fields
            .iter()
            .map(|(field, _)| field.as_str())
            .collect::<Vec<_>>(),
        ["userId", "contentItemId", "type"]
    );
}

#[tokio::test]
async fn an_exclusion_is_a_conflict() {
    let app = App::builder(Schema::Trouble).start().await;
    let sql =
        r#"ALTER TABLE "Category" ADD CONSTRAINT "one_name" EXCLUDE USING btree ("name" WITH =)"#;
    app.db()
        .await
        .execute_unprepared(sql)
        .await
        .expect("alters");
    app.post("/api/v1/categories", json!({ "name": "secret" }))
        .await
        .expect(201);
    let answer = app
        .post("/api/v1/categories", json!({ "name": "secret" }))
        .await;
    assert!(answer.text.contains("one_name"), "{answer}");
    assert_discreet(&answer, &["secret"]);
    assert_eq!(answer.expect_problem(409).0, "exclusion_violation");
}

#[tokio::test]
async fn a_domain_is_checked_by_the_database() {
    let app = App::builder(Schema::Trouble).start().await;
    let text = |field: &str, value: Value| {
        let mut body = json!({ "text": "t", "varchar": "v", "varchar_5": "v" });
        body[field] = value;
        body
    };
    for (field, value) in [
        ("share", json!(101)),
        ("email", json!("nobody")),
        ("warm", json!("BLUE")),
    ] {
        let answer = app.post("/api/v1/texts", text(field, value)).await;
        assert_discreet(&answer, &["nobody"]);
        assert_eq!(answer.expect_problem(422).0, "check_violation", "{field}");
    }
    app.post("/api/v1/texts", text("warm", json!("RED")))
        .await
        .expect(201);
}

on_each_database!(Schema::Trouble, a_column_that_has_become_required_is_named);
async fn a_column_that_has_become_required_is_named(app: &App) {
    if app.kind == Kind::Sqlite {
        return; // SQLite cannot alter a column.
    }
    let sql = r#"ALTER TABLE "select" ALTER COLUMN "from" SET NOT NULL"#;
    app.db()
        .await
        .execute_unprepared(sql)
        .await
        .expect("alters");
    let answer = app
        .post("/api/v1/selects", json!({ "id": 1, "where": "secret" }))
        .await;
    assert_discreet(&answer, &["secret"]);
    assert_eq!(
        answer.expect_problem(422),
        ("not_null_violation".to_owned(), one("from", "not_null"))
    );
}
