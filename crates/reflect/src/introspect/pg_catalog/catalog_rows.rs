//! The rows of the catalog queries, and their conversion for the snapshot.

use sea_orm::FromQueryResult;

use super::postgres_types::Types;
use crate::snapshot::{
    Action, Check, Column, ForeignKey, Identity, Key, RowFunction, Table, TableKind, TableName,
};

/// A row of `tables.sql`.
#[derive(FromQueryResult)]
pub(super) struct TableRow {
    pub(super) id: i64,
    schema: String,
    pub(super) name: String,
    kind: String,
    comment: Option<String>,
    definition: Option<String>,
}

impl TableRow {
    pub(super) fn is_view(&self) -> bool {
        matches!(self.kind.as_str(), "v" | "m")
    }

    /// The table, still without columns, keys, constraints and names.
    pub(super) fn into_table(self) -> Table {
        Table {
            schema: self.schema,
            name: self.name,
            kind: match self.kind.as_str() {
                "v" => TableKind::View,
                "m" => TableKind::MaterializedView,
                _ => TableKind::Table,
            },
            partitioned: matches!(self.kind.as_str(), "p" | "f"),
            model: String::new(),
            prisma_name: None,
            ignored: false,
            path: String::new(),
            module: String::new(),
            comment: self.comment,
            columns: Vec::new(),
            primary_key: None,
            unique_keys: Vec::new(),
            row_key: Vec::new(),
            foreign_keys: Vec::new(),
            checks: Vec::new(),
            relations: Vec::new(),
            definition: self
                .definition
                .map(|definition| definition.trim().to_owned()),
        }
    }
}

/// A row of `columns.sql`.
#[derive(FromQueryResult)]
pub(super) struct ColumnRow {
    pub(super) relation: i64,
    name: String,
    pub(super) type_id: i64,
    type_modifier: i32,
    database_type: String,
    not_null: bool,
    identity: String,
    generated: String,
    default: Option<String>,
    nondeterministic: bool,
    comment: Option<String>,
}

impl ColumnRow {
    pub(super) fn into_column(self, types: &Types) -> Column {
        let generated = !self.generated.is_empty();
        Column {
            field: String::new(),
            member: String::new(),
            data_type: types.data_type(self.type_id, self.type_modifier),
            nullable: !self.not_null && !types.is_not_null(self.type_id),
            name: self.name,
            database_type: self.database_type,
            // The "default" of a generated column is its expression.
            default: self.default.filter(|_| !generated),
            identity: match self.identity.as_str() {
                "a" => Some(Identity::Always),
                "d" => Some(Identity::ByDefault),
                _ => None,
            },
            generated,
            client_default: None,
            updated_at: false,
            on_update: None,
            inferred: false,
            list: false,
            ignored: false,
            comment: self.comment,
            nondeterministic: self.nondeterministic,
            origin: None,
            holds: Vec::new(),
            domain: types.domain(self.type_id),
        }
    }
}

/// A row of `types.sql`.
#[derive(FromQueryResult)]
pub(super) struct TypeRow {
    pub(super) id: i64,
    pub(super) schema: String,
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) element: Option<i64>,
    pub(super) base: Option<i64>,
    pub(super) base_modifier: i32,
    pub(super) not_null: bool,
    pub(super) labels: Vec<String>,
    pub(super) extension: Option<String>,
}

/// A row of `casts.sql`.
#[derive(FromQueryResult)]
pub(super) struct CastRow {
    pub(super) domain: i64,
    /// `json` or `text`.
    pub(super) other: String,
    /// Whether it makes values of the domain.
    pub(super) reads: bool,
    pub(super) schema: String,
    pub(super) name: String,
}

/// A row with a name only.
#[derive(FromQueryResult)]
pub(super) struct Named {
    pub(super) name: String,
}

/// A row of `keys.sql`.
#[derive(FromQueryResult)]
pub(super) struct KeyRow {
    pub(super) relation: i64,
    name: String,
    pub(super) is_primary: bool,
    is_deferrable: bool,
    columns: Vec<String>,
}

impl KeyRow {
    pub(super) fn into_key(self) -> Key {
        Key {
            name: self.name,
            columns: self.columns,
            deferrable: self.is_deferrable,
        }
    }
}

/// A row of `constraints.sql`.
#[derive(FromQueryResult)]
pub(super) struct ConstraintRow {
    pub(super) relation: i64,
    name: String,
    kind: String,
    definition: String,
    columns: Vec<String>,
    target_schema: Option<String>,
    target_table: Option<String>,
    target_columns: Vec<String>,
    on_update: String,
    on_delete: String,
}

impl ConstraintRow {
    pub(super) fn add_to(self, table: &mut Table) {
        if self.kind == "c" {
            table.checks.push(Check {
                name: self.name,
                expression: self.definition,
                columns: self.columns,
            });
        } else {
            table.foreign_keys.extend(self.into_foreign_key());
        }
    }

    pub(super) fn into_foreign_key(self) -> Option<ForeignKey> {
        Some(ForeignKey {
            name: self.name,
            columns: self.columns,
            schema: self.target_schema?,
            table: self.target_table?,
            references: self.target_columns,
            on_update: action(&self.on_update),
            on_delete: action(&self.on_delete),
        })
    }
}

/// A row of `base_tables.sql`.
#[derive(FromQueryResult)]
pub(super) struct BeneathRow {
    pub(super) id: i64,
    pub(super) schema: String,
    pub(super) name: String,
}

/// A row of `functions.sql`.
#[derive(FromQueryResult)]
pub(super) struct RowFunctionRow {
    schema: String,
    name: String,
    takes_schema: String,
    takes_table: String,
    gives_schema: String,
    gives_table: String,
    single: bool,
}

impl RowFunctionRow {
    pub(super) fn into_function(self) -> RowFunction {
        RowFunction {
            schema: self.schema,
            name: self.name,
            takes: TableName {
                schema: self.takes_schema,
                table: self.takes_table,
            },
            gives: TableName {
                schema: self.gives_schema,
                table: self.gives_table,
            },
            single: self.single,
        }
    }
}

/// A row of `rules.sql`.
#[derive(FromQueryResult)]
pub(super) struct RuleRow {
    pub(super) relation: i64,
    pub(super) action: String,
}

/// A row of `names.sql`.
#[derive(FromQueryResult)]
pub(super) struct NameRow {
    pub(super) relation: i64,
    pub(super) number: i16,
    pub(super) schema: String,
    pub(super) table: String,
    pub(super) column: String,
}

/// The letters of `pg_constraint.confupdtype`.
fn action(letter: &str) -> Action {
    match letter {
        "r" => Action::Restrict,
        "c" => Action::Cascade,
        "n" => Action::SetNull,
        "d" => Action::SetDefault,
        _ => Action::NoAction,
    }
}
