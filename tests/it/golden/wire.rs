//! Listens to the statements that a server sends to its database.
//!
//! On PostgreSQL it is a proxy that reads the messages `Parse`, `Bind` and `Query` (PostgreSQL
//! documentation, 54.7). SQLite has no wire: there the engine calls a listener, on the test's own thread,
//! since the server under test runs on the runtime of its test.

use std::{
    cell::RefCell,
    collections::HashMap,
    sync::{Arc, Mutex},
};

use refract::internals::{SQLITE_LISTENER, SqliteParameter};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

const SSL_REQUEST: u32 = 80_877_103;
const STARTUP: u32 = 196_608;
/// What the driver asks to learn the types of parameters; how often depends on what it knows already.
const OF_THE_DRIVER: [&str; 3] = [
    "pg_catalog.pg_type",
    "pg_catalog.pg_enum",
    "pg_catalog.pg_attribute",
];

thread_local! {
    /// What listens to SQLite on this thread.
    static LISTENING: RefCell<Option<Recorder>> = const { RefCell::new(None) };
}

/// The statements sent so far, each with its values on lines of their own.
#[derive(Clone)]
pub struct Recorder(Arc<Mutex<Vec<String>>>);

impl Recorder {
    pub fn new() -> Self {
        Self(Arc::default())
    }

    /// The statements since the last call.
    pub fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().expect("no test has panicked"))
    }

    fn note(&self, sql: &str, values: impl IntoIterator<Item = String>) {
        if sql.is_empty() {
            return;
        }
        let mut text = format!("{sql}\n");
        for (at, value) in values.into_iter().enumerate() {
            text.push_str(&format!("--   ${} = {value}\n", at + 1));
        }
        self.0.lock().expect("no test has panicked").push(text);
    }

    /// Records the statements on SQLite of servers that run on this thread.
    pub fn listen_to_sqlite(&self) {
        LISTENING.set(Some(self.clone()));
        SQLITE_LISTENER.get_or_init(|| {
            |sql, values| {
                LISTENING.with_borrow(|recorder| {
                    if let Some(recorder) = recorder {
                        recorder.note(sql, values.iter().map(literal));
                    }
                });
            }
        });
    }

    /// A URL that leads to a PostgreSQL database through this recorder.
    pub async fn before_postgres(&self, url: &str) -> String {
        let mut url = url::Url::parse(url).expect("a URL");
        let host = url.host_str().expect("a host");
        let target = format!("{host}:{}", url.port().unwrap_or(5432));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        url.set_host(Some("127.0.0.1")).expect("a host");
        url.set_port(Some(address.port())).expect("a port");
        // Encrypted messages could not be read.
        url.query_pairs_mut().append_pair("sslmode", "disable");
        let recorder = self.clone();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let server = TcpStream::connect(&target).await.expect("PostgreSQL");
                tokio::spawn(recorder.clone().pass_on(client, server));
            }
        });
        url.into()
    }

    async fn pass_on(self, client: TcpStream, server: TcpStream) {
        let (mut from_client, mut to_client) = client.into_split();
        let (mut from_server, mut to_server) = server.into_split();
        let answers = tokio::io::copy(&mut from_server, &mut to_client);
        let requests = async {
            let mut session = Session::default();
            let mut chunk = vec![0; 64 * 1024];
            loop {
                let length = from_client.read(&mut chunk).await?;
                if length == 0 {
                    return to_server.shutdown().await;
                }
                // Before it is passed on: a request's answer comes after its statements were noted.
                session.read(&chunk[..length], &self);
                to_server.write_all(&chunk[..length]).await?;
            }
        };
        let _ = tokio::join!(answers, requests);
    }
}

/// What is known of one connection.
#[derive(Default)]
struct Session {
    unread: Vec<u8>,
    has_started: bool,
    /// Whether it is the engine's own, and not the one for hand-written endpoints and for looks at the schema.
    is_recorded: bool,
    prepared: HashMap<String, String>,
}

impl Session {
    fn read(&mut self, bytes: &[u8], recorder: &Recorder) {
        self.unread.extend_from_slice(bytes);
        loop {
            // Messages have a type before their length; the first ones have none.
            let at = usize::from(self.has_started);
            let Some(length) = self.unread.get(at..at + 4) else {
                return;
            };
            let length = u32::from_be_bytes(length.try_into().expect("four bytes")) as usize;
            if self.unread.len() < at + length {
                return;
            }
            let message: Vec<u8> = self.unread.drain(..at + length).collect();
            let mut body = Fields(&message[at + 4..]);
            if self.has_started {
                self.message(message[0], &mut body, recorder);
            } else {
                self.first(&mut body);
            }
        }
    }

    fn first(&mut self, body: &mut Fields<'_>) {
        match body.int32() {
            SSL_REQUEST => {}
            STARTUP => {
                self.has_started = true;
                let mut name = body.text();
                while !name.is_empty() {
                    let value = body.text();
                    self.is_recorded |= name == "application_name" && value == "refract";
                    name = body.text();
                }
            }
            other => panic!("a message of an unknown kind begins a connection: {other}"),
        }
    }

    fn message(&mut self, kind: u8, body: &mut Fields<'_>, recorder: &Recorder) {
        match kind {
            b'P' => {
                let (name, sql) = (body.text(), body.text());
                self.prepared.insert(name, sql);
            }
            b'B' => {
                let (_portal, name) = (body.text(), body.text());
                let sql = &self.prepared[&name];
                if !self.is_recorded || OF_THE_DRIVER.iter().any(|table| sql.contains(table)) {
                    return;
                }
                for _ in 0..body.int16() {
                    assert_eq!(body.int16(), 0, "values are sent as text");
                }
                let values = (0..body.int16()).map(|_| body.value());
                recorder.note(sql, values);
            }
            b'Q' if self.is_recorded => recorder.note(&body.text(), []),
            _ => {}
        }
    }
}

/// The fields of a message, from its beginning.
struct Fields<'message>(&'message [u8]);

impl Fields<'_> {
    fn bytes(&mut self, length: usize) -> &[u8] {
        let (taken, rest) = self.0.split_at(length);
        self.0 = rest;
        taken
    }

    fn int16(&mut self) -> u16 {
        u16::from_be_bytes(self.bytes(2).try_into().expect("two bytes"))
    }

    fn int32(&mut self) -> u32 {
        u32::from_be_bytes(self.bytes(4).try_into().expect("four bytes"))
    }

    fn text(&mut self) -> String {
        let length = self.0.iter().position(|byte| *byte == 0).expect("an end");
        let text = String::from_utf8(self.bytes(length).to_vec()).expect("UTF-8");
        self.bytes(1);
        text
    }

    fn value(&mut self) -> String {
        match self.int32() {
            u32::MAX => "NULL".to_owned(),
            length => quoted(&String::from_utf8_lossy(self.bytes(length as usize))),
        }
    }
}

fn literal(value: &SqliteParameter) -> String {
    match value {
        SqliteParameter::Text(text) => quoted(text),
        SqliteParameter::Integer(number) => number.to_string(),
        SqliteParameter::Real(number) => format!("{number:?}"),
        SqliteParameter::Blob(bytes) => {
            let digits = bytes.iter().map(|byte| format!("{byte:02x}"));
            format!("x'{}'", digits.collect::<String>())
        }
        SqliteParameter::Null => "NULL".to_owned(),
    }
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
