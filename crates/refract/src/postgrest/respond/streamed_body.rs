//! Lists that may be long: their rows leave as they come.
//!
//! What is read ahead is answered as any list is. Of a longer one the first bytes leave before the
//! last row is read, so that `Content-Range` says `0-*/*` unless the number of its rows follows from
//! that of all pages. A failure after that breaks the answer off: the status has been sent.

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use poem::Body as HttpBody;

use super::body_writer::BodyWriter;
use crate::postgrest::{
    on_sqlite::read_rows::{RowWriter, worded},
    read_table::{self, Found, number},
    request::row_range::{self, Returned},
    service::{Asked, Failure, Front},
};
use crate::{
    db::{Chunks, Repeat, Rows, Streamed, broken_off},
    error::Error,
    postgrest::{
        emit::{self, Counted, body_format::Body},
        resolve::raw_node::SelectNode,
    },
    query::{parse::Count, plan::select_node::Query},
    row_json::NodeRow,
};

/// The list that a plan of PostgreSQL's asks for.
pub async fn of_postgres(
    front: &Front,
    asked: &Asked<'_>,
    root: &SelectNode,
    rows: row_range::Rows,
    body: Body,
    counted: Counted,
) -> Result<Found, Failure> {
    let statement = emit::rows(root, body, counted);
    let read = front.read_rows(asked, root, statement).await?;
    let (first, rest) = match read {
        Streamed::Whole(rows) => (rows, None),
        Streamed::Long(rows, rest) => (rows, Some(rest)),
    };
    let mut exact = number(first.text(0, 1));
    if first.is_empty() && counted != Counted::No {
        // No row has come that could have said it.
        let statement = emit::read(root, Body::None, counted);
        let answer = front.read(asked, root, statement).await?;
        exact = number(answer.text(0, 2));
    }
    let total = read_table::total(front, asked, root, exact).await?;
    let header = match body {
        Body::Csv => emit::names(root).join(","),
        _ => String::new(),
    };
    let between = match body {
        // As `json_agg` has it, and `json_strip_nulls`, which writes it anew.
        Body::Array { strip_nulls: false } => ", \n ",
        _ => ",",
    };
    let mut writer = BodyWriter::new(body, between, header);
    let mut write = move |found: &Rows, is_last: bool| {
        let mut out = Vec::with_capacity(found.weight());
        for row in 0..found.len() {
            let text = found.text(row, 0).unwrap_or_default();
            // A row's text stands in parentheses.
            let text = match body {
                Body::Csv => text
                    .get(1..text.len().saturating_sub(1))
                    .unwrap_or_default(),
                _ => text,
            };
            writer.row(text, &mut out);
        }
        if is_last {
            writer.end(&mut out);
        }
        Ok(out)
    };
    let beginning = write(&first, rest.is_none())?;
    let returned = match rest {
        None => Returned::Known(first.len() as u64),
        // Only what has been counted to the end is the number of all rows.
        Some(_) => Returned::of_total(rows, exact.filter(|_| is_whole(counted, exact))),
    };
    Ok(Found {
        returned,
        total,
        body: Ok(match rest {
            None => beginning.into(),
            Some(rest) => long(beginning, rest, write),
        }),
    })
}

fn is_whole(counted: Counted, exact: Option<u64>) -> bool {
    match counted {
        Counted::No => false,
        Counted::All => true,
        Counted::Beyond(most) => exact.is_some_and(|exact| exact <= most),
    }
}

/// The list that a plan of SQLite's asks for.
pub async fn of_sqlite(
    front: &Front,
    asked: &Asked<'_>,
    mut plan: Query,
    rows: row_range::Rows,
    body: Body,
) -> Result<Found, Failure> {
    let (db, statements) = (&front.app.db, &front.app.statements);
    let total = match asked.prefer.count {
        None => None,
        Some(Count::Exact | Count::Planned | Count::Estimated) => {
            let mut counting = plan.clone();
            counting.root.limit = Some(0);
            let statement = statements.query(&counting);
            let counted = db.fetch(&statement, Repeat::Allowed).await;
            let counted = counted.map_err(|fault| worded(asked, fault))?;
            let total = counted.cell(0, 0).as_integer().unwrap_or(0);
            Some(total.unsigned_abs())
        }
    };
    plan.count = None;
    let read = db.read(&statements.query(&plan).bounded(), None).await;
    let read = read.map_err(|fault| worded(asked, fault))?;
    let (first, rest) = match read {
        Streamed::Whole(rows) => (rows, None),
        Streamed::Long(rows, rest) => (rows, Some(rest)),
    };
    let mut writer = RowWriter::new(body);
    let mut write = move |found: &Rows, is_last: bool| {
        let mut out = Vec::with_capacity(found.weight());
        for row in 0..found.len() {
            writer.write(&plan.root, &mut out, |writer, json| {
                writer.row(&plan.root, NodeRow::Top { rows: found, row }, json);
            })?;
        }
        if is_last {
            writer.end(&mut out);
        }
        Ok(out)
    };
    let beginning = write(&first, rest.is_none())?;
    let returned = match rest {
        None => Returned::Known(first.len() as u64),
        Some(_) => Returned::of_total(rows, total),
    };
    Ok(Found {
        returned,
        total,
        body: Ok(match rest {
            None => beginning.into(),
            Some(rest) => long(beginning, rest, write),
        }),
    })
}

/// A body whose rows are still to come.
fn long(
    beginning: Vec<u8>,
    rest: Chunks,
    write: impl FnMut(&Rows, bool) -> Result<Vec<u8>, Error> + Send + 'static,
) -> HttpBody {
    let beginning = stream::iter([Ok(Bytes::from(beginning))]);
    let rest = stream::unfold(Some((rest, write)), async |state| {
        let (mut rest, mut write) = state?;
        let written = match rest.recv().await {
            None => {
                let end = write(&Rows::none(), true).map(Bytes::from);
                return Some((end.map_err(|error| broken_off(&error)), None));
            }
            Some(Ok(rows)) => write(&rows, false).map_err(|error| broken_off(&error)),
            Some(Err(fault)) => Err(broken_off(&fault)),
        };
        let next = written.is_ok().then_some((rest, write));
        Some((written.map(Bytes::from), next))
    });
    HttpBody::from_bytes_stream(beginning.chain(rest))
}
