//! A client in TypeScript that is generated from the document: `tests/typescript`.
//!
//! It is skipped where Node or the registry of npm is missing: see [`crate::support::programs`].

use tokio::process::Command;

use crate::support::{App, Kind, Schema, programs};

async fn a_generated_client_compiles_and_runs(kind: Kind) {
    if !programs::is_here("tests/typescript").await {
        return;
    }
    let app = App::builder(Schema::Sample).on(kind).start().await;
    let directory = tempfile::tempdir().expect("a directory");
    let run = Command::new("tests/typescript/run")
        .arg(directory.path())
        .env("SERVER_URL", format!("http://{}", app.address))
        .kill_on_drop(true)
        .output()
        .await
        .expect("a script of ours");
    let said = [run.stdout, run.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    assert!(run.status.success(), "{said}");
}

#[tokio::test]
async fn a_generated_client_compiles_and_runs_on_postgres() {
    a_generated_client_compiles_and_runs(Kind::Postgres).await;
}

#[tokio::test]
async fn a_generated_client_compiles_and_runs_on_sqlite() {
    a_generated_client_compiles_and_runs(Kind::Sqlite).await;
}
