//! `GET` and `HEAD`.

use poem::{
    Request, Response,
    http::{Method, header},
};

use super::{
    emit::{self, Counted, Sql},
    on_sqlite,
    postgrest_error::Failure,
    request::{
        ParsedRequest,
        accept::{self, BodyFormat, GEO_JSON, Media},
        row_range::{self, Returned, RowRange},
    },
    resolve::{passthrough_resolver, raw_node::SelectNode},
    respond::{
        body_writer::BodyWriter,
        read_response::{self, ReadOutcome, body_text, check_single, explained},
        redaction, streamed_body,
    },
    service::Serving,
};
use crate::{
    db::{Repeat, Rows, Streamed},
    http::header_text,
    query::{parse::Count, sql::SHORT_ROWS},
};

pub async fn answer(
    service: Serving<'_>,
    request: &Request,
    mut parsed: ParsedRequest<'_>,
) -> Result<Response, Failure> {
    if service.access.is_some() && parsed.preferences.count.is_some() {
        // The database's estimates are of all rows, also of those that a policy hides.
        parsed.preferences.count = Some(Count::Exact);
    }
    let is_head = *request.method() == Method::HEAD;
    let max_rows = service.app.settings.rest.max_rows;
    let header = header_text(request.headers(), &header::RANGE).filter(|_| !is_head);
    let range = row_range::requested(&parsed.query, header.as_deref(), max_rows)?;
    let mut query = std::mem::take(&mut parsed.query.list);
    (query.offset, query.limit) = (Some(range.offset), range.limit);
    let context = service.context(parsed.schema, max_rows);
    let body = match parsed.media.body {
        object @ BodyFormat::Object { .. } => object,
        _ if is_head => BodyFormat::None,
        other => other,
    };
    let outcome = if service.is_sqlite() {
        on_sqlite::read(service, &parsed, context, query, range, body).await?
    } else {
        let root = passthrough_resolver::plan(context, parsed.resource, query)?;
        redaction::check_plan_visible(service, &parsed.media, &root)?;
        let read = Read {
            service,
            parsed: &parsed,
            root: &root,
            counted: counted(&parsed, max_rows),
        };
        if let Some(explain) = parsed.media.explain {
            let statement = emit::read(&root, body, read.counted);
            let plan = read.fetch(emit::explain(explain, statement)).await?;
            return Ok(explained(&parsed.media, &plan));
        }
        if may_be_long(body, range) {
            read.streamed(range, body).await?
        } else {
            read.whole(body).await?
        }
    };
    read_response::response(service, request, &parsed, range, outcome)
}

/// Whether the answer is a list that may be too long to be held in memory.
pub fn may_be_long(body: BodyFormat, range: RowRange) -> bool {
    matches!(
        body,
        BodyFormat::Array { .. } | BodyFormat::Csv | BodyFormat::Lines
    ) && range.limit.is_none_or(|limit| limit > SHORT_ROWS)
}

/// How far the statement counts the rows on all pages.
fn counted(parsed: &ParsedRequest<'_>, max_rows: Option<u64>) -> Counted {
    match (parsed.preferences.count, max_rows) {
        (Some(Count::Exact), _) | (Some(Count::Estimated), None) => Counted::All,
        // Past that number the planner's estimate is used, where it is larger.
        (Some(Count::Estimated), Some(max_rows)) => Counted::Beyond(max_rows),
        (Some(Count::Planned) | None, _) => Counted::No,
    }
}

/// A read of PostgreSQL.
struct Read<'read> {
    service: Serving<'read>,
    parsed: &'read ParsedRequest<'read>,
    root: &'read SelectNode,
    counted: Counted,
}

