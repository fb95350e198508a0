//! Related rows, in Prisma's shape.

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::{author, path, rows};
use crate::{
    on_each_database,
    support::{App, Kind, Options, Schema},
};

async fn names(app: &App, path: &str, field: &str) -> Vec<String> {
    let rows = rows(app, path).await;
    rows.iter()
        .map(|row| row[field].as_str().expect("a text").to_owned())
        .collect()
}

/// The tags of a post, by way of a tag's own changes: the junction is no resource.
async fn is_tagged(app: &App, post: &Value, tag: &str) -> bool {
    let request = app
        .patch(
            &path("posts", post),
            json!({ "tags": { "update": { "where": { "name": tag }, "data": {} } } }),
        )
        .await;
    match request.status.as_u16() {
        200 => true,
        409 => false,
        _ => panic!("{request}"),
    }
}

on_each_database!(Schema::Writes, a_row_is_created_with_all_that_hangs_on_it);
async fn a_row_is_created_with_all_that_hangs_on_it(app: &App) {
    let answer = app.post("/api/v1/posts", json!({
        "title": "t",
        "author": { "create": { "email": "a@b.c", "profile": { "create": { "bio": "b" } } } },
        "tags": { "create": [{ "name": "x" }, { "name": "y" }] },
        "comments": { "create": [{ "text": "c1" }, { "text": "c2", "author": { "create": { "email": "c@b.c" } } }] },
    })).await;
    let location = answer.location();
    let post = answer.expect(201);
    assert_eq!(app.get(&location).await.expect(200), post);
    let author = app
        .get(&format!(
            "/api/v1/authors/{}",
            post["authorId"].as_str().expect("a key")
        ))
        .await
        .expect(200);
    assert_eq!(author["email"], "a@b.c");
    let profiles = rows(app, "/api/v1/profiles").await;
    assert_eq!(
        (&profiles[0]["authorId"], &profiles[0]["bio"]),
        (&author["id"], &json!("b"))
    );
    let comments = rows(app, "/api/v1/comments").await;
    assert_eq!(
        comments
            .iter()
            .map(|row| &row["postId"])
            .collect::<Vec<_>>(),
        [&post["id"], &post["id"]]
    );
    assert_eq!(
        (
            &comments[0]["authorId"],
            comments[1]["authorId"].is_string()
        ),
        (&json!(null), true)
    );
    assert!(is_tagged(app, &post, "x").await && is_tagged(app, &post, "y").await);
}

on_each_database!(Schema::Writes, rows_that_are_there_are_connected);
async fn rows_that_are_there_are_connected(app: &App) {
    let ada = author(app, "ada@b.c").await;
    app.post("/api/v1/tags", json!([{ "name": "x" }, { "name": "y" }]))
        .await
        .expect(201);
    let comment = app
        .post(
            "/api/v1/comments",
            json!({ "text": "c", "post": { "create": { "title": "other" } } }),
        )
        .await
        .expect(201);
    let post = app
        .post(
            "/api/v1/posts",
            json!({
                "title": "t",
                "author": { "connect": { "email": "ada@b.c" } },
                "tags": { "connect": [{ "name": "x" }, { "name": "y" }] },
                "comments": { "connect": { "id": comment["id"] } },
            }),
        )
        .await
        .expect(201);
    assert_eq!(post["authorId"], ada["id"]);
    assert!(is_tagged(app, &post, "x").await && is_tagged(app, &post, "y").await);
    assert_eq!(
        app.get(&path("comments", &comment)).await.expect(200)["postId"],
        post["id"]
    );
    // Several rows at once, each with its own.
    let posts = app
        .post(
            "/api/v1/posts",
            json!([
                { "title": "1", "author": { "connect": { "id": ada["id"] } } },
                { "title": "2" },
                { "title": "3", "tags": { "connectOrCreate": [
                    { "where": { "name": "x" }, "create": { "name": "x" } },
                    { "where": { "name": "z" }, "create": { "name": "z" } },
                ] } },
            ]),
        )
        .await
        .expect(201);
    assert_eq!(
        json!([posts[0]["authorId"], posts[1]["authorId"]]),
        json!([ada["id"], null])
    );
    assert!(is_tagged(app, &posts[2], "x").await && is_tagged(app, &posts[2], "z").await);
    assert_eq!(names(app, "/api/v1/tags", "name").await, ["x", "y", "z"]);
}

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

on_each_database!(
    Schema::Writes,
    many_that_connect_or_create_one_row_all_find_it
);
async fn many_that_connect_or_create_one_row_all_find_it(app: &App) {
    let post = |n: usize| {
        app.request("POST", "/api/v1/posts").json(json!({
        "title": format!("t{n}"),
        "author": { "connectOrCreate": { "where": { "email": "one@b.c" }, "create": { "email": "one@b.c" } } },
        "tags": { "connectOrCreate": { "where": { "name": "one" }, "create": { "name": "one" } } },
    })).send()
    };
    for answer in join_all((0..20).map(post)).await {
        answer.expect(201);
    }
    assert_eq!(rows(app, "/api/v1/authors").await.len(), 1);
    assert_eq!(rows(app, "/api/v1/tags").await.len(), 1);
}

on_each_database!(Schema::Writes, a_condition_holds_for_nested_changes_too);
async fn a_condition_holds_for_nested_changes_too(app: &App) {
    let post = app
        .post("/api/v1/posts", json!({ "title": "t" }))
        .await
        .expect(201);
    let request = app
        .request("PATCH", &path("posts", &post))
        .header("if-match", "\"stale\"");
    request
        .json(json!({ "tags": { "create": { "name": "x" } } }))
        .send()
        .await
        .expect_problem(412);
    assert!(rows(app, "/api/v1/tags").await.is_empty());
}

on_each_database!(relations_need_no_foreign_keys);
async fn relations_need_no_foreign_keys(kind: Kind) {
    let options = Options::default().relations_by_prisma();
    let app = App::builder(Schema::Writes)
        .on(kind)
        .with(options)
        .start()
        .await;
    let post = json!({ "title": "t", "author": { "create": { "email": "ada@b.c", "profile": { "create": { "bio": "b" } } } },
        "comments": { "create": [{ "text": "c", "author": { "connect": { "email": "bob@b.c" } } }] } });
    let bob = app
        .post("/api/v1/authors", json!({ "email": "bob@b.c" }))
        .await
        .expect(201);
    let made = app
        .post(
            "/api/v1/posts?select=id,author(email,profile(bio)),comments(text,author(email))",
            post,
        )
        .await
        .expect(201);
    assert_eq!(
        made["author"],
        json!({ "email": "ada@b.c", "profile": { "bio": "b" } })
    );
    assert_eq!(
        made["comments"],
        json!([{ "text": "c", "author": { "email": "bob@b.c" } }])
    );
    let post = path("posts", &made);
    let taken = app
        .patch(
            &path("authors", &bob),
            json!({ "posts": { "connect": { "id": made["id"] } } }),
        )
        .await;
    taken.expect(200);
    assert_eq!(app.get(&post).await.expect(200)["authorId"], bob["id"]);
    let free = app
        .patch(&post, json!({ "author": { "disconnect": true } }))
        .await
        .expect(200);
    assert_eq!(free["authorId"], json!(null));
}
