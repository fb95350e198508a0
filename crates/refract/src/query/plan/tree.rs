//! A query → its levels: what is shown, embedded, filtered and ordered, as a [`Judge`] says of the
//! names and values.

use std::sync::Arc;

use super::{
    Filter,
    judge::{Bounds, Judge, Subject, Subjects, Wrong},
    level::{Embed, EmbedTest, Level, LevelOrder, Output, Terms},
};
use crate::{
    catalog::Resource,
    error::Error,
    query::parse::{
        self, EmbedItem, EmbedOption, EmbedParameter, Field, FieldItem, Group, IsTest, ListQuery,
        Member, Operand, OrderTerm, Predicate, Restriction, SelectItem,
    },
};

/// The filter of a level.
type FilterOf<J> = Filter<<<J as Judge>::Terms as Terms>::Condition>;

/// What a query asks of a resource, but for bounds: its filters, orders and options are taken.
///
/// # Errors
/// As the judge says of names and values.
pub fn plan<J: Judge>(
    judge: &mut J,
    resource: &Arc<Resource>,
    query: &mut ListQuery,
) -> Result<Level<J::Terms>, J::Refusal> {
    let mut root = level(judge, resource.clone(), query.select.as_deref(), 0)?;
    let asked = Asked {
        filters: std::mem::take(&mut query.filters),
        order: std::mem::take(&mut query.order),
        embeds: std::mem::take(&mut query.embeds),
    };
    restrict(judge, &mut root, asked)?;
    Ok(root)
}

/// A level with what it shows and embeds; neither filtered nor ordered.
fn level<J: Judge>(
    judge: &J,
    from: Arc<Resource>,
    items: Option<&[SelectItem]>,
    depth: usize,
) -> Result<Level<J::Terms>, J::Refusal> {
    let mut level = Level::of(from, depth);
    for item in items.unwrap_or(&[SelectItem::All]) {
        match item {
            SelectItem::All => {
                let resource = level.from.clone();
                for column in resource.visible() {
                    let name = judge.name(&resource, column).to_owned();
                    judge.show(&mut level, &FieldItem::of(name))?;
                }
            }
            SelectItem::Field(item) => judge.show(&mut level, item)?,
            SelectItem::Embed(item) => embed(judge, &mut level, item)?,
        }
    }
    level.grouped = judge.grouped(&level)?;
    Ok(level)
}

fn embed<J: Judge>(
    judge: &J,
    around: &mut Level<J::Terms>,
    item: &EmbedItem,
) -> Result<(), J::Refusal> {
    let related = judge.related(around, item)?;
    let depth = around.depth + 1;
    let level = level(judge, related.target, Some(&item.items), depth)?;
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
        level,
    };
    judge.admit(around, &embed)?;
    // Without items it is there to be filtered by only.
    if !item.items.is_empty() {
        around.outputs.push(Output::Embed(around.embeds.len()));
    }
    around.embeds.push(embed);
    Ok(())
}

/// A name as it stands in a JSON object: quoted, with its colon.
pub(super) fn member(key: &str) -> Box<[u8]> {
    let mut member = serde_json::Value::from(key).to_string();
    member.push(':');
    member.into_bytes().into_boxed_slice()
}

/// The name of an output: its alias, its aggregate, or the last name on its way.
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

/// What is asked of a level beside what it shows.
#[derive(Debug, Default)]
struct Asked {
    filters: Vec<parse::Filter>,
    order: Vec<OrderTerm>,
    embeds: Vec<EmbedParameter>,
}

/// Filters and orders a level and what it embeds.
fn restrict<J: Judge>(
    judge: &mut J,
    level: &mut Level<J::Terms>,
    asked: Asked,
) -> Result<(), J::Refusal> {
    let (own, inside) = shared_out(judge, level, asked.filters, asked.embeds)?;
    for (embed, (asked, bounds)) in level.embeds.iter_mut().zip(inside) {
        restrict(judge, &mut embed.level, asked)?;
        judge.bound(embed, bounds)?;
    }
    let mut filter = filter(judge, Subjects::of_level(level), own)?;
    filter.conditions.extend(judge.unmarked(&level.from));
    level.filter = filter;
    level.order = order(judge, level, asked.order)?;
    Ok(())
}

/// Filters of the level itself, and what is asked of each relation that it embeds.
type Shares = (Vec<parse::Filter>, Vec<(Asked, Bounds)>);

