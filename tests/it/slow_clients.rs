//! Clients that take their time: everything that they can hold open has an end.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::support::{
    App, Kind, Options, Schema,
    raw::{Raw, body, status},
};

/// The preface of HTTP/2 and empty SETTINGS.
const HTTP2: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";
/// A limit of one second, ticks and a busy machine.
const SOON: Duration = Duration::from_secs(8);

async fn app(settings: &[&str]) -> App {
    let options = settings
        .iter()
        .fold(Options::default(), |options, name| options.set(name, "1"));
    App::builder(Schema::Sample)
        .on(Kind::Sqlite)
        .with(options)
        .start()
        .await
}

#[tokio::test]
async fn a_client_that_goes_is_gone_whatever_it_has_sent() {
    let app = app(&[]).await;
    let preface = &HTTP2[..24];
    let others = [&b"GET / HT"[..], b"\r", b"\x16\x03\x01", HTTP2];
    for sent in (1..preface.len()).map(|end| &preface[..end]).chain(others) {
        let mut raw = Raw::to(app.address).await;
        raw.send(sent).await;
        tokio::io::AsyncWriteExt::shutdown(&mut raw.0)
            .await
            .expect("is sent");
        let (_, took) = raw.ended().await;
        assert!(took < SOON, "{took:?} for {sent:?}");
    }
}

#[tokio::test]
async fn a_head_that_does_not_come_to_an_end_is_answered_408() {
    let app = app(&["HEAD_TIMEOUT_SECS"]).await;
    for (sent, is_problem) in [
        ("P", true),
        ("PRI * HT", true),
        (
            "GET /api/v1/users HTTP/1.1\r\nHost: localhost\r\nX-Slow: ",
            true,
        ),
        ("GET /rest/v1/User?a=b HTTP/1.1\r\n", false),
    ] {
        let mut raw = Raw::to(app.address).await;
        raw.send(sent).await;
        let answer = raw.rest().await;
        assert_eq!(status(&answer), 408, "{answer}");
        assert_eq!(body(&answer)["title"].is_string(), is_problem, "{answer}");
    }
}

#[tokio::test]
async fn a_head_that_drips_is_answered_408() {
    let app = app(&["HEAD_TIMEOUT_SECS"]).await;
    let mut raw = Raw::to(app.address).await;
    raw.send("GET / HTTP/1.1\r\nX: ").await;
    let began = Instant::now();
    while raw.try_send("x").await {
        assert!(began.elapsed() < SOON, "still read");
        tokio::time::sleep(Duration::from_millis(50)).await;
        let mut byte = [0; 12];
        if let Ok(length) = raw.0.try_read(&mut byte) {
            assert_eq!(&byte[..length], b"HTTP/1.1 408");
            return;
        }
    }
    panic!("no answer");
}

#[tokio::test]
async fn a_second_request_that_does_not_come_to_an_end_is_answered_408() {
    let app = app(&["HEAD_TIMEOUT_SECS"]).await;
    let mut raw = Raw::to(app.address).await;
    raw.send("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\nGET /heal")
        .await;
    assert_eq!(status(&raw.answer().await), 200);
    assert_eq!(status(&raw.rest().await), 408);
}

