//! The upper bound of poem and tokio-postgres: the resources of the benchmarks, written by hand for
//! exactly the requests that are measured.
//!
//! Answers are Refract's byte for byte, except below `/json-agg`, where the database writes
//! the JSON of lists.

mod cells;
mod database;
mod json;
mod resources;
mod writes;

use std::{env, error::Error, sync::Arc};

use database::Database;
use poem::{Route, Server, listener::TcpListener};

/// Connections that share the statements, unless `CONNECTIONS` says otherwise.
const CONNECTIONS: usize = 8;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let connections = match env::var("CONNECTIONS") {
        Ok(text) => text.parse()?,
        Err(_) => CONNECTIONS,
    };
    let database = Arc::new(Database::connect(&env::var("DATABASE_URL")?, connections).await?);
    let routes = Route::new()
        .at("/api/v1/users", resources::Users(database.clone()))
        .at("/api/v1/users/:id", resources::User(database.clone()))
        .at("/api/v1/posts", resources::Posts(database.clone()))
        .at(
            "/json-agg/api/v1/users",
            resources::UsersInSql(database.clone()),
        )
        .at("/json-agg/api/v1/posts", resources::PostsInSql(database));
    let address = format!("127.0.0.1:{}", env::var("PORT")?);
    Server::new(TcpListener::bind(address)).run(routes).await?;
    Ok(())
}
