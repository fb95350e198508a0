//! The types to which both APIs can cast a value.
//!
//! PostgreSQL's own types have names without quotes in a statement, so a name from a request would
//! be SQL there. Such a name never reaches a statement: it is looked up in a closed set, and the
//! text of the set is written. Any other name is quoted, and the database decides whether the type
//! exists.

use std::borrow::Cow;

use reflect::quote;

use crate::catalog::{Catalog, Type};

/// A type to cast to. Only [`SqlType::named`] makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SqlType {
    text: Cow<'static, str>,
    is_built_in: bool,
}

impl SqlType {
    /// The type of this name. It is one of PostgreSQL's own, the type of a visible column, or a
    /// type that the database finds in the schemas of the request. As in any name without quotes,
    /// letter case does not matter.
    ///
    /// `None` for an unknown type while columns are hidden: its cast may be a function that returns
    /// rows.
    pub fn named(catalog: &Catalog, name: &str) -> Option<Self> {
        let words = name.split_ascii_whitespace().collect::<Vec<_>>().join(" ");
        let lower = words.to_ascii_lowercase();
        let built_in = BUILT_IN.iter().find(|(known, ..)| *known == lower);
        let built_in = built_in.map(|(_, text, _)| *text);
        if let Some(text) = built_in.or_else(|| PLAIN.iter().find(|one| **one == lower).copied()) {
            return Some(Self {
                text: text.into(),
                is_built_in: true,
            });
        }
        let own = of_columns(catalog, |known| known == words)
            .or_else(|| of_columns(catalog, |known| known.eq_ignore_ascii_case(&lower)));
        let is_safe = !catalog.hides() || EXTENSIONS.contains(&lower.as_str());
        let text = own.or_else(|| is_safe.then(|| quote::identifier(&lower)))?;
        Some(Self {
            text: text.into(),
            is_built_in: false,
        })
    }

    /// The type's text in a statement.
    pub fn as_sql(&self) -> &str {
        &self.text
    }

    /// Whether it is one of PostgreSQL's own types. These are found with any search path.
    pub fn is_built_in(&self) -> bool {
        self.is_built_in
    }
}

/// The type of a name on `/api/v1`: its text in a statement, and the type for the codec.
pub fn typed(name: &str) -> Option<(&'static str, &'static Type)> {
    let found = BUILT_IN.iter().find(|(known, ..)| *known == name);
    found.map(|(_, text, data_type)| (*text, data_type))
}

/// The names that [`typed`] knows.
pub fn typed_names() -> impl Iterator<Item = &'static str> {
    BUILT_IN.iter().map(|(name, ..)| *name)
}

/// The quoted name of a column's type, if the name is wanted. The types of hidden columns are not
/// found.
fn of_columns(catalog: &Catalog, is_wanted: impl Fn(&str) -> bool) -> Option<String> {
    let columns = catalog.resources.iter().flat_map(|resource| {
        let visible = resource.visible();
        visible.map(|column| &resource.columns[column].database_type)
    });
    let mut names = columns.filter_map(|printed| {
        let printed = printed.trim_end_matches("[]");
        let end = match printed.strip_suffix(')') {
            Some(inside) => inside.rfind('(').unwrap_or(printed.len()),
            None => printed.len(),
        };
        quote::parts(&printed[..end])
    });
    let parts = names.find(|parts| parts.last().is_some_and(|name| is_wanted(name)))?;
    let parts: Vec<_> = parts.iter().map(|part| quote::identifier(part)).collect();
    Some(parts.join("."))
}

/// The types that both APIs cast to: the name in a request, the SQL, and the type for the codec.
const BUILT_IN: &[(&str, &str, Type)] = &[
    ("text", "text", TEXT),
    ("varchar", "text", TEXT),
    ("int", "int4", Type::Int4),
    ("int2", "int2", Type::Int2),
    ("int4", "int4", Type::Int4),
    ("int8", "int8", Type::Int8),
    ("smallint", "int2", Type::Int2),
    ("integer", "int4", Type::Int4),
    ("bigint", "int8", Type::Int8),
    ("float", "float8", Type::Float8),
    ("float4", "float4", Type::Float4),
    ("float8", "float8", Type::Float8),
    ("real", "float4", Type::Float4),
    ("double precision", "float8", Type::Float8),
    ("numeric", "numeric", NUMERIC),
    ("decimal", "numeric", NUMERIC),
    ("bool", "bool", Type::Bool),
    ("boolean", "bool", Type::Bool),
    ("date", "date", Type::Date),
    ("time", "time", Type::Time),
    ("timestamp", "timestamp", Type::Timestamp),
    ("timestamptz", "timestamptz", Type::TimestampTz),
    ("uuid", "uuid", Type::Uuid),
    ("json", "json", Type::Json { comparable: false }),
    ("jsonb", "jsonb", Type::Json { comparable: true }),
];
const TEXT: Type = Type::Text { max_length: None };
const NUMERIC: Type = Type::Numeric {
    precision: None,
    scale: None,
};

/// Further types of PostgreSQL, only for `/rest/v1`.
const PLAIN: &[&str] = &[
    "bit",
    "bit varying",
    "box",
    "bpchar",
    "bytea",
    "char",
    "character",
    "character varying",
    "cidr",
    "circle",
    "datemultirange",
    "daterange",
    "dec",
    "inet",
    "int4multirange",
    "int4range",
    "int8multirange",
    "int8range",
    "interval",
    "jsonpath",
    "line",
    "lseg",
    "macaddr",
    "macaddr8",
    "money",
    "name",
    "nummultirange",
    "numrange",
    "oid",
    "path",
    "point",
    "polygon",
    "time with time zone",
    "time without time zone",
    "timestamp with time zone",
    "timestamp without time zone",
    "timetz",
    "tsmultirange",
    "tsquery",
    "tsrange",
    "tstzmultirange",
    "tstzrange",
    "tsvector",
    "varbit",
    "xml",
];

/// Common types of extensions. Their casts return no rows.
const EXTENSIONS: &[&str] = &[
    "box2d",
    "box3d",
    "citext",
    "cube",
    "geography",
    "geometry",
    "halfvec",
    "hstore",
    "lquery",
    "ltree",
    "ltxtquery",
    "sparsevec",
    "vector",
];
