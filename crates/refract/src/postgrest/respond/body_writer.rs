//! Rows as they come → the bytes of a body.

use crate::postgrest::emit::body_format::Body;

/// Puts a body together of the texts of its rows: JSON, or the fields of a line.
pub struct BodyWriter {
    body: Body,
    /// What stands between two rows of a JSON array: PostgreSQL's aggregates and SQLite's rows differ.
    between: &'static str,
    /// Of a table of lines.
    header: String,
    /// Rows so far.
    pub rows: u64,
}

impl BodyWriter {
    /// `header` is the first line of CSV.
    pub fn new(body: Body, between: &'static str, header: String) -> Self {
        Self {
            body,
            between,
            header,
            rows: 0,
        }
    }

    /// The first line of CSV, where it is known only with the first row.
    pub fn header(&mut self, header: &str) {
        if self.rows == 0 {
            header.clone_into(&mut self.header);
        }
    }

    /// The next row.
    pub fn row(&mut self, text: &str, out: &mut Vec<u8>) {
        let is_first = self.rows == 0;
        self.rows += 1;
        match self.body {
            Body::Lines => {
                // A line break in JSON is a blank between two of its tokens.
                let is_break = |byte: u8| matches!(byte, b'\n' | b'\r');
                let bytes = text.bytes();
                out.extend(bytes.map(|byte| if is_break(byte) { b' ' } else { byte }));
                out.push(b'\n');
            }
            Body::Csv => {
                if is_first {
                    out.extend_from_slice(self.header.as_bytes());
                }
                out.push(b'\n');
                out.extend_from_slice(text.as_bytes());
            }
            _ => {
                let before = if is_first { "[" } else { self.between };
                out.extend_from_slice(before.as_bytes());
                out.extend_from_slice(text.as_bytes());
            }
        }
    }

    /// What comes after the last row.
    pub fn end(&self, out: &mut Vec<u8>) {
        let end: &[u8] = match (self.body, self.rows) {
            (Body::Lines, _) => b"",
            // Without rows there is a header without names.
            (Body::Csv, 0) => b"\n",
            (Body::Csv, _) => b"",
            (_, 0) => b"[]",
            (_, _) => b"]",
        };
        out.extend_from_slice(end);
    }
}