impl Read<'_> {
    /// Reads the body as one text.
    async fn whole(&self, body: BodyFormat) -> Result<ReadOutcome, Failure> {
        let media = &self.parsed.media;
        let rows = self.fetch(emit::read(self.root, body, self.counted)).await;
        let rows = rows.map_err(|failure| without_postgis(media, failure))?;
        let returned = number(rows.text(0, 1)).unwrap_or(0);
        let total = self.total(number(rows.text(0, 2))).await?;
        let single = check_single(media, returned, self.service.app.settings.rest.compat);
        Ok(ReadOutcome {
            returned: Returned::Known(returned),
            total,
            body: single.map(|()| body_text(media, rows.text(0, 0)).into()),
        })
    }

    /// Reads the body row by row.
    async fn streamed(&self, range: RowRange, body: BodyFormat) -> Result<ReadOutcome, Failure> {
        let (app, counted) = (&self.service.app, self.counted);
        let sql = emit::rows(self.root, body, counted);
        let statements = &app.statements;
        let statement = statements.written(self.parsed.resource, sql);
        let beginning = self.needs_transaction();
        let beginning = beginning.then(|| self.service.beginning(self.parsed, true));
        let read = app.db.read(&statement.bounded(), beginning).await?;
        let (Streamed::Whole(first) | Streamed::Long(first, _)) = &read;
        let mut exact = number(first.text(0, 1));
        if first.is_empty() && counted != Counted::No {
            // Each row holds the number, and no row was read.
            let statement = emit::read(self.root, BodyFormat::None, counted);
            exact = number(self.fetch(statement).await?.text(0, 2));
        }
        let total = self.total(exact).await?;
        let is_exact = match counted {
            Counted::No => false,
            Counted::All => true,
            Counted::Beyond(most) => exact.is_some_and(|exact| exact <= most),
        };
        let separator = match body {
            // As `json_agg` writes it. `json_strip_nulls` writes the array anew.
            BodyFormat::Array { strip_nulls: false } => ", \n ",
            _ => ",",
        };
        let mut writer = BodyWriter::new(body, separator);
        if body == BodyFormat::Csv {
            writer.header(&emit::names(self.root).join(","));
        }
        let exact = exact.filter(|_| is_exact);
        let list =
            streamed_body::list(read, range, exact, writer, move |writer, rows, row, out| {
                let text = rows.text(row, 0).unwrap_or_default();
                let text = match body {
                    // PostgreSQL writes a row in parentheses.
                    BodyFormat::Csv => text.get(1..text.len().saturating_sub(1)),
                    _ => Some(text),
                };
                writer.row(text.unwrap_or_default(), out);
                Ok(())
            })?;
        Ok(ReadOutcome { total, ..list })
    }

    /// Runs a statement that only reads.
    async fn fetch(&self, sql: Sql) -> Result<Rows, Failure> {
        let app = &self.service.app;
        let statements = &app.statements;
        let statement = statements.written(self.parsed.resource, sql);
        if !self.needs_transaction() {
            return Ok(app.db.fetch(&statement, Repeat::Allowed).await?);
        }
        let beginning = self.service.beginning(self.parsed, true);
        Ok(app.db.fetch_within(&beginning, &statement).await?)
    }

    /// Whether the read depends on the `search_path` or the time zone, or calls functions, which may
    /// write. It then runs in a transaction that sets the former and prevents the latter.
    fn needs_transaction(&self) -> bool {
        let media = &self.parsed.media;
        media.body == BodyFormat::GeoJson
            || media.explain.is_some()
            || self.parsed.preferences.timezone.is_some()
            || !self.root.is_known()
    }

    /// The number of rows on all pages. The statement has counted `exact` of them. An estimate is exact
    /// as long as it does not exceed the rows that an answer may have.
    async fn total(&self, exact: Option<u64>) -> Result<Option<u64>, Failure> {
        let max_rows = self.service.app.settings.rest.max_rows;
        Ok(match self.parsed.preferences.count {
            None => None,
            Some(Count::Exact) => exact,
            Some(Count::Planned) => Some(self.expected_rows().await?),
            Some(Count::Estimated) => {
                let expected = self.expected_rows().await?;
                match max_rows {
                    Some(max_rows) if exact <= Some(max_rows) => exact,
                    _ => exact.max(Some(expected)),
                }
            }
        })
    }

    /// The number of rows that PostgreSQL's planner expects.
    async fn expected_rows(&self) -> Result<u64, Failure> {
        let rows = self.fetch(emit::planned(self.root)).await?;
        let plan = rows.text(0, 0).unwrap_or_default();
        let plan: serde_json::Value = serde_json::from_str(plan).unwrap_or_default();
        Ok(plan[0]["Plan"]["Plan Rows"].as_u64().unwrap_or(0))
    }
}

/// GeoJSON is not available without PostGIS, which has the function for it.
fn without_postgis(media: &Media, failure: Failure) -> Failure {
    match failure {
        Failure::Refused(error)
            if media.body == BodyFormat::GeoJson
                && error.code == "42883"
                && error.message.contains("st_asgeojson") =>
        {
            accept::not_available(GEO_JSON).into()
        }
        other => other,
    }
}

/// A number that PostgreSQL printed as text.
pub fn number(text: Option<&str>) -> Option<u64> {
    text?.parse().ok()
}
