//! A query → its nodes, with outputs, embedded relations, filters and orders. A [`Resolver`] resolves
//! the names and values.

use std::sync::Arc;

use super::{
    Filter, Visibility,
    resolver::{Bounds, FilterScope, FilterTarget, PlanError, Resolver},
    select_node::{Embed, EmbedTest, NodeOrder, OutputItem, SelectNode, Stage},
};
use crate::{
    catalog::Resource,
    error::Error,
    query::parse::{
        self, EmbedItem, EmbedOption, EmbedParameter, Field, FieldItem, Group, IsTest, ListQuery,
        Member, Operand, OrderTerm, Predicate, Restriction, SelectItem,
    },
};

/// The filter of a node.
type FilterOf<J> = Filter<<<J as Resolver>::Stage as Stage>::Condition>;

/// The nodes of a query, without the limit and offset of the root. Takes the filters, orders and embed
/// parameters out of the query.
///
/// # Errors
/// Those of the resolver.
pub fn plan<J: Resolver>(
    resolver: &mut J,
    visibility: Visibility<'_>,
    resource: &Arc<Resource>,
    query: &mut ListQuery,
) -> Result<SelectNode<J::Stage>, J::Error> {
    let mut root = node(
        resolver,
        resource.clone(),
        query.select.as_deref(),
        0,
        visibility,
    )?;
    let asked = NodeParameters {
        filters: std::mem::take(&mut query.filters),
        order: std::mem::take(&mut query.order),
        embeds: std::mem::take(&mut query.embeds),
    };
    restrict(resolver, &mut root, asked, visibility)?;
    Ok(root)
}

/// A node with its outputs and embedded relations, without filters and orders.
fn node<J: Resolver>(
    resolver: &J,
    from: Arc<Resource>,
    items: Option<&[SelectItem]>,
    depth: usize,
    visibility: Visibility<'_>,
) -> Result<SelectNode<J::Stage>, J::Error> {
    let filter = visibility.all(&from);
    let mut node = SelectNode::of(from, depth, filter);
    for item in items.unwrap_or(&[SelectItem::All]) {
        match item {
            SelectItem::All => {
                let resource = node.from.clone();
                for column in resource.visible() {
                    let name = resolver.name(&resource, column).to_owned();
                    resolver.show(&mut node, &FieldItem::of(name))?;
                }
            }
            SelectItem::Field(item) => resolver.show(&mut node, item)?,
            SelectItem::Embed(item) => embed(resolver, &mut node, item, visibility.related())?,
        }
    }
    node.grouped = resolver.grouped(&node)?;
    Ok(node)
}

fn embed<J: Resolver>(
    resolver: &J,
    around: &mut SelectNode<J::Stage>,
    item: &EmbedItem,
    visibility: Visibility<'_>,
) -> Result<(), J::Error> {
    let related = resolver.related(around, item)?;
    let depth = around.depth + 1;
    let node = node(
        resolver,
        related.target,
        Some(&item.items),
        depth,
        visibility,
    )?;
    let key = item.alias.as_ref().unwrap_or(&item.target).clone();
    let embed = Embed {
        alias: format!("{}_{key}_{depth}", around.from.table),
        member: member(&key),
        key,
        target: item.target.clone(),
        join: related.join,
        is_to_one: related.is_to_one,
        inner: item.inner,
        spread: item.spread,
        most: None,
        node,
    };
    resolver.check_embed(around, &embed)?;
    // A relation without items is only for filters.
    if !item.items.is_empty() {
        around.outputs.push(OutputItem::Embed(around.embeds.len()));
    }
    around.embeds.push(embed);
    Ok(())
}

/// A name as a member of a JSON object: quoted, with its colon.
pub(super) fn member(key: &str) -> Box<[u8]> {
    let mut member = serde_json::Value::from(key).to_string();
    member.push(':');
    member.into_bytes().into_boxed_slice()
}

