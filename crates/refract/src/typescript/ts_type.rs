//! The TypeScript type of a column.

use super::names::Names;
use crate::{
    catalog::{Column, Type},
    settings::BigIntFormat,
};

/// A value in an answer.
pub(super) fn output(names: &Names, column: &Column, big_int: BigIntFormat) -> String {
    let value = of(names, &column.data_type, big_int);
    // NULL in a list of Prisma reads as an empty list.
    match column.nullable && !column.list {
        true => format!("{value} | null"),
        false => value,
    }
}

/// A value in a body.
pub(super) fn input(names: &Names, column: &Column) -> String {
    let value = accepted(names, &column.data_type);
    match column.nullable && !column.list {
        true => format!("{value} | null"),
        false => value,
    }
}

/// The type of the conditions on a column. `None` where it cannot be compared.
pub(super) fn condition(names: &Names, column: &Column) -> Option<String> {
    let nullable = match column.nullable {
        true => " | null",
        false => "",
    };
    Some(match &column.data_type {
        Type::Json { .. } => "$JsonFilter".to_owned(),
        Type::Array(item) => format!("$ListFilter<{}>", accepted(names, item)),
        Type::Text { .. } => format!("string{nullable} | $TextFilter<string{nullable}>"),
        Type::Bool => format!("boolean{nullable} | $Filter<boolean{nullable}>"),
        other if !other.comparable() => return None,
        other => {
            let value = accepted(names, other);
            format!("{value}{nullable} | $Filter<{value}{nullable}>")
        }
    })
}

fn of(names: &Names, data_type: &Type, big_int: BigIntFormat) -> String {
    match data_type {
        Type::Bool => "boolean".to_owned(),
        Type::Int2 | Type::Int4 | Type::Oid | Type::Float4 | Type::Float8 => "number".to_owned(),
        Type::Int8 => match big_int {
            BigIntFormat::String => "string".to_owned(),
            BigIntFormat::Number => "number".to_owned(),
        },
        Type::Enum(of) => names.of_enum(&of.model).to_owned(),
        Type::Json { .. } => "$Json".to_owned(),
        Type::Array(item) => list(&of(names, item, big_int)),
        Type::Numeric { .. }
        | Type::Text { .. }
        | Type::Uuid
        | Type::Timestamp
        | Type::TimestampTz
        | Type::Date
        | Type::Time
        | Type::Bytes
        | Type::Other { .. } => "string".to_owned(),
    }
}

fn accepted(names: &Names, data_type: &Type) -> String {
    match data_type {
        Type::Int8 => "string | number | bigint".to_owned(),
        Type::Numeric { .. } => "string | number".to_owned(),
        Type::Timestamp | Type::TimestampTz | Type::Date => "string | Date".to_owned(),
        Type::Array(item) => list(&accepted(names, item)),
        other => of(names, other, BigIntFormat::String),
    }
}

fn list(item: &str) -> String {
    match item.contains(' ') {
        true => format!("({item})[]"),
        false => format!("{item}[]"),
    }
}
