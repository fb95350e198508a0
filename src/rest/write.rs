//! `POST`, `PATCH`, `PUT`, `DELETE`.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use poem::{
    Body as HttpBody, Request, Response,
    http::{Method, StatusCode, header},
};
use serde_json::Value;

use super::{
    Asked, Failure, Front, payload,
    prefer::{End, Missing, Preferences, Resolution, Return},
    read::{body_text, insert as set_header, number},
};
use crate::{
    backend::{Backend, Fault, Isolation, Repeat, Rows},
    catalog::Resource,
    query::{
        lenient::{
            Refusal,
            plan::{self, Level},
            sql::{Body, Writer},
            write::{self, OnConflict, Payload, Returning, Row},
        },
        operators::Operator,
        parse::{Field, FieldItem, LenientQuery, ListQuery, Operand, Restriction, SelectItem},
        sql::Statement,
    },
};

/// What a write does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verb {
    Insert,
    Update,
    Put,
    Delete,
}

/// How many rows a write has touched, and how many of them are new.
struct Done {
    affected: u64,
    new: u64,
    body: String,
}

pub(super) async fn rows(
    front: &Front,
    mut request: Request,
    mut asked: Asked<'_>,
) -> Result<Response, Failure> {
    let verb = match *request.method() {
        Method::POST => Verb::Insert,
        Method::PATCH => Verb::Update,
        Method::PUT => Verb::Put,
        _ => Verb::Delete,
    };
    if front.app.settings.api.read_only {
        let what = match verb {
            Verb::Insert | Verb::Put => "INSERT",
            Verb::Update => "UPDATE",
            Verb::Delete => "DELETE",
        };
        let message = format!("cannot execute {what} in a read-only transaction");
        return Err(Refusal::new(405, "25006", message).into());
    }
    let payload = match verb {
        Verb::Delete => None,
        _ => {
            let bytes = request.take_body().into_bytes().await;
            let bytes = bytes.map_err(|error| crate::error::Error::BadRequest {
                reason: error.to_string(),
            })?;
            let rows = payload::rows(request.headers(), &bytes)?;
            let columns = asked.query.columns.take();
            Some(Payload::of(&asked.resource, rows, columns)?)
        }
    };
    if verb == Verb::Put {
        check_put(&asked, payload.as_ref())?;
    }
    let prefer = &asked.prefer;
    let on_conflict = on_conflict(verb, &asked.resource, &mut asked.query, prefer);
    let returning = returning(&asked);
    let nothing = payload
        .as_ref()
        .is_some_and(|payload| payload.rows.is_empty());
    let defaults = prefer.missing == Some(Missing::Default);
    let root = root(front, &mut asked)?;
    let statement = match (verb, payload) {
        (_, Some(_)) if nothing => None,
        (Verb::Update, Some(payload)) => write::update(&root, payload, returning),
        (Verb::Insert | Verb::Put, Some(payload)) => Some(write::insert(
            &root,
            payload,
            &on_conflict,
            defaults,
            returning,
        )),
        _ => Some(write::delete(&root, returning)),
    };
    let done = match statement {
        Some(statement) => run(front, &asked, verb, statement).await?,
        None => nothing_done(&asked)?,
    };
    Ok(respond(front, &asked, verb, &on_conflict, done))
}

/// The rows as the answer shows them. A write has no pages; what it is told to order is its answer.
fn root(front: &Front, asked: &mut Asked<'_>) -> Result<Level, Refusal> {
    let mut query: ListQuery = std::mem::take(&mut asked.query.list);
    (query.limit, query.offset) = (None, None);
    match asked.prefer.returning {
        Some(Return::Representation) => {}
        Some(Return::HeadersOnly) => query.select = Some(key_items(&asked.resource)),
        Some(Return::Minimal) | None => query.select = None,
    }
    plan::plan(front.context(asked.schema), asked.position, query)
}

fn key_items(resource: &Resource) -> Vec<SelectItem> {
    let key = resource.primary_key.iter().flat_map(|key| &key.columns);
    let visible = |name: &&String| {
        let mut columns = resource.columns.iter();
        columns.any(|column| column.name == **name && !column.hidden)
    };
    let items = key.filter(visible).map(|name| {
        SelectItem::Field(FieldItem {
            alias: None,
            field: Some(Field {
                name: name.clone(),
                path: Vec::new(),
            }),
            cast: None,
            aggregate: None,
            aggregate_cast: None,
        })
    });
    items.collect()
}

