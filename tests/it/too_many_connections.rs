//! A bound on connections: the newest are told so, and health is answered nevertheless.

use std::time::Instant;

use crate::support::{
    App, Kind, Options, PATIENCE, Schema,
    client::Client,
    raw::{Raw, body, status},
};

#[tokio::test]
async fn the_newest_connection_is_refused_and_health_is_answered() {
    let options = Options::default().set("MAX_CONNECTIONS", "5");
    let app = App::builder(Schema::Sample)
        .on(Kind::Sqlite)
        .with(options)
        .start()
        .await;
    let mut held = Vec::new();
    for _ in 0..5 {
        let mut raw = Raw::to(app.address).await;
        raw.send("GET /api/v1/users HTTP/1.1\r\nHost: localhost\r\n\r\n")
            .await;
        assert_eq!(status(&raw.answer().await), 200);
        held.push(raw);
    }
    for path in ["/api/v1/users", "/rest/v1/User"] {
        let mut raw = Raw::to(app.address).await;
        raw.send(format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n"))
            .await;
        let answer = raw.rest().await;
        assert_eq!(status(&answer), 503, "{answer}");
        assert!(answer.contains("retry-after: 2"), "{answer}");
        assert!(answer.contains("connection: close"), "{answer}");
        assert!(body(&answer)["code"].is_string(), "{answer}");
    }
    for path in ["/health", "/api/v1/health", "/api/v1/utils/health-check"] {
        Client::new(app.address)
            .request("GET", path)
            .send()
            .await
            .assert_status(200);
        let http_2 = Client::http2(app.address);
        http_2.request("GET", path).send().await.assert_status(200);
    }
    // Those that were there first go on.
    for raw in &mut held {
        raw.send("GET /api/v1/users HTTP/1.1\r\nHost: localhost\r\n\r\n")
            .await;
        assert_eq!(status(&raw.answer().await), 200);
    }
    drop(held);
    let began = Instant::now();
    while app.get("/api/v1/users").await.status != 200 {
        assert!(began.elapsed() < PATIENCE, "still refused");
    }
}

#[tokio::test]
async fn silent_connections_beyond_the_bound_are_told_so_too() {
    let options = Options::default().set("MAX_CONNECTIONS", "1");
    let app = App::builder(Schema::Sample)
        .on(Kind::Sqlite)
        .with(options)
        .start()
        .await;
    let mut all = Vec::new();
    for _ in 0..200 {
        all.push(Raw::to(app.address).await);
    }
    let refused = all.last_mut().expect("200 of them");
    let answer = refused.rest().await;
    assert_eq!(status(&answer), 503, "{answer}");
}

#[tokio::test]
async fn a_connection_that_is_idle_for_long_makes_room() {
    let options = Options::default().set("MAX_CONNECTIONS", "2");
    let app = App::builder(Schema::Sample)
        .on(Kind::Sqlite)
        .with(options)
        .start()
        .await;
    let mut idle = Raw::to(app.address).await;
    let mut busy = Raw::to(app.address).await;
    let began = Instant::now();
    loop {
        busy.send("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
            .await;
        assert_eq!(status(&busy.answer().await), 200);
        let newest = Client::new(app.address).request("GET", "/api/v1/users");
        if newest.send().await.status == 200 {
            break;
        }
        assert!(began.elapsed() < PATIENCE, "still refused");
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    assert_eq!(idle.rest().await, "");
}
