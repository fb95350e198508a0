//! The rows of a read → JSON. The codec writes each cell from the database's wire format directly into
//! the body.

use std::sync::Arc;

use poem::Response;

use super::row_json::{self, LIST_HEAD, ROW_BYTES, TAIL_BYTES, json, write_tail};
use crate::{
    catalog::Type,
    codec::{Cell, Spelling, each_field, each_row},
    db::{Chunks, Rows},
    error::Error,
    node_json::{JsonWriter, NodeRow, UnionRows},
    query::{
        cursor,
        plan::{ReadPlan, select_node::SelectNode},
    },
    settings::BigIntFormat,
};

/// The number of rows that the statement has counted.
pub(super) fn counted(plan: &ReadPlan, rows: &Rows) -> Option<i64> {
    let column = usize::from(plan.parent.is_some());
    plan.counts_rows()
        .then(|| rows.cell(0, column).as_integer())
        .flatten()
}

/// `{"data":[…],"nextCursor":…,"total":…}`. The embedded rows are in `joined` if they were read as sets.
///
/// # Errors
/// [`Error::TooManyRows`]; [`Error::RowNotFound`] if the parent does not exist.
pub(super) fn list(
    plan: &ReadPlan,
    joined: Option<&UnionRows<'_>>,
    rows: &Rows,
    total: Option<i64>,
    big_int: BigIntFormat,
) -> Result<Response, Error> {
    let mut writer = JsonWriter::new(Spelling::Api(big_int));
    let size = rows.json_size().max(rows.len() * ROW_BYTES);
    let mut body = Vec::with_capacity(LIST_HEAD.len() + size + TAIL_BYTES);
    body.extend_from_slice(LIST_HEAD);
    let cursor = if let Some(joined) = joined {
        sets(&mut writer, plan, joined, &mut body)
    } else if plan.is_enveloped() {
        refuse_orphans(plan, rows)?;
        page(&mut writer, plan, &envelope(plan, rows), &mut body)
    } else {
        let last = top_page(plan, rows.len(), &mut body, |row, body| {
            writer.row(&plan.root, NodeRow::Top { rows, row }, body);
        });
        last.map(|row| cursor_after(&plan.root, rows, row))
    };
    write_tail(cursor.as_deref(), total, &mut body);
    writer.check_whole()?;
    Ok(json(body))
}

/// # Errors
/// [`Error::RowNotFound`] if the parent does not exist.
pub(super) fn refuse_orphans(plan: &ReadPlan, rows: &Rows) -> Result<(), Error> {
    match &plan.parent {
        Some(parent) if !rows.cell(0, 0).is_true() => Err(Error::RowNotFound {
            resource: parent.resource.name.clone(),
        }),
        _ => Ok(()),
    }
}

/// The cell that holds all rows.
pub(super) fn envelope<'rows>(plan: &ReadPlan, rows: &'rows Rows) -> Cell<'rows> {
    let column = usize::from(plan.parent.is_some()) + usize::from(plan.counts_rows());
    rows.cell(0, column)
}

/// The cursor after a row whose cells are those of the statement.
fn cursor_after(node: &SelectNode, rows: &Rows, row: usize) -> String {
    let cells = (0..node.order.len()).map(|term| rows.cell(row, node.sort_key_cell(term)));
    cursor::encode(node.fingerprint(), sort_key_types(node).zip(cells))
}

/// The cursor of the next page, if there is one.
pub(super) fn next(plan: &ReadPlan, rows: &Rows) -> Option<String> {
    if plan.is_enveloped() {
        return next_of(plan, &envelope(plan, rows));
    }
    let size = usize::try_from(plan.page).unwrap_or(usize::MAX);
    let follows = plan.root.has_sort_keys() && size > 0 && size < rows.len();
    follows.then(|| cursor_after(&plan.root, rows, size - 1))
}

