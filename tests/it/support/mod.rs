//! The vocabulary of the stories.
//!
//! ```ignore
//! on_each_database!(Schema::Sample, a_page_is_created);
//! async fn a_page_is_created(app: &App) {
//!     let page = app.post("/api/v1/pages", json!({…})).await.expect(201);
//! }
//! ```
//!
//! [`App`] is a server with a database of its own; its methods send requests, and
//! [`App::builder`] starts one that differs from the defaults. [`Answer::expect`]
//! takes the status a story expects, and prints the whole exchange where another one comes.

mod app;
pub mod client;
pub mod database;
pub mod locks;
pub mod openapi;
pub mod programs;
mod proxy;
pub mod raw;
pub mod rng;

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

/// Runs a story on PostgreSQL and on SQLite, as the tests `STORY::on_postgres` and
/// `STORY::on_sqlite`. The story takes a server on a schema, or else the kind of database on which it
/// starts servers of its own.
#[macro_export]
macro_rules! on_each_database {
    ($schema:expr, $story:ident) => {
        $crate::on_each_database!(@tests $story [$schema]);
    };
    ($story:ident) => {
        $crate::on_each_database!(@tests $story []);
    };
    (@tests $story:ident $schema:tt) => {
        mod $story {
            #[allow(unused_imports)]
            use super::*;

            #[tokio::test]
            async fn on_postgres() {
                $crate::on_each_database!(@run $story Postgres $schema);
            }

            #[tokio::test]
            async fn on_sqlite() {
                $crate::on_each_database!(@run $story Sqlite $schema);
            }
        }
    };
    (@run $story:ident $kind:ident [$schema:expr]) => {
        let app = $crate::support::App::builder($schema).on($crate::support::Kind::$kind);
        super::$story(&app.start().await).await
    };
    (@run $story:ident $kind:ident []) => {
        super::$story($crate::support::Kind::$kind).await
    };
}
