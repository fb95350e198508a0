//! `POST /api/v1/batch`

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::rows;
use crate::{
    on_each_database,
    support::{Answer, App, Kind, Options, Schema},
};

async fn batch(app: &App, operations: Value) -> Answer {
    app.post("/api/v1/batch", json!({ "operations": operations }))
        .await
}

on_each_database!(
    Schema::Writes,
    later_operations_refer_to_rows_of_earlier_ones
);
async fn later_operations_refer_to_rows_of_earlier_ones(app: &App) {
    let answer = batch(app, json!([
        { "as": "author", "method": "POST", "path": "/authors", "body": { "email": "a@b.c" } },
        { "as": "tags", "method": "POST", "path": "/tags", "body": [{ "name": "x" }, { "name": "y" }] },
        { "as": "post", "method": "POST", "path": "/api/v1/posts", "body": {
            "title": "t", "authorId": { "$ref": "author.id" }, "tags": { "connect": [{ "id": { "$ref": "tags.1.id" } }] },
        } },
        { "method": "PATCH", "path": "/authors/{author.id}", "body": { "name": "A", "preferences": { "$ref": "author.id" } } },
        { "method": "PATCH", "path": "/posts?authorId=eq.{author.id}", "body": { "words": 3 } },
        { "method": "GET", "path": "/posts/{post.id}" },
        { "method": "PUT", "path": "/seats/A,{post.id}", "body": { "taken": 1 } },
        { "method": "DELETE", "path": "/tags/{tags.0.id}" },
    ])).await.expect(200);
    let results = answer["results"].as_array().expect("results");
    let statuses: Vec<u64> = results
        .iter()
        .map(|result| result["status"].as_u64().expect("a status"))
        .collect();
    assert_eq!(statuses, [201, 201, 201, 200, 200, 200, 201, 204]);
    let author = &results[0]["body"];
    assert_eq!(
        results[0]["location"],
        json!(format!(
            "/api/v1/authors/{}",
            author["id"].as_str().expect("an id")
        ))
    );
    assert_eq!(results[2]["body"]["authorId"], author["id"]);
    assert_eq!(
        results[3]["body"]["preferences"],
        json!({ "$ref": "author.id" }),
        "a document is what it is"
    );
    assert_eq!(
        results[5]["body"]["words"], 3,
        "an operation sees what those before it did"
    );
    let found = app
        .get(
            results[3]["location"]
                .as_str()
                .unwrap_or(results[0]["location"].as_str().expect("a path")),
        )
        .await;
    assert_eq!(found.header("etag"), results[3]["etag"].as_str());
    assert_eq!(rows(app, "/api/v1/tags").await.len(), 1);
}

on_each_database!(Schema::Writes, one_operation_that_fails_undoes_all);
async fn one_operation_that_fails_undoes_all(app: &App) {
    app.post("/api/v1/tags", json!({ "name": "taken" }))
        .await
        .expect(201);
    let first =
        json!({ "as": "tag", "method": "POST", "path": "/tags", "body": { "name": "new" } });
    for (second, status, code, field) in [
        (
            json!({ "method": "POST", "path": "/tags", "body": { "name": "taken" } }),
            409,
            "unique_violation",
            "operations.1.body.name",
        ),
        (
            json!({ "method": "POST", "path": "/tags", "body": { "nome": "x" } }),
            422,
            "validation_failed",
            "operations.1.body.nome",
        ),
        (
            json!({ "method": "POST", "path": "/posts", "body": { "title": "t", "authorId": { "$ref": "tag.id" } } }),
            422,
            "validation_failed",
            "operations.1.body.authorId",
        ),
        (
            json!({ "method": "POST", "path": "/posts", "body": { "title": { "$ref": "later.name" } } }),
            422,
            "validation_failed",
            "operations.1.body.title",
        ),
        (
            json!({ "method": "POST", "path": "/posts", "body": { "title": { "$ref": "tag.nome" } } }),
            422,
            "validation_failed",
            "operations.1.body.title",
        ),
        (
            json!({ "method": "POST", "path": "/tags", "body": [{ "name": "x" }, { "name": 1 }] }),
            422,
            "validation_failed",
            "operations.1.body.1.name",
        ),
        (
            json!({ "method": "POST", "path": "/posts", "body": { "title": "t", "author": { "create": { "nome": "x" } } } }),
            422,
            "validation_failed",
            "operations.1.body.author.create.nome",
        ),
        (
            json!({ "method": "PATCH", "path": "/posts/x", "body": { "title": "t" } }),
            422,
            "validation_failed",
            "operations.1.path.id",
        ),
        (
            json!({ "method": "PATCH", "path": "/posts?words=eq.x", "body": { "title": "t" } }),
            422,
            "validation_failed",
            "operations.1.path.words",
        ),
        (
            json!({ "method": "PATCH", "path": "/posts?words=eq.1", "body": { "words": "x" } }),
            422,
            "validation_failed",
            "operations.1.body.words",
        ),
        (
            json!({ "method": "DELETE", "path": "/posts?words=eq.x" }),
            422,
            "validation_failed",
            "operations.1.path.words",
        ),
        (
            json!({ "method": "GET", "path": "/posts/x" }),
            422,
            "validation_failed",
            "operations.1.path.id",
        ),
        (
            json!({ "method": "PATCH", "path": "/posts/{nobody.id}", "body": {} }),
            422,
            "validation_failed",
            "operations.1.path",
        ),
        (
            json!({ "method": "PATCH", "path": "/posts/999", "body": { "title": "t" } }),
            404,
            "row_not_found",
            "",
        ),
        (
            json!({ "method": "PATCH", "path": "/posts/{tag.id", "body": {} }),
            422,
            "validation_failed",
            "operations.1.path",
        ),
        (
            json!({ "method": "DELETE", "path": "/posts" }),
            400,
            "filter_required",
            "",
        ),
        (
            json!({ "method": "POST", "path": "/nothings", "body": {} }),
            404,
            "route_not_found",
            "",
        ),
        (
            json!({ "method": "PUT", "path": "/tags", "body": {} }),
            405,
            "method_not_allowed",
            "",
        ),
        (
            json!({ "method": "HEAD", "path": "/tags" }),
            422,
            "validation_failed",
            "operations.1.method",
        ),
        (
            json!({ "as": "tag", "method": "POST", "path": "/tags", "body": { "name": "x" } }),
            422,
            "validation_failed",
            "operations.1.as",
        ),
        (
            json!({ "method": "POST", "path": "/tags", "headers": { "Authorization": "x" }, "body": { "name": "x" } }),
            422,
            "validation_failed",
            "operations.1.headers.Authorization",
        ),
        (
            json!({ "method": "PATCH", "path": "/tags/{tag.id}", "headers": { "If-Match": "\"stale\"" }, "body": { "name": "x" } }),
            412,
            "precondition_failed",
            "",
        ),
    ] {
        let (found, fields) = batch(app, json!([first, second]))
            .await
            .expect_problem(status);
        assert_eq!(found, code, "{second}");
        let named = fields.iter().any(|(name, _)| name == field);
        assert!(named || field.is_empty(), "{second}: {fields:?}");
    }
    assert_eq!(rows(app, "/api/v1/tags").await.len(), 1);
}

