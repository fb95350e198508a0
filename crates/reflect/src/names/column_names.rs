//! Names columns in the entity: the member of `Model` and the variant of `Column`.

use std::collections::HashSet;

use heck::ToUpperCamelCase;

use super::{
    inflect::snake,
    name_registry::Taken,
    table_names::{CANNOT_BE_RAW, raw},
};
use crate::snapshot::Table;

/// Variants that clash with an associated type of a trait SeaORM implements for the `Column` or
/// `PrimaryKey` enum (`FromStr::Err` for example: "ambiguous associated item"), or that are not
/// identifiers.
const RESERVED_VARIANTS: [&str; 6] = [
    "Column",
    "EntityName",
    "Err",
    "Iterator",
    "Self",
    "ValueType",
];

/// Names the fields and members of a table. A column whose field is a valid member comes first, so that
/// another column does not take its name (`createdAt` beside `created_at`).
pub(super) fn assign(table: &mut Table) {
    assign_fields(table);
    let mut members = Taken::default();
    let mut variants = Taken::default();
    let mut order: Vec<usize> = (0..table.columns.len()).collect();
    order.sort_by_key(|at| snake(&table.columns[*at].field) != table.columns[*at].field);
    for at in order {
        let column = &mut table.columns[at];
        let member = members.claim(
            &[ideal_member(&column.field)],
            |base, number| format!("{}_{number}", base.trim_end_matches('_')),
            |_, member| !variants.contains(&variant(member)),
        );
        variants.insert(&variant(&member));
        column.member = raw(&member);
    }
}

/// Names the fields that are not in schema.prisma like their columns, unless schema.prisma has given
/// that name to another field.
fn assign_fields(table: &mut Table) {
    let columns = table.columns.iter().map(|column| column.field.clone());
    let relations = table.relations.iter().map(|relation| relation.name.clone());
    let mut taken: HashSet<String> = columns.chain(relations).collect();
    for column in &mut table.columns {
        if column.field.is_empty() {
            let numbered = (2..).map(|number| format!("{}_{number}", column.name));
            column.field = std::iter::once(column.name.clone())
                .chain(numbered)
                .find(|name| !name.is_empty() && !taken.contains(name))
                // The sequence is infinite.
                .unwrap_or_default();
            taken.insert(column.field.clone());
        }
    }
}

/// The member of a field if no other name conflicts, without `r#`.
pub fn ideal_member(field: &str) -> String {
    let name = snake(field);
    if name.starts_with(|first: char| first.is_ascii_digit()) {
        format!("n{name}")
    } else if CANNOT_BE_RAW.contains(&name.as_str()) {
        format!("{name}_")
    } else {
        name
    }
}

/// The variant that `DeriveEntityModel` makes of a member by default.
pub fn default_variant(member: &str) -> String {
    member.trim_start_matches("r#").to_upper_camel_case()
}

/// The variant of a member in the entity crate.
pub fn variant(member: &str) -> String {
    let variant = default_variant(member);
    if RESERVED_VARIANTS.contains(&variant.as_str()) {
        format!("{variant}Column")
    } else {
        variant
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::{Column, DataType, TableKind};

    fn members(columns: &[&str]) -> Vec<String> {
        let mut table = Table {
            schema: "public".to_owned(),
            name: "t".to_owned(),
            kind: TableKind::Table,
            partitioned: false,
            model: String::new(),
            prisma_name: None,
            ignored: false,
            path: String::new(),
            module: String::new(),
            comment: None,
            columns: columns.iter().map(|name| column(name)).collect(),
            primary_key: None,
            unique_keys: Vec::new(),
            row_key: Vec::new(),
            foreign_keys: Vec::new(),
            checks: Vec::new(),
            relations: Vec::new(),
            definition: None,
        };
        assign(&mut table);
        table
            .columns
            .into_iter()
            .map(|column| column.member)
            .collect()
    }

    fn column(name: &str) -> Column {
        Column {
            name: name.to_owned(),
            field: String::new(),
            member: String::new(),
            data_type: DataType::Int4,
            database_type: "integer".to_owned(),
            nullable: true,
            default: None,
            identity: None,
            generated: false,
            client_default: None,
            updated_at: false,
            on_update: None,
            inferred: false,
            list: false,
            ignored: false,
            comment: None,
            nondeterministic: false,
            origin: None,
            domain: None,
            holds: Vec::new(),
        }
    }

    #[test]
    fn the_exact_name_wins_over_the_converted_one() {
        assert_eq!(
            members(&["createdAt", "created_at"]),
            ["created_at_2", "created_at"]
        );
    }

    #[test]
    fn keywords_become_raw_or_get_an_underscore() {
        assert_eq!(
            members(&["type", "gen", "self"]),
            ["r#type", "r#gen", "self_"]
        );
        assert_eq!(
            members(&["self", "Self", "super"]),
            ["self_", "self_2", "super_"]
        );
    }

    #[test]
    fn anything_else_becomes_an_identifier() {
        assert_eq!(
            members(&["1st", "full name", "größe"]),
            ["n1st", "full_name", "groesse"]
        );
        assert_eq!(
            members(&["A", "a", "_id", "id"]),
            ["a_2", "a", "id_2", "id"]
        );
    }

    #[test]
    fn variants_stay_apart_too() {
        // Both would be the variant `Col2`.
        assert_eq!(members(&["col_2", "col2"]), ["col_2", "col2_2"]);
        assert_eq!(variant("err"), "ErrColumn");
    }
}
