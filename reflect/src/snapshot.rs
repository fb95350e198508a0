//! The catalog snapshot: what reflection found, as plain data.
//!
//! `make orm` writes it to `entity/catalog.json`; the server reads it back at start. It holds what
//! entity code cannot say (database defaults, identity columns, comments, unique keys, checks,
//! views, client-side defaults) beside the names the API uses. Nothing here knows HTTP or SQL.

use std::collections::BTreeMap;

use std::fmt;

use serde::{Deserialize, Serialize};

/// Version of the snapshot's format; a reader refuses any other.
pub const FORMAT: u32 = 2;

/// Everything reflection knows about a database, in a deterministic order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Snapshot {
    /// Always [`FORMAT`].
    pub format: u32,
    /// The kind of database that was reflected.
    pub database: Database,
    /// The database schemas reflected, the default one first. `["main"]` on SQLite.
    pub schemas: Vec<String>,
    /// Schemas that hold the same tables as another, by name, and that other: its tables stand for
    /// theirs in `tables`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub alike: BTreeMap<String, String>,
    /// Enum types, sorted by schema and name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub enums: Vec<EnumType>,
    /// Tables and views, sorted by schema and name.
    pub tables: Vec<Table>,
    /// Tables of other schemas that views show, sorted by schema and name: what relates views.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub beneath: Vec<Beneath>,
    /// Functions that give rows for a row, sorted by schema and name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub row_functions: Vec<RowFunction>,
}

/// A table that is not reflected as such: its keys only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Beneath {
    pub schema: String,
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub primary_key: Option<Key>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unique_keys: Vec<Key>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub foreign_keys: Vec<ForeignKey>,
}

/// A function that takes a row of a table or view and gives rows of one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RowFunction {
    pub schema: String,
    pub name: String,
    /// What it takes a row of.
    pub takes: TableName,
    /// What it gives rows of.
    pub gives: TableName,
    /// Whether it gives one row at most.
    pub single: bool,
}

/// A table or view with its schema.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TableName {
    pub schema: String,
    pub table: String,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Origin {
    pub schema: String,
    pub table: String,
    pub column: String,
}

/// The kinds of database Refract serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Database {
    Postgres,
    Sqlite,
}

/// A PostgreSQL enum type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EnumType {
    pub schema: String,
    /// Name in the database.
    pub name: String,
    /// Name in the API's OpenAPI document: unique among enums and models.
    pub model: String,
    /// Name in schema.prisma, where one was given and has this enum.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prisma_name: Option<String>,
    /// The `///` comment in schema.prisma.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// Values in the database's order.
    pub values: Vec<EnumValue>,
}

/// One value of an enum type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EnumValue {
    /// Label in the database (`@map`'s argument).
    pub label: String,
    /// Prisma's value name where it differs from the label.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The `///` comment in schema.prisma.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

/// A table or view.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Table {
    pub schema: String,
    /// Name in the database.
    pub name: String,
    pub kind: TableKind,
    /// Its rows are kept elsewhere, in partitions or on another server, so that they have no system
    /// columns of its own.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub partitioned: bool,
    /// Model name in the API (`GenerationJob`): unique, an identifier.
    pub model: String,
    /// Name of its model in schema.prisma, where one was given and has this table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prisma_name: Option<String>,
    /// Prisma's `@@ignore`: not a resource.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub ignored: bool,
    /// Last segment of the resource's path (`generation-jobs`): unique.
    pub path: String,
    /// Module of the entity crate that holds the entity (`generation_job`, `views::page_stats`).
    pub module: String,
    /// The `///` comment in schema.prisma, else the database's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// Columns in the database's order.
    pub columns: Vec<Column>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub primary_key: Option<Key>,
    /// Unique constraints and complete (not partial, not expression) unique indexes, by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unique_keys: Vec<Key>,
    /// Columns that address one row in a URL: the primary key, else a unique key whose columns are
    /// all NOT NULL, else empty (list and create only).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub row_key: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub foreign_keys: Vec<ForeignKey>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub checks: Vec<Check>,
    /// Relations as the API names them, the table's own foreign keys first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub relations: Vec<Relation>,
    /// The query of a view, as the database prints it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub definition: Option<String>,
}

/// What a [`Table`] is in the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum TableKind {
    /// A table, partitioned parents included (partitions themselves are left out).
    Table,
    /// A view; read-only in the API.
    View,
    MaterializedView,
    /// Prisma's implicit many-to-many table (`_PageToTag` with columns `A` and `B`): served as a
    /// relation, never as a resource.
    Junction,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Column {
    /// Name in the database.
    pub name: String,
    /// JSON field name on `/api/v1`: Prisma's field name, else the column name.
    pub field: String,
    /// Identifier of the field in the entity's `Model` (`created_at_2`, `r#type`).
    pub member: String,
    #[serde(rename = "type")]
    pub data_type: DataType,
    /// The type as the database prints it (`character varying(255)`, `timestamp(3) without time zone`).
    pub database_type: String,
    /// Whether the column accepts NULL. False for a domain that is NOT NULL.
    pub nullable: bool,
    /// The default expression as the database prints it (`now()`, `'DRAFT'::"PageStatus"`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
    /// `GENERATED … AS IDENTITY`, or SQLite's integer primary key (by default).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity: Option<Identity>,
    /// `GENERATED ALWAYS AS (…)`: never written.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub generated: bool,
    /// What Prisma Client would fill in on create, whether or not the database has a default too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_default: Option<ClientDefault>,
    /// Prisma's `@updatedAt`: set on create and on every change.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub updated_at: bool,
    /// Whether `client_default` and `updated_at` are guesses, for want of a schema.prisma.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub inferred: bool,
    /// Prisma's list: NULL reads as an empty one.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub list: bool,
    /// Prisma's `@ignore`: neither read nor written.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub ignored: bool,
    /// The `///` comment in schema.prisma, else the database's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// The column of a table that a view's column is a plain copy of, through other views too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
}

