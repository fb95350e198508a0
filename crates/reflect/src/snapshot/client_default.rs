//! Values that Prisma Client fills in.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A value that Prisma Client fills in on create.
///
/// Source: Prisma schema reference, attribute functions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "kind", deny_unknown_fields)]
pub enum ClientDefault {
    /// `cuid()` is version 1, `cuid(2)` version 2.
    Cuid {
        version: u8,
    },
    /// `uuid()` is version 4, `uuid(7)` version 7.
    Uuid {
        version: u8,
    },
    Ulid,
    /// `ksuid()` of Prisma 8.
    Ksuid,
    /// `nanoid(length)`. The default length is 21.
    Nanoid {
        length: u16,
    },
    /// `now()`.
    Now,
    /// A literal, in the API's form for the column.
    Literal {
        value: serde_json::Value,
    },
}

/// As schema.prisma spells it.
impl fmt::Display for ClientDefault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cuid { version: 1 } => f.write_str("cuid()"),
            Self::Cuid { version } => write!(f, "cuid({version})"),
            Self::Uuid { version: 4 } => f.write_str("uuid()"),
            Self::Uuid { version } => write!(f, "uuid({version})"),
            Self::Ksuid => f.write_str("ksuid()"),
            Self::Ulid => f.write_str("ulid()"),
            Self::Nanoid { length } => write!(f, "nanoid({length})"),
            Self::Now => f.write_str("now()"),
            Self::Literal { value } => write!(f, "{value}"),
        }
    }
}
