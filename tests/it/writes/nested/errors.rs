//! Errors name the path of the row at fault, and nothing is written.

use serde_json::{Value, json};

use super::super::{author, rows};
use super::names;
use crate::{
    on_each_database,
    support::{App, Schema},
};

on_each_database!(Schema::Writes, an_error_names_the_path_and_leaves_nothing);
async fn an_error_names_the_path_and_leaves_nothing(app: &App) {
    author(app, "taken@b.c").await;
    app.post("/api/v1/tags", json!({ "name": "taken" }))
        .await
        .expect(201);
    let post = |nested: Value| {
        let mut body = json!({ "title": "t" });
        body.as_object_mut()
            .expect("an object")
            .extend(nested.as_object().expect("an object").clone());
        app.request("POST", "/api/v1/posts").json(body).send()
    };
    for (nested, status, field, code) in [
        (
            json!({ "author": { "connect": { "email": "nobody@b.c" } } }),
            409,
            "author.connect.email",
            "not_found",
        ),
        (
            json!({ "author": { "create": { "email": "taken@b.c" } } }),
            409,
            "author.create.email",
            "unique",
        ),
        (
            json!({ "author": { "create": { "name": "n" } } }),
            422,
            "author.create.email",
            "required",
        ),
        (
            json!({ "author": { "create": { "email": 5 } } }),
            422,
            "author.create.email",
            "invalid_type",
        ),
        (
            json!({ "author": { "create": { "emial": "x@b.c" } } }),
            422,
            "author.create.emial",
            "unknown_field",
        ),
        (
            json!({ "author": { "connect": { "name": "n" } } }),
            422,
            "author.connect",
            "not_unique",
        ),
        (
            json!({ "author": { "connect": { "email": null } } }),
            422,
            "author.connect.email",
            "not_null",
        ),
        (
            json!({ "author": { "conect": { "email": "taken@b.c" } } }),
            422,
            "author.conect",
            "unknown_operation",
        ),
        (
            json!({ "author": { "connect": [{ "email": "taken@b.c" }] } }),
            422,
            "author.connect",
            "invalid_type",
        ),
        (
            json!({ "author": { "connect": { "email": "taken@b.c" }, "create": { "email": "x@b.c" } } }),
            422,
            "author",
            "invalid_operation",
        ),
        (
            json!({ "author": { "disconnect": true } }),
            422,
            "author.disconnect",
            "invalid_operation",
        ),
        (
            json!({ "author": "taken@b.c" }),
            422,
            "author",
            "invalid_type",
        ),
        (
            json!({ "authorId": "x", "author": { "connect": { "email": "taken@b.c" } } }),
            422,
            "authorId",
            "given_twice",
        ),
        (
            json!({ "tags": { "connect": [{ "name": "taken" }, { "name": "nope" }] } }),
            409,
            "tags.connect.1.name",
            "not_found",
        ),
        (
            json!({ "tags": { "create": [{ "name": "new" }, { "name": "taken" }] } }),
            409,
            "tags.create.name",
            "unique",
        ),
        (
            json!({ "comments": { "create": [{ "text": "a" }, {}] } }),
            422,
            "comments.create.1.text",
            "required",
        ),
        (
            json!({ "comments": { "create": { "text": "a", "author": { "connect": { "email": "nobody@b.c" } } } } }),
            409,
            "comments.create.author.connect.email",
            "not_found",
        ),
        (
            json!({ "comments": { "create": { "text": "a", "postId": 1 } } }),
            422,
            "comments.create.postId",
            "given_twice",
        ),
        (
            json!({ "comments": { "create": { "text": "a", "post": { "connect": { "id": 1 } } } } }),
            422,
            "comments.create.post",
            "given_twice",
        ),
        (
            json!({ "comments": { "createMany": { "data": [{ "text": "a", "author": { "create": { "email": "x@b.c" } } }] } } }),
            422,
            "comments.createMany.data.0.author",
            "invalid_operation",
        ),
    ] {
        let (_, fields) = post(nested.clone()).await.expect_problem(status);
        assert!(
            fields.contains(&(field.to_owned(), code.to_owned())),
            "{nested}: {fields:?}"
        );
    }
    let (code, _) = post(json!({ "words": -1, "tags": { "create": { "name": "new" } } }))
        .await
        .expect_problem(422);
    assert_eq!(code, "check_violation");
    assert!(rows(app, "/api/v1/posts").await.is_empty());
    assert!(rows(app, "/api/v1/comments").await.is_empty());
    assert_eq!(names(app, "/api/v1/tags", "name").await, ["taken"]);
    assert_eq!(names(app, "/api/v1/authors", "email").await, ["taken@b.c"]);
}

on_each_database!(Schema::Writes, in_an_array_the_path_begins_with_the_row);
async fn in_an_array_the_path_begins_with_the_row(app: &App) {
    let (_, fields) = app.post("/api/v1/posts", json!([{ "title": "1" }, { "title": "2", "author": { "connect": { "email": "no@b.c" } } }])).await.expect_problem(409);
    assert_eq!(
        fields,
        [("1.author.connect.email".to_owned(), "not_found".to_owned())]
    );
    assert!(rows(app, "/api/v1/posts").await.is_empty());
}

on_each_database!(Schema::Writes, nesting_is_bounded);
async fn nesting_is_bounded(app: &App) {
    let mut body = json!({ "email": "0@b.c" });
    for n in 1..12 {
        body = json!({ "email": format!("{n}@b.c"), "posts": { "create": { "title": "t", "comments": { "create": { "text": "c", "author": { "create": body } } } } } });
    }
    let (_, fields) = app.post("/api/v1/authors", body).await.expect_problem(422);
    assert!(
        fields.iter().any(|(_, code)| code == "too_deep"),
        "{fields:?}"
    );
    let many: Vec<Value> = (0..6000)
        .map(|n| json!({ "name": n.to_string() }))
        .collect();
    let (_, fields) = app
        .post(
            "/api/v1/posts",
            json!({ "title": "t", "tags": { "create": many } }),
        )
        .await
        .expect_problem(422);
    assert!(
        fields.iter().any(|(_, code)| code == "too_many"),
        "{fields:?}"
    );
    let many: Vec<Value> = (0..1000)
        .map(|n| json!({ "name": n.to_string() }))
        .collect();
    app.post(
        "/api/v1/posts",
        json!({ "title": "t", "tags": { "create": many } }),
    )
    .await
    .expect(201);
}