fn shared_out<J: Judge>(
    judge: &J,
    level: &Level<J::Terms>,
    filters: Vec<parse::Filter>,
    parameters: Vec<EmbedParameter>,
) -> Result<Shares, J::Refusal> {
    let subjects = Subjects::of_level(level);
    let find = |name: &str, parameter: &str| {
        let wrong = Wrong::NotEmbedded { name, parameter };
        subjects
            .embed(name)
            .ok_or_else(|| judge.refuse(subjects, wrong))
    };
    let mut own = Vec::with_capacity(filters.len());
    let mut inside: Vec<(Asked, Bounds)> = Vec::new();
    inside.resize_with(level.embeds.len(), Default::default);
    for mut filter in filters {
        if filter.embed.is_empty() || judge.dotted(&level.from, &filter.name).is_some() {
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
            return Err(judge.refuse(subjects, Wrong::Twice { parameter: &name }));
        }
    }
    Ok((own, inside))
}

/// The filter of parameters, all of which must hold.
///
/// # Errors
/// As the judge says of names and values.
pub fn filter<J: Judge>(
    judge: &mut J,
    among: Subjects<'_, J::Terms>,
    parameters: Vec<parse::Filter>,
) -> Result<FilterOf<J>, J::Refusal> {
    let mut filter = Filter::from(Vec::with_capacity(parameters.len()));
    for parse::Filter { name, what, .. } in parameters {
        match what {
            Restriction::Group(group) => {
                let group = self::group(judge, among, group)?;
                filter.groups.push(group);
            }
            Restriction::Condition(field, predicate) => {
                let subject = match judge.dotted(among.resource, &name) {
                    Some(column) => Subject {
                        among,
                        column: Some(column),
                        field: Field::of(name),
                        parameter: None,
                    },
                    None => Subject {
                        among,
                        column: judge.column(among.resource, &field.name),
                        field,
                        parameter: Some(&name),
                    },
                };
                condition(judge, &mut filter, subject, predicate)?;
            }
        }
    }
    Ok(filter)
}

fn group<J: Judge>(
    judge: &mut J,
    among: Subjects<'_, J::Terms>,
    group: Group,
) -> Result<FilterOf<J>, J::Refusal> {
    let mut filter = Filter {
        negated: group.negated,
        any: group.any,
        ..Filter::default()
    };
    for member in group.members {
        match member {
            Member::Group(group) => {
                let group = self::group(judge, among, group)?;
                filter.groups.push(group);
            }
            Member::Condition(field, predicate) => {
                let subject = Subject {
                    among,
                    column: judge.column(among.resource, &field.name),
                    field,
                    parameter: None,
                };
                condition(judge, &mut filter, subject, Ok(predicate))?;
            }
        }
    }
    Ok(filter)
}

/// Adds a condition on a column, or on whether an embedded relation has rows.
fn condition<J: Judge>(
    judge: &mut J,
    filter: &mut FilterOf<J>,
    subject: Subject<'_, J>,
    predicate: Result<Predicate, Error>,
) -> Result<(), J::Refusal> {
    let Subject { among, field, .. } = &subject;
    let embed = match subject.column {
        None if field.path.is_empty() => among.embed(&field.name),
        _ => None,
    };
    let Some(embed) = embed else {
        return judge.compare(filter, subject, predicate);
    };
    let predicate = predicate.map_err(|error| judge.unreadable(error))?;
    let exists = match predicate.operand {
        Operand::Is(IsTest::Null) => predicate.negated,
        Operand::Is(IsTest::NotNull) => !predicate.negated,
        _ => {
            let name = &field.name;
            return Err(judge.refuse(*among, Wrong::Compared { name }));
        }
    };
    filter.embeds.push(EmbedTest { embed, exists });
    Ok(())
}

fn order<J: Judge>(
    judge: &J,
    level: &Level<J::Terms>,
    terms: Vec<OrderTerm>,
) -> Result<Vec<LevelOrder<J::Terms>>, J::Refusal> {
    let mut order = Vec::with_capacity(terms.len() + level.from.key.len());
    for term in terms {
        let embed = match &term.embed {
            None => None,
            Some(name) => Some(one_row(judge, level, name)?),
        };
        order.push(LevelOrder {
            embed,
            place: judge.place(level, embed, term.field)?,
            descending: term.descending,
            nulls_first: term.nulls_first,
        });
    }
    judge.settle(level, &mut order);
    Ok(order)
}

/// The embedded relation to one row that an order looks at.
fn one_row<J: Judge>(judge: &J, level: &Level<J::Terms>, name: &str) -> Result<usize, J::Refusal> {
    let wrong = match level.embed(name) {
        Some(embed) if level.embeds[embed].is_to_one => return Ok(embed),
        Some(_) => Wrong::OrderedByList { name },
        None => Wrong::NotEmbedded {
            name,
            parameter: "order",
        },
    };
    Err(judge.refuse(Subjects::of_level(level), wrong))
}
