//! `limit`, `offset` and the envelope.

use serde_json::{Value, json};

use super::column;
use crate::{
    on_each_database,
    support::{App, Kind, Options, Schema},
};

async fn numbered(app: &App, count: i64) {
    let rows: Vec<Value> = (1..=count).map(|id| json!({ "id": id })).collect();
    app.post("/api/v1/selects", json!(rows)).await.expect(201);
}

on_each_database!(Schema::Trouble, a_list_of_nothing_is_an_empty_list);
async fn a_list_of_nothing_is_an_empty_list(app: &App) {
    let list = app.get("/api/v1/selects").await;
    assert_eq!(list.header("content-type"), Some("application/json"));
    assert_eq!(
        list.expect(200),
        json!({ "data": [], "nextCursor": null, "total": null })
    );
}

on_each_database!(
    Schema::Trouble,
    a_page_has_twenty_rows_unless_asked_otherwise
);
async fn a_page_has_twenty_rows_unless_asked_otherwise(app: &App) {
    numbered(app, 25).await;
    let ids = column(app, "/api/v1/selects", "id").await;
    assert_eq!(ids, (1..=20).collect::<Vec<_>>());
    assert_eq!(
        column(app, "/api/v1/selects?limit=3", "id").await,
        [1, 2, 3]
    );
    assert_eq!(
        column(app, "/api/v1/selects?limit=100", "id").await.len(),
        25
    );
}

on_each_database!(
    Schema::Trouble,
    pages_follow_each_other_without_gap_or_overlap
);
async fn pages_follow_each_other_without_gap_or_overlap(app: &App) {
    numbered(app, 7).await;
    assert_eq!(
        column(app, "/api/v1/selects?limit=3&offset=0", "id").await,
        [1, 2, 3]
    );
    assert_eq!(
        column(app, "/api/v1/selects?limit=3&offset=3", "id").await,
        [4, 5, 6]
    );
    assert_eq!(
        column(app, "/api/v1/selects?limit=3&offset=6", "id").await,
        [7]
    );
    assert_eq!(column(app, "/api/v1/selects?offset=5", "id").await, [6, 7]);
}

on_each_database!(Schema::Trouble, a_page_after_the_last_is_empty);
async fn a_page_after_the_last_is_empty(app: &App) {
    numbered(app, 2).await;
    for beyond in ["offset=2", "offset=9223372036854775807", "limit=0"] {
        let ids = column(app, &format!("/api/v1/selects?{beyond}"), "id").await;
        assert!(ids.is_empty(), "{beyond}: {ids:?}");
    }
}

on_each_database!(Schema::Trouble, sizes_that_are_none_are_refused);
async fn sizes_that_are_none_are_refused(app: &App) {
    for wrong in [
        "limit=101",
        "limit=-1",
        "limit=ten",
        "limit=1.5",
        "limit=",
        "limit=99999999999999999999",
        "offset=-1",
        "offset=x",
        "offset=9223372036854775808",
        "limit=1&limit=2",
        "offset=1&offset=1",
    ] {
        let (code, _) = app
            .get(&format!("/api/v1/selects?{wrong}"))
            .await
            .expect_problem(400);
        assert_eq!(code, "invalid_parameter", "{wrong}");
    }
}

#[tokio::test]
async fn sizes_of_pages_can_be_set() {
    let options = Options::default()
        .set("PAGE_SIZE", "2")
        .set("MAX_PAGE_SIZE", "4");
    let app = App::builder(Schema::Trouble)
        .on(Kind::Sqlite)
        .with(options)
        .start()
        .await;
    numbered(&app, 5).await;
    assert_eq!(column(&app, "/api/v1/selects", "id").await, [1, 2]);
    assert_eq!(
        column(&app, "/api/v1/selects?limit=4", "id").await,
        [1, 2, 3, 4]
    );
    let refused = app.get("/api/v1/selects?limit=5").await;
    assert!(refused.text.contains("more than 4"), "{refused}");
    refused.expect_problem(400);
}
