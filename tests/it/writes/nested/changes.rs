//! `PATCH` of related rows.

use serde_json::json;

use super::super::{author, path, rows};
use super::{is_tagged, names};
use crate::{
    on_each_database,
    support::{App, Schema},
};

on_each_database!(Schema::Writes, a_change_takes_a_row_to_another_or_to_none);
async fn a_change_takes_a_row_to_another_or_to_none(app: &App) {
    let (ada, bob) = (author(app, "ada@b.c").await, author(app, "bob@b.c").await);
    let post = app
        .post(
            "/api/v1/posts",
            json!({ "title": "t", "authorId": ada["id"] }),
        )
        .await
        .expect(201);
    let post = path("posts", &post);
    let changed = app
        .patch(
            &post,
            json!({ "title": "u", "author": { "connect": { "email": "bob@b.c" } } }),
        )
        .await
        .expect(200);
    assert_eq!(
        json!([changed["authorId"], changed["title"]]),
        json!([bob["id"], "u"])
    );
    app.patch(&post, json!({ "author": { "update": { "name": "Bob" } } }))
        .await
        .expect(200);
    let renamed = app.get(&path("authors", &bob)).await.expect(200);
    assert_eq!(renamed["name"], "Bob");
    assert_ne!(renamed["updatedAt"], bob["updatedAt"]);
    assert_eq!(
        app.patch(&post, json!({ "author": { "disconnect": true } }))
            .await
            .expect(200)["authorId"],
        json!(null)
    );
    app.patch(
        &post,
        json!({ "author": { "update": { "name": "Nobody" } } }),
    )
    .await
    .expect_problem(409);
    let created = app.patch(&post, json!({ "author": { "connectOrCreate": { "where": { "email": "cy@b.c" }, "create": { "email": "cy@b.c" } } } })).await.expect(200);
    assert!(created["authorId"].is_string());
    let deleted = app
        .patch(&post, json!({ "author": { "delete": true } }))
        .await
        .expect(200);
    assert_eq!(deleted["authorId"], json!(null));
    assert_eq!(
        names(app, "/api/v1/authors?order=email", "email").await,
        ["ada@b.c", "bob@b.c"]
    );
    app.patch(&post, json!({ "author": { "delete": true } }))
        .await
        .expect_problem(409);
    app.patch(
        "/api/v1/posts/999",
        json!({ "author": { "disconnect": true } }),
    )
    .await
    .expect_problem(404);
}

on_each_database!(Schema::Writes, rows_of_a_list_are_set_changed_and_deleted);
async fn rows_of_a_list_are_set_changed_and_deleted(app: &App) {
    let ada = author(app, "ada@b.c").await;
    let posts = app.post("/api/v1/posts", json!([{ "title": "1", "authorId": ada["id"] }, { "title": "2", "authorId": ada["id"] }, { "title": "3" }])).await.expect(201);
    let ada = path("authors", &ada);
    let ids = |of: &[usize]| {
        json!(
            of.iter()
                .map(|&n| json!({ "id": posts[n]["id"] }))
                .collect::<Vec<_>>()
        )
    };
    let owned = async |app: &App| {
        let rows = rows(app, "/api/v1/posts?authorId=not.is.null").await;
        rows.iter()
            .map(|row| row["title"].as_str().expect("a title").to_owned())
            .collect::<Vec<_>>()
    };
    app.patch(&ada, json!({ "posts": { "set": ids(&[1, 2]) } }))
        .await
        .expect(200);
    assert_eq!(owned(app).await, ["2", "3"]);
    app.patch(&ada, json!({ "posts": { "disconnect": ids(&[1]), "connect": ids(&[0]), "create": [{ "title": "4" }] } })).await.expect(200);
    assert_eq!(owned(app).await, ["1", "3", "4"]);
    app.patch(&ada, json!({ "posts": { "update": { "where": { "id": posts[0]["id"] }, "data": { "words": 9 } }, "createMany": { "data": [{ "title": "5" }, { "title": "6" }] } } })).await.expect(200);
    assert_eq!(
        app.get(&path("posts", &posts[0])).await.expect(200)["words"],
        9
    );
    // What is not hers is not hers to change or delete.
    let (_, fields) = app.patch(&ada, json!({ "posts": { "update": { "where": { "id": posts[1]["id"] }, "data": { "words": 9 } } } })).await.expect_problem(409);
    assert_eq!(
        fields,
        [("posts.update.where.id".to_owned(), "not_found".to_owned())]
    );
    app.patch(&ada, json!({ "posts": { "delete": ids(&[1]) } }))
        .await
        .expect_problem(409);
    app.patch(&ada, json!({ "posts": { "delete": ids(&[0]) } }))
        .await
        .expect(200);
    assert_eq!(owned(app).await, ["3", "4", "5", "6"]);
    app.patch(&ada, json!({ "posts": { "set": [] } }))
        .await
        .expect(200);
    assert!(owned(app).await.is_empty());
}

