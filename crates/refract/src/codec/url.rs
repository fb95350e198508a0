//! What a URL carries: keys of rows, and names.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, PercentEncode, utf8_percent_encode};

use super::{Cell, write_cell};
use crate::{catalog::Type, settings::BigIntFormat};

/// Text as a segment of a path or as a word of a query string: RFC 3986's unreserved characters
/// (2.3) stay as they are.
pub fn percent_encoded(text: &str) -> PercentEncode<'_> {
    const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
        .remove(b'-')
        .remove(b'.')
        .remove(b'_')
        .remove(b'~');
    utf8_percent_encode(text, RESERVED)
}

/// A cell as part of a key in a URL; commas are encoded, since they separate the parts.
pub fn key_segment(data_type: &Type, cell: Cell<'_>) -> String {
    let mut out = Vec::new();
    write_cell(data_type, BigIntFormat::Number, cell, &mut out);
    let text = String::from_utf8_lossy(&out);
    let bare = match data_type {
        // JSON is itself in a URL: never empty, never a step, and quotes make it a string.
        Type::Json { .. } | Type::Array(_) => text.into_owned(),
        _ => guarded(serde_json::from_str(&text).unwrap_or_else(|_| text.into_owned())),
    };
    percent_encoded(&bare).to_string()
}

/// No path has a segment of nothing, and any client takes `.` and `..` for steps, encoded or not
/// (WHATWG URL standard, 4.4): these are put into quotes, and so are texts that begin and end with quotes.
fn guarded(bare: String) -> String {
    let in_quotes = bare.len() > 1 && bare.starts_with('"') && bare.ends_with('"');
    match bare.as_str() {
        "" | "." | ".." => format!("\"{bare}\""),
        _ if in_quotes => format!("\"{bare}\""),
        _ => bare,
    }
}
