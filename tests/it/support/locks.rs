//! Statements that wait for each other.

use std::time::{Duration, Instant};

use sea_orm::{ConnectionTrait, DatabaseConnection, Statement};

use super::PATIENCE;

/// Waits until a statement of the server waits for a lock.
pub async fn waits_for_lock(db: &DatabaseConnection) {
    until(db, "", |found| found > 0).await;
}

/// Waits until so many statements that hold a text wait for a lock; those that look at the schema
/// may wait too.
pub async fn waiting(db: &DatabaseConnection, count: i64, text: &str) {
    until(db, text, |found| found == count).await;
}

async fn until(db: &DatabaseConnection, text: &str, enough: impl Fn(i64) -> bool) {
    let sql = format!(
        "SELECT count(*) FROM pg_stat_activity
          WHERE datname = current_database() AND wait_event_type = 'Lock'
            AND query LIKE '%{text}%'"
    );
    let started = Instant::now();
    loop {
        let statement = Statement::from_string(db.get_database_backend(), sql.clone());
        let row = db.query_one_raw(statement).await.expect("asks the server");
        let found: i64 = row.expect("a row").try_get_by(0).expect("a number");
        if enough(found) {
            return;
        }
        assert!(started.elapsed() < PATIENCE, "{found} wait for the lock");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
