//! The rows of a read → its answer.

use poem::{
    Request, Response,
    http::{StatusCode, header},
};

use super::{error_response, set_header};
use crate::{
    codec::percent_encoded,
    db::Rows,
    postgrest::{
        postgrest_error::{Failure, PostgrestError},
        request::{
            ParsedRequest,
            accept::{BodyFormat, Media},
            row_range::{self, Returned, RowRange},
        },
        service::Serving,
    },
    settings::Compat,
};

/// The rows of a read.
pub struct ReadOutcome {
    pub returned: Returned,
    /// The number of rows on all pages, if the request asks for it.
    pub total: Option<u64>,
    /// An error where the rows are not of the number that the request asks for. The error of a range
    /// that cannot be satisfied goes before it.
    pub body: Result<poem::Body, PostgrestError>,
}

/// The answer to a read.
///
/// # Errors
/// That of [`ReadOutcome::body`].
pub fn response(
    service: Serving<'_>,
    request: &Request,
    parsed: &ParsedRequest<'_>,
    range: RowRange,
    outcome: ReadOutcome,
) -> Result<Response, Failure> {
    let (returned, total) = (outcome.returned, outcome.total);
    let status = match row_range::status(range, returned, total) {
        Ok(status) => status,
        Err(error) => {
            let mut response = error_response::response(&error);
            let content_range = row_range::content_range(0, Returned::Known(0), total);
            set_header(&mut response, "content-range", &content_range);
            return Ok(response);
        }
    };
    let content_range = row_range::content_range(range.offset, returned, total);
    let mut response = Response::builder()
        .status(StatusCode::from_u16(status).unwrap_or(StatusCode::OK))
        .header(header::CONTENT_TYPE, &*parsed.media.content_type)
        .header("Content-Range", content_range)
        .header(
            "Content-Location",
            location(request, &parsed.resource.table),
        )
        .body(outcome.body?);
    let applied = parsed.preferences.applied(|one| service.honours(one));
    if let Some(applied) = applied {
        set_header(&mut response, "preference-applied", &applied);
    }
    Ok(response)
}

/// Checks that the body of an object has exactly one row.
///
/// # Errors
/// PGRST116.
pub fn check_single(media: &Media, rows: u64, compat: Compat) -> Result<(), PostgrestError> {
    if rows == 1 || !matches!(media.body, BodyFormat::Object { .. }) {
        return Ok(());
    }
    let message = match compat {
        Compat::V12 => "JSON object requested, multiple (or no) rows returned",
        Compat::V13 => "Cannot coerce the result to a single JSON object",
    };
    let details = format!("The result contains {rows} rows");
    Err(PostgrestError::new(406, "PGRST116", message).details(details))
}

/// The text of a body that PostgreSQL has made. It is NULL for CSV without rows.
pub fn body_text(media: &Media, text: Option<&str>) -> String {
    let default = match media.body {
        BodyFormat::Csv => "\n",
        _ => "",
    };
    text.unwrap_or(default).to_owned()
}

/// The answer with the plan of a statement.
pub fn explained(media: &Media, plan: &Rows) -> Response {
    let lines = (0..plan.len()).filter_map(|row| plan.text(row, 0));
    let lines: Vec<_> = lines.collect();
    Response::builder()
        .header(header::CONTENT_TYPE, &*media.content_type)
        .body(lines.join("\n"))
}

/// The header `Content-Location`: the table, and the parameters in alphabetical order.
fn location(request: &Request, table: &str) -> String {
    let table = percent_encoded(table);
    let query = request.uri().query().unwrap_or_default();
    let mut parameters: Vec<_> = query.split('&').collect();
    parameters.sort_unstable();
    match parameters.join("&") {
        none if none.is_empty() => format!("/{table}"),
        query => format!("/{table}?{query}"),
    }
}
