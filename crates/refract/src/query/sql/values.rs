//! The values that a rendered plan binds, in the order of its placeholders. Limits stand in the text.
//!
//! [`super::render`] walks a plan in the same order; debug builds compare the two on every text
//! that is rendered.

use std::borrow::Cow;

use reflect::snapshot::Database;

use sea_orm::sea_query;

use super::{nearby::Nearby, sets::Sets};
use crate::{
    catalog::{Resource, Type},
    codec::{Value, bind},
    query::{
        operators::Operator,
        plan::{
            Assign, Condition, Filter, Insert, Seek, SeekBound, Select, Test, Update,
            select_node::{OutputItem, Parent, Query, SelectNode},
        },
    },
};

pub(super) type Values<'plan> = Vec<Cow<'plan, Value>>;

pub(super) fn of_select(database: Database, plan: &Select) -> Values<'_> {
    let mut values = of_filter(database, &plan.from, &plan.filter);
    values.extend(
        plan.after
            .iter()
            .flat_map(|row| row.iter())
            .map(Cow::Borrowed),
    );
    values.extend(plan.offset.map(number));
    values
}

pub(super) fn of_insert<'plan>(
    plan: &'plan Insert,
    rows: &'plan [Vec<Option<Value>>],
) -> Values<'plan> {
    let given = given(plan, rows);
    rows.iter()
        .flat_map(|row| given.iter().filter_map(|&at| row[at].as_ref()))
        .map(Cow::Borrowed)
        .collect()
}

pub(super) fn of_update(database: Database, plan: &Update) -> Values<'_> {
    let set = plan.set.iter().filter_map(|(_, assign)| match assign {
        Assign::To(value) => Some(Cow::Borrowed(value)),
        Assign::Merge(_) => None,
    });
    set.chain(of_filter(database, &plan.table, &plan.filter))
        .collect()
}

/// The values of a text that is used once, as sea-query has collected them.
pub(super) fn unbound(rendered: sea_query::Values) -> Values<'static> {
    let unbound = |value| match value {
        sea_query::Value::String(Some(text)) => Value::Text(text),
        sea_query::Value::BigInt(Some(number)) => Value::Int(number),
        sea_query::Value::Double(Some(number)) => Value::Float(number),
        sea_query::Value::Bytes(Some(bytes)) => Value::Bytes(bytes),
        _ => Value::Null,
    };
    let values = rendered.0.into_iter();
    values.map(|value| Cow::Owned(unbound(value))).collect()
}

pub(super) fn of_filter<'plan>(
    database: Database,
    resource: &Resource,
    filter: &'plan Filter,
) -> Values<'plan> {
    let mut values = of_conditions(database, resource, &filter.conditions);
    for group in &filter.groups {
        values.extend(of_filter(database, resource, group));
    }
    values
}

/// Those of a read that embeds, in the order of its clauses: outputs, joins, conditions, offset.
pub(super) fn of_query(database: Database, plan: &Query) -> Values<'_> {
    let mut values = Vec::new();
    if let Some(parent) = &plan.parent {
        values.extend(of_conditions(
            database,
            &parent.resource,
            &parent.key.conditions,
        ));
    }
    if plan.counts_rows() {
        all(database, plan, &mut values);
    }
    node(database, &plan.root, plan.parent.as_ref(), &mut values);
    values
}

/// Those of a read whose levels are sets.
pub(super) fn of_sets<'plan>(database: Database, sets: &Sets<'plan>) -> Values<'plan> {
    let mut values = Vec::new();
    for set in &sets.sets {
        page(database, set.node, 0, None, &mut values);
        values.extend(set.node.offset.map(number));
    }
    values
}

/// Those of the rows of all pages.
pub(super) fn of_all(database: Database, plan: &Query) -> Values<'_> {
    let mut values = Vec::new();
    all(database, plan, &mut values);
    values
}

fn all<'plan>(database: Database, plan: &'plan Query, values: &mut Values<'plan>) {
    joins(database, &plan.root, values);
    restriction(database, &plan.root, values);
    if let Some(parent) = &plan.parent {
        values.extend(of_conditions(
            database,
            &parent.resource,
            &parent.key.conditions,
        ));
    }
}

fn node<'plan>(
    database: Database,
    node: &'plan SelectNode,
    parent: Option<&'plan Parent>,
    values: &mut Values<'plan>,
) {
    for output in &node.outputs {
        if let OutputItem::Embed(embed) = output {
            self::node(database, &node.embeds[*embed].node, None, values);
        }
    }
    for range in 0..node.ranges() {
        page(database, node, range, parent, values);
        values.extend(node.offset.map(number));
    }
}

