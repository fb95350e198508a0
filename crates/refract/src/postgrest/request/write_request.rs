//! A request → the write that it asks for.

use serde_json::Value;

use super::{
    ParsedRequest,
    accept::BodyFormat,
    payload::{Payload, Row},
    write_rights,
};
use crate::{
    postgrest::postgrest_error::PostgrestError,
    prefer::{Missing, Resolution, Return},
    query::{
        operators::Operator,
        parse::{FieldItem, ListQuery, Operand, Restriction, SelectItem},
        plan::policy::Access,
    },
};

/// The kind of a write, by its method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    /// `POST`
    Insert,
    /// `PATCH`
    Update,
    /// `PUT`: an upsert of one row by its primary key.
    Put,
    Delete,
}

/// The behaviour of a new row that conflicts with an existing one, with the columns in which two rows
/// conflict.
#[derive(Debug, Clone)]
pub enum OnConflict {
    Fail,
    Ignore(Vec<String>),
    Merge(Vec<String>),
}

/// The result of the statement of a write.
#[derive(Debug, Clone, Copy)]
pub enum Returning {
    /// The number of rows. Their columns are not read.
    Count,
    Rows(BodyFormat),
}

/// A write.
pub struct WriteRequest {
    pub verb: Verb,
    /// The rows that change, and their form in the answer.
    pub query: ListQuery,
    /// `None` for deletes.
    pub payload: Option<Payload>,
    pub on_conflict: OnConflict,
    /// The number of rows that must be written, where soft-deleted or hidden rows might prevent it.
    pub must_write: Option<u64>,
    /// Whether columns that a row leaves out get their defaults instead of NULL.
    pub defaults: bool,
    pub returning: Returning,
}

impl WriteRequest {
    /// Takes the query out of `parsed`.
    ///
    /// # Errors
    /// PGRST105, PGRST114 and PGRST115 for a `PUT` that does not name one row; 42703 for a hidden or
    /// unknown column in `on_conflict`.
    pub fn of(
        access: Option<&Access>,
        parsed: &mut ParsedRequest<'_>,
        verb: Verb,
        mut payload: Option<Payload>,
    ) -> Result<Self, PostgrestError> {
        if verb == Verb::Put {
            check_put(parsed, payload.as_mut())?;
        }
        let on_conflict = on_conflict(parsed, verb)?;
        write_rights::check(
            access,
            parsed.resource,
            verb,
            &on_conflict,
            payload.as_mut(),
        )?;
        let rows = payload.as_ref().map(|payload| payload.rows.len() as u64);
        let merges = matches!(on_conflict, OnConflict::Merge(_));
        Ok(Self {
            verb,
            // Elsewhere triggers may leave rows out.
            must_write: rows
                .filter(|_| merges && (parsed.resource.soft_delete.is_some() || access.is_some())),
            on_conflict,
            defaults: parsed.preferences.missing == Some(Missing::Default),
            returning: returning(parsed),
            query: shown(parsed),
            payload,
        })
    }

    /// Whether the body has no rows.
    pub fn is_empty(&self) -> bool {
        let payload = self.payload.as_ref();
        payload.is_some_and(|payload| payload.rows.is_empty())
    }

    /// The most rows that the write may affect. New rows are as many as the caller sends, and have
    /// no bound.
    pub fn max_affected(&self, parsed: &ParsedRequest<'_>) -> Option<u64> {
        let preferences = &parsed.preferences;
        let bound = preferences.max_affected.filter(|_| preferences.is_strict());
        bound.filter(|_| matches!(self.verb, Verb::Update | Verb::Delete))
    }
}

impl OnConflict {
    /// The columns in which two rows conflict.
    pub fn target(&self) -> &[String] {
        match self {
            Self::Fail => &[],
            Self::Ignore(target) | Self::Merge(target) => target,
        }
    }
}

