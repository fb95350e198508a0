//! Infers row keys, Prisma's junction tables and the values that Prisma Client fills in. The database
//! does not store these.

use crate::snapshot::{ClientDefault, Column, DataType, Key, Snapshot, Table, TableKind};

/// Length of a UUID in text form, which `@db.Char(36)` and `@db.VarChar(36)` hold.
const UUID_TEXT_LENGTH: u32 = 36;

/// Length of a cuid.
const CUID_LENGTH: u32 = 25;

/// Column names that mean `@updatedAt`.
const UPDATED_AT: [&str; 2] = ["updatedAt", "updated_at"];

pub(super) fn complete(snapshot: &mut Snapshot) {
    let junctions: Vec<bool> = snapshot
        .tables
        .iter()
        .map(|table| is_junction(snapshot, table))
        .collect();
    for (table, is_junction) in std::iter::zip(&mut snapshot.tables, junctions) {
        if is_junction {
            table.kind = TableKind::Junction;
        }
        table.row_key = row_key(table);
        if table.kind == TableKind::Table {
            infer_client_default(table);
            infer_timestamps(table);
        }
    }
}

/// Whether a table is Prisma's implicit many-to-many table: `_PageToTag` with columns `A` and `B`.
fn is_junction(snapshot: &Snapshot, table: &Table) -> bool {
    let is_side = |column: &str| {
        table
            .foreign_keys
            .iter()
            .any(|key| key.columns == [column] && snapshot.table(&key.schema, &key.table).is_some())
    };
    let is_unique = |key: &Key| key.columns == ["A", "B"];
    table.kind == TableKind::Table
        && table.name.starts_with('_')
        && table
            .columns
            .iter()
            .map(|column| column.name.as_str())
            .eq(["A", "B"])
        && is_side("A")
        && is_side("B")
        && table
            .primary_key
            .iter()
            .chain(&table.unique_keys)
            .any(is_unique)
}

/// The primary key, else the unique key with the fewest columns, all NOT NULL. The database has no keys
/// for views: [`view_sql`](super::view_sql) finds them.
fn row_key(table: &Table) -> Vec<String> {
    match table.kind {
        TableKind::View | TableKind::MaterializedView => Vec::new(),
        TableKind::Table | TableKind::Junction => {
            let is_total = |key: &&Key| {
                key.columns
                    .iter()
                    .all(|name| table.column(name).is_some_and(|column| !column.nullable))
            };
            let alternative = table
                .unique_keys
                .iter()
                .filter(is_total)
                .min_by_key(|key| (key.columns.len(), key.name.clone()));
            table
                .primary_key
                .as_ref()
                .or(alternative)
                .map(|key| key.columns.clone())
                .unwrap_or_default()
        }
    }
}

/// Prisma Client fills in a key that is a single text or uuid column without a default.
fn infer_client_default(table: &mut Table) {
    let Some(Key { columns, .. }) = &table.primary_key else {
        return;
    };
    let [name] = columns.as_slice() else { return };
    if table
        .foreign_keys
        .iter()
        .any(|key| key.columns.contains(name))
    {
        return;
    }
    let Some(column) = table.columns.iter_mut().find(|column| column.name == *name) else {
        return;
    };
    if column.default.is_none() && column.identity.is_none() && !column.generated {
        column.client_default = client_default(column);
        column.inferred = column.client_default.is_some();
    }
}

fn client_default(column: &Column) -> Option<ClientDefault> {
    match column.data_type {
        DataType::Uuid
        | DataType::Text {
            max_length: Some(UUID_TEXT_LENGTH),
            ..
        } => Some(ClientDefault::Uuid { version: 4 }),
        DataType::Text { max_length, .. } => max_length
            .is_none_or(|length| length >= CUID_LENGTH)
            .then_some(ClientDefault::Cuid { version: 1 }),
        _ => None,
    }
}

/// `@updatedAt` can be recognised by the column's name only. `@default(now())` is CURRENT_TIMESTAMP in
/// the database, but Prisma Client fills it in itself: the same moment for every field of a row, in
/// milliseconds of UTC. The session's time zone has no influence on it.
fn infer_timestamps(table: &mut Table) {
    for column in &mut table.columns {
        let is_timestamp = matches!(
            column.data_type,
            DataType::Timestamp | DataType::TimestampTz
        );
        if !is_timestamp || column.generated {
            continue;
        }
        if column.default.as_deref().is_some_and(is_current_timestamp) {
            column.client_default = Some(ClientDefault::Now);
        }
        column.updated_at = !column.nullable && UPDATED_AT.contains(&column.name.as_str());
        column.inferred = column.client_default.is_some() || column.updated_at;
    }
}

/// `CURRENT_TIMESTAMP`, with or without a precision. `now()` comes from `dbgenerated`.
fn is_current_timestamp(default: &str) -> bool {
    let (name, rest) = default.split_at(default.find('(').unwrap_or(default.len()));
    name.eq_ignore_ascii_case("CURRENT_TIMESTAMP")
        && (rest.is_empty() || (rest.len() == 3 && rest.ends_with(')')))
}
