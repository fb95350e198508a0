//! `GET /openapi.json`

mod bodies;
mod component_names;
mod document;
mod large_documents;
mod requests;
mod writes;
