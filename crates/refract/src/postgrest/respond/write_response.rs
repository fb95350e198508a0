//! The rows of a write → its answer.

use poem::{
    Body as HttpBody, Response,
    http::{StatusCode, header},
};
use serde_json::Value;

use super::set_header;
use crate::{
    codec::percent_encoded,
    postgrest::{
        request::{
            ParsedRequest,
            write_request::{OnConflict, Verb, WriteRequest},
        },
        service::Serving,
    },
    prefer::{Preference, Return},
};

/// The rows of a write.
#[derive(Default)]
pub struct WriteOutcome {
    /// The number of rows that were written.
    pub affected: u64,
    /// The number of rows among them that are new.
    pub new: u64,
    /// The text of the body.
    pub body: String,
}

pub fn response(
    service: Serving<'_>,
    parsed: &ParsedRequest<'_>,
    write: &WriteRequest,
    outcome: WriteOutcome,
) -> Response {
    let has_body = parsed.preferences.return_ == Some(Return::Representation);
    let merged_all = matches!(write.on_conflict, OnConflict::Merge(_)) && outcome.new == 0;
    let status = match (write.verb, has_body) {
        (Verb::Insert, _) if merged_all => StatusCode::OK,
        (Verb::Insert, _) => StatusCode::CREATED,
        (Verb::Put, true) if outcome.new > 0 => StatusCode::CREATED,
        (_, true) => StatusCode::OK,
        (_, false) => StatusCode::NO_CONTENT,
    };
    let mut response = Response::builder().status(status).finish();
    if write.verb == Verb::Insert
        && let Some(location) = location(parsed, &outcome)
    {
        set_header(&mut response, header::LOCATION.as_str(), &location);
    }
    let affected = outcome.affected;
    let total = match parsed.preferences.count {
        None => "*".to_owned(),
        Some(_) => affected.to_string(),
    };
    let range = match write.verb {
        Verb::Update if affected > 0 => Some(format!("0-{}/{total}", affected - 1)),
        Verb::Insert | Verb::Update | Verb::Delete => Some(format!("*/{total}")),
        Verb::Put => None,
    };
    if let Some(range) = range {
        set_header(&mut response, "content-range", &range);
    }
    if let Some(applied) = applied(service, parsed, write) {
        set_header(&mut response, "preference-applied", &applied);
    }
    if has_body {
        set_header(&mut response, "content-type", &parsed.media.content_type);
        response.set_body(HttpBody::from(outcome.body));
    }
    response
}

/// The header `Preference-Applied`.
fn applied(
    service: Serving<'_>,
    parsed: &ParsedRequest<'_>,
    write: &WriteRequest,
) -> Option<String> {
    let verb = write.verb;
    parsed.preferences.applied(|one| match one {
        Preference::Resolution(_) => {
            verb == Verb::Insert && !matches!(write.on_conflict, OnConflict::Fail)
        }
        Preference::Missing(_) => matches!(verb, Verb::Insert | Verb::Update),
        Preference::Return(_) => true,
        Preference::Count(_) => verb != Verb::Put,
        Preference::MaxAffected => write.max_affected(parsed).is_some(),
        one => service.honours(one),
    })
}

/// The header `Location` of one new row, for `return=headers-only`.
fn location(parsed: &ParsedRequest<'_>, outcome: &WriteOutcome) -> Option<String> {
    if parsed.preferences.return_ != Some(Return::HeadersOnly) || outcome.affected != 1 {
        return None;
    }
    let rows: Vec<serde_json::Map<String, Value>> = serde_json::from_str(&outcome.body).ok()?;
    let encode = |text: &str| percent_encoded(text).to_string();
    let pairs = rows.first()?.iter().map(|(name, value)| match value {
        Value::Null => format!("{}=is.null", encode(name)),
        Value::String(text) => format!("{}=eq.{}", encode(name), encode(text)),
        other => format!("{}=eq.{}", encode(name), encode(&other.to_string())),
    });
    let pairs: Vec<_> = pairs.collect();
    let table = encode(&parsed.resource.table);
    (!pairs.is_empty()).then(|| format!("/{table}?{}", pairs.join("&")))
}
