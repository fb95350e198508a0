//! Rows of a body → the statement that writes them and gives the answer's body.
//!
//! PostgreSQL reads the values itself (`json_populate_record`), so that a text is good for any type.
//! What Prisma Client would fill in is added to the rows before.

use reflect::{
    quote::{identifier, identifiers, literal},
    snapshot::TableKind,
};

use super::{WRITTEN, Writer, body_format::Body, table};
use crate::postgrest::request::payload::{Converted, Payload, column, json};
use crate::postgrest::{emit, postgrest_error::PostgrestError, resolve::raw_node::SelectNode};
use crate::{
    catalog::{Column, Resource},
    codec::Value,
    query::{fill, plan},
};

/// What becomes of a new row with another in its way.
#[derive(Debug, Clone)]
pub enum OnConflict {
    Fail,
    Ignore(Vec<String>),
    Merge(Vec<String>),
}

impl OnConflict {
    /// The same, where the columns that conflicts are told by may be named: who finds the row in the
    /// way finds what it holds.
    ///
    /// # Errors
    /// 42703 for a column that may not, as for one that is not there.
    pub fn named_by(self, resource: &Resource) -> Result<Self, PostgrestError> {
        let target = match &self {
            Self::Fail => &[][..],
            Self::Ignore(target) | Self::Merge(target) => target,
        };
        match target.iter().find(|name| resource.named(name).is_none()) {
            Some(unknown) => Err(PostgrestError::no_target(unknown)),
            None => Ok(self),
        }
    }
}

/// What a write gives back.
#[derive(Debug, Clone, Copy)]
pub enum Returning {
    /// The number of rows, without a look at them.
    Count,
    Rows(Body),
}

/// The statement of an insert. It gives the body, the number of rows, and that of new ones.
pub fn insert(
    root: &SelectNode,
    mut payload: Payload,
    on_conflict: &OnConflict,
    defaults: bool,
    returning: Returning,
) -> Writer {
    let resource = &root.from;
    let written = payload.complete(resource);
    for row in &mut payload.rows {
        row.retain(|name, _| written.contains(name));
    }
    let mut sql = Writer::default();
    sql.text.push_str(&format!(
        "WITH {WRITTEN} AS (INSERT INTO {} AS {}",
        table(resource),
        identifier(&root.alias)
    ));
    if !written.is_empty() {
        sql.text.push_str(&format!(" ({})", identifiers(&written)));
    }
    let given_defaults: Vec<(&String, String)> = written
        .iter()
        .filter_map(|name| {
            let default = column(resource, name).filter(|_| defaults)?;
            Some((name, default_of(resource, default)?))
        })
        .collect();
    let converted = Converted::of(resource, &written);
    let values = written.iter().map(|name| {
        let value = converted.value(name);
        if !given_defaults.iter().any(|(column, _)| *column == name) {
            return value;
        }
        format!(
            "CASE WHEN {}->{} IS NULL THEN _default.{} ELSE {value} END",
            converted.object_of("_given.value", name),
            literal(name),
            identifier(name)
        )
    });
    let values: Vec<_> = values.collect();
    sql.text.push_str(&format!(
        " SELECT {} FROM json_array_elements(",
        values.join(", ")
    ));
    sql.bind(payload.text(&converted));
    sql.text.push_str(&format!(
        "::json) WITH ORDINALITY AS _given(value, place) CROSS JOIN LATERAL {}",
        converted.from(resource, "_given.value")
    ));
    if !given_defaults.is_empty() {
        // As in PostgREST every row draws its own, whether it is used or not.
        let all = given_defaults
            .iter()
            .map(|(name, default)| format!("{default} AS {}", identifier(name)));
        let all: Vec<_> = all.collect();
        sql.text.push_str(&format!(
            " CROSS JOIN LATERAL (SELECT {} WHERE _given.place > 0) AS _default",
            all.join(", ")
        ));
    }
    let counts = counts_new(resource) && matches!(on_conflict, OnConflict::Merge(_));
    if counts {
        sql.text.push_str(&format!(" WHERE {}", count_on("+ 1")));
    }
    sql.text.push_str(" ORDER BY _given.place");
    let set: Vec<String> = written
        .iter()
        .filter(|name| {
            let is_updated = || column(resource, name).is_some_and(|column| column.updated_at);
            payload.columns.contains(name) || is_updated()
        })
        .map(|name| format!("{0} = EXCLUDED.{0}", identifier(name)))
        .collect();
    match on_conflict {
        OnConflict::Fail => {}
        OnConflict::Merge(target) if !set.is_empty() => {
            sql.text.push_str(&format!(
                " ON CONFLICT ({}) DO UPDATE SET {}",
                identifiers(target),
                set.join(", ")
            ));
            merged_where(&mut sql, root, counts);
        }
        OnConflict::Merge(target) | OnConflict::Ignore(target) => sql.text.push_str(&format!(
            " ON CONFLICT ({}) DO NOTHING",
            identifiers(target)
        )),
    }
    let merges = matches!(on_conflict, OnConflict::Merge(_));
    give_back(&mut sql, root, returning, merges);
    sql
}

/// Restricts a merge to the rows in the way that the request may see.
fn merged_where(sql: &mut Writer, root: &SelectNode, counts: bool) {
    let mut separator = " WHERE ";
    for condition in root.filter.imposed() {
        sql.text.push_str(separator);
        sql.compare(root, condition);
        separator = " AND ";
    }
    if counts {
        sql.text.push_str(separator);
        sql.text.push_str(&count_on("- 1"));
    }
}

