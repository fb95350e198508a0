//! Differences between two snapshots, the committed one and the live one. [`diff`] compares the
//! database's content, [`diff_names`] the content that schema.prisma adds.

mod column_diff;
mod enum_diff;
mod phrases;
mod prisma_name_diff;
mod table_diff;

use std::{collections::HashSet, fmt};

use crate::{
    snapshot::{EnumType, Snapshot, Table},
    tenants,
};
use phrases::kind_name;
pub use prisma_name_diff::diff_names;

/// One difference, from the committed snapshot to the live schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    pub schema: String,
    /// The table, view or enum type.
    pub name: String,
    /// The column concerned, where it is about one.
    pub column: Option<String>,
    pub kind: DifferenceKind,
    /// The change as a sentence of its own: `column "title" is no longer nullable`.
    pub detail: String,
    /// Whether rows of the table can no longer be served by the committed snapshot: the table, a
    /// column or its key is missing, or a column has another type.
    pub harmful: bool,
}

/// The subject of a [`Difference`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DifferenceKind {
    TableAdded,
    TableRemoved,
    /// A table became a view, or another kind changed.
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
    /// The columns that address a row are no longer unique.
    RowKeyLost,
    UniqueKeyAdded,
    UniqueKeyRemoved,
    ForeignKeyAdded,
    ForeignKeyRemoved,
    CheckAdded,
    CheckRemoved,
    EnumAdded,
    EnumRemoved,
    EnumValueAdded,
    EnumValueRemoved,
    /// The same values in another order.
    EnumOrderChanged,
    /// A name, a comment or a client-side default of schema.prisma.
    PrismaChanged,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}: {}", self.schema, self.name, self.detail)
    }
}

/// The differences from `committed` to `live`, tables first, in the snapshots' order.
pub fn diff(committed: &Snapshot, live: &Snapshot) -> Vec<Difference> {
    let [committed, live] = [committed, live].map(|one| spelled_alike(one, committed, live));
    let mut found = Vec::new();
    let same = |a: &Table, b: &Table| a.schema == b.schema && a.name == b.name;
    for change in changes(&committed.tables, &live.tables, same) {
        let (table, kind, became) = match change {
            Change::Both(old, new) => {
                table_diff::diff(
                    old,
                    new,
                    &mut Report::on(&new.schema, &new.name, &mut found),
                );
                continue;
            }
            Change::Added(table) => (table, DifferenceKind::TableAdded, "is new"),
            Change::Removed(table) => (table, DifferenceKind::TableRemoved, "is gone"),
        };
        let mut report = Report::on(&table.schema, &table.name, &mut found);
        let detail = format!("{} {became}", kind_name(table.kind));
        match kind {
            DifferenceKind::TableRemoved => report.harm(kind, None, detail),
            _ => report.note(kind, None, detail),
        }
    }
    let same = |a: &EnumType, b: &EnumType| a.schema == b.schema && a.name == b.name;
    for change in changes(&committed.enums, &live.enums, same) {
        let (of, kind, detail) = match change {
            Change::Both(old, new) => {
                enum_diff::diff(
                    old,
                    new,
                    &mut Report::on(&new.schema, &new.name, &mut found),
                );
                continue;
            }
            Change::Added(of) => (of, DifferenceKind::EnumAdded, "enum type is new"),
            Change::Removed(of) => (of, DifferenceKind::EnumRemoved, "enum type is gone"),
        };
        Report::on(&of.schema, &of.name, &mut found).note(kind, None, detail.to_owned());
    }
    found
}

/// Every table of a snapshot. Where schemas are alike in either snapshot, the schema's name is removed
/// from the texts of their tables.
fn spelled_alike(snapshot: &Snapshot, committed: &Snapshot, live: &Snapshot) -> Snapshot {
    let mut all = tenants::unfold(snapshot);
    let pairs = committed.alike.iter().chain(&live.alike);
    let names: HashSet<&String> = pairs.flat_map(|(schema, like)| [schema, like]).collect();
    for table in &mut all.tables {
        for schema in &names {
            tenants::unqualify(table, schema);
        }
    }
    all
}

/// Collects the differences of one table or enum type.
struct Report<'a> {
    schema: &'a str,
    name: &'a str,
    found: &'a mut Vec<Difference>,
}

impl<'a> Report<'a> {
    fn on(schema: &'a str, name: &'a str, found: &'a mut Vec<Difference>) -> Self {
        Self {
            schema,
            name,
            found,
        }
    }

    /// Adds a difference. Rows can still be served.
    fn note(&mut self, kind: DifferenceKind, column: Option<&str>, detail: String) {
        self.add(kind, column, detail, false);
    }

    /// Adds a difference. Rows can no longer be served.
    fn harm(&mut self, kind: DifferenceKind, column: Option<&str>, detail: String) {
        self.add(kind, column, detail, true);
    }

    fn add(&mut self, kind: DifferenceKind, column: Option<&str>, detail: String, harmful: bool) {
        self.found.push(Difference {
            schema: self.schema.to_owned(),
            name: self.name.to_owned(),
            column: column.map(str::to_owned),
            kind,
            detail,
            harmful,
        });
    }
}

/// The fate of one item.
enum Change<'a, T> {
    Both(&'a T, &'a T),
    Added(&'a T),
    Removed(&'a T),
}

/// Removed and remaining items in the old order, then added items in the new order.
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
