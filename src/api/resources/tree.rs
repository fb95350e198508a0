//! Rows that hold rows → JSON.

use poem::Response;

use super::render::{LIST_HEAD, TAIL_BYTES, json, write_tail};
use crate::{
    backend::Rows,
    catalog::Type,
    codec::{Cell, Spelling, each_field, each_row},
    error::Error,
    query::{
        cursor,
        json::{Writer, sets::Joined},
        plan::level::{Level, Query},
    },
    settings::BigIntFormat,
};

/// What the statement has counted.
pub(super) fn counted(plan: &Query, rows: &Rows) -> Option<i64> {
    let column = usize::from(plan.parent.is_some());
    plan.counts_rows()
        .then(|| rows.cell(0, column).as_integer())
        .flatten()
}

/// `{"data":[…],"nextCursor":…,"total":…}`; of rows that came as sets, where they are `joined`.
///
/// # Errors
/// [`Error::TooManyRows`]; [`Error::RowNotFound`] where the parent is not there.
pub(super) fn list(
    plan: &Query,
    joined: Option<&Joined<'_>>,
    rows: &Rows,
    total: Option<i64>,
    big_int: BigIntFormat,
) -> Result<Response, Error> {
    let mut writer = Writer::new(Spelling::Api(big_int));
    let mut body = Vec::with_capacity(LIST_HEAD.len() + rows.weight() + TAIL_BYTES);
    body.extend_from_slice(LIST_HEAD);
    let cursor = if let Some(joined) = joined {
        sets(&mut writer, plan, joined, &mut body)
    } else if plan.is_enveloped() {
        if let Some(parent) = &plan.parent
            && !rows.cell(0, 0).is_true()
        {
            return Err(Error::RowNotFound {
                resource: parent.resource.name.clone(),
            });
        }
        let column = usize::from(plan.parent.is_some()) + usize::from(plan.counts_rows());
        page(&mut writer, plan, &rows.cell(0, column), &mut body)
    } else {
        let marks = plan.root.outputs.len();
        let last = top_page(plan, rows.len(), &mut body, |row, body| {
            writer.top_row(&plan.root, rows, row, body);
        });
        last.map(|row| {
            let cells = (marks..).map(|column| rows.cell(row, column));
            cursor::encode(plan.root.fingerprint(), marked(&plan.root).zip(cells))
        })
    };
    write_tail(cursor.as_deref(), total, &mut body);
    writer.whole(body).map(json)
}

/// The rows of a page that are sets; gives the cursor of the next.
fn sets(writer: &mut Writer, plan: &Query, rows: &Joined<'_>, out: &mut Vec<u8>) -> Option<String> {
    let last = top_page(plan, rows.list.len(), out, |at, out| {
        writer.joined(rows, rows.list[at], out);
    });
    last.map(|at| {
        cursor::encode(
            plan.root.fingerprint(),
            marked(&plan.root).zip(rows.marks(rows.list[at])),
        )
    })
}

/// Writes as many rows as a page has of those found; gives the last one if a cursor goes on there.
fn top_page(
    plan: &Query,
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
    (plan.root.marked && shown > 0 && shown < found).then(|| shown - 1)
}

/// The types of what rows are ordered by.
fn marked(level: &Level) -> impl Iterator<Item = &Type> {
    level.order.iter().map(|term| &term.place.data_type)
}

/// A row as an object.
///
/// # Errors
/// [`Error::TooManyRows`].
pub(super) fn row(
    plan: &Query,
    rows: &Rows,
    row: usize,
    big_int: BigIntFormat,
) -> Result<Vec<u8>, Error> {
    let mut writer = Writer::new(Spelling::Api(big_int));
    let mut body = Vec::with_capacity(rows.weight() / rows.len().max(1));
    writer.top_row(&plan.root, rows, row, &mut body);
    writer.whole(body)
}

/// The rows of a page, which are one cell; gives the cursor of the next.
fn page(writer: &mut Writer, plan: &Query, rows: &Cell<'_>, out: &mut Vec<u8>) -> Option<String> {
    let level = &plan.root;
    let (mut count, mut last) = (0, None);
    out.push(b'[');
    each_row(rows, |row| {
        count += 1;
        if count > plan.page {
            return;
        }
        if count > 1 {
            out.push(b',');
        }
        writer.row(level, &row, out);
        if count == plan.page {
            last = Some(row);
        }
    });
    out.push(b']');
    if count <= plan.page || !level.marked {
        return None;
    }
    last.map(|row| {
        let mut encoder = cursor::Encoder::new(level.fingerprint());
        let (mut skipped, mut types) = (level.outputs.len(), marked(level));
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
