//! Values of domains, which functions of their own show and read (PostgREST's domain
//! representations).

use reflect::quote::qualified;

use crate::{
    catalog::{Column, FunctionName},
    postgrest::resolve::raw_node::{Compare, OutputItem, SelectNode, Value},
    query::{operators::Operator, parse::Field},
};

/// How the values of such a domain stand among the outputs of a level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Domains {
    /// As they are kept.
    Kept,
    /// As JSON of their own.
    Shown,
    /// The same as `jsonb`, which rows can be grouped by.
    Grouped,
}

impl SelectNode {
    /// The column that a field is, unless it is a place within it, of a table with such columns.
    fn domain_column(&self, field: &Field) -> Option<&Column> {
        if !self.from.converts_domains || !field.path.is_empty() {
            return None;
        }
        self.column(&field.name)
    }

    /// The column that a value is, and what shows it.
    pub fn converted(&self, value: &Value) -> Option<(&Column, &FunctionName)> {
        let column = self.domain_column(value.item.field.as_ref()?)?;
        Some((column, column.to_json()?))
    }

    /// Whether what rows show under that name is not what is kept.
    pub fn converts(&self, key: &str) -> bool {
        self.outputs.iter().any(|output| match output {
            OutputItem::Value(value) => value.key == key && self.converted(value).is_some(),
            OutputItem::Embed(inside) => {
                let inside = &self.embeds[*inside];
                inside.spread && inside.node.converts(key)
            }
        })
    }

    /// What reads the literals of a condition; patterns are none of its values.
    pub fn reader(&self, condition: &Compare) -> Option<&FunctionName> {
        match condition.predicate.operator {
            Operator::Like | Operator::Ilike | Operator::Match | Operator::Imatch => None,
            _ => self.domain_column(&condition.field)?.from_text(),
        }
    }
}

/// A function of one value.
pub fn call(function: &FunctionName, value: &str) -> String {
    format!("{}({value})", qualified(&function.schema, &function.name))
}
