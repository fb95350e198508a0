//! schemathesis makes requests of the document, valid ones and others, and holds the answers against
//! it: `tests/schemathesis`. `scripts/fuzz-api` does the same at length.
//!
//! It is skipped where Python or its package index is missing: see [`crate::support::programs`].

use tokio::process::Command;

use crate::support::{App, Kind, Schema, programs};

async fn schemathesis_finds_no_violation(kind: Kind) {
    if !programs::is_here("tests/schemathesis").await {
        return;
    }
    let app = App::builder(Schema::Sample).on(kind).start().await;
    let directory = tempfile::tempdir().expect("a directory");
    let run = Command::new(concat!(env!("CARGO_MANIFEST_DIR"), "/scripts/fuzz-api"))
        .arg(format!("http://{}", app.address))
        // The same requests each time.
        .args(["--phases", "fuzzing", "--max-examples", "2"])
        .arg("--generation-deterministic")
        .current_dir(directory.path())
        .kill_on_drop(true)
        .output()
        .await
        .expect("a script of ours");
    let said = [run.stdout, run.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    assert!(run.status.success(), "{said}");
    let tested = said.split_once("Tested: ").expect("a summary").1;
    let tested = tested
        .split_whitespace()
        .next()
        .and_then(|number| number.parse().ok());
    assert!(tested > Some(100), "{said}");
}

#[tokio::test]
async fn schemathesis_finds_no_violation_on_postgres() {
    schemathesis_finds_no_violation(Kind::Postgres).await;
}

#[tokio::test]
async fn schemathesis_finds_no_violation_on_sqlite() {
    schemathesis_finds_no_violation(Kind::Sqlite).await;
}
