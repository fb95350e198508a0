//! Lists and single rows.

use std::sync::Arc;

use reflect::snapshot::Database;

use super::{
    Condition, Context, Filter, Seek, Select, catalog_resolver, seek,
    select_node::{NodeOrder, Parent, Query},
};
use crate::{
    catalog::{Relation, Resource, nearest},
    error::Error,
    query::parse::{self, Count, ListQuery, OrderTerm, SelectItem},
};

/// The plan of a read.
#[derive(Debug)]
#[expect(
    clippy::large_enum_variant,
    reason = "most reads are plain, and a box would cost each of them an allocation"
)]
pub enum Read {
    /// Columns of one resource, as most reads are.
    Plain(Select),
    Query(Box<Query>),
}

/// The plan of a list.
///
/// # Errors
/// Unknown names as 400, operands of another type as 422, all of them at once.
pub fn list(
    context: Context<'_>,
    resource: &Arc<Resource>,
    query: ListQuery,
) -> Result<Read, Error> {
    let limit = limit(context, &query)?;
    if !is_plain(&query) {
        return any_list(context, resource, query, limit);
    }
    let mut columns = catalog_resolver::columns(resource, query.select.as_deref())?;
    let shown = columns.len();
    let order = order(resource, &query.order)?;
    let has_cursors = !resource.key.is_empty();
    if has_cursors {
        for term in &order {
            if !columns.contains(&term.place.column) {
                columns.push(term.place.column);
            }
        }
    }
    let mut plan = Select {
        shown,
        order,
        limit: Some(fetched(limit, has_cursors)),
        offset: query.offset.filter(|&offset| offset > 0),
        page: Some(limit),
        ..Select::of(resource, columns, context.visibility.all(resource))
    };
    if let Some(text) = seek::asked(&query, has_cursors)? {
        match seek::after(context.database, &seek::CursorOrder::from(&plan), text)? {
            Seek::Row(values) => plan.after = Some(values.into()),
            Seek::Ranges(_) => return any_list(context, resource, query, limit),
        }
    }
    let filter = catalog_resolver::filter(context, resource, query.filters)?;
    plan.filter = context.visibility.filter(resource, filter);
    Ok(Read::Plain(plan))
}

/// A list of nodes.
fn any_list(
    context: Context<'_>,
    resource: &Arc<Resource>,
    query: ListQuery,
    limit: u64,
) -> Result<Read, Error> {
    let query = of_list(context, resource, query, limit, None)?;
    Ok(Read::Query(Box::new(query)))
}

/// The plan of the rows that are related to one row, by the relation's name.
///
/// # Errors
/// As [`list`]; [`Error::UnknownRelation`].
pub fn related(
    context: Context<'_>,
    resource: &Arc<Resource>,
    key: Vec<Condition>,
    relation: &Relation,
    query: ListQuery,
) -> Result<Query, Error> {
    let limit = limit(context, &query)?;
    let parent = Parent {
        resource: resource.clone(),
        key: context.visibility.filter(resource, key.into()),
        join: relation.join.clone(),
    };
    let target = context.catalog.target(relation);
    of_list(context, target, query, limit, Some(parent))
}

/// The plan of one row by its key, with the `select` of a query.
///
/// # Errors
/// Unknown names as 400.
pub fn row(
    context: Context<'_>,
    resource: &Arc<Resource>,
    key: Vec<Condition>,
    query: ListQuery,
) -> Result<Read, Error> {
    if is_plain(&query) {
        return one(context, resource, key, query.select.as_deref()).map(Read::Plain);
    }
    let mut query = of_rows(context, resource, query)?;
    query.root.filter = context.visibility.filter(resource, key.into());
    query.root.order.clear();
    query.page = 1;
    Ok(Read::Query(Box::new(query)))
}

/// The part of the written rows that the answer shows.
#[derive(Debug)]
pub enum Shown {
    /// Columns, which the write itself returns.
    Columns(Vec<usize>),
    /// More than columns: the rows are read after the write, with their keys.
    Query(Box<Query>),
}

/// The part of the written rows that the answer shows, by the `select` of a query. `anew` requires a
/// read after the write, because later statements may change the rows that the write returns.
///
/// # Errors
/// Unknown names as 400, and embedded relations of rows that have no key to find them again by.
pub fn shown(
    context: Context<'_>,
    resource: &Arc<Resource>,
    query: ListQuery,
    anew: bool,
) -> Result<Shown, Error> {
    let has_key = !resource.key.is_empty();
    if is_plain(&query) && !(anew && has_key) {
        return catalog_resolver::columns(resource, query.select.as_deref()).map(Shown::Columns);
    }
    if !has_key {
        return Err(Error::InvalidParameter {
            parameter: "select".to_owned(),
            reason: format!(
                "asks for more than columns of {}, which has no key",
                resource.name
            ),
        });
    }
    let context = Context {
        visibility: context.visibility.with_deleted(),
        ..context
    };
    let mut query = of_rows(context, resource, query)?;
    query.root.with_sort_keys = true;
    Ok(Shown::Query(Box::new(query)))
}

