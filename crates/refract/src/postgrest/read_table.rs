//! `GET` and `HEAD`.

use poem::{
    Request, Response,
    http::{Method, StatusCode, header},
};

use super::{
    emit::{self, Counted, Writer, body_format::Body},
    postgrest_error::PostgrestError,
    resolve::{passthrough_resolver, raw_node::SelectNode, shared_rules::Context},
};
use super::{
    on_sqlite::read_rows,
    request::{
        accept::{self, Media},
        row_range::{self, Returned},
    },
    respond::{error_response, streamed_body},
    service::{Asked, Failure, Front},
};
use crate::{
    codec::percent_encoded,
    db::{Repeat, Rows, Streamed},
    http::header_text,
    query::{parse::Count, sql::SHORT_ROWS},
    settings::Compat,
};

pub async fn rows(
    front: &Front,
    request: &Request,
    mut asked: Asked<'_>,
) -> Result<Response, Failure> {
    let is_head = *request.method() == Method::HEAD;
    let most = front.app.settings.rest.max_rows;
    let header = header_text(request.headers(), &header::RANGE).filter(|_| !is_head);
    let rows = row_range::rows(&asked.query, header.as_deref(), most)?;
    let mut query = std::mem::take(&mut asked.query.list);
    (query.offset, query.limit) = (Some(rows.offset), rows.limit);
    let context = Context {
        max_rows: most,
        ..front.context(asked.schema)
    };
    let count = asked.prefer.count;
    let counted = match (count, most) {
        (Some(Count::Exact), _) | (Some(Count::Estimated), None) => Counted::All,
        // Past that the planner is believed, where it expects more.
        (Some(Count::Estimated), Some(most)) => Counted::Beyond(most),
        (Some(Count::Planned) | None, _) => Counted::No,
    };
    let body = match (is_head, asked.media.body) {
        (true, Body::Array { .. } | Body::Csv | Body::Lines | Body::GeoJson) => Body::None,
        (_, body) => body,
    };
    let is_list = matches!(body, Body::Array { .. } | Body::Csv | Body::Lines);
    let may_be_long = is_list && rows.limit.is_none_or(|limit| limit > SHORT_ROWS);
    if front.is_sqlite() && may_be_long {
        let plan = read_rows::plan_of_read(front, &asked, context, query)?;
        let found = streamed_body::of_sqlite(front, &asked, plan, rows, body).await?;
        return respond(front, request, &asked, rows, found);
    }
    if front.is_sqlite() {
        let found = read_rows::read(front, &asked, context, query).await?;
        let total = count.map(|_| found.total);
        let text = front.body_text(&asked.media, found.returned, Some(found.body));
        let found = Found::whole(found.returned, total, text);
        return respond(front, request, &asked, rows, found);
    }
    let root = passthrough_resolver::plan(context, &asked.resource, query)?;
    front.admit_plan(&asked.media, &root)?;
    let statement = emit::read(&root, body, counted);
    if let Some(explain) = asked.media.explain {
        let plan = front.read(&asked, &root, explain.of(statement)).await?;
        return Ok(explained(&asked.media, &plan));
    }
    if may_be_long {
        let found = streamed_body::of_postgres(front, &asked, &root, rows, body, counted).await?;
        return respond(front, request, &asked, rows, found);
    }
    let answer = front.read(&asked, &root, statement).await;
    let answer = answer.map_err(|failure| without_postgis(&asked.media, failure))?;
    let returned = number(answer.text(0, 1)).unwrap_or(0);
    let total = total(front, &asked, &root, number(answer.text(0, 2))).await?;
    let text = front.body_text(&asked.media, returned, answer.text(0, 0));
    let found = Found::whole(returned, total, text);
    respond(front, request, &asked, rows, found)
}

/// What a read has found.
pub struct Found {
    pub returned: Returned,
    /// Rows of all pages, where they are asked for.
    pub total: Option<u64>,
    /// Refused where the rows are not those that were asked for; of that, a range that cannot be
    /// satisfied is said first.
    pub body: Result<poem::Body, PostgrestError>,
}

impl Found {
    pub fn whole(returned: u64, total: Option<u64>, text: Result<String, PostgrestError>) -> Self {
        Self {
            returned: Returned::Known(returned),
            total,
            body: text.map(Into::into),
        }
    }
}

fn respond(
    front: &Front,
    request: &Request,
    asked: &Asked<'_>,
    rows: row_range::Rows,
    found: Found,
) -> Result<Response, Failure> {
    let Found {
        returned, total, ..
    } = found;
    let status = row_range::status(rows, returned, total);
    let content_range = |total| row_range::content_range(rows.offset, returned, total);
    let status = match status {
        Ok(status) => status,
        Err(refused) => {
            let mut response = error_response::response(&refused);
            let total = total.map_or_else(|| "*".to_owned(), |total| total.to_string());
            insert(&mut response, "content-range", &format!("*/{total}"));
            return Ok(response);
        }
    };
    let body = found.body?;
    let mut response = Response::builder()
        .status(StatusCode::from_u16(status).unwrap_or(StatusCode::OK))
        .header(header::CONTENT_TYPE, &*asked.media.content_type)
        .header("Content-Range", content_range(total))
        .header("Content-Location", location(request, &asked.resource.table))
        .body(body);
    let applied = asked.prefer.applied(|one| front.always_holds(one));
    if let Some(applied) = applied {
        insert(&mut response, "preference-applied", &applied);
    }
    Ok(response)
}

