//! The rows of a typed plan → the bytes of a body.

use std::collections::HashMap;

use serde_json::value::RawValue;

use super::sqlite_errors::check_format;
use crate::{
    codec::{Spelling, each_row},
    db::Rows,
    error::Error,
    node_json::{JsonWriter, NodeRow},
    postgrest::{
        postgrest_error::Failure, request::accept::BodyFormat, respond::body_writer::BodyWriter,
    },
    query::{
        csv,
        plan::{ReadPlan, select_node::SelectNode},
    },
};

/// The rows of answers to a plan, which have one value each: all rows.
pub struct WholeBody {
    pub text: String,
    pub returned: u64,
    /// The number of rows on all pages.
    pub total: u64,
}

impl WholeBody {
    /// # Errors
    /// [`Error::TooManyRows`] of an embed; a format that needs PostGIS.
    pub fn of(plan: &ReadPlan, answers: &[Rows], format: BodyFormat) -> Result<Self, Failure> {
        let mut body = BodyWriter::new(check_format(format)?, ",");
        let mut writer = RowWriter::new(format);
        let mut out = Vec::new();
        let mut written = Ok(());
        for rows in answers {
            each_row(&rows.cell(0, 1), |row| {
                if written.is_ok() {
                    written = writer.write(&plan.root, &mut body, &mut out, |writer, json| {
                        writer.row(&plan.root, NodeRow::Composite(row), json);
                    });
                }
            });
        }
        written?;
        let returned = body.end(&mut out);
        let totals = answers.iter().map(|rows| rows.cell(0, 0).as_integer());
        Ok(Self {
            text: String::from_utf8(out).map_err(Error::internal)?,
            returned,
            total: totals.map(|total| total.unwrap_or(0).unsigned_abs()).sum(),
        })
    }
}

/// The body of the rows in `before` that are not in `after`: those that were deleted.
///
/// # Errors
/// As [`WholeBody::of`].
pub fn deleted_rows(
    plan: &ReadPlan,
    before: Rows,
    after: Rows,
    format: BodyFormat,
) -> Result<String, Failure> {
    let strip_nulls = format.strips_nulls();
    let array = BodyFormat::Array { strip_nulls };
    let before = WholeBody::of(plan, &[before], array)?.text;
    let after = WholeBody::of(plan, &[after], array)?.text;
    let rows = |text| serde_json::from_str::<Vec<&RawValue>>(text).map_err(Error::internal);
    // Rows with the same text are not told apart: the answer shows nothing else of them.
    let mut left: HashMap<&str, usize> = HashMap::new();
    for row in rows(&after)? {
        *left.entry(row.get()).or_default() += 1;
    }
    let mut body = BodyWriter::new(format, ",");
    let mut writer = RowWriter::new(format);
    let mut out = Vec::new();
    for row in rows(&before)? {
        match left.get_mut(row.get()) {
            Some(count) if *count > 0 => *count -= 1,
            _ => writer.write(&plan.root, &mut body, &mut out, |_, json| {
                json.extend_from_slice(row.get().as_bytes());
            })?,
        }
    }
    body.end(&mut out);
    Ok(String::from_utf8(out).map_err(Error::internal)?)
}

/// Writes rows in a format.
pub struct RowWriter {
    format: BodyFormat,
    json: JsonWriter,
    table: csv::Table,
    row: Vec<u8>,
}

impl RowWriter {
    pub fn new(format: BodyFormat) -> Self {
        Self {
            format,
            json: JsonWriter::new(Spelling::Postgres).stripping_nulls(format.strips_nulls()),
            table: csv::Table::default(),
            row: Vec::new(),
        }
    }

    /// Writes the next row, which `write` writes as JSON.
    ///
    /// # Errors
    /// [`Error::TooManyRows`] of an embed.
    pub fn write(
        &mut self,
        node: &SelectNode,
        body: &mut BodyWriter,
        out: &mut Vec<u8>,
        write: impl FnOnce(&mut JsonWriter, &mut Vec<u8>),
    ) -> Result<(), Error> {
        self.row.clear();
        write(&mut self.json, &mut self.row);
        self.json.check_whole()?;
        let json = std::str::from_utf8(&self.row).map_err(Error::internal)?;
        if self.format == BodyFormat::Csv {
            let line = self.table.line(node, json).map_err(Error::internal)?;
            body.header(self.table.header());
            body.row(&line, out);
        } else {
            body.row(json, out);
        }
        Ok(())
    }
}