/// The name of an output: its alias, its aggregate, or the last name of its path.
pub fn key_of(item: &FieldItem) -> &str {
    if let Some(alias) = &item.alias {
        return alias;
    }
    if let Some(aggregate) = item.aggregate {
        return aggregate.name();
    }
    let Some(field) = &item.field else { return "" };
    let named = field.path.iter().rev().find_map(|step| match &step.key {
        parse::Key::Member(name) => Some(name),
        parse::Key::Item(_) => None,
    });
    named.unwrap_or(&field.name)
}

/// The parameters of a node other than its `select`.
#[derive(Debug, Default)]
struct NodeParameters {
    filters: Vec<parse::Filter>,
    order: Vec<OrderTerm>,
    embeds: Vec<EmbedParameter>,
}

/// Adds filters and orders to a node and to all that it embeds.
fn restrict<J: Resolver>(
    resolver: &mut J,
    node: &mut SelectNode<J::Stage>,
    asked: NodeParameters,
    visibility: Visibility<'_>,
) -> Result<(), J::Error> {
    let (own, inside) = shared_out(resolver, node, asked.filters, asked.embeds)?;
    for (embed, (asked, bounds)) in node.embeds.iter_mut().zip(inside) {
        restrict(resolver, &mut embed.node, asked, visibility.related())?;
        resolver.bound(embed, bounds)?;
    }
    let filter = filter(resolver, FilterScope::of_level(node), own)?;
    node.filter = visibility.filter(&node.from, filter);
    node.order = order(resolver, node, asked.order)?;
    Ok(())
}

/// The filters of the node itself, and the parameters of each relation that it embeds.
type Shares = (Vec<parse::Filter>, Vec<(NodeParameters, Bounds)>);

fn shared_out<J: Resolver>(
    resolver: &J,
    node: &SelectNode<J::Stage>,
    filters: Vec<parse::Filter>,
    parameters: Vec<EmbedParameter>,
) -> Result<Shares, J::Error> {
    let subjects = FilterScope::of_level(node);
    let find = |name: &str, parameter: &str| {
        let wrong = PlanError::NotEmbedded { name, parameter };
        subjects
            .embed(name)
            .ok_or_else(|| resolver.refuse(subjects, wrong))
    };
    let mut own = Vec::with_capacity(filters.len());
    let mut inside: Vec<(NodeParameters, Bounds)> = Vec::new();
    inside.resize_with(node.embeds.len(), Default::default);
    for mut filter in filters {
        if filter.embed.is_empty() || resolver.dotted(&node.from, &filter.name).is_some() {
            own.push(filter);
            continue;
        }
        let at = find(&filter.embed[0], &filter.name)?;
        filter.embed.remove(0);
        inside[at].0.filters.push(filter);
    }
    for mut parameter in parameters {
        let name = parameter.embed.join(".");
        let at = find(&parameter.embed[0], &name)?;
        parameter.embed.remove(0);
        let (asked, bounds) = &mut inside[at];
        if !parameter.embed.is_empty() {
            asked.embeds.push(parameter);
            continue;
        }
        let twice = match parameter.what {
            EmbedOption::Order(order) => !std::mem::replace(&mut asked.order, order).is_empty(),
            EmbedOption::Limit(number) => bounds.limit.replace(number).is_some(),
            EmbedOption::Offset(number) => bounds.offset.replace(number).is_some(),
        };
        if twice {
            return Err(resolver.refuse(subjects, PlanError::Twice { parameter: &name }));
        }
    }
    Ok((own, inside))
}

