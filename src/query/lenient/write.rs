//! Rows of a body → the statement that writes them and gives the answer's body.
//!
//! PostgreSQL reads the values itself (`json_populate_record`), so that a text is good for any type.
//! What Prisma Client would fill in is added to the rows before.

use std::collections::BTreeMap;

use super::{
    Refusal,
    level::Level,
    sql::{self, Body, WRITTEN, Writer, call, identifier, literal, table},
};
use crate::query::plan;
use crate::{
    catalog::{Column, FunctionName, Resource, Type},
    codec::{Value, postgres_text},
    query::fill,
};

/// The columns of one row as JSON texts.
pub type Row = BTreeMap<String, String>;

/// Rows that are to be written.
#[derive(Debug)]
pub struct Payload {
    pub rows: Vec<Row>,
    /// The columns that the caller gives.
    pub columns: Vec<String>,
}

/// What becomes of a new row with another in its way.
#[derive(Debug, Clone)]
pub enum OnConflict {
    Fail,
    Ignore(Vec<String>),
    Merge(Vec<String>),
}

/// What a write gives back.
#[derive(Debug, Clone, Copy)]
pub enum Returning {
    /// The number of rows, without a look at them.
    Count,
    Rows(Body),
}

impl Payload {
    /// The rows with the columns of `columns`, or those that every row has.
    ///
    /// # Errors
    /// PGRST102 where rows differ in their keys, PGRST204 where a column is none of the table's.
    pub fn of(
        resource: &Resource,
        rows: Vec<Row>,
        columns: Option<Vec<String>>,
    ) -> Result<Self, Refusal> {
        let columns = match columns {
            Some(columns) => columns,
            None => {
                let first: Vec<String> = rows
                    .first()
                    .into_iter()
                    .flat_map(BTreeMap::keys)
                    .cloned()
                    .collect();
                if rows.iter().any(|row| !row.keys().eq(first.iter())) {
                    return Err(Refusal::new(400, "PGRST102", "All object keys must match"));
                }
                first
            }
        };
        if let Some(unknown) = columns.iter().find(|name| column(resource, name).is_none()) {
            return Err(Refusal::new(
                400,
                "PGRST204",
                format!(
                    "Could not find the '{unknown}' column of '{}' in the schema cache",
                    resource.table
                ),
            ));
        }
        Ok(Self { rows, columns })
    }

    /// Adds what Prisma Client would to new rows; gives the columns that are written.
    fn complete(&mut self, resource: &Resource) -> Vec<String> {
        let mut written = self.columns.clone();
        let now = fill::now();
        for column in &resource.columns {
            for row in &mut self.rows {
                if row.contains_key(&column.name) {
                    continue;
                }
                if let Some(value) = fill::on_create(column, now) {
                    row.insert(column.name.clone(), json(column, &value));
                    if !written.contains(&column.name) {
                        written.push(column.name.clone());
                    }
                }
            }
        }
        written
    }

    fn text(&self, read: &Read<'_>) -> Value {
        let rows = self.rows.iter().map(|row| read.text(row));
        let rows: Vec<_> = rows.collect();
        Value::Text(format!("[{}]", rows.join(",")))
    }
}

/// The columns that a write reads by functions of their domains, and by which.
struct Read<'resource>(Vec<(&'resource str, &'resource FunctionName)>);

impl<'resource> Read<'resource> {
    fn of(resource: &'resource Resource, written: &[String]) -> Self {
        let columns = resource.columns.iter();
        let read = columns.filter_map(|column| {
            let function = column.from_json()?;
            let is_written = written.contains(&column.name);
            is_written.then_some((column.name.as_str(), function))
        });
        Self(read.collect())
    }

    fn by(&self, name: &str) -> Option<&'resource FunctionName> {
        let mut all = self.0.iter();
        all.find_map(|(column, function)| (*column == name).then_some(*function))
    }

    /// A row as JSON: an object, or a pair of which PostgreSQL reads the first by itself.
    fn text(&self, row: &Row) -> String {
        if self.0.is_empty() {
            return object(row.iter());
        }
        let is_read = |name: &str| self.by(name).is_some();
        format!(
            "[{},{}]",
            object(row.iter().filter(|(name, _)| !is_read(name))),
            object(row.iter().filter(|(name, _)| is_read(name)))
        )
    }

    /// Where a column stands in what [`Read::text`] gives.
    fn object_of(&self, row: &str, name: &str) -> String {
        match (self.0.is_empty(), self.by(name)) {
            (true, _) => row.to_owned(),
            (false, None) => format!("({row}->0)"),
            (false, Some(_)) => format!("({row}->1)"),
        }
    }

    /// The value of a column.
    fn value(&self, name: &str) -> String {
        let column = identifier(name);
        match self.by(name) {
            None => format!("_row.{column}"),
            Some(function) => call(function, &format!("_read.{column}")),
        }
    }

    /// `_row`, and beside it `_read`, of a row of [`Read::text`].
    fn from(&self, resource: &Resource, row: &str) -> String {
        let table = table(resource);
        if self.0.is_empty() {
            return format!("json_populate_record(NULL::{table}, {row}) AS _row");
        }
        let columns = self.0.iter();
        let columns: Vec<_> = columns
            .map(|(name, _)| format!("{} json", identifier(name)))
            .collect();
        format!(
            "json_populate_record(NULL::{table}, {row}->0) AS _row CROSS JOIN LATERAL \
             json_to_record({row}->1) AS _read({})",
            columns.join(", ")
        )
    }
}

