//! `Accept` → what the rows become.

use crate::query::lenient::{Refusal, sql::Body};

/// A media type that is served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Media {
    pub body: Body,
    pub content_type: &'static str,
}

const JSON: &str = "application/json; charset=utf-8";

/// The first of the types asked for that is served.
pub(super) fn media(accept: &str) -> Result<Media, Refusal> {
    let mut unknown = Vec::new();
    for range in accept
        .split(',')
        .map(str::trim)
        .filter(|range| !range.is_empty())
    {
        match known(range) {
            Some(media) => return Ok(media),
            None => unknown.push(range),
        }
    }
    if unknown.is_empty() {
        return Ok(json(false));
    }
    Err(Refusal::new(
        406,
        "PGRST107",
        format!(
            "None of these media types are available: {}",
            unknown.join(", ")
        ),
    ))
}

fn json(strip_nulls: bool) -> Media {
    Media {
        body: Body::Array { strip_nulls },
        content_type: JSON,
    }
}

fn known(range: &str) -> Option<Media> {
    let mut parts = range.split(';').map(str::trim);
    let name = parts.next()?.to_ascii_lowercase();
    let strip_nulls = parts.any(|parameter| parameter.eq_ignore_ascii_case("nulls=stripped"));
    match name.as_str() {
        "*/*" | "application/*" | "application/json" => Some(json(false)),
        "application/vnd.pgrst.array+json" | "application/vnd.pgrst.array" => Some(Media {
            body: Body::Array { strip_nulls },
            content_type: if strip_nulls {
                "application/vnd.pgrst.array+json;nulls=stripped; charset=utf-8"
            } else {
                JSON
            },
        }),
        "application/vnd.pgrst.object+json" | "application/vnd.pgrst.object" => Some(Media {
            body: Body::Object { strip_nulls },
            content_type: if strip_nulls {
                "application/vnd.pgrst.object+json;nulls=stripped; charset=utf-8"
            } else {
                "application/vnd.pgrst.object+json; charset=utf-8"
            },
        }),
        "text/csv" | "text/*" => Some(Media {
            body: Body::Csv,
            content_type: "text/csv; charset=utf-8",
        }),
        _ => None,
    }
}
