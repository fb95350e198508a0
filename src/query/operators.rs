//! The operators of filters, as data: names are PostgREST's.

use crate::catalog::{Type, nearest};

/// What a filter does with its operand.
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
    /// As `Like`, without regard to letter case.
    Ilike,
    In,
    Is,
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
    ("in", Operator::In),
    ("is", Operator::Is),
];

impl Operator {
    /// The operator of that name.
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

    /// The name that was probably meant.
    pub fn nearest_name(name: &str) -> Option<String> {
        nearest(name, OPERATORS.iter().map(|(known, _)| *known))
    }

    /// Whether the operator exists for a type.
    pub fn applies_to(self, data_type: &Type) -> bool {
        match self {
            Self::Is => true,
            Self::Like | Self::Ilike => matches!(data_type, Type::Text { .. }),
            Self::Eq | Self::Neq | Self::Gt | Self::Gte | Self::Lt | Self::Lte | Self::In => {
                data_type.comparable()
            }
        }
    }
}
