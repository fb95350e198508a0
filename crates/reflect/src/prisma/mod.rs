//! The content of the app's schema.prisma that the database does not have: names of models, fields,
//! enum values and relations, comments, and the values that Prisma Client fills in.
//!
//! ```text
//! PRISMA_SCHEMA ─► parser (Prisma's own, in Node) ─► PrismaSchema ─► merge ─► Snapshot
//! ```
//!
//! The database decides which tables and columns exist, schema.prisma decides on their names.
//! [`Disagreement`] lists the differences.

mod client_fills;
mod contract;
mod contract_marker;
mod data_model;
mod disagreements;
mod find_schema;
mod merge;
mod prisma_parser;
mod relation_fields;

use crate::snapshot::ClientDefault;
pub use contract_marker::stale_contract;
pub use find_schema::{FoundSchema, find_schema};
pub use prisma_parser::ParserError;

pub(crate) use merge::merge;

/// A parsed schema.prisma.
#[derive(Debug, Clone, PartialEq)]
pub struct PrismaSchema {
    /// Models and views, `@@ignore`d ones included.
    pub models: Vec<Model>,
    pub enums: Vec<Enum>,
    /// What a contract has and this version does not know.
    pub unknown: Vec<Disagreement>,
    /// The hash of the storage that a contract describes. `None` for schema.prisma.
    pub storage_hash: Option<String>,
}

/// Reads an app's schema: a contract.json of Prisma 8, or a folder that holds one; else a .prisma file
/// or a folder of them, which Prisma's own parser reads in Node.
///
/// # Errors
/// [`ParserError::Unavailable`] where Node is not installed or npm cannot install the parser.
pub fn parse(path: &str) -> Result<PrismaSchema, ParserError> {
    match contract::file_at(path) {
        Some(file) => contract::read(&file),
        None => prisma_parser::parse(path),
    }
}

/// A model or view.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    pub name: String,
    /// Name in the database (`@@map`).
    pub table: String,
    /// Database schema (`@@schema`), where given.
    pub schema: Option<String>,
    /// `@@ignore`. Its fields are not known.
    pub ignored: bool,
    pub comment: Option<String>,
    pub fields: Vec<Field>,
    pub relations: Vec<RelationField>,
    /// Field names of `@id`, `@@id`, or of the first `@unique` or `@@unique`.
    pub key: Vec<String>,
}

/// A field that is a column.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    pub name: String,
    /// Name in the database (`@map`).
    pub column: String,
    pub kind: FieldKind,
    pub list: bool,
    pub required: bool,
    pub comment: Option<String>,
    /// The value that Prisma Client fills in on create.
    pub client_default: Option<ClientDefault>,
    pub updated_at: bool,
    /// The value that Prisma Client 8 fills in on every change, where it is not [`Self::updated_at`].
    pub on_update: Option<ClientDefault>,
}

/// The type of a [`Field`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldKind {
    /// One of Prisma's types: `String`, `Int`, `DateTime` …
    Scalar(String),
    /// The enum of that name.
    Enum(String),
    /// `Unsupported("…")`. Prisma Client does not have the field.
    Unsupported,
    /// `@ignore`.
    Ignored,
}

/// A field that is a relation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelationField {
    pub name: String,
    /// The related model.
    pub model: String,
    /// Prisma's name for both sides. The default is of the form `PageToTag`.
    pub relation: String,
    pub list: bool,
    /// Fields of this model, on the side that holds the foreign key.
    pub fields: Vec<String>,
    /// Fields of the related model, position by position.
    pub references: Vec<String>,
    /// The join table of a many-to-many relation that has a model of its own (Prisma 8).
    pub through: Option<JoinTable>,
}

/// A join table with a model of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JoinTable {
    /// Database schema, where given.
    pub schema: Option<String>,
    pub table: String,
    /// Columns of the relation's model.
    pub columns: Vec<String>,
    /// Columns of the join table that refer to these.
    pub near: Vec<String>,
    /// Columns of the join table that refer to `references`.
    pub far: Vec<String>,
    /// Columns of the related model.
    pub references: Vec<String>,
}

/// An enum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enum {
    pub name: String,
    /// Name in the database (`@@map`).
    pub database_name: String,
    /// Database schema (`@@schema`), where given.
    pub schema: Option<String>,
    pub comment: Option<String>,
    pub values: Vec<EnumValue>,
}

/// A value of an [`Enum`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnumValue {
    pub name: String,
    /// Label in the database (`@map`).
    pub label: String,
    pub comment: Option<String>,
}

/// A difference between schema.prisma and the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disagreement {
    /// The model, field, table or column (`Page.title`, `public.Page`).
    pub subject: String,
    /// The difference and its consequence, as a sentence of its own.
    pub what: String,
}

impl std::fmt::Display for Disagreement {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.subject, self.what)
    }
}

impl PrismaSchema {
    /// The database schemas of its models (`@@schema`), `public` first, then in their order.
    pub fn schemas(&self) -> Vec<String> {
        let named = self.models.iter().filter_map(|model| model.schema.clone());
        let mut schemas: Vec<String> = Vec::new();
        for schema in named {
            if !schemas.contains(&schema) {
                schemas.push(schema);
            }
        }
        schemas.sort_by_key(|schema| schema != "public");
        schemas
    }

    fn model(&self, name: &str) -> Option<&Model> {
        self.models.iter().find(|model| model.name == name)
    }

    fn enumeration(&self, name: &str) -> Option<&Enum> {
        self.enums.iter().find(|found| found.name == name)
    }
}

impl Model {
    fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// The columns of fields. `None` where the model does not have one of the fields.
    fn columns(&self, fields: &[String]) -> Option<Vec<String>> {
        fields
            .iter()
            .map(|name| self.field(name).map(|field| field.column.clone()))
            .collect()
    }
}
