//! The real Prisma Client: `tests/prisma/client.mjs` in Node.

use std::process::Stdio;

use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines},
    process::{Child, ChildStdin, ChildStdout, Command},
};

use crate::support::programs;

/// Prisma Client on a database. It ends when it is dropped.
pub struct Prisma {
    requests: ChildStdin,
    answers: Lines<BufReader<ChildStdout>>,
    _process: Child,
}

impl Prisma {
    /// The client; call [`is_here`] before.
    pub fn start(url: &str) -> Self {
        Self::of(".generated", url)
    }

    /// The client that is generated in this folder.
    pub fn of(generated: &str, url: &str) -> Self {
        let mut process = Command::new("node")
            .arg("tests/prisma/client.mjs")
            .env("GENERATED", generated)
            .env("DATABASE_URL", url)
            // Where the client is right about `timestamptz`, see `times`.
            .env("PGOPTIONS", "-c timezone=UTC")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("Node has been found before");
        let answers = process.stdout.take().expect("a pipe");
        Self {
            requests: process.stdin.take().expect("a pipe"),
            answers: BufReader::new(answers).lines(),
            _process: process,
        }
    }

    /// What `prisma[model][action](args)` gives, as `JSON.stringify` prints it.
    pub async fn call(&mut self, model: &str, action: &str, args: Value) -> Value {
        let request = json!({ "model": model, "action": action, "args": args });
        let line = format!("{request}\n");
        let sent = self.requests.write_all(line.as_bytes()).await;
        sent.expect("the client listens");
        let answer = self.answers.next_line().await.expect("the client speaks");
        let answer = answer.unwrap_or_else(|| panic!("the client ended at {request}"));
        let mut answer: Value = serde_json::from_str(&answer).expect("JSON");
        assert!(answer["error"].is_null(), "{request}\n{answer:#}");
        answer["ok"].take()
    }

    pub async fn create(&mut self, model: &str, data: Value) -> Value {
        self.call(model, "create", json!({ "data": data })).await
    }

    pub async fn find(&mut self, model: &str, key: Value) -> Value {
        self.call(model, "findUnique", json!({ "where": key }))
            .await
    }
}

/// Whether Prisma Client can be run here.
pub async fn is_here() -> bool {
    programs::is_here("tests/prisma").await
}
