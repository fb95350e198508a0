//! Maps PostgreSQL's types to [`DataType`].

use std::collections::BTreeMap;

use super::catalog_rows::{CastRow, TypeRow};
use crate::snapshot::{DataType, Domain, FunctionName};

/// Bytes of the length word that a type modifier includes.
const VARLENA_HEADER: i32 = 4;

/// Length of `name` in bytes, without the terminator.
const NAME_LENGTH: u32 = 63;

/// Types of `pg_catalog` that are served as text and whose input function only parses: it looks nothing
/// up, runs nothing, and refuses invalid text with an error. (`regclass` and similar types look names
/// up; `pg_node_tree`, `aclitem` and `refcursor` are internal types.)
const WRITABLE: [&str; 40] = [
    "money",
    "interval",
    "timetz",
    "inet",
    "cidr",
    "macaddr",
    "macaddr8",
    "bit",
    "varbit",
    "xml",
    "tsvector",
    "tsquery",
    "point",
    "line",
    "lseg",
    "box",
    "path",
    "polygon",
    "circle",
    "oid",
    "pg_lsn",
    "txid_snapshot",
    "pg_snapshot",
    "jsonpath",
    "xid",
    "xid8",
    "cid",
    "tid",
    "int4range",
    "int8range",
    "numrange",
    "tsrange",
    "tstzrange",
    "daterange",
    "int4multirange",
    "int8multirange",
    "nummultirange",
    "tsmultirange",
    "tstzmultirange",
    "datemultirange",
];

/// Types of extensions with the same property.
const WRITABLE_EXTENSION_TYPES: [(&str, &str); 7] = [
    ("vector", "vector"),
    ("vector", "halfvec"),
    ("vector", "sparsevec"),
    ("ltree", "ltree"),
    ("hstore", "hstore"),
    ("cube", "cube"),
    ("seg", "seg"),
];

/// The types that columns of the reflected tables have.
pub(super) struct Types {
    rows: BTreeMap<i64, TypeRow>,
    /// The functions of their casts, by the domain.
    casts: BTreeMap<i64, Vec<CastRow>>,
}

impl Types {
    pub(super) fn new(rows: Vec<TypeRow>) -> Self {
        Self {
            rows: rows.into_iter().map(|row| (row.id, row)).collect(),
            casts: BTreeMap::new(),
        }
    }

    /// The domains among them.
    pub(super) fn domains(&self) -> Vec<i64> {
        let rows = self.rows.values();
        let domains = rows.filter(|row| row.base.is_some());
        domains.map(|row| row.id).collect()
    }

    pub(super) fn with_casts(mut self, casts: Vec<CastRow>) -> Self {
        for cast in casts {
            self.casts.entry(cast.domain).or_default().push(cast);
        }
        self
    }

    /// The domain, if the type is one.
    pub(super) fn domain(&self, id: i64) -> Option<Domain> {
        let mut beneath = self.rows.get(&id)?;
        beneath.base?;
        while let Some(base) = beneath.base {
            beneath = self.rows.get(&base)?;
        }
        let casts = self.casts.get(&id).map_or(&[][..], Vec::as_slice);
        let function = |other: &str, reads: bool| {
            let mut casts = casts.iter();
            let cast = casts.find(|cast| cast.other == other && cast.reads == reads)?;
            Some(FunctionName {
                schema: cast.schema.clone(),
                name: cast.name.clone(),
            })
        };
        Some(Domain {
            base: beneath.name.clone(),
            to_json: function("json", false),
            from_json: function("json", true),
            from_text: function("text", true),
        })
    }

    /// The labels of an enum type.
    pub(super) fn labels(&self, schema: &str, name: &str) -> &[String] {
        self.rows
            .values()
            .find(|row| row.schema == schema && row.name == name)
            .map(|row| row.labels.as_slice())
            .unwrap_or_default()
    }

    /// Whether the type is a domain that refuses NULL, or a domain over such a domain.
    pub(super) fn is_not_null(&self, id: i64) -> bool {
        self.rows
            .get(&id)
            .is_some_and(|row| row.not_null || row.base.is_some_and(|base| self.is_not_null(base)))
    }

