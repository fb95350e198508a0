//! Sample rows for the sandbox, made up from names and types: the same at every start.
//!
//! Row `n` of a table refers to row `n` of the tables it depends on. So one-to-one relations and
//! composite unique keys hold.

use reflect::snapshot::{Column, DataType, Database, ForeignKey, Snapshot, Table, TableKind};

use crate::{
    codec::Value,
    query::sql::{SqlWriter, Statement},
};

const ROWS_PER_TABLE: usize = 5;
/// 2026-01-01T09:00:00Z in microseconds.
const FIRST_MORNING: i64 = 1_767_258_000_000_000;
const DAY: i64 = 86_400_000_000;
/// Longest chain of foreign keys followed; a longer one is a circle.
const MAX_DEPTH: usize = 12;

const PEOPLE: [&str; ROWS_PER_TABLE] = [
    "Ada Lovelace",
    "Alan Turing",
    "Grace Hopper",
    "Edsger Dijkstra",
    "Barbara Liskov",
];

/// Statements that insert the sample rows of every table.
pub(super) fn rows(snapshot: &Snapshot) -> impl Iterator<Item = Statement<'static>> + '_ {
    snapshot
        .tables
        .iter()
        .filter(|table| matches!(table.kind, TableKind::Table | TableKind::Junction))
        .flat_map(move |table| (0..ROWS_PER_TABLE).map(move |row| insert(snapshot, table, row)))
}

fn insert(snapshot: &Snapshot, table: &Table, row: usize) -> Statement<'static> {
    let columns: Vec<&Column> = table
        .columns
        .iter()
        .filter(|column| !column.generated)
        .collect();
    let mut sql = SqlWriter::new(Database::Sqlite);
    sql.push("INSERT INTO ");
    sql.table(&table.schema, &table.name);
    sql.push(" (");
    sql.list(&columns, |sql, column| sql.identifier(&column.name));
    sql.push(") VALUES (");
    sql.list(columns, |sql, column| {
        sql.bind_owned(value(snapshot, table, column, row, 0));
    });
    sql.push(")");
    sql.into()
}

fn value(snapshot: &Snapshot, table: &Table, column: &Column, row: usize, depth: usize) -> Value {
    let foreign_key = table
        .foreign_keys
        .iter()
        .find(|key| key.columns.contains(&column.name));
    match foreign_key {
        Some(key) => referenced(snapshot, table, column, key, row, depth),
        None => made_up(snapshot, table, column, row),
    }
}

fn referenced(
    snapshot: &Snapshot,
    table: &Table,
    column: &Column,
    key: &ForeignKey,
    row: usize,
    depth: usize,
) -> Value {
    let target = snapshot.table(&key.schema, &key.table);
    let target_column = key
        .columns
        .iter()
        .position(|name| *name == column.name)
        .and_then(|at| target?.column(key.references.get(at)?));
    let (Some(target), Some(target_column)) = (target, target_column) else {
        return if column.nullable {
            Value::Null
        } else {
            made_up(snapshot, table, column, row)
        };
    };
    // A table that refers to itself gets a root row and a chain below it.
    let is_self = target.schema == table.schema && target.name == table.name;
    let row = match (is_self && column.nullable, row) {
        (true, 0) => return Value::Null,
        (true, row) => row - 1,
        (false, row) => row,
    };
    if depth == MAX_DEPTH {
        return if column.nullable {
            Value::Null
        } else {
            made_up(snapshot, table, column, row)
        };
    }
    value(snapshot, target, target_column, row, depth + 1)
}

fn made_up(snapshot: &Snapshot, table: &Table, column: &Column, row: usize) -> Value {
    of_type(snapshot, table, column, &column.data_type, row)
}

