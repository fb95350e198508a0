//! What a level shows: values, aggregates, and what it embeds.

use reflect::snapshot::Database;
use sea_orm::sea_query::{Expr, ExprTrait, Func, SelectStatement};

use super::{
    super::{predicate::Scope, render::as_read},
    At, Tree,
};
use crate::{
    catalog::{Join, Type},
    query::{
        parse::Aggregate,
        plan::select_node::{OutputItem, SelectNode, ValueOutput},
    },
};

impl Tree {
    pub(super) fn outputs(&mut self, node: &SelectNode, at: At<'_>) -> Vec<Expr> {
        let scope = self.scope(node, at);
        let outputs = node.outputs.iter().map(|output| match output {
            OutputItem::Value(value) => output_value(scope, value),
            OutputItem::Embed(embed) => self.embed(&node.embeds[*embed], scope, at.depth + 1),
        });
        let outputs: Vec<_> = outputs.collect();
        if outputs.is_empty() && at.depth == 0 && !node.marked {
            return vec![Expr::cust("1")];
        }
        outputs
    }

    pub(super) fn group(&self, node: &SelectNode, at: At<'_>, query: &mut SelectStatement) {
        if !node.grouped {
            return;
        }
        let scope = self.scope(node, at);
        for output in &node.outputs {
            match output {
                OutputItem::Value(value) if value.aggregate.is_none() => {
                    query.add_group_by([input(scope, value)]);
                }
                OutputItem::Value(_) => {}
                OutputItem::Embed(embed) => {
                    let columns = here(&node.embeds[*embed].join);
                    query.add_group_by(columns.into_iter().map(|column| scope.column(column)));
                }
            }
        }
    }
}

/// A join's columns in the row around.
fn here(join: &Join) -> Vec<usize> {
    match join {
        Join::Direct(pairs) => pairs.iter().map(|&(here, _)| here).collect(),
        Join::Through(junction) => junction.near.iter().map(|(here, _)| *here).collect(),
    }
}

/// What a value is made of, before it is aggregated and read.
fn input(scope: Scope<'_>, value: &ValueOutput) -> Expr {
    let expression = match &value.field {
        Some(place) => scope.place(place.column, &place.path),
        None => Expr::cust("*"),
    };
    match &value.cast {
        Some(cast) => cast_to(scope.database, expression, cast.name),
        None => expression,
    }
}

fn output_value(scope: Scope<'_>, value: &ValueOutput) -> Expr {
    let Some(aggregate) = value.aggregate else {
        return match (&value.field, &value.cast) {
            (Some(place), None) if place.path.is_empty() => {
                let shown = match scope.database {
                    Database::Postgres => scope.column(place.column),
                    Database::Sqlite => scope.stored(place.column),
                };
                as_read(scope.database, &scope.resource.columns[place.column], shown)
            }
            _ => input(scope, value),
        };
    };
    let input = input(scope, value);
    let aggregated: Expr = Func::cust(aggregate.name()).arg(input).into();
    if let Some(cast) = &value.aggregate_cast {
        return cast_to(scope.database, aggregated, cast.name);
    }
    match (aggregate, &value.field, &value.cast) {
        (Aggregate::Min | Aggregate::Max, Some(place), None) if place.path.is_empty() => {
            let column = &scope.resource.columns[place.column];
            as_read(scope.database, column, aggregated)
        }
        (Aggregate::Min | Aggregate::Max, ..) => aggregated,
        // Counts and sums are integers of 64 bits or decimals, where JSON gets a number.
        _ if scope.database == Database::Postgres && value.data_type == Type::Float8 => {
            aggregated.cast_as("float8")
        }
        _ => aggregated,
    }
}

fn cast_to(database: Database, expression: Expr, name: &'static str) -> Expr {
    match (database, name) {
        (Database::Sqlite, "int4" | "int8") => expression.cast_as("integer"),
        (Database::Sqlite, "float8") => expression.cast_as("real"),
        _ => expression.cast_as(name),
    }
}
