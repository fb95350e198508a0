//! Rows with what hangs on them, that one statement can create on PostgreSQL.

use futures_util::future::join_all;
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};

use super::{author, path, rows};
use crate::{
    on_each_database,
    support::{App, Kind, Options, Schema},
};

/// A post with a row of every kind of relation, each in a table of its own.
fn post() -> Value {
    json!({
        "title": "t",
        "author": { "create": { "email": "ada@b.c", "profile": { "create": { "bio": "b" } } } },
        "tags": { "create": [{ "name": "x" }, { "name": "y" }] },
        "comments": { "create": [{ "text": "c1" }, { "text": "c2" }] },
    })
}

/// The same with something else at a place of it.
fn post_but(place: &str, value: Value) -> Value {
    let mut post = post();
    *post.pointer_mut(place).expect("is there") = value;
    post
}

/// How many commands of how many transactions have made the rows of posts.
async fn commands(app: &App) -> (i64, i64) {
    let db = app.db().await;
    let sql = r#"SELECT count(DISTINCT "row"."cmin"::text), count(DISTINCT "row"."xmin"::text) FROM (
        SELECT "cmin", "xmin" FROM "Post" UNION ALL SELECT "cmin", "xmin" FROM "Comment" UNION ALL
        SELECT "cmin", "xmin" FROM "_PostToTag" UNION ALL SELECT "cmin", "xmin" FROM "Profile"
    ) AS "row""#;
    let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), sql));
    let row = row.await.expect("asks").expect("a row");
    (
        row.try_get_by(0).expect("a number"),
        row.try_get_by(1).expect("a number"),
    )
}

/// The names of the tags of a post.
async fn tags(app: &App, post: &Value) -> Value {
    let path = path("posts", post) + "?select=tags(name)&tags.order=name";
    app.get(&path).await.expect(200)["tags"].take()
}

#[tokio::test]
async fn one_command_creates_them_all() {
    for query in ["", "?select=id,author(email),comments(text)"] {
        let app = App::builder(Schema::Writes).start().await;
        author(&app, "boss@b.c").await;
        app.post("/api/v1/tags", json!({ "name": "z" }))
            .await
            .expect(201);
        let mut body = post_but(
            "/tags",
            json!({ "create": [{ "name": "x" }, { "name": "y" }], "connect": [{ "name": "z" }] }),
        );
        body["author"]["create"]["manager"] = json!({ "connect": { "email": "boss@b.c" } });
        let created = app.post(&format!("/api/v1/posts{query}"), body).await;
        let location = created.location();
        let created = created.expect(201);
        assert_eq!(location, path("posts", &created));
        assert_eq!(
            app.get(&format!("{location}{query}")).await.expect(200),
            created
        );
        assert_eq!(commands(&app).await, (1, 1), "{query}");
        let authors = rows(
            &app,
            "/api/v1/authors?select=email,manager(email),profile(bio)&order=email",
        )
        .await;
        assert_eq!(
            authors[0],
            json!({ "email": "ada@b.c", "manager": { "email": "boss@b.c" }, "profile": { "bio": "b" } })
        );
        let comments = rows(&app, "/api/v1/comments?select=text,post(author(email))").await;
        let written =
            |text: &str| json!({ "text": text, "post": { "author": { "email": "ada@b.c" } } });
        assert_eq!(comments, [written("c1"), written("c2")]);
        assert_eq!(
            tags(&app, &created).await,
            json!([{ "name": "x" }, { "name": "y" }, { "name": "z" }])
        );
    }
}

// Parts of a statement come in no order: where a table would be in two of them, keys would not rise
// as in the body.
on_each_database!(
    Schema::Writes,
    rows_of_one_table_come_in_the_order_of_the_body
);
async fn rows_of_one_table_come_in_the_order_of_the_body(app: &App) {
    let comments = json!({ "create": [
        { "text": "1", "author": { "create": { "email": "1@b.c" } } },
        { "text": "2" },
        { "text": "3", "author": { "create": { "email": "3@b.c" } } },
    ] });
    app.post("/api/v1/posts", post_but("/comments", comments))
        .await
        .expect(201);
    let comments = rows(app, "/api/v1/comments?order=id&select=text,author(email)").await;
    assert_eq!(
        comments,
        [
            json!({ "text": "1", "author": { "email": "1@b.c" } }),
            json!({ "text": "2", "author": null }),
            json!({ "text": "3", "author": { "email": "3@b.c" } }),
        ]
    );
    if app.database_url().starts_with("postgres") {
        let (commands, transactions) = commands(app).await;
        assert!(
            commands > 1 && transactions == 1,
            "{commands} of {transactions}"
        );
    }
}

