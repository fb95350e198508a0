//! The database goes away, is slow, comes back; the process is told to stop.

use std::time::{Duration, Instant};

use sea_orm::{ConnectionTrait, TransactionTrait};
use serde_json::json;

use crate::support::{
    App, Kind, Options, PATIENCE, Schema,
    locks::waits_for_lock,
    raw::{Raw, status},
};

/// Asks until the status comes.
async fn until(app: &App, path: &str, status: u16) {
    let started = Instant::now();
    loop {
        let answer = app.get(path).await;
        if answer.status.as_u16() == status {
            return;
        }
        assert!(started.elapsed() < PATIENCE, "still not {status}: {answer}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn while_the_database_is_away_there_is_503_and_then_it_recovers_by_itself() {
    let options = Options::default().set("DB_RETRIES", "0");
    let (app, proxy) = App::builder(Schema::Sample)
        .with(options)
        .start_behind_proxy()
        .await;
    app.get("/api/v1/users").await.expect(200);

    proxy.go_down();
    until(&app, "/api/v1/users", 503).await;
    let answer = app.get("/api/v1/users").await;
    assert!(
        answer
            .header("retry-after")
            .is_some_and(|seconds| seconds.parse::<u32>().is_ok())
    );
    assert_eq!(answer.expect_problem(503).0, "database_unavailable");
    app.post("/api/v1/users", json!({ "email": "away@example.com" }))
        .await
        .expect_problem(503);
    let health = app.get("/health").await.expect(503);
    assert_eq!(health["status"], "unavailable");
    assert_eq!(
        app.get("/api/v1/utils/health-check").await.expect(503),
        json!({ "status": false })
    );

    proxy.come_up();
    until(&app, "/api/v1/users", 200).await;
    app.post("/api/v1/users", json!({ "email": "back@example.com" }))
        .await
        .expect(201);
    assert_eq!(app.get("/health").await.expect(200)["status"], "ok");
}

#[tokio::test]
async fn many_requests_for_a_database_that_is_away_do_not_wait_in_line() {
    let options = Options::default().set("DB_RETRIES", "0");
    // Nobody answers there, and nobody refuses either.
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port");
    let port = silent.local_addr().expect("an address").port();
    let url = format!("postgres://nobody@127.0.0.1:{port}/nothing");
    let app = App::builder(Schema::Sample)
        .with(options.set("DATABASE_URL", &url))
        .start()
        .await;
    let started = Instant::now();
    let requests: Vec<_> = (0..20)
        .map(|_| tokio::spawn(app.request("GET", "/api/v1/users").send()))
        .collect();
    for request in requests {
        request.await.expect("no panic").expect_problem(503);
    }
    // Two attempts of five seconds at most: the one under way, and one after it.
    assert!(
        started.elapsed() < Duration::from_secs(15),
        "took {:?}",
        started.elapsed()
    );
}

#[tokio::test]
async fn a_server_that_starts_before_its_database_serves_once_it_is_there() {
    let (app, proxy) = App::builder(Schema::Sample).start_behind_proxy().await;
    proxy.go_down();
    until(&app, "/api/v1/utils/health-check", 503).await;
    proxy.come_up();
    until(&app, "/api/v1/utils/health-check", 200).await;
}

#[tokio::test]
async fn a_read_whose_connection_broke_is_tried_again() {
    let (app, proxy) = App::builder(Schema::Sample).start_behind_proxy().await;
    app.get("/api/v1/users").await.expect(200);
    for _ in 0..5 {
        // Every connection breaks, new ones are taken: nobody outside notices.
        proxy.go_down();
        proxy.come_up();
        app.get("/api/v1/users").await.expect(200);
    }
}

#[tokio::test]
async fn a_statement_past_its_time_is_cancelled_and_answers_504() {
    let options = Options::default().set("DB_TIMEOUT_SECS", "1");
    let app = App::builder(Schema::Sample).with(options).start().await;
    let db = app.db().await;
    let lock = db.begin().await.expect("a transaction");
    lock.execute_unprepared(r#"LOCK TABLE "User" IN ACCESS EXCLUSIVE MODE"#)
        .await
        .expect("locks");
    assert_eq!(
        app.get("/api/v1/users").await.expect_problem(504).0,
        "database_timeout"
    );
    lock.rollback().await.expect("unlocks");
    app.get("/api/v1/users").await.expect(200);
}

#[tokio::test]
async fn a_request_in_flight_finishes_when_the_process_is_told_to_stop() {
    let mut app = App::builder(Schema::Sample).start().await;
    let db = app.db().await;
    let lock = db.begin().await.expect("a transaction");
    lock.execute_unprepared(r#"LOCK TABLE "User" IN ACCESS EXCLUSIVE MODE"#)
        .await
        .expect("locks");
    let request = app.request("GET", "/api/v1/users");
    let in_flight = tokio::spawn(request.send());
    waits_for_lock(&db).await;

    app.begin_stop();
    // It takes no new connections any more.
    let started = Instant::now();
    while tokio::net::TcpStream::connect(app.address).await.is_ok() {
        assert!(started.elapsed() < PATIENCE, "still listening");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    lock.rollback().await.expect("unlocks");
    in_flight.await.expect("no panic").expect(200);
    app.stopped().await;
}

#[tokio::test]
async fn a_request_that_does_not_finish_holds_the_stop_up_for_so_long_only() {
    let options = Options::default().set("SHUTDOWN_TIMEOUT_SECS", "1");
    let mut app = App::builder(Schema::Sample).with(options).start().await;
    let db = app.db().await;
    let lock = db.begin().await.expect("a transaction");
    lock.execute_unprepared(r#"LOCK TABLE "User" IN ACCESS EXCLUSIVE MODE"#)
        .await
        .expect("locks");
    let request = app.request("GET", "/api/v1/users");
    let in_flight = tokio::spawn(async move { request.try_send().await });
    waits_for_lock(&db).await;
    let asked = Instant::now();
    app.stopped().await;
    assert!(
        asked.elapsed() < PATIENCE / 2,
        "stopped after {:?}",
        asked.elapsed()
    );
    assert!(
        in_flight.await.expect("no panic").is_none(),
        "nobody is left to answer"
    );
    lock.rollback().await.expect("unlocks");
}

#[tokio::test]
async fn a_request_on_a_kept_connection_is_answered_while_the_process_stops() {
    let mut app = App::builder(Schema::Sample).on(Kind::Sqlite).start().await;
    let health = "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n";
    let mut late = Raw::to(app.address).await;
    late.send(health).await;
    assert_eq!(status(&late.answer().await), 200);
    let mut halfway = Raw::to(app.address).await;
    halfway.send(&health[..20]).await;
    let mut silent = Raw::to(app.address).await;
    // It is accepted once the next one is answered.
    app.get("/health").await.expect(200);
    app.begin_stop();
    let started = Instant::now();
    while tokio::net::TcpStream::connect(app.address).await.is_ok() {
        assert!(started.elapsed() < PATIENCE, "still listening");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    halfway.send(&health[20..]).await;
    for raw in [&mut late, &mut silent] {
        raw.send(health).await;
    }
    for raw in [&mut late, &mut silent, &mut halfway] {
        let answer = raw.rest().await;
        assert_eq!(status(&answer), 200, "{answer}");
        assert!(answer.contains("connection: close"), "{answer}");
    }
    app.stopped().await;
}

#[tokio::test]
async fn idle_connections_hold_a_stop_up_for_the_grace_only() {
    let options = Options::default().set("SHUTDOWN_GRACE_SECS", "1");
    let mut app = App::builder(Schema::Sample)
        .on(Kind::Sqlite)
        .with(options)
        .start()
        .await;
    let mut idle = Raw::to(app.address).await;
    app.get("/health").await.expect(200);
    let started = Instant::now();
    app.stopped().await;
    assert_eq!(idle.rest().await, "");
    let took = started.elapsed();
    assert!(took < Duration::from_secs(5), "{took:?}");
}
