//! Lists as CSV (RFC 4180) and as a JSON object on each line.
//!
//! These formats have no members for `nextCursor` and `total`. The headers `Link` and `X-Total-Count`
//! replace them. A streamed page does not know its last row when its headers are sent, so that its link
//! uses `offset`. The next page may then be empty.

use std::borrow::Cow;

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use poem::{
    Body, Request, Response,
    http::{HeaderMap, Uri, header},
};

use super::{Served, get_requests, read_json};
use crate::{
    codec::{Spelling, each_row},
    db::{Chunks, Rows, Streamed, broken_off},
    error::Error,
    http::media::{self, CSV, LINES},
    node_json::{JsonWriter, NodeRow},
    query::{
        csv,
        plan::{
            ReadPlan,
            select_node::{OutputItem, SelectNode, ValueOutput},
        },
        sql::SHORT_ROWS,
    },
};

/// The format of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Json,
    Csv,
    Lines,
}

impl Format {
    /// The preferred format of `Accept`. Any other media type is answered with JSON.
    pub(super) fn of(headers: &HeaderMap) -> Self {
        // Most requests accept JSON only.
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

/// A page of rows.
pub(super) async fn page(
    served: Served<'_>,
    request: &Request,
    plan: ReadPlan,
    format: Format,
) -> Result<Response, Error> {
    let statement = served.app.statements.read(&plan);
    // A page after a cursor has no offset to link to, so it is read whole.
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
            read_json::refuse_orphans(&plan, &rows)?;
            page.total = get_requests::total(served, &plan, &rows).await?;
            let mut out = table.head();
            let mut found = 0;
            let mut failed = Ok(());
            if plan.is_enveloped() {
                each_row(&read_json::envelope(&plan, &rows), |row| {
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
            let next = match read_json::next(&plan, &rows) {
                Some(cursor) => Some(Next::Cursor(cursor)),
                None => page.may_follow(found, !plan.root.has_sort_keys()),
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

/// A body as a stream of rows.
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

/// The writer of a page's rows.
struct Table {
    format: Format,
    header: Vec<u8>,
    /// The number of rows that may still be written. The statement may have read one more.
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
                // A line break between two tokens of JSON can be a blank.
                let is_break = |byte: u8| matches!(byte, b'\n' | b'\r');
                let bytes = self.json.iter();
                out.extend(bytes.map(|&byte| if is_break(byte) { b' ' } else { byte }));
                out.push(b'\n');
                Ok(())
            }
        }
    }
}

/// The names of a row's outputs.
fn names_of(node: &SelectNode, names: &mut Vec<String>) {
    for output in &node.outputs {
        match output {
            OutputItem::Value(ValueOutput::Column(column)) => {
                names.push(node.from.columns[*column].field.clone());
            }
            OutputItem::Value(ValueOutput::Expression(value)) => {
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

/// The start of the next page.
enum Next {
    Cursor(String),
    /// An offset by the size of the page.
    Offset,
}

struct Page<'request> {
    uri: &'request Uri,
    /// The most rows of the page.
    size: u64,
    offset: u64,
    total: Option<i64>,
}

impl Page<'_> {
    /// Rows without a key have no cursors, so that a full page of them may be followed by another.
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
