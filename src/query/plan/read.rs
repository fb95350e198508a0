//! Lists and single rows.

use std::sync::Arc;

use super::{Condition, OrderBy, Select, Test};
use crate::{
    catalog::{Resource, Type, nearest},
    codec::{Value, parse_text},
    error::{Error, Problem},
    query::{
        PageSizes,
        operators::Operator,
        parse::{self, IsTest, ListQuery, Operand, OrderTerm, Predicate},
    },
};

/// The plan of a list.
///
/// # Errors
/// Unknown names as 400, operands of another type as 422, all of them at once.
pub fn list(resource: &Arc<Resource>, query: ListQuery, sizes: PageSizes) -> Result<Select, Error> {
    let limit = query.limit.unwrap_or(sizes.default);
    if limit > sizes.max {
        return Err(Error::InvalidParameter {
            parameter: "limit".to_owned(),
            reason: format!("`{limit}` is more than {}", sizes.max),
        });
    }
    let mut filter = Vec::with_capacity(query.filters.len());
    let mut problems = Vec::new();
    for parsed in query.filters {
        let Some(column) = resource.readable(&parsed.name) else {
            let known = resource.fields().chain(parse::PARAMETERS.iter().copied());
            return Err(Error::UnknownParameter {
                suggestion: nearest(&parsed.name, known),
                name: parsed.name,
                resource: resource.name.clone(),
            });
        };
        match condition(resource, column, parsed.predicate?) {
            Ok(condition) => filter.push(condition),
            Err(problem) => problems.push(problem),
        }
    }
    if !problems.is_empty() {
        return Err(Error::Invalid(problems));
    }
    Ok(Select {
        columns: columns(resource, query.select.as_deref())?,
        order: order(resource, &query.order)?,
        from: resource.clone(),
        filter,
        limit: Some(limit),
        offset: query.offset.filter(|&offset| offset > 0),
    })
}

/// The plan of one row by its key.
///
/// # Errors
/// Unknown fields in `select` as 400.
pub fn one(
    resource: &Arc<Resource>,
    key: Vec<Condition>,
    select: Option<&[String]>,
) -> Result<Select, Error> {
    Ok(Select {
        columns: columns(resource, select)?,
        from: resource.clone(),
        filter: key,
        order: Vec::new(),
        limit: None,
        offset: None,
    })
}

fn columns(resource: &Resource, select: Option<&[String]>) -> Result<Vec<usize>, Error> {
    let Some(names) = select else {
        return Ok(resource.visible().collect());
    };
    let mut columns = Vec::new();
    for name in names {
        if name == "*" {
            columns.extend(resource.visible());
        } else {
            columns.push(readable(resource, name)?);
        }
    }
    // A field named twice comes once.
    let mut seen = std::collections::HashSet::new();
    columns.retain(|&column| seen.insert(column));
    Ok(columns)
}

pub(super) fn readable(resource: &Resource, name: &str) -> Result<usize, Error> {
    resource.readable(name).ok_or_else(|| Error::UnknownField {
        name: name.to_owned(),
        resource: resource.name.clone(),
        suggestion: nearest(name, resource.fields()),
    })
}

/// The order asked for, with the key as the last word: pages must not overlap.
fn order(resource: &Resource, terms: &[OrderTerm]) -> Result<Vec<OrderBy>, Error> {
    let mut order = Vec::with_capacity(terms.len() + resource.key.len());
    for term in terms {
        let column = readable(resource, &term.field)?;
        if !resource.columns[column].data_type.comparable() {
            return Err(Error::InvalidParameter {
                parameter: "order".to_owned(),
                reason: format!("`{}` has no order", term.field),
            });
        }
        order.push(OrderBy {
            column,
            descending: term.descending,
            nulls_first: term.nulls_first,
        });
    }
    for &column in &resource.key {
        if !order.iter().any(|term| term.column == column) {
            order.push(OrderBy {
                column,
                descending: false,
                nulls_first: None,
            });
        }
    }
    Ok(order)
}

fn condition(
    resource: &Resource,
    column: usize,
    predicate: Predicate,
) -> Result<Condition, Problem> {
    let field = &resource.columns[column].field;
    let data_type = &resource.columns[column].data_type;
    let refuse = |code, message: String| Problem {
        field: field.clone(),
        code,
        message,
    };
    if !predicate.operator.applies_to(data_type) {
        let operator = predicate.operator.name();
        return Err(refuse(
            "invalid_operator",
            format!(
                "cannot be filtered by `{operator}`: its type is {}",
                data_type.name()
            ),
        ));
    }
    let value = |text: &str| -> Result<Value, Problem> {
        match (predicate.operator, data_type) {
            // A pattern may be longer than what it matches.
            (Operator::Like | Operator::Ilike, _) => {
                parse_text(&Type::Text { max_length: None }, &text.replace('*', "%"))
            }
            // So may any text that a row is compared with; it just equals none.
            (_, Type::Text { .. }) => parse_text(&Type::Text { max_length: None }, text),
            _ => parse_text(data_type, text),
        }
        .map_err(|refusal| refuse(refusal.code, refusal.message))
    };
    let test = match &predicate.operand {
        Operand::Text(text) => Test::Compare(predicate.operator, value(text)?),
        Operand::List(items) => Test::In(
            items
                .iter()
                .map(|item| value(item))
                .collect::<Result<_, _>>()?,
        ),
        Operand::Is(test) => {
            let needs_bool = matches!(test, IsTest::True | IsTest::False | IsTest::Unknown);
            if needs_bool && *data_type != Type::Bool {
                return Err(refuse(
                    "invalid_operator",
                    format!("is not a boolean: its type is {}", data_type.name()),
                ));
            }
            Test::Is(*test)
        }
    };
    Ok(Condition {
        column,
        negated: predicate.negated,
        test,
    })
}