on_each_database!(
    Schema::Writes,
    a_child_that_needs_its_parent_is_not_left_alone
);
async fn a_child_that_needs_its_parent_is_not_left_alone(app: &App) {
    let post = app
        .post(
            "/api/v1/posts",
            json!({ "title": "t", "comments": { "create": { "text": "c" } } }),
        )
        .await
        .expect(201);
    let post = path("posts", &post);
    let comment = &rows(app, "/api/v1/comments").await[0];
    for operation in [
        json!({ "disconnect": { "id": comment["id"] } }),
        json!({ "set": [] }),
    ] {
        let (_, fields) = app
            .patch(&post, json!({ "comments": operation }))
            .await
            .expect_problem(422);
        assert_eq!(fields[0].1, "required_relation");
    }
    app.patch(
        &path("comments", comment),
        json!({ "post": { "disconnect": true } }),
    )
    .await
    .expect_problem(422);
    app.patch(
        &post,
        json!({ "comments": { "delete": { "id": comment["id"] } } }),
    )
    .await
    .expect(200);
    assert!(rows(app, "/api/v1/comments").await.is_empty());
}

on_each_database!(Schema::Writes, pairs_are_made_and_undone);
async fn pairs_are_made_and_undone(app: &App) {
    app.post(
        "/api/v1/tags",
        json!([{ "name": "x" }, { "name": "y" }, { "name": "z" }]),
    )
    .await
    .expect(201);
    let created = app
        .post(
            "/api/v1/posts",
            json!({ "title": "t", "tags": { "connect": [{ "name": "x" }, { "name": "x" }] } }),
        )
        .await
        .expect(201);
    let post = path("posts", &created);
    app.patch(&post, json!({ "tags": { "connect": { "name": "x" } } }))
        .await
        .expect(200);
    app.patch(
        &post,
        json!({ "tags": { "set": [{ "name": "y" }, { "name": "z" }] } }),
    )
    .await
    .expect(200);
    assert!(!is_tagged(app, &created, "x").await);
    app.patch(
        &post,
        json!({ "tags": { "disconnect": [{ "name": "y" }, { "name": "x" }, { "name": "nope" }] } }),
    )
    .await
    .expect(200);
    assert!(!is_tagged(app, &created, "y").await && is_tagged(app, &created, "z").await);
    app.patch(
        &post,
        json!({ "tags": { "update": { "where": { "name": "z" }, "data": { "name": "zz" } } } }),
    )
    .await
    .expect(200);
    app.patch(&post, json!({ "tags": { "delete": { "name": "y" } } }))
        .await
        .expect_problem(409);
    app.patch(&post, json!({ "tags": { "delete": { "name": "zz" } } }))
        .await
        .expect(200);
    assert_eq!(
        names(app, "/api/v1/tags?order=name", "name").await,
        ["x", "y"]
    );
    app.patch(&post, json!({ "tags": { "createMany": { "data": [{ "name": "x" }, { "name": "new" }], "skipDuplicates": true } } })).await.expect(200);
    assert!(is_tagged(app, &created, "new").await && !is_tagged(app, &created, "x").await);
    // From the other side.
    let tag = rows(app, "/api/v1/tags?name=eq.x").await;
    app.patch(
        &path("tags", &tag[0]),
        json!({ "posts": { "connect": { "id": created["id"] } } }),
    )
    .await
    .expect(200);
    assert!(is_tagged(app, &created, "x").await);
}

on_each_database!(Schema::Writes, one_to_one_goes_both_ways);
async fn one_to_one_goes_both_ways(app: &App) {
    let ada = app
        .post(
            "/api/v1/authors",
            json!({ "email": "ada@b.c", "profile": { "create": { "bio": "b" } } }),
        )
        .await
        .expect(201);
    let ada = path("authors", &ada);
    app.patch(&ada, json!({ "profile": { "update": { "bio": "new" } } }))
        .await
        .expect(200);
    assert_eq!(rows(app, "/api/v1/profiles").await[0]["bio"], "new");
    // There is one already, and it cannot be without its author.
    app.patch(
        &ada,
        json!({ "profile": { "create": { "bio": "second" } } }),
    )
    .await
    .expect_problem(409);
    app.patch(&ada, json!({ "profile": { "delete": true } }))
        .await
        .expect(200);
    app.patch(&ada, json!({ "profile": { "delete": true } }))
        .await
        .expect_problem(409);
    app.patch(&ada, json!({ "profile": { "create": { "bio": "third" } } }))
        .await
        .expect(200);
    let profile = &rows(app, "/api/v1/profiles").await[0];
    app.patch(
        &path("profiles", profile),
        json!({ "author": { "create": { "email": "bob@b.c" } } }),
    )
    .await
    .expect(200);
    assert_eq!(
        names(app, "/api/v1/authors?order=email", "email").await,
        ["ada@b.c", "bob@b.c"]
    );
}

on_each_database!(Schema::Writes, rows_refer_to_their_own_kind);
async fn rows_refer_to_their_own_kind(app: &App) {
    let boss = app
        .post("/api/v1/authors", json!({ "email": "boss@b.c" }))
        .await
        .expect(201);
    let worker = app
        .post(
            "/api/v1/authors",
            json!({ "email": "worker@b.c", "manager": { "connect": { "email": "boss@b.c" } } }),
        )
        .await
        .expect(201);
    assert_eq!(worker["managerId"], boss["id"]);
    app.patch(
        &path("authors", &boss),
        json!({ "authorsByManager": { "create": [{ "email": "second@b.c" }] } }),
    )
    .await
    .expect(200);
    assert_eq!(
        rows(app, "/api/v1/authors?managerId=not.is.null")
            .await
            .len(),
        2
    );
}
