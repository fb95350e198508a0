//! Rows → JSON bodies and headers. A row goes from wire format to the response's buffer directly.

use bytes::Bytes;
use futures_util::{StreamExt, TryStreamExt, stream};
use poem::{
    Body, Response,
    http::{HeaderMap, HeaderValue, StatusCode, header},
};

use crate::{
    api::{
        PREFIX,
        etag::{self, Conditions},
    },
    backend::{Chunks, Fault, Rows},
    catalog::Resource,
    codec::{Cell, key_segment, write_cell},
    error::Error,
    query::plan::Select,
    settings::BigIntFormat,
};

pub(super) const LIST_HEAD: &[u8] = b"{\"data\":";
const LIST_TAIL: &[u8] = b",\"nextCursor\":null,\"total\":null}";
/// Bytes of an ordinary row, to begin with.
const ROW_BYTES: usize = 256;

/// `{"data":[…],"nextCursor":…,"total":…}`
pub(super) fn list(plan: &Select, rows: &Rows, big_int: BigIntFormat) -> Response {
    let mut body = Vec::with_capacity(LIST_HEAD.len() + rows.len() * ROW_BYTES + LIST_TAIL.len());
    body.extend_from_slice(LIST_HEAD);
    write_rows(&plan.from, &plan.columns, rows, big_int, &mut body);
    body.extend_from_slice(LIST_TAIL);
    json(body)
}

/// The same for rows that are still to come.
///
/// # Errors
/// What the database says before the first row. A fault after it breaks the answer off: the
/// status has been sent.
pub(super) async fn stream(
    plan: Select,
    mut chunks: Chunks,
    big_int: BigIntFormat,
) -> Result<Response, Fault> {
    let first = chunks.recv().await.transpose()?;
    let mut head = LIST_HEAD.to_vec();
    head.push(b'[');
    let rows = stream::poll_fn(move |context| chunks.poll_recv(context)).map_err(|fault| {
        tracing::warn!(error = &fault as &dyn std::error::Error, "a list broke off");
        std::io::Error::other("the database did not answer to the end")
    });
    let mut is_first = true;
    let rows = stream::iter(first.map(Ok)).chain(rows).map_ok(move |rows| {
        let mut out = Vec::with_capacity(rows.len() * ROW_BYTES);
        for row in 0..rows.len() {
            if !std::mem::take(&mut is_first) {
                out.push(b',');
            }
            write_row(&plan.from, &plan.columns, &rows, row, big_int, &mut out);
        }
        Bytes::from(out)
    });
    let tail = [b"]", LIST_TAIL].concat();
    let whole = stream::iter([Ok(Bytes::from(head))])
        .chain(rows)
        .chain(stream::iter([Ok(Bytes::from(tail))]));
    Ok(Response::builder()
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from_bytes_stream(whole)))
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
    write_row(&plan.from, &plan.columns, rows, 0, big_int, &mut body);
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
    big_int: BigIntFormat,
    out: &mut Vec<u8>,
) {
    out.push(b'[');
    for row in 0..rows.len() {
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
    out.push(b'{');
    for (at, &column) in columns.iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        let column = &resource.columns[column];
        out.extend_from_slice(&column.member);
        match rows.cell(row, at) {
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
