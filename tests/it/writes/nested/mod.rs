//! Related rows, in Prisma's shape.

mod changes;
mod errors;

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

on_each_database!(
    Schema::Writes,
    the_row_that_connect_or_create_makes_need_not_be_the_one_it_looked_for
);
async fn the_row_that_connect_or_create_makes_need_not_be_the_one_it_looked_for(app: &App) {
    // To many, with the foreign key in the new row, which gets an id of its own.
    let create = json!({ "where": { "id": 4711 }, "create": { "text": "new" } });
    let body = json!({ "title": "t", "comments": { "connectOrCreate": create } });
    let post = app.post("/api/v1/posts", body.clone()).await.expect(201);
    let comments = rows(app, "/api/v1/comments").await;
    assert_eq!(comments.len(), 1);
    assert_eq!(
        json!([comments[0]["text"], comments[0]["postId"]]),
        json!(["new", post["id"]])
    );
    assert_ne!(comments[0]["id"], 4711);

    // Of an existing row, in an array, with rows of its own, and one that is there.
    let changed = json!({ "comments": { "connectOrCreate": [
        { "where": { "id": 4711 }, "create": { "text": "plain" } },
        { "where": { "id": 4712 }, "create": { "text": "nested", "author": { "create": { "email": "in@b.c" } } } },
        { "where": { "id": comments[0]["id"] }, "create": { "text": "not made" } },
    ] } });
    let path = path("posts", &post);
    app.patch(&path, changed).await.expect(200);
    assert_eq!(
        names(app, &format!("{path}/comments?order=text"), "text").await,
        ["nested", "new", "plain"]
    );

    // To one, to many through a join table, and the one row that refers to another.
    let body = json!({
        "title": "u",
        "author": { "connectOrCreate": {
            "where": { "email": "sought@b.c" },
            "create": {
                "email": "made@b.c",
                "profile": { "connectOrCreate": { "where": { "id": 4711 }, "create": { "bio": "b" } } },
            },
        } },
        "tags": { "connectOrCreate": { "where": { "name": "sought" }, "create": { "name": "made" } } },
    });
    let second = app.post("/api/v1/posts", body).await.expect(201);
    assert!(is_tagged(app, &second, "made").await);
    let author = &rows(app, "/api/v1/authors?email=eq.made@b.c").await[0];
    assert_eq!(second["authorId"], author["id"]);
    let profiles = rows(app, "/api/v1/profiles").await;
    assert_eq!(
        json!([profiles[0]["bio"], profiles[0]["authorId"]]),
        json!(["b", author["id"]])
    );

    // In a batch.
    let operations = json!({ "operations": [
        { "method": "PATCH", "path": path.trim_start_matches("/api/v1"), "body": {
            "comments": { "connectOrCreate": { "where": { "id": 4711 }, "create": { "text": "batch" } } },
        } },
    ] });
    app.post("/api/v1/batch", operations).await.expect(200);
    assert_eq!(
        rows(app, &format!("{path}/comments?text=eq.batch"))
            .await
            .len(),
        1
    );

    // A key that another row has is a conflict at the new row, and nothing of the request is left.
    let taken = json!({ "title": "no", "tags": { "connectOrCreate": {
        "where": { "name": "sought" }, "create": { "name": "made" },
    } } });
    let (code, fields) = app.post("/api/v1/posts", taken).await.expect_problem(409);
    assert_eq!(code, "unique_violation");
    assert!(
        fields[0].0.starts_with("tags.connectOrCreate.create"),
        "{fields:?}"
    );
    assert!(rows(app, "/api/v1/posts?title=eq.no").await.is_empty());
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
