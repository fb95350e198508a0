//! What is said where an embed means no relation, or several.

use serde_json::{Value, json};

use super::{Join, Relationship, Relationships};
use crate::{
    catalog::Catalog,
    postgrest::{postgrest_error::PostgrestError, resolve::name_suggestion},
};

impl Relationships {
    pub fn none(
        &self,
        catalog: &Catalog,
        origin: usize,
        target: &str,
        hint: Option<&str>,
    ) -> PostgrestError {
        let from = &catalog.resources[origin];
        let using = hint
            .map(|hint| format!(" using the hint '{hint}'"))
            .unwrap_or_default();
        let tables = |place: usize| catalog.resources[place].table.as_str();
        let related = self.by_origin.get(&origin).into_iter().flatten();
        let related = related.map(|one| tables(one.target));
        // What is known by that very name is not meant for want of another one.
        let near = name_suggestion::nearest(target, related, name_suggestion::ANY)
            .filter(|near| *near != target);
        PostgrestError::new(
            400,
            "PGRST200",
            format!(
                "Could not find a relationship between '{}' and '{target}' in the schema cache",
                from.table
            ),
        )
        .details(format!(
            "Searched for a foreign key relationship between '{}' and '{target}'{using} in the \
             schema '{}', but no matches were found.",
            from.table, from.schema
        ))
        .hint(near.map(|near| format!("Perhaps you meant '{near}' instead of '{target}'.")))
    }
}

pub fn several(
    catalog: &Catalog,
    origin: usize,
    target: &str,
    found: &[&Relationship],
) -> PostgrestError {
    let details: Vec<_> = found.iter().map(|one| detail(catalog, one)).collect();
    let names: Vec<_> = found
        .iter()
        .map(|one| {
            let table = &catalog.resources[one.target].table;
            format!("'{table}!{}'", one.constraint())
        })
        .collect();
    PostgrestError::new(
        300,
        "PGRST201",
        format!(
            "Could not embed because more than one relationship was found for '{}' and '{target}'",
            catalog.resources[origin].table
        ),
    )
    .details(details)
    .hint(Some(format!(
        "Try changing '{target}' to one of the following: {}. Find the desired relationship in \
         the 'details' key.",
        names.join(", ")
    )))
}

fn detail(catalog: &Catalog, relationship: &Relationship) -> Value {
    let (origin, target) = (
        &catalog.resources[relationship.origin].table,
        &catalog.resources[relationship.target].table,
    );
    let names = |names: Vec<&String>| {
        let names: Vec<_> = names.into_iter().map(String::as_str).collect();
        names.join(", ")
    };
    let using = match &relationship.join {
        Join::Direct {
            constraint,
            columns,
            ..
        } => format!(
            "{constraint} using {origin}({}) and {target}({})",
            names(columns.iter().map(|(here, _)| here).collect()),
            names(columns.iter().map(|(_, there)| there).collect()),
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
            names(near_columns.iter().map(|(_, column)| column).collect()),
            names(far_columns.iter().map(|(column, _)| column).collect()),
        ),
        Join::Computed { function, .. } => format!("{function}({origin})"),
    };
    json!({
        "cardinality": relationship.cardinality.name(),
        "embedding": format!("{origin} with {target}"),
        "relationship": using,
    })
}
