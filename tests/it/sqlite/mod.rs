//! What only SQLite has: values of no type, one writer at a time, transactions that the database
//! undoes by itself. PostgreSQL has stories of its own for its kin of each.

mod errors;
mod moment_indexes;
mod moments;
mod timeouts;
mod transactions;

use crate::support::{App, Kind, Options, database::TestDatabase};

async fn app_with(sql: &str, options: Options) -> App {
    let database = TestDatabase::made_by(sql, Kind::Sqlite, &["main"]).await;
    App::builder(database).with(options).start().await
}

async fn app(sql: &str) -> App {
    app_with(sql, Options::default()).await
}
