//! Rows and errors → HTTP answers.

pub mod body_writer;
pub mod error_response;
pub mod redaction;
pub mod streamed_body;
pub mod write_response;
