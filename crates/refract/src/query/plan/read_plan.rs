//! Lists and single rows.

use std::sync::Arc;

use reflect::snapshot::Database;

use super::{
    Condition, Context, Filter, Seek, VisibleFilter, catalog_resolver, seek,
    select_node::{NodeOrder, OutputItem, Parent, SelectNode, SortKeys},
};
use crate::{
    catalog::{Relation, Resource, nearest},
    codec::Value,
    error::Error,
    query::parse::{self, Count, ListQuery, OrderTerm, SelectItem},
};

/// The plan of a read.
#[derive(Debug, Clone)]
pub struct ReadPlan {
    pub root: SelectNode,
    /// The row in the path, to which the rows are related.
    pub parent: Option<Box<Parent>>,
    /// How the rows of all pages are counted, if they are.
    pub count: Option<Count>,
    /// The most rows of the page. The statement may read one more. [`u64::MAX`] is no page.
    pub page: u64,
}

impl ReadPlan {
    /// These columns of the rows of a filter.
    pub fn of(
        from: &Arc<Resource>,
        columns: impl IntoIterator<Item = usize>,
        filter: VisibleFilter,
    ) -> Self {
        let columns = columns.into_iter().map(OutputItem::of_column);
        Self::showing(from, columns.collect(), filter)
    }

    fn showing(from: &Arc<Resource>, outputs: Vec<OutputItem>, filter: VisibleFilter) -> Self {
        let mut root = SelectNode::of(from.clone(), 0, filter);
        root.outputs = outputs;
        Self::of_root(root)
    }

    fn of_root(root: SelectNode) -> Self {
        Self {
            root,
            parent: None,
            count: None,
            page: u64::MAX,
        }
    }

    /// Whether the rows only show columns of one resource, as those of most reads do. Such a read has
    /// a shorter statement.
    pub fn is_plain(&self) -> bool {
        self.parent.is_none() && self.count.is_none() && self.root.is_plain()
    }

    /// The same read of the rows with these keys.
    pub fn of_keys(&self, keys: &[Vec<Value>]) -> Self {
        let mut plan = self.clone();
        let columns = plan.root.from.key.clone();
        let filter = Filter::of_keys(&columns, keys);
        // Its tests of embedded relations stay.
        plan.root.filter.and(filter);
        plan
    }

    /// Whether the rows come as one value, next to the parent and the count. The statement must return
    /// these also where it finds no rows.
    pub fn is_enveloped(&self) -> bool {
        self.parent.is_some() || self.counts_rows()
    }

    /// Whether the statement itself counts. Otherwise the database's planner estimates.
    pub fn counts_rows(&self) -> bool {
        matches!(self.count, Some(Count::Exact | Count::Estimated))
    }
}

/// The plan of a list.
///
/// # Errors
/// Unknown names as 400, operands of another type as 422, all of them at once.
pub fn list(
    context: Context<'_>,
    resource: &Arc<Resource>,
    query: ListQuery,
) -> Result<ReadPlan, Error> {
    let limit = limit(context, &query)?;
    if !is_plain(&query) {
        return of_list(context, resource, query, limit, None);
    }
    let outputs = columns(resource, query.select.as_deref())?;
    let mut plan = ReadPlan::showing(resource, outputs, context.visibility.all(resource));
    let root = &mut plan.root;
    root.order = order(resource, &query.order)?;
    let has_cursors = !resource.key.is_empty();
    if let Some(text) = seek::asked(&query, has_cursors)? {
        match seek::after(context.database, &seek::CursorOrder::from(&*root), text)? {
            after @ Seek::Row(_) => root.after = Some(after),
            Seek::Ranges(_) => return of_list(context, resource, query, limit, None),
        }
    }
    if has_cursors {
        root.sort_keys = SortKeys::AmongOutputs;
    }
    root.limit = Some(fetched(limit, has_cursors));
    root.offset = query.offset.filter(|&offset| offset > 0);
    let filter = catalog_resolver::filter(context, resource, query.filters)?;
    root.filter = context.visibility.filter(resource, filter);
    plan.page = limit;
    Ok(plan)
}

