//! The TypeScript client with the types that `refract types` writes: `tests/client`.
//!
//! The server is the real program under the sample app's catalog, which has Prisma's names. The story
//! is skipped where Node or the registry of npm is missing: see [`crate::support::programs`].

use std::{net::TcpListener, process::Stdio, time::Duration};

use tokio::process::{Child, Command};

use crate::support::{App, Kind, Schema, programs};

/// The program, with the sample app's catalog and nobody's settings.
fn sidecar(verb: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sidecar"));
    command
        .arg(verb)
        .env_clear()
        .env("CATALOG", "sample/catalog.json")
        .env("REFRACT_CONFIG", "none")
        .kill_on_drop(true);
    command
}

/// Serves a database, or the sandbox, until the process is dropped.
async fn served(database_url: &str) -> (Child, String) {
    let free = TcpListener::bind("127.0.0.1:0").expect("binds");
    let address = free.local_addr().expect("an address");
    drop(free);
    let process = sidecar("serve")
        .env("PORT", address.port().to_string())
        .env("DATABASE_URL", database_url)
        .stderr(Stdio::null())
        .spawn()
        .expect("starts");
    for _ in 0..200 {
        if tokio::net::TcpStream::connect(address).await.is_ok() {
            return (process, format!("http://{address}"));
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("nothing listens on {address}");
}

async fn the_client_of_npm_compiles_strictly_and_runs(kind: Kind) {
    if !programs::is_here("tests/typescript").await {
        return;
    }
    let app = App::builder(Schema::Sample).on(kind).start().await;
    let database_url = match kind {
        Kind::Postgres => app.database_url(),
        Kind::Sqlite => "",
    };
    let (_process, url) = served(database_url).await;
    let directory = tempfile::tempdir().expect("a directory");
    let types = sidecar("types")
        .arg("--out")
        .arg(directory.path().join("refract.ts"))
        .output()
        .await
        .expect("the sidecar's own verb");
    let said = String::from_utf8_lossy(&types.stderr);
    assert!(types.status.success(), "{said}");
    let mut run = Command::new("tests/client/run");
    run.arg(directory.path()).env("SERVER_URL", url);
    if kind == Kind::Sqlite {
        run.env("ON_SQLITE", "1");
    }
    let run = run
        .kill_on_drop(true)
        .output()
        .await
        .expect("a script of ours");
    let said = [run.stdout, run.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    assert!(run.status.success(), "{said}");
}

#[tokio::test]
async fn the_client_of_npm_compiles_strictly_and_runs_on_postgres() {
    the_client_of_npm_compiles_strictly_and_runs(Kind::Postgres).await;
}

#[tokio::test]
async fn the_client_of_npm_compiles_strictly_and_runs_on_sqlite() {
    the_client_of_npm_compiles_strictly_and_runs(Kind::Sqlite).await;
}
