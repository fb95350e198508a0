//! Values of domains, which functions of their own show and read (PostgREST's domain
//! representations).

use super::qualified;
use crate::{
    catalog::{Column, FunctionName},
    query::{
        lenient::level::{Compare, Level, Output},
        operators::Operator,
        parse::Field,
    },
};

/// How the values of such a domain stand among the outputs of a level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Domains {
    /// As they are kept.
    Kept,
    /// As JSON of their own.
    Shown,
    /// The same as `jsonb`, which rows can be grouped by.
    Grouped,
}

impl Level {
    /// The column that a field is, unless it is a place within it.
    pub(super) fn whole_column(&self, field: &Field) -> Option<&Column> {
        self.column(&field.name).filter(|_| field.path.is_empty())
    }

    /// Whether what rows show under that name is not what is kept.
    pub(super) fn converts(&self, key: &str) -> bool {
        self.outputs.iter().any(|output| match output {
            Output::Value(value) if value.key == key => {
                let field = value.item.field.as_ref();
                let column = field.and_then(|field| self.whole_column(field));
                column.is_some_and(|column| column.to_json().is_some())
            }
            Output::Embed(inside) => {
                let inside = &self.embeds[*inside];
                inside.spread && inside.level.converts(key)
            }
            Output::Value(_) => false,
        })
    }

    /// What reads the literals of a condition; patterns are none of its values.
    pub(super) fn reader(&self, condition: &Compare) -> Option<&FunctionName> {
        match condition.predicate.operator {
            Operator::Like | Operator::Ilike | Operator::Match | Operator::Imatch => None,
            _ => self.whole_column(&condition.field)?.from_text(),
        }
    }
}

/// A function of one value.
pub(in crate::query::lenient) fn call(function: &FunctionName, value: &str) -> String {
    format!("{}({value})", qualified(&function.schema, &function.name))
}
