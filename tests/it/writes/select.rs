//! `select` on writes: what their answers show.

use serde_json::{Value, json};

use super::{author, path};
use crate::{
    on_each_database,
    support::{App, Options, Schema},
};

on_each_database!(
    Schema::Writes,
    an_answer_shows_the_fields_that_were_asked_for
);
async fn an_answer_shows_the_fields_that_were_asked_for(app: &App) {
    let created = app
        .post(
            "/api/v1/authors?select=email,score",
            json!({ "email": "a@b.c" }),
        )
        .await;
    let row = created.location();
    assert_eq!(created.expect(201), json!({ "email": "a@b.c", "score": 7 }));
    let many = app
        .post(
            "/api/v1/tags?select=name",
            json!([{ "name": "x" }, { "name": "y" }]),
        )
        .await;
    assert_eq!(many.expect(201), json!([{ "name": "x" }, { "name": "y" }]));
    let patched = app
        .patch(&format!("{row}?select=name"), json!({ "name": "A" }))
        .await;
    assert_eq!(
        patched.header("etag"),
        app.get(&format!("{row}?select=name")).await.header("etag")
    );
    assert_eq!(patched.expect(200), json!({ "name": "A" }));
    assert_eq!(
        app.patch(&format!("{row}?select=name"), json!({}))
            .await
            .expect(200),
        json!({ "name": "A" })
    );
    let put = app
        .put("/api/v1/seats/A,1?select=taken", json!({ "taken": 4 }))
        .await;
    assert_eq!(put.location(), "/api/v1/seats/A,1");
    assert_eq!(put.expect(201), json!({ "taken": 4 }));
    let upserted = app
        .post(
            "/api/v1/tags?onConflict=name&select=name",
            json!([{ "name": "z" }, { "name": "y" }]),
        )
        .await;
    assert_eq!(
        upserted.expect(201),
        json!({ "data": [{ "name": "z" }, { "name": "y" }], "outcomes": ["created", "updated"] })
    );
    let request = app
        .request("DELETE", "/api/v1/seats/A,1?select=taken")
        .header("prefer", "return=representation");
    assert_eq!(request.send().await.expect(200), json!({ "taken": 4 }));
    let request = app
        .request("PATCH", "/api/v1/tags?name=eq.x&select=name")
        .header("prefer", "return=representation");
    let changed = request
        .json(json!({ "name": "xx" }))
        .send()
        .await
        .expect(200);
    assert_eq!(changed, json!({ "data": [{ "name": "xx" }], "count": 1 }));
}

on_each_database!(Schema::Writes, an_answer_embeds_related_rows);
async fn an_answer_embeds_related_rows(app: &App) {
    let ada = author(app, "ada@b.c").await;
    let created = app.post("/api/v1/posts?select=title,author(email),tags(name)&tags.order=name.desc", json!({
        "title": "t", "authorId": ada["id"], "tags": { "create": [{ "name": "x" }, { "name": "y" }] },
    })).await;
    let post = created.location();
    assert_eq!(
        created.expect(201),
        json!({ "title": "t", "author": { "email": "ada@b.c" }, "tags": [{ "name": "y" }, { "name": "x" }] })
    );
    let many = app.post("/api/v1/posts?select=title,author(email)", json!([
        { "title": "1" }, { "title": "2", "authorId": ada["id"] }, { "title": "3", "words": 5 },
    ])).await;
    assert_eq!(
        many.expect(201),
        json!([
            { "title": "1", "author": null }, { "title": "2", "author": { "email": "ada@b.c" } }, { "title": "3", "author": null },
        ]),
        "in the order of the body"
    );
    let patched = app.patch(&format!("{post}?select=author(email,profile(bio))"), json!({
        "author": { "create": { "email": "bob@b.c", "profile": { "create": { "bio": "b" } } } },
    })).await;
    assert_eq!(
        patched.expect(200),
        json!({ "author": { "email": "bob@b.c", "profile": { "bio": "b" } } })
    );
    let request = app.request(
        "PATCH",
        "/api/v1/posts?title=in.(2,3)&select=title,writer:author(email)&nobody.email=eq.x",
    );
    request
        .header("prefer", "return=representation")
        .json(json!({ "words": 1 }))
        .send()
        .await
        .expect_problem(400);
    let request = app.request(
        "PATCH",
        "/api/v1/posts?title=in.(2,3)&select=title,writer:author(email)",
    );
    let changed = request
        .header("prefer", "return=representation")
        .json(json!({ "words": 1 }))
        .send()
        .await
        .expect(200);
    assert_eq!(changed["count"], 2);
    let data = changed["data"].as_array().expect("rows");
    assert!(
        data.contains(&json!({ "title": "2", "writer": { "email": "ada@b.c" } })),
        "{changed}"
    );
    // A key of several columns.
    let seats = app
        .post(
            "/api/v1/seats?onConflict=hall,number&select=n:number,words:taken::text",
            json!([
                { "hall": "B", "number": 2 }, { "hall": "A", "number": 1, "taken": 3 },
            ]),
        )
        .await
        .expect(201);
    assert_eq!(
        seats["data"],
        json!([{ "n": 2, "words": "0" }, { "n": 1, "words": "3" }])
    );
}