/// A [`list`] as a stream.
pub(super) fn stream(
    plan: ReadPlan,
    total: Option<i64>,
    rows: (Rows, Chunks),
    big_int: BigIntFormat,
) -> Response {
    let plan = Arc::new(plan);
    let mut writer = JsonWriter::new(Spelling::Api(big_int));
    let of_write = plan.clone();
    let write = move |rows: &Rows, row: usize, out: &mut Vec<u8>| {
        writer.row(&of_write.root, NodeRow::Top { rows, row }, out);
        writer.check_whole()
    };
    let size = plan.page;
    let cursor = move |rows: &Rows, row| {
        plan.root
            .has_sort_keys()
            .then(|| cursor_after(&plan.root, rows, row))
    };
    row_json::long(size, total, rows, write, cursor)
}

/// Writes the rows of a page that were read as sets. Returns the cursor of the next page.
fn sets(
    writer: &mut JsonWriter,
    plan: &ReadPlan,
    rows: &UnionRows<'_>,
    out: &mut Vec<u8>,
) -> Option<String> {
    let last = top_page(plan, rows.list.len(), out, |at, out| {
        let row = NodeRow::OfSet {
            rows,
            set: 0,
            row: rows.list[at],
        };
        writer.row(&plan.root, row, out);
    });
    last.map(|at| {
        cursor::encode(
            plan.root.fingerprint(),
            sort_key_types(&plan.root).zip(rows.sort_keys(rows.list[at])),
        )
    })
}

/// Writes the rows of a page. Returns the last of them if another page follows it.
fn top_page(
    plan: &ReadPlan,
    found: usize,
    out: &mut Vec<u8>,
    mut write: impl FnMut(usize, &mut Vec<u8>),
) -> Option<usize> {
    let page = usize::try_from(plan.page).unwrap_or(usize::MAX);
    let shown = found.min(page);
    out.push(b'[');
    for row in 0..shown {
        if row > 0 {
            out.push(b',');
        }
        write(row, out);
    }
    out.push(b']');
    (plan.root.has_sort_keys() && shown > 0 && shown < found).then(|| shown - 1)
}

/// The types of the values in the order.
fn sort_key_types(node: &SelectNode) -> impl Iterator<Item = &Type> {
    node.order.iter().map(|term| &term.place.data_type)
}

/// A row as an object.
///
/// # Errors
/// [`Error::TooManyRows`].
pub(super) fn row(
    plan: &ReadPlan,
    rows: &Rows,
    row: usize,
    big_int: BigIntFormat,
) -> Result<Vec<u8>, Error> {
    let mut writer = JsonWriter::new(Spelling::Api(big_int));
    let size = rows.json_size() / rows.len().max(1);
    let mut body = Vec::with_capacity(size.max(ROW_BYTES));
    writer.row(&plan.root, NodeRow::Top { rows, row }, &mut body);
    writer.check_whole()?;
    Ok(body)
}

/// The rows of a page, which are one cell; gives the cursor of the next.
fn page(
    writer: &mut JsonWriter,
    plan: &ReadPlan,
    rows: &Cell<'_>,
    out: &mut Vec<u8>,
) -> Option<String> {
    let mut count = 0;
    out.push(b'[');
    each_row(rows, |row| {
        count += 1;
        if count > plan.page {
            return;
        }
        if count > 1 {
            out.push(b',');
        }
        writer.row(&plan.root, NodeRow::Composite(row), out);
    });
    out.push(b']');
    next_of(plan, rows)
}

/// The cursor after the last row of a page, if another row follows it.
fn next_of(plan: &ReadPlan, rows: &Cell<'_>) -> Option<String> {
    let node = &plan.root;
    let (mut count, mut last) = (0, None);
    each_row(rows, |row| {
        count += 1;
        if count == plan.page {
            last = Some(row);
        }
    });
    if count <= plan.page || !node.has_sort_keys() {
        return None;
    }
    last.map(|row| {
        let mut encoder = cursor::Encoder::new(node.fingerprint());
        let (mut skipped, mut types) = (node.outputs.len(), sort_key_types(node));
        each_field(&row, |cell| {
            if skipped > 0 {
                skipped -= 1;
            } else if let Some(data_type) = types.next() {
                encoder.push(data_type, cell);
            }
        });
        encoder.finish()
    })
}