/// The query as it applies to the answer of a write, which has no pages.
fn shown(parsed: &mut ParsedRequest<'_>) -> ListQuery {
    let mut query: ListQuery = std::mem::take(&mut parsed.query.list);
    (query.limit, query.offset) = (None, None);
    match parsed.preferences.return_ {
        Some(Return::Representation) => {}
        Some(Return::HeadersOnly) => query.select = Some(key_items(parsed)),
        Some(Return::Minimal) | None => query.select = None,
    }
    query
}

fn key_items(parsed: &ParsedRequest<'_>) -> Vec<SelectItem> {
    let key = parsed.key().iter();
    let items = key.filter(|name| parsed.resource.named(name).is_some());
    let items = items.map(|name| SelectItem::Field(FieldItem::of(name.clone())));
    items.collect()
}

fn returning(parsed: &ParsedRequest<'_>) -> Returning {
    match parsed.preferences.return_ {
        Some(Return::Representation) => Returning::Rows(parsed.media.body),
        Some(Return::HeadersOnly) if !parsed.key().is_empty() => Returning::Rows(BodyFormat::ARRAY),
        _ => Returning::Count,
    }
}

/// Rows conflict in the columns of `on_conflict`, or else in the primary key.
///
/// # Errors
/// 42703 for a column that does not exist or is hidden: a conflict would reveal its values.
fn on_conflict(parsed: &mut ParsedRequest<'_>, verb: Verb) -> Result<OnConflict, PostgrestError> {
    let key = parsed.key();
    let key = || (!key.is_empty()).then(|| key.to_vec());
    let named = parsed.query.on_conflict.take();
    let named = named.filter(|names| !names.is_empty());
    let Some(target) = named.or_else(key) else {
        return Ok(OnConflict::Fail);
    };
    let on_conflict = match (verb, parsed.preferences.resolution) {
        (Verb::Put, _) | (Verb::Insert, Some(Resolution::Merge)) => OnConflict::Merge(target),
        (Verb::Insert, Some(Resolution::Ignore)) => OnConflict::Ignore(target),
        _ => OnConflict::Fail,
    };
    let is_unknown = |name: &&String| parsed.resource.named(name).is_none();
    match on_conflict.target().iter().find(is_unknown) {
        Some(unknown) => Err(PostgrestError::no_conflict_column(unknown)),
        None => Ok(on_conflict),
    }
}

/// Checks that a `PUT` names one row by its primary key, in the URL and in the body. Leaves only that
/// row in the payload.
fn check_put(
    parsed: &ParsedRequest<'_>,
    payload: Option<&mut Payload>,
) -> Result<(), PostgrestError> {
    let query = &parsed.query.list;
    if query.limit.is_some() || query.offset.is_some() {
        return Err(PostgrestError::new(
            400,
            "PGRST114",
            "limit/offset querystring parameters are not allowed for PUT",
        ));
    }
    let key = parsed.key();
    let wanted: Option<Vec<&str>> = key.iter().map(|name| equal_to(query, name)).collect();
    let Some(wanted) = wanted.filter(|all| !all.is_empty() && all.len() == query.filters.len())
    else {
        return Err(PostgrestError::new(
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
        payload.rows.retain(agrees);
        if payload.rows.len() == 1 {
            return Ok(());
        }
    }
    Err(PostgrestError::new(
        400,
        "PGRST115",
        "Payload values do not match URL in primary key column(s)",
    ))
}

/// The operand of the filter `column=eq.operand`.
fn equal_to<'query>(query: &'query ListQuery, column: &str) -> Option<&'query str> {
    query.filters.iter().find_map(|filter| match &filter.what {
        Restriction::Condition(field, Ok(predicate))
            if field.name == *column
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
}

fn text_of(row: &Row, name: &str) -> Option<String> {
    match serde_json::from_str(row.get(name)?).ok()? {
        Value::String(text) => Some(text),
        other => Some(other.to_string()),
    }
}