fn returning(asked: &Asked<'_>) -> Returning {
    match asked.prefer.returning {
        Some(Return::Representation) => Returning::Rows(asked.media.body),
        Some(Return::HeadersOnly) if asked.resource.primary_key.is_some() => {
            Returning::Rows(Body::Array { strip_nulls: false })
        }
        _ => Returning::Count,
    }
}

/// By which columns a new row is found to be there already: those of `on_conflict`, else the
/// primary key, else none.
fn on_conflict(
    verb: Verb,
    resource: &Resource,
    query: &mut LenientQuery,
    prefer: &Preferences,
) -> OnConflict {
    let key = || resource.primary_key.as_ref().map(|key| key.columns.clone());
    let named = query.on_conflict.take().filter(|names| !names.is_empty());
    let Some(target) = named.or_else(key) else {
        return OnConflict::Fail;
    };
    match (verb, prefer.resolution) {
        (Verb::Put, _) | (Verb::Insert, Some(Resolution::Merge)) => OnConflict::Merge(target),
        (Verb::Insert, Some(Resolution::Ignore)) => OnConflict::Ignore(target),
        _ => OnConflict::Fail,
    }
}

/// `PUT` names one row by its primary key, in the URL and in the body.
fn check_put(asked: &Asked<'_>, payload: Option<&Payload>) -> Result<(), Refusal> {
    let query = &asked.query.list;
    if !plan::is_plain(query) {
        return Err(Refusal::new(
            400,
            "PGRST114",
            "limit/offset querystring parameters are not allowed for PUT",
        ));
    }
    let key = asked.resource.primary_key.as_ref();
    let key = key.map_or(&[][..], |key| key.columns.as_slice());
    let equals = |name: &String| {
        let mut filters = query.filters.iter();
        filters.find_map(|filter| match &filter.what {
            Restriction::Condition(field, Ok(predicate))
                if field.name == *name
                    && field.path.is_empty()
                    && filter.embed.is_empty()
                    && !predicate.negated
                    && predicate.operator == Operator::Eq =>
            {
                match &predicate.operand {
                    Operand::Text(text) => Some(text.as_str()),
                    _ => None,
                }
            }
            _ => None,
        })
    };
    let wanted: Option<Vec<&str>> = key.iter().map(equals).collect();
    let Some(wanted) = wanted.filter(|all| !all.is_empty() && all.len() == query.filters.len())
    else {
        return Err(Refusal::new(
            405,
            "PGRST105",
            "Filters must include all and only primary key columns with 'eq' operators",
        ));
    };
    let row = payload.and_then(|payload| match payload.rows.as_slice() {
        [row] => Some(row),
        _ => None,
    });
    let agrees = row.is_some_and(|row| {
        let given = key.iter().map(|name| text_of(row, name));
        given.eq(wanted.iter().map(|text| Some((*text).to_owned())))
    });
    if agrees {
        return Ok(());
    }
    Err(Refusal::new(
        400,
        "PGRST115",
        "Payload values do not match URL in primary key column(s)",
    ))
}

fn text_of(row: &Row, name: &str) -> Option<String> {
    match serde_json::from_str(row.get(name)?).ok()? {
        Value::String(text) => Some(text),
        other => Some(other.to_string()),
    }
}

/// Runs a write, and undoes it where its answer would be a refusal.
async fn run(
    front: &Front,
    asked: &Asked<'_>,
    verb: Verb,
    statement: Writer,
) -> Result<Done, Failure> {
    let app = &front.app;
    let statement = app.statements.written(statement.text, statement.values);
    let singular = matches!(asked.media.body, Body::Object { .. });
    let most = asked.prefer.most_affected().filter(|_| bounds(verb));
    let undo = rolls_back(front, &asked.prefer);
    let keep = |rows: &Rows| {
        let affected = number(rows.text(0, 1)).unwrap_or(0);
        !(undo || singular && affected != 1) && most.is_none_or(|most| affected <= most)
    };
    let rows = if undo || singular || most.is_some() {
        in_transaction(&app.backend, &statement, keep).await?
    } else {
        app.backend.fetch(&statement, Repeat::Forbidden).await?
    };
    let affected = number(rows.text(0, 1)).unwrap_or(0);
    if let Some(most) = most
        && affected > most
    {
        return Err(Refusal::new(
            400,
            "PGRST124",
            "Query result exceeds max-affected preference constraint",
        )
        .details(format!("The query affects {affected} rows"))
        .into());
    }
    Ok(Done {
        affected,
        new: number(rows.text(0, 2)).unwrap_or(0),
        body: body_text(asked.media, affected, rows.text(0, 0))?,
    })
}

