//! Writes → the statement that writes the rows and prints the body of the answer.
//!
//! Each statement returns the body, the number of rows that were written, and the number of new ones
//! among them. Values that Prisma Client would fill in are added to the rows.

use std::sync::Arc;

use reflect::{
    quote::{identifier, identifiers, literal},
    snapshot::TableKind,
};

use super::{
    Sql, WRITTEN, body_aggregate,
    json_input::{JsonInput, json},
    named, new,
    node_rows::{self, EmbedAccess, From},
    placeholder, table,
};
use crate::{
    catalog::{Column, Resource},
    codec::Value,
    postgrest::{
        request::{
            payload::Payload,
            write_request::{OnConflict, Returning},
        },
        resolve::raw_node::{Compare, SelectNode},
    },
    query::{
        fill,
        plan::{self, Filter, Visibility, policy::Action},
        sql::{Chain, Precedence},
    },
};

/// The statement of an insert or an upsert. With `defaults`, columns that a row leaves out get their
/// defaults.
pub fn insert(
    visibility: Visibility<'_>,
    root: &SelectNode,
    mut payload: Payload,
    on_conflict: &OnConflict,
    defaults: bool,
    returning: Returning,
) -> Sql {
    let resource = &root.from;
    let written = fill_in(&mut payload, resource);
    for row in &mut payload.rows {
        row.retain(|name, _| written.contains(name));
    }
    let with_defaults: Vec<(&String, String)> = written
        .iter()
        .filter_map(|name| {
            let column = column(resource, name).filter(|_| defaults)?;
            Some((name, default_of(resource, column)?))
        })
        .collect();
    let input = JsonInput::of(resource, &written);
    let mut sql = new();
    sql.push("WITH ");
    sql.push(WRITTEN);
    sql.push(" AS (INSERT INTO ");
    sql.table(&resource.schema, &resource.table);
    named(&mut sql, root.alias());
    if !written.is_empty() {
        sql.push(&format!(" ({})", identifiers(&written)));
    }
    sql.push(" SELECT ");
    sql.list(&written, |sql, name| {
        let value = input.value(name);
        if !with_defaults.iter().any(|(column, _)| *column == name) {
            return sql.push(&value);
        }
        sql.push(&format!(
            "CASE WHEN {}->{} IS NULL THEN _default.{} ELSE {value} END",
            input.object_of("_given.value", name),
            literal(name),
            identifier(name)
        ));
    });
    sql.push(" FROM json_array_elements(");
    sql.bind_owned(input.array(&payload.rows));
    sql.push("::json) WITH ORDINALITY AS _given(value, place) CROSS JOIN LATERAL ");
    sql.push(&input.tables(resource, "_given.value"));
    if !with_defaults.is_empty() {
        // As in PostgREST, every row evaluates the defaults, whether it uses them or not.
        sql.push(" CROSS JOIN LATERAL (SELECT ");
        sql.list(&with_defaults, |sql, (name, default)| {
            sql.push(default);
            named(sql, name);
        });
        sql.push(" WHERE _given.place > 0) AS _default");
    }
    let merges = matches!(on_conflict, OnConflict::Merge(_));
    let counts = merges && counts_new(resource);
    if counts {
        sql.push(&format!(" WHERE {}", count_on("+ 1")));
    }
    sql.push(" ORDER BY _given.place");
    on_conflict_clause(
        &mut sql,
        visibility,
        root,
        on_conflict,
        &payload,
        &written,
        counts,
    );
    let check = visibility.check(resource);
    let check = check.map(|check| Checked {
        new: check.create.clone(),
        changed: if merges {
            check.update.clone()
        } else {
            check.create.clone()
        },
    });
    give_back(&mut sql, visibility, root, returning, merges, check);
    sql
}

/// Appends `ON CONFLICT`.
fn on_conflict_clause(
    sql: &mut Sql,
    visibility: Visibility<'_>,
    root: &SelectNode,
    on_conflict: &OnConflict,
    payload: &Payload,
    written: &[String],
    counts: bool,
) {
    if matches!(on_conflict, OnConflict::Fail) {
        return;
    }
    let resource = &root.from;
    let is_set = |name: &&String| {
        let is_updated = || column(resource, name).is_some_and(Column::set_by_upsert);
        payload.sets(name) || is_updated()
    };
    let set: Vec<&String> = written.iter().filter(is_set).collect();
    sql.push(&format!(
        " ON CONFLICT ({})",
        identifiers(on_conflict.target())
    ));
    if set.is_empty() || matches!(on_conflict, OnConflict::Ignore(_)) {
        sql.push(" DO NOTHING");
        return;
    }
    sql.push(" DO UPDATE SET ");
    sql.list(set, |sql, name| {
        sql.identifier(name);
        sql.push(" = EXCLUDED.");
        sql.identifier(name);
    });
    let now = fill::now();
    for column in resource
        .columns
        .iter()
        .filter(|one| !payload.sets(&one.name))
    {
        if let Some(value) = fill::on_merge(column, now) {
            sql.push(", ");
            sql.identifier(&column.name);
            sql.push(" = ");
            sql.bind_owned(value);
        }
    }
    // Rows that the request may not see or change are not changed.
    let changeable = visibility.filter_for(Action::Update, resource, Filter::default());
    let access = EmbedAccess::Subquery;
    let lead = node_rows::conditions(sql, root, &changeable, From::Table, access);
    if counts {
        sql.push(lead);
        sql.push(&count_on("- 1"));
    }
}

