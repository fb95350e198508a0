//! Differences of one table or view.

use super::{
    Change, DifferenceKind, Report, changes, column_diff,
    phrases::{self, kind_name, list},
};
use crate::snapshot::{Check, Column, ForeignKey, Key, Table, TableKind};

pub(super) fn diff(old: &Table, new: &Table, report: &mut Report<'_>) {
    // The database does not distinguish junctions from other tables.
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
        report.note(DifferenceKind::KindChanged, None, detail);
    }
    if old.definition != new.definition {
        let detail = "the view's query has changed".to_owned();
        report.note(DifferenceKind::DefinitionChanged, None, detail);
    }
    columns(&old.columns, &new.columns, report);
    keys(old, new, report);
    foreign_keys(&old.foreign_keys, &new.foreign_keys, report);
    checks(&old.checks, &new.checks, report);
}

fn columns(old: &[Column], new: &[Column], report: &mut Report<'_>) {
    for change in changes(old, new, |a, b| a.name == b.name) {
        match change {
            Change::Both(old, new) => column_diff::diff(old, new, report),
            Change::Added(column) => report.note(
                DifferenceKind::ColumnAdded,
                Some(&column.name),
                format!(
                    "column \"{}\" is new ({})",
                    column.name, column.database_type
                ),
            ),
            Change::Removed(column) => report.harm(
                DifferenceKind::ColumnRemoved,
                Some(&column.name),
                format!("column \"{}\" is gone", column.name),
            ),
        }
    }
}

fn keys(old: &Table, new: &Table, report: &mut Report<'_>) {
    let columns = |key: &Option<Key>| key.as_ref().map(|key| key.columns.clone());
    if columns(&old.primary_key) != columns(&new.primary_key) {
        let detail = format!(
            "primary key is {}, was {}",
            phrases::key(new.primary_key.as_ref()),
            phrases::key(old.primary_key.as_ref())
        );
        report.note(DifferenceKind::PrimaryKeyChanged, None, detail);
    }
    for change in changes(&old.unique_keys, &new.unique_keys, |a, b| {
        a.columns == b.columns && a.deferrable == b.deferrable
    }) {
        match change {
            Change::Both(..) => {}
            Change::Added(key) => report.note(
                DifferenceKind::UniqueKeyAdded,
                None,
                format!(
                    "{} is now {} ({})",
                    list(&key.columns),
                    unique(key),
                    key.name
                ),
            ),
            Change::Removed(key) => report.note(
                DifferenceKind::UniqueKeyRemoved,
                None,
                format!(
                    "{} is no longer {} ({})",
                    list(&key.columns),
                    unique(key),
                    key.name
                ),
            ),
        }
    }
    // The key of a view may come from schema.prisma. The database has no information about it.
    let is_prismas = old.prisma_name.is_some()
        && matches!(old.kind, TableKind::View | TableKind::MaterializedView);
    if !old.row_key.is_empty() && !is_prismas && !addresses_rows(new, &old.row_key) {
        let detail = format!("{} no longer addresses one row", list(&old.row_key));
        report.harm(DifferenceKind::RowKeyLost, None, detail);
    }
}

fn unique(key: &Key) -> &'static str {
    if key.deferrable {
        "unique, deferrable"
    } else {
        "unique"
    }
}

/// Whether a table has at most one row for values of these columns.
fn addresses_rows(table: &Table, columns: &[String]) -> bool {
    let keys = table.primary_key.iter().chain(&table.unique_keys);
    keys.map(|key| &key.columns)
        .chain([&table.row_key])
        .any(|key| !key.is_empty() && key.iter().all(|column| columns.contains(column)))
}

fn foreign_keys(old: &[ForeignKey], new: &[ForeignKey], report: &mut Report<'_>) {
    let same = |a: &ForeignKey, b: &ForeignKey| {
        ForeignKey {
            name: b.name.clone(),
            ..a.clone()
        } == *b
    };
    for change in changes(old, new, same) {
        let (kind, key, became) = match change {
            Change::Both(..) => continue,
            Change::Added(key) => (DifferenceKind::ForeignKeyAdded, key, "is new"),
            Change::Removed(key) => (DifferenceKind::ForeignKeyRemoved, key, "is gone"),
        };
        let detail = format!("foreign key {} {became}", phrases::reference(key));
        report.note(kind, None, detail);
    }
}

fn checks(old: &[Check], new: &[Check], report: &mut Report<'_>) {
    let same = |a: &Check, b: &Check| a.name == b.name && a.expression == b.expression;
    for change in changes(old, new, same) {
        let (kind, check, became) = match change {
            Change::Both(..) => continue,
            Change::Added(check) => (DifferenceKind::CheckAdded, check, "is new"),
            Change::Removed(check) => (DifferenceKind::CheckRemoved, check, "is gone"),
        };
        let detail = format!("check {} {} {became}", check.name, check.expression);
        report.note(kind, None, detail);
    }
}
