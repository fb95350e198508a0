//! `GET /openapi.json`

mod bodies;
mod component_names;
mod document;
mod requests;
mod writes;
