//! Rows → JSON bodies and headers. A row goes from wire format to the response's buffer directly.

use bytes::Bytes;
use futures_util::{StreamExt, TryStreamExt, stream};
use poem::{
    Body, Response,
    http::{HeaderValue, header},
};

use crate::{
    api::PREFIX,
    backend::{Chunks, Fault, Rows},
    catalog::Resource,
    codec::{Cell, key_segment, write_cell},
    query::plan::{Insert, Select},
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

/// `[…]`
pub(super) fn rows(
    resource: &Resource,
    columns: &[usize],
    rows: &Rows,
    big_int: BigIntFormat,
) -> Response {
    let mut body = Vec::with_capacity(ROW_BYTES);
    write_rows(resource, columns, rows, big_int, &mut body);
    json(body)
}

/// The first row as an object.
pub(super) fn row(
    resource: &Resource,
    columns: &[usize],
    rows: &Rows,
    big_int: BigIntFormat,
) -> Response {
    let mut body = Vec::with_capacity(ROW_BYTES);
    write_row(resource, columns, rows, 0, big_int, &mut body);
    json(body)
}

/// The path of the first row; `None` where rows have no address.
pub(super) fn location(plan: &Insert, rows: &Rows) -> Option<HeaderValue> {
    let resource = &plan.into;
    if resource.key.is_empty() || rows.is_empty() {
        return None;
    }
    let parts: Option<Vec<String>> = resource
        .key
        .iter()
        .map(|&column| {
            let at = plan
                .returning
                .iter()
                .position(|&returned| returned == column)?;
            Some(key_segment(
                &resource.columns[column].data_type,
                rows.cell(0, at),
            ))
        })
        .collect();
    let path = format!("{PREFIX}/{}/{}", resource.path, parts?.join(","));
    HeaderValue::from_str(&path).ok()
}

fn write_rows(
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

fn write_row(
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
