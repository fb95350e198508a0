//! The operators of filters, as data. Their names are PostgREST's.

use crate::catalog::{Type, nearest};

/// An operator of a filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    Eq,
    Neq,
    Gt,
    Gte,
    Lt,
    Lte,
    /// `*` stands for any run of characters.
    Like,
    /// As `Like`, but ignores letter case.
    Ilike,
    /// A regular expression of the database.
    Match,
    /// As `Match`, but ignores letter case.
    Imatch,
    In,
    Is,
    /// As `Neq`, but null is a value: it differs from all others, and equals itself.
    Isdistinct,
    /// Full text search with `to_tsquery`.
    Fts,
    /// Full text search with `plainto_tsquery`.
    Plfts,
    /// Full text search with `phraseto_tsquery`.
    Phfts,
    /// Full text search with `websearch_to_tsquery`.
    Wfts,
    /// Contains.
    Cs,
    /// Is contained in.
    Cd,
    /// Overlaps.
    Ov,
    /// Is strictly left of.
    Sl,
    /// Is strictly right of.
    Sr,
    /// Does not extend to the right of.
    Nxr,
    /// Does not extend to the left of.
    Nxl,
    /// Is adjacent to.
    Adj,
}

const OPERATORS: &[(&str, Operator)] = &[
    ("eq", Operator::Eq),
    ("neq", Operator::Neq),
    ("gt", Operator::Gt),
    ("gte", Operator::Gte),
    ("lt", Operator::Lt),
    ("lte", Operator::Lte),
    ("like", Operator::Like),
    ("ilike", Operator::Ilike),
    ("match", Operator::Match),
    ("imatch", Operator::Imatch),
    ("in", Operator::In),
    ("is", Operator::Is),
    ("isdistinct", Operator::Isdistinct),
    ("fts", Operator::Fts),
    ("plfts", Operator::Plfts),
    ("phfts", Operator::Phfts),
    ("wfts", Operator::Wfts),
    ("cs", Operator::Cs),
    ("cd", Operator::Cd),
    ("ov", Operator::Ov),
    ("sl", Operator::Sl),
    ("sr", Operator::Sr),
    ("nxr", Operator::Nxr),
    ("nxl", Operator::Nxl),
    ("adj", Operator::Adj),
];

impl Operator {
    /// All operators.
    pub fn all() -> impl Iterator<Item = Self> {
        OPERATORS.iter().map(|(_, operator)| *operator)
    }

    /// The operator of this name.
    pub fn named(name: &str) -> Option<Self> {
        OPERATORS
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, operator)| *operator)
    }

    /// The operator's name.
    pub fn name(self) -> &'static str {
        OPERATORS
            .iter()
            .find(|(_, operator)| *operator == self)
            .map_or("", |(name, _)| name)
    }

    /// The known name that is nearest to an unknown one.
    pub fn nearest_name(name: &str) -> Option<String> {
        nearest(name, OPERATORS.iter().map(|(known, _)| *known))
    }

    /// Whether `(any)` and `(all)` may follow it.
    pub fn takes_each(self) -> bool {
        matches!(
            self,
            Self::Eq
                | Self::Gt
                | Self::Gte
                | Self::Lt
                | Self::Lte
                | Self::Like
                | Self::Ilike
                | Self::Match
                | Self::Imatch
        )
    }

    /// Whether it is an operator of full text search.
    pub fn searches(self) -> bool {
        matches!(self, Self::Fts | Self::Plfts | Self::Phfts | Self::Wfts)
    }

    /// The feature that the operator needs and SQLite lacks. `None` if SQLite has the operator for
    /// the type.
    pub fn lacking_in_sqlite(self, data_type: &Type) -> Option<&'static str> {
        match self {
            Self::Match | Self::Imatch => Some("regular expressions"),
            _ if self.searches() => Some("full text search"),
            Self::Cs | Self::Cd | Self::Ov => match data_type {
                Type::Json { .. } => Some("containment in JSON"),
                Type::Array(_) => None,
                _ => Some("operators of ranges"),
            },
            Self::Sl | Self::Sr | Self::Nxr | Self::Nxl | Self::Adj => Some("operators of ranges"),
            // SQLite stores these types as texts, which have another order.
            Self::Gt | Self::Gte | Self::Lt | Self::Lte => match data_type {
                Type::Json { .. } => Some("order of JSON"),
                Type::Array(_) => Some("order of lists"),
                Type::Enum(_) => Some("order of enums"),
                _ => None,
            },
            _ => None,
        }
    }

    /// Whether the operator exists for a type.
    pub fn applies_to(self, data_type: &Type) -> bool {
        match self {
            Self::Is => true,
            Self::Like | Self::Ilike | Self::Match | Self::Imatch => {
                matches!(data_type, Type::Text { .. })
            }
            Self::Eq
            | Self::Neq
            | Self::Gt
            | Self::Gte
            | Self::Lt
            | Self::Lte
            | Self::In
            | Self::Isdistinct => data_type.comparable(),
            Self::Fts | Self::Plfts | Self::Phfts | Self::Wfts => match data_type {
                Type::Text { .. } | Type::Json { .. } => true,
                Type::Other { name, .. } => name == "tsvector",
                _ => false,
            },
            // The database alone knows the operators of types that are known only by name.
            Self::Cs | Self::Cd => match data_type {
                Type::Array(_) => data_type.comparable(),
                Type::Json { comparable } => *comparable,
                Type::Other { writable, .. } => *writable,
                _ => false,
            },
            Self::Ov => match data_type {
                Type::Array(_) => data_type.comparable(),
                Type::Other { writable, .. } => *writable,
                _ => false,
            },
            Self::Sl | Self::Sr | Self::Nxr | Self::Nxl | Self::Adj => {
                matches!(data_type, Type::Other { writable: true, .. })
            }
        }
    }
}
