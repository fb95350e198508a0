//! The types of columns. Enums are resolved.

use std::sync::Arc;

/// The types that the codec and the planner distinguish. See the table of types in
/// docs/query-language.md.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Type {
    Bool,
    Int2,
    Int4,
    Int8,
    /// PostgreSQL's `oid`, an unsigned integer.
    Oid,
    Float4,
    Float8,
    Numeric {
        precision: Option<u32>,
        scale: Option<i32>,
    },
    /// The greatest length, in characters.
    Text {
        max_length: Option<u32>,
    },
    Uuid,
    Enum(Arc<Enum>),
    /// Prisma stores UTC in it.
    Timestamp,
    TimestampTz,
    Date,
    Time,
    /// Whether PostgreSQL can compare its values: `jsonb` has `=`, and `json` does not.
    Json {
        comparable: bool,
    },
    Bytes,
    Array(Box<Type>),
    /// Any other type. The API shows its text under the type's name.
    Other {
        name: String,
        writable: bool,
    },
}

/// An enum type.
#[derive(Debug, PartialEq, Eq)]
pub struct Enum {
    /// The name in the API.
    pub model: String,
    pub schema: String,
    /// The name in the database.
    pub name: String,
    pub comment: Option<String>,
    pub values: Vec<EnumValue>,
}

/// One value of an enum type.
#[derive(Debug, PartialEq, Eq)]
pub struct EnumValue {
    /// The name in the API.
    pub name: String,
    /// The label in the database.
    pub label: String,
    pub comment: Option<String>,
}

impl Enum {
    /// The database's label of an API value.
    pub fn label_of(&self, name: &str) -> Option<&str> {
        self.values
            .iter()
            .find(|value| value.name == name)
            .map(|value| value.label.as_str())
    }

    /// The API's name of a database label. A label that was added after reflection is its own name.
    pub fn name_of<'a>(&'a self, label: &'a str) -> &'a str {
        self.values
            .iter()
            .find(|value| value.label == label)
            .map_or(label, |value| &value.name)
    }
}

impl Type {
    /// Whether values of this type can be written.
    pub fn writable(&self) -> bool {
        match self {
            Self::Other { writable, .. } => *writable,
            Self::Array(item) => item.writable(),
            _ => true,
        }
    }

    /// Whether the type has `=`, and a URL can spell its values.
    pub fn comparable(&self) -> bool {
        match self {
            Self::Json { comparable } => *comparable,
            other => other.writable(),
        }
    }

    /// Whether a path can lead into its values. This holds for JSON, and for arrays, which are read
    /// as JSON.
    pub fn holds_json(&self) -> bool {
        matches!(self, Self::Json { .. } | Self::Array(_))
    }

    /// A short name for `/schema` and for error messages.
    pub fn name(&self) -> String {
        match self {
            Self::Bool => "boolean".into(),
            Self::Int2 => "int2".into(),
            Self::Int4 => "int4".into(),
            Self::Int8 => "int8".into(),
            Self::Oid => "oid".into(),
            Self::Float4 => "float4".into(),
            Self::Float8 => "float8".into(),
            Self::Numeric { .. } => "numeric".into(),
            Self::Text { .. } => "text".into(),
            Self::Uuid => "uuid".into(),
            Self::Enum(of) => of.model.clone(),
            Self::Timestamp => "timestamp".into(),
            Self::TimestampTz => "timestamptz".into(),
            Self::Date => "date".into(),
            Self::Time => "time".into(),
            Self::Json { .. } => "json".into(),
            Self::Bytes => "bytes".into(),
            Self::Array(item) => format!("{}[]", item.name()),
            Self::Other { name, .. } => name.clone(),
        }
    }
}
