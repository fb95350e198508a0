//! Finds the tables whose rows a value may hold, such as a column of a row type. Such a value could show
//! a hidden column of those tables.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::{
    FromQueryResult,
    sqlx::{Postgres, Transaction},
};

use super::{catalog_rows::ColumnRow, fetch};
use crate::{
    introspect::ReflectError,
    snapshot::{ComputedField, TableName},
};

/// The tables and views whose rows values of a type hold, by the type's OID.
pub(super) struct Held(BTreeMap<i64, Vec<TableName>>);

/// A row of `held_rows.sql`.
#[derive(FromQueryResult)]
struct HeldRow {
    root: i64,
    schema: String,
    table: String,
}

/// A row of `fields.sql`.
#[derive(FromQueryResult)]
pub(super) struct FieldRow {
    schema: String,
    name: String,
    takes_schema: String,
    takes_table: String,
    type_id: i64,
    is_opaque: bool,
}

impl Held {
    /// Reads the types of columns and the results of functions.
    pub(super) async fn read(
        db: &mut Transaction<'static, Postgres>,
        columns: &[ColumnRow],
        fields: &[FieldRow],
    ) -> Result<Self, ReflectError> {
        let types = columns.iter().map(|column| column.type_id);
        let types: BTreeSet<i64> = types
            .chain(fields.iter().map(|field| field.type_id))
            .collect();
        let types: Vec<i64> = types.into_iter().collect();
        let rows: Vec<HeldRow> = fetch(db, "types", include_str!("held_rows.sql"), types).await?;
        let mut held: BTreeMap<i64, Vec<TableName>> = BTreeMap::new();
        for HeldRow {
            root,
            schema,
            table,
        } in rows
        {
            held.entry(root)
                .or_default()
                .push(TableName { schema, table });
        }
        Ok(Self(held))
    }

    /// The tables whose rows values of a type hold.
    pub(super) fn by(&self, type_id: i64) -> Vec<TableName> {
        self.0.get(&type_id).cloned().unwrap_or_default()
    }

    /// The functions of the rows, each once.
    pub(super) fn fields(&self, rows: Vec<FieldRow>) -> Vec<ComputedField> {
        let mut fields: Vec<ComputedField> = Vec::new();
        for row in rows {
            let held = self.by(row.type_id);
            let field = ComputedField {
                schema: row.schema,
                name: row.name,
                takes: TableName {
                    schema: row.takes_schema,
                    table: row.takes_table,
                },
                opaque: row.is_opaque,
                holds: held,
            };
            match fields.last_mut() {
                Some(last)
                    if (&last.schema, &last.name, &last.takes)
                        == (&field.schema, &field.name, &field.takes) =>
                {
                    last.opaque |= field.opaque;
                    last.holds.extend(field.holds);
                    last.holds.sort();
                    last.holds.dedup();
                }
                _ => fields.push(field),
            }
        }
        fields
    }
}