on_each_database!(
    Schema::Writes,
    whichever_row_is_refused_is_named_and_none_is_left
);
async fn whichever_row_is_refused_is_named_and_none_is_left(app: &App) {
    author(app, "taken@b.c").await;
    app.post("/api/v1/tags", json!({ "name": "taken" }))
        .await
        .expect(201);
    for (body, status, field, code) in [
        (
            post_but("/author/create/email", json!("taken@b.c")),
            409,
            "author.create.email",
            "unique",
        ),
        (
            post_but("/author", json!({ "connect": { "email": "nobody@b.c" } })),
            409,
            "author.connect.email",
            "not_found",
        ),
        (
            post_but("/tags/create/1/name", json!("taken")),
            409,
            "tags.create.name",
            "unique",
        ),
        (
            post_but(
                "/tags",
                json!({ "connect": [{ "name": "taken" }, { "name": "nope" }] }),
            ),
            409,
            "tags.connect.1.name",
            "not_found",
        ),
        (
            post_but(
                "/tags",
                json!({ "create": { "name": "x" }, "connect": { "id": 99 } }),
            ),
            409,
            "tags.connect.id",
            "not_found",
        ),
    ] {
        for query in ["", "?select=id,author(email)"] {
            let answer = app
                .post(&format!("/api/v1/posts{query}"), body.clone())
                .await;
            let (_, fields) = answer.expect_problem(status);
            assert_eq!(fields, [(field.to_owned(), code.to_owned())], "{body}");
        }
    }
    let mut negative = post();
    negative["words"] = json!(-1);
    let (code, _) = app
        .post("/api/v1/posts", negative)
        .await
        .expect_problem(422);
    assert_eq!(code, "check_violation");
    for (resource, left) in [
        ("posts", 0),
        ("comments", 0),
        ("profiles", 0),
        ("authors", 1),
        ("tags", 1),
    ] {
        assert_eq!(
            rows(app, &format!("/api/v1/{resource}")).await.len(),
            left,
            "{resource}"
        );
    }
    app.post("/api/v1/posts", post()).await.expect(201);
}

on_each_database!(
    Schema::Writes,
    of_many_that_bring_one_unique_row_along_one_is_created
);
async fn of_many_that_bring_one_unique_row_along_one_is_created(app: &App) {
    let posts = (0..12).map(|n| {
        app.post(
            "/api/v1/posts",
            json!({
                "title": format!("{n}"),
                "author": { "create": { "email": "one@b.c" } },
                "tags": { "create": [{ "name": format!("{n}") }] },
            }),
        )
    });
    let answers = join_all(posts.collect::<Vec<_>>()).await;
    let (created, refused): (Vec<_>, Vec<_>) =
        answers.into_iter().partition(|answer| answer.status == 201);
    assert_eq!(created.len(), 1);
    for answer in refused {
        let (_, fields) = answer.expect_problem(409);
        assert_eq!(
            fields,
            [("author.create.email".to_owned(), "unique".to_owned())]
        );
    }
    assert_eq!(rows(app, "/api/v1/posts").await.len(), 1);
    assert_eq!(rows(app, "/api/v1/tags").await.len(), 1);
}

on_each_database!(a_row_that_is_marked_as_deleted_is_not_connected);
async fn a_row_that_is_marked_as_deleted_is_not_connected(kind: Kind) {
    let options = Options::default().soft_delete("Folder", "isDeleted", false);
    let app = App::builder(Schema::Writes)
        .on(kind)
        .with(options)
        .start()
        .await;
    let folders = app.post("/api/v1/folders", json!([{ "name": "a" }, { "name": "b" }]));
    let folders = folders.await.expect(201);
    app.delete(&path("folders", &folders[0])).await.expect(204);
    let note =
        |folder: &Value| json!({ "slug": "s", "folder": { "connect": { "id": folder["id"] } } });
    let refused = app.post("/api/v1/notes", note(&folders[0])).await;
    let (_, fields) = refused.expect_problem(409);
    assert_eq!(
        fields,
        [("folder.connect.id".to_owned(), "not_found".to_owned())]
    );
    assert!(rows(&app, "/api/v1/notes").await.is_empty());
    let created = app
        .post("/api/v1/notes", note(&folders[1]))
        .await
        .expect(201);
    assert_eq!(created["folderId"], folders[1]["id"]);
}

