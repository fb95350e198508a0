//! Rows → JSON bodies and headers. A row goes from wire format to the response's buffer directly.

use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use poem::{
    Body, Response,
    http::{HeaderMap, HeaderValue, StatusCode, header},
};

use crate::{
    api::PREFIX,
    catalog::Resource,
    codec::{Cell, key_segment, write_cell},
    db::{Chunks, Rows, broken_off},
    error::{Error, SoftDeleted},
    http::etag::{self, Conditions},
    query::{cursor, plan::Select},
    settings::BigIntFormat,
};

pub(super) const LIST_HEAD: &[u8] = b"{\"data\":";
/// Bytes of what comes after the rows, with a cursor.
pub(super) const TAIL_BYTES: usize = 160;
/// Bytes of an ordinary row, to begin with.
const ROW_BYTES: usize = 256;

/// `{"data":[…],"nextCursor":…,"total":…}`
pub(super) fn list(plan: &Select, rows: &Rows, big_int: BigIntFormat) -> Response {
    let shown = shown(plan, rows.len());
    let mut body = Vec::with_capacity(LIST_HEAD.len() + shown * ROW_BYTES + TAIL_BYTES);
    body.extend_from_slice(LIST_HEAD);
    write_rows(&plan.from, plan.shown(), rows, shown, big_int, &mut body);
    write_tail(next(plan, rows).as_deref(), None, &mut body);
    json(body)
}

/// The cursor of the next page, where there is one.
pub(super) fn next(plan: &Select, rows: &Rows) -> Option<String> {
    let shown = shown(plan, rows.len());
    (shown > 0 && shown < rows.len()).then(|| cursor(plan, rows, shown - 1))
}

/// Rows that a page shows: one more may have been asked for.
fn shown(plan: &Select, found: usize) -> usize {
    let page = plan.page.and_then(|page| usize::try_from(page).ok());
    page.map_or(found, |page| page.min(found))
}

/// What comes after the rows of a list.
pub(super) fn write_tail(cursor: Option<&str>, total: Option<i64>, out: &mut Vec<u8>) {
    out.extend_from_slice(b",\"nextCursor\":");
    match cursor {
        // Letters, digits, `-` and `_`.
        Some(cursor) => {
            out.push(b'"');
            out.extend_from_slice(cursor.as_bytes());
            out.push(b'"');
        }
        None => out.extend_from_slice(b"null"),
    }
    out.extend_from_slice(b",\"total\":");
    match total {
        Some(total) => out.extend_from_slice(total.to_string().as_bytes()),
        None => out.extend_from_slice(b"null"),
    }
    out.push(b'}');
}

/// The cursor after a row.
fn cursor(plan: &Select, rows: &Rows, row: usize) -> String {
    let values = plan.order.iter().map(|term| {
        let mut columns = plan.columns.iter();
        let at = columns.position(|&column| column == term.place.column);
        let cell = at.map_or(Cell::Null, |at| rows.cell(row, at));
        (&term.place.data_type, cell)
    });
    cursor::encode(plan.fingerprint(), values)
}

/// The same for rows most of which are still to come.
pub(super) fn stream(plan: Select, first: Rows, rest: Chunks, big_int: BigIntFormat) -> Response {
    let size = plan.page.unwrap_or(u64::MAX);
    let plan = Arc::new(plan);
    let of_write = plan.clone();
    let write = move |rows: &Rows, row: usize, out: &mut Vec<u8>| {
        write_row(&of_write.from, of_write.shown(), rows, row, big_int, out);
        Ok(())
    };
    let cursor = move |rows: &Rows, row| Some(cursor(&plan, rows, row));
    long(size, None, (first, rest), write, cursor)
}

/// A page of `size` rows most of which are still to come, by what writes a row and what makes the
/// cursor after one. A failure breaks the answer off: the status has been sent.
pub(super) fn long(
    size: u64,
    total: Option<i64>,
    (first, mut rest): (Rows, Chunks),
    mut write: impl FnMut(&Rows, usize, &mut Vec<u8>) -> Result<(), Error> + Send + 'static,
    cursor: impl Fn(&Rows, usize) -> Option<String> + Send + 'static,
) -> Response {
    let mut head = LIST_HEAD.to_vec();
    head.push(b'[');
    let rest = stream::poll_fn(move |context| rest.poll_recv(context));
    // Of the last row shown, once another has come.
    let next = Arc::new(OnceLock::new());
    let found = next.clone();
    let (mut count, mut last) = (0, None);
    let rows = stream::iter([Ok(first)]).chain(rest).map(move |rows| {
        let rows = rows.map_err(|fault| broken_off(&fault))?;
        let mut out = Vec::with_capacity(rows.json_size());
        for row in 0..rows.len() {
            count += 1;
            if count > size {
                _ = last.take().map(|cursor| found.set(cursor));
                continue;
            }
            if count > 1 {
                out.push(b',');
            }
            write(&rows, row, &mut out).map_err(|error| broken_off(&error))?;
            if count == size {
                last = cursor(&rows, row);
            }
        }
        Ok::<_, std::io::Error>(Bytes::from(out))
    });
    let tail = stream::once(async move {
        let mut tail = vec![b']'];
        write_tail(next.get().map(String::as_str), total, &mut tail);
        Ok(Bytes::from(tail))
    });
    let whole = stream::iter([Ok(Bytes::from(head))])
        .chain(rows)
        .chain(tail);
    Response::builder()
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from_bytes_stream(whole))
}

