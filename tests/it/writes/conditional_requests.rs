//! `ETag`, `If-Match`, `If-None-Match`.

use futures_util::future::join_all;
use serde_json::json;

use super::{author, path};
use crate::{
    on_each_database,
    support::{App, Schema},
};

async fn tag(app: &App, path: &str) -> String {
    let answer = app.get(path).await;
    answer.assert_status(200);
    answer.header("etag").expect("a tag").to_owned()
}

on_each_database!(Schema::Writes, a_row_that_has_not_changed_is_not_sent_again);
async fn a_row_that_has_not_changed_is_not_sent_again(app: &App) {
    let row = path("authors", &author(app, "a@b.c").await);
    let tag = tag(app, &row).await;
    let others = [
        format!("\"other\", {tag}"),
        // Commas belong to tags, and lists may have nothing between them.
        format!("\"a,b\" ,, W/\",\"\t,{tag},"),
    ];
    for tags in [tag.clone(), format!("W/{tag}"), "*".to_owned()]
        .into_iter()
        .chain(others)
    {
        let answer = app
            .request("GET", &row)
            .header("if-none-match", &tags)
            .send()
            .await;
        answer.assert_status(304);
        assert_eq!(
            (answer.header("etag"), answer.text.as_str()),
            (Some(tag.as_str()), ""),
            "{tags}"
        );
    }
    app.request("GET", &row)
        .header("if-none-match", "\"other\"")
        .send()
        .await
        .expect(200);
    app.request("GET", &row)
        .header("if-match", &tag)
        .send()
        .await
        .expect(200);
    let answer = app
        .request("GET", &row)
        .header("if-match", "\"other\"")
        .send()
        .await;
    assert_eq!(answer.expect_problem(412).0, "precondition_failed");
    app.patch(&row, json!({ "name": "New" })).await.expect(200);
    let answer = app
        .request("GET", &row)
        .header("if-none-match", &tag)
        .send()
        .await;
    assert_eq!(answer.expect(200)["name"], "New");
}

on_each_database!(Schema::Writes, writes_answer_the_tag_of_the_row);
async fn writes_answer_the_tag_of_the_row(app: &App) {
    let created = app
        .post("/api/v1/authors", json!({ "email": "a@b.c" }))
        .await;
    let row = created.location();
    assert_eq!(created.header("etag"), Some(tag(app, &row).await.as_str()));
    let changed = app.patch(&row, json!({ "name": "New" })).await;
    assert_eq!(changed.header("etag"), Some(tag(app, &row).await.as_str()));
    let seat = app.put("/api/v1/seats/A,1", json!({ "taken": 1 })).await;
    assert_eq!(
        seat.header("etag"),
        Some(tag(app, "/api/v1/seats/A,1").await.as_str())
    );
    let selected = app.get(&format!("{row}?select=id")).await;
    assert_ne!(
        selected.header("etag"),
        changed.header("etag"),
        "another representation has another tag"
    );
}

on_each_database!(Schema::Writes, a_stale_tag_changes_nothing);
async fn a_stale_tag_changes_nothing(app: &App) {
    let row = path("authors", &author(app, "a@b.c").await);
    let old = tag(app, &row).await;
    app.request("PATCH", &row)
        .header("if-match", &old)
        .json(json!({ "name": "First" }))
        .send()
        .await
        .expect(200);
    let new = tag(app, &row).await;
    for request in [
        app.request("PATCH", &row).json(json!({ "name": "Second" })),
        app.request("PATCH", &row).json(json!({})),
        app.request("PUT", &row).json(json!({ "email": "b@b.c" })),
        app.request("DELETE", &row),
    ] {
        let answer = request.header("if-match", &old).send().await;
        assert_eq!(answer.expect_problem(412).0, "precondition_failed");
    }
    assert_eq!(app.get(&row).await.expect(200)["name"], "First");
    app.request("PATCH", &row)
        .header("if-match", &format!("W/{new}"))
        .json(json!({}))
        .send()
        .await
        .expect_problem(412);
    app.request("PATCH", &row)
        .header("if-none-match", &new)
        .json(json!({}))
        .send()
        .await
        .expect_problem(412);
    app.request("PATCH", &row)
        .header("if-match", "*")
        .json(json!({ "score": 8 }))
        .send()
        .await
        .expect(200);
    let new = tag(app, &row).await;
    app.request("PUT", &row)
        .header("if-match", &new)
        .json(json!({ "email": "b@b.c" }))
        .send()
        .await
        .expect(200);
    let new = tag(app, &row).await;
    app.request("DELETE", &row)
        .header("if-match", &new)
        .send()
        .await
        .expect(204);
    app.request("DELETE", &row)
        .header("if-match", "*")
        .send()
        .await
        .expect_problem(404);
}