/// Those of one of the ranges of a level's rows, but for its bounds.
fn page<'plan>(
    database: Database,
    node: &'plan SelectNode,
    range: usize,
    parent: Option<&'plan Parent>,
    values: &mut Values<'plan>,
) {
    joins(database, node, values);
    if let Some(parent) = parent {
        values.extend(of_conditions(
            database,
            &parent.resource,
            &parent.key.conditions,
        ));
    }
    restriction(database, node, values);
    match &node.after {
        None => {}
        Some(Seek::Row(row)) => values.extend(row.iter().map(Cow::Borrowed)),
        Some(Seek::Ranges(ranges)) => {
            let bounds = ranges.get(range).into_iter().flatten();
            values.extend(bounds.filter_map(|(_, bound)| match bound {
                SeekBound::Equal(value) | SeekBound::Past(value) => Some(Cow::Borrowed(value)),
                SeekBound::Null | SeekBound::NotNull => None,
            }));
        }
    }
}

/// Those of the joins that an order needs.
fn joins<'plan>(database: Database, node: &'plan SelectNode, values: &mut Values<'plan>) {
    for embed in node.ordered_by() {
        restriction(database, &node.embeds[embed].node, values);
    }
}

/// Those of the conditions on a level's rows.
fn restriction<'plan>(database: Database, node: &'plan SelectNode, values: &mut Values<'plan>) {
    filtered(database, node, &node.filter, values);
    for embed in node.embeds.iter().filter(|embed| embed.inner) {
        existence(database, &embed.node, values);
    }
}

/// Those of whether a level that is embedded has rows to show.
fn existence<'plan>(database: Database, node: &'plan SelectNode, values: &mut Values<'plan>) {
    restriction(database, node, values);
    if node.bounds_may_empty() {
        values.extend(node.offset.map(number));
    }
}

fn filtered<'plan>(
    database: Database,
    node: &'plan SelectNode,
    filter: &'plan Filter,
    values: &mut Values<'plan>,
) {
    values.extend(of_conditions(database, &node.from, &filter.conditions));
    for group in &filter.groups {
        filtered(database, node, group, values);
    }
    for test in &filter.embeds {
        existence(database, &node.embeds[test.embed].node, values);
    }
}

pub(super) fn of_conditions<'plan>(
    database: Database,
    resource: &Resource,
    conditions: &'plan [Condition],
) -> Values<'plan> {
    let mut values = Vec::with_capacity(conditions.len() + 2);
    for condition in conditions {
        match &condition.test {
            Test::Compare(Operator::Ilike, value) if database == Database::Sqlite => {
                values.push(Cow::Owned(lowered(value)));
            }
            Test::Compare(_, value) => {
                values.push(Cow::Borrowed(value));
                if let Some(nearby) = Nearby::of(database, resource, condition) {
                    values.extend(nearby.bounds.into_iter().map(Cow::Owned));
                }
            }
            Test::In(items) if items.is_empty() => {}
            Test::In(items) if as_array(database, resource, condition) => {
                values.push(Cow::Owned(Value::Array(items.clone())));
            }
            Test::In(items) => values.extend(items.iter().map(Cow::Borrowed)),
            Test::Is(_) => {}
            Test::Search { query, .. } => values.push(Cow::Borrowed(query)),
        }
    }
    values
}

/// The columns of an insert that some row has a value for. The others are left out: that is their
/// default on both databases.
pub(super) fn given(plan: &Insert, rows: &[Vec<Option<Value>>]) -> Vec<usize> {
    (0..plan.columns.len())
        .filter(|&at| rows.iter().any(|row| row[at].is_some()))
        .collect()
}

/// Whether the items of an `in` are bound as one array, so that their number does not change the
/// text. An array of arrays would be taken for one of two dimensions.
pub(super) fn as_array(database: Database, resource: &Resource, condition: &Condition) -> bool {
    let is_array = matches!(resource.columns[condition.column].data_type, Type::Array(_));
    database == Database::Postgres && !(is_array && condition.path.is_empty())
}

/// The pattern of an `ilike` where the column is put in lower case.
pub(super) fn lowered(pattern: &Value) -> Value {
    match pattern {
        // SQLite's lower() knows ASCII only: a pattern must not know more, or it would not find itself.
        Value::Text(text) => Value::Text(text.to_ascii_lowercase()),
        other => other.clone(),
    }
}

fn number<'plan>(number: u64) -> Cow<'plan, Value> {
    // The parser takes no more than PostgreSQL's bigint.
    Cow::Owned(Value::Int(number.cast_signed()))
}

/// Whether the values are those that sea-query would bind. It binds offsets itself.
pub(super) fn agree(database: Database, values: &Values<'_>, rendered: &sea_query::Values) -> bool {
    let same = |(value, rendered): (&Cow<'_, Value>, &sea_query::Value)| match rendered {
        sea_query::Value::BigUnsigned(number) => {
            number
                .map(|number| Value::Int(number.cast_signed()))
                .as_ref()
                == Some(value)
        }
        rendered => *rendered == bind(database, value),
    };
    values.len() == rendered.0.len() && values.iter().zip(&rendered.0).all(same)
}
