//! Stories over HTTP: a real server on a port of its own, a real client, real databases.
//!
//! `make test` runs them on a throwaway PostgreSQL; `support` has the vocabulary. Tests of an
//! endpoint are filed by its URL under `api/`; what cuts across endpoints has its own file.

#[cfg(sample_app)]
#[path = "../../src/endpoints/example.rs"]
mod example;
mod own;
mod support;

mod access;
mod api;
mod bad_days;
mod compression;
mod connections;
mod drift;
#[cfg(sample_app)]
mod example_endpoints;
mod failures;
mod golden;
mod hostile;
mod load;
mod local;
mod partitions;
mod prisma;
mod quoting;
mod random_schemas;
mod reflection;
mod rest;
mod schemas;
mod slow_clients;
mod sqlite;
mod too_many_connections;
mod unread_bodies;
mod urls;
mod views;
mod writes;

/// The endpoints that every story's server has beside those of the engine.
#[cfg(sample_app)]
fn endpoints_of_an_app(app: &std::sync::Arc<refract::App>) -> (own::Endpoints, example::Endpoints) {
    (own::endpoints(app), example::Endpoints::new(app))
}
#[cfg(not(sample_app))]
use own::endpoints as endpoints_of_an_app;
