//! Lists as CSV (RFC 4180) and as a JSON object on each line.
//!
//! There is no room for `nextCursor` and `total` beside such rows: the next page is a `Link`, the
//! total an `X-Total-Count`. A page that is not read to its end before its first bytes leave
//! links to what follows it by `offset`, where there may be nothing.

use std::borrow::Cow;

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use poem::{
    Body, Request, Response,
    http::{HeaderMap, Uri, header},
};

use super::{ResourceService, embedded_json, get_requests, row_json};
use crate::{
    codec::{Spelling, each_row},
    db::{Chunks, Repeat, Rows, Streamed, broken_off},
    db_error,
    error::Error,
    http::media::{self, CSV, LINES},
    node_json::{JsonWriter, NodeRow},
    query::{
        csv,
        plan::{
            Select,
            select_node::{OutputItem, Query, SelectNode},
        },
        sql::SHORT_ROWS,
    },
};

/// What a list is answered as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Json,
    Csv,
    Lines,
}

impl Format {
    /// What `Accept` likes best. Whatever else it names is answered with JSON.
    pub(super) fn of(headers: &HeaderMap) -> Self {
        // Most requests name none of the others.
        let is_json = |value: &header::HeaderValue| value == "*/*" || value == "application/json";
        if headers.get_all(header::ACCEPT).iter().all(is_json) {
            return Self::Json;
        }
        let lines = headers.get_all(header::ACCEPT).iter();
        let lines: Vec<_> = lines.filter_map(|line| line.to_str().ok()).collect();
        let accept = lines.join(",");
        let known =
            media::ranges(&accept)
                .into_iter()
                .find_map(|range| match range.name.as_str() {
                    _ if range.parameter("q") == Some("0") => None,
                    "*/*" | "application/*" | "application/json" => Some(Self::Json),
                    CSV => Some(Self::Csv),
                    _ if range.is_lines() => Some(Self::Lines),
                    _ => None,
                });
        known.unwrap_or(Self::Json)
    }

    fn media_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Csv => "text/csv; charset=utf-8; header=present",
            Self::Lines => LINES,
        }
    }
}

/// A page of one resource's columns.
pub(super) async fn plain(
    served: &ResourceService,
    request: &Request,
    plan: Select,
    format: Format,
) -> Result<Response, Error> {
    let searches = plan.filter.searches();
    let explain = |fault| db_error::of_read(&served.resource, fault, searches);
    let (db, big_int) = (&served.app.db, served.big_int());
    let statement = served.app.statements.select(&plan);
    // Where a page after a cursor ends, no offset tells.
    let is_short = plan.after.is_some() || plan.limit.is_some_and(|limit| limit <= SHORT_ROWS);
    let read = if is_short {
        let rows = db.fetch(&statement, Repeat::Allowed).await;
        rows.map(Streamed::Whole)
    } else {
        db.read(&statement.bounded(), None).await
    };
    let names = plan.shown().iter();
    let names = names.map(|&column| Cow::Borrowed(plan.from.columns[column].field.as_str()));
    let page = Page {
        uri: request.uri(),
        size: plan.page.unwrap_or(u64::MAX),
        offset: plan.offset.unwrap_or(0),
        total: None,
    };
    let mut table = Table::new(format, names, page.size);
    match read.map_err(explain)? {
        Streamed::Whole(rows) => {
            let mut out = table.head();
            for row in 0..rows.len() {
                table.row(&mut out, |json| {
                    row_json::write_row(&plan.from, plan.shown(), &rows, row, big_int, json);
                })?;
            }
            let next = match row_json::next(&plan, &rows) {
                Some(cursor) => Some(Next::Cursor(cursor)),
                None => page.may_follow(rows.len(), plan.from.key.is_empty()),
            };
            Ok(page.response(format, next, out.into()))
        }
        Streamed::Long(first, rest) => {
            let out = table.head();
            let write = move |rows: &Rows, out: &mut Vec<u8>| {
                (0..rows.len()).try_for_each(|row| {
                    table.row(out, |json| {
                        row_json::write_row(&plan.from, plan.shown(), rows, row, big_int, json);
                    })
                })
            };
            Ok(page.response(format, Some(Next::Offset), long(out, first, rest, write)?))
        }
    }
}

/// A page whose rows are more than columns of one resource.
pub(super) async fn tree(
    served: &ResourceService,
    request: &Request,
    plan: Query,
    format: Format,
) -> Result<Response, Error> {
    let statement = served.app.statements.query(&plan);
    let is_short = plan.is_enveloped()
        || plan.root.after.is_some()
        || plan.root.limit.is_some_and(|limit| limit <= SHORT_ROWS);
    let read = if is_short {
        Streamed::Whole(get_requests::rows_of(served, &plan, &statement).await?)
    } else {
        get_requests::long_rows_of(served, &plan, &statement.bounded()).await?
    };
    let mut names = Vec::new();
    names_of(&plan.root, &mut names);
    let mut page = Page {
        uri: request.uri(),
        size: plan.page,
        offset: plan.root.offset.unwrap_or(0),
        total: None,
    };
    let mut table = Table::new(format, names.into_iter().map(Cow::Owned), page.size);
    let mut writer = JsonWriter::new(Spelling::Api(served.big_int()));
    match read {
        Streamed::Whole(rows) => {
            embedded_json::refuse_orphans(&plan, &rows)?;
            page.total = get_requests::total(served, &plan, &rows).await?;
            let mut out = table.head();
            let mut found = 0;
            let mut failed = Ok(());
            if plan.is_enveloped() {
                each_row(&embedded_json::envelope(&plan, &rows), |row| {
                    found += 1;
                    if failed.is_ok() {
                        failed = table.row(&mut out, |json| {
                            writer.row(&plan.root, NodeRow::Composite(row), json)
                        });
                    }
                });
            } else {
                for row in 0..rows.len() {
                    found += 1;
                    table.row(&mut out, |json| {
                        let row = NodeRow::Top { rows: &rows, row };
                        writer.row(&plan.root, row, json)
                    })?;
                }
            }
            failed?;
            writer.check_whole()?;
            let next = match embedded_json::next(&plan, &rows) {
                Some(cursor) => Some(Next::Cursor(cursor)),
                None => page.may_follow(found, !plan.root.with_sort_keys),
            };
            Ok(page.response(format, next, out.into()))
        }
        Streamed::Long(first, rest) => {
            let out = table.head();
            let write = move |rows: &Rows, out: &mut Vec<u8>| {
                for row in 0..rows.len() {
                    let row = NodeRow::Top { rows, row };
                    table.row(out, |json| writer.row(&plan.root, row, json))?;
                }
                writer.check_whole()
            };
            Ok(page.response(format, Some(Next::Offset), long(out, first, rest, write)?))
        }
    }
}

