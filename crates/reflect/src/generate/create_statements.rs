//! Runs SeaORM's generator with placeholder names.
//!
//! The generator does not accept every name: `super` panics, two names that differ only in case
//! overwrite each other's files, and labels of punctuation do not become identifiers. Placeholders
//! sort in the order of their items, so that the output can be assigned to the items.

use sea_orm::sea_query::{
    Alias, ColumnDef, ColumnType, DynIden, Index, IntoIden, RcOrArc, StringLen, Table,
    TableCreateStatement,
};
use sea_orm_codegen::{
    BannerVersion, BigIntegerType, DateTimeCrate, EntityFormat, EntityTransformer,
    EntityWriterContext, WithPrelude, WithSerde,
};

use super::{
    GenerateError,
    layout::{Entity, Layout},
    text_fallback,
};
use crate::snapshot::{Column, DataType};

/// The generator's files, in the order of the layout's items.
pub(super) struct Output {
    pub(super) entities: Vec<String>,
    pub(super) enums: Option<String>,
}

/// The name of the enum at `index` in the generator's output.
pub(super) fn enum_placeholder(index: usize) -> String {
    format!("Enum{index:05}")
}

pub(super) fn run_generator(layout: &Layout) -> Result<Output, GenerateError> {
    let statements = layout
        .entities
        .iter()
        .enumerate()
        .map(|(index, entity)| statement(layout, index, entity))
        .collect();
    let writer = EntityTransformer::transform(statements)
        .map_err(|error| GenerateError::Generator(error.to_string()))?;
    let mut entities = Vec::new();
    let mut enums = None;
    for file in writer.generate(&context()).files {
        match file.name.as_str() {
            "sea_orm_active_enums.rs" => enums = Some(file.content),
            name if name.starts_with("table_") => entities.push((file.name, file.content)),
            _ => {}
        }
    }
    entities.sort();
    if entities.len() != layout.entities.len() {
        let reason = format!(
            "{} entities for {} tables",
            entities.len(),
            layout.entities.len()
        );
        return Err(GenerateError::Generator(reason));
    }
    let entities = entities.into_iter().map(|(_, content)| content).collect();
    Ok(Output { entities, enums })
}

fn context() -> EntityWriterContext {
    EntityWriterContext::new(
        EntityFormat::Compact,
        WithPrelude::None,
        WithSerde::Both,
        false,
        DateTimeCrate::Chrono,
        BigIntegerType::I64,
        None,
        true,
        false,
        false,
        Vec::new(),
        Vec::new(),
        Vec::new(),
        Vec::new(),
        Vec::new(),
        false,
        true,
        BannerVersion::Off,
    )
}

fn statement(layout: &Layout, index: usize, entity: &Entity) -> TableCreateStatement {
    let mut statement = Table::create();
    statement.table(Alias::new(format!("table_{index:05}")));
    let mut key = Index::create();
    key.primary();
    for (at, column) in entity.table.columns.iter().enumerate() {
        let name = Alias::new(format!("column_{at:05}"));
        let column_type = column_type(layout, entity, column);
        let mut definition = ColumnDef::new_with_type(name, column_type);
        let is_key = entity.key.contains(&column.name.as_str());
        // An `Option` cannot be a key. Where every column may be NULL, one of them is the key.
        if !column.nullable || is_key {
            definition.not_null();
        }
        if is_unique(entity, column) {
            definition.unique_key();
        }
        if is_key && entity.key.len() == 1 && is_filled_in(column) {
            definition.auto_increment();
        }
        statement.col(&mut definition);
    }
    // The columns are in key order, which may differ from column order.
    for name in &entity.key {
        if let Some(at) = entity
            .table
            .columns
            .iter()
            .position(|column| column.name == *name)
        {
            key.col(Alias::new(format!("column_{at:05}")));
        }
    }
    statement.primary_key(&mut key);
    statement
}

fn is_unique(entity: &Entity, column: &Column) -> bool {
    entity
        .table
        .unique_keys
        .iter()
        .any(|key| key.columns == [column.name.as_str()])
}

/// Whether the database generates numbers for the column.
fn is_filled_in(column: &Column) -> bool {
    let is_integer = matches!(
        column.data_type,
        DataType::Int2 | DataType::Int4 | DataType::Int8
    );
    let is_serial = column
        .default
        .as_ref()
        .is_some_and(|default| default.starts_with("nextval("));
    is_integer && (column.identity.is_some() || is_serial)
}

fn column_type(layout: &Layout, entity: &Entity, column: &Column) -> ColumnType {
    let list = |of| ColumnType::Array(RcOrArc::new(of));
    match (text_fallback::of(layout, entity, column), &column.data_type) {
        (Some(stand_in), _) if stand_in.is_list() => list(ColumnType::Text),
        (Some(_), _) => ColumnType::Text,
        (None, DataType::Array { of }) => list(plain_type(layout, of)),
        (None, data_type) => plain_type(layout, data_type),
    }
}

fn plain_type(layout: &Layout, data_type: &DataType) -> ColumnType {
    match data_type {
        DataType::Bool => ColumnType::Boolean,
        DataType::Int2 => ColumnType::SmallInteger,
        DataType::Int4 => ColumnType::Integer,
        DataType::Int8 => ColumnType::BigInteger,
        DataType::Float4 => ColumnType::Float,
        DataType::Float8 => ColumnType::Double,
        DataType::Numeric { precision, scale } => {
            ColumnType::Decimal(precision.zip(scale.and_then(|scale| u32::try_from(scale).ok())))
        }
        DataType::Text {
            max_length: Some(length),
            padded: true,
            ..
        } => ColumnType::Char(Some(*length)),
        DataType::Text {
            max_length: Some(length),
            ..
        } => ColumnType::String(StringLen::N(*length)),
        DataType::Text {
            max_length: None, ..
        } => ColumnType::Text,
        DataType::Uuid => ColumnType::Uuid,
        DataType::Enum { .. } => enum_type(layout, data_type),
        DataType::Timestamp => ColumnType::DateTime,
        DataType::TimestampTz => ColumnType::TimestampWithTimeZone,
        DataType::Date => ColumnType::Date,
        DataType::Time => ColumnType::Time,
        DataType::Json => ColumnType::Json,
        DataType::Jsonb => ColumnType::JsonBinary,
        DataType::Bytes => ColumnType::VarBinary(StringLen::None),
        // A text represents the column.
        DataType::Array { .. } | DataType::Other { .. } => ColumnType::Text,
    }
}

fn enum_type(layout: &Layout, data_type: &DataType) -> ColumnType {
    match layout.rust_enum(data_type) {
        Some((index, rust_enum)) => {
            let variant = |at: usize| -> DynIden { Alias::new(format!("V{at:05}")).into_iden() };
            ColumnType::Enum {
                name: Alias::new(enum_placeholder(index)).into_iden(),
                variants: (0..rust_enum.variants.len()).map(variant).collect(),
            }
        }
        None => ColumnType::Text,
    }
}
