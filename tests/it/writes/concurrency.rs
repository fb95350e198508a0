//! Many who write the same rows at the same time, and some who leave before the end.

use futures_util::future::join_all;
use sea_orm::{ConnectionTrait, TransactionTrait};
use serde_json::{Value, json};

use super::{author, path, rows};
use crate::{
    on_each_database,
    support::{
        App, Schema,
        locks::{waiting, waits_for_lock},
    },
};

const SEAT: &str = "/api/v1/seats/A,1";

/// Counts one up, as often as somebody else was faster.
async fn count_up(app: &App) {
    loop {
        let seen = app.get(SEAT).await;
        let tag = seen.header("etag").expect("a tag").to_owned();
        let taken = seen.expect(200)["taken"].as_i64().expect("a number");
        let request = app.request("PATCH", SEAT).header("if-match", &tag);
        let answer = request.json(json!({ "taken": taken + 1 })).send().await;
        match answer.status.as_u16() {
            200 => return,
            _ => assert_eq!(answer.expect_problem(412).0, "precondition_failed"),
        }
    }
}

on_each_database!(Schema::Writes, a_counter_loses_no_count);
async fn a_counter_loses_no_count(app: &App) {
    app.put(SEAT, json!({})).await.expect(201);
    join_all((0..30).map(|_| count_up(app))).await;
    assert_eq!(app.get(SEAT).await.expect(200)["taken"], 30);
}

on_each_database!(Schema::Writes, of_many_that_create_one_unique_row_one_does);
async fn of_many_that_create_one_unique_row_one_does(app: &App) {
    let posts =
        (0..30).map(|n| app.post("/api/v1/authors", json!({ "email": "one@b.c", "score": n })));
    let mut created = Vec::new();
    for answer in join_all(posts).await {
        match answer.status.as_u16() {
            201 => created.push(answer.json()),
            _ => {
                let (code, fields) = answer.expect_problem(409);
                assert_eq!(
                    (code.as_str(), fields[0].0.as_str()),
                    ("unique_violation", "email")
                );
            }
        }
    }
    assert_eq!(rows(app, "/api/v1/authors").await, created);
    assert_eq!(created.len(), 1);
}

// What is created may bring rows of its own along: then nothing but its key tells that it is there.
on_each_database!(
    Schema::Writes,
    many_that_connect_or_create_a_row_with_others_all_find_it
);
async fn many_that_connect_or_create_a_row_with_others_all_find_it(app: &App) {
    let post = |n: usize| {
        app.post("/api/v1/posts", json!({
        "title": format!("t{n}"),
        "author": { "connectOrCreate": {
            "where": { "email": "one@b.c" },
            "create": { "email": "one@b.c", "profile": { "create": { "bio": format!("{n}") } } },
        } },
    }))
    };
    for answer in join_all((0..12).map(post).collect::<Vec<_>>()).await {
        answer.expect(201);
    }
    assert_eq!(rows(app, "/api/v1/authors").await.len(), 1);
    assert_eq!(rows(app, "/api/v1/profiles").await.len(), 1);
    assert_eq!(
        rows(app, "/api/v1/posts?authorId=not.is.null").await.len(),
        12
    );
}

// The key that is taken is not the one that was looked for: no trying again helps.
on_each_database!(
    Schema::Writes,
    a_row_that_cannot_be_created_is_not_tried_again_and_again
);
async fn a_row_that_cannot_be_created_is_not_tried_again_and_again(app: &App) {
    let author = author(app, "taken@b.c").await;
    let create =
        json!({ "id": author["id"], "email": "new@b.c", "profile": { "create": { "bio": "b" } } });
    let (code, fields) = app.post("/api/v1/posts", json!({
        "title": "t",
        "author": { "connectOrCreate": { "where": { "email": "new@b.c" }, "create": create } },
    })).await.expect_problem(409);
    assert_eq!(
        (code.as_str(), fields[0].0.as_str()),
        ("unique_violation", "author.connectOrCreate.create.id")
    );
    assert!(rows(app, "/api/v1/posts").await.is_empty());
}

