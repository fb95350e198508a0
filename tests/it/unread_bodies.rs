//! A request that is refused before its body was read leaves a connection that can be used again.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

use crate::support::{
    App, Kind, Options, Schema,
    raw::{Raw, status},
};

/// Sends a head, its body a moment later, and gives back what is answered within another moment.
fn exchange(connection: &mut TcpStream, head: &str, body: &str) -> String {
    let length = body.len();
    let head = format!(
        "{head} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
         Content-Length: {length}\r\n\r\n"
    );
    connection.write_all(head.as_bytes()).expect("sent");
    // Late, as bodies are that a client sends as a packet of their own.
    std::thread::sleep(Duration::from_millis(50));
    connection.write_all(body.as_bytes()).expect("sent");
    let mut answer = [0; 4096];
    let size = connection.read(&mut answer).expect("answered");
    String::from_utf8_lossy(&answer[..size]).into_owned()
}

fn refused_and_used_again(address: SocketAddr) {
    let mut connection = TcpStream::connect(address).expect("connects");
    let patience = Some(Duration::from_secs(10));
    connection.set_read_timeout(patience).expect("is set");
    for (head, status) in [
        ("POST /nowhere", "404"),
        ("POST /api/v1/users/x", "405"),
        ("POST /api/v1/users?nope=1", "400"),
        ("DELETE /api/v1/users/nobody", "404"),
        ("POST /api/v1/users", "422"),
    ] {
        let answer = exchange(&mut connection, head, r#"{"name":5}"#);
        assert_eq!(answer.get(9..12), Some(status), "{head}: {answer:?}");
    }
}

#[tokio::test]
async fn a_connection_survives_requests_that_were_refused_early() {
    let app = App::builder(Schema::Sample).on(Kind::Sqlite).start().await;
    let address = app.address;
    tokio::task::spawn_blocking(move || refused_and_used_again(address))
        .await
        .expect("no panic");
}

/// A server that wants a key.
async fn closed() -> App {
    let options = Options::default()
        .set("ENVIRONMENT", "staging")
        .set("SECRET_KEY", "0123456789abcdef");
    App::builder(Schema::Sample)
        .on(Kind::Sqlite)
        .with(options)
        .start()
        .await
}

#[tokio::test]
async fn without_the_key_a_small_body_is_dropped_and_the_connection_goes_on() {
    let app = closed().await;
    let mut raw = Raw::to(app.address).await;
    for _ in 0..3 {
        raw.send("POST /api/v1/users HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n")
            .await;
        tokio::time::sleep(Duration::from_millis(20)).await;
        raw.send("{}").await;
        let answer = raw.answer().await;
        assert_eq!(status(&answer), 401, "{answer}");
        assert!(!answer.contains("connection: close"), "{answer}");
    }
}

#[tokio::test]
async fn without_the_key_a_body_is_not_waited_for() {
    let app = closed().await;
    for (headers, sent) in [
        ("Content-Length: 1000000", ""),
        ("Content-Length: 20", "{"),
        ("Content-Length: 1000000\r\nExpect: 100-continue", ""),
        ("Content-Length: 2\r\nExpect: 100-continue", ""),
        ("Transfer-Encoding: chunked", "5\r\nab"),
    ] {
        let mut raw = Raw::to(app.address).await;
        raw.send(format!(
            "POST /rest/v1/User HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n\r\n{sent}"
        ))
        .await;
        let answer = raw.answer().await;
        assert_eq!(status(&answer), 401, "{answer}");
        assert!(answer.contains("connection: close"), "{answer}");
        // The client goes on sending and still has its answer, not a broken connection.
        raw.try_send(vec![b' '; 500_000]).await;
        assert_eq!(raw.rest().await, "");
    }
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused_before_it_is_sent() {
    let options = Options::default().set("MAX_BODY_BYTES", "1000");
    let app = App::builder(Schema::Sample)
        .on(Kind::Sqlite)
        .with(options)
        .start()
        .await;
    for expect in ["", "Expect: 100-continue\r\n"] {
        let mut raw = Raw::to(app.address).await;
        raw.send(format!(
            "POST /api/v1/users HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n{expect}\r\n"
        ))
        .await;
        assert_eq!(status(&raw.answer().await), 413);
    }
    // As large as it may be: the client is told to go on.
    let mut raw = Raw::to(app.address).await;
    raw.send(
        "POST /api/v1/users HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
         Content-Length: 2\r\nExpect: 100-continue\r\n\r\n",
    )
    .await;
    assert_eq!(status(&raw.answer().await), 100);
    raw.send("{}").await;
    assert_eq!(status(&raw.answer().await), 422);
}
