//! `Range`, `limit` and `offset` → which rows, and `Content-Range` of the answer.

use crate::{postgrest::postgrest_error::PostgrestError, query::parse::PostgrestQuery};

/// Which rows of all are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rows {
    pub offset: u64,
    pub limit: Option<u64>,
}

fn refuse(details: &str) -> PostgrestError {
    PostgrestError::new(416, "PGRST103", "Requested range not satisfiable").details(details)
}

/// What the query and the header `Range` have in common, of at most so many rows.
///
/// # Errors
/// PGRST103 where that is nothing.
pub fn rows(
    query: &PostgrestQuery,
    header: Option<&str>,
    most: Option<u64>,
) -> Result<Rows, PostgrestError> {
    if query.negative_limit {
        return Err(refuse("Limit should be greater than or equal to zero."));
    }
    let mut rows = Rows {
        offset: query.list.offset.unwrap_or(0),
        limit: query.list.limit,
    };
    if let Some((first, last)) = header.and_then(bounds)
        && rows.limit != Some(0)
    {
        let end = |rows: &Rows| rows.limit.map(|limit| rows.offset.saturating_add(limit));
        let end = match (end(&rows), last) {
            (Some(end), Some(last)) => Some(end.min(last.saturating_add(1))),
            (end, last) => end.or(last.map(|last| last.saturating_add(1))),
        };
        rows.offset = rows.offset.max(first);
        if end.is_some_and(|end| end <= rows.offset) {
            return Err(refuse(
                "The lower boundary must be lower than or equal to the upper boundary in the \
                 Range header.",
            ));
        }
        rows.limit = end.map(|end| end - rows.offset);
    }
    if let Some(most) = most {
        rows.limit = Some(rows.limit.map_or(most, |limit| limit.min(most)));
    }
    Ok(rows)
}

/// `a-b` or `a-`. Another header is passed over, one with its unit too: PostgREST has that in
/// `Range-Unit`.
fn bounds(header: &str) -> Option<(u64, Option<u64>)> {
    // PostgreSQL's LIMIT and OFFSET are bigint.
    let number = |text: &str| {
        let is_digits = text.bytes().all(|byte| byte.is_ascii_digit());
        let number = text.parse::<i64>().ok().filter(|_| is_digits);
        number.map(i64::unsigned_abs)
    };
    let (first, last) = header.trim().split_once('-')?;
    let last = if last.is_empty() {
        None
    } else {
        Some(number(last)?)
    };
    Some((number(first)?, last))
}

/// Rows of an answer: how many there are, once that is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Returned {
    Known(u64),
    /// Some, and the answer begins before they have been counted.
    Unknown,
}

impl Returned {
    /// The rows of an answer that is too long to be counted first, where they follow from the number
    /// of those of all pages.
    pub fn of_total(rows: Rows, total: Option<u64>) -> Self {
        let Some(total) = total else {
            return Self::Unknown;
        };
        let left = total.saturating_sub(rows.offset);
        Self::Known(rows.limit.map_or(left, |limit| left.min(limit)))
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
/// PGRST103 where all rows are known to end before the first one asked for.
pub fn status(rows: Rows, returned: Returned, total: Option<u64>) -> Result<u16, PostgrestError> {
    let is_part = |total| match returned {
        Returned::Known(returned) => returned < total,
        Returned::Unknown => rows.offset > 0 || rows.limit.is_some_and(|limit| limit < total),
    };
    match total {
        Some(total) if rows.offset > total => Err(refuse(&format!(
            "An offset of {} was requested, but there are only {total} rows.",
            rows.offset
        ))),
        Some(total) if is_part(total) => Ok(206),
        _ => Ok(200),
    }
}
