//! The texts of rows → the bytes of a body.

use crate::postgrest::request::accept::BodyFormat;

/// Writes a body row by row. A row is a JSON text, or a line of CSV.
pub struct BodyWriter {
    format: BodyFormat,
    /// The text between two rows of a JSON array. PostgreSQL's aggregates differ in it.
    separator: &'static str,
    /// The first line of CSV.
    header: String,
    /// The number of rows so far.
    rows: u64,
}

impl BodyWriter {
    pub fn new(format: BodyFormat, separator: &'static str) -> Self {
        Self {
            format,
            separator,
            header: String::new(),
            rows: 0,
        }
    }

    /// Sets the first line of CSV, which is written before the first row.
    pub fn header(&mut self, header: &str) {
        if self.rows == 0 {
            header.clone_into(&mut self.header);
        }
    }

    pub fn row(&mut self, text: &str, out: &mut Vec<u8>) {
        let is_first = self.rows == 0;
        self.rows += 1;
        match self.format {
            BodyFormat::Object { .. } => {
                // Several rows are refused later, so any one of them will do.
                out.clear();
                out.extend_from_slice(text.as_bytes());
            }
            BodyFormat::Lines => {
                // A line break in JSON is white space between two tokens.
                let is_break = |byte: u8| matches!(byte, b'\n' | b'\r');
                let bytes = text.bytes();
                out.extend(bytes.map(|byte| if is_break(byte) { b' ' } else { byte }));
                out.push(b'\n');
            }
            BodyFormat::Csv => {
                if is_first {
                    out.extend_from_slice(self.header.as_bytes());
                }
                out.push(b'\n');
                out.extend_from_slice(text.as_bytes());
            }
            _ => {
                let before = if is_first { "[" } else { self.separator };
                out.extend_from_slice(before.as_bytes());
                out.extend_from_slice(text.as_bytes());
            }
        }
    }

    /// Writes the end of the body, and returns the number of rows.
    pub fn end(&self, out: &mut Vec<u8>) -> u64 {
        let end = match (self.format, self.rows) {
            (BodyFormat::Lines | BodyFormat::Object { .. }, _) => "",
            // Without rows the header has no names, as in PostgREST.
            (BodyFormat::Csv, 0) => "\n",
            (BodyFormat::Csv, _) => "",
            (_, 0) => "[]",
            (_, _) => "]",
        };
        out.extend_from_slice(end.as_bytes());
        self.rows
    }
}
