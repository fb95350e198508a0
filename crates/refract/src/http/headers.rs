//! How a request's headers are read, on both fronts.

use std::borrow::Cow;

use poem::http::{HeaderMap, HeaderName};

/// What a header says: its lines joined by commas, which is what several lines mean (RFC 9110, 5.3).
///
/// Bytes that are no UTF-8 are replaced. A line with one such byte still says all else that it says:
/// to drop it would be to write without the conditions that stand beside it.
pub(crate) fn text<'headers>(
    headers: &'headers HeaderMap,
    name: &HeaderName,
) -> Option<Cow<'headers, str>> {
    let mut lines = headers.get_all(name).iter();
    let mut text = String::from_utf8_lossy(lines.next()?.as_bytes());
    for line in lines {
        let joined = text.to_mut();
        joined.push_str(", ");
        joined.push_str(&String::from_utf8_lossy(line.as_bytes()));
    }
    Some(text)
}
