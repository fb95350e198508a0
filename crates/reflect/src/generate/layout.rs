//! Plans the entity crate: entities, enums, names of variants and files.

use std::collections::HashSet;

use heck::ToUpperCamelCase;

use super::entity_key;
use crate::{
    names::inflect::upper_camel,
    quote,
    snapshot::{Cardinality, DataType, EnumType, Relation, Snapshot, Table, TableKind},
};

/// The snapshot with the decisions that generated files share.
pub(super) struct Layout<'a> {
    pub(super) snapshot: &'a Snapshot,
    /// One entity per table and view, in the snapshot's order.
    pub(super) entities: Vec<Entity<'a>>,
    /// One Rust enum per enum type, in the snapshot's order, except those SeaORM cannot derive.
    pub(super) enums: Vec<RustEnum<'a>>,
}

/// An entity to generate.
pub(super) struct Entity<'a> {
    pub(super) table: &'a Table,
    /// Columns of the entity's `PrimaryKey`, which may not exist in the database.
    pub(super) key: Vec<&'a str>,
    /// Variants of its `Relation` enum, with the relation each stands for.
    pub(super) relations: Vec<(String, &'a Relation)>,
}

/// An enum to generate in `sea_orm_active_enums`.
pub(super) struct RustEnum<'a> {
    pub(super) of: &'a EnumType,
    pub(super) ident: String,
    /// Variants in the order of the labels.
    pub(super) variants: Vec<String>,
    /// The type's qualified name in SQL, where it is not in `public`. SeaORM's `"Role"` relies on the
    /// search_path.
    pub(super) qualified: Option<String>,
}

/// Names that an enum in `sea_orm_active_enums` would hide from the code derived around it.
const RESERVED_ENUMS: [&str; 24] = [
    "ActiveEnum",
    "Box",
    "Clone",
    "Debug",
    "DeriveActiveEnum",
    "Deserialize",
    "EnumIter",
    "Eq",
    "Err",
    "Into",
    "Iterator",
    "None",
    "Ok",
    "Option",
    "PartialEq",
    "Result",
    "Self",
    "Send",
    "Serialize",
    "Some",
    "String",
    "Sync",
    "ToOwned",
    "Vec",
];

impl<'a> Layout<'a> {
    pub(super) fn new(snapshot: &'a Snapshot) -> Self {
        let entities = snapshot
            .tables
            .iter()
            .map(|table| Entity {
                table,
                key: entity_key::columns(table),
                relations: variants(table),
            })
            .collect();
        Self {
            snapshot,
            entities,
            enums: enums(snapshot),
        }
    }

    pub(super) fn has_views(&self) -> bool {
        self.entities.iter().any(|entity| entity.is_view())
    }

    /// The Rust enum of an enum type. `None` where its columns are text.
    pub(super) fn rust_enum(&self, data_type: &DataType) -> Option<(usize, &RustEnum<'a>)> {
        let DataType::Enum { schema, name } = data_type else {
            return None;
        };
        self.enums
            .iter()
            .enumerate()
            .find(|(_, e)| e.of.schema == *schema && e.of.name == *name)
    }

    /// The entity of a table.
    pub(super) fn entity(&self, schema: &str, table: &str) -> Option<&Entity<'a>> {
        self.entities
            .iter()
            .find(|e| e.table.schema == schema && e.table.name == table)
    }
}

impl<'a> Entity<'a> {
    pub(super) fn is_view(&self) -> bool {
        matches!(
            self.table.kind,
            TableKind::View | TableKind::MaterializedView
        )
    }

    /// The path of its file below `src/`. For `mod r#type` rustc expects `type.rs`.
    pub(super) fn file(&self) -> String {
        format!(
            "{}.rs",
            self.table.module.replace("::", "/").replace("r#", "")
        )
    }

    /// Whether `Entity` may implement `Related` for the target of `relation`. It must be the only
    /// relation with this target, and the target must be another table.
    pub(super) fn is_related_by(&self, relation: &Relation) -> bool {
        let to = (&relation.schema, &relation.table);
        to != (&self.table.schema, &self.table.name)
            && self
                .table
                .relations
                .iter()
                .filter(|r| (&r.schema, &r.table) == to)
                .count()
                == 1
    }