on_each_database!(Schema::Writes, put_may_ask_that_there_be_a_row_or_none);
async fn put_may_ask_that_there_be_a_row_or_none(app: &App) {
    let row = "/api/v1/seats/A,1";
    app.request("PUT", row)
        .header("if-match", "*")
        .json(json!({ "taken": 1 }))
        .send()
        .await
        .expect_problem(412);
    app.get(row).await.expect_problem(404);
    app.request("PUT", row)
        .header("if-none-match", "*")
        .json(json!({ "taken": 2 }))
        .send()
        .await
        .expect(201);
    app.request("PUT", row)
        .header("if-none-match", "*")
        .json(json!({ "taken": 3 }))
        .send()
        .await
        .expect_problem(412);
    assert_eq!(app.get(row).await.expect(200)["taken"], 2);
    app.request("PUT", row)
        .header("if-match", "*")
        .json(json!({ "taken": 4 }))
        .send()
        .await
        .expect(200);
}

on_each_database!(Schema::Writes, a_condition_nobody_can_read_is_not_ignored);
async fn a_condition_nobody_can_read_is_not_ignored(app: &App) {
    let row = path("authors", &author(app, "a@b.c").await);
    for tags in ["no-quotes", "\"", "\"a\" b"] {
        for method in ["GET", "DELETE"] {
            app.request(method, &row)
                .header("if-match", tags)
                .send()
                .await
                .expect_problem(400);
        }
    }
    app.request("POST", "/api/v1/tags")
        .header("if-match", "*")
        .json(json!({ "name": "t" }))
        .send()
        .await
        .expect_problem(400);
    app.get(&row).await.expect(200);
}

on_each_database!(
    Schema::Writes,
    of_a_hundred_conditional_writers_one_wins_each_round
);
async fn of_a_hundred_conditional_writers_one_wins_each_round(app: &App) {
    app.put("/api/v1/seats/A,1", json!({})).await.expect(201);
    for round in 1..=3 {
        let tag = tag(app, "/api/v1/seats/A,1").await;
        let writers = (0..100).map(|writer| {
            let request = app
                .request("PATCH", "/api/v1/seats/A,1")
                .header("if-match", &tag);
            request
                .json(json!({ "taken": round, "ticket": format!("{round}-{writer}") }))
                .send()
        });
        let answers = join_all(writers).await;
        let won: Vec<_> = answers
            .iter()
            .filter(|answer| answer.status == 200)
            .collect();
        assert_eq!(won.len(), 1, "round {round}");
        let lost = answers.iter().filter(|answer| answer.status == 412).count();
        assert_eq!(
            lost,
            99,
            "round {round}: {:?}",
            answers
                .iter()
                .map(|answer| answer.status)
                .collect::<Vec<_>>()
        );
        assert_eq!(
            app.get("/api/v1/seats/A,1").await.expect(200),
            won[0].json()
        );
    }
}

on_each_database!(Schema::Writes, of_many_that_create_one_row_one_wins);
async fn of_many_that_create_one_row_one_wins(app: &App) {
    let writers = (0..30).map(|n| {
        app.request("PUT", "/api/v1/seats/B,7")
            .header("if-none-match", "*")
            .json(json!({ "taken": n }))
            .send()
    });
    let answers = join_all(writers).await;
    assert_eq!(
        answers.iter().filter(|answer| answer.status == 201).count(),
        1
    );
    assert_eq!(
        answers.iter().filter(|answer| answer.status == 412).count(),
        29
    );
}
