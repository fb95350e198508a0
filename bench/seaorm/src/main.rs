//! The benches' resources as an ordinary developer writes them with poem and SeaORM: models of
//! their own, handlers with extractors, a pool with its defaults.

mod posts;
mod users;

use std::{env, error::Error};

use poem::{EndpointExt, Route, Server, get, listener::TcpListener};
use sea_orm::Database;
use serde::Serialize;

/// A list as all peers answer it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Page<T> {
    data: Vec<T>,
    next_cursor: Option<String>,
    total: Option<u64>,
}

impl<T> Page<T> {
    fn of(data: Vec<T>) -> Self {
        Self {
            data,
            next_cursor: None,
            total: None,
        }
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let database = Database::connect(env::var("DATABASE_URL")?).await?;
    let routes = Route::new()
        .at("/api/v1/users", get(users::list).post(users::create))
        .at("/api/v1/users/:id", get(users::one).patch(users::update))
        .at("/api/v1/posts", get(posts::list))
        .data(database);
    let address = format!("127.0.0.1:{}", env::var("PORT")?);
    Server::new(TcpListener::bind(address)).run(routes).await?;
    Ok(())
}