/// The filter of parameters, all of which must hold.
///
/// # Errors
/// Those of the resolver.
pub fn filter<J: Resolver>(
    resolver: &mut J,
    among: FilterScope<'_, J::Stage>,
    parameters: Vec<parse::Filter>,
) -> Result<FilterOf<J>, J::Error> {
    let mut filter = Filter::from(Vec::with_capacity(parameters.len()));
    for parse::Filter { name, what, .. } in parameters {
        match what {
            Restriction::Group(group) => {
                let group = self::group(resolver, among, group)?;
                filter.groups.push(group);
            }
            Restriction::Condition(field, predicate) => {
                let subject = match resolver.dotted(among.resource, &name) {
                    Some(column) => FilterTarget {
                        among,
                        column: Some(column),
                        field: Field::of(name),
                        parameter: None,
                    },
                    None => FilterTarget {
                        among,
                        column: resolver.column(among.resource, &field.name),
                        field,
                        parameter: Some(&name),
                    },
                };
                condition(resolver, &mut filter, subject, predicate)?;
            }
        }
    }
    Ok(filter)
}

fn group<J: Resolver>(
    resolver: &mut J,
    among: FilterScope<'_, J::Stage>,
    group: Group,
) -> Result<FilterOf<J>, J::Error> {
    let mut filter = Filter {
        negated: group.negated,
        any: group.any,
        ..Filter::default()
    };
    for member in group.members {
        match member {
            Member::Related(name, _) => {
                let wrong = PlanError::Compared { name: &name };
                return Err(resolver.refuse(among, wrong));
            }
            Member::Group(group) => {
                let group = self::group(resolver, among, group)?;
                filter.groups.push(group);
            }
            Member::Condition(field, predicate) => {
                let subject = FilterTarget {
                    among,
                    column: resolver.column(among.resource, &field.name),
                    field,
                    parameter: None,
                };
                condition(resolver, &mut filter, subject, Ok(predicate))?;
            }
        }
    }
    Ok(filter)
}

/// Adds a condition on a column, or on whether an embedded relation has rows.
fn condition<J: Resolver>(
    resolver: &mut J,
    filter: &mut FilterOf<J>,
    subject: FilterTarget<'_, J>,
    predicate: Result<Predicate, Error>,
) -> Result<(), J::Error> {
    let FilterTarget { among, field, .. } = &subject;
    let embed = match subject.column {
        None if field.path.is_empty() => among.embed(&field.name),
        _ => None,
    };
    let Some(embed) = embed else {
        return resolver.compare(filter, subject, predicate);
    };
    let predicate = predicate.map_err(|error| resolver.unreadable(error))?;
    let exists = match predicate.operand {
        Operand::Is(IsTest::Null) => predicate.negated,
        Operand::Is(IsTest::NotNull) => !predicate.negated,
        _ => {
            let name = &field.name;
            return Err(resolver.refuse(*among, PlanError::Compared { name }));
        }
    };
    filter.embeds.push(EmbedTest { embed, exists });
    Ok(())
}

fn order<J: Resolver>(
    resolver: &J,
    node: &SelectNode<J::Stage>,
    terms: Vec<OrderTerm>,
) -> Result<Vec<NodeOrder<J::Stage>>, J::Error> {
    let mut order = Vec::with_capacity(terms.len() + node.from.key.len());
    for term in terms {
        let embed = match &term.embed {
            None => None,
            Some(name) => Some(one_row(resolver, node, name)?),
        };
        order.push(NodeOrder {
            embed,
            place: resolver.place(node, embed, term.field)?,
            descending: term.descending,
            nulls_first: term.nulls_first,
        });
    }
    resolver.settle(node, &mut order);
    Ok(order)
}

/// The embedded to-one relation that an order names.
fn one_row<J: Resolver>(
    resolver: &J,
    node: &SelectNode<J::Stage>,
    name: &str,
) -> Result<usize, J::Error> {
    let wrong = match node.embed(name) {
        Some(embed) if node.embeds[embed].is_to_one => return Ok(embed),
        Some(_) => PlanError::OrderedByList { name },
        None => PlanError::NotEmbedded {
            name,
            parameter: "order",
        },
    };
    Err(resolver.refuse(FilterScope::of_level(node), wrong))
}
