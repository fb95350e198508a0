//! The TypeScript client with the types that `refract types` writes: `tests/client`.
//!
//! It is skipped where Node or the registry of npm is missing: see [`crate::support::programs`].

use tokio::process::Command;

use crate::support::{App, Kind, Schema, programs};

async fn the_client_of_npm_compiles_strictly_and_runs(kind: Kind) {
    if !programs::is_here("tests/typescript").await {
        return;
    }
    let app = App::builder(Schema::Sample).on(kind).start().await;
    let directory = tempfile::tempdir().expect("a directory");
    let types = Command::new(env!("CARGO_BIN_EXE_sidecar"))
        .args(["types", "--out"])
        .arg(directory.path().join("refract.ts"))
        .env("CATALOG", "sample/catalog.json")
        .env("REFRACT_CONFIG", "none")
        .output()
        .await
        .expect("the sidecar's own verb");
    let said = String::from_utf8_lossy(&types.stderr);
    assert!(types.status.success(), "{said}");
    let mut run = Command::new("tests/client/run");
    run.arg(directory.path())
        .env("SERVER_URL", format!("http://{}", app.address));
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
