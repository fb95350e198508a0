//! Bodies → rows: JSON, CSV, forms.

use poem::http::{HeaderMap, header};
use serde_json::Value;

use crate::{
    error::Error,
    query::{
        body::{self, Object},
        lenient::{Refusal, write::Row},
    },
};

fn refuse(message: impl Into<String>) -> Refusal {
    Refusal::new(400, "PGRST102", message)
}

/// The rows of a body, by what it says it is.
///
/// # Errors
/// PGRST102.
pub(super) fn rows(headers: &HeaderMap, bytes: &[u8]) -> Result<Vec<Row>, Refusal> {
    let content_type = headers.get(header::CONTENT_TYPE);
    let content_type = content_type
        .and_then(|value| value.to_str().ok())
        .unwrap_or("application/json");
    let name = content_type.split(';').next().unwrap_or_default().trim();
    match name.to_ascii_lowercase().as_str() {
        "application/json"
        | "application/vnd.pgrst.object+json"
        | "application/vnd.pgrst.array+json" => json(bytes),
        "text/csv" => csv(bytes),
        "application/x-www-form-urlencoded" => Ok(vec![form(bytes)]),
        _ => Err(refuse(format!(
            "Content-Type not acceptable: {content_type}"
        ))),
    }
}

fn json(bytes: &[u8]) -> Result<Vec<Row>, Refusal> {
    let row = |object: Object<'_>| {
        let members = object.into_iter();
        members
            .map(|(name, json)| (name, json.get().to_owned()))
            .collect()
    };
    match body::rows(bytes) {
        Ok(body::Rows::One(object)) => Ok(vec![row(object)]),
        Ok(body::Rows::Many(objects)) => Ok(objects.into_iter().map(row).collect()),
        Err(Error::InvalidBody { .. }) => Err(match serde_json::from_slice::<Vec<Value>>(bytes) {
            // Items that are no objects have no keys.
            Ok(_) => refuse("All object keys must match"),
            Err(_) => refuse("Empty or invalid json"),
        }),
        Err(other) => Err(refuse(other.to_string())),
    }
}

/// A line of names, and a line for each row; `NULL` is null.
fn csv(bytes: &[u8]) -> Result<Vec<Row>, Refusal> {
    let wrong = |error: csv::Error| refuse(kind(&error));
    let mut reader = csv::Reader::from_reader(bytes);
    let names = reader.headers().map_err(wrong)?.clone();
    let rows = reader.records().map(|record| {
        let record = record.map_err(wrong)?;
        let fields = names.iter().zip(&record).map(|(name, field)| {
            let json = match field {
                "NULL" => Value::Null,
                text => Value::from(text),
            };
            (name.to_owned(), json.to_string())
        });
        Ok(fields.collect())
    });
    rows.collect()
}

/// What is wrong, without the text that is.
fn kind(error: &csv::Error) -> &'static str {
    match error.kind() {
        csv::ErrorKind::Utf8 { .. } => "The CSV is not UTF-8",
        csv::ErrorKind::UnequalLengths { .. } => "All lines must have same number of fields",
        _ => "The CSV cannot be read",
    }
}

fn form(bytes: &[u8]) -> Row {
    let pairs = url::form_urlencoded::parse(bytes);
    pairs
        .map(|(name, value)| (name.into_owned(), Value::from(&*value).to_string()))
        .collect()
}
