//! The rows of the queries, and their conversion for the snapshot.

use std::collections::BTreeMap;

use sea_orm::FromQueryResult;

use super::{SCHEMA, sqlite_types};
use crate::snapshot::{Action, Column, ForeignKey, Key, Table, TableKind};

/// A row of `tables_and_views.sql`.
#[derive(FromQueryResult)]
pub(super) struct TableRow {
    pub(super) name: String,
    kind: String,
    pub(super) without_rowid: i32,
    definition: Option<String>,
}

impl TableRow {
    pub(super) fn is_view(&self) -> bool {
        self.kind == "view"
    }

    /// The table, still without columns, keys and names.
    pub(super) fn into_table(self) -> Table {
        let is_view = self.is_view();
        Table {
            schema: SCHEMA.to_owned(),
            name: self.name,
            kind: if is_view {
                TableKind::View
            } else {
                TableKind::Table
            },
            partitioned: false,
            model: String::new(),
            prisma_name: None,
            ignored: false,
            path: String::new(),
            module: String::new(),
            comment: None,
            columns: Vec::new(),
            primary_key: None,
            unique_keys: Vec::new(),
            row_key: Vec::new(),
            foreign_keys: Vec::new(),
            checks: Vec::new(),
            relations: Vec::new(),
            definition: self.definition.filter(|_| is_view),
        }
    }
}

/// A row of `table_columns.sql`.
#[derive(FromQueryResult)]
pub(super) struct ColumnRow {
    pub(super) relation: String,
    pub(super) name: String,
    declared: String,
    not_null: i32,
    default_value: Option<String>,
    /// Position in the primary key, from 1.
    pub(super) pk: i32,
    hidden: i32,
}

impl ColumnRow {
    pub(super) fn into_column(self) -> Column {
        let generated = matches!(self.hidden, 2 | 3);
        Column {
            field: String::new(),
            member: String::new(),
            data_type: sqlite_types::data_type(&self.declared),
            name: self.name,
            database_type: self.declared,
            nullable: self.not_null == 0,
            default: self
                .default_value
                .filter(|value| !value.eq_ignore_ascii_case("NULL")),
            identity: None,
            generated,
            client_default: None,
            updated_at: false,
            on_update: None,
            inferred: false,
            list: false,
            ignored: false,
            comment: None,
            nondeterministic: false,
            origin: None,
            domain: None,
            holds: Vec::new(),
        }
    }
}

/// A row of `index_keys.sql`.
#[derive(FromQueryResult)]
pub(super) struct KeyRow {
    pub(super) relation: String,
    name: String,
    origin: String,
    column: Option<String>,
}

/// The unique keys in the rows of one table. An index on an expression is not a key.
pub(super) fn unique_keys(rows: Vec<KeyRow>) -> Vec<Key> {
    let mut keys: BTreeMap<String, Option<Key>> = BTreeMap::new();
    for row in rows {
        let is_named = row.origin == "c";
        let key = keys.entry(row.name.clone()).or_insert_with(|| {
            Some(Key {
                name: row.name,
                columns: Vec::new(),
                deferrable: false,
            })
        });
        match (key.as_mut(), row.column) {
            (Some(found), Some(column)) => {
                found.columns.push(column);
                if !is_named {
                    found.name = found.columns.join("_");
                }
            }
            _ => *key = None,
        }
    }
    let mut keys: Vec<Key> = keys.into_values().flatten().collect();
    keys.sort_by(|a, b| a.name.cmp(&b.name));
    keys
}

/// A row of `foreign_keys.sql`.
#[derive(FromQueryResult)]
pub(super) struct ForeignKeyRow {
    pub(super) relation: String,
    id: i32,
    target_table: String,
    column: String,
    target_column: Option<String>,
    on_update: String,
    on_delete: String,
}

/// The foreign keys in the rows of one table, with the names that Prisma would give them.
pub(super) fn foreign_keys(
    table: &str,
    rows: Vec<ForeignKeyRow>,
    primary_keys: &BTreeMap<String, Vec<String>>,
) -> Vec<ForeignKey> {
    let mut keys: BTreeMap<i32, ForeignKey> = BTreeMap::new();
    for row in rows {
        let key = keys.entry(row.id).or_insert_with(|| ForeignKey {
            name: String::new(),
            columns: Vec::new(),
            schema: SCHEMA.to_owned(),
            // SQLite ignores the letter case of table names. The snapshot does not.
            table: primary_keys
                .keys()
                .find(|name| name.eq_ignore_ascii_case(&row.target_table))
                .unwrap_or(&row.target_table)
                .clone(),
            references: Vec::new(),
            on_update: action(&row.on_update),
            on_delete: action(&row.on_delete),
        });
        key.columns.push(row.column);
        key.references.extend(row.target_column);
    }
    let mut keys: Vec<ForeignKey> = keys
        .into_values()
        .map(|mut key| {
            key.name = format!("{table}_{}_fkey", key.columns.join("_"));
            if key.references.is_empty() {
                key.references = primary_keys.get(&key.table).cloned().unwrap_or_default();
            }
            key
        })
        .filter(|key| key.references.len() == key.columns.len())
        .collect();
    keys.sort_by(|a, b| a.name.cmp(&b.name));
    keys
}

fn action(words: &str) -> Action {
    match words {
        "RESTRICT" => Action::Restrict,
        "CASCADE" => Action::Cascade,
        "SET NULL" => Action::SetNull,
        "SET DEFAULT" => Action::SetDefault,
        _ => Action::NoAction,
    }
}
