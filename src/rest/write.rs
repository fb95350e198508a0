//! `POST`, `PATCH`, `PUT`, `DELETE`.

use percent_encoding::utf8_percent_encode;
use poem::{
    Body as HttpBody, Request, Response,
    http::{Method, StatusCode, header},
};
use serde_json::Value;

use super::{
    Asked, Failure, Front, payload,
    prefer::{End, Missing, Preferences, Resolution, Return},
    read::{explained, insert as set_header, number},
    sqlite,
};
use crate::{
    backend::{Class, Fault, Rows},
    query::{
        lenient::{
            Refusal, names,
            sql::{Body, Writer},
            write::{self, OnConflict, Payload, Returning, Row},
        },
        operators::Operator,
        parse::{FieldItem, LenientQuery, ListQuery, Operand, Restriction, SelectItem},
        sql::Statement,
    },
};

/// What a write does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verb {
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

/// What became of a statement.
enum Ran {
    Done(Done),
    /// Its plan was asked for.
    Explained(Rows),
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
    let mut payload = match verb {
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
        check_put(&asked, payload.as_mut())?;
    }
    let prefer = &asked.prefer;
    let key = asked.schema.relationships.key(asked.position);
    let on_conflict = on_conflict(verb, key, &mut asked.query, prefer);
    let returning = returning(&asked);
    let nothing = payload
        .as_ref()
        .is_some_and(|payload| payload.rows.is_empty());
    let defaults = prefer.missing == Some(Missing::Default);
    let query = shown(&mut asked);
    if front.is_sqlite() && !nothing {
        let work = sqlite::Work {
            verb,
            plan: sqlite::plan(front, &asked, front.context(asked.schema), query)?,
            payload,
            on_conflict: &on_conflict,
            defaults,
            returning,
        };
        let keep = keep(front, &asked, verb);
        let written = sqlite::write(front, &asked, work, keep).await?;
        let done = front.done(&asked, verb, written.affected, written.new, &written.body)?;
        return Ok(respond(front, &asked, verb, &on_conflict, done));
    }
    let root = names::plan(front.context(asked.schema), &asked.resource, query)?;
    let statement = match (verb, payload) {
        (_, Some(_)) if nothing => None,
        (Verb::Update, Some(payload)) => write::update(&root, payload, defaults, returning),
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
        Some(statement) => match run(front, &asked, verb, statement).await? {
            Ran::Done(done) => done,
            Ran::Explained(plan) => return Ok(explained(&asked.media, &plan)),
        },
        None => nothing_done(front, &asked)?,
    };
    Ok(respond(front, &asked, verb, &on_conflict, done))
}

/// The rows as the answer shows them. A write has no pages; what it is told to order is its answer.
fn shown(asked: &mut Asked<'_>) -> ListQuery {
    let mut query: ListQuery = std::mem::take(&mut asked.query.list);
    (query.limit, query.offset) = (None, None);
    match asked.prefer.returning {
        Some(Return::Representation) => {}
        Some(Return::HeadersOnly) => query.select = Some(key_items(asked)),
        Some(Return::Minimal) | None => query.select = None,
    }
    query
}

fn key_items(asked: &Asked<'_>) -> Vec<SelectItem> {
    let key = asked.key().iter();
    let visible = |name: &&String| {
        let mut columns = asked.resource.columns.iter();
        columns.any(|column| column.name == **name && !column.hidden)
    };
    let items = key.filter(visible);
    let items = items.map(|name| SelectItem::Field(FieldItem::of(name.clone())));
    items.collect()
}

fn returning(asked: &Asked<'_>) -> Returning {
    match asked.prefer.returning {
        Some(Return::Representation) => Returning::Rows(asked.media.body),
        Some(Return::HeadersOnly) if !asked.key().is_empty() => {
            Returning::Rows(Body::Array { strip_nulls: false })
        }
        _ => Returning::Count,
    }
}

