//! Rows and errors → HTTP answers.

pub mod body_writer;
pub mod error_response;
pub mod read_response;
pub mod redaction;
pub mod streamed_body;
pub mod write_response;

use poem::Response;

/// Sets a header, unless the value cannot stand in one.
fn set_header(response: &mut Response, name: &'static str, value: &str) {
    if let Ok(value) = value.parse() {
        response.headers_mut().insert(name, value);
    }
}