/// Whether a read asks for nothing that depends on its schema or could write.
fn needs_no_transaction(asked: &Asked<'_>, root: &SelectNode) -> bool {
    let is_plain = asked.media.body != Body::GeoJson && asked.media.explain.is_none();
    is_plain && asked.prefer.timezone.is_none() && root.is_known()
}

impl Front {
    /// The same as [`Self::read`] of rows that come one by one.
    pub async fn read_rows(
        &self,
        asked: &Asked<'_>,
        root: &SelectNode,
        sql: Writer,
    ) -> Result<Streamed, Failure> {
        let statements = &self.app.statements;
        let statement = statements.written(&asked.resource, sql.text, sql.values);
        let statement = statement.bounded();
        let within = (!needs_no_transaction(asked, root)).then(|| self.beginning(asked, true));
        Ok(self.app.db.read(&statement, within).await?)
    }

    /// Runs a statement that only reads. What could write after all, or is said in names of its
    /// schema, has a transaction that sees to it.
    pub async fn read(
        &self,
        asked: &Asked<'_>,
        root: &SelectNode,
        sql: Writer,
    ) -> Result<Rows, Failure> {
        let statements = &self.app.statements;
        let statement = statements.written(&asked.resource, sql.text, sql.values);
        let db = &self.app.db;
        if needs_no_transaction(asked, root) {
            return Ok(db.fetch(&statement, Repeat::Allowed).await?);
        }
        let beginning = self.beginning(asked, true);
        Ok(db.fetch_within(&beginning, &statement).await?)
    }

    /// The body, of one row where one is asked for.
    pub fn body_text(
        &self,
        media: &Media,
        returned: u64,
        text: Option<impl Into<String>>,
    ) -> Result<String, PostgrestError> {
        match media.body {
            Body::Object { .. } if returned != 1 => {
                let message = match self.app.settings.rest.compat {
                    Compat::V12 => "JSON object requested, multiple (or no) rows returned",
                    Compat::V13 => "Cannot coerce the result to a single JSON object",
                };
                Err(PostgrestError::new(406, "PGRST116", message)
                    .details(format!("The result contains {returned} rows")))
            }
            // Without rows there is a header without names.
            Body::Csv => Ok(text.map_or_else(|| "\n".to_owned(), Into::into)),
            _ => Ok(text.map_or_else(String::new, Into::into)),
        }
    }
}

/// The plan of a statement as it is answered.
pub fn explained(media: &Media, plan: &Rows) -> Response {
    let lines: Vec<_> = (0..plan.len())
        .filter_map(|row| plan.text(row, 0))
        .collect();
    Response::builder()
        .header(header::CONTENT_TYPE, &*media.content_type)
        .body(lines.join("\n"))
}

/// Without PostGIS there is no function for it.
fn without_postgis(media: &Media, failure: Failure) -> Failure {
    match failure {
        Failure::Refused(refusal)
            if media.body == Body::GeoJson
                && refusal.code == "42883"
                && refusal.message.contains("st_asgeojson") =>
        {
            accept::unavailable("application/geo+json").into()
        }
        other => other,
    }
}

pub fn number(text: Option<&str>) -> Option<u64> {
    text?.parse().ok()
}

async fn expected_rows(
    front: &Front,
    asked: &Asked<'_>,
    root: &SelectNode,
) -> Result<u64, Failure> {
    let answer = front.read(asked, root, emit::planned(root)).await?;
    let plan: serde_json::Value =
        serde_json::from_str(answer.text(0, 0).unwrap_or_default()).unwrap_or_default();
    Ok(plan[0]["Plan"]["Plan Rows"].as_u64().unwrap_or(0))
}

/// The rows of all pages, of which the statement has counted `exact`. An estimate is exact while it
/// is within the most rows that are answered.
pub async fn total(
    front: &Front,
    asked: &Asked<'_>,
    root: &SelectNode,
    exact: Option<u64>,
) -> Result<Option<u64>, Failure> {
    let most = front.app.settings.rest.max_rows;
    let Some(count) = asked.prefer.count else {
        return Ok(None);
    };
    let planned = if emit::asks_planner(Some(count)) {
        Some(expected_rows(front, asked, root).await?)
    } else {
        None
    };
    Ok(match count {
        Count::Exact => exact,
        Count::Planned => planned,
        Count::Estimated if most.is_some_and(|most| exact <= Some(most)) => exact,
        Count::Estimated => exact.max(planned),
    })
}

/// Where the same can be asked for again: the parameters in order.
fn location(request: &Request, table: &str) -> String {
    let table = percent_encoded(table);
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

pub fn insert(response: &mut Response, name: &'static str, value: &str) {
    if let Ok(value) = value.parse() {
        response.headers_mut().insert(name, value);
    }
}
