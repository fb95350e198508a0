//! The errors of an embed that means no relationship, or several.

use serde_json::{Value, json};

use super::{Join, Relationship};
use crate::{
    catalog::Resource,
    postgrest::{postgrest_error::PostgrestError, resolve::name_suggestion},
};

/// `known` are the relationships of `origin`. The hint names a table among them.
pub fn none(
    known: &[Relationship],
    origin: &Resource,
    target: &str,
    hint: Option<&str>,
) -> PostgrestError {
    let (schema, table) = (&origin.schema, &origin.table);
    let using = hint.map_or_else(String::new, |hint| format!(" using the hint '{hint}'"));
    let tables = known.iter().map(|one| one.target.table.as_str());
    // A hint with the very name of the request would not help.
    let near = name_suggestion::nearest(target, tables, name_suggestion::ANY)
        .filter(|near| *near != target);
    PostgrestError::new(
        400,
        "PGRST200",
        format!(
            "Could not find a relationship between '{table}' and '{target}' in the schema cache"
        ),
    )
    .details(format!(
        "Searched for a foreign key relationship between '{table}' and '{target}'{using} in the \
         schema '{schema}', but no matches were found."
    ))
    .hint(near.map(|near| format!("Perhaps you meant '{near}' instead of '{target}'.")))
}

pub fn several(origin: &Resource, target: &str, found: &[&Relationship]) -> PostgrestError {
    let details: Vec<_> = found.iter().map(|one| detail(one)).collect();
    let names = found.iter();
    let names = names.map(|one| format!("'{}!{}'", one.target.table, one.hint()));
    let names = names.collect::<Vec<_>>().join(", ");
    PostgrestError::new(
        300,
        "PGRST201",
        format!(
            "Could not embed because more than one relationship was found for '{}' and '{target}'",
            origin.table
        ),
    )
    .details(details)
    .hint(Some(format!(
        "Try changing '{target}' to one of the following: {names}. Find the desired relationship \
         in the 'details' key."
    )))
}

fn detail(relationship: &Relationship) -> Value {
    let origin = &relationship.origin.table;
    let target = &relationship.target.table;
    let using = match &relationship.join {
        Join::Direct {
            constraint,
            columns,
            ..
        } => format!(
            "{constraint} using {origin}({}) and {target}({})",
            joined(columns.iter().map(|(here, _)| here)),
            joined(columns.iter().map(|(_, there)| there)),
        ),
        Join::Through {
            table,
            near,
            near_columns,
            far,
            far_columns,
            ..
        } => format!(
            "{table} using {near}({}) and {far}({})",
            joined(near_columns.iter().map(|(_, column)| column)),
            joined(far_columns.iter().map(|(column, _)| column)),
        ),
        Join::Computed { function, .. } => format!("{function}({origin})"),
    };
    json!({
        "cardinality": relationship.cardinality.name(),
        "embedding": format!("{origin} with {target}"),
        "relationship": using,
    })
}

fn joined<'name>(names: impl Iterator<Item = &'name String>) -> String {
    let names: Vec<_> = names.map(String::as_str).collect();
    names.join(", ")
}