    /// The variant of its `Relation` enum for the foreign key of that name.
    pub(super) fn owner_variant(&self, foreign_key: &str) -> Option<&str> {
        self.relations
            .iter()
            .find(|(_, relation)| is_owner(self.table, relation, foreign_key))
            .map(|(variant, _)| variant.as_str())
    }
}

/// Whether `relation` represents the foreign key `name` on the table that holds it.
fn is_owner(table: &Table, relation: &Relation, name: &str) -> bool {
    relation.foreign_key.as_deref() == Some(name)
        && table
            .foreign_keys
            .iter()
            .any(|key| key.name == name && key.columns == relation.columns)
}

/// The variants of `Relation`. Many-to-many relations are not variants; they have `Related::via`.
fn variants(table: &Table) -> Vec<(String, &Relation)> {
    let mut taken = HashSet::new();
    table
        .relations
        .iter()
        .filter(|relation| relation.cardinality != Cardinality::ManyToMany)
        .map(|relation| {
            let ideal = match upper_camel(&relation.name).to_upper_camel_case() {
                name if name == "Self" => "Itself".to_owned(),
                name if name.starts_with(|first: char| first.is_ascii_digit()) => {
                    format!("N{name}")
                }
                name => name,
            };
            (free(&mut taken, &ideal), relation)
        })
        .collect()
}

/// The name of a Rust type for a model. Prisma also accepts `displayOptions` and `INVITE_STATUS`.
fn type_name(model: &str) -> String {
    if model.contains('_') || model.starts_with(char::is_lowercase) {
        model.to_upper_camel_case()
    } else {
        model.to_owned()
    }
}

fn enums(snapshot: &Snapshot) -> Vec<RustEnum<'_>> {
    let mut taken: HashSet<String> = HashSet::new();
    let mut enums = Vec::new();
    for of in &snapshot.enums {
        let labels = of.values.iter().map(|value| value.label.as_str());
        if !is_derivable(labels.clone()) {
            continue;
        }
        // `DeriveActiveEnum` adds `XEnum` and `XVariant` to `X`.
        let family = |name: &str| {
            [
                name.to_owned(),
                format!("{name}Enum"),
                format!("{name}Variant"),
            ]
        };
        let model = type_name(&of.model);
        let mut ident = model.clone();
        let mut number = 2;
        while RESERVED_ENUMS.contains(&ident.as_str())
            || family(&ident).iter().any(|name| taken.contains(name))
        {
            ident = format!(
                "{}Value{}",
                model,
                if number > 2 {
                    number.to_string()
                } else {
                    String::new()
                }
            );
            number += 1;
        }
        taken.extend(family(&ident));
        let mut variants = HashSet::new();
        let variants = labels.map(|label| variant(&mut variants, label)).collect();
        let qualified = (of.schema != "public").then(|| quote::qualified(&of.schema, &of.name));
        enums.push(RustEnum {
            of,
            ident,
            variants,
            qualified,
        });
    }
    enums
}

/// Whether `DeriveActiveEnum` makes a different identifier of each label. Labels that differ only in
/// case get the same one, and `self` becomes a keyword.
fn is_derivable<'l>(labels: impl Iterator<Item = &'l str>) -> bool {
    let mut seen = HashSet::new();
    let mut labels = labels.peekable();
    labels.peek().is_some()
        && labels.all(|label| {
            let folded = label.to_lowercase();
            folded != "self" && seen.insert(folded)
        })
}

fn variant(taken: &mut HashSet<String>, label: &str) -> String {
    let ideal = match upper_camel(label) {
        name if name == "Self" => "Itself".to_owned(),
        name if name.starts_with(|first: char| first.is_ascii_digit()) => format!("N{name}"),
        name => name,
    };
    free(taken, &ideal)
}

fn free(taken: &mut HashSet<String>, ideal: &str) -> String {
    let numbered = (2..).map(|number| format!("{ideal}{number}"));
    let name = std::iter::once(ideal.to_owned())
        .chain(numbered)
        .find(|name| !taken.contains(name))
        // The sequence is infinite.
        .unwrap_or_default();
    taken.insert(name.clone());
    name
}
