//! One connection carries many requests, in HTTP/1.1 and in HTTP/2 without TLS.

use futures_util::future::join_all;
use reqwest::Version;
use serde_json::json;

use crate::{
    on_each_database,
    support::{App, Proxy, Schema, client::Client},
};

/// A proxy that counts the connections to a server.
async fn counter(app: &App) -> Proxy {
    Proxy::to(app.address.to_string()).await
}

on_each_database!(
    Schema::Sample,
    http_1_keeps_its_connection_whatever_is_answered
);
async fn http_1_keeps_its_connection_whatever_is_answered(app: &App) {
    let counter = counter(app).await;
    let client = Client::new(counter.address);
    for n in 0..100 {
        let email = format!("{n}@example.com");
        let user = client
            .request("POST", "/api/v1/users")
            .json(json!({ "email": email }))
            .send()
            .await;
        assert_eq!(user.version, Version::HTTP_11);
        let path = user.location();
        user.expect(201);
        assert_eq!(
            client.request("GET", &path).send().await.expect(200)["email"],
            email
        );
        client
            .request("GET", "/api/v1/users?limit=100")
            .header("accept-encoding", "gzip")
            .send()
            .await
            .assert_status(200);
        client
            .request("HEAD", "/api/v1/users")
            .send()
            .await
            .assert_status(200);
        client
            .request("GET", "/api/v1/users/nobody")
            .send()
            .await
            .expect_problem(404);
        client
            .request("POST", "/api/v1/users")
            .json(json!({ "email": 5 }))
            .send()
            .await
            .expect_problem(422);
    }
    assert_eq!(counter.connections(), 1);
}

on_each_database!(Schema::Sample, http_2_is_understood_without_tls);
async fn http_2_is_understood_without_tls(app: &App) {
    let client = Client::http2(app.address);
    let created = client
        .request("POST", "/api/v1/tags")
        .json(json!({ "name": "h2c" }))
        .send()
        .await;
    assert_eq!(created.version, Version::HTTP_2);
    let path = created.location();
    created.expect(201);
    let row = client.request("GET", &path).send().await;
    assert_eq!(row.version, Version::HTTP_2);
    assert_eq!(row.expect(200)["name"], "h2c");
    let changed = client
        .request("PATCH", &path)
        .json(json!({ "name": "HTTP/2" }))
        .send()
        .await;
    assert_eq!(changed.expect(200)["name"], "HTTP/2");
    client.request("DELETE", &path).send().await.expect(204);
    let gone = client.request("GET", &path).send().await;
    assert_eq!(gone.expect_problem(404).0, "row_not_found");
}

on_each_database!(Schema::Sample, http_2_has_no_bodies_in_answers_to_head);
async fn http_2_has_no_bodies_in_answers_to_head(app: &App) {
    let client = Client::http2(app.address);
    for (path, status) in [
        ("/api/v1/users", 200),
        ("/health", 200),
        ("/api/v1/users/nobody", 404),
    ] {
        let head = client.request("HEAD", path).send().await;
        head.assert_status(status);
        assert_eq!(head.text, "", "{path}");
    }
}

on_each_database!(Schema::Sample, http_2_answers_requests_side_by_side);
async fn http_2_answers_requests_side_by_side(app: &App) {
    let counter = counter(app).await;
    let client = Client::http2(counter.address);
    client.request("GET", "/health").send().await.expect(200);
    let creations = (0..50).map(|n| {
        let user = json!({ "email": format!("{n}@example.com"), "name": "x".repeat(10_000) });
        client.request("POST", "/api/v1/users").json(user).send()
    });
    let created = join_all(creations).await;
    let readings = created
        .iter()
        .map(|user| client.request("GET", &user.location()).send());
    for (n, row) in join_all(readings).await.into_iter().enumerate() {
        assert_eq!(row.version, Version::HTTP_2);
        assert_eq!(row.expect(200)["email"], format!("{n}@example.com"));
    }
    let lists = ["gzip", "br", "zstd", "identity"].map(|coding| {
        client
            .request("GET", "/api/v1/users?limit=100")
            .header("accept-encoding", coding)
            .send()
    });
    for list in join_all(lists).await {
        list.assert_status(200);
    }
    assert_eq!(counter.connections(), 1);
}