on_each_database!(
    Schema::Writes,
    operations_of_a_batch_show_what_they_are_asked_for
);
async fn operations_of_a_batch_show_what_they_are_asked_for(app: &App) {
    let answer = app.post("/api/v1/batch", json!({ "operations": [
        { "as": "ada", "method": "POST", "path": "/authors?select=id", "body": { "email": "ada@b.c" } },
        { "as": "post", "method": "POST", "path": "/posts?select=id,author(email)", "body": { "title": "t", "authorId": { "$ref": "ada.id" } } },
        { "method": "GET", "path": "/posts/{post.id}?select=author(email)" },
        { "method": "PATCH", "path": "/authors/{ada.id}?select=name", "body": { "name": { "$ref": "post.author.email" } } },
    ] })).await.expect(200);
    let bodies: Vec<Value> = answer["results"]
        .as_array()
        .expect("results")
        .iter()
        .map(|one| one["body"].clone())
        .collect();
    assert_eq!(
        bodies[2..],
        [
            json!({ "author": { "email": "ada@b.c" } }),
            json!({ "name": "ada@b.c" })
        ]
    );
}

on_each_database!(
    Schema::Writes,
    what_cannot_be_shown_is_refused_before_anything_is_written
);
async fn what_cannot_be_shown_is_refused_before_anything_is_written(app: &App) {
    let row = path("authors", &author(app, "a@b.c").await);
    for select in ["nothing", "posts(nothing)", "count()", "nobody(id)"] {
        app.post(
            &format!("/api/v1/authors?select={select}"),
            json!({ "email": "b@b.c" }),
        )
        .await
        .expect_problem(400);
        app.patch(&format!("{row}?select={select}"), json!({ "name": "x" }))
            .await
            .expect_problem(400);
        app.put(
            &format!("{row}?select={select}"),
            json!({ "email": "x@b.c" }),
        )
        .await
        .expect_problem(400);
    }
    let request = app
        .request("DELETE", &format!("{row}?select=posts(id)"))
        .header("prefer", "return=representation");
    request.send().await.expect_problem(400);
    app.put(&format!("{row}/preferences?select=id"), json!({}))
        .await
        .expect_problem(400);
    app.post("/api/v1/authors?limit=1", json!({ "email": "b@b.c" }))
        .await
        .expect_problem(400);
    assert_eq!(
        app.get("/api/v1/authors").await.expect(200)["data"]
            .as_array()
            .map(Vec::len),
        Some(1)
    );
    assert_eq!(app.get(&row).await.expect(200)["name"], json!(null));
}

// What hangs on a row may be the row itself.
on_each_database!(Schema::Writes, an_answer_is_the_row_as_it_is_in_the_end);
async fn an_answer_is_the_row_as_it_is_in_the_end(app: &App) {
    let created = app.post("/api/v1/authors", json!({
        "email": "ada@b.c",
        "authorsByManager": { "connectOrCreate": { "where": { "email": "ada@b.c" }, "create": { "email": "ada@b.c" } } },
    })).await;
    let row = created.location();
    assert_eq!(created.header("etag"), app.get(&row).await.header("etag"));
    let created = created.expect(201);
    assert_eq!(created["managerId"], created["id"]);
    assert_eq!(app.get(&row).await.expect(200), created);
}

#[tokio::test]
async fn hidden_fields_are_not_shown_by_any_write() {
    for kind in [crate::support::Kind::Postgres, crate::support::Kind::Sqlite] {
        let options = Options::default()
            .hide("Author", "settings")
            .hide("Tag", "name");
        let app = App::builder(Schema::Writes)
            .on(kind)
            .with(options)
            .start()
            .await;
        let created = app
            .post(
                "/api/v1/posts?select=title,author(*),tags(*)",
                json!({
                    "title": "t",
                    "author": { "create": { "email": "a@b.c", "settings": { "secret": 1 } } },
                    "tags": { "create": { "name": "secret" } },
                }),
            )
            .await;
        assert!(!created.text.contains("secret"), "{created}");
        created.expect(201);
        for select in ["settings", "author(settings)", "tags(name)"] {
            let answer = app
                .post(
                    &format!("/api/v1/posts?select={select}"),
                    json!({ "title": "t" }),
                )
                .await;
            answer.expect_problem(400);
        }
        // Nor are they keys that anybody may ask by.
        let body = json!({ "title": "t", "tags": { "connect": { "name": "secret" } } });
        let (_, fields) = app
            .post("/api/v1/posts", body.clone())
            .await
            .expect_problem(422);
        assert_eq!(
            fields,
            [("tags.connect.name".to_owned(), "unknown_field".to_owned())]
        );
        let body = json!({ "title": "t", "tags": { "connect": {} } });
        let answer = app.post("/api/v1/posts", body).await;
        assert!(!answer.text.contains("name`"), "{answer}");
        answer.expect_problem(422);
        let answer = app
            .post("/api/v1/tags?onConflict=name", json!({ "name": "x" }))
            .await;
        answer.expect_problem(400);
        let taken = app.post("/api/v1/tags", json!({ "name": "secret" })).await;
        assert!(!taken.text.contains("name"), "{taken}");
        taken.expect_problem(409);
    }
}
