//! A schema as the story makes it up: legal by construction, with names that nobody likes.

use std::collections::HashSet;

use proptest::{collection::vec, prelude::*, sample::select};
use serde_json::{Value, json};

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

/// A type, and values for two rows where somebody has to give them.
pub(super) struct Type {
    pub(super) name: &'static str,
    pub(super) is_key: bool,
    pub(super) values: Option<[Value; 2]>,
}

fn of(name: &'static str, is_key: bool, values: [Value; 2]) -> Type {
    Type {
        name,
        is_key,
        values: Some(values),
    }
}

fn filled_in(name: &'static str) -> Type {
    Type {
        name,
        is_key: false,
        values: None,
    }
}

/// The types of columns; those that can be keys first.
pub(super) fn types(kind: Kind) -> Vec<Type> {
    match kind {
        Kind::Postgres => vec![
            of("INTEGER", true, [json!(1), json!(-2)]),
            of("TEXT", true, [json!("a,b /%"), json!("ü")]),
            of("BIGINT", true, [json!("9007199254740993"), json!("0")]),
            of(
                "UUID",
                true,
                [
                    json!("00000000-0000-0000-0000-000000000001"),
                    json!("00000000-0000-0000-0000-000000000002"),
                ],
            ),
            of(
                "TIMESTAMP(3)",
                true,
                [
                    json!("2024-01-01T00:00:00.000Z"),
                    json!("2024-01-01T00:00:00.001Z"),
                ],
            ),
            of("DECIMAL(65,30)", true, [json!("1.5"), json!("-0.25")]),
            of("VARCHAR(5)", true, [json!("a"), json!("b")]),
            of("DATE", true, [json!("2024-01-01"), json!("2024-02-29")]),
            of("BOOLEAN", true, [json!(true), json!(false)]),
            of("BYTEA", true, [json!("AA=="), json!("/w==")]),
            of("SMALLINT", true, [json!(1), json!(2)]),
            of("DOUBLE PRECISION", false, [json!(1.5), json!(2.5)]),
            of("JSONB", false, [json!({ "a": 1 }), json!([])]),
            of("JSON", false, [json!(1), json!("x")]),
            of(
                "TIMESTAMPTZ",
                false,
                [
                    json!("2024-01-01T00:00:00.000Z"),
                    json!("2025-01-01T00:00:00.000Z"),
                ],
            ),
            of("TIME", false, [json!("10:00:00"), json!("11:00:00")]),
            of("TEXT[]", false, [json!(["a"]), json!([])]),
            of("INTEGER[]", false, [json!([1, 2]), json!([])]),
            of("CHAR(3)", false, [json!("abc"), json!("x")]),
            of("INET", false, [json!("10.0.0.1"), json!("::1")]),
            of("INTERVAL", false, [json!("1 day"), json!("2 hours")]),
            of("INT4RANGE", false, [json!("[1,3)"), json!("empty")]),
            of("TSVECTOR", false, [json!("'a'"), json!("'b'")]),
            of("POINT", false, [json!("(1,2)"), json!("(0,0)")]),
            of("VARCHAR(3)[]", false, [json!(["abc"]), json!([])]),
            filled_in("INTEGER GENERATED ALWAYS AS IDENTITY"),
            filled_in("BIGSERIAL"),
            filled_in("TEXT GENERATED ALWAYS AS ('x' || 'y') STORED"),
            filled_in("TIMESTAMP(3) DEFAULT CURRENT_TIMESTAMP"),
            filled_in("TEXT[] DEFAULT ARRAY['a']::TEXT[]"),
        ],
        Kind::Sqlite => vec![
            of("INTEGER", true, [json!(1), json!(-2)]),
            of("TEXT", true, [json!("a,b /%"), json!("ü")]),
            of("BIGINT", true, [json!("9007199254740993"), json!("0")]),
            of(
                "DATETIME",
                true,
                [
                    json!("2024-01-01T00:00:00.000Z"),
                    json!("2024-01-01T00:00:00.001Z"),
                ],
            ),
            of("VARCHAR(5)", true, [json!("a"), json!("b")]),
            of("BOOLEAN", true, [json!(true), json!(false)]),
            of("DECIMAL", false, [json!("1.5"), json!("-0.25")]),
            of("REAL", false, [json!(1.5), json!(2.5)]),
            of("JSONB", false, [json!({ "a": 1 }), json!([])]),
            of("BLOB", false, [json!("AA=="), json!("/w==")]),
            of("UNSIGNED BIG INT", false, [json!("1"), json!("2")]),
            filled_in("TEXT GENERATED ALWAYS AS ('x' || 'y') STORED"),
            filled_in("DATETIME DEFAULT CURRENT_TIMESTAMP"),
        ],
    }
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

/// Names that mean something to Rust, SQL, SeaORM or this project, or differ in little.
const NASTY: [&str; 62] = [
    "user",
    "User",
    "users",
    "USER",
    "user_",
    "_user",
    "__user",
    "createdAt",
    "created_at",
    "CreatedAt",
    "created at",
    "created-at",
    "type",
    "select",
    "match",
    "self",
    "Self",
    "crate",
    "super",
    "_",
    "__",
    "1st",
    "123",
    "größe",
    "Größe",
    "名前",
    "a\"b",
    "a.b",
    "a,b",
    "a b",
    "A",
    "B",
    "id",
    "ID",
    "Id",
    "Option",
    "String",
    "Vec",
    "Result",
    "Model",
    "Entity",
    "Column",
    "Relation",
    "PrimaryKey",
    "ActiveModel",
    "mod",
    "async",
    "order",
    "limit",
    "offset",
    "and",
    "or",
    "prelude",
    "registry",
    "views",
    "schema",
    "health",
    "😀",
    "$1",
    "%s",
    "'",
    "\\",
];

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => select(&NASTY[..]).prop_map(str::to_owned),
        1 => "[a-z]{1,8}_?[a-z]{0,8}",
        1 => "[A-Z][a-zA-Z0-9]{0,20}",
        1 => "\\PC{1,12}",
    ]
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

/// Names that are taken already, as the database compares them.
struct Names {
    kind: Kind,
    taken: HashSet<String>,
}

impl Names {
    fn new(kind: Kind) -> Self {
        Self {
            kind,
            taken: HashSet::new(),
        }
    }

    /// A name that is legal and free: this one, or nearly so.
    fn take(&mut self, name: String) -> String {
        // 63 bytes in PostgreSQL, of which a view's name needs some; names that begin with these
        // belong to the system.
        let mut name: String = name.replace('\0', "").chars().take(12).collect();
        if name.starts_with("pg_") || name.to_lowercase().starts_with("sqlite_") || name.is_empty()
        {
            name.insert(0, 'x');
        }
        let mut free = name.clone();
        for number in 2.. {
            let folded = match self.kind {
                Kind::Postgres => free.clone(),
                Kind::Sqlite => free.to_ascii_lowercase(),
            };
            if self.taken.insert(folded) {
                break;
            }
            free = format!("{name}{number}");
        }
        free
    }
}
