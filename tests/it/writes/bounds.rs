//! What the parts of one request can be multiplied to.

use serde_json::{Value, json};

use crate::support::{App, Kind, Options, Schema};

async fn app(kind: Kind) -> App {
    let options = Options::default().set("MAX_BODY_BYTES", "30000").set("MAX_QUERY_BYTES", "4000");
    App::start_with(Schema::Writes, kind, options).await
}

/// A row whose title has so many bytes, and what refers to it.
async fn batch(app: &App, bytes: usize, others: Vec<Value>) -> crate::support::Answer {
    let first = json!({ "as": "a", "method": "POST", "path": "/posts", "body": { "title": "t".repeat(bytes) } });
    let mut operations = vec![first];
    operations.extend(others);
    app.post("/api/v1/batch", json!({ "operations": operations })).await
}

#[tokio::test]
async fn what_references_put_in_has_no_more_bytes_than_a_body() {
    for kind in [Kind::Postgres, Kind::Sqlite] {
        let app = app(kind).await;
        let copies = |count: usize| {
            let rows: Vec<_> = (0..count).map(|_| json!({ "title": { "$ref": "a.title" } })).collect();
            vec![json!({ "method": "POST", "path": "/posts", "body": rows })]
        };
        let few = batch(&app, 1000, copies(20)).await.expect(200);
        assert_eq!(few["results"][1]["body"][19]["title"], "t".repeat(1000), "{kind:?}");
        let many = batch(&app, 1000, copies(40)).await;
        assert!(many.text.contains("Operation 1 of the batch"), "{many}");
        assert_eq!(many.expect_problem(413).0, "body_too_large");
        // All together, not each.
        let spread: Vec<_> = (0..40).flat_map(|_| copies(1)).collect();
        let spread = batch(&app, 1000, spread).await;
        assert!(spread.text.contains("Operation 30 of the batch"), "{spread}");
        assert_eq!(spread.expect_problem(413).0, "body_too_large");
        let filters: Vec<_> = (0..20).map(|_| "title=neq.{a.title}").collect();
        let long = vec![json!({ "method": "GET", "path": format!("/posts?{}", filters.join("&")) })];
        assert_eq!(batch(&app, 1000, long).await.expect_problem(414).0, "query_too_long");
        let posts = app.get("/api/v1/posts?count=exact").await.expect(200);
        assert_eq!(posts["total"], 21, "{kind:?}: what was refused has not happened");
    }
}

#[tokio::test]
async fn the_answers_of_a_batch_have_a_bound() {
    for kind in [Kind::Postgres, Kind::Sqlite] {
        let app = app(kind).await;
        let lists = |count| vec![json!({ "method": "GET", "path": "/posts" }); count];
        batch(&app, 10_000, lists(10)).await.expect(200);
        let many = batch(&app, 10_000, lists(100)).await;
        assert!(many.text.contains("Operation 2"), "{many}");
        assert_eq!(many.expect_problem(422).0, "answer_too_large");
        assert_eq!(app.get("/api/v1/posts?count=exact").await.expect(200)["total"], 1, "{kind:?}");
    }
}

#[tokio::test]
async fn references_lead_into_rows_and_lists() {
    for kind in [Kind::Postgres, Kind::Sqlite] {
        let app = app(kind).await;
        let rows = json!([{ "title": "\"one\" \\ 1\u{e9}" }, { "title": "two" }]);
        let operations = json!([
            { "as": "made", "method": "POST", "path": "/posts", "body": rows },
            { "as": "list", "method": "GET", "path": "/posts?order=id" },
            { "method": "POST", "path": "/posts", "body": { "title": { "$ref": "made.0.title" }, "words": { "$ref": "list.data.1.id" } } },
            { "method": "POST", "path": "/posts", "body": { "title": { "$ref": "list.data.1.title" } } },
            { "method": "POST", "path": "/posts", "body": { "title": { "$ref": "list.data.2.title" } } },
        ]);
        let mut all = operations.as_array().expect("operations").clone();
        let refused = app.post("/api/v1/batch", json!({ "operations": all })).await;
        let (_, fields) = refused.expect_problem(422);
        assert_eq!(fields, [("operations.4.body.title".to_owned(), "unknown_reference".to_owned())]);
        all.pop();
        let answer = app.post("/api/v1/batch", json!({ "operations": all })).await.expect(200);
        let results = &answer["results"];
        assert_eq!(results[2]["body"]["title"], "\"one\" \\ 1\u{e9}", "{kind:?}");
        assert_eq!(results[2]["body"]["words"], results[1]["body"]["data"][1]["id"], "{kind:?}");
        assert_eq!(results[3]["body"]["title"], "two", "{kind:?}");
    }
}

#[tokio::test]
async fn an_answer_names_no_more_than_a_hundred_problems_or_so() {
    for kind in [Kind::Postgres, Kind::Sqlite] {
        let app = app(kind).await;
        let rows = vec![json!({ "titel": 1 }); 2000];
        for path in ["/api/v1/posts", "/api/v1/posts?onConflict=id"] {
            let answer = app.post(path, json!(rows)).await;
            let (_, fields) = answer.expect_problem(422);
            assert!((100..110).contains(&fields.len()), "{kind:?} {path}: {}", fields.len());
            assert_eq!(fields[0].0, "0.titel");
        }
        let fields: serde_json::Map<_, _> = (0..2000).map(|n| (format!("f{n}"), json!(1))).collect();
        let (_, fields) = app.post("/api/v1/posts", json!(fields)).await.expect_problem(422);
        assert_eq!(fields.len(), 100, "{kind:?}");
    }
}
