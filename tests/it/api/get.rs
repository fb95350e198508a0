//! `GET /api/v1/{resource}/{key}`, and what holds for every path.

use serde_json::json;

use crate::{
    on_each_database,
    support::{App, Schema},
};

on_each_database!(Schema::Trouble, a_row_that_is_not_there_is_not_found);
async fn a_row_that_is_not_there_is_not_found(app: &App) {
    let answer = app.get("/api/v1/selects/7").await;
    assert!(
        answer.text.contains("There is no Select with this key."),
        "{answer}"
    );
    assert_eq!(answer.expect_problem(404).0, "row_not_found");
}

on_each_database!(Schema::Trouble, a_path_that_leads_nowhere_is_not_found);
async fn a_path_that_leads_nowhere_is_not_found(app: &App) {
    for path in [
        "/api",
        "/api/v1",
        "/api/v1/nothing",
        "/api/v1/selects/1/2/3",
        "/api/v2/selects",
        "/Selects",
        "/api/v1/Selects",
    ] {
        assert_eq!(
            app.get(path).await.expect_problem(404).0,
            "route_not_found",
            "{path}"
        );
    }
}

on_each_database!(Schema::Trouble, a_trailing_slash_means_the_same_path);
async fn a_trailing_slash_means_the_same_path(app: &App) {
    app.post("/api/v1/selects/", json!({ "id": 1, "from": "f" }))
        .await
        .expect(201);
    assert_eq!(
        app.get("/api/v1/selects/").await.expect(200),
        app.get("/api/v1/selects").await.expect(200)
    );
    assert_eq!(app.get("/api/v1/selects/1/").await.expect(200)["from"], "f");
    assert_eq!(
        app.get("/api/v1/selects/?id=eq.1").await.expect(200)["data"][0]["from"],
        "f"
    );
    app.patch("/api/v1/selects/1/", json!({ "from": "g" }))
        .await
        .expect(200);
    app.delete("/api/v1/selects/1/").await.expect(204);
}

on_each_database!(Schema::Trouble, head_answers_as_get_does_without_the_body);
async fn head_answers_as_get_does_without_the_body(app: &App) {
    app.post("/api/v1/selects", json!({ "id": 1 }))
        .await
        .expect(201);
    for path in ["/api/v1/selects", "/api/v1/selects/1", "/api/v1/schema"] {
        let get = app.get(path).await;
        let head = app.request("HEAD", path).send().await;
        head.assert_status(200);
        assert_eq!(head.text, "");
        assert_eq!(
            head.header("content-type"),
            get.header("content-type"),
            "{path}"
        );
    }
    app.request("HEAD", "/api/v1/selects/2")
        .send()
        .await
        .assert_status(404);
}

on_each_database!(Schema::Trouble, one_row_takes_no_parameters_but_select);
async fn one_row_takes_no_parameters_but_select(app: &App) {
    app.post("/api/v1/selects", json!({ "id": 1 }))
        .await
        .expect(201);
    for wrong in ["id=eq.1", "limit=1", "offset=0", "order=id", "nonsense=1"] {
        let answer = app.get(&format!("/api/v1/selects/1?{wrong}")).await;
        assert_eq!(answer.expect_problem(400).0, "unknown_parameter", "{wrong}");
    }
}

on_each_database!(Schema::Trouble, other_methods_are_refused);
async fn other_methods_are_refused(app: &App) {
    for (method, path) in [
        ("PUT", "/api/v1/selects"),
        ("POST", "/api/v1/selects/1"),
        ("TRACE", "/api/v1/selects"),
        ("PURGE", "/api/v1/selects/1"),
        ("POST", "/api/v1/schema"),
    ] {
        let answer = app.request(method, path).json(json!({})).send().await;
        assert_eq!(
            answer.expect_problem(405).0,
            "method_not_allowed",
            "{method} {path}"
        );
    }
}
