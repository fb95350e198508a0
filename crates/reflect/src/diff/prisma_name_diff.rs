//! Differences in the content that schema.prisma adds.

use super::{Change, Difference, DifferenceKind, Report, changes, phrases::list};
use crate::snapshot::{ClientDefault, Column, EnumType, EnumValue, Relation, Snapshot, Table};

/// The phrase for a missing name.
const NONE: &str = "none";

/// The differences in names, comments, client-side defaults and relations of the tables that both
/// snapshots have. The server has no schema.prisma, so it compares by [`diff`](super::diff) only.
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

    /// Reports `what` where it has changed.
    fn compare<T: PartialEq>(&mut self, what: &str, old: &T, new: &T, shown: fn(&T) -> String) {
        if old != new {
            let (old, new) = (shown(old), shown(new));
            self.say(format!("{what} is {new} by schema.prisma, was {old}"));
        }
    }

    fn names(&mut self, what: &str, old: &String, new: &String) {
        self.compare(what, old, new, |name| format!("`{name}`"));
    }

    fn comments(&mut self, what: &str, old: &Option<String>, new: &Option<String>) {
        let shown = |comment: &Option<String>| match comment {
            Some(comment) => format!("{comment:?}"),
            None => NONE.to_owned(),
        };
        self.compare(what, old, new, shown);
    }

    fn flags(&mut self, what: &str, old: bool, new: bool) {
        if old != new {
            let became = if new { "new" } else { "gone" };
            self.say(format!("{what} is {became} by schema.prisma"));
        }
    }
}

fn table(old: &Table, new: &Table, told: &mut Report) {
    told.names("the model", &old.model, &new.model);
    told.names("the path", &old.path, &new.path);
    told.comments("the comment", &old.comment, &new.comment);
    told.flags("@@ignore", old.ignored, new.ignored);
    told.compare("the key of its rows", &old.row_key, &new.row_key, |key| {
        list(key)
    });
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
    told.names(&of("the field"), &old.field, &new.field);
    told.comments(&of("the comment"), &old.comment, &new.comment);
    told.flags(&of("@ignore"), old.ignored, new.ignored);
    told.flags(&of("the list"), old.list, new.list);
    told.flags(&of("@updatedAt"), old.updated_at, new.updated_at);
    told.compare(
        &of("the client-side default"),
        &old.client_default,
        &new.client_default,
        shown,
    );
    told.compare(
        &of("the value on update"),
        &old.on_update,
        &new.on_update,
        shown,
    );
}

fn shown(default: &Option<ClientDefault>) -> String {
    default
        .as_ref()
        .map_or(NONE.to_owned(), ToString::to_string)
}

fn enumeration(old: &EnumType, new: &EnumType, told: &mut Report) {
    told.names("the enum", &old.model, &new.model);
    told.comments("the comment", &old.comment, &new.comment);
    let same = |a: &EnumValue, b: &EnumValue| a.label == b.label;
    for change in changes(&old.values, &new.values, same) {
        if let Change::Both(old, new) = change {
            let of = |what: &str| format!("{what} of value '{}'", new.label);
            told.comments(&of("the name"), &old.name, &new.name);
            told.comments(&of("the comment"), &old.comment, &new.comment);
        }
    }
}
