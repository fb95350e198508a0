//! Types.

use serde::{Deserialize, Serialize};

/// The type of a column, as far as the codec distinguishes types. A domain has its base type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "kind", deny_unknown_fields)]
pub enum DataType {
    Bool,
    Int2,
    Int4,
    Int8,
    Float4,
    Float8,
    /// `numeric`, with precision and scale where declared.
    #[serde(rename_all = "camelCase")]
    Numeric {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        precision: Option<u32>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        scale: Option<i32>,
    },
    /// `text`, `varchar(n)`, `char(n)`, `citext`, `name`. Length in characters.
    #[serde(rename_all = "camelCase")]
    Text {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        max_length: Option<u32>,
        /// `char(n)`: the database pads with blanks.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        padded: bool,
        /// `citext`: compared without case.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        case_insensitive: bool,
    },
    Uuid,
    /// An enum type of [`super::Snapshot::enums`], named by its schema and name.
    Enum {
        schema: String,
        name: String,
    },
    /// `timestamp` (Prisma keeps UTC in it) and SQLite's `DATETIME`.
    Timestamp,
    /// `timestamptz`.
    TimestampTz,
    Date,
    Time,
    Json,
    Jsonb,
    Bytes,
    Array {
        of: Box<DataType>,
    },
    /// Any other type, which is read in its text form. It is `writable` if its input function is safe
    /// for text from clients (`inet`, `interval`, …).
    Other {
        writable: bool,
    },
}

impl DataType {
    /// Schema and name of the enum type, if it is one or an array of one.
    pub fn enum_type(&self) -> Option<(&str, &str)> {
        match self {
            Self::Enum { schema, name } => Some((schema, name)),
            Self::Array { of } => of.enum_type(),
            _ => None,
        }
    }
}
