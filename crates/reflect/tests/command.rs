//! The command behind `make orm`, as it is run: variables in, words and exit codes out.

use std::{
    fs,
    net::TcpListener,
    process::{Command, Output},
};

/// `reflect check` in a folder with this `.env`, these variables and no others, beside an empty
/// snapshot.
fn check(dot_env: &str, variables: &[(&str, &str)], files: &[&str]) -> Output {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("entity")).expect("a folder");
    let snapshot = r#"{ "format": 2, "database": "sqlite", "schemas": ["main"], "tables": [] }"#;
    fs::write(folder.path().join("entity/catalog.json"), snapshot).expect("writes");
    fs::write(folder.path().join(".env"), dot_env).expect("writes");
    for file in files {
        fs::write(folder.path().join(file), "").expect("writes");
    }
    Command::new(env!("CARGO_BIN_EXE_reflect"))
        .arg("check")
        .current_dir(folder.path())
        .env_clear()
        .envs(variables.iter().copied())
        .output()
        .expect("runs")
}

/// The one line that a command fails with.
fn refused(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{text}");
    assert_eq!(text.trim().lines().count(), 1, "{text}");
    for secret in ["hunter2", "w/rd"] {
        assert!(!text.contains(secret), "{text}");
    }
    text
}

#[test]
fn dot_env_is_read_as_next_js_reads_it() {
    let dot_env = "DATABASE_URL='file:./${NAME}.db'\nNAME=${BASE:-app}\n";
    let found = check(dot_env, &[], &["app.db"]);
    let text = String::from_utf8_lossy(&found.stdout).into_owned();
    assert_eq!(found.status.code(), Some(0), "{found:?}");
    assert!(text.contains("app.db"), "{text}");
    let text = refused(&check(dot_env, &[("BASE", "other")], &["app.db"]));
    assert!(text.contains("no SQLite file ./other.db"), "{text}");
    let text = refused(&check(
        "DATABASE_URL=postgresql://u:hunter2#x@h/d",
        &[],
        &[],
    ));
    assert!(
        text.contains("DATABASE_URL") && text.contains("`#`"),
        "{text}"
    );
}

#[test]
fn what_cannot_be_reached_is_told_in_one_line() {
    let port = TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .expect("a port")
        .port();
    let url = format!("postgresql://u:hunter2@127.0.0.1:{port}/d");
    let text = refused(&check("", &[("DATABASE_URL", &url)], &[]));
    let said = format!("nothing listens at 127.0.0.1:{port}");
    assert!(text.contains(&said), "{text}");
    let url = "postgresql://u:p@ss#w/rd@host/db";
    let text = refused(&check("", &[("DATABASE_URL", url)], &[]));
    assert!(text.contains("`#`") && text.contains("%23"), "{text}");
    let text = refused(&check("", &[("DATABASE_URL", "file:.")], &[]));
    assert!(text.contains("is a folder"), "{text}");
}
