//! `Prefer: tx=rollback`

use serde_json::json;

use super::rows;
use crate::on_each_database;
use crate::support::{App, Kind, Options, Schema};

on_each_database!(a_dry_run_answers_as_if_it_had_happened);
async fn a_dry_run_answers_as_if_it_had_happened(kind: Kind) {
    let options = Options::default().set("ALLOW_DRY_RUN", "true");
    let app = App::builder(Schema::Writes)
        .on(kind)
        .with(options)
        .start()
        .await;
    let try_it = |method, path: &str| app.request(method, path).header("prefer", "tx=rollback");
    let answer = try_it("POST", "/api/v1/authors")
        .json(json!({ "email": "a@b.c" }))
        .send()
        .await;
    assert_eq!(answer.header("preference-applied"), Some("tx=rollback"));
    let location = answer.location();
    assert_eq!(answer.expect(201)["email"], "a@b.c");
    app.get(&location).await.expect_problem(404);
    try_it("POST", "/api/v1/tags")
        .json(json!([{ "name": "a" }, { "name": "b" }]))
        .send()
        .await
        .expect(201);
    try_it("POST", "/api/v1/tags")
        .json(json!([{ "name": "a" }, { "name": "a" }]))
        .send()
        .await
        .expect_problem(409);
    assert!(rows(&app, "/api/v1/tags").await.is_empty());
    let seat = app
        .put("/api/v1/seats/A,1", json!({ "taken": 1 }))
        .await
        .expect(201);
    assert_eq!(
        try_it("PATCH", "/api/v1/seats/A,1")
            .json(json!({ "taken": 2 }))
            .send()
            .await
            .expect(200)["taken"],
        2
    );
    assert_eq!(
        try_it("PUT", "/api/v1/seats/A,1")
            .json(json!({}))
            .send()
            .await
            .expect(200)["taken"],
        0
    );
    try_it("DELETE", "/api/v1/seats/A,1")
        .send()
        .await
        .expect(204);
    assert_eq!(app.get("/api/v1/seats/A,1").await.expect(200), seat);
    // What the preference does not say happens.
    app.request("DELETE", "/api/v1/seats/A,1")
        .header("prefer", "tx=commit")
        .send()
        .await
        .expect(204);
    app.get("/api/v1/seats/A,1").await.expect_problem(404);
}

#[tokio::test]
async fn a_dry_run_that_is_not_allowed_is_refused_and_nothing_happens() {
    let app = App::builder(Schema::Writes).on(Kind::Sqlite).start().await;
    let request = app
        .request("POST", "/api/v1/tags")
        .header("prefer", "tx=rollback");
    let answer = request.json(json!({ "name": "a" })).send().await;
    assert_eq!(answer.expect_problem(400).0, "invalid_parameter");
    assert!(rows(&app, "/api/v1/tags").await.is_empty());
}

#[tokio::test]
async fn unknown_preferences_are_refused_only_where_asked() {
    let app = App::builder(Schema::Writes).on(Kind::Sqlite).start().await;
    let prefer = |name: &str, preferences: &str| {
        app.request("POST", "/api/v1/tags")
            .header("prefer", preferences)
            .json(json!({ "name": name }))
    };
    prefer("a", "respond-async, wait=10")
        .send()
        .await
        .expect(201);
    for unknown in ["respond-async", "count=exact", "return=minimal; wait=10"] {
        let preferences = format!("{unknown}, handling=strict");
        let answer = prefer("b", &preferences).send().await;
        assert_eq!(answer.expect_problem(400).0, "invalid_parameter");
    }
    // Whoever did not mean them by it would not like it if they were passed over.
    for misplaced in ["return=minimal; tx=rollback", "tx=undo", "max-affected=all"] {
        let answer = prefer("b", misplaced).send().await;
        assert_eq!(answer.expect_problem(400).0, "invalid_parameter");
    }
    let answer = prefer("c", "Return=\"minimal\", return=representation")
        .send()
        .await;
    assert_eq!(answer.header("preference-applied"), Some("return=minimal"));
    assert_eq!(answer.text, "");
    assert_eq!(rows(&app, "/api/v1/tags").await.len(), 2);
}