#[tokio::test]
async fn keys_are_those_that_a_trigger_gives() {
    let app = App::builder(Schema::Writes).start().await;
    app.db_execute(
        r#"CREATE FUNCTION own_key() RETURNS trigger LANGUAGE plpgsql AS
           $$ BEGIN NEW."id" := 'own-' || NEW."email"; RETURN NEW; END $$;
           CREATE TRIGGER own_key BEFORE INSERT ON "Author" FOR EACH ROW EXECUTE FUNCTION own_key();
           CREATE FUNCTION far_key() RETURNS trigger LANGUAGE plpgsql AS
           $$ BEGIN NEW."id" := NEW."id" + 1000; RETURN NEW; END $$;
           CREATE TRIGGER far_key BEFORE INSERT ON "Tag" FOR EACH ROW EXECUTE FUNCTION far_key()"#,
    )
    .await;
    let mut body = post();
    body["author"]["create"]["id"] = json!("mine");
    let created = app.post("/api/v1/posts", body).await.expect(201);
    assert_eq!(created["authorId"], "own-ada@b.c");
    assert_eq!(
        rows(&app, "/api/v1/profiles").await[0]["authorId"],
        "own-ada@b.c"
    );
    assert_eq!(
        tags(&app, &created).await,
        json!([{ "name": "x" }, { "name": "y" }])
    );
    assert_eq!(commands(&app).await, (1, 1));
}

// The post may be without an author, and would be without this one.
#[tokio::test]
async fn where_a_trigger_leaves_a_row_out_there_is_none() {
    let app = App::builder(Schema::Writes).start().await;
    app.db_execute(
        r#"CREATE FUNCTION leave_out() RETURNS trigger LANGUAGE plpgsql AS
           $$ BEGIN RETURN NULL; END $$;
           CREATE TRIGGER leave_out BEFORE INSERT ON "Author" FOR EACH ROW EXECUTE FUNCTION leave_out()"#,
    )
    .await;
    for query in ["", "?select=id,author(email)"] {
        let body = json!({ "title": "t", "author": { "create": { "email": "ada@b.c" } }, "tags": { "create": { "name": "x" } } });
        let answer = app.post(&format!("/api/v1/posts{query}"), body).await;
        let (code, fields) = answer.expect_problem(409);
        assert_eq!(
            (code.as_str(), fields[0].0.as_str()),
            ("row_not_written", "author.create")
        );
    }
    assert!(rows(&app, "/api/v1/posts").await.is_empty());
    assert!(rows(&app, "/api/v1/tags").await.is_empty());
}

/// The pair is of no resource; without it, the post would be without its tag.
#[tokio::test]
async fn where_a_trigger_leaves_a_pair_out_nothing_is_written() {
    let app = App::builder(Schema::Writes).start().await;
    app.db_execute(
        r#"CREATE FUNCTION leave_out() RETURNS trigger LANGUAGE plpgsql AS
           $$ BEGIN RETURN NULL; END $$;
           CREATE TRIGGER leave_out BEFORE INSERT ON "_PostToTag" FOR EACH ROW EXECUTE FUNCTION leave_out()"#,
    )
    .await;
    for tags in [
        json!({ "name": "x" }),
        json!([{ "name": "x" }, { "name": "y" }]),
    ] {
        let body = json!({ "title": "t", "tags": { "create": tags } });
        let (code, fields) = app.post("/api/v1/posts", body).await.expect_problem(409);
        assert_eq!(
            (code.as_str(), fields[0].0.as_str()),
            ("row_not_written", "tags")
        );
    }
    assert!(rows(&app, "/api/v1/posts").await.is_empty());
    assert!(rows(&app, "/api/v1/tags").await.is_empty());
}

#[tokio::test]
async fn a_constraint_that_waits_for_the_commit_refuses_them_all() {
    let app = App::builder(Schema::Writes).start().await;
    app.db_execute(
        r#"DROP INDEX "Tag_name_key";
           ALTER TABLE "Tag" ADD CONSTRAINT "Tag_name_key" UNIQUE ("name") DEFERRABLE INITIALLY DEFERRED"#,
    )
    .await;
    for query in ["", "?select=id,author(email)"] {
        let body = post_but("/tags/create/1/name", json!("x"));
        let answer = app.post(&format!("/api/v1/posts{query}"), body).await;
        assert_eq!(answer.expect_problem(409).0, "unique_violation");
    }
    for resource in ["posts", "authors", "tags"] {
        assert!(
            rows(&app, &format!("/api/v1/{resource}")).await.is_empty(),
            "{resource}"
        );
    }
}
