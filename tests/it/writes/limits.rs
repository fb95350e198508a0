//! What the parts of one request can be multiplied to.

use serde_json::{Value, json};

use crate::on_each_database;
use crate::support::{Answer, App, Kind, Options, database::TestDatabase};

async fn app(kind: Kind) -> App {
    let (sql, schema) = match kind {
        Kind::Postgres => (
            "CREATE TABLE public.note (id serial PRIMARY KEY, title text NOT NULL, words integer);",
            "public",
        ),
        Kind::Sqlite => (
            "CREATE TABLE note (id INTEGER PRIMARY KEY AUTOINCREMENT, title TEXT NOT NULL, words INTEGER);",
            "main",
        ),
    };
    let database = TestDatabase::made_by(sql, kind, &[schema]).await;
    let options = Options::default()
        .set("MAX_BODY_BYTES", "60000")
        .set("MAX_QUERY_BYTES", "4000");
    App::builder(database).with(options).start().await
}

/// A row whose title has so many bytes, and what refers to it.
async fn batch(app: &App, bytes: usize, others: Vec<Value>) -> Answer {
    let first = json!({ "as": "a", "method": "POST", "path": "/notes", "body": { "title": "t".repeat(bytes) } });
    let mut operations = vec![first];
    operations.extend(others);
    app.post("/api/v1/batch", json!({ "operations": operations }))
        .await
}

on_each_database!(what_references_put_in_has_no_more_bytes_than_a_body);
async fn what_references_put_in_has_no_more_bytes_than_a_body(kind: Kind) {
    let app = app(kind).await;
    let copies = |count: usize| {
        let rows: Vec<_> = (0..count)
            .map(|_| json!({ "title": { "$ref": "a.title" } }))
            .collect();
        vec![json!({ "method": "POST", "path": "/notes", "body": rows })]
    };
    let few = batch(&app, 1000, copies(20)).await.expect(200);
    assert_eq!(
        few["results"][1]["body"][19]["title"],
        "t".repeat(1000),
        "{kind:?}"
    );
    let many = batch(&app, 1000, copies(80)).await;
    assert!(many.text.contains("Operation 1 of the batch"), "{many}");
    assert_eq!(many.expect_problem(413).0, "body_too_large");
    // All together, not each.
    let spread: Vec<_> = (0..80).flat_map(|_| copies(1)).collect();
    let spread = batch(&app, 1000, spread).await;
    assert!(
        spread.text.contains("Operation 60 of the batch"),
        "{spread}"
    );
    assert_eq!(spread.expect_problem(413).0, "body_too_large");
    let filters: Vec<_> = (0..20).map(|_| "title=neq.{a.title}").collect();
    let long = vec![json!({ "method": "GET", "path": format!("/notes?{}", filters.join("&")) })];
    assert_eq!(
        batch(&app, 1000, long).await.expect_problem(414).0,
        "query_too_long"
    );
    let notes = app.get("/api/v1/notes?count=exact").await.expect(200);
    assert_eq!(
        notes["total"], 21,
        "{kind:?}: what was refused has not happened"
    );
}

on_each_database!(the_answers_of_a_batch_have_a_bound);
async fn the_answers_of_a_batch_have_a_bound(kind: Kind) {
    let app = app(kind).await;
    let reads = |count| vec![json!({ "method": "GET", "path": "/notes/{a.id}" }); count];
    batch(&app, 10_000, reads(10)).await.expect(200);
    let many = batch(&app, 10_000, reads(200)).await;
    assert!(many.text.contains("Operation 95 of"), "{many}");
    assert_eq!(many.expect_problem(422).0, "answer_too_large");
    assert_eq!(
        app.get("/api/v1/notes?count=exact").await.expect(200)["total"],
        1,
        "{kind:?}"
    );
}

on_each_database!(references_lead_into_rows_and_lists);
async fn references_lead_into_rows_and_lists(kind: Kind) {
    let app = app(kind).await;
    let rows = json!([{ "title": "\"one\" \\ 1\u{e9}" }, { "title": "two" }]);
    let operations = json!([
        { "as": "made", "method": "POST", "path": "/notes", "body": rows },
        { "as": "one", "method": "GET", "path": "/notes/{made.0.id}" },
        { "method": "POST", "path": "/notes", "body": { "title": { "$ref": "made.0.title" }, "words": { "$ref": "one.id" } } },
        { "method": "POST", "path": "/notes", "body": { "title": { "$ref": "made.1.title" } } },
        { "method": "POST", "path": "/notes", "body": { "title": { "$ref": "made.2.title" } } },
    ]);
    let mut all = operations.as_array().expect("operations").clone();
    let refused = app
        .post("/api/v1/batch", json!({ "operations": all }))
        .await;
    let (_, fields) = refused.expect_problem(422);
    assert_eq!(
        fields,
        [(
            "operations.4.body.title".to_owned(),
            "unknown_reference".to_owned()
        )]
    );
    all.pop();
    let answer = app
        .post("/api/v1/batch", json!({ "operations": all }))
        .await
        .expect(200);
    let results = &answer["results"];
    assert_eq!(
        results[2]["body"]["title"], "\"one\" \\ 1\u{e9}",
        "{kind:?}"
    );
    assert_eq!(
        results[2]["body"]["words"], results[1]["body"]["id"],
        "{kind:?}"
    );
    assert_eq!(results[3]["body"]["title"], "two", "{kind:?}");
}

on_each_database!(an_answer_names_no_more_than_a_hundred_problems_or_so);
async fn an_answer_names_no_more_than_a_hundred_problems_or_so(kind: Kind) {
    let app = app(kind).await;
    let rows = vec![json!({ "titel": 1 }); 3000];
    for path in ["/api/v1/notes", "/api/v1/notes?onConflict=id"] {
        let answer = app.post(path, json!(rows)).await;
        let (_, fields) = answer.expect_problem(422);
        assert!(
            (100..110).contains(&fields.len()),
            "{kind:?} {path}: {}",
            fields.len()
        );
        assert_eq!(fields[0].0, "0.titel");
    }
    let fields: serde_json::Map<_, _> = (0..2000).map(|n| (format!("f{n}"), json!(1))).collect();
    let (_, fields) = app
        .post("/api/v1/notes", json!(fields))
        .await
        .expect_problem(422);
    assert_eq!(fields.len(), 100, "{kind:?}");
}

on_each_database!(a_field_is_not_shown_any_number_of_times);
async fn a_field_is_not_shown_any_number_of_times(kind: Kind) {
    let app = app(kind).await;
    app.post("/api/v1/notes", json!({ "title": "t" }))
        .await
        .expect(201);
    let copies = |count: usize| {
        (0..count)
            .map(|n| format!("a{n}:title"))
            .collect::<Vec<_>>()
            .join(",")
    };
    for front in ["/api/v1/notes", "/rest/v1/note"] {
        app.get(&format!("{front}?select=id,{}", copies(8)))
            .await
            .assert_status(200);
        for select in [copies(9), "*,*,*,*,*,*,*,*,*".to_owned()] {
            let refused = app.get(&format!("{front}?select={select}")).await;
            refused.assert_status(400);
            assert!(
                refused.text.contains("more than 8 times") || front.starts_with("/rest"),
                "{refused}"
            );
        }
    }
}
