//! The interface between an entity crate and the engine: a snapshot and the shape of every entity.

use sea_orm::{EntityTrait, Iden, Iterable, PrimaryKeyToColumn};

use crate::snapshot::Snapshot;

/// The contents of an entity crate. The engine checks that entities and snapshot agree.
pub struct Registry {
    /// The text of `catalog.json`.
    pub snapshot: String,
    /// Every entity, in the snapshot's order.
    pub entities: Vec<EntityShape>,
}

/// The part of a SeaORM entity that must agree with the snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntityShape {
    /// `None` where the entity names no database schema (SQLite).
    pub schema: Option<String>,
    pub table: String,
    /// Column names in the database, in the entity's order.
    pub columns: Vec<String>,
    /// Columns of the entity's `PrimaryKey`.
    pub primary_key: Vec<String>,
}

impl EntityShape {
    /// The shape of the entity `E`.
    pub fn of<E: EntityTrait + Default>() -> Self {
        let entity = E::default();
        Self {
            schema: entity.schema_name().map(str::to_owned),
            table: entity.table_name().to_owned(),
            columns: E::Column::iter()
                .map(|column| column.unquoted().to_owned())
                .collect(),
            primary_key: E::PrimaryKey::iter()
                .map(|key| key.into_column().unquoted().to_owned())
                .collect(),
        }
    }

    /// The shapes of the entity crate that would be generated from `snapshot`. Tests use this to
    /// serve a snapshot without compiling entities.
    pub fn all_of(snapshot: &Snapshot) -> Vec<Self> {
        snapshot
            .tables
            .iter()
            .map(|table| Self {
                schema: Some(table.schema.clone()),
                table: table.name.clone(),
                columns: table
                    .columns
                    .iter()
                    .map(|column| column.name.clone())
                    .collect(),
                primary_key: table.row_key.clone(),
            })
            .collect()
    }
}
