//! `PATCH` and `DELETE` of all rows that a filter finds.

use serde_json::{Value, json};

use super::{author, rows};
use crate::{
    on_each_database,
    support::{App, Kind, Options, Schema},
};

async fn posts(app: &App, count: usize) {
    let posts: Vec<Value> = (0..count)
        .map(|n| json!({ "title": format!("t{n}"), "words": n }))
        .collect();
    app.post("/api/v1/posts", json!(posts)).await.expect(201);
}

on_each_database!(
    Schema::Writes,
    all_that_a_filter_finds_is_changed_and_counted
);
async fn all_that_a_filter_finds_is_changed_and_counted(app: &App) {
    posts(app, 10).await;
    assert_eq!(
        app.patch("/api/v1/posts?words=gte.7", json!({ "title": "long" }))
            .await
            .expect(200),
        json!({ "count": 3 })
    );
    assert_eq!(rows(app, "/api/v1/posts?title=eq.long").await.len(), 3);
    let request = app
        .request("PATCH", "/api/v1/posts?or=(words.eq.0,words.eq.1)")
        .header("prefer", "return=representation");
    let answer = request
        .json(json!({ "version": 5 }))
        .send()
        .await
        .expect(200);
    assert_eq!(answer["count"], 2);
    assert_eq!(
        answer["data"]
            .as_array()
            .expect("rows")
            .iter()
            .map(|row| &row["version"])
            .collect::<Vec<_>>(),
        [5, 5]
    );
    assert_eq!(
        app.delete("/api/v1/posts?title=eq.long").await.expect(200),
        json!({ "count": 3 })
    );
    assert_eq!(
        app.delete("/api/v1/posts?title=eq.long").await.expect(200),
        json!({ "count": 0 })
    );
    assert_eq!(
        app.patch("/api/v1/posts?words=gte.0", json!({}))
            .await
            .expect(200),
        json!({ "count": 0 })
    );
    let answer = app
        .request("DELETE", "/api/v1/posts?id=not.is.null")
        .header("prefer", "return=minimal")
        .send()
        .await;
    answer.assert_status(204);
    assert!(rows(app, "/api/v1/posts").await.is_empty());
}

on_each_database!(Schema::Writes, without_a_filter_nothing_is_changed);
async fn without_a_filter_nothing_is_changed(app: &App) {
    posts(app, 2).await;
    for path in ["/api/v1/posts", "/api/v1/posts?"] {
        assert_eq!(
            app.delete(path).await.expect_problem(400).0,
            "filter_required"
        );
        assert_eq!(
            app.patch(path, json!({ "words": 1 }))
                .await
                .expect_problem(400)
                .0,
            "filter_required"
        );
    }
    for path in [
        "/api/v1/posts?words=eq.1&limit=1",
        "/api/v1/posts?word=eq.1",
        "/api/v1/posts?words=eq.1&onConflict=id",
    ] {
        app.delete(path).await.expect_problem(400);
    }
    app.patch("/api/v1/posts?words=eq.1", json!({ "words": "x" }))
        .await
        .expect_problem(422);
    assert_eq!(rows(app, "/api/v1/posts").await.len(), 2);
}

on_each_database!(Schema::Writes, more_rows_than_foreseen_are_left_alone);
async fn more_rows_than_foreseen_are_left_alone(app: &App) {
    posts(app, 5).await;
    let bounded = |method, bound| {
        app.request(method, "/api/v1/posts?words=gte.0")
            .header("prefer", bound)
    };
    assert_eq!(
        bounded("PATCH", "max-affected=4")
            .json(json!({ "version": 1 }))
            .send()
            .await
            .expect_problem(400)
            .0,
        "too_many_affected"
    );
    assert_eq!(
        bounded("DELETE", "max-affected=0")
            .send()
            .await
            .expect_problem(400)
            .0,
        "too_many_affected"
    );
    bounded("DELETE", "max-affected=many")
        .send()
        .await
        .expect_problem(400);
    assert_eq!(rows(app, "/api/v1/posts?version=eq.0").await.len(), 5);
    assert_eq!(
        bounded("PATCH", "max-affected=5")
            .json(json!({ "version": 1 }))
            .send()
            .await
            .expect(200)["count"],
        5
    );
}

#[tokio::test]
async fn a_setting_bounds_every_change() {
    let app = App::builder(Schema::Writes)
        .on(Kind::Sqlite)
        .with(Options::default().set("MAX_AFFECTED_ROWS", "3"))
        .start()
        .await;
    posts(&app, 5).await;
    for bound in ["max-affected=100", "return=minimal"] {
        let answer = app
            .request("DELETE", "/api/v1/posts?words=gte.0")
            .header("prefer", bound)
            .send()
            .await;
        assert_eq!(answer.expect_problem(400).0, "too_many_affected");
    }
    assert_eq!(
        app.delete("/api/v1/posts?words=lt.3").await.expect(200)["count"],
        3
    );
}

on_each_database!(Schema::Writes, what_others_still_refer_to_is_not_deleted);
async fn what_others_still_refer_to_is_not_deleted(app: &App) {
    let author = author(app, "a@b.c").await;
    app.post(
        "/api/v1/posts",
        json!({ "title": "t", "authorId": author["id"] }),
    )
    .await
    .expect(201);
    let answer = app.delete("/api/v1/authors?email=eq.a@b.c").await;
    assert_eq!(answer.expect_problem(409).0, "foreign_key_violation");
}
