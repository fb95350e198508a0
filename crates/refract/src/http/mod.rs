//! What surrounds every request, whichever front answers it: the log line, CORS, the key, the body.
//!
//! `router` puts these in their order. They know errors and settings, and nothing of
//! resources, queries or the database.

mod accept_encoding;
pub(crate) mod auth;
pub(crate) mod buffer_body;
pub(crate) mod compression;
pub(crate) mod cors;
pub(crate) mod drain_body;
pub(crate) mod etag;
pub(crate) mod handed_back;
mod headers;
pub(crate) mod media;
pub(crate) mod rejection;
pub(crate) mod request_log;
pub(crate) mod same_origin;

pub(crate) use headers::text as header_text;
pub(crate) use request_log::enter;
