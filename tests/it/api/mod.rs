//! `/api/v1`, by URL.

mod bodies;
mod constraints;
mod create;
mod defaults;
mod delete;
mod docs;
mod get;
mod health;
mod hidden;
mod keys;
mod list;
mod openapi;
mod read_only;
mod replace;
mod schema;
mod schemathesis;
mod triggers;
mod types;
mod typescript;
mod typescript_client;
mod unusual_tables;
mod update;
mod value_lengths;
