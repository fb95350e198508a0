//! `READ_ONLY=true`

use serde_json::json;

use crate::support::{App, Kind, Options, Schema};

async fn every_write_is_refused(kind: Kind) {
    let options = Options::default().set("READ_ONLY", "true");
    let app = App::builder(Schema::Trouble)
        .on(kind)
        .with(options)
        .start()
        .await;
    for (method, path) in [
        ("POST", "/api/v1/selects"),
        ("PUT", "/api/v1/selects/1"),
        ("PATCH", "/api/v1/selects/1"),
        ("DELETE", "/api/v1/selects/1"),
    ] {
        let answer = app
            .request(method, path)
            .json(json!({ "id": 1 }))
            .send()
            .await;
        assert!(answer.text.contains("READ_ONLY"), "{answer}");
        assert_eq!(answer.expect_problem(405).0, "read_only", "{method}");
    }
    assert_eq!(
        app.get("/api/v1/selects").await.expect(200)["data"],
        json!([])
    );
    app.get("/api/v1/selects/1").await.expect_problem(404);
}

#[tokio::test]
async fn every_write_is_refused_on_postgres() {
    every_write_is_refused(Kind::Postgres).await;
}

#[tokio::test]
async fn every_write_is_refused_on_sqlite() {
    every_write_is_refused(Kind::Sqlite).await;
}