/// Runs a statement, which has happened only where `keep` says so of its rows.
async fn in_transaction(
    backend: &Backend,
    statement: &Statement<'_>,
    keep: impl FnOnce(&Rows) -> bool,
) -> Result<Rows, Fault> {
    let mut transaction = backend.begin(Isolation::ReadCommitted).await?;
    let rows = transaction.fetch(statement).await?;
    if keep(&rows) {
        transaction.commit().await?;
    } else {
        transaction.rollback().await?;
    }
    Ok(rows)
}

fn nothing_done(asked: &Asked<'_>) -> Result<Done, Refusal> {
    let empty = match asked.media.body {
        Body::Array { .. } => "[]",
        _ => "\n",
    };
    Ok(Done {
        affected: 0,
        new: 0,
        body: body_text(asked.media, 0, Some(empty))?,
    })
}

fn bounds(verb: Verb) -> bool {
    matches!(verb, Verb::Update | Verb::Delete)
}

fn rolls_back(front: &Front, prefer: &Preferences) -> bool {
    front.app.settings.rest.tx_rollback && prefer.end == Some(End::Rollback)
}

fn respond(
    front: &Front,
    asked: &Asked<'_>,
    verb: Verb,
    on_conflict: &OnConflict,
    done: Done,
) -> Response {
    let shows = asked.prefer.returning == Some(Return::Representation);
    let merged_all = matches!(on_conflict, OnConflict::Merge(_)) && done.new == 0;
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
        set_header(&mut response, "content-type", asked.media.content_type);
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
    let applied = applied(front, asked, verb, on_conflict);
    if !applied.is_empty() {
        set_header(&mut response, "preference-applied", &applied.join(", "));
    }
    response
}

/// What was honoured, in PostgREST's order.
fn applied(front: &Front, asked: &Asked<'_>, verb: Verb, on_conflict: &OnConflict) -> Vec<String> {
    let prefer = &asked.prefer;
    let resolution = match (verb, on_conflict) {
        (Verb::Insert, OnConflict::Merge(_)) => Some("resolution=merge-duplicates"),
        (Verb::Insert, OnConflict::Ignore(_)) => Some("resolution=ignore-duplicates"),
        _ => None,
    };
    let missing = prefer.missing.filter(|_| verb == Verb::Insert);
    let missing = missing.map(|missing| match missing {
        Missing::Default => "missing=default",
        Missing::Null => "missing=null",
    });
    let returning = prefer.returning.map(|returning| match returning {
        Return::Minimal => "return=minimal",
        Return::HeadersOnly => "return=headers-only",
        Return::Representation => "return=representation",
    });
    let end = prefer.end.filter(|_| front.app.settings.rest.tx_rollback);
    let end = end.map(|end| match end {
        End::Commit => "tx=commit",
        End::Rollback => "tx=rollback",
    });
    let count = prefer.count_name().filter(|_| verb != Verb::Put);
    let names = [
        resolution,
        missing,
        returning,
        count,
        end,
        prefer.handling_name(),
    ];
    let most = prefer.most_affected().filter(|_| bounds(verb));
    let most = most.map(|most| format!("max-affected={most}"));
    names
        .into_iter()
        .flatten()
        .map(str::to_owned)
        .chain(most)
        .collect()
}

/// Where the new row is, for those who ask for headers only.
fn location(asked: &Asked<'_>, done: &Done) -> Option<String> {
    if asked.prefer.returning != Some(Return::HeadersOnly) || done.affected != 1 {
        return None;
    }
    let rows: Vec<serde_json::Map<String, Value>> = serde_json::from_str(&done.body).ok()?;
    let encode = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let pairs = rows.first()?.iter().map(|(name, value)| match value {
        Value::String(text) => format!("{}=eq.{}", encode(name), encode(text)),
        other => format!("{}=eq.{}", encode(name), encode(&other.to_string())),
    });
    let pairs: Vec<_> = pairs.collect();
    let table = encode(&asked.resource.table);
    (!pairs.is_empty()).then(|| format!("/{table}?{}", pairs.join("&")))
}
