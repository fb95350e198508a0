//! Refract: a data API sidecar for apps whose database schema belongs to Prisma.
//!
//! The modules stand in the order in which data flows; a step uses those above it only, but for
//! `api` and `rest`, which string them together. ARCHITECTURE.md walks through a request.

pub mod settings;
pub mod telemetry;

pub mod catalog;
pub mod codec;
pub mod error;
pub mod query;

pub mod db;
pub mod db_error;
pub mod executor;

pub mod drift;

pub mod app;
pub mod http;
mod prefer;

pub mod api;
pub mod postgrest;
pub mod router;
pub mod serve;

mod sidecar;

pub use app::App;
pub use error::Error;
pub use reflect::registry;
pub use sidecar::Sidecar;
