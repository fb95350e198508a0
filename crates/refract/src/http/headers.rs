//! How both fronts read request headers.

use std::borrow::Cow;

use poem::http::{HeaderMap, HeaderName};

/// The value of a header. Several lines are joined by commas, which is their meaning (RFC 9110,
/// 5.3).
///
/// Bytes that are not UTF-8 are replaced. To drop such a line would drop the conditions that it
/// also contains.
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
