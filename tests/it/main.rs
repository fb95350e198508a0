//! Stories over HTTP: a real server on a port of its own, a real client, real databases.
//!
//! `make test` runs them on a throwaway PostgreSQL; `support` has the vocabulary. Tests of an
//! endpoint are filed by its URL under `api/`; what cuts across endpoints has its own file.

mod endpoints;
mod support;

mod api;
mod authentication;
mod browser_requests;
mod compression;
mod connections;
mod database_schemas;
mod drift;
mod framework_errors;
mod golden;
mod hostile_input;
mod load;
mod outages;
mod partitions;
mod postgrest;
mod prisma;
mod quoting;
mod random_schemas;
mod reflection;
mod slow_clients;
mod sqlite;
mod too_many_connections;
mod unread_bodies;
mod urls;
mod views;
mod writes;
