//! Rows → JSON bodies and headers. A row goes from wire format to the response's buffer directly.

use poem::{
    Response,
    http::{HeaderValue, header},
};

use crate::{
    api::PREFIX,
    backend::Rows,
    catalog::Resource,
    codec::{key_segment, write_cell, write_string},
    query::plan::{Insert, Select},
    settings::BigIntFormat,
};

/// `{"data":[…],"nextCursor":…,"total":…}`
pub(super) fn list(plan: &Select, rows: &Rows, big_int: BigIntFormat) -> Response {
    let mut body = b"{\"data\":".to_vec();
    write_rows(&plan.from, &plan.columns, rows, big_int, &mut body);
    body.extend_from_slice(b",\"nextCursor\":null,\"total\":null}");
    json(body)
}

/// `[…]`
pub(super) fn rows(
    resource: &Resource,
    columns: &[usize],
    rows: &Rows,
    big_int: BigIntFormat,
) -> Response {
    let mut body = Vec::new();
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
    let mut body = Vec::new();
    write_row(
        resource,
        &names(resource, columns),
        columns,
        rows,
        0,
        big_int,
        &mut body,
    );
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
    let names = names(resource, columns);
    out.push(b'[');
    for row in 0..rows.len() {
        if row > 0 {
            out.push(b',');
        }
        write_row(resource, &names, columns, rows, row, big_int, out);
    }
    out.push(b']');
}

fn write_row(
    resource: &Resource,
    names: &[Vec<u8>],
    columns: &[usize],
    rows: &Rows,
    row: usize,
    big_int: BigIntFormat,
    out: &mut Vec<u8>,
) {
    out.push(b'{');
    for (at, (&column, name)) in columns.iter().zip(names).enumerate() {
        if at > 0 {
            out.push(b',');
        }
        out.extend_from_slice(name);
        write_cell(
            &resource.columns[column].data_type,
            big_int,
            rows.cell(row, at),
            out,
        );
    }
    out.push(b'}');
}

/// `"title":` of every column, once per answer instead of once per row.
fn names(resource: &Resource, columns: &[usize]) -> Vec<Vec<u8>> {
    columns
        .iter()
        .map(|&column| {
            let mut name = Vec::new();
            write_string(&resource.columns[column].field, &mut name);
            name.push(b':');
            name
        })
        .collect()
}

fn json(body: Vec<u8>) -> Response {
    Response::builder()
        .header(header::CONTENT_TYPE, "application/json")
        .body(body)
}