/// A body whose rows are still to come.
fn long(
    mut out: Vec<u8>,
    first: Rows,
    rest: Chunks,
    mut write: impl FnMut(&Rows, &mut Vec<u8>) -> Result<(), Error> + Send + 'static,
) -> Result<Body, Error> {
    write(&first, &mut out)?;
    let first = stream::iter([Ok(Bytes::from(out))]);
    let mut rest = rest;
    let rest = stream::poll_fn(move |context| rest.poll_recv(context));
    let rest = rest.map(move |rows| {
        let rows = rows.map_err(|fault| broken_off(&fault))?;
        let mut out = Vec::with_capacity(rows.json_size());
        let written = write(&rows, &mut out);
        written.map_err(|error| broken_off(&error))?;
        Ok::<_, std::io::Error>(Bytes::from(out))
    });
    Ok(Body::from_bytes_stream(first.chain(rest)))
}

/// Rows of a page, as they are written.
struct Table {
    format: Format,
    header: Vec<u8>,
    /// Rows that the page may still have: one more may have been asked for.
    left: u64,
    json: Vec<u8>,
}

impl Table {
    fn new<'name>(format: Format, names: impl Iterator<Item = Cow<'name, str>>, page: u64) -> Self {
        let mut header = Vec::new();
        if format == Format::Csv {
            csv::plain_header(names, &mut header);
        }
        Self {
            format,
            header,
            left: page,
            json: Vec::new(),
        }
    }

    fn head(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.header)
    }

    /// The next row, which `write` writes as JSON.
    fn row(&mut self, out: &mut Vec<u8>, write: impl FnOnce(&mut Vec<u8>)) -> Result<(), Error> {
        if self.left == 0 {
            return Ok(());
        }
        self.left -= 1;
        self.json.clear();
        write(&mut self.json);
        match self.format {
            Format::Csv => csv::plain_line(&self.json, out).map_err(Error::internal),
            Format::Json | Format::Lines => {
                // A line break in JSON is a blank between two of its tokens.
                let is_break = |byte: u8| matches!(byte, b'\n' | b'\r');
                let bytes = self.json.iter();
                out.extend(bytes.map(|&byte| if is_break(byte) { b' ' } else { byte }));
                out.push(b'\n');
                Ok(())
            }
        }
    }
}

/// What a row shows, by name.
fn names_of(node: &SelectNode, names: &mut Vec<String>) {
    for output in &node.outputs {
        match output {
            OutputItem::Value(value) => {
                let member = value.member.strip_suffix(b":").unwrap_or(&value.member);
                names.push(serde_json::from_slice(member).unwrap_or_default());
            }
            OutputItem::Embed(embed) => match &node.embeds[*embed] {
                embed if embed.spread => names_of(&embed.node, names),
                embed => names.push(embed.key.clone()),
            },
        }
    }
}

/// Where the page after one begins.
enum Next {
    Cursor(String),
    /// After as many rows as the page has.
    Offset,
}

struct Page<'request> {
    uri: &'request Uri,
    /// Rows at most.
    size: u64,
    offset: u64,
    total: Option<i64>,
}

impl Page<'_> {
    /// Rows without a key have no cursors: of a full page of them nobody knows whether it is the last.
    fn may_follow(&self, found: usize, without_cursors: bool) -> Option<Next> {
        let is_full = self.size > 0 && found as u64 >= self.size;
        (without_cursors && is_full).then_some(Next::Offset)
    }

    fn response(&self, format: Format, next: Option<Next>, body: Body) -> Response {
        let mut response = Response::builder()
            .header(header::CONTENT_TYPE, format.media_type())
            .header(header::VARY, "accept");
        if let Some(next) = next {
            response = response.header(header::LINK, self.link(&next));
        }
        if let Some(total) = self.total {
            response = response.header("x-total-count", total);
        }
        response.body(body)
    }

    fn link(&self, next: &Next) -> String {
        let begins = |pair: &&str| !matches!(pair.split('=').next(), Some("cursor" | "offset"));
        let query = self.uri.query().unwrap_or_default().split('&');
        let mut pairs: Vec<_> = query
            .filter(|pair| !pair.is_empty())
            .filter(begins)
            .collect();
        let begin = match next {
            Next::Cursor(cursor) => format!("cursor={cursor}"),
            Next::Offset => format!("offset={}", self.offset.saturating_add(self.size)),
        };
        pairs.push(&begin);
        format!("<{}?{}>; rel=\"next\"", self.uri.path(), pairs.join("&"))
    }
}
