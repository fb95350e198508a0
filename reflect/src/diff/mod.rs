//! Differences between two snapshots: what the live schema has that the committed one has not, and
//! the other way round. [`diff`] compares what the database said, [`diff_names`] the rest.

mod names;

use std::fmt;

use crate::snapshot::{Column, EnumType, ForeignKey, Key, Snapshot, Table, TableKind};
pub use names::diff_names;

/// One difference, from the committed snapshot to the live schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The table, view or enum type, with its schema (`public.Page`).
    pub table: String,
    pub kind: DifferenceKind,
    /// What changed, readable on its own: `column "title" is no longer nullable`.
    pub detail: String,
}

/// What a [`Difference`] is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DifferenceKind {
    TableAdded,
    TableRemoved,
    /// A table became a view or the like.
    KindChanged,
    /// A view's query changed.
    DefinitionChanged,
    ColumnAdded,
    ColumnRemoved,
    TypeChanged,
    NullabilityChanged,
    DefaultChanged,
    /// Identity or generation changed.
    GeneratedChanged,
    PrimaryKeyChanged,
    UniqueKeyAdded,
    UniqueKeyRemoved,
    ForeignKeyAdded,
    ForeignKeyRemoved,
    EnumAdded,
    EnumRemoved,
    EnumValueAdded,
    EnumValueRemoved,
    /// The same values in another order.
    EnumOrderChanged,
    /// Something that schema.prisma says: a name, a comment, a client-side default.
    PrismaChanged,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.table, self.detail)
    }
}

/// The differences from `committed` to `live`, tables first, in the snapshots' order.
pub fn diff(committed: &Snapshot, live: &Snapshot) -> Vec<Difference> {
    let mut found = Vec::new();
    let same = |a: &Table, b: &Table| a.schema == b.schema && a.name == b.name;
    for change in changes(&committed.tables, &live.tables, same) {
        let (table, kind, detail) = match change {
            Change::Both(old, new) => {
                diff_table(old, new, &mut found);
                continue;
            }
            Change::Added(table) => (table, DifferenceKind::TableAdded, "is new"),
            Change::Removed(table) => (table, DifferenceKind::TableRemoved, "is gone"),
        };
        let detail = format!("{} {detail}", kind_name(table.kind));
        found.push(Difference {
            table: full_name(&table.schema, &table.name),
            kind,
            detail,
        });
    }
    let same = |a: &EnumType, b: &EnumType| a.schema == b.schema && a.name == b.name;
    for change in changes(&committed.enums, &live.enums, same) {
        let (of, kind, detail) = match change {
            Change::Both(old, new) => {
                diff_enum(old, new, &mut found);
                continue;
            }
            Change::Added(of) => (of, DifferenceKind::EnumAdded, "enum type is new"),
            Change::Removed(of) => (of, DifferenceKind::EnumRemoved, "enum type is gone"),
        };
        let table = full_name(&of.schema, &of.name);
        found.push(Difference {
            table,
            kind,
            detail: detail.to_owned(),
        });
    }
    found
}

fn diff_table(old: &Table, new: &Table, found: &mut Vec<Difference>) {
    let table = full_name(&new.schema, &new.name);
    let mut report = |kind, detail| {
        found.push(Difference {
            table: table.clone(),
            kind,
            detail,
        })
    };
    // Which tables are junctions is not for the database to say.
    let in_database = |kind| match kind {
        TableKind::Junction => TableKind::Table,
        kind => kind,
    };
    if in_database(old.kind) != in_database(new.kind) {
        let detail = format!(
            "{} has become a {}",
            kind_name(old.kind),
            kind_name(new.kind)
        );
        report(DifferenceKind::KindChanged, detail);
    }
    if old.definition != new.definition {
        let detail = "the view's query has changed".to_owned();
        report(DifferenceKind::DefinitionChanged, detail);
    }
    for change in changes(&old.columns, &new.columns, |a, b| a.name == b.name) {
        match change {
            Change::Both(old, new) => diff_column(old, new, &mut report),
            Change::Added(column) => report(
                DifferenceKind::ColumnAdded,
                format!(
                    "column \"{}\" is new ({})",
                    column.name, column.database_type
                ),
            ),
            Change::Removed(column) => report(
                DifferenceKind::ColumnRemoved,
                format!("column \"{}\" is gone", column.name),
            ),
        }
    }
    let columns = |key: &Option<Key>| key.as_ref().map(|key| key.columns.clone());
    if columns(&old.primary_key) != columns(&new.primary_key) {
        let show = |key: &Option<Key>| {
            key.as_ref()
                .map_or("none".to_owned(), |key| list(&key.columns))
        };
        let detail = format!(
            "primary key is {}, was {}",
            show(&new.primary_key),
            show(&old.primary_key)
        );
        report(DifferenceKind::PrimaryKeyChanged, detail);
    }
    for change in changes(&old.unique_keys, &new.unique_keys, |a, b| {
        a.columns == b.columns
    }) {
        match change {
            Change::Both(..) => {}
            Change::Added(key) => report(
                DifferenceKind::UniqueKeyAdded,
                format!("{} is now unique ({})", list(&key.columns), key.name),
            ),
            Change::Removed(key) => report(
                DifferenceKind::UniqueKeyRemoved,
                format!("{} is no longer unique ({})", list(&key.columns), key.name),
            ),
        }
    }
    let same = |a: &ForeignKey, b: &ForeignKey| {
        ForeignKey {
            name: b.name.clone(),
            ..a.clone()
        } == *b
    };
    for change in changes(&old.foreign_keys, &new.foreign_keys, same) {
        match change {
            Change::Both(..) => {}
            Change::Added(key) => report(
                DifferenceKind::ForeignKeyAdded,
                format!("foreign key {} is new", reference(key)),
            ),
            Change::Removed(key) => report(
                DifferenceKind::ForeignKeyRemoved,
                format!("foreign key {} is gone", reference(key)),
            ),
        }
    }
}

