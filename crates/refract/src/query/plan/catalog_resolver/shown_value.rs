//! The values of a row in the answer: columns, paths in JSON, casts and aggregates.

use reflect::snapshot::Database;

use super::super::{
    Context,
    node_planner::{key_of, member},
    read_plan::readable,
    select_node::{Cast, ColumnPath, Embed, ExpressionOutput, OutputItem, SelectNode, ValueOutput},
};
use crate::{
    catalog::{Resource, Type, nearest},
    error::Error,
    query::{
        casts,
        parse::{Aggregate, Field, FieldItem, SelectItem},
    },
};

/// Whether a `select` asks only for columns, under their own names.
pub(in super::super) fn plain(items: Option<&[SelectItem]>) -> bool {
    items.into_iter().flatten().all(|item| match item {
        SelectItem::All => true,
        SelectItem::Embed(_) => false,
        SelectItem::Field(item) => is_column(item),
    })
}

/// Whether an item asks for a column, unchanged and under its own name.
fn is_column(item: &FieldItem) -> bool {
    let mut field = item.field.iter();
    item.alias.is_none()
        && item.cast.is_none()
        && item.aggregate.is_none()
        && field.any(|field| field.path.is_empty())
}

/// The columns of a [`plain`] select, each once and as `make` makes it.
///
/// # Errors
/// [`Error::UnknownField`].
pub(in super::super) fn columns<C>(
    resource: &Resource,
    items: Option<&[SelectItem]>,
    make: impl Fn(usize) -> C,
) -> Result<Vec<C>, Error> {
    let Some(items) = items else {
        return Ok(resource.visible().map(make).collect());
    };
    let mut columns = Vec::with_capacity(items.len());
    let mut is_known = vec![false; resource.columns.len()];
    let mut add = |column: usize| {
        if !std::mem::replace(&mut is_known[column], true) {
            columns.push(make(column));
        }
    };
    for item in items {
        match item {
            SelectItem::Field(FieldItem {
                field: Some(field), ..
            }) => add(readable(resource, &field.name)?),
            _ => resource.visible().for_each(&mut add),
        }
    }
    Ok(columns)
}

/// Adds a value to the outputs of a node. A value that is selected twice comes once.
///
/// # Errors
/// An unknown field, a cast or aggregate that is not possible, or a name that is used twice.
pub(super) fn show(
    context: Context<'_>,
    node: &mut SelectNode,
    item: &FieldItem,
) -> Result<(), Error> {
    let key = key_of(item);
    let value = value(context, &node.from, item, key)?;
    let column = value.unchanged_column();
    match shown(node, value.member(&node.from)) {
        None => node.outputs.push(OutputItem::Value(value)),
        Some(OutputItem::Value(same)) if *same == value => {}
        Some(OutputItem::Value(same)) if column.is_some() && same.unchanged_column() == column => {}
        Some(_) => return Err(selected_twice(key)),
    }
    Ok(())
}

fn value(
    context: Context<'_>,
    resource: &Resource,
    item: &FieldItem,
    key: &str,
) -> Result<ValueOutput, Error> {
    if let (Some(field), true) = (&item.field, is_column(item)) {
        return readable(resource, &field.name).map(ValueOutput::Column);
    }
    let field = match &item.field {
        None => None,
        Some(field) => Some(place(resource, field, "select")?),
    };
    let column_type = || match &field {
        None => Type::Int8,
        Some(place) => place.data_type.clone(),
    };
    let cast = cast(context, item.cast.as_deref())?;
    let input = cast
        .as_ref()
        .map_or_else(column_type, |cast| cast.data_type.clone());
    let data_type = match item.aggregate {
        None => input,
        Some(aggregate) => result(aggregate, input, key)?,
    };
    let aggregate_cast = self::cast(context, item.aggregate_cast.as_deref())?;
    let data_type = aggregate_cast
        .as_ref()
        .map_or(data_type, |cast| cast.data_type.clone());
    let is_list = |place: &ColumnPath| place.path.is_empty() && resource.columns[place.column].list;
    let is_plain = cast.is_none() && item.aggregate.is_none();
    Ok(ValueOutput::Expression(Box::new(ExpressionOutput {
        member: member(key),
        list: is_plain && field.as_ref().is_some_and(is_list),
        field,
        cast,
        aggregate: item.aggregate,
        aggregate_cast,
        data_type,
    })))
}

/// Checks that an embedded relation has a name that no other output has.
///
/// # Errors
/// The name is used twice, or an aggregated relation is spread.
pub(super) fn check_embed(around: &SelectNode, embed: &Embed) -> Result<(), Error> {
    let key = &embed.key;
    if around.embeds.iter().any(|other| other.key == *key) {
        return Err(selected_twice(key));
    }
    if !embed.spread {
        return match shown(around, &embed.member) {
            None => Ok(()),
            Some(_) => Err(selected_twice(key)),
        };
    }
    if embed.node.grouped {
        return Err(wrong(&format!(
            "`...{key}` aggregates; embed it without the dots"
        )));
    }
    let mut taken = None;
    each_member(&embed.node, &mut |member| {
        if taken.is_none() && shown(around, member).is_some() {
            taken = Some(unquoted(member));
        }
    });
    match taken {
        None => Ok(()),
        Some(name) => Err(selected_twice(&name)),
    }
}

