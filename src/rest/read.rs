//! `GET` and `HEAD`.

use poem::{
    Request, Response,
    http::{Method, StatusCode, header},
};

use super::{Asked, Failure, Front, accept::Media, range, refusal};
use crate::{
    backend::Repeat,
    query::{
        lenient::{
            Refusal,
            plan::{self, Level},
            sql::{self, Body, Writer},
        },
        parse::Count,
    },
};

pub(super) async fn rows(
    front: &Front,
    request: &Request,
    asked: Asked<'_>,
) -> Result<Response, Failure> {
    let is_head = *request.method() == Method::HEAD;
    let header = request.headers().get(header::RANGE).filter(|_| !is_head);
    let most = front.app.settings.rest.max_rows;
    let header = header.and_then(|value| value.to_str().ok());
    let rows = range::rows(&asked.query, header, most)?;
    let mut root = plan::plan(
        front.context(asked.schema),
        asked.position,
        asked.query.list,
    )?;
    (root.offset, root.limit) = (Some(rows.offset), rows.limit);

    let count = asked.prefer.count;
    let counts = matches!(count, Some(Count::Exact | Count::Estimated));
    let body = match (is_head, asked.media.body) {
        (true, Body::Array { .. } | Body::Csv) => Body::None,
        (_, body) => body,
    };
    let answer = front.fetch(sql::read(&root, body, counts)).await?;
    let returned = number(answer.text(0, 1)).unwrap_or(0);
    let planned = if sql::asks_planner(count) {
        Some(expected_rows(front, &root).await?)
    } else {
        None
    };
    let total = total(count, number(answer.text(0, 2)), planned, most);
    let status = range::status(rows, returned, total);
    let content_range = |total| range::content_range(rows.offset, returned, total);
    let status = match status {
        Ok(status) => status,
        Err(refused) => {
            let mut response = refusal::response(&refused);
            let total = total.map_or_else(|| "*".to_owned(), |total| total.to_string());
            insert(&mut response, "content-range", &format!("*/{total}"));
            return Ok(response);
        }
    };
    let text = body_text(asked.media, returned, answer.text(0, 0))?;
    let mut response = Response::builder()
        .status(StatusCode::from_u16(status).unwrap_or(StatusCode::OK))
        .header(header::CONTENT_TYPE, asked.media.content_type)
        .header("Content-Range", content_range(total))
        .header("Content-Location", location(request, &asked.resource.table))
        .body(text);
    let applied = [asked.prefer.count_name(), asked.prefer.handling_name()];
    let applied: Vec<_> = applied.into_iter().flatten().collect();
    if !applied.is_empty() {
        insert(&mut response, "preference-applied", &applied.join(", "));
    }
    Ok(response)
}

impl Front {
    /// Runs a statement that only reads.
    async fn fetch(&self, sql: Writer) -> Result<crate::backend::Rows, Failure> {
        let statement = self.app.statements.written(sql.text, sql.values);
        Ok(self.app.backend.fetch(&statement, Repeat::Allowed).await?)
    }
}

/// The body, of one row where one is asked for.
pub(super) fn body_text(
    media: Media,
    returned: u64,
    text: Option<&str>,
) -> Result<String, Refusal> {
    match media.body {
        Body::Object { .. } if returned != 1 => Err(Refusal::new(
            406,
            "PGRST116",
            "Cannot coerce the result to a single JSON object",
        )
        .details(format!("The result contains {returned} rows"))),
        // Without rows there is a header without names.
        Body::Csv => Ok(text.unwrap_or("\n").to_owned()),
        _ => Ok(text.unwrap_or_default().to_owned()),
    }
}

pub(super) fn number(text: Option<&str>) -> Option<u64> {
    text?.parse().ok()
}

async fn expected_rows(front: &Front, root: &Level) -> Result<u64, Failure> {
    let answer = front.fetch(sql::planned(root)).await?;
    let plan: serde_json::Value =
        serde_json::from_str(answer.text(0, 0).unwrap_or_default()).unwrap_or_default();
    Ok(plan[0]["Plan"]["Plan Rows"].as_u64().unwrap_or(0))
}

/// The rows of all pages. An estimate is exact while it is within the most rows that are answered.
fn total(
    count: Option<Count>,
    exact: Option<u64>,
    planned: Option<u64>,
    most: Option<u64>,
) -> Option<u64> {
    match count? {
        Count::Exact => exact,
        Count::Planned => planned,
        Count::Estimated if most.is_some_and(|most| exact <= Some(most)) => exact,
        Count::Estimated => exact.max(planned),
    }
}

/// Where the same can be asked for again: the parameters in order.
fn location(request: &Request, table: &str) -> String {
    let table = percent_encoding::utf8_percent_encode(table, percent_encoding::NON_ALPHANUMERIC);
    let mut parameters: Vec<_> = request
        .uri()
        .query()
        .unwrap_or_default()
        .split('&')
        .collect();
    parameters.sort_unstable();
    match parameters.join("&") {
        none if none.is_empty() => format!("/{table}"),
        query => format!("/{table}?{query}"),
    }
}

pub(super) fn insert(response: &mut Response, name: &'static str, value: &str) {
    if let Ok(value) = value.parse() {
        response.headers_mut().insert(name, value);
    }
}
