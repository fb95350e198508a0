//! A request that is refused before its body was read leaves a connection that can be used again.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

use crate::support::{App, Kind, Schema};

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
    let app = App::start(Schema::Sample, Kind::Sqlite).await;
    let address = app.address;
    tokio::task::spawn_blocking(move || refused_and_used_again(address))
        .await
        .expect("no panic");
}