/// The statement of an update; `None` where it sets nothing. With `defaults`, columns that the row
/// leaves out get their defaults.
pub fn update(
    visibility: Visibility<'_>,
    root: &SelectNode,
    payload: Payload,
    defaults: bool,
    returning: Returning,
) -> Option<Sql> {
    let resource = &root.from;
    let (mut row, mut columns) = (payload.rows.into_iter().next()?, payload.columns);
    if columns.is_empty() {
        return None;
    }
    // PostgreSQL would read values of other columns, too.
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
    let input = JsonInput::of(resource, &columns);
    let mut sql = new();
    sql.push("WITH ");
    sql.push(WRITTEN);
    sql.push(" AS (UPDATE ");
    sql.table(&resource.schema, &resource.table);
    named(&mut sql, root.alias());
    sql.push(" SET ");
    sql.list(&columns, |sql, name| {
        sql.identifier(name);
        sql.push(" = ");
        let is_left_out = defaults && !row.contains_key(name);
        let default = column(resource, name).filter(|_| is_left_out);
        let default = default.and_then(|column| default_of(resource, column));
        sql.push(&default.unwrap_or_else(|| input.value(name)));
    });
    sql.push(" FROM ");
    let row = placeholder(&mut sql, Value::Text(input.text(&row)));
    sql.push(&input.tables(resource, &format!("{row}::json")));
    filter(&mut sql, visibility, Action::Update, root);
    let check = visibility.check(resource);
    let check = check.map(|check| Checked {
        new: check.update.clone(),
        changed: check.update.clone(),
    });
    give_back(&mut sql, visibility, root, returning, false, check);
    Some(sql)
}

/// The statement of a delete, or of a soft delete.
pub fn delete(visibility: Visibility<'_>, root: &SelectNode, returning: Returning) -> Sql {
    let resource = &root.from;
    let mark = match plan::soft_deletion(resource) {
        Some((column, plan::Assign::To(mark))) => Some((&resource.columns[column].name, mark)),
        _ => None,
    };
    let mut sql = new();
    sql.push("WITH ");
    sql.push(WRITTEN);
    sql.push(match mark {
        Some(_) => " AS (UPDATE ",
        None => " AS (DELETE FROM ",
    });
    sql.table(&resource.schema, &resource.table);
    named(&mut sql, root.alias());
    if let Some((column, mark)) = mark {
        sql.push(" SET ");
        sql.identifier(column);
        sql.push(" = ");
        sql.bind_owned(mark);
    }
    filter(&mut sql, visibility, Action::Delete, root);
    // The rows were readable before they went.
    give_back(
        &mut sql,
        Visibility::every_row(),
        root,
        returning,
        false,
        None,
    );
    sql
}

/// Appends the conditions of an update or a delete.
fn filter(sql: &mut Sql, visibility: Visibility<'_>, action: Action, root: &SelectNode) {
    let access = EmbedAccess::Subquery;
    let changeable = visibility.restricted(action, &root.from, &root.filter);
    node_rows::conditions(sql, root, &changeable, From::Table, access);
}

/// What the rows of a write must satisfy: new ones, and those that it has changed.
struct Checked {
    new: Vec<Arc<Filter>>,
    changed: Vec<Arc<Filter>>,
}

impl Checked {
    /// Appends a column of the answer, without which the statement fails.
    fn write(&self, sql: &mut Sql, root: &SelectNode, tells_new: bool) {
        let alias = identifier(root.alias());
        let scope = node_rows::scope(root, &alias);
        sql.borrowing(|sql| {
            sql.row_check(|sql| {
                if self.new == self.changed {
                    return sql.policies(scope, &self.new);
                }
                if !tells_new {
                    let mut both = Chain::all();
                    both.add(sql, |sql| sql.policies(scope, &self.new));
                    both.add(sql, |sql| sql.policies(scope, &self.changed));
                    return both.precedence().unwrap_or(Precedence::Primary);
                }
                sql.push("CASE WHEN ");
                sql.push(scope.name);
                sql.push(".xmax = 0 THEN ");
                sql.operand(|sql| sql.policies(scope, &self.new));
                sql.push(" ELSE ");
                sql.operand(|sql| sql.policies(scope, &self.changed));
                sql.push(" END");
                Precedence::Other
            })
        });
        sql.push(" AS refract_check");
    }
}

