//! The outputs of a node: values, aggregates, and embedded relations.

use reflect::snapshot::Database;

use super::{
    super::{Precedence, SqlWriter, column_expr::TableScope},
    RowForm,
};
use crate::{
    catalog::{Join, Type},
    query::{
        parse::Aggregate,
        plan::select_node::{ExpressionOutput, OutputItem, SelectNode, ValueOutput},
    },
};

impl<'plan> SqlWriter<'plan> {
    /// Appends the outputs of a node; gives the separator that stands before another one.
    pub(super) fn node_outputs(
        &mut self,
        node: &'plan SelectNode,
        scope: TableScope<'_>,
        form: RowForm,
    ) -> &'static str {
        // SQLite's JSON cannot hold every value, but its literals can.
        let quotes = form == RowForm::Composite && !self.is_postgres();
        let mut separator = "";
        for output in &node.outputs {
            self.push(std::mem::replace(&mut separator, ", "));
            match output {
                OutputItem::Embed(embed) => self.embed(&node.embeds[*embed], scope),
                OutputItem::Value(value) if quotes => {
                    self.push("quote(");
                    self.output_value(scope, value);
                    self.push(")");
                }
                OutputItem::Value(value) => _ = self.output_value(scope, value),
            }
        }
        if node.outputs.is_empty() && scope.depth == 0 && !node.has_sort_keys() {
            self.push(if quotes { "quote(1)" } else { "1" });
        }
        separator
    }

    /// Appends `GROUP BY`, if a node is grouped.
    pub(super) fn group_by(&mut self, node: &SelectNode, scope: TableScope<'_>) {
        if !node.grouped {
            return;
        }
        let mut lead = " GROUP BY ";
        for output in &node.outputs {
            match output {
                OutputItem::Value(value) if value.aggregate().is_none() => {
                    self.push(std::mem::replace(&mut lead, ", "));
                    self.input(scope, value);
                }
                OutputItem::Value(_) => {}
                OutputItem::Embed(embed) => {
                    for column in columns_here(&node.embeds[*embed].join) {
                        self.push(std::mem::replace(&mut lead, ", "));
                        self.column(scope, column);
                    }
                }
            }
        }
    }

    /// The value before it is aggregated and read.
    fn input(&mut self, scope: TableScope<'_>, value: &ValueOutput) -> Precedence {
        match value {
            ValueOutput::Column(column) => self.column(scope, *column),
            ValueOutput::Expression(value) => self.expression_input(scope, value),
        }
    }

    fn expression_input(&mut self, scope: TableScope<'_>, value: &ExpressionOutput) -> Precedence {
        let write = |sql: &mut Self| match &value.field {
            Some(place) => sql.path(scope, place.column, &place.path),
            None => {
                sql.push("*");
                Precedence::Other
            }
        };
        match &value.cast {
            Some(cast) => self.cast(self.type_name(cast.name), write),
            None => write(self),
        }
    }

    fn output_value(&mut self, scope: TableScope<'_>, value: &ValueOutput) -> Precedence {
        let value = match value {
            ValueOutput::Column(column) => return self.returned(scope, *column),
            ValueOutput::Expression(value) => value,
        };
        let column = value.field.as_ref().filter(|place| place.path.is_empty());
        let column = column.filter(|_| value.cast.is_none());
        let Some(aggregate) = value.aggregate else {
            return match column {
                Some(place) => self.returned(scope, place.column),
                None => self.expression_input(scope, value),
            };
        };
        let write = |sql: &mut Self| {
            sql.push(aggregate.name());
            sql.push("(");
            sql.expression_input(scope, value);
            sql.push(")");
            Precedence::Primary
        };
        if let Some(cast) = &value.aggregate_cast {
            return self.cast(self.type_name(cast.name), write);
        }
        match (aggregate, column) {
            (Aggregate::Min | Aggregate::Max, Some(place)) => {
                self.as_read(&scope.resource.columns[place.column], write)
            }
            (Aggregate::Min | Aggregate::Max, None) => write(self),
            // Counts and sums are integers of 64 bits or decimals, where JSON takes a number.
            _ if self.is_postgres() && value.data_type == Type::Float8 => {
                self.cast("float8", write)
            }
            _ => write(self),
        }
    }

    /// The name of a type that a value is cast to.
    fn type_name(&self, name: &'static str) -> &'static str {
        match (self.database, name) {
            (Database::Sqlite, "int4" | "int8") => "integer",
            (Database::Sqlite, "float8") => "real",
            _ => name,
        }
    }
}

/// The columns of a join in the row around.
fn columns_here(join: &Join) -> Vec<usize> {
    match join {
        Join::Direct(pairs) => pairs.iter().map(|&(here, _)| here).collect(),
        Join::Through(junction) => junction.near.iter().map(|(here, _)| *here).collect(),
    }
}