/// One row, with its tag; without the row where the caller has it as it is.
///
/// # Errors
/// [`Error::PreconditionFailed`] where the caller wants another.
pub(super) fn row(
    plan: &Select,
    rows: &Rows,
    big_int: BigIntFormat,
    headers: &HeaderMap,
) -> Result<Response, Error> {
    let mut body = Vec::with_capacity(ROW_BYTES);
    write_row(&plan.from, plan.shown(), rows, 0, big_int, &mut body);
    tagged(&plan.from, body, headers)
}

/// A body with its tag.
///
/// # Errors
/// See [`row`].
pub(super) fn tagged(
    resource: &Resource,
    body: Vec<u8>,
    headers: &HeaderMap,
) -> Result<Response, Error> {
    let tag = etag::of(&body);
    // Most requests have neither.
    if headers.contains_key(header::IF_NONE_MATCH) || headers.contains_key(header::IF_MATCH) {
        let conditions = Conditions::of(headers)?;
        if !conditions.matches(Some(&tag)) {
            return Err(Error::PreconditionFailed {
                resource: resource.name.clone(),
                soft_deleted: SoftDeleted::No,
            });
        }
        if conditions.none_match_fails(Some(&tag)) {
            let response = Response::builder().status(StatusCode::NOT_MODIFIED);
            return Ok(response.header(header::ETAG, tag).finish());
        }
    }
    Ok(Response::builder()
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::ETAG, tag)
        .body(body))
}

/// The path of a row; `None` where rows have no address.
pub(super) fn location(
    resource: &Resource,
    columns: &[usize],
    rows: &Rows,
    row: usize,
) -> Option<HeaderValue> {
    if resource.key.is_empty() || rows.is_empty() {
        return None;
    }
    let parts: Option<Vec<String>> = resource
        .key
        .iter()
        .map(|&column| {
            let at = columns.iter().position(|&returned| returned == column)?;
            Some(key_segment(
                &resource.columns[column].data_type,
                rows.cell(row, at),
            ))
        })
        .collect();
    let path = format!("{PREFIX}/{}/{}", resource.path, parts?.join(","));
    HeaderValue::from_str(&path).ok()
}

pub(super) fn write_rows(
    resource: &Resource,
    columns: &[usize],
    rows: &Rows,
    count: usize,
    big_int: BigIntFormat,
    out: &mut Vec<u8>,
) {
    out.push(b'[');
    for row in 0..count {
        if row > 0 {
            out.push(b',');
        }
        write_row(resource, columns, rows, row, big_int, out);
    }
    out.push(b']');
}

pub(super) fn write_row(
    resource: &Resource,
    columns: &[usize],
    rows: &Rows,
    row: usize,
    big_int: BigIntFormat,
    out: &mut Vec<u8>,
) {
    let cells = columns.iter().enumerate();
    let cells = cells.map(|(at, &column)| (column, rows.cell(row, at)));
    write_cells(resource, cells, big_int, out);
}

/// A row of these columns' cells.
pub(super) fn write_cells<'cell>(
    resource: &Resource,
    cells: impl Iterator<Item = (usize, Cell<'cell>)>,
    big_int: BigIntFormat,
    out: &mut Vec<u8>,
) {
    out.push(b'{');
    for (place, (column, cell)) in cells.enumerate() {
        if place > 0 {
            out.push(b',');
        }
        let column = &resource.columns[column];
        out.extend_from_slice(&column.member);
        match cell {
            Cell::Null if column.list => out.extend_from_slice(b"[]"),
            cell => write_cell(&column.data_type, big_int, cell, out),
        }
    }
    out.push(b'}');
}

pub(super) fn json(body: Vec<u8>) -> Response {
    Response::builder()
        .header(header::CONTENT_TYPE, "application/json")
        .body(body)
}