/// The outputs of a plain `select`.
fn columns(resource: &Resource, items: Option<&[SelectItem]>) -> Result<Vec<OutputItem>, Error> {
    catalog_resolver::columns(resource, items, OutputItem::of_column)
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
) -> Result<ReadPlan, Error> {
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
) -> Result<ReadPlan, Error> {
    if is_plain(&query) {
        return one(context, resource, key, query.select.as_deref());
    }
    let mut plan = of_rows(context, resource, query)?;
    plan.root.filter = context.visibility.filter(resource, key.into());
    plan.root.order.clear();
    plan.page = 1;
    Ok(plan)
}

/// The part of the written rows that the answer shows.
#[derive(Debug)]
pub enum Shown {
    /// Columns, which the write itself returns.
    Columns(Vec<usize>),
    /// More than columns: the rows are read after the write, with their keys.
    Read(Box<ReadPlan>),
}

/// The part of deleted rows that the answer shows: they could be read before.
///
/// # Errors
/// As [`shown`].
pub fn shown_of_deleted(
    context: Context<'_>,
    resource: &Arc<Resource>,
    query: ListQuery,
) -> Result<Shown, Error> {
    if is_plain(&query) {
        let items = query.select.as_deref();
        return catalog_resolver::columns(resource, items, |column| column).map(Shown::Columns);
    }
    shown(context, resource, query, false)
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
    // A row that was written need not be one that may be read.
    let is_hidden = !context
        .visibility
        .all::<Condition>(resource)
        .policies
        .is_empty();
    if is_hidden && !has_key {
        return Ok(Shown::Columns(Vec::new()));
    }
    if is_plain(&query) && !((anew || is_hidden) && has_key) {
        let items = query.select.as_deref();
        return catalog_resolver::columns(resource, items, |column| column).map(Shown::Columns);
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
    let mut plan = of_rows(context, resource, query)?;
    plan.root.sort_keys = SortKeys::AfterOutputs;
    Ok(Shown::Read(Box::new(plan)))
}

/// Rows of any keys, which are not aggregated.
fn of_rows(
    context: Context<'_>,
    resource: &Arc<Resource>,
    mut query: ListQuery,
) -> Result<ReadPlan, Error> {
    query.order.clear();
    let root = catalog_resolver::node(context, resource, &mut query)?;
    if root.grouped {
        return Err(Error::InvalidParameter {
            parameter: "select".to_owned(),
            reason: "aggregates a single row".to_owned(),
        });
    }
    Ok(ReadPlan::of_root(root))
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
) -> Result<ReadPlan, Error> {
    let outputs = columns(resource, select)?;
    let filter = context.visibility.filter(resource, key.into());
    Ok(ReadPlan::showing(resource, outputs, filter))
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
) -> Result<ReadPlan, Error> {
    let mut root = catalog_resolver::node(context, resource, &mut query)?;
    root.offset = query.offset.filter(|&offset| offset > 0);
    if let Some(text) = seek::asked(&query, root.has_cursors())? {
        let order = seek::CursorOrder::from(&root);
        root.after = Some(seek::after(context.database, &order, text)?);
    }
    if root.has_cursors() {
        root.sort_keys = SortKeys::AfterOutputs;
    }
    root.limit = Some(fetched(limit, root.has_sort_keys()));
    // SQLite's planner does not show its estimates, so that rows are counted there.
    // PostgreSQL estimates by all rows, also by those that a policy hides.
    let has_policies = context.visibility.access().is_some();
    let count = query.count.map(|count| match context.database {
        Database::Sqlite => Count::Exact,
        Database::Postgres if has_policies => Count::Exact,
        Database::Postgres => count,
    });
    Ok(ReadPlan {
        root,
        parent: parent.map(Box::new),
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
pub fn keys(plan: &ReadPlan) -> Option<ReadPlan> {
    let mut plan = plan.clone();
    let root = &mut plan.root;
    if root.from.key.is_empty() || root.grouped {
        return None;
    }
    root.outputs.clear();
    root.order.clear();
    add_key(&root.from, &mut root.order);
    root.sort_keys = SortKeys::AfterOutputs;
    for embed in &mut root.embeds {
        embed.inner = false;
    }
    plan.count = None;
    Some(plan)
}
