//! Values of domains, which functions of their own show and read (PostgREST's domain
//! representations).

use super::{Writer, qualified};
use crate::{
    catalog::{Column, FunctionName, Resource},
    query::{
        lenient::plan::{Item, Level},
        operators::Operator,
        parse::{Field, Predicate},
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

impl Domains {
    /// What a row shows of a column.
    pub(super) fn of(self, column: &Column, value: String) -> String {
        match (self, column.to_json()) {
            (Self::Kept, _) | (_, None) => value,
            (Self::Shown, Some(function)) => call(function, &value),
            (Self::Grouped, Some(function)) => format!("{}::jsonb", call(function, &value)),
        }
    }
}

impl Level {
    /// The column that a field is, unless it is a place within it.
    pub(super) fn whole_column(&self, field: &Field) -> Option<&Column> {
        if field.path.is_empty() {
            column(&self.resource, &field.name)
        } else {
            None
        }
    }

    /// Whether what rows show under that name is not what is kept.
    pub(super) fn converts(&self, key: &str) -> bool {
        let is_converted =
            |column: Option<&Column>| column.is_some_and(|column| column.to_json().is_some());
        self.resource.shows_domains
            && self.items.iter().any(|item| match item {
                Item::All => is_converted(column(&self.resource, key)),
                Item::Field(output) => {
                    let field = output.item.field.as_ref();
                    output.key == key
                        && is_converted(field.and_then(|field| self.whole_column(field)))
                }
                Item::Embed(_) => false,
            })
    }
}

impl Writer {
    /// What reads the literals of a condition; patterns are none of its values.
    pub(super) fn reader<'level>(
        level: &'level Level,
        field: &Field,
        predicate: &Predicate,
    ) -> Option<&'level FunctionName> {
        match predicate.operator {
            Operator::Like | Operator::Ilike | Operator::Match | Operator::Imatch => None,
            _ => level.whole_column(field)?.from_text(),
        }
    }
}

fn column<'resource>(resource: &'resource Resource, name: &str) -> Option<&'resource Column> {
    resource.columns.iter().find(|column| column.name == name)
}

/// A function of one value.
pub(in crate::query::lenient) fn call(function: &FunctionName, value: &str) -> String {
    format!("{}({value})", qualified(&function.schema, &function.name))
}
