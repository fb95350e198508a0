//! Differences between two snapshots: what the live schema has that the committed one has not, and
//! the other way round. [`diff`] compares what the database said, [`diff_names`] the rest.

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
    /// What changed, readable on its own: `column "title" is no longer nullable`.
    pub detail: String,
    /// Whether rows of the table can no longer be served as the committed snapshot has them: it, a
    /// column or its key is gone, or a column is of another type.
    pub harmful: bool,
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
    /// What addresses a row does not tell rows apart any more.
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
    /// Something that schema.prisma says: a name, a comment, a client-side default.
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

/// Every table of a snapshot. Those of schemas that stand for each other in either snapshot have
/// their texts freed of what depends on which of them does.
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

/// Takes down the differences of one table or enum type.
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

    /// A difference that rows can be served with.
    fn note(&mut self, kind: DifferenceKind, column: Option<&str>, detail: String) {
        self.add(kind, column, detail, false);
    }

    /// One that they cannot be served with.
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
