//! The vocabulary of the stories.
//!
//! ```ignore
//! on_each_backend!(Schema::Sample, async fn a_story(app) {
//!     let page = app.post("/api/v1/pages", json!({…})).await.expect(201);
//! });
//! ```
//!
//! [`App`] is a server with a database of its own; its methods send requests; [`Answer::expect`]
//! takes the status a story expects, and prints the whole exchange where another one comes.

mod app;
pub mod client;
pub mod database;
pub mod dice;
pub mod locks;
pub mod openapi;
pub mod programs;
mod proxy;
pub mod raw;

pub use app::{App, Options};
pub use client::Answer;
pub use database::{Kind, Schema};
pub use proxy::Proxy;

/// Long enough for any machine; a story that meets its end waits no longer than it must.
pub const PATIENCE: std::time::Duration = std::time::Duration::from_secs(30);

/// Text for a URL, with every character escaped that can be.
pub fn encoded(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

/// Writes a story once and runs it on PostgreSQL and on SQLite.
#[macro_export]
macro_rules! on_each_backend {
    ($schema:expr, $(#[$attribute:meta])* async fn $name:ident($app:ident) $body:block) => {
        mod $name {
            #[allow(unused_imports)]
            use super::*;

            async fn story($app: &$crate::support::App) $body

            $(#[$attribute])*
            #[tokio::test]
            async fn on_postgres() {
                story(&$crate::support::App::start($schema, $crate::support::Kind::Postgres).await).await;
            }

            $(#[$attribute])*
            #[tokio::test]
            async fn on_sqlite() {
                story(&$crate::support::App::start($schema, $crate::support::Kind::Sqlite).await).await;
            }
        }
    };
}