fn of_type(
    snapshot: &Snapshot,
    table: &Table,
    column: &Column,
    data_type: &DataType,
    row: usize,
) -> Value {
    let number = i64::try_from(row).unwrap_or(0) + 1;
    let lower = column.name.to_lowercase();
    match data_type {
        // A soft-deleted sample row would not be shown.
        DataType::Bool => Value::Bool(!lower.contains("deleted") && row.is_multiple_of(2)),
        DataType::Int2 | DataType::Int4 => Value::Int(number),
        // Larger than a JavaScript number can hold, to show that the API keeps it.
        DataType::Int8 if table.row_key.contains(&column.name) => Value::Int(number),
        DataType::Int8 => Value::Int(9_007_199_254_740_992 + number),
        DataType::Float4 | DataType::Float8 => Value::Float(0.125 * number as f64),
        DataType::Numeric { precision, scale } => {
            let has_fraction = scale.is_none_or(|scale| scale > 0);
            let has_integer = precision
                .is_none_or(|precision| i64::from(precision) > i64::from(scale.unwrap_or(0)));
            let integer = if has_integer { number } else { 0 };
            Value::Text(format!("{integer}{}", if has_fraction { ".5" } else { "" }))
        }
        DataType::Text { max_length, .. } => Value::Text(fitted(
            text(table, column, &lower, row),
            *max_length,
            number,
        )),
        DataType::Uuid => Value::Text(format!("00000000-0000-4000-8000-{number:012}")),
        DataType::Enum { schema, name } => snapshot
            .enums
            .iter()
            .find(|one| one.schema == *schema && one.name == *name)
            .and_then(|found| found.values.get(row % found.values.len().max(1)))
            .map_or(Value::Null, |value| Value::Text(value.label.clone())),
        DataType::Timestamp | DataType::TimestampTz if lower.contains("deleted") => Value::Null,
        DataType::Timestamp | DataType::TimestampTz => {
            Value::Timestamp(FIRST_MORNING + (number - 1) * DAY)
        }
        DataType::Date => Value::Text(format!("2026-01-{number:02}")),
        DataType::Time => Value::Text(format!("09:0{}:00.000000", number % 10)),
        DataType::Json | DataType::Jsonb => {
            Value::Text(format!(r#"{{"sample":true,"number":{number}}}"#))
        }
        DataType::Bytes => Value::Bytes(format!("sample {number}").into_bytes()),
        DataType::Array { of } => {
            let item = |row| of_type(snapshot, table, column, of, row);
            Value::Array(vec![item(row), item((row + 1) % ROWS_PER_TABLE)])
        }
        DataType::Other { .. } if column.nullable => Value::Null,
        DataType::Other { .. } if matches!(column.database_type.as_str(), "oid" | "money") => {
            Value::Int(number)
        }
        DataType::Other { .. } => Value::Text(format!("sample {number}")),
    }
}

fn text(table: &Table, column: &Column, lower: &str, row: usize) -> String {
    let number = row + 1;
    let person = PEOPLE[row % PEOPLE.len()];
    let first_name = person.split(' ').next().unwrap_or(person).to_lowercase();
    let model = table.model.to_lowercase();
    if table.row_key.contains(&column.name) {
        return format!("sample-{model}-{number}");
    }
    match lower {
        _ if lower.contains("email") => format!("{first_name}@example.com"),
        "name" | "fullname" | "full_name" | "displayname" if is_person(&model) => person.to_owned(),
        "name" | "title" => format!("{} {number}", table.model),
        "slug" => format!("{model}-{number}"),
        _ if lower.contains("url") => format!("https://example.com/{model}/{number}"),
        _ => format!("{} {number}", column.name),
    }
}

fn is_person(model: &str) -> bool {
    ["user", "person", "author", "member", "customer", "account"]
        .iter()
        .any(|word| model.contains(word))
}

/// Cuts the text to the column's length. The number stays, since it makes the text unique.
fn fitted(text: String, max_length: Option<u32>, number: i64) -> String {
    match max_length {
        Some(max_length) if text.chars().count() > max_length as usize => {
            let tail = number.to_string();
            let head = (max_length as usize).saturating_sub(tail.len());
            text.chars()
                .take(head)
                .chain(tail.chars())
                .take(max_length as usize)
                .collect()
        }
        _ => text,
    }
}
