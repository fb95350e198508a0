//! Differences in what schema.prisma says.

use std::fmt::Debug;

use super::{Change, Difference, DifferenceKind, Report, changes};
use crate::snapshot::{Column, EnumType, EnumValue, Relation, Snapshot, Table};

/// The differences in names, comments, client-side defaults and relations, of what both snapshots
/// have: to be told apart from [`diff`](super::diff), since the server, which knows no
/// schema.prisma, cannot look for them.
pub fn diff_names(committed: &Snapshot, live: &Snapshot) -> Vec<Difference> {
    let mut found = Vec::new();
    let same = |a: &Table, b: &Table| (&a.schema, &a.name) == (&b.schema, &b.name);
    for change in changes(&committed.tables, &live.tables, same) {
        if let Change::Both(old, new) = change {
            let mut told = Report::on(&new.schema, &new.name, &mut found);
            table(old, new, &mut told);
        }
    }
    let same = |a: &EnumType, b: &EnumType| (&a.schema, &a.name) == (&b.schema, &b.name);
    for change in changes(&committed.enums, &live.enums, same) {
        if let Change::Both(old, new) = change {
            let mut told = Report::on(&new.schema, &new.name, &mut found);
            enumeration(old, new, &mut told);
        }
    }
    found
}

impl Report<'_> {
    fn say(&mut self, detail: String) {
        self.note(DifferenceKind::PrismaChanged, None, detail);
    }

    /// Tells `what` if it is not the same any more.
    fn compare<T: PartialEq + Debug>(&mut self, what: &str, old: &T, new: &T) {
        if old != new {
            self.say(format!("{what} is {new:?} in schema.prisma, was {old:?}"));
        }
    }
}

fn table(old: &Table, new: &Table, told: &mut Report) {
    told.compare("the model", &old.model, &new.model);
    told.compare("the path", &old.path, &new.path);
    told.compare("the comment", &old.comment, &new.comment);
    told.compare("@@ignore", &old.ignored, &new.ignored);
    told.compare("the key of its rows", &old.row_key, &new.row_key);
    for change in changes(&old.columns, &new.columns, |a, b| a.name == b.name) {
        if let Change::Both(old, new) = change {
            column(old, new, told);
        }
    }
    for change in changes(&old.relations, &new.relations, Relation::eq) {
        match change {
            Change::Both(..) => {}
            Change::Added(relation) => told.say(format!("relation `{}` is new", relation.name)),
            Change::Removed(relation) => told.say(format!("relation `{}` is gone", relation.name)),
        }
    }
}

fn column(old: &Column, new: &Column, told: &mut Report) {
    let of = |what: &str| format!("{what} of column \"{}\"", new.name);
    told.compare(&of("the field"), &old.field, &new.field);
    told.compare(&of("the comment"), &old.comment, &new.comment);
    told.compare(&of("@ignore"), &old.ignored, &new.ignored);
    told.compare(&of("whether a list"), &old.list, &new.list);
    told.compare(&of("@updatedAt"), &old.updated_at, &new.updated_at);
    told.compare(
        &of("the client-side default"),
        &old.client_default,
        &new.client_default,
    );
}

fn enumeration(old: &EnumType, new: &EnumType, told: &mut Report) {
    told.compare("the enum", &old.model, &new.model);
    told.compare("the comment", &old.comment, &new.comment);
    let same = |a: &EnumValue, b: &EnumValue| a.label == b.label;
    for change in changes(&old.values, &new.values, same) {
        if let Change::Both(old, new) = change {
            let of = |what: &str| format!("{what} of value '{}'", new.label);
            told.compare(&of("the name"), &old.name, &new.name);
            told.compare(&of("the comment"), &old.comment, &new.comment);
        }
    }
}