/// Rows of any keys, which are not aggregated.
fn of_rows(
    context: Context<'_>,
    resource: &Arc<Resource>,
    mut query: ListQuery,
) -> Result<Query, Error> {
    query.order.clear();
    let root = catalog_resolver::node(context, resource, &mut query)?;
    if root.grouped {
        return Err(Error::InvalidParameter {
            parameter: "select".to_owned(),
            reason: "aggregates a single row".to_owned(),
        });
    }
    Ok(Query {
        root,
        parent: None,
        count: None,
        page: u64::MAX,
    })
}

/// The filter of a change of many rows. Takes the parameters that filter the rows themselves out of the
/// query; those that filter embedded relations stay.
///
/// # Errors
/// Unknown names and parameters as 400; operands of another type as 422, all of them at once.
pub fn filter(
    context: Context<'_>,
    resource: &Arc<Resource>,
    query: &mut ListQuery,
) -> Result<Filter, Error> {
    let is_own = |filter: &parse::Filter| {
        filter.embed.is_empty() || resource.readable(&filter.name).is_some()
    };
    let filters = std::mem::take(&mut query.filters);
    let (own, others) = filters.into_iter().partition(is_own);
    query.filters = others;
    catalog_resolver::filter(context, resource, own)
}

/// The plan of one row's columns by its key.
///
/// # Errors
/// Unknown fields in `select` as 400.
pub fn one(
    context: Context<'_>,
    resource: &Arc<Resource>,
    key: Vec<Condition>,
    select: Option<&[SelectItem]>,
) -> Result<Select, Error> {
    let columns = catalog_resolver::columns(resource, select)?;
    let filter = context.visibility.filter(resource, key.into());
    Ok(Select::of(resource, columns, filter))
}

/// The number of rows to read: one more than the page has shows whether another page follows.
fn fetched(page: u64, has_cursors: bool) -> u64 {
    match page {
        0 => 0,
        page => page + u64::from(has_cursors),
    }
}

fn of_list(
    context: Context<'_>,
    resource: &Arc<Resource>,
    mut query: ListQuery,
    limit: u64,
    parent: Option<Parent>,
) -> Result<Query, Error> {
    let mut root = catalog_resolver::node(context, resource, &mut query)?;
    root.offset = query.offset.filter(|&offset| offset > 0);
    if let Some(text) = seek::asked(&query, root.has_cursors())? {
        let order = seek::CursorOrder::from(&root);
        root.after = Some(seek::after(context.database, &order, text)?);
    }
    root.with_sort_keys = root.has_cursors();
    root.limit = Some(fetched(limit, root.with_sort_keys));
    // SQLite's planner does not show its estimates, so that rows are counted there.
    let count = query.count.map(|count| match context.database {
        Database::Sqlite => Count::Exact,
        Database::Postgres => count,
    });
    Ok(Query {
        root,
        parent,
        count,
        page: limit,
    })
}

fn limit(context: Context<'_>, query: &ListQuery) -> Result<u64, Error> {
    let limit = query.limit.unwrap_or(context.limits.page_size);
    if limit > context.limits.max_page_size {
        return Err(Error::InvalidParameter {
            parameter: "limit".to_owned(),
            reason: format!("`{limit}` is more than {}", context.limits.max_page_size),
        });
    }
    Ok(limit)
}

/// Whether a query asks only for columns of one resource.
fn is_plain(query: &ListQuery) -> bool {
    catalog_resolver::plain(query.select.as_deref())
        && query.embeds.is_empty()
        && query.count.is_none()
        && query.filters.iter().all(|filter| filter.embed.is_empty())
        && query
            .order
            .iter()
            .all(|term| term.embed.is_none() && term.field.path.is_empty())
}

pub(super) fn readable(resource: &Resource, name: &str) -> Result<usize, Error> {
    resource.readable(name).ok_or_else(|| Error::UnknownField {
        name: name.to_owned(),
        resource: resource.name.clone(),
        suggestion: nearest(name, resource.fields()),
    })
}

/// The order that is asked for, and then the order of the key: pages must not overlap.
fn order(resource: &Resource, terms: &[OrderTerm]) -> Result<Vec<NodeOrder>, Error> {
    let mut order = Vec::with_capacity(terms.len() + resource.key.len());
    for term in terms {
        let column = readable(resource, &term.field.name)?;
        if !resource.columns[column].data_type.comparable() {
            return Err(Error::InvalidParameter {
                parameter: "order".to_owned(),
                reason: format!("`{}` has no order", term.field.name),
            });
        }
        order.push(NodeOrder {
            descending: term.descending,
            nulls_first: term.nulls_first,
            ..NodeOrder::of(resource, column)
        });
    }
    add_key(resource, &mut order);
    Ok(order)
}

/// Appends the columns of the key that an order does not have yet.
pub(super) fn add_key(resource: &Resource, order: &mut Vec<NodeOrder>) {
    for &column in &resource.key {
        if !order.iter().any(|known| known.is_column(column)) {
            order.push(NodeOrder::of(resource, column));
        }
    }
}

/// The keys of the same rows, as cells. `None` for a resource without a key. An `!inner` embed leaves
/// no row out here.
pub fn keys(query: &Query) -> Option<Query> {
    let mut query = query.clone();
    let root = &mut query.root;
    if root.from.key.is_empty() || root.grouped {
        return None;
    }
    root.outputs.clear();
    root.order.clear();
    add_key(&root.from, &mut root.order);
    root.with_sort_keys = true;
    for embed in &mut root.embeds {
        embed.inner = false;
    }
    query.count = None;
    Some(query)
}
