//! Lists that may be long: their rows are sent as they are read.
//!
//! The rows that are read ahead are answered like those of any list. Of a longer list the first bytes
//! are sent before the last row is read, so `Content-Range` is `0-*/*` unless the number of its rows
//! follows from the number of rows on all pages. An error after that breaks the answer off, since its
//! status has been sent.

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use poem::Body as HttpBody;

use super::{body_writer::BodyWriter, read_response::ReadOutcome};
use crate::{
    db::{Chunks, Rows, Streamed, broken_off},
    error::Error,
    postgrest::request::row_range::{Returned, RowRange},
};

/// The answer to a read whose rows `write_row` writes one by one. `counted` is the number of rows on all
/// pages, if it is exact.
///
/// # Errors
/// Those of `write_row` among the rows that are read ahead.
pub fn list(
    read: Streamed,
    range: RowRange,
    counted: Option<u64>,
    mut writer: BodyWriter,
    mut write_row: impl FnMut(&mut BodyWriter, &Rows, usize, &mut Vec<u8>) -> Result<(), Error>
    + Send
    + 'static,
) -> Result<ReadOutcome, Error> {
    let (first, rest) = match read {
        Streamed::Whole(rows) => (rows, None),
        Streamed::Long(rows, rest) => (rows, Some(rest)),
    };
    let mut write = move |rows: &Rows, is_last: bool| {
        let mut out = Vec::with_capacity(rows.json_size());
        for row in 0..rows.len() {
            write_row(&mut writer, rows, row, &mut out)?;
        }
        if is_last {
            writer.end(&mut out);
        }
        Ok(out)
    };
    let beginning = write(&first, rest.is_none())?;
    let (returned, body) = match rest {
        None => (Returned::Known(first.len() as u64), beginning.into()),
        Some(rest) => (
            Returned::of_total(range, counted),
            long(beginning, rest, write),
        ),
    };
    Ok(ReadOutcome {
        returned,
        total: None,
        body: Ok(body),
    })
}

/// A body whose other rows are still to be read.
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
            Some(Err(error)) => Err(broken_off(&error)),
        };
        let next = written.is_ok().then_some((rest, write));
        Some((written.map(Bytes::from), next))
    });
    HttpBody::from_bytes_stream(beginning.chain(rest))
}
