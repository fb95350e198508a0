//! Programs of others that stories run: in Node those of `tests/prisma`, `tests/supabase` and
//! `tests/typescript`, in Python that of `tests/schemathesis`.

use std::{collections::HashMap, io::Write, path::Path, process::Stdio};

use tokio::{process::Command, sync::Mutex};

/// Exit code of `prepare` where the language or the packages are not to be had.
const NOT_TO_BE_HAD: i32 = 3;

/// Whether the program of a folder can be run here; says so where they cannot, past the test
/// runner's capture.
///
/// # Panics
/// Where its packages are to be had, but cannot be prepared.
pub async fn is_here(folder: &'static str) -> bool {
    static MISSING: Mutex<Option<HashMap<&str, Option<String>>>> = Mutex::const_new(None);
    let mut missing = MISSING.lock().await;
    let missing = missing.get_or_insert_default();
    if !missing.contains_key(folder) {
        missing.insert(folder, prepare(folder).await);
    }
    if let Some(reason) = &missing[folder] {
        let test = std::thread::current().name().unwrap_or_default().to_owned();
        let _ = writeln!(std::io::stderr(), "skipped: {test}: {reason}");
    }
    missing[folder].is_none()
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
        .expect("a script of ours");
    let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    match output.status.code() {
        Some(0) => None,
        Some(NOT_TO_BE_HAD) => Some(said),
        _ => panic!("{folder} cannot be prepared:\n{said}"),
    }
}
