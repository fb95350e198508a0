//! The SQL that creates the sandbox's tables from the snapshot.

use reflect::{
    quote::{identifier, identifiers, sqlite_literal},
    snapshot::{Action, Column, DataType, ForeignKey, Snapshot, Table, TableKind},
};

use super::sandbox::DECIMAL_COLLATION;
use crate::query::sql::sqlite_table;

/// A table or view to create: as reflected, or without what SQLite may not understand.
pub(super) struct Definition {
    pub(super) full: String,
    pub(super) plain: String,
}

/// Statements that create every table, junctions included.
pub(super) fn tables(snapshot: &Snapshot) -> impl Iterator<Item = Definition> {
    snapshot
        .tables
        .iter()
        .filter(|table| matches!(table.kind, TableKind::Table | TableKind::Junction))
        .map(|table| Definition {
            full: create_table(snapshot, table, true),
            plain: create_table(snapshot, table, false),
        })
}

/// Statements that create every view. The plain form is an empty table in its place.
pub(super) fn views(snapshot: &Snapshot) -> impl Iterator<Item = Definition> {
    snapshot
        .tables
        .iter()
        .filter(|table| matches!(table.kind, TableKind::View | TableKind::MaterializedView))
        .map(|view| Definition {
            full: format!(
                "CREATE VIEW {} AS {}",
                identifier(&sqlite_table(&view.schema, &view.name)),
                without_casts(view.definition.as_deref().unwrap_or("SELECT")),
            ),
            plain: create_table(snapshot, view, false),
        })
}

fn create_table(snapshot: &Snapshot, table: &Table, with_checks: bool) -> String {
    let rowid = rowid_column(table);
    let mut parts: Vec<String> = table
        .columns
        .iter()
        .map(|column| column_definition(snapshot, column, rowid == Some(&column.name)))
        .collect();
    if let (Some(key), None) = (&table.primary_key, rowid) {
        parts.push(format!("PRIMARY KEY ({})", identifiers(&key.columns)));
    }
    for key in &table.unique_keys {
        parts.push(format!("UNIQUE ({})", identifiers(&key.columns)));
    }
    for foreign_key in &table.foreign_keys {
        if snapshot
            .table(&foreign_key.schema, &foreign_key.table)
            .is_some()
        {
            parts.push(reference(foreign_key));
        }
    }
    if with_checks {
        for check in &table.checks {
            parts.push(without_casts(&check.expression));
        }
    }
    let name = identifier(&sqlite_table(&table.schema, &table.name));
    format!("CREATE TABLE {name} ({})", parts.join(", "))
}

/// The column that SQLite numbers by itself: a single integer key with a default from a sequence.
fn rowid_column(table: &Table) -> Option<&String> {
    let [name] = table.primary_key.as_ref()?.columns.as_slice() else {
        return None;
    };
    let column = table.column(name)?;
    let is_integer = matches!(
        column.data_type,
        DataType::Int2 | DataType::Int4 | DataType::Int8
    );
    (is_integer && is_numbered(column)).then_some(&column.name)
}

fn is_numbered(column: &Column) -> bool {
    column.identity.is_some()
        || column
            .default
            .as_deref()
            .is_some_and(|default| default.starts_with("nextval("))
}

fn column_definition(snapshot: &Snapshot, column: &Column, is_rowid: bool) -> String {
    let name = identifier(&column.name);
    if is_rowid {
        return format!("{name} INTEGER PRIMARY KEY AUTOINCREMENT");
    }
    let mut definition = format!("{name} {}", storage(&column.data_type));
    let default = column
        .default
        .as_deref()
        .and_then(|default| sqlite_default(column, default));
    // A value that PostgreSQL fills in and SQLite cannot stays null.
    let filled_in_there = column.default.is_some() || column.generated || is_numbered(column);
    if !column.nullable && (default.is_some() || !filled_in_there) {
        definition.push_str(" NOT NULL");
    }
    if let Some(default) = default {
        definition.push_str(&format!(" DEFAULT {default}"));
    }
    if let DataType::Enum {
        schema,
        name: enum_name,
    } = &column.data_type
        && let Some(found) = snapshot
            .enums
            .iter()
            .find(|one| one.schema == *schema && one.name == *enum_name)
    {
        let labels: Vec<_> = found
            .values
            .iter()
            .map(|value| sqlite_literal(&value.label))
            .collect();
        definition.push_str(&format!(" CHECK ({name} IN ({}))", labels.join(", ")));
    }
    definition
}

fn storage(data_type: &DataType) -> String {
    match data_type {
        DataType::Bool => "BOOLEAN".into(),
        DataType::Int2 | DataType::Int4 => "INTEGER".into(),
        DataType::Int8 => "BIGINT".into(),
        DataType::Float4 | DataType::Float8 => "REAL".into(),
        // Text keeps every digit.
        DataType::Numeric { .. } => format!("TEXT COLLATE {DECIMAL_COLLATION}"),
        DataType::Text {
            case_insensitive: true,
            ..
        } => "TEXT COLLATE NOCASE".into(),
        DataType::Bytes => "BLOB".into(),
        DataType::Text { .. }
        | DataType::Uuid
        | DataType::Enum { .. }
        | DataType::Timestamp
        | DataType::TimestampTz
        | DataType::Date
        | DataType::Time
        | DataType::Json
        | DataType::Jsonb
        | DataType::Array { .. }
        | DataType::Other { .. } => "TEXT".into(),
    }
}

