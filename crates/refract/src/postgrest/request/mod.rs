//! HTTP → what is asked: headers, query string, body.

pub mod accept;
pub mod body_formats;
pub mod payload;
pub mod prefer_header;
pub mod row_range;
pub mod write_request;
