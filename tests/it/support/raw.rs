//! A connection whose bytes a story writes and reads itself.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
    time::timeout,
};

use super::PATIENCE;

pub struct Raw(pub TcpStream);

impl Raw {
    pub async fn to(address: SocketAddr) -> Self {
        Self(TcpStream::connect(address).await.expect("connects"))
    }

    /// A connection whose system keeps little of what is sent to it.
    pub async fn with_little_room(address: SocketAddr) -> Self {
        let socket = TcpSocket::new_v4().expect("a socket");
        socket.set_recv_buffer_size(4096).expect("is set");
        Self(socket.connect(address).await.expect("connects"))
    }

    pub async fn send(&mut self, bytes: impl AsRef<[u8]>) -> &mut Self {
        self.0.write_all(bytes.as_ref()).await.expect("is sent");
        self
    }

    /// Sends what the server may have ceased to take.
    pub async fn try_send(&mut self, bytes: impl AsRef<[u8]>) -> bool {
        self.0.write_all(bytes.as_ref()).await.is_ok()
    }

    /// One answer with a Content-Length: head and body.
    pub async fn answer(&mut self) -> String {
        let mut bytes = Vec::new();
        loop {
            let text = String::from_utf8_lossy(&bytes).into_owned();
            if let Some((head, body)) = text.split_once("\r\n\r\n") {
                let is_informational = head.starts_with("HTTP/1.1 1");
                let length = head.lines().find_map(|line| {
                    let (name, value) = line.split_once(": ")?;
                    name.eq_ignore_ascii_case("content-length")
                        .then(|| value.parse::<usize>().ok())?
                });
                if is_informational || body.len() >= length.unwrap_or(0) {
                    return text;
                }
            }
            let mut piece = [0; 4096];
            let read = timeout(PATIENCE, self.0.read(&mut piece)).await;
            let length = read.expect("answers in time").expect("answers");
            assert_ne!(length, 0, "ended after {text:?}");
            bytes.extend_from_slice(&piece[..length]);
        }
    }

    /// Everything until the server ends the connection, which it must do, and must not do by a reset.
    pub async fn rest(&mut self) -> String {
        let mut bytes = Vec::new();
        let end = timeout(PATIENCE, self.0.read_to_end(&mut bytes)).await;
        let text = String::from_utf8_lossy(&bytes).into_owned();
        end.unwrap_or_else(|_| panic!("still open after {text:?}"))
            .unwrap_or_else(|error| panic!("{error} after {text:?}"));
        text
    }

    /// How many bytes come until the server ends the connection, and how long that takes.
    pub async fn ended(&mut self) -> (usize, Duration) {
        let began = Instant::now();
        let mut bytes = Vec::new();
        // A reset is an end too.
        let _ = timeout(PATIENCE, self.0.read_to_end(&mut bytes))
            .await
            .expect("ends in time");
        (bytes.len(), began.elapsed())
    }
}

/// The status of an answer.
#[track_caller]
pub fn status(answer: &str) -> u16 {
    let status = answer.get(9..12).and_then(|status| status.parse().ok());
    status.unwrap_or_else(|| panic!("no status in {answer:?}"))
}

/// The body of an answer that has one of JSON.
#[track_caller]
pub fn body(answer: &str) -> serde_json::Value {
    let (_, body) = answer.split_once("\r\n\r\n").expect("a head");
    serde_json::from_str(body).unwrap_or_else(|error| panic!("{error} in {answer:?}"))
}