on_each_database!(Schema::Writes, a_batch_that_is_none_is_refused);
async fn a_batch_that_is_none_is_refused(app: &App) {
    for body in [
        json!([]),
        json!({}),
        json!({ "operations": {} }),
        json!({ "operations": [], "more": 1 }),
        json!({ "operations": [{ "method": "POST" }] }),
    ] {
        assert_eq!(
            app.post("/api/v1/batch", body).await.expect_problem(400).0,
            "invalid_body"
        );
    }
    let many: Vec<Value> = (0..1001)
        .map(|_| json!({ "method": "POST", "path": "/tags", "body": {} }))
        .collect();
    batch(app, json!(many)).await.expect_problem(422);
    app.post(
        "/api/v1/batch",
        json!({ "isolation": "chaos", "operations": [] }),
    )
    .await
    .expect_problem(422);
    app.post("/api/v1/batch?x=1", json!({ "operations": [] }))
        .await
        .expect_problem(400);
    app.get("/api/v1/batch").await.expect_problem(405);
    assert_eq!(
        batch(app, json!([])).await.expect(200),
        json!({ "results": [] })
    );
}

on_each_database!(Schema::Writes, serializable_batches_lose_no_update);
async fn serializable_batches_lose_no_update(app: &App) {
    app.put("/api/v1/seats/A,1", json!({ "taken": 0 }))
        .await
        .expect(201);
    app.put("/api/v1/seats/A,2", json!({ "taken": 0 }))
        .await
        .expect(201);
    // Each reads one seat and writes the other: at most one at a time can do so.
    let swap = |from: u8, to: u8| {
        app.request("POST", "/api/v1/batch").json(json!({ "isolation": "Serializable", "operations": [
        { "as": "seen", "method": "GET", "path": format!("/seats/A,{from}") },
        { "method": "PATCH", "path": format!("/seats/A,{to}"), "body": { "taken": { "$ref": "seen.number" } } },
    ] })).send()
    };
    let answers = join_all((0..10).map(|n| if n % 2 == 0 { swap(1, 2) } else { swap(2, 1) })).await;
    for answer in answers {
        match answer.status.as_u16() {
            200 => {}
            // Tried again and again, and beaten each time.
            409 => assert_eq!(answer.expect_problem(409).0, "serialization_failure"),
            _ => panic!("{answer}"),
        }
    }
}

on_each_database!(a_batch_may_be_tried_without_happening);
async fn a_batch_may_be_tried_without_happening(kind: Kind) {
    let app = App::builder(Schema::Writes)
        .on(kind)
        .with(Options::default().set("ALLOW_DRY_RUN", "true"))
        .start()
        .await;
    let request = app
        .request("POST", "/api/v1/batch")
        .header("prefer", "tx=rollback");
    let answer = request.json(json!({ "operations": [{ "method": "POST", "path": "/tags", "body": { "name": "x" } }] })).send().await;
    assert_eq!(answer.expect(200)["results"][0]["status"], 201);
    assert!(rows(&app, "/api/v1/tags").await.is_empty());
}

#[tokio::test]
async fn read_only_batches_only_read() {
    let app = App::builder(Schema::Writes)
        .on(Kind::Sqlite)
        .with(Options::default().set("READ_ONLY", "true"))
        .start()
        .await;
    let answer = batch(
        &app,
        json!([{ "method": "POST", "path": "/tags", "body": { "name": "x" } }]),
    )
    .await;
    assert_eq!(answer.expect_problem(405).0, "read_only");
}
