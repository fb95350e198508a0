//! `GET /openapi.json`

mod document;
mod requests;
