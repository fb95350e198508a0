//! Stories over HTTP: a real server on a port of its own, a real client, real databases.
//!
//! `make test` runs them on a throwaway PostgreSQL; `support` has the vocabulary. Tests of an
//! endpoint are filed by its URL under `api/`; what cuts across endpoints has its own file.

mod own;
mod support;

mod access;
mod api;
mod bad_days;
mod compression;
mod connections;
mod drift;
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