#[tokio::test]
async fn a_body_that_stands_still_or_drips_is_answered_408() {
    let app = app(&["BODY_TIMEOUT_SECS"]).await;
    for (length, sent) in [
        ("Content-Length: 100", "{"),
        ("Content-Length: 100", ""),
        ("Transfer-Encoding: chunked", "5\r\n{"),
    ] {
        let mut raw = Raw::to(app.address).await;
        raw.send(format!(
            "POST /api/v1/users HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n{length}\r\n\r\n{sent}"
        ))
        .await;
        let answer = raw.rest().await;
        assert_eq!(status(&answer), 408, "{answer}");
        assert_eq!(body(&answer)["code"], "request_timeout");
        assert!(answer.contains("connection: close"), "{answer}");
    }
    let mut raw = Raw::to(app.address).await;
    raw.send("POST /rest/v1/User HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n")
        .await;
    for _ in 0..4 {
        raw.send(" ").await;
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
    let answer = raw.rest().await;
    assert_eq!(status(&answer), 408, "{answer}");
    assert!(body(&answer)["message"].is_string(), "{answer}");
}

#[tokio::test]
async fn a_slow_body_is_waited_for() {
    let options = Options::default()
        .set("BODY_TIMEOUT_SECS", "2")
        .set("MIN_BYTES_PER_SEC", "5");
    let app = App::builder(Schema::Sample)
        .on(Kind::Sqlite)
        .with(options)
        .start()
        .await;
    let text = json!({ "email": "slow@example.com" }).to_string();
    let mut raw = Raw::to(app.address).await;
    raw.send(format!(
        "POST /api/v1/users HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n",
        text.len()
    ))
    .await;
    for piece in text.as_bytes().chunks(3) {
        raw.send(piece).await;
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    assert_eq!(status(&raw.answer().await), 201);
}

#[tokio::test]
async fn an_idle_connection_is_ended_and_a_busy_one_is_not() {
    let options = Options::default().set("KEEP_ALIVE_SECS", "2");
    let app = App::builder(Schema::Sample)
        .on(Kind::Sqlite)
        .with(options)
        .start()
        .await;
    let mut idle = Raw::to(app.address).await;
    let mut idle_2 = Raw::to(app.address).await;
    idle_2.send(HTTP2).await;
    let mut busy = Raw::to(app.address).await;
    let began = Instant::now();
    while began.elapsed() < Duration::from_millis(4000) {
        busy.send("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
            .await;
        assert_eq!(status(&busy.answer().await), 200);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(idle.rest().await, "");
    let (_, took) = idle_2.ended().await;
    // HTTP/2 asks the client first, which does not answer here.
    assert!(took < Duration::from_secs(20), "{took:?}");
    assert_eq!(busy.rest().await, "");
}

#[tokio::test]
async fn http_2_that_is_begun_and_not_finished_is_ended() {
    let app = app(&["HEAD_TIMEOUT_SECS"]).await;
    for sent in [&HTTP2[..24], &HTTP2[..30]] {
        let mut raw = Raw::to(app.address).await;
        raw.send(sent).await;
        let (_, took) = raw.ended().await;
        assert!(took < SOON, "{took:?} for {} bytes", sent.len());
    }
}

/// A list of 6 MB and more.
async fn fill(app: &App) {
    for n in 0..10 {
        let user = json!({ "email": format!("{n}@example.com"), "name": "x".repeat(900_000) });
        app.post("/api/v1/users", user).await.expect(201);
    }
}

#[tokio::test]
async fn a_client_that_does_not_take_its_answer_is_left() {
    let app = app(&["WRITE_TIMEOUT_SECS"]).await;
    fill(&app).await;
    let mut raw = Raw::with_little_room(app.address).await;
    raw.send("GET /api/v1/users HTTP/1.1\r\nHost: localhost\r\n\r\n")
        .await;
    let mut peeked = [0; 1];
    raw.0.peek(&mut peeked).await.expect("an answer begins");
    tokio::time::sleep(Duration::from_secs(3)).await;
    let (length, _) = raw.ended().await;
    assert!(length < 9_000_000, "{length} bytes");
}

#[tokio::test]
async fn a_client_that_takes_its_answer_slowly_gets_it() {
    let options = Options::default().set("WRITE_TIMEOUT_SECS", "3");
    let app = App::builder(Schema::Sample).with(options).start().await;
    fill(&app).await;
    let mut raw = Raw::with_little_room(app.address).await;
    raw.send("GET /api/v1/users HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        .await;
    let mut length = 0;
    for _ in 0..10 {
        tokio::time::sleep(Duration::from_millis(400)).await;
        let mut piece = vec![0; 200_000];
        length += tokio::io::AsyncReadExt::read_exact(&mut raw.0, &mut piece)
            .await
            .expect("comes");
    }
    length += raw.ended().await.0;
    assert!(length > 9_000_000, "{length} bytes");
}

/// HEADERS of a GET of `/api/v1/users` on stream 1, which ends with them.
fn http2_get() -> Vec<u8> {
    let path = b"/api/v1/users";
    // Static table: GET, http; a literal path (name 4), a literal authority (name 1).
    let mut block = vec![0x82, 0x86, 0x04, path.len() as u8];
    block.extend_from_slice(path);
    let authority = b"localhost";
    block.extend_from_slice(&[0x01, authority.len() as u8]);
    block.extend_from_slice(authority);
    let mut frame = vec![0, 0, block.len() as u8, 1, 0x5, 0, 0, 0, 1];
    frame.extend_from_slice(&block);
    frame
}

#[tokio::test]
async fn an_answer_that_http_2_keeps_back_is_reset() {
    let app = app(&["WRITE_TIMEOUT_SECS"]).await;
    fill(&app).await;
    let mut raw = Raw::to(app.address).await;
    // SETTINGS_INITIAL_WINDOW_SIZE = 0.
    raw.send(&HTTP2[..24]).await;
    raw.send(b"\0\0\x06\x04\0\0\0\0\0\0\x04\0\0\0\0").await;
    raw.send(http2_get()).await;
    let began = Instant::now();
    let mut bytes = Vec::new();
    // RST_STREAM of stream 1.
    let reset = [0, 0, 4, 3, 0, 0, 0, 0, 1];
    while !bytes.windows(reset.len()).any(|nine| nine == reset) {
        assert!(began.elapsed() < SOON, "no reset in {bytes:?}");
        let mut piece = [0; 4096];
        let reading = tokio::io::AsyncReadExt::read(&mut raw.0, &mut piece);
        let read = tokio::time::timeout(SOON, reading).await;
        let length = read.expect("in time").expect("no end");
        assert_ne!(length, 0, "ended after {bytes:?}");
        bytes.extend_from_slice(&piece[..length]);
    }
}

#[tokio::test]
async fn an_http_2_body_that_does_not_come_is_answered_408() {
    let app = app(&["BODY_TIMEOUT_SECS"]).await;
    let mut raw = Raw::to(app.address).await;
    raw.send(HTTP2).await;
    let mut head = http2_get();
    // POST, and the stream does not end with its head.
    head[9] = 0x83;
    head[4] = 0x4;
    raw.send(&head).await;
    let began = Instant::now();
    let mut bytes = Vec::new();
    while !String::from_utf8_lossy(&bytes).contains("request_timeout") {
        assert!(began.elapsed() < SOON, "no answer in {bytes:?}");
        let mut piece = [0; 4096];
        let reading = tokio::io::AsyncReadExt::read(&mut raw.0, &mut piece);
        let read = tokio::time::timeout(SOON, reading).await;
        let length = read.expect("in time").expect("no end");
        assert_ne!(length, 0, "ended after {bytes:?}");
        bytes.extend_from_slice(&piece[..length]);
    }
}