/// Appends `RETURNING`, the end of the common table expression, and the query for the answer. Rows that
/// an `!inner` leaves out of the body have been written all the same.
fn give_back(
    sql: &mut Sql,
    visibility: Visibility<'_>,
    root: &SelectNode,
    returning: Returning,
    merges: bool,
    check: Option<Checked>,
) {
    let resource = &root.from;
    let counts = merges && counts_new(resource);
    let mut columns = match returning {
        // Needs no privilege to read columns.
        Returning::Count => Vec::new(),
        Returning::Rows(_) => returned_columns(root),
    };
    if merges && !counts {
        // A row version that no transaction has replaced or locked is a new one.
        columns.push(format!(
            "{}.xmax = 0 AS refract_is_new",
            identifier(root.alias())
        ));
    }
    if columns.is_empty() || matches!(returning, Returning::Count) {
        columns.insert(0, "1 AS one".to_owned());
    }
    sql.push(&format!(" RETURNING {}", columns.join(", ")));
    if let Some(check) = check {
        check.write(sql, root, merges && !counts);
    }
    // A row that was written need not be one that may be read.
    let readable = visibility.with_deleted().all::<Compare>(resource);
    let hides = !readable.policies.is_empty();
    if hides {
        let alias = identifier(root.alias());
        sql.push(", ");
        sql.borrowing(|sql| sql.policies(node_rows::scope(root, &alias), &readable.policies));
        sql.push(" AS refract_is_readable");
    }
    sql.push(") SELECT ");
    match returning {
        Returning::Count => sql.push("''"),
        Returning::Rows(body) => body_aggregate::body(sql, body),
    }
    sql.push(&format!(", (SELECT count(*)::text FROM {WRITTEN}), "));
    sql.push(&if counts {
        format!("(SELECT CASE WHEN count(*) >= 0 THEN {COUNTER} END FROM {WRITTEN})")
    } else {
        let is_new = if merges { " WHERE refract_is_new" } else { "" };
        format!("(SELECT count(*)::text FROM {WRITTEN}{is_new})")
    });
    if matches!(returning, Returning::Rows(_)) {
        sql.push(" FROM (");
        let from = if hides {
            From::WrittenReadable
        } else {
            From::Written
        };
        node_rows::rows(sql, root, from);
        sql.push(") AS _row");
    }
}

/// The columns that the answer depends on. The caller may lack the privilege to read others.
fn returned_columns(root: &SelectNode) -> Vec<String> {
    let resource = &root.from;
    let alias = identifier(root.alias());
    let needed = root.needed_columns();
    let is_needed = |name: &str| needed.as_ref().is_none_or(|needed| needed.contains(&name));
    let names = resource.visible();
    let names = names.map(|column| &resource.columns[column].name);
    let columns = names
        .filter(|name| is_needed(name))
        .map(|name| format!("{alias}.{}", identifier(name)));
    // A function of the row takes a row of the table, and not one of the rows that are returned.
    let functions = root.unknown_names().into_iter().map(identifier);
    let functions = functions.map(|name| format!("{alias}.{name} AS {name}"));
    columns.chain(functions).collect()
}

/// Adds to new rows the values that Prisma Client would fill in. Returns the columns to write.
fn fill_in(payload: &mut Payload, resource: &Resource) -> Vec<String> {
    let mut written = payload.columns.clone();
    let now = fill::now();
    for column in &resource.columns {
        for row in &mut payload.rows {
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

fn column<'resource>(resource: &'resource Resource, name: &str) -> Option<&'resource Column> {
    resource.columns.iter().find(|column| column.name == name)
}

/// The expression for a column's default.
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

/// Whether new rows have to be counted, because rows of partitions and views have no `xmax`. Each row is
/// counted as new until it is merged.
fn counts_new(resource: &Resource) -> bool {
    resource.partitioned || resource.kind != TableKind::Table
}

/// The number of new rows that the transaction has counted.
const COUNTER: &str = "current_setting('refract.new_rows', true)";

/// A condition that is always true, and adds to [`COUNTER`].
fn count_on(by: &str) -> String {
    format!(
        "set_config('refract.new_rows', (coalesce(nullif({COUNTER}, '')::bigint, 0) {by})::text, \
         true) IS NOT NULL"
    )
}
