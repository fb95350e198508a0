//! A SQLite database in memory for tests that read one.

// Each test binary uses a part of it.
#![allow(dead_code)]

use std::io::Write;

use reflect::{PrismaSchema, Snapshot, connect, prisma::Disagreement, read, read_with_prisma};
use sea_orm::{ConnectionTrait, DatabaseConnection};

/// A database with the schema that `sql` creates.
pub async fn database(sql: &str) -> DatabaseConnection {
    let url = "sqlite::memory:".parse().expect("a valid URL");
    let db = connect(&url).await.expect("memory is always there");
    db.execute_unprepared(sql)
        .await
        .expect("the test's SQL is valid");
    db
}

/// What reflection makes of the schema that `sql` creates.
pub async fn reflected(sql: &str) -> Snapshot {
    read(&database(sql).await, &[])
        .await
        .expect("the schema is readable")
}

/// The same, with what a schema.prisma says.
pub async fn reflected_with(sql: &str, schema: &PrismaSchema) -> (Snapshot, Vec<Disagreement>) {
    read_with_prisma(&database(sql).await, &[], schema)
        .await
        .expect("the schema is readable")
}

/// Says on the terminal, past the test runner's capture, that a test was skipped.
pub fn say_skipped(reason: &str) {
    let test = std::thread::current().name().unwrap_or_default().to_owned();
    let _ = writeln!(std::io::stderr(), "skipped: {test}: {reason}");
}
