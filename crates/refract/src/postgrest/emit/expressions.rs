//! Columns, paths into JSON, outputs and conditions.

use reflect::quote::literal;

use super::{
    Sql, cast,
    domain_values::{DomainForm, call},
    placeholder,
};
use crate::{
    catalog::{FunctionName, Type},
    codec::Value,
    postgrest::resolve::raw_node::{Compare, SelectNode, Value as Output},
    query::{
        operators::Operator,
        parse::{Field, IsTest, Key, Operand, Quantifier},
        sql::{query_function, sql_operator},
    },
};

/// Appends a column, or the value at the end of a path into its JSON.
pub fn field(sql: &mut Sql, node: &SelectNode, field: &Field) {
    // PostgreSQL has no arrows on composite values and arrays.
    let is_composite = matches!(
        node.column(&field.name).map(|column| &column.data_type),
        Some(Type::Array(_) | Type::Other { .. })
    );
    if field.path.is_empty() || !is_composite {
        sql.qualified(node.alias(), &field.name);
    } else {
        sql.push("to_jsonb(");
        sql.qualified(node.alias(), &field.name);
        sql.push(")");
    }
    for step in &field.path {
        sql.push(if step.as_text { "->>" } else { "->" });
        match &step.key {
            Key::Member(key) => sql.literal(key),
            Key::Item(item) if *item < 0 => {
                sql.push("(");
                sql.number(*item);
                sql.push(")");
            }
            Key::Item(item) => sql.number(*item),
        }
    }
}

/// Appends the argument of an aggregate, or an output without one, as it is stored.
pub fn input(sql: &mut Sql, node: &SelectNode, value: &Output) {
    match (&value.item.field, &value.cast) {
        (None, _) => sql.push("1"),
        (Some(column), None) => field(sql, node, column),
        (Some(column), Some(to)) => cast(sql, to.as_sql(), |sql| field(sql, node, column)),
    }
}

/// Appends an output that is not an aggregate.
pub fn shown(sql: &mut Sql, node: &SelectNode, value: &Output, form: DomainForm) {
    let Some((column, function)) = node.converted(value) else {
        return input(sql, node, value);
    };
    let json = |sql: &mut Sql| {
        sql.table(&function.schema, &function.name);
        sql.push("(");
        sql.qualified(node.alias(), &column.name);
        sql.push(")");
    };
    match (form, &value.cast) {
        (DomainForm::Stored, _) => sql.qualified(node.alias(), &column.name),
        (_, Some(to)) => cast(sql, to.as_sql(), json),
        (DomainForm::Json, None) => json(sql),
        (DomainForm::Jsonb, None) => {
            json(sql);
            sql.push("::jsonb");
        }
    }
}

/// Appends an output.
pub fn output(sql: &mut Sql, node: &SelectNode, value: &Output) {
    let Some(aggregate) = value.item.aggregate else {
        return shown(sql, node, value, DomainForm::Json);
    };
    let call = |sql: &mut Sql| {
        sql.push(aggregate.name());
        sql.push("(");
        match value.item.field {
            None => sql.push("*"),
            Some(_) => input(sql, node, value),
        }
        sql.push(")");
    };
    match &value.aggregate_cast {
        None => call(sql),
        Some(to) => cast(sql, to.as_sql(), call),
    }
}

/// Appends a condition.
pub fn compare(sql: &mut Sql, node: &SelectNode, condition: &Compare) {
    let Compare {
        field: column,
        predicate,
    } = condition;
    if predicate.negated {
        sql.push("NOT ");
    }
    let operator = predicate.operator;
    if let Operand::Search {
        configuration,
        query,
    } = &predicate.operand
    {
        return search(sql, node, column, operator, configuration.as_deref(), query);
    }
    field(sql, node, column);
    let reader = node.operand_reader(condition);
    match &predicate.operand {
        Operand::Is(test) => sql.push(match test {
            IsTest::Null => " IS NULL",
            IsTest::NotNull => " IS NOT NULL",
            IsTest::True => " IS TRUE",
            IsTest::False => " IS FALSE",
            IsTest::Unknown => " IS UNKNOWN",
        }),
        Operand::List(items) => {
            sql.push(" = ANY (");
            operands(sql, items.iter().cloned(), reader);
            sql.push(")");
        }
        Operand::Each(quantifier, items) => {
            sql.push(" ");
            sql.push(sql_operator(operator));
            sql.push(match quantifier {
                Quantifier::Any => " ANY (",
                Quantifier::All => " ALL (",
            });
            operands(
                sql,
                items.iter().map(|item| pattern(operator, item)),
                reader,
            );
            sql.push(")");
        }
        Operand::Text(text) => {
            sql.push(" ");
            sql.push(sql_operator(operator));
            sql.push(" ");
            let operand = Value::Text(pattern(operator, text));
            match reader {
                None => _ = sql.bind_owned(operand),
                Some(reader) => {
                    let operand = placeholder(sql, operand);
                    sql.push(&call(reader, &format!("{operand}::text")));
                }
            }
        }
        Operand::Search { .. } => {}
    }
}

/// Appends the operand of `ANY` and `ALL`: an array, or a query that converts the items of one.
fn operands(sql: &mut Sql, items: impl Iterator<Item = String>, reader: Option<&FunctionName>) {
    let items = Value::Array(items.map(Value::Text).collect());
    match reader {
        None => _ = sql.bind_owned(items),
        Some(reader) => {
            let items = placeholder(sql, items);
            sql.push("SELECT ");
            sql.push(&call(reader, &format!("unnest({items}::text[])")));
        }
    }
}

/// Appends a condition of full text search.
fn search(
    sql: &mut Sql,
    node: &SelectNode,
    column: &Field,
    operator: Operator,
    configuration: Option<&str>,
    query: &str,
) {
    let configuration = configuration.map(|name| format!("{}, ", literal(name)));
    let configuration = configuration.unwrap_or_default();
    let is_vector = column.path.is_empty()
        && match node.column(&column.name) {
            Some(column) => match &column.domain {
                Some(domain) => domain.base == "tsvector",
                None => column.database_type == "tsvector",
            },
            // A function of the row, whose type is not known here.
            None => true,
        };
    if is_vector {
        field(sql, node, column);
    } else {
        sql.push("to_tsvector(");
        sql.push(&configuration);
        field(sql, node, column);
        sql.push(")");
    }
    sql.push(" @@ ");
    sql.push(query_function(operator));
    sql.push("(");
    sql.push(&configuration);
    sql.bind_owned(Value::Text(query.to_owned()));
    sql.push(")");
}

fn pattern(operator: Operator, text: &str) -> String {
    match operator {
        Operator::Like | Operator::Ilike => text.replace('*', "%"),
        _ => text.to_owned(),
    }
}
