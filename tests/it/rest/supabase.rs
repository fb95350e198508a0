//! The real supabase-js: `tests/supabase/client.mjs` in Node.
//!
//! Where Node or the registry of npm is missing, it is skipped, and says so.

use std::{io::Write, process::Stdio};

use tokio::process::Command;

use crate::support::{App, Kind, Options, Schema};

const KEY: &str = "a-key-of-thirty-two-characters-x";
/// Exit code of `prepare` where Node, npm or the packages are not to be had.
const NOT_TO_BE_HAD: i32 = 3;

#[tokio::test]
async fn supabase_js_does_what_its_documentation_shows() {
    let prepared = Command::new("tests/supabase/prepare")
        .stdin(Stdio::null())
        .output()
        .await
        .expect("a shell");
    let said = String::from_utf8_lossy(&prepared.stderr);
    if prepared.status.code() == Some(NOT_TO_BE_HAD) {
        // Past the test runner's capture.
        let _ = writeln!(std::io::stderr(), "skipped: supabase-js: {said}");
        return;
    }
    assert!(prepared.status.success(), "{said}");
    let options = Options::default()
        .set("ENVIRONMENT", "staging")
        .set("SECRET_KEY", KEY);
    let app = App::start_with(Schema::Sample, Kind::Postgres, options).await;
    let script = Command::new("node")
        .arg("tests/supabase/client.mjs")
        .env("SERVER_URL", format!("http://{}", app.address))
        .env("SERVER_KEY", KEY)
        .kill_on_drop(true)
        .output()
        .await
        .expect("Node has been found before");
    let said = String::from_utf8_lossy(&script.stderr);
    assert!(script.status.success(), "{said}");
}
