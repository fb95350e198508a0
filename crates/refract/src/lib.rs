//! Refract: a data API sidecar for apps whose database schema belongs to Prisma.
//!
//! A program that embeds the engine needs [`Sidecar`], and for endpoints of its own [`App`] and
//! [`error::Error`]. ARCHITECTURE.md walks through a request.
//!
//! The modules stand in the order in which data flows. A module uses only modules above it.

mod access;
mod nearest;
pub mod settings;
mod telemetry;

mod catalog;
mod codec;
pub mod error;
mod query;
mod roles;

mod db;
mod db_error;
mod executor;
mod node_json;

mod catalog_source;
mod drift;
mod prefer;
mod typescript;

mod reloads;

mod app;

mod identity;

mod http;

mod api;
mod postgrest;

mod catalog_generations;
mod router;

mod serve;
mod sidecar;

pub use app::{App, Endpoints};
pub use error::Error;
pub use reflect::registry;
pub use serve::{Served, next_free_port};
pub use sidecar::{Sidecar, Verb, command_line};

/// What the project's own tests, benches and fuzz targets use. It may change in any release.
#[doc(hidden)]
pub mod internals {
    pub use crate::{
        catalog::Catalog,
        catalog_source::CatalogSource,
        codec::postgres_text,
        db::{Db, Repeat, SQLITE_LISTENER, SqliteParameter},
        query::{parse, plan, sql},
        settings::Limits,
    };

    pub mod serve {
        pub use crate::serve::*;
    }

    pub mod telemetry {
        pub use crate::telemetry::*;
    }
}
