//! What a write is asked to do.

use serde_json::Value;

use super::payload::{Payload, Row};
use crate::postgrest::write_table::Verb;
use crate::{
    catalog::Resource,
    postgrest::{
        emit::{
            Writer,
            body_format::Body,
            write_statements::{self, OnConflict, Returning},
        },
        postgrest_error::PostgrestError,
        resolve::raw_node::SelectNode,
        service::Asked,
    },
    query::{
        operators::Operator,
        parse::{FieldItem, ListQuery, Operand, PostgrestQuery, Restriction, SelectItem},
        prefer::{Missing, Preferences, Resolution, Return},
    },
};

/// A write that is to be done.
pub struct Change {
    pub verb: Verb,
    /// The rows that it is about, as the answer shows them.
    pub query: ListQuery,
    pub payload: Option<Payload>,
    pub on_conflict: OnConflict,
    /// Rows that have to be written, where some might be left as they are: those in the way that
    /// are marked as deleted.
    pub must_write: Option<u64>,
    /// Whether columns that a row leaves out get their defaults.
    pub defaults: bool,
    pub returning: Returning,
}

impl Change {
    /// # Errors
    /// A `PUT` that is not about one row; conflicts that are told by what may not be read.
    pub fn of(
        asked: &mut Asked<'_>,
        verb: Verb,
        mut payload: Option<Payload>,
    ) -> Result<Self, PostgrestError> {
        if verb == Verb::Put {
            check_put(asked, payload.as_mut())?;
        }
        let key = asked.schema.relationships.key(asked.position);
        let on_conflict = on_conflict(verb, key, &mut asked.query, &asked.prefer);
        let on_conflict = on_conflict.named_by(&asked.resource)?;
        Ok(Self {
            verb,
            must_write: must_write(&asked.resource, &on_conflict, payload.as_ref()),
            on_conflict,
            defaults: asked.prefer.missing == Some(Missing::Default),
            returning: returning(asked),
            query: shown(asked),
            payload,
        })
    }

    /// Whether the body has no rows.
    pub fn is_nothing(&self) -> bool {
        let payload = self.payload.as_ref();
        payload.is_some_and(|payload| payload.rows.is_empty())
    }

    /// The statement that does it on PostgreSQL; `None` where there is nothing to do. Takes the
    /// payload.
    pub fn statement(&mut self, root: &SelectNode) -> Option<Writer> {
        let (defaults, returning) = (self.defaults, self.returning);
        match (self.verb, self.payload.take()) {
            (Verb::Update, Some(payload)) => {
                write_statements::update(root, payload, defaults, returning)
            }
            (Verb::Insert | Verb::Put, Some(payload)) => Some(write_statements::insert(
                root,
                payload,
                &self.on_conflict,
                defaults,
                returning,
            )),
            _ => Some(write_statements::delete(root, returning)),
        }
    }
}

/// The rows as the answer shows them. A write has no pages; what it is told to order is its answer.
fn shown(asked: &mut Asked<'_>) -> ListQuery {
    let mut query: ListQuery = std::mem::take(&mut asked.query.list);
    (query.limit, query.offset) = (None, None);
    match asked.prefer.return_ {
        Some(Return::Representation) => {}
        Some(Return::HeadersOnly) => query.select = Some(key_items(asked)),
        Some(Return::Minimal) | None => query.select = None,
    }
    query
}

fn key_items(asked: &Asked<'_>) -> Vec<SelectItem> {
    let key = asked.key().iter();
    let items = key.filter(|name| asked.resource.named(name).is_some());
    let items = items.map(|name| SelectItem::Field(FieldItem::of(name.clone())));
    items.collect()
}

fn returning(asked: &Asked<'_>) -> Returning {
    match asked.prefer.return_ {
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
    query: &mut PostgrestQuery,
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

/// How many rows an upsert has to write: all, for nobody sees the others. Triggers may leave rows of
/// other tables out.
fn must_write(
    resource: &Resource,
    on_conflict: &OnConflict,
    payload: Option<&Payload>,
) -> Option<u64> {
    let merges = matches!(on_conflict, OnConflict::Merge(_));
    let rows = payload.filter(|_| merges && resource.soft_delete.is_some());
    rows.map(|payload| payload.rows.len() as u64)
}

/// `PUT` names one row by its primary key, in the URL and in the body.
fn check_put(asked: &Asked<'_>, payload: Option<&mut Payload>) -> Result<(), PostgrestError> {
    let query = &asked.query.list;
    if query.limit.is_some() || query.offset.is_some() {
        return Err(PostgrestError::new(
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
        // Of several rows only that one is meant.
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

fn text_of(row: &Row, name: &str) -> Option<String> {
    match serde_json::from_str(row.get(name)?).ok()? {
        Value::String(text) => Some(text),
        other => Some(other.to_string()),
    }
}
