//! A SQLite database in memory for tests that read one.

use reflect::{Snapshot, connect, read};
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
