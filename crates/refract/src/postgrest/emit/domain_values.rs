//! Domains with functions that convert their values
//! (<https://docs.postgrest.org/en/stable/references/api/domain_representations.html>).

use reflect::quote::qualified;

use crate::{
    catalog::{Column, FunctionName},
    postgrest::resolve::raw_node::{Compare, OutputItem, SelectNode, Value},
    query::{operators::Operator, parse::Field},
};

/// The form in which the values of such a domain are selected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DomainForm {
    /// The stored value.
    Stored,
    /// The JSON that the domain's function makes.
    Json,
    /// The same as `jsonb`, which rows can be grouped by.
    Jsonb,
}

impl SelectNode {
    /// The column behind a field, if its table has such domains and the field has no JSON path.
    fn domain_column(&self, field: &Field) -> Option<&Column> {
        if !self.from.converts_domains || !field.path.is_empty() {
            return None;
        }
        self.column(&field.name)
    }

    /// The column behind an output, and the function that converts it to JSON.
    pub fn converted(&self, value: &Value) -> Option<(&Column, &FunctionName)> {
        let column = self.domain_column(value.item.field.as_ref()?)?;
        Some((column, column.to_json()?))
    }

    /// Whether the output with this key is converted.
    pub fn converts(&self, key: &str) -> bool {
        self.outputs.iter().any(|output| match output {
            OutputItem::Value(value) => value.key == key && self.converted(value).is_some(),
            OutputItem::Embed(inside) => {
                let inside = &self.embeds[*inside];
                inside.spread && inside.node.converts(key)
            }
        })
    }

    /// The function that converts the operands of a condition from text. A pattern is not a value of
    /// the domain.
    pub fn operand_reader(&self, condition: &Compare) -> Option<&FunctionName> {
        match condition.predicate.operator {
            Operator::Like | Operator::Ilike | Operator::Match | Operator::Imatch => None,
            _ => self.domain_column(&condition.field)?.text_input(),
        }
    }
}

/// The call of a function with one argument.
pub fn call(function: &FunctionName, argument: &str) -> String {
    format!(
        "{}({argument})",
        qualified(&function.schema, &function.name)
    )
}