/// Whether the rows of a node are aggregated.
///
/// # Errors
/// They are aggregated next to embedded lists.
pub(super) fn grouped(node: &SelectNode) -> Result<bool, Error> {
    let is_aggregate = |output: &OutputItem| match output {
        OutputItem::Value(value) => value.aggregate().is_some(),
        OutputItem::Embed(_) => false,
    };
    let grouped = node.outputs.iter().any(is_aggregate);
    if grouped && node.embeds.iter().any(|embed| !embed.is_to_one) {
        return Err(wrong(
            "aggregates rows that embed lists: aggregate in the list, or leave it out",
        ));
    }
    Ok(grouped)
}

/// Whether rows are grouped by a column or path.
pub(super) fn groups_by(node: &SelectNode, place: &ColumnPath) -> bool {
    node.outputs.iter().any(|output| match output {
        OutputItem::Value(ValueOutput::Column(column)) => {
            place.path.is_empty() && place.column == *column
        }
        OutputItem::Value(ValueOutput::Expression(value)) => {
            value.aggregate.is_none() && value.cast.is_none() && value.field.as_ref() == Some(place)
        }
        OutputItem::Embed(_) => false,
    })
}

/// The output of a name, outputs of spread relations included.
fn shown<'node>(node: &'node SelectNode, name: &[u8]) -> Option<&'node OutputItem> {
    node.outputs.iter().find(|output| match output {
        OutputItem::Value(value) => value.member(&node.from) == name,
        OutputItem::Embed(at) => match &node.embeds[*at] {
            embed if embed.spread => shown(&embed.node, name).is_some(),
            embed => *embed.member == *name,
        },
    })
}

/// Calls `see` with the name of each output, outputs of spread relations included.
fn each_member(node: &SelectNode, see: &mut dyn FnMut(&[u8])) {
    for output in &node.outputs {
        match output {
            OutputItem::Value(value) => see(value.member(&node.from)),
            OutputItem::Embed(at) => match &node.embeds[*at] {
                embed if embed.spread => each_member(&embed.node, see),
                embed => see(&embed.member),
            },
        }
    }
}

fn unquoted(member: &[u8]) -> String {
    serde_json::from_slice(&member[..member.len() - 1]).unwrap_or_default()
}

fn selected_twice(key: &str) -> Error {
    wrong(&format!("`{key}` is selected twice; give one an alias"))
}

fn cast(context: Context<'_>, name: Option<&str>) -> Result<Option<Cast>, Error> {
    let Some(name) = name else { return Ok(None) };
    let Some((sql, data_type)) = casts::typed(name) else {
        let hint = nearest(name, casts::typed_names())
            .map(|near| format!(" (did you mean `{near}`?)"))
            .unwrap_or_default();
        return Err(wrong(&format!("`{name}` is no type to cast to{hint}")));
    };
    let in_sqlite = matches!(sql, "text" | "int4" | "int8" | "float8");
    if context.database == Database::Sqlite && !in_sqlite {
        return Err(Error::NotImplemented {
            feature: format!("A cast to {name}"),
            reason: "SQLite has no such type".to_owned(),
        });
    }
    Ok(Some(Cast {
        name: sql,
        data_type: data_type.clone(),
    }))
}

const TEXT: Type = Type::Text { max_length: None };
const NUMERIC: Type = Type::Numeric {
    precision: None,
    scale: None,
};

/// The column of a field, the path into its JSON, and the type of the value there.
pub(super) fn place(
    resource: &Resource,
    field: &Field,
    parameter: &str,
) -> Result<ColumnPath, Error> {
    let column = readable(resource, &field.name)?;
    let column_type = &resource.columns[column].data_type;
    let data_type = match field.path.last() {
        None => column_type.clone(),
        Some(_) if !column_type.holds_json() => {
            let reason = format!(
                "`{}` holds no JSON: its type is {}",
                field.name,
                column_type.name()
            );
            return Err(Error::InvalidParameter {
                parameter: parameter.to_owned(),
                reason,
            });
        }
        Some(step) if step.as_text => TEXT,
        Some(_) => Type::Json { comparable: true },
    };
    Ok(ColumnPath {
        column,
        path: field.path.clone().into_boxed_slice(),
        data_type,
    })
}

/// The type of an aggregate, as Prisma Client has it.
fn result(aggregate: Aggregate, input: Type, key: &str) -> Result<Type, Error> {
    let is_number = matches!(
        input,
        Type::Int2 | Type::Int4 | Type::Int8 | Type::Float4 | Type::Float8 | Type::Numeric { .. }
    );
    match (aggregate, input) {
        // A number in JSON, also past 2^53.
        (Aggregate::Count, _) => Ok(Type::Float8),
        (Aggregate::Sum, Type::Int8) => Ok(NUMERIC),
        (Aggregate::Sum | Aggregate::Avg, Type::Numeric { .. }) => Ok(NUMERIC),
        (Aggregate::Sum | Aggregate::Avg, _) if is_number => Ok(Type::Float8),
        (Aggregate::Min | Aggregate::Max, input) if input.comparable() => Ok(input),
        (aggregate, input) => Err(wrong(&format!(
            "`{key}`: {} has no {}()",
            input.name(),
            aggregate.name()
        ))),
    }
}

fn wrong(reason: &str) -> Error {
    Error::InvalidParameter {
        parameter: "select".to_owned(),
        reason: reason.to_owned(),
    }
}
