//! Partitioned tables are one resource; their partitions are none.

use sea_orm::ConnectionTrait;
use serde_json::json;

use crate::support::{App, Schema};

#[tokio::test]
async fn a_row_that_no_partition_takes_is_refused_with_the_reason() {
    let app = App::builder(Schema::Trouble).start().await;
    let sql = r#"DROP TABLE "Event_later""#;
    app.db().await.execute_unprepared(sql).await.expect("drops");
    let body = json!({ "occurredAt": "2031-01-01T00:00:00.000Z" });
    let answer = app.post("/api/v1/events", body).await;
    assert!(answer.text.contains("no partition"), "{answer}");
    assert_eq!(answer.expect_problem(422).0, "check_violation");
    let body = json!({ "occurredAt": "2024-01-01T00:00:00.000Z" });
    app.post("/api/v1/events", body).await.expect(201);
}
