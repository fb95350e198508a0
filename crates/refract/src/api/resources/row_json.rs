//! The parts of JSON answers about rows: the members around a list, streams, `ETag` and `Location`,
//! and rows that a write returns.

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
    settings::BigIntFormat,
};

pub(super) const LIST_HEAD: &[u8] = b"{\"data\":";
/// The size of the text after the rows, in bytes, with a cursor.
pub(super) const TAIL_BYTES: usize = 160;
/// The first estimate of the size of a row, in bytes.
pub(super) const ROW_BYTES: usize = 256;

/// Writes the members after the rows of a list.
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

/// A page of `size` rows as a stream. `write` writes a row, and `cursor` makes the cursor after a row. An
/// error ends the body early, because the status has been sent already.
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
    // The cursor of the last row, once a further row has come.
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

/// A body with its `ETag`, or 304 if the client has it.
///
/// # Errors
/// [`Error::PreconditionFailed`] where the caller wants another.
pub(super) fn tagged(
    resource: &Resource,
    body: Vec<u8>,
    headers: &HeaderMap,
) -> Result<Response, Error> {
    let tag = etag::of(&body);
    // Most requests have neither header.
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

/// The path of a row. `None` for a resource without a key.
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