fn diff_column(old: &Column, new: &Column, report: &mut impl FnMut(DifferenceKind, String)) {
    let name = &new.name;
    if (&old.data_type, &old.database_type) != (&new.data_type, &new.database_type) {
        let detail = format!(
            "column \"{name}\" is {}, was {}",
            new.database_type, old.database_type
        );
        report(DifferenceKind::TypeChanged, detail);
    }
    if old.nullable != new.nullable {
        let now = if new.nullable {
            "is now"
        } else {
            "is no longer"
        };
        report(
            DifferenceKind::NullabilityChanged,
            format!("column \"{name}\" {now} nullable"),
        );
    }
    if old.default != new.default {
        let show = |default: &Option<String>| default.clone().unwrap_or_else(|| "none".to_owned());
        let detail = format!(
            "column \"{name}\" has default {}, had {}",
            show(&new.default),
            show(&old.default)
        );
        report(DifferenceKind::DefaultChanged, detail);
    }
    if (old.identity, old.generated) != (new.identity, new.generated) {
        let detail = format!("column \"{name}\" is {}, was {}", origin(new), origin(old));
        report(DifferenceKind::GeneratedChanged, detail);
    }
}

fn diff_enum(old: &EnumType, new: &EnumType, found: &mut Vec<Difference>) {
    let table = full_name(&new.schema, &new.name);
    let mut report = |kind, detail| {
        found.push(Difference {
            table: table.clone(),
            kind,
            detail,
        })
    };
    let mut is_same = true;
    for change in changes(&old.values, &new.values, |a, b| a.label == b.label) {
        match change {
            Change::Both(..) => continue,
            Change::Added(value) => report(
                DifferenceKind::EnumValueAdded,
                format!("value '{}' is new", value.label),
            ),
            Change::Removed(value) => report(
                DifferenceKind::EnumValueRemoved,
                format!("value '{}' is gone", value.label),
            ),
        }
        is_same = false;
    }
    let labels = |of: &EnumType| of.values.iter().map(|value| value.label.clone()).collect();
    let (was, is): (Vec<String>, Vec<String>) = (labels(old), labels(new));
    if is_same && was != is {
        report(
            DifferenceKind::EnumOrderChanged,
            "the order of its values has changed".to_owned(),
        );
    }
}

/// What became of one item.
enum Change<'a, T> {
    Both(&'a T, &'a T),
    Added(&'a T),
    Removed(&'a T),
}

/// Removed items and those in both, in the old order, then added ones in the new order.
fn changes<'a, T>(
    old: &'a [T],
    new: &'a [T],
    same: impl Fn(&T, &T) -> bool + Copy,
) -> Vec<Change<'a, T>> {
    let kept = old
        .iter()
        .map(|old| match new.iter().find(|new| same(old, new)) {
            Some(new) => Change::Both(old, new),
            None => Change::Removed(old),
        });
    let added = new
        .iter()
        .filter(|new| !old.iter().any(|old| same(old, new)));
    kept.chain(added.map(Change::Added)).collect()
}

fn kind_name(kind: TableKind) -> &'static str {
    match kind {
        TableKind::Table => "table",
        TableKind::View => "view",
        TableKind::MaterializedView => "materialized view",
        TableKind::Junction => "many-to-many table",
    }
}

fn origin(column: &Column) -> &'static str {
    match (column.generated, column.identity) {
        (true, _) => "generated",
        (false, Some(_)) => "an identity column",
        (false, None) => "a plain column",
    }
}

fn reference(key: &ForeignKey) -> String {
    let target = full_name(&key.schema, &key.table);
    format!(
        "{} -> {target} {} (on delete {:?}, on update {:?})",
        list(&key.columns),
        list(&key.references),
        key.on_delete,
        key.on_update
    )
}

fn list(columns: &[String]) -> String {
    format!("({})", columns.join(", "))
}

fn full_name(schema: &str, name: &str) -> String {
    format!("{schema}.{name}")
}