    /// The type of a column; `modifier` is its `atttypmod`.
    pub(super) fn data_type(&self, id: i64, modifier: i32) -> DataType {
        // Types are read in the same transaction as columns. A missing type would be a bug in the
        // query. It is then served as text, as any type can be.
        let Some(row) = self.rows.get(&id) else {
            return DataType::Other { writable: false };
        };
        if let Some(base) = row.base {
            // A domain over a domain has the modifier of the domain that set it.
            let modifier = if row.base_modifier >= 0 {
                row.base_modifier
            } else {
                modifier
            };
            return self.data_type(base, modifier);
        }
        if let Some(element) = row.element {
            return match self.data_type(element, modifier) {
                // Only an array of a domain over an array is such a type. No codec nests arrays.
                DataType::Array { .. } => DataType::Other { writable: false },
                of => DataType::Array { of: Box::new(of) },
            };
        }
        match (row.kind.as_str(), row.schema.as_str(), &row.extension) {
            ("e", ..) => DataType::Enum {
                schema: row.schema.clone(),
                name: row.name.clone(),
            },
            ("b" | "r" | "m", "pg_catalog", None) => built_in(&row.name, modifier),
            ("b", _, Some(extension)) => of_extension(extension, &row.name),
            _ => DataType::Other { writable: false },
        }
    }
}

fn built_in(name: &str, modifier: i32) -> DataType {
    let length = u32::try_from(modifier - VARLENA_HEADER).ok();
    let text = |max_length| DataType::Text {
        max_length,
        padded: false,
        case_insensitive: false,
    };
    match name {
        "bool" => DataType::Bool,
        "int2" => DataType::Int2,
        "int4" => DataType::Int4,
        "int8" => DataType::Int8,
        "float4" => DataType::Float4,
        "float8" => DataType::Float8,
        "numeric" => numeric(modifier),
        "text" => text(None),
        "varchar" => text(length),
        "name" => text(Some(NAME_LENGTH)),
        // A `char` without a length, as in a cast, is not padded.
        "bpchar" => DataType::Text {
            max_length: length,
            padded: length.is_some(),
            case_insensitive: false,
        },
        "uuid" => DataType::Uuid,
        "timestamp" => DataType::Timestamp,
        "timestamptz" => DataType::TimestampTz,
        "date" => DataType::Date,
        "time" => DataType::Time,
        "json" => DataType::Json,
        "jsonb" => DataType::Jsonb,
        "bytea" => DataType::Bytes,
        name => DataType::Other {
            writable: WRITABLE.contains(&name),
        },
    }
}

/// Precision and scale of a modifier, as `numeric_typmod_precision` and `numeric_typmod_scale` in
/// PostgreSQL's `numeric.c` compute them. The scale is a signed 11-bit number since version 15.
fn numeric(modifier: i32) -> DataType {
    let Ok(packed) = u32::try_from(modifier - VARLENA_HEADER) else {
        return DataType::Numeric {
            precision: None,
            scale: None,
        };
    };
    let scale = ((packed & 0x7ff) ^ 0x400) as i32 - 0x400;
    DataType::Numeric {
        precision: Some(packed >> 16),
        scale: Some(scale),
    }
}

fn of_extension(extension: &str, name: &str) -> DataType {
    match (extension, name) {
        ("citext", "citext") => DataType::Text {
            max_length: None,
            padded: false,
            case_insensitive: true,
        },
        known => DataType::Other {
            writable: WRITABLE_EXTENSION_TYPES.contains(&known),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numeric_modifiers_are_taken_apart() {
        let modifier = |precision: i32, scale: i32| ((precision << 16) | (scale & 0x7ff)) + 4;
        for (precision, scale) in [(65, 30), (10, 0), (3, -2), (2, 5)] {
            assert_eq!(
                numeric(modifier(precision, scale)),
                DataType::Numeric {
                    precision: Some(precision as u32),
                    scale: Some(scale)
                }
            );
        }
        assert_eq!(
            numeric(-1),
            DataType::Numeric {
                precision: None,
                scale: None
            }
        );
    }
}