/// When an identity column takes a value from the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Identity {
    Always,
    ByDefault,
}

/// A value that Prisma Client fills in on create.
///
/// Source: Prisma schema reference, attribute functions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "kind", deny_unknown_fields)]
pub enum ClientDefault {
    /// `cuid()` is version 1, `cuid(2)` version 2.
    Cuid {
        version: u8,
    },
    /// `uuid()` is version 4, `uuid(7)` version 7.
    Uuid {
        version: u8,
    },
    Ulid,
    /// `nanoid(length)`; 21 unless given.
    Nanoid {
        length: u16,
    },
    /// `now()`.
    Now,
    /// A literal, in the form that the API takes for the column.
    Literal {
        value: serde_json::Value,
    },
}

/// As schema.prisma spells it.
impl fmt::Display for ClientDefault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cuid { version: 1 } => f.write_str("cuid()"),
            Self::Cuid { version } => write!(f, "cuid({version})"),
            Self::Uuid { version: 4 } => f.write_str("uuid()"),
            Self::Uuid { version } => write!(f, "uuid({version})"),
            Self::Ulid => f.write_str("ulid()"),
            Self::Nanoid { length } => write!(f, "nanoid({length})"),
            Self::Now => f.write_str("now()"),
            Self::Literal { value } => write!(f, "{value}"),
        }
    }
}

/// The type of a column, reduced to what the codec tells apart. Domains are their base type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "kind", deny_unknown_fields)]
pub enum DataType {
    Bool,
    Int2,
    Int4,
    Int8,
    Float4,
    Float8,
    /// `numeric`, with precision and scale where declared.
    #[serde(rename_all = "camelCase")]
    Numeric {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        precision: Option<u32>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        scale: Option<i32>,
    },
    /// `text`, `varchar(n)`, `char(n)`, `citext`, `name`. Length in characters.
    #[serde(rename_all = "camelCase")]
    Text {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        max_length: Option<u32>,
        /// `char(n)`: the database pads with blanks.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        padded: bool,
        /// `citext`: compared without case.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        case_insensitive: bool,
    },
    Uuid,
    /// An enum type of [`Snapshot::enums`], named by its schema and name.
    Enum {
        schema: String,
        name: String,
    },
    /// `timestamp` (Prisma keeps UTC in it) and SQLite's `DATETIME`.
    Timestamp,
    /// `timestamptz`.
    TimestampTz,
    Date,
    Time,
    Json,
    Jsonb,
    Bytes,
    Array {
        of: Box<DataType>,
    },
    /// Any other type: read as its text form; `writable` if its input function is safe to feed
    /// with text from a stranger (`inet`, `interval`, …).
    Other {
        writable: bool,
    },
}

/// A primary key or unique key. Columns in key order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Key {
    /// Constraint or index name; on SQLite, where keys may be nameless, the columns joined by `_`.
    pub name: String,
    pub columns: Vec<String>,
}

/// A foreign key. `columns[i]` refers to `references[i]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ForeignKey {
    pub name: String,
    pub columns: Vec<String>,
    pub schema: String,
    pub table: String,
    pub references: Vec<String>,
    pub on_update: Action,
    pub on_delete: Action,
}

/// A referential action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Action {
    NoAction,
    Restrict,
    Cascade,
    SetNull,
    SetDefault,
}

/// A check constraint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Check {
    pub name: String,
    /// As the database prints it (`CHECK ((price >= (0)::numeric))`).
    pub expression: String,
    /// Columns it mentions, where the database says.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<String>,
}

/// A relation as the API names it, seen from the table that lists it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Relation {
    /// Unique among the table's fields and relations (`author`, `posts`).
    pub name: String,
    pub schema: String,
    /// The related table.
    pub table: String,
    pub cardinality: Cardinality,
    /// Columns of this table.
    pub columns: Vec<String>,
    /// Columns of the related table; position by position those of `columns`, unless through a
    /// junction.
    pub references: Vec<String>,
    /// The foreign key's name (for many-to-many: none).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub foreign_key: Option<String>,
    /// The junction table of a many-to-many relation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub through: Option<Through>,
}

/// How many rows stand on either side of a [`Relation`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Cardinality {
    ManyToOne,
    OneToMany,
    /// Both ends hold at most one row.
    OneToOne,
    ManyToMany,
}

/// The junction of a many-to-many relation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Through {
    pub schema: String,
    pub table: String,
    /// Junction columns that refer to `columns` of the relation.
    pub columns: Vec<String>,
    /// Junction columns that refer to `references` of the relation.
    pub references: Vec<String>,
}

impl Snapshot {
    /// The table of that name, if reflected.
    pub fn table(&self, schema: &str, name: &str) -> Option<&Table> {
        self.tables
            .iter()
            .find(|table| table.schema == schema && table.name == name)
    }
}

impl From<Table> for Beneath {
    fn from(table: Table) -> Self {
        Self {
            schema: table.schema,
            name: table.name,
            primary_key: table.primary_key,
            unique_keys: table.unique_keys,
            foreign_keys: table.foreign_keys,
        }
    }
}

impl DataType {
    /// Schema and name of the enum type that it is, or is an array of.
    pub fn enum_type(&self) -> Option<(&str, &str)> {
        match self {
            Self::Enum { schema, name } => Some((schema, name)),
            Self::Array { of } => of.enum_type(),
            _ => None,
        }
    }
}

impl Table {
    /// The column of that name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }
}
