//! The real supabase-js: `tests/supabase/client.mjs` in Node.
//!
//! It is skipped where Node or the registry of npm is missing: see [`crate::support::programs`].

use tokio::process::Command;

use crate::support::{App, Options, Schema, programs};

const KEY: &str = "a-key-of-thirty-two-characters-x";

#[tokio::test]
async fn supabase_js_does_what_its_documentation_shows() {
    if !programs::is_here("tests/supabase").await {
        return;
    }
    let options = Options::default()
        .set("ENVIRONMENT", "staging")
        .set("SECRET_KEY", KEY);
    let app = App::builder(Schema::Sample).with(options).start().await;
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