/// The default in SQLite's syntax, where there is one.
fn sqlite_default(column: &Column, default: &str) -> Option<String> {
    let bare = without_casts(default);
    let bare = bare
        .trim()
        .trim_start_matches('(')
        .trim_end_matches(')')
        .trim();
    let lower = default.to_ascii_lowercase();
    if matches!(column.data_type, DataType::Array { .. }) {
        let is_empty = bare == "'{}'" || lower.starts_with("array[]");
        return is_empty.then(|| "'[]'".to_owned());
    }
    if lower.starts_with("now()") || lower.starts_with("current_timestamp") {
        return Some("(strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now'))".to_owned());
    }
    if lower.starts_with("gen_random_uuid()") || lower.starts_with("uuid_generate_v4()") {
        return Some(
            "(lower(hex(randomblob(4))) || '-' || lower(hex(randomblob(2))) || '-4' || \
             substr(lower(hex(randomblob(2))), 2) || '-a' || \
             substr(lower(hex(randomblob(2))), 2) || '-' || lower(hex(randomblob(6))))"
                .to_owned(),
        );
    }
    if matches!(column.data_type, DataType::Numeric { .. }) && bare.parse::<f64>().is_ok() {
        return Some(sqlite_literal(bare));
    }
    let is_string = bare.len() >= 2 && bare.starts_with('\'') && bare.ends_with('\'');
    match bare.to_ascii_lowercase().as_str() {
        "true" => Some("1".to_owned()),
        "false" => Some("0".to_owned()),
        "null" => Some("NULL".to_owned()),
        number if number.parse::<f64>().is_ok() => Some(number.to_owned()),
        _ if is_string => Some(bare.to_owned()),
        _ => None,
    }
}

fn reference(foreign_key: &ForeignKey) -> String {
    let action = |action: Action| match action {
        Action::NoAction => "NO ACTION",
        Action::Restrict => "RESTRICT",
        Action::Cascade => "CASCADE",
        Action::SetNull => "SET NULL",
        Action::SetDefault => "SET DEFAULT",
    };
    format!(
        "FOREIGN KEY ({}) REFERENCES {} ({}) ON UPDATE {} ON DELETE {}",
        identifiers(&foreign_key.columns),
        identifier(&sqlite_table(&foreign_key.schema, &foreign_key.table)),
        identifiers(&foreign_key.references),
        action(foreign_key.on_update),
        action(foreign_key.on_delete),
    )
}

/// A PostgreSQL expression without its `::type` casts, as far as a scan can tell.
fn without_casts(expression: &str) -> String {
    let mut out = String::with_capacity(expression.len());
    let mut rest = expression;
    let mut in_string = false;
    while let Some(character) = rest.chars().next() {
        if !in_string && let Some(cast) = rest.strip_prefix("::") {
            rest = skip_type(cast);
            continue;
        }
        in_string ^= character == '\'';
        out.push(character);
        rest = &rest[character.len_utf8()..];
    }
    out
}

/// Skips `double precision`, `character varying(255)`, `"PageStatus"[]`, `public."X"`.
fn skip_type(text: &str) -> &str {
    let mut in_quotes = false;
    let name_end = text
        .char_indices()
        .find(|(_, character)| {
            in_quotes ^= *character == '"';
            !(in_quotes || character.is_alphanumeric() || "_\".".contains(*character))
        })
        .map_or(text.len(), |(at, _)| at);
    let (name, mut rest) = text.split_at(name_end);
    let second_words: &[&str] = match name {
        "double" => &[" precision"],
        "character" => &[" varying"],
        "timestamp" | "time" => &[" without time zone", " with time zone"],
        _ => &[],
    };
    let skip_precision = |rest: &mut &str| {
        if rest.starts_with('(')
            && let Some(end) = rest.find(')')
        {
            *rest = &rest[end + 1..];
        }
    };
    if name.starts_with("time") {
        skip_precision(&mut rest);
    }
    for word in second_words {
        rest = rest.strip_prefix(word).unwrap_or(rest);
    }
    skip_precision(&mut rest);
    rest.strip_prefix("[]").unwrap_or(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn casts_are_left_out() {
        for (expression, expected) in [
            ("'DRAFT'::\"PageStatus\"", "'DRAFT'"),
            (
                "CHECK ((score >= (0)::double precision))",
                "CHECK ((score >= (0)))",
            ),
            ("'a::b'::character varying(3)", "'a::b'"),
            ("(x)::timestamp(3) without time zone + 1", "(x) + 1"),
            ("'{}'::text[]", "'{}'"),
        ] {
            assert_eq!(without_casts(expression), expected);
        }
    }
}
