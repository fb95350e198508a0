//! The header `Range`, `limit` and `offset` → the range of rows of an answer, its `Content-Range` and
//! its status.

use crate::{postgrest::postgrest_error::PostgrestError, query::parse::PostgrestQuery};

/// The range of rows that a request asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RowRange {
    pub offset: u64,
    pub limit: Option<u64>,
}

fn not_satisfiable(details: &str) -> PostgrestError {
    PostgrestError::new(416, "PGRST103", "Requested range not satisfiable").details(details)
}

/// The rows that are both in the range of the query and in the range of the header, at most
/// `max_rows` of them.
///
/// # Errors
/// PGRST103 where there are none, or where `limit` is negative.
pub fn requested(
    query: &PostgrestQuery,
    header: Option<&str>,
    max_rows: Option<u64>,
) -> Result<RowRange, PostgrestError> {
    if query.negative_limit {
        let details = "Limit should be greater than or equal to zero.";
        return Err(not_satisfiable(details));
    }
    let mut range = RowRange {
        offset: query.list.offset.unwrap_or(0),
        limit: query.list.limit,
    };
    if let Some((first, last)) = header.and_then(bounds)
        && range.limit != Some(0)
    {
        let end = range.limit.map(|limit| range.offset.saturating_add(limit));
        let last = last.map(|last| last.saturating_add(1));
        let end = end.into_iter().chain(last).min();
        range.offset = range.offset.max(first);
        if end.is_some_and(|end| end <= range.offset) {
            return Err(not_satisfiable(
                "The lower boundary must be lower than or equal to the upper boundary in the \
                 Range header.",
            ));
        }
        range.limit = end.map(|end| end - range.offset);
    }
    range.limit = range.limit.into_iter().chain(max_rows).min();
    Ok(range)
}

/// `a-b` or `a-`. Any other header is ignored, even one with a unit: PostgREST reads the unit from
/// `Range-Unit`.
fn bounds(header: &str) -> Option<(u64, Option<u64>)> {
    // PostgreSQL's LIMIT and OFFSET are bigint.
    let number = |text: &str| {
        let is_digits = text.bytes().all(|byte| byte.is_ascii_digit());
        let number = text.parse::<i64>().ok().filter(|_| is_digits);
        number.map(i64::unsigned_abs)
    };
    let (first, last) = header.trim().split_once('-')?;
    let last = match last {
        "" => None,
        last => Some(number(last)?),
    };
    Some((number(first)?, last))
}

/// The number of rows in an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Returned {
    Known(u64),
    /// At least one row. The answer begins before all of them are read.
    Unknown,
}

impl Returned {
    /// The number of rows in a long answer, which follows from the number of rows on all pages.
    pub fn of_total(range: RowRange, total: Option<u64>) -> Self {
        let Some(total) = total else {
            return Self::Unknown;
        };
        let left = total.saturating_sub(range.offset);
        Self::Known(range.limit.map_or(left, |limit| left.min(limit)))
    }
}

/// The header `Content-Range`. Its last row is `*` where the answer begins before it is known.
pub fn content_range(offset: u64, returned: Returned, total: Option<u64>) -> String {
    let total = total.map_or_else(|| "*".to_owned(), |total| total.to_string());
    match returned {
        Returned::Known(0) => format!("*/{total}"),
        Returned::Known(returned) => format!("{offset}-{}/{total}", offset + returned - 1),
        Returned::Unknown => format!("{offset}-*/{total}"),
    }
}

/// The status of a read.
///
/// # Errors
/// PGRST103 where all rows are known to end before the range.
pub fn status(
    range: RowRange,
    returned: Returned,
    total: Option<u64>,
) -> Result<u16, PostgrestError> {
    let is_part = |total| match returned {
        Returned::Known(returned) => returned < total,
        Returned::Unknown => range.offset > 0 || range.limit.is_some_and(|limit| limit < total),
    };
    match total {
        Some(total) if range.offset > total => Err(not_satisfiable(&format!(
            "An offset of {} was requested, but there are only {total} rows.",
            range.offset
        ))),
        Some(total) if is_part(total) => Ok(206),
        _ => Ok(200),
    }
}
