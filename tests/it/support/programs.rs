//! Programs that stories run beside the server: Node for `tests/prisma`, `tests/supabase` and
//! `tests/typescript`, Node and Chromium for `tests/browser`, Python for `tests/schemathesis`, PgBouncer.
//!
//! `scripts/test-programs` installs them. A story whose program is missing is skipped and says so; where
//! `REQUIRE_PROGRAMS=1` is set, as in `.ci/run`, it fails.

use std::{collections::HashMap, io::Write, path::Path, process::Stdio};

use tokio::{process::Command, sync::Mutex};

/// Exit code of scripts that have not found their program or its packages.
pub const MISSING: i32 = 3;

/// Says that this story is skipped, past the test runner's capture.
///
/// # Panics
/// Where `REQUIRE_PROGRAMS=1` is set.
pub fn skip(reason: &str) {
    let story = std::thread::current().name().unwrap_or_default().to_owned();
    let is_required = std::env::var("REQUIRE_PROGRAMS").is_ok_and(|value| value == "1");
    assert!(!is_required, "REQUIRE_PROGRAMS=1: {reason}");
    let _ = writeln!(std::io::stderr(), "SKIPPED: {story}: {reason}");
}

/// Whether the program of a folder can be run here. The story is skipped where it cannot.
///
/// # Panics
/// Where its packages could be found but not be prepared, and as [`skip`] does.
pub async fn is_here(folder: &'static str) -> bool {
    static REASONS: Mutex<Option<HashMap<&str, Option<String>>>> = Mutex::const_new(None);
    let mut reasons = REASONS.lock().await;
    let reasons = reasons.get_or_insert_default();
    if !reasons.contains_key(folder) {
        reasons.insert(folder, prepare(folder).await);
    }
    if let Some(reason) = &reasons[folder] {
        skip(reason);
    }
    reasons[folder].is_none()
}

async fn prepare(folder: &str) -> Option<String> {
    let own = Path::new(folder).join("prepare");
    let mut command = match own.exists() {
        true => Command::new(own),
        false => Command::new("tests/npm/prepare"),
    };
    let output = command
        .arg(folder)
        .stdin(Stdio::null())
        .output()
        .await
        .expect("the script is there");
    let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    match output.status.code() {
        Some(0) => None,
        Some(MISSING) => Some(said),
        _ => panic!("{folder} cannot be prepared:\n{said}"),
    }
}
