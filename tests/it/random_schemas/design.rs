//! A schema as the story makes it up: legal by construction, with names that nobody likes.

use proptest::{collection::vec, prelude::*};
use serde_json::{Value, json};

use super::{
    names::{Names, name},
    types::types,
};
use crate::support::Kind;

#[derive(Debug, Clone)]
pub(super) struct Design {
    /// `main` on SQLite.
    pub(super) schemas: Vec<String>,
    pub(super) enums: Vec<Enum>,
    pub(super) tables: Vec<Table>,
}

#[derive(Debug, Clone)]
pub(super) struct Enum {
    pub(super) schema: usize,
    pub(super) name: String,
    pub(super) labels: Vec<String>,
}

#[derive(Debug, Clone)]
pub(super) struct Table {
    pub(super) schema: usize,
    pub(super) name: String,
    pub(super) columns: Vec<Column>,
    pub(super) key: Key,
    /// Columns that refer to the first key column of another table.
    pub(super) references: Vec<Reference>,
    pub(super) has_view: bool,
}

#[derive(Debug, Clone)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) of: Of,
    pub(super) nullable: bool,
}

/// Where a column's type comes from.
#[derive(Debug, Clone, Copy)]
pub(super) enum Of {
    /// A position in [`types`].
    Type(usize),
    /// A position in [`Design::enums`].
    Enum(usize),
}

/// The key over the first columns of a table.
#[derive(Debug, Clone, Copy)]
pub(super) enum Key {
    Primary(usize),
    Unique(usize),
    None,
}

#[derive(Debug, Clone)]
pub(super) struct Reference {
    pub(super) column: String,
    /// A position in [`Design::tables`], of a table whose key is one column.
    pub(super) table: usize,
}

impl Design {
    pub(super) fn tables_and_views(&self) -> usize {
        let views = self.tables.iter().filter(|table| table.has_view).count();
        self.tables.len() + views
    }
}

impl Table {
    /// A value of a column for a row; `None` where the database gives it.
    pub(super) fn sample(&self, column: &str, design: &Design, row: usize) -> Option<Value> {
        let column = self.columns.iter().find(|one| one.name == column)?;
        match column.of {
            Of::Type(of) => {
                let kind = if design.schemas == ["main"] {
                    Kind::Sqlite
                } else {
                    Kind::Postgres
                };
                let [first, second] = types(kind).swap_remove(of).values?;
                Some(if row == 0 { first } else { second })
            }
            Of::Enum(of) => design.enums[of].labels.get(row).map(|label| json!(label)),
        }
    }

    pub(super) fn key_columns(&self) -> &[Column] {
        match self.key {
            Key::Primary(count) | Key::Unique(count) => &self.columns[..count],
            Key::None => &[],
        }
    }
}

pub(super) fn designs(kind: Kind) -> BoxedStrategy<Design> {
    let schemas = match kind {
        Kind::Postgres => vec(name(), 1..=2).boxed(),
        Kind::Sqlite => Just(vec!["main".to_owned()]).boxed(),
    };
    let enums = match kind {
        Kind::Postgres => vec((any_index(), name(), vec(name(), 2..5)), 0..3).boxed(),
        Kind::Sqlite => Just(Vec::new()).boxed(),
    };
    let column = (name(), any_index(), any::<bool>(), any_index());
    let table = (
        (any_index(), name(), any::<bool>()),
        vec(column, 1..7),
        (0..4_usize, 1..3_usize),
        vec((name(), any_index()), 0..3),
    );
    (schemas, enums, vec(table, 1..6))
        .prop_map(move |raw| legal(kind, raw))
        .boxed()
}

fn any_index() -> impl Strategy<Value = usize> {
    0..1000_usize
}

type RawColumn = (String, usize, bool, usize);
type RawTable = (
    (usize, String, bool),
    Vec<RawColumn>,
    (usize, usize),
    Vec<(String, usize)>,
);
type RawEnum = (usize, String, Vec<String>);

/// Makes a legal schema of what chance has brought together.
fn legal(kind: Kind, raw: (Vec<String>, Vec<RawEnum>, Vec<RawTable>)) -> Design {
    let (schemas, enums, tables) = raw;
    let mut taken = Names::new(kind);
    let schemas: Vec<String> = match kind {
        Kind::Postgres => schemas.into_iter().map(|name| taken.take(name)).collect(),
        Kind::Sqlite => schemas,
    };
    // Tables and types of a schema share their names; constraints and indexes make their own.
    let mut in_schema: Vec<Names> = schemas.iter().map(|_| Names::new(kind)).collect();
    let enums: Vec<Enum> = enums
        .into_iter()
        .map(|(schema, name, labels)| {
            let schema = schema % schemas.len();
            let mut taken = Names::new(kind);
            Enum {
                schema,
                name: in_schema[schema].take(name),
                labels: labels.into_iter().map(|label| taken.take(label)).collect(),
            }
        })
        .collect();
    let known = types(kind);
    let keyable = known.iter().filter(|one| one.is_key).count();
    let mut tables: Vec<(Table, Vec<(String, usize)>)> = tables
        .into_iter()
        .map(
            |((schema, name, has_view), columns, (key, parts), references)| {
                let schema = schema % schemas.len();
                let parts = parts.min(columns.len());
                let key = match key {
                    0 => Key::None,
                    1 => Key::Unique(parts),
                    _ => Key::Primary(parts),
                };
                let key_parts = if matches!(key, Key::None) { 0 } else { parts };
                let mut taken = Names::new(kind);
                let columns = columns
                    .into_iter()
                    .enumerate()
                    .map(|(place, (name, of, nullable, choice))| {
                        let is_key = place < key_parts;
                        let of = match (is_key, enums.is_empty() || choice % 5 > 0) {
                            (true, _) => Of::Type(of % keyable),
                            (false, true) => Of::Type(of % known.len()),
                            (false, false) => Of::Enum(of % enums.len()),
                        };
                        let is_given = match of {
                            Of::Type(of) => known[of].values.is_some(),
                            Of::Enum(_) => true,
                        };
                        Column {
                            name: taken.take(name),
                            of,
                            nullable: nullable && !is_key && is_given,
                        }
                    })
                    .collect();
                let references = references
                    .into_iter()
                    .map(|(name, target)| (taken.take(name), target))
                    .collect();
                let table = Table {
                    schema,
                    name: in_schema[schema].take(name),
                    columns,
                    key,
                    references: Vec::new(),
                    has_view,
                };
                (table, references)
            },
        )
        .collect();
    let targets: Vec<usize> = tables
        .iter()
        .enumerate()
        .filter(|(_, (table, _))| table.key_columns().len() == 1)
        .map(|(place, _)| place)
        .collect();
    for (table, references) in &mut tables {
        let wanted = references.drain(..).filter(|_| !targets.is_empty());
        table.references = wanted
            .map(|(column, target)| Reference {
                column,
                table: targets[target % targets.len()],
            })
            .collect();
    }
    Design {
        schemas,
        enums,
        tables: tables.into_iter().map(|(table, _)| table).collect(),
    }
}
