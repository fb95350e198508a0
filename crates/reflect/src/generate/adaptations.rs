//! Lists the differences between the database and the entity crate or the API.

use std::fmt;

use super::{
    layout::{Entity, Layout},
    text_fallback::{self, Reason},
};
use crate::{
    names::{
        column_names::ideal_member,
        table_names::{ideal_enum, ideal_model, ideal_module, ideal_path},
    },
    snapshot::{Column, TableKind},
};

/// One adaptation and its reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adaptation {
    /// The table, column or enum type, with its schema (`public.Page.createdAt`).
    pub subject: String,
    /// The adaptation and its reason, as a sentence of its own.
    pub what: String,
}

impl fmt::Display for Adaptation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.subject, self.what)
    }
}

pub(super) fn list(layout: &Layout) -> Vec<Adaptation> {
    let mut found = Vec::new();
    for entity in &layout.entities {
        let table = entity.table;
        let subject = format!("{}.{}", table.schema, table.name);
        let mut add = |what| {
            found.push(Adaptation {
                subject: subject.clone(),
                what,
            })
        };
        table_names(entity, &mut add);
        table_key(entity, &mut add);
        for column in &table.columns {
            let subject = format!("{subject}.{}", column.name);
            let mut add = |what| {
                found.push(Adaptation {
                    subject: subject.clone(),
                    what,
                })
            };
            column_names(column, &mut add);
            column_type(layout, entity, column, &mut add);
        }
    }
    for of in &layout.snapshot.enums {
        let subject = format!("{}.{}", of.schema, of.name);
        let mut add = |what| {
            found.push(Adaptation {
                subject: subject.clone(),
                what,
            })
        };
        if of.model != ideal_enum(of) {
            add(format!(
                "called `{}` on the API: the obvious name is taken",
                of.model
            ));
        }
    }
    found
}

fn table_names(entity: &Entity, add: &mut impl FnMut(String)) {
    let table = entity.table;
    if table.kind != TableKind::Junction {
        if table.model != ideal_model(table) {
            let model = &table.model;
            add(format!(
                "called `{model}` on the API: the obvious name is taken or no identifier"
            ));
        }
        if table.path != ideal_path(table) {
            add(format!(
                "served at `/{}`: the obvious path is taken or reserved",
                table.path
            ));
        }
    }
    let module = table
        .module
        .trim_start_matches("views::")
        .trim_start_matches("r#");
    if module != ideal_module(table) {
        add(format!(
            "its module is `{}`: the obvious name is taken or reserved",
            table.module
        ));
    }
}

fn table_key(entity: &Entity, add: &mut impl FnMut(String)) {
    let table = entity.table;
    let key = entity.key.join(", ");
    match (&table.primary_key, table.row_key.is_empty(), table.kind) {
        (_, _, TableKind::Junction) => {
            add("served as a many-to-many relation, not as a resource of its own".to_owned());
        }
        (_, false, TableKind::View | TableKind::MaterializedView) => {
            add(format!(
                "its rows are addressed by ({key}), as its query makes certain"
            ));
        }
        (_, true, TableKind::View | TableKind::MaterializedView) => {
            add(format!(
                "a view has no key: its entity takes ({key}) for one"
            ));
        }
        (Some(_), ..) if entity.key.len() < table.row_key.len() => add(format!(
            "SeaORM keys have at most {} columns: its entity takes ({key}) for one",
            entity.key.len()
        )),
        (Some(_), ..) => {}
        (None, false, _) => add(format!(
            "no primary key: rows are addressed by unique ({key})"
        )),
        (None, true, _) => add(format!(
            "no key at all: list and create only; its entity takes ({key}) for a key"
        )),
    }
}

fn column_names(column: &Column, add: &mut impl FnMut(String)) {
    let member = column.member.trim_start_matches("r#");
    if member != ideal_member(&column.field) {
        add(format!(
            "its member is `{}`: the obvious name is taken",
            column.member
        ));
    }
}

fn column_type(layout: &Layout, entity: &Entity, column: &Column, add: &mut impl FnMut(String)) {
    let Some(stand_in) = text_fallback::of(layout, entity, column) else {
        return;
    };
    let database_type = match column.database_type.as_str() {
        "" => "an undeclared type",
        database_type => database_type,
    };
    match stand_in.reason {
        Reason::NoType => add(format!(
            "{database_type} has no Rust type: text in the entity"
        )),
        Reason::Digits => add(format!(
            "{database_type} may hold more digits than Decimal: text in the entity, nothing rounded"
        )),
        Reason::ListKey => add(format!(
            "{database_type} is no key to SeaORM: text in the entity"
        )),
        Reason::CaseInsensitive => {}
        Reason::Enum => add(format!(
            "{database_type} has labels that SeaORM cannot derive (apart only by case, or `self`): \
             text in the entity"
        )),
    }
}