/// The statement of a change; `None` where nothing is to be changed.
///
/// `defaults` gives columns that the row leaves out their defaults.
pub fn update(
    root: &SelectNode,
    payload: Payload,
    defaults: bool,
    returning: Returning,
) -> Option<Writer> {
    let resource = &root.from;
    let (mut row, mut columns) = (payload.rows.into_iter().next()?, payload.columns);
    if columns.is_empty() {
        return None;
    }
    // What is not written is not to be read.
    row.retain(|name, _| columns.contains(name));
    let now = fill::now();
    for column in &resource.columns {
        if !columns.contains(&column.name)
            && let Some(value) = fill::on_update(column, now)
        {
            row.insert(column.name.clone(), json(column, &value));
            columns.push(column.name.clone());
        }
    }
    let mut sql = Writer::default();
    let converted = Converted::of(resource, &columns);
    let set = columns.iter().map(|name| {
        let quoted = identifier(name);
        let is_left_out = defaults && !row.contains_key(name);
        let default = column(resource, name).filter(|_| is_left_out);
        match default.and_then(|column| default_of(resource, column)) {
            Some(default) => format!("{quoted} = {default}"),
            None => format!("{quoted} = {}", converted.value(name)),
        }
    });
    let set: Vec<_> = set.collect();
    sql.text.push_str(&format!(
        "WITH {WRITTEN} AS (UPDATE {} AS {} SET {} FROM ",
        table(resource),
        identifier(&root.alias),
        set.join(", ")
    ));
    let row = sql.place(Value::Text(converted.text(&row)));
    sql.text
        .push_str(&converted.from(resource, &format!("{row}::json")));
    sql.filter(root);
    give_back(&mut sql, root, returning, false);
    Some(sql)
}

/// The statement of a delete; rows that are marked instead stay.
pub fn delete(root: &SelectNode, returning: Returning) -> Writer {
    let resource = &root.from;
    let (table, alias) = (table(resource), identifier(&root.alias));
    let mut sql = Writer::default();
    match plan::soft_deletion(resource) {
        Some((column, plan::Assign::To(mark))) => {
            let column = identifier(&resource.columns[column].name);
            sql.text.push_str(&format!(
                "WITH {WRITTEN} AS (UPDATE {table} AS {alias} SET {column} = "
            ));
            sql.bind(mark);
        }
        _ => sql.text.push_str(&format!(
            "WITH {WRITTEN} AS (DELETE FROM {table} AS {alias}"
        )),
    }
    sql.filter(root);
    give_back(&mut sql, root, returning, false);
    sql
}

/// What is asked of the rows that were written. To count them needs no right to read them.
fn give_back(sql: &mut Writer, root: &SelectNode, returning: Returning, merges: bool) {
    let resource = &root.from;
    let alias = identifier(&root.alias);
    let mut columns: Vec<String> = match returning {
        Returning::Count => vec!["1 AS one".to_owned()],
        Returning::Rows(_) => {
            // No more than is looked at: some columns may not be for everybody's eyes.
            let needed = root.needed_columns();
            let is_needed =
                |name: &str| needed.as_ref().is_none_or(|needed| needed.contains(&name));
            let names = resource
                .visible()
                .map(|column| &resource.columns[column].name);
            names
                .filter(|name| is_needed(name))
                .map(|name| format!("{alias}.{}", identifier(name)))
                .collect()
        }
    };
    if matches!(returning, Returning::Rows(_)) {
        // Functions take rows of the table, not of what has been returned.
        let names = root.unknown_names().into_iter().map(identifier);
        columns.extend(names.map(|name| format!("{alias}.{name} AS {name}")));
    }
    let counts = merges && counts_new(resource);
    if merges && !counts {
        // A row version that nobody has replaced or locked is a new one.
        columns.push(format!("{alias}.xmax = 0 AS refract_is_new"));
    }
    if columns.is_empty() {
        columns.push("1 AS one".to_owned());
    }
    sql.text
        .push_str(&format!(" RETURNING {}) ", columns.join(", ")));
    let new = if counts {
        format!("(SELECT CASE WHEN count(*) >= 0 THEN {COUNTER} END FROM {WRITTEN})")
    } else {
        let is_new = if merges { " WHERE refract_is_new" } else { "" };
        format!("(SELECT count(*)::text FROM {WRITTEN}{is_new})")
    };
    match returning {
        Returning::Count => sql.text.push_str(&format!(
            "SELECT '', (SELECT count(*)::text FROM {WRITTEN}), {new}"
        )),
        Returning::Rows(body) => emit::written(sql, root, body, &new),
    }
}

/// What a column that the row leaves out gets.
fn default_of(resource: &Resource, column: &Column) -> Option<String> {
    if column.identity.is_some() {
        return Some(format!(
            "nextval(pg_get_serial_sequence({}, {}))",
            literal(&table(resource)),
            literal(&column.name)
        ));
    }
    column.default.clone()
}

/// Whether rows do not say if they are new, as those of partitions and of views: each counts as one
/// until it is merged.
fn counts_new(resource: &Resource) -> bool {
    resource.partitioned || resource.kind != TableKind::Table
}

/// How many rows of the transaction's upsert are new.
const COUNTER: &str = "current_setting('refract.new_rows', true)";

/// Counts, and is always true.
fn count_on(by: &str) -> String {
    format!(
        "set_config('refract.new_rows', (coalesce(nullif({COUNTER}, '')::bigint, 0) {by})::text, \
         true) IS NOT NULL"
    )
}
