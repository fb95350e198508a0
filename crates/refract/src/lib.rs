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
pub mod executor;

pub mod drift;

pub mod api;
pub(crate) mod postgrest;
pub mod serve;

mod sidecar;

pub use sidecar::Sidecar;
