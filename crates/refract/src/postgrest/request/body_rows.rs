//! A body in JSON, CSV or as a form → rows.

use poem::http::{HeaderMap, header};
use serde_json::Value;

use super::payload::Row;
use crate::{
    error::Error,
    http::header_text,
    postgrest::postgrest_error::PostgrestError,
    query::body::{self, Object},
    settings::Access,
};

fn refuse(message: impl Into<String>) -> PostgrestError {
    PostgrestError::new(400, "PGRST102", message)
}

/// The rows of a body, by its `Content-Type`.
///
/// A web page can send forms and bodies without a type to any server, without a preflight request of
/// its browser. Bodies without a type are refused. Forms need SECRET_KEY, which a foreign page does
/// not know.
///
/// # Errors
/// PGRST102, with status 415 where another type is needed.
pub fn rows(
    headers: &HeaderMap,
    bytes: &[u8],
    access: &Access,
) -> Result<Vec<Row>, PostgrestError> {
    let content_type = header_text(headers, &header::CONTENT_TYPE).unwrap_or_default();
    let name = content_type.split(';').next().unwrap_or_default().trim();
    let needs = |what: &str| {
        let message = format!("{what} needs Content-Type: application/json, or text/csv");
        Err(PostgrestError::new(415, "PGRST102", message))
    };
    match (name.to_ascii_lowercase().as_str(), access) {
        (
            "application/json"
            | "application/vnd.pgrst.object+json"
            | "application/vnd.pgrst.array+json",
            _,
        ) => json(bytes),
        ("text/csv", _) => csv(bytes),
        ("application/x-www-form-urlencoded", Access::Key(_)) => Ok(vec![form(bytes)]),
        ("application/x-www-form-urlencoded", Access::Open) => {
            needs("Without SECRET_KEY no form is taken: the body")
        }
        ("", _) if bytes.is_empty() => json(bytes),
        ("", _) => needs("The body"),
        _ => Err(refuse(format!(
            "Content-Type not acceptable: {content_type}"
        ))),
    }
}

fn json(bytes: &[u8]) -> Result<Vec<Row>, PostgrestError> {
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
            // An item that is not an object has no keys.
            Ok(_) => refuse("All object keys must match"),
            Err(_) => refuse("Empty or invalid json"),
        }),
        Err(other) => Err(refuse(other.to_string())),
    }
}

/// A line of names, and a line for each row. `NULL` is null.
fn csv(bytes: &[u8]) -> Result<Vec<Row>, PostgrestError> {
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

/// The error without the text that caused it.
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
