//! Lists and single rows.

use std::sync::Arc;

use super::{Condition, Context, OrderBy, Select, filter};
use crate::{
    catalog::{Resource, nearest},
    error::Error,
    query::parse::{ListQuery, OrderTerm},
};

/// The plan of a list.
///
/// # Errors
/// Unknown names as 400, operands of another type as 422, all of them at once.
pub fn list(
    context: Context<'_>,
    resource: &Arc<Resource>,
    query: ListQuery,
) -> Result<Select, Error> {
    let limit = query.limit.unwrap_or(context.limits.page_size);
    if limit > context.limits.max_page_size {
        return Err(Error::InvalidParameter {
            parameter: "limit".to_owned(),
            reason: format!("`{limit}` is more than {}", context.limits.max_page_size),
        });
    }
    let filter = filter::planned(context, resource, query.filters)?;
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
        filter: key.into(),
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