/// Two batches of which each copies the other's seat, held up between reading and writing until
/// both have read.
async fn swap(app: &App, isolation: &str) -> (Value, Value) {
    app.put("/api/v1/seats/A,1", json!({ "taken": 1 }))
        .await
        .json();
    app.put("/api/v1/seats/A,2", json!({ "taken": 2 }))
        .await
        .json();
    app.put("/api/v1/seats/B,1", json!({})).await.json();
    let db = app.db().await;
    let lock = db.begin().await.expect("a transaction");
    lock.execute_unprepared(r#"LOCK TABLE "Folder" IN ACCESS EXCLUSIVE MODE"#)
        .await
        .expect("locks");
    let copy = |from: u8, to: u8| {
        let body = json!({ "isolation": isolation, "operations": [
            { "as": "seen", "method": "GET", "path": format!("/seats/A,{from}") },
            // Held up here.
            { "method": "PATCH", "path": "/folders?name=eq.nothing", "body": { "name": "x" } },
            { "method": "PATCH", "path": format!("/seats/A,{to}"), "body": { "taken": { "$ref": "seen.taken" } } },
        ] });
        tokio::spawn(app.request("POST", "/api/v1/batch").json(body).send())
    };
    let both = [copy(1, 2), copy(2, 1)];
    waiting(&db, 2, "Folder").await;
    lock.rollback().await.expect("unlocks");
    for answer in both {
        answer.await.expect("no panic").expect(200);
    }
    let seat = async |number: u8| {
        let path = format!("/api/v1/seats/A,{number}");
        app.get(&path).await.expect(200)["taken"].clone()
    };
    (seat(1).await, seat(2).await)
}

#[tokio::test]
async fn serializable_batches_end_as_if_one_came_after_the_other() {
    let app = App::builder(Schema::Writes).start().await;
    // Each has copied what the other has overwritten since.
    let (one, two) = swap(&app, "read-committed").await;
    assert_eq!((one, two), (json!(2), json!(1)));
    let (one, two) = swap(&app, "serializable").await;
    assert_eq!(one, two, "one of them was tried again");
}

#[tokio::test]
async fn who_leaves_in_the_middle_of_a_write_leaves_nothing_behind() {
    let app = App::builder(Schema::Writes).start().await;
    app.put(SEAT, json!({ "taken": 1 })).await.expect(201);
    let post = app
        .post("/api/v1/posts", json!({ "title": "t" }))
        .await
        .expect(201);
    let db = app.db().await;
    let requests = [
        app.request("PATCH", SEAT).json(json!({ "taken": 2 })),
        app.request("POST", "/api/v1/seats?onConflict=hall,number")
            .json(json!([{ "hall": "C", "number": 1 }, { "hall": "A", "number": 1, "taken": 2 }])),
        app.request("POST", "/api/v1/batch")
            .json(json!({ "operations": [
                { "method": "POST", "path": "/tags", "body": { "name": "x" } },
                { "method": "PATCH", "path": "/seats/A,1", "body": { "taken": 2 } },
            ] })),
        app.request("PATCH", &path("posts", &post))
            .json(json!({ "title": "u", "tags": { "create": { "name": "x" } } })),
    ];
    for request in requests {
        let lock = db.begin().await.expect("a transaction");
        lock.execute_unprepared(r#"UPDATE "Seat" SET "taken" = 1; LOCK TABLE "_PostToTag""#)
            .await
            .expect("locks");
        let ours = tokio::spawn(request.send());
        waits_for_lock(&db).await;
        ours.abort();
        // It is cancelled, though what it waits for never comes.
        waiting(&db, 0, "").await;
        lock.rollback().await.expect("unlocks");
    }
    assert_eq!(app.get(SEAT).await.expect(200)["taken"], 1);
    assert_eq!(rows(&app, "/api/v1/seats").await.len(), 1);
    assert!(rows(&app, "/api/v1/tags").await.is_empty());
    assert_eq!(rows(&app, "/api/v1/posts").await[0]["title"], "t");
    // Nobody holds a transaction open.
    app.patch(SEAT, json!({ "taken": 3 })).await.expect(200);
}
