//! Errors and plans that would reveal hidden columns. The database's own messages know all columns.

use reflect::snapshot::TableKind;
use serde_json::Value;

use crate::{
    catalog::{Catalog, Resource},
    db::{DbError, DbErrorKind},
    postgrest::{
        postgrest_error::{DbObjects, Failure, PostgrestError},
        request::accept::{self, Media},
        resolve::{raw_node::SelectNode, relationships::Join},
        service::Serving,
    },
};

/// The error without anything that reveals a hidden column.
///
/// PostgreSQL's details quote rows (`Failing row contains (…)`), its hints name similar columns, and
/// its messages name constraints, whose names tell what they are about.
pub fn redact(catalog: &Catalog, mut error: PostgrestError) -> PostgrestError {
    let Some(about) = error.about.take().filter(|_| catalog.hides()) else {
        return error;
    };
    *error.details = Value::Null;
    error.hint = None;
    let Some(table) = &about.table else {
        return error;
    };
    // The error does not name the schema, so every table of this name counts.
    let resources = catalog
        .resources
        .iter()
        .chain(catalog.alike.values().flat_map(|alike| &alike.resources));
    let mut found = resources.filter(|one| one.table == *table).peekable();
    if found.peek().is_none() {
        // The caller's role does not know the table.
        error.message = general_message(&error.code, "another table");
    } else if found.any(|resource| resource.hides() && !may_name(resource, &about)) {
        error.message = general_message(&error.code, table);
    }
    error
}

/// Whether an error may name all objects that it is about.
fn may_name(resource: &Resource, about: &DbObjects) -> bool {
    if !resource.may_tell(&about.columns) {
        return false;
    }
    let Some(constraint) = &about.constraint else {
        return true;
    };
    let keys = resource.primary_key.iter().chain(&resource.unique_keys);
    let keys = keys.map(|key| (&key.name, &key.columns));
    let foreign = resource.foreign_keys.iter();
    let foreign = foreign.map(|key| (&key.name, &key.columns));
    let checks = resource.checks.iter();
    let checks = checks.map(|check| (&check.name, &check.columns));
    let mut known = keys.chain(foreign).chain(checks);
    let columns = known.find(|(name, _)| *name == constraint);
    // An index over an expression, or a partial one, is not known. It may be over any column.
    columns.is_some_and(|(_, columns)| resource.may_tell(columns))
}

/// A message for a SQLSTATE that names only the table.
fn general_message(code: &str, table: &str) -> String {
    match code {
        "23502" => format!("null value in relation \"{table}\" violates a not-null constraint"),
        "23503" => format!("a write of table \"{table}\" violates a foreign key constraint"),
        "23505" => format!("duplicate key value violates a unique constraint on \"{table}\""),
        "23514" => format!("new row for relation \"{table}\" violates a check constraint"),
        "23P01" => {
            format!("conflicting key value violates an exclusion constraint on \"{table}\"")
        }
        _ => format!("the database refuses what was asked of \"{table}\""),
    }
}

/// The answer to a write that breaks a constraint which may not be named.
pub fn unnamed_constraint(table: &str, error: DbError) -> Failure {
    let (status, code) = match error.kind {
        DbErrorKind::UniqueViolation => (409, "23505"),
        DbErrorKind::ForeignKeyViolation => (409, "23503"),
        DbErrorKind::NotNullViolation => (400, "23502"),
        DbErrorKind::CheckViolation => (400, "23514"),
        _ => return error.into(),
    };
    PostgrestError::new(status, code, general_message(code, table)).into()
}

/// Checks that the plan of a statement, if it is asked for, reveals no hidden column. A plan names
/// everything that a view, a row policy or a function reads.
///
/// # Errors
/// PGRST107.
pub fn check_plan_visible(
    service: Serving<'_>,
    media: &Media,
    root: &SelectNode,
) -> Result<(), PostgrestError> {
    let hides = service.app.catalog.hides();
    match media.explain {
        // Policies are parts of the statement, and a plan estimates by all rows.
        Some(explain)
            if service.access.is_some() || hides && (explain.verbose || may_read_hidden(root)) =>
        {
            let name = media.content_type.split(';').next().unwrap_or_default();
            Err(accept::not_available(name))
        }
        _ => Ok(()),
    }
}

fn may_read_hidden(node: &SelectNode) -> bool {
    node.from.hides()
        || node.from.kind != TableKind::Table
        || node.embeds.iter().any(|embed| {
            matches!(embed.join, Join::Computed { .. }) || may_read_hidden(&embed.node)
        })
}