/// By which columns a new row is found to be there already: those of `on_conflict`, else the
/// primary key, else none.
fn on_conflict(
    verb: Verb,
    key: &[String],
    query: &mut LenientQuery,
    prefer: &Preferences,
) -> OnConflict {
    let key = || (!key.is_empty()).then(|| key.to_vec());
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
fn check_put(asked: &Asked<'_>, payload: Option<&mut Payload>) -> Result<(), Refusal> {
    let query = &asked.query.list;
    if query.limit.is_some() || query.offset.is_some() {
        return Err(Refusal::new(
            400,
            "PGRST114",
            "limit/offset querystring parameters are not allowed for PUT",
        ));
    }
    let key = asked.key();
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
    let agrees = |row: &Row| {
        let given = key.iter().map(|name| text_of(row, name));
        given.eq(wanted.iter().map(|text| Some((*text).to_owned())))
    };
    if let Some(payload) = payload {
        // Of several rows only that one is meant.
        payload.rows.retain(agrees);
        if payload.rows.len() == 1 {
            return Ok(());
        }
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
) -> Result<Ran, Failure> {
    let app = &front.app;
    if let Some(explain) = asked.media.explain {
        let statement = explain.of(statement);
        let statement = app.statements.written(statement.text, statement.values);
        let plan = in_transaction(front, asked, &statement, |_| false).await?;
        return Ok(Ran::Explained(plan));
    }
    let statement = app.statements.written(statement.text, statement.values);
    let keep = keep(front, asked, verb);
    let affected = |rows: &Rows| number(rows.text(0, 1)).unwrap_or(0);
    let rows = in_transaction(front, asked, &statement, |rows| keep(affected(rows))).await?;
    let new = number(rows.text(0, 2)).unwrap_or(0);
    let body = rows.text(0, 0).unwrap_or_default();
    let done = front.done(asked, verb, affected(&rows), new, body)?;
    Ok(Ran::Done(done))
}

/// Whether a write that has touched so many rows stays.
fn keep(front: &Front, asked: &Asked<'_>, verb: Verb) -> impl Fn(u64) -> bool + use<> {
    let singular = matches!(asked.media.body, Body::Object { .. });
    let most = asked.prefer.most_affected().filter(|_| bounds(verb));
    let undo = rolls_back(front, &asked.prefer);
    move |affected| !(undo || singular && affected != 1) && most.is_none_or(|most| affected <= most)
}

impl Front {
    /// What a write has done, unless it was too much or not the one row that was asked for.
    fn done(
        &self,
        asked: &Asked<'_>,
        verb: Verb,
        affected: u64,
        new: u64,
        body: &str,
    ) -> Result<Done, Refusal> {
        let most = asked.prefer.most_affected().filter(|_| bounds(verb));
        if most.is_some_and(|most| affected > most) {
            return Err(Refusal::new(
                400,
                "PGRST124",
                "Query result exceeds max-affected preference constraint",
            )
            .details(format!("The query affects {affected} rows")));
        }
        Ok(Done {
            affected,
            new,
            body: self.body_text(&asked.media, affected, Some(body))?,
        })
    }
}

/// Runs a statement, which has happened only where `keep` says so of its rows; again where it lost
/// a deadlock or a race.
async fn in_transaction(
    front: &Front,
    asked: &Asked<'_>,
    statement: &Statement<'_>,
    keep: impl Fn(&Rows) -> bool,
) -> Result<Rows, Fault> {
    let backend = &front.app.backend;
    let mut tries = 0;
    loop {
        let done = async {
            let mut transaction = backend.begin(front.beginning(asked, false)).await?;
            let rows = transaction.fetch(statement).await?;
            if keep(&rows) {
                transaction.commit().await?;
            } else {
                // What waits for the commit would have been refused there.
                transaction.check_deferred().await?;
                transaction.rollback().await?;
            }
            Ok(rows)
        };
        match done.await {
            Err(Fault {
                class: Class::SerializationFailure | Class::StalePlan,
                ..
            }) if backend.after_conflict(tries).await => tries += 1,
            done => return done,
        }
    }
}

fn nothing_done(front: &Front, asked: &Asked<'_>) -> Result<Done, Refusal> {
    let empty = match asked.media.body {
        Body::Array { .. } => "[]",
        _ => "\n",
    };
    Ok(Done {
        affected: 0,
        new: 0,
        body: front.body_text(&asked.media, 0, Some(empty))?,
    })
}

fn bounds(verb: Verb) -> bool {
    matches!(verb, Verb::Update | Verb::Delete)
}

fn rolls_back(front: &Front, prefer: &Preferences) -> bool {
    front.app.settings.api.allow_dry_run && prefer.end == Some(End::Rollback)
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
    let missing = prefer
        .missing
        .filter(|_| matches!(verb, Verb::Insert | Verb::Update));
    let missing = missing.map(|missing| match missing {
        Missing::Default => "missing=default",
        Missing::Null => "missing=null",
    });
    let returning = prefer.returning.map(|returning| match returning {
        Return::Minimal => "return=minimal",
        Return::HeadersOnly => "return=headers-only",
        Return::Representation => "return=representation",
    });
    let end = front.end_name(prefer);
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
        .chain(prefer.timezone_name())
        .chain(most)
        .collect()
}

/// Where the new row is, for those who ask for headers only.
fn location(asked: &Asked<'_>, done: &Done) -> Option<String> {
    if asked.prefer.returning != Some(Return::HeadersOnly) || done.affected != 1 {
        return None;
    }
    let rows: Vec<serde_json::Map<String, Value>> = serde_json::from_str(&done.body).ok()?;
    let encode = |text: &str| utf8_percent_encode(text, super::RESERVED).to_string();
    let pairs = rows.first()?.iter().map(|(name, value)| match value {
        Value::Null => format!("{}=is.null", encode(name)),
        Value::String(text) => format!("{}=eq.{}", encode(name), encode(text)),
        other => format!("{}=eq.{}", encode(name), encode(&other.to_string())),
    });
    let pairs: Vec<_> = pairs.collect();
    let table = encode(&asked.resource.table);
    (!pairs.is_empty()).then(|| format!("/{table}?{}", pairs.join("&")))
}
