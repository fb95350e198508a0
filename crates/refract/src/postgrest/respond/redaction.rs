//! What is not told where columns are hidden: the database's own words know all of them.

use serde_json::Value;

use crate::postgrest::{
    request::accept,
    service::{Failure, Front},
};
use crate::{
    catalog::{Catalog, Resource},
    db::{DbError, DbErrorKind},
    postgrest::{
        postgrest_error::{About, PostgrestError},
        resolve::{raw_node::SelectNode, relationships::Join},
    },
};
use reflect::snapshot::TableKind;

/// What a refusal may say to the caller.
///
/// PostgreSQL's details quote rows (`Failing row contains (…)`), its hints name columns that are like
/// the one asked for, and its messages name constraints after what they are about.
pub fn told(catalog: &Catalog, mut refusal: PostgrestError) -> PostgrestError {
    let Some(about) = refusal.about.take().filter(|_| catalog.hides()) else {
        return refusal;
    };
    *refusal.details = Value::Null;
    refusal.hint = None;
    let Some(table) = &about.table else {
        return refusal;
    };
    // The schema is not told; which of the tables of that name is meant does not matter.
    let resources = catalog
        .resources
        .iter()
        .chain(catalog.alike.values().flat_map(|alike| &alike.resources));
    let mut hiding = resources.filter(|one| one.table == *table && one.hides());
    if hiding.any(|resource| !may_tell(resource, &about)) {
        refusal.message = discreet(&refusal.code, table);
    }
    refusal
}

/// Whether everything that an error is about may be named.
fn may_tell(resource: &Resource, about: &About) -> bool {
    let constraint = about.constraint.as_deref();
    let is_it = |name: &str| Some(name) == constraint;
    let keys = resource.primary_key.iter().chain(&resource.unique_keys);
    let keys = keys.map(|key| (&key.name, &key.columns));
    let foreign = resource.foreign_keys.iter();
    let foreign = foreign.map(|key| (&key.name, &key.columns));
    let checks = resource.checks.iter();
    let checks = checks.map(|check| (&check.name, &check.columns));
    let mut known = keys.chain(foreign).chain(checks);
    let of_constraint = known.find(|(name, _)| is_it(name));
    resource.may_tell(&about.columns)
        && match (constraint, of_constraint) {
            (None, _) => true,
            // An index over an expression, or one that is partial.
            (Some(_), None) => false,
            (Some(_), Some((_, columns))) => resource.may_tell(columns),
        }
}

/// What can be said of an error without a word of the database's.
fn discreet(code: &str, table: &str) -> String {
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
pub fn unnamed(table: &str, fault: DbError) -> Failure {
    let (status, code) = match fault.kind {
        DbErrorKind::UniqueViolation => (409, "23505"),
        DbErrorKind::ForeignKeyViolation => (409, "23503"),
        DbErrorKind::NotNullViolation => (400, "23502"),
        DbErrorKind::CheckViolation => (400, "23514"),
        _ => return fault.into(),
    };
    PostgrestError::new(status, code, discreet(code, table)).into()
}

impl Front {
    /// That the plan of a statement may be shown, if that is asked for. A plan names what is read and
    /// compared, whoever asked for it: a view, a policy of rows, a function.
    pub fn admit_plan(
        &self,
        media: &accept::Media,
        root: &SelectNode,
    ) -> Result<(), PostgrestError> {
        let Some(explain) = media.explain.filter(|_| self.app.catalog.hides()) else {
            return Ok(());
        };
        if explain.verbose || may_touch_hidden(root) {
            let name = media.content_type.split(';').next().unwrap_or_default();
            return Err(accept::unavailable(name));
        }
        Ok(())
    }
}

fn may_touch_hidden(node: &SelectNode) -> bool {
    node.from.hides()
        || node.from.kind != TableKind::Table
        || node.embeds.iter().any(|embed| {
            matches!(embed.join, Join::Computed { .. }) || may_touch_hidden(&embed.node)
        })
}
