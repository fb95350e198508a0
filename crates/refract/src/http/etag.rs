//! `ETag`, `If-Match` and `If-None-Match` (RFC 9110, 13).
//!
//! A tag is a hash of the row's JSON, not PostgreSQL's `xmin`. Views, partitioned tables, SQLite
//! and some databases with PostgreSQL's protocol have no `xmin`. It does not cover embedded rows,
//! and would be one more column of every read. The hash is XXH3, which is the same on every machine
//! and in every release. Each `select` has a different tag; a change compares that of the whole
//! row.

use poem::http::{HeaderMap, HeaderName, HeaderValue, header};
use twox_hash::XxHash3_64;

use crate::error::Error;

/// The tag of a JSON body.
pub(crate) fn of(body: &[u8]) -> HeaderValue {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let hash = XxHash3_64::oneshot(body).to_be_bytes();
    let mut tag = [b'"'; 18];
    for (place, byte) in hash.into_iter().enumerate() {
        tag[1 + 2 * place] = DIGITS[usize::from(byte >> 4)];
        tag[2 + 2 * place] = DIGITS[usize::from(byte & 15)];
    }
    HeaderValue::from_bytes(&tag).expect("quotes and hexadecimal digits")
}

/// The conditions of a request on its row.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Conditions {
    if_match: Option<Tags>,
    if_none_match: Option<Tags>,
}

#[derive(Debug, PartialEq, Eq)]
enum Tags {
    /// `*`
    Any,
    /// With their quotes. Weak tags begin with `W/`.
    These(Vec<String>),
}

impl Conditions {
    /// Reads the headers of a request.
    ///
    /// # Errors
    /// [`Error::BadRequest`] where a header is neither `*` nor a list of tags. To ignore it would
    /// write without the condition.
    pub(crate) fn of(headers: &HeaderMap) -> Result<Self, Error> {
        Ok(Self {
            if_match: tags(headers, header::IF_MATCH)?,
            if_none_match: tags(headers, header::IF_NONE_MATCH)?,
        })
    }

    pub(crate) fn is_none(&self) -> bool {
        self.if_match.is_none() && self.if_none_match.is_none()
    }

    /// Whether the row must not exist: `If-None-Match: *`.
    pub(crate) fn wants_none(&self) -> bool {
        self.if_none_match == Some(Tags::Any)
    }

    /// Whether a change may proceed, given the current tag of the row.
    pub(crate) fn allow_change(&self, current: Option<&HeaderValue>) -> bool {
        self.matches(current) && !self.none_match_fails(current)
    }

    /// Whether `If-Match` holds. It compares tags strongly.
    pub(crate) fn matches(&self, current: Option<&HeaderValue>) -> bool {
        match (&self.if_match, current) {
            (None, _) | (Some(Tags::Any), Some(_)) => true,
            (Some(Tags::These(tags)), Some(current)) => {
                tags.iter().any(|tag| tag.as_bytes() == current.as_bytes())
            }
            (Some(_), None) => false,
        }
    }

    /// Whether `If-None-Match` fails: the caller has the current row. It compares tags weakly.
    pub(crate) fn none_match_fails(&self, current: Option<&HeaderValue>) -> bool {
        match (&self.if_none_match, current) {
            (None, _) | (Some(_), None) => false,
            (Some(Tags::Any), Some(_)) => true,
            (Some(Tags::These(tags)), Some(current)) => tags.iter().any(|tag| {
                let strong = tag.strip_prefix("W/").unwrap_or(tag);
                strong.as_bytes() == current.as_bytes()
            }),
        }
    }
}

fn tags(headers: &HeaderMap, name: HeaderName) -> Result<Option<Tags>, Error> {
    let mut found = None;
    for line in headers.get_all(&name) {
        let refuse = || Error::BadRequest {
            reason: format!("the header {name} is neither * nor a list of tags in quotes"),
        };
        let line = line.to_str().map_err(|_| refuse())?.trim();
        if line == "*" {
            return Ok(Some(Tags::Any));
        }
        let mut tags = match found.take() {
            Some(Tags::These(tags)) => tags,
            _ => Vec::new(),
        };
        let between = |character| matches!(character, ' ' | '\t' | ',');
        let mut rest = line.trim_start_matches(between);
        while !rest.is_empty() {
            let (tag, after) = first_tag(rest).ok_or_else(refuse)?;
            tags.push(tag.to_owned());
            let after = after.trim_start();
            if !after.is_empty() && !after.starts_with(',') {
                return Err(refuse());
            }
            rest = after.trim_start_matches(between);
        }
        if tags.is_empty() {
            return Err(refuse());
        }
        found = Some(Tags::These(tags));
    }
    Ok(found)
}

/// The first tag of a list, and the rest. A tag may contain commas.
fn first_tag(list: &str) -> Option<(&str, &str)> {
    let strong = list.strip_prefix("W/").unwrap_or(list);
    let (inside, _) = strong.strip_prefix('"')?.split_once('"')?;
    let length = list.len() - strong.len() + inside.len() + 2;
    Some(list.split_at(length))
}
