//! Maps SQLite's declared types to [`DataType`]. A declared type may be any text.

use crate::snapshot::DataType;

/// The type of a column declared as `declared`: a name that Prisma or SeaORM writes, else by SQLite's
/// rules of affinity.
///
/// INTEGER is Prisma's `Int` of 32 bits, although SQLite stores 64. `BigInt` is BIGINT.
pub(super) fn data_type(declared: &str) -> DataType {
    let (name, arguments) = split(declared);
    let text = |max_length| DataType::Text {
        max_length,
        padded: false,
        case_insensitive: false,
    };
    // SeaORM's migrations append the storage class to the type: `uuid_text`, `jsonb_text`.
    match name.strip_suffix("_TEXT").unwrap_or(&name) {
        "BOOLEAN" | "BOOL" => DataType::Bool,
        "TINYINT" | "SMALLINT" | "INT2" => DataType::Int2,
        "INTEGER" | "INT" | "MEDIUMINT" | "INT4" => DataType::Int4,
        "BIGINT" | "INT8" => DataType::Int8,
        "REAL" | "DOUBLE" | "DOUBLE PRECISION" | "FLOAT" => DataType::Float8,
        "DECIMAL" | "NUMERIC" | "REAL_DECIMAL" => DataType::Numeric {
            precision: arguments.first().copied(),
            scale: arguments.first().map(|_| {
                arguments
                    .get(1)
                    .and_then(|scale| i32::try_from(*scale).ok())
                    .unwrap_or(0)
            }),
        },
        "TEXT" | "CLOB" | "STRING" => text(None),
        "VARCHAR" | "NVARCHAR" | "CHAR" | "CHARACTER" | "NCHAR" | "VARYING CHARACTER"
        | "NATIVE CHARACTER" | "CHARACTER VARYING" => text(arguments.first().copied()),
        "DATETIME" | "TIMESTAMP" => DataType::Timestamp,
        "TIMESTAMPTZ" | "TIMESTAMP WITH TIME ZONE" | "TIMESTAMP_WITH_TIMEZONE" => {
            DataType::TimestampTz
        }
        "DATE" => DataType::Date,
        "TIME" => DataType::Time,
        "JSON" => DataType::Json,
        "JSONB" => DataType::Jsonb,
        "BLOB" | "BYTEA" | "BINARY" | "VARBINARY" => DataType::Bytes,
        "UUID" | "GUID" => DataType::Uuid,
        name => by_affinity(name),
    }
}

/// Source: "Datatypes In SQLite", section 3.1, determination of column affinity. A column without a
/// declared type (an expression in a view) may hold anything and is served as text.
fn by_affinity(name: &str) -> DataType {
    let text = DataType::Text {
        max_length: None,
        padded: false,
        case_insensitive: false,
    };
    if name.contains("INT") {
        DataType::Int8
    } else if ["CHAR", "CLOB", "TEXT"]
        .iter()
        .any(|part| name.contains(part))
    {
        text
    } else if name.contains("BLOB") {
        DataType::Bytes
    } else if ["REAL", "FLOA", "DOUB"]
        .iter()
        .any(|part| name.contains(part))
    {
        DataType::Float8
    } else {
        DataType::Other {
            writable: !name.is_empty(),
        }
    }
}

/// `("NUMERIC", [10, 2])` of `numeric(10, 2)`.
fn split(declared: &str) -> (String, Vec<u32>) {
    let (name, arguments) = declared.split_once('(').unwrap_or((declared, ""));
    let name = name
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .to_ascii_uppercase();
    let arguments = arguments
        .trim_end_matches(|end: char| end == ')' || end.is_whitespace())
        .split(',')
        .filter_map(|argument| argument.trim().parse().ok())
        .collect();
    (name, arguments)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declared_types_are_read_with_their_arguments() {
        assert_eq!(
            data_type("decimal( 10, 2 )"),
            DataType::Numeric {
                precision: Some(10),
                scale: Some(2)
            }
        );
        assert_eq!(
            data_type("VARCHAR(255)"),
            DataType::Text {
                max_length: Some(255),
                padded: false,
                case_insensitive: false
            }
        );
        assert_eq!(data_type("uuid_text"), DataType::Uuid);
    }

    #[test]
    fn the_rest_follows_affinity() {
        assert_eq!(data_type("UNSIGNED BIG INT"), DataType::Int8);
        assert_eq!(data_type("MONEY"), DataType::Other { writable: true });
        assert_eq!(data_type(""), DataType::Other { writable: false });
    }
}