fn column<'resource>(resource: &'resource Resource, name: &str) -> Option<&'resource Column> {
    resource.columns.iter().find(|column| column.name == name)
}

fn object<'row>(row: impl Iterator<Item = (&'row String, &'row String)>) -> String {
    let members = row.map(|(name, json)| {
        let name = serde_json::Value::from(name.as_str());
        format!("{name}:{json}")
    });
    let members: Vec<_> = members.collect();
    format!("{{{}}}", members.join(","))
}

/// A value as JSON that PostgreSQL reads for a column; a text is good for any type but JSON.
fn json(column: &Column, value: &Value) -> String {
    match (postgres_text(value), &column.data_type) {
        (None, _) => "null".to_owned(),
        (Some(text), Type::Json { .. }) => text.into_owned(),
        (Some(text), _) => serde_json::Value::from(&*text).to_string(),
    }
}

/// The statement of an insert. It gives the body, the number of rows, and that of new ones.
pub fn insert(
    root: &Level,
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
        sql.text.push_str(&format!(" ({})", names(&written)));
    }
    let given_defaults: Vec<(&String, String)> = written
        .iter()
        .filter_map(|name| {
            let default = column(resource, name).filter(|_| defaults)?;
            Some((name, default_of(resource, default)?))
        })
        .collect();
    let read = Read::of(resource, &written);
    let values = written.iter().map(|name| {
        let value = read.value(name);
        if !given_defaults.iter().any(|(column, _)| *column == name) {
            return value;
        }
        format!(
            "CASE WHEN {}->{} IS NULL THEN _default.{} ELSE {value} END",
            read.object_of("_given.value", name),
            literal(name),
            identifier(name)
        )
    });
    let values: Vec<_> = values.collect();
    sql.text.push_str(&format!(
        " SELECT {} FROM json_array_elements(",
        values.join(", ")
    ));
    sql.bind(payload.text(&read));
    sql.text.push_str(&format!(
        "::json) WITH ORDINALITY AS _given(value, place) CROSS JOIN LATERAL {}",
        read.from(resource, "_given.value")
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
    // Rows of partitions do not say whether they are new: each counts as one until it is merged.
    let counts = resource.partitioned && matches!(on_conflict, OnConflict::Merge(_));
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
        OnConflict::Merge(target) if !set.is_empty() => sql.text.push_str(&format!(
            " ON CONFLICT ({}) DO UPDATE SET {}{}",
            names(target),
            set.join(", "),
            if counts {
                format!(" WHERE {}", count_on("- 1"))
            } else {
                String::new()
            }
        )),
        OnConflict::Merge(target) | OnConflict::Ignore(target) => sql
            .text
            .push_str(&format!(" ON CONFLICT ({}) DO NOTHING", names(target))),
    }
    let merges = matches!(on_conflict, OnConflict::Merge(_));
    give_back(&mut sql, root, returning, merges);
    sql
}

/// The statement of a change; `None` where nothing is to be changed.
///
/// `defaults` gives columns that the row leaves out their defaults.
pub fn update(
    root: &Level,
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
    let read = Read::of(resource, &columns);
    let set = columns.iter().map(|name| {
        let quoted = identifier(name);
        let is_left_out = defaults && !row.contains_key(name);
        let default = column(resource, name).filter(|_| is_left_out);
        match default.and_then(|column| default_of(resource, column)) {
            Some(default) => format!("{quoted} = {default}"),
            None => format!("{quoted} = {}", read.value(name)),
        }
    });
    let set: Vec<_> = set.collect();
    sql.text.push_str(&format!(
        "WITH {WRITTEN} AS (UPDATE {} AS {} SET {} FROM ",
        table(resource),
        identifier(&root.alias),
        set.join(", ")
    ));
    let row = sql.place(Value::Text(read.text(&row)));
    sql.text
        .push_str(&read.from(resource, &format!("{row}::json")));
    sql.filter(root);
    give_back(&mut sql, root, returning, false);
    Some(sql)
}

/// The statement of a delete; rows that are marked instead stay.
pub fn delete(root: &Level, returning: Returning) -> Writer {
    let resource = &root.from;
    let (table, alias) = (table(resource), identifier(&root.alias));
    let mut sql = Writer::default();
    match plan::mark(resource) {
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
fn give_back(sql: &mut Writer, root: &Level, returning: Returning, merges: bool) {
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
    let counts = merges && resource.partitioned;
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
        Returning::Rows(body) => sql::written(sql, root, body, &new),
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

/// How many rows of the transaction's upsert are new.
const COUNTER: &str = "current_setting('refract.new_rows', true)";

/// Counts, and is always true.
fn count_on(by: &str) -> String {
    format!(
        "set_config('refract.new_rows', (coalesce(nullif({COUNTER}, '')::bigint, 0) {by})::text, \
         true) IS NOT NULL"
    )
}

fn names(names: &[String]) -> String {
    let names: Vec<_> = names.iter().map(|name| identifier(name)).collect();
    names.join(", ")
}
