//! What a write answers.

use poem::{
    Body as HttpBody, Response,
    http::{StatusCode, header},
};
use serde_json::Value;

use crate::postgrest::{
    request::write_request::Change,
    write_table::{Done, Verb, most_affected},
};
use crate::{
    codec::percent_encoded,
    postgrest::{
        emit::write_statements::OnConflict,
        read_table::insert as set_header,
        service::{Asked, Front},
    },
    prefer::{Preference, Return},
};

pub fn respond(front: &Front, asked: &Asked<'_>, change: &Change, done: Done) -> Response {
    let verb = change.verb;
    let shows = asked.prefer.return_ == Some(Return::Representation);
    let merged_all = matches!(change.on_conflict, OnConflict::Merge(_)) && done.new == 0;
    let status = match (verb, shows) {
        (Verb::Insert, _) if merged_all => StatusCode::OK,
        (Verb::Insert, _) => StatusCode::CREATED,
        (Verb::Put, true) if done.new > 0 => StatusCode::CREATED,
        (_, true) => StatusCode::OK,
        (_, false) => StatusCode::NO_CONTENT,
    };
    let mut response = Response::builder().status(status).finish();
    let location = location(asked, &done);
    if shows {
        set_header(&mut response, "content-type", &asked.media.content_type);
        response.set_body(HttpBody::from(done.body));
    }
    if let (Verb::Insert, Some(location)) = (verb, location) {
        set_header(&mut response, header::LOCATION.as_str(), &location);
    }
    let total = match asked.prefer.count {
        None => "*".to_owned(),
        Some(_) => done.affected.to_string(),
    };
    let range = match verb {
        Verb::Insert | Verb::Delete => Some(format!("*/{total}")),
        Verb::Update if done.affected == 0 => Some(format!("*/{total}")),
        Verb::Update => Some(format!("0-{}/{total}", done.affected - 1)),
        Verb::Put => None,
    };
    if let Some(range) = range {
        set_header(&mut response, "content-range", &range);
    }
    if let Some(applied) = applied(front, asked, change) {
        set_header(&mut response, "preference-applied", &applied);
    }
    response
}

/// What was honoured.
fn applied(front: &Front, asked: &Asked<'_>, change: &Change) -> Option<String> {
    let verb = change.verb;
    let resolves = verb == Verb::Insert && !matches!(change.on_conflict, OnConflict::Fail);
    let holds = |one| match one {
        Preference::Resolution(_) => resolves,
        Preference::Missing(_) => matches!(verb, Verb::Insert | Verb::Update),
        Preference::Return(_) => true,
        Preference::Count(_) => verb != Verb::Put,
        Preference::MaxAffected => most_affected(asked, verb).is_some(),
        one => front.always_holds(one),
    };
    asked.prefer.applied(holds)
}

/// Where the new row is, for those who ask for headers only.
fn location(asked: &Asked<'_>, done: &Done) -> Option<String> {
    if asked.prefer.return_ != Some(Return::HeadersOnly) || done.affected != 1 {
        return None;
    }
    let rows: Vec<serde_json::Map<String, Value>> = serde_json::from_str(&done.body).ok()?;
    let encode = |text: &str| percent_encoded(text).to_string();
    let pairs = rows.first()?.iter().map(|(name, value)| match value {
        Value::Null => format!("{}=is.null", encode(name)),
        Value::String(text) => format!("{}=eq.{}", encode(name), encode(text)),
        other => format!("{}=eq.{}", encode(name), encode(&other.to_string())),
    });
    let pairs: Vec<_> = pairs.collect();
    let table = encode(&asked.resource.table);
    (!pairs.is_empty()).then(|| format!("/{table}?{}", pairs.join("&")))
}
