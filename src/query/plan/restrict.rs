//! Filters, orders and bounds of a level and of those embedded in it.

use super::{
    Context, OrderBy,
    filter::{self, Subjects},
    level::{Level, LevelOrder, Output},
    select::place,
};
use crate::{
    catalog::nearest,
    error::Error,
    query::parse::{self, EmbedOption, EmbedParameter, Filter, OrderTerm},
};

/// What is asked of a level beside its outputs.
#[derive(Debug, Default)]
pub(super) struct Asked {
    pub filters: Vec<Filter>,
    pub order: Vec<OrderTerm>,
    pub embeds: Vec<EmbedParameter>,
}

/// Filters and orders a level and what it embeds.
///
/// # Errors
/// Unknown names as 400, operands of another type as 422.
pub(super) fn restrict(context: Context<'_>, level: &mut Level, asked: Asked) -> Result<(), Error> {
    let mut of_embeds: Vec<(Asked, Option<u64>, Option<u64>)> = Vec::new();
    of_embeds.resize_with(level.embeds.len(), Default::default);
    let mut own = Vec::new();
    for mut filter in asked.filters {
        if filter.embed.is_empty() || level.from.readable(&filter.name).is_some() {
            own.push(filter);
            continue;
        }
        let at = embed(level, &filter.embed[0], &filter.name)?;
        filter.embed.remove(0);
        of_embeds[at].0.filters.push(filter);
    }
    for mut parameter in asked.embeds {
        let name = parameter.embed.join(".");
        let at = embed(level, &parameter.embed[0], &name)?;
        parameter.embed.remove(0);
        let (asked, limit, offset) = &mut of_embeds[at];
        if !parameter.embed.is_empty() {
            asked.embeds.push(parameter);
            continue;
        }
        let twice = match parameter.what {
            EmbedOption::Order(order) => !std::mem::replace(&mut asked.order, order).is_empty(),
            EmbedOption::Limit(number) => limit.replace(number).is_some(),
            EmbedOption::Offset(number) => offset.replace(number).is_some(),
        };
        if twice {
            return Err(invalid(&name, "is ordered or bounded twice"));
        }
    }
    for (at, (asked, limit, offset)) in of_embeds.into_iter().enumerate() {
        let embed = &mut level.embeds[at];
        let most = context.limits.embed_rows;
        if limit.is_some_and(|limit| limit > most) {
            let parameter = format!("{}.limit", embed.key);
            return Err(invalid(&parameter, &format!("is more than {most}")));
        }
        if embed.is_to_one && (limit.is_some() || offset.is_some()) {
            let parameter = format!("{}.limit", embed.key);
            return Err(invalid(&parameter, "bounds what is one row at most"));
        }
        restrict(context, &mut embed.level, asked)?;
        embed.level.offset = offset.filter(|&offset| offset > 0);
        if !embed.is_to_one {
            embed.level.limit = limit.or(Some(most + 1));
            embed.most = limit.is_none().then_some(most);
        } else {
            embed.level.order.clear();
        }
    }
    let subjects = Subjects {
        resource: &level.from,
        embeds: &level.embeds,
    };
    level.filter = filter::planned(context, subjects, own)?;
    level.order = order(level, &asked.order)?;
    Ok(())
}

/// The position of an embedded relation.
fn embed(level: &Level, key: &str, parameter: &str) -> Result<usize, Error> {
    let position = level.embeds.iter().position(|embed| embed.key == key);
    position.ok_or_else(|| match level.from.relation(key) {
        Some(_) => invalid(
            parameter,
            &format!("`{key}` is not embedded: add {key}() to `select`"),
        ),
        None => {
            let known = level.from.fields().chain(parse::PARAMETERS.iter().copied());
            let known = known.chain(level.embeds.iter().map(|embed| embed.key.as_str()));
            Error::UnknownParameter {
                suggestion: nearest(key, known),
                name: parameter.to_owned(),
                resource: level.from.name.clone(),
            }
        }
    })
}

/// The order asked for, with the key as the last word: pages must not overlap.
fn order(level: &Level, terms: &[OrderTerm]) -> Result<Vec<LevelOrder>, Error> {
    let mut order = Vec::with_capacity(terms.len() + level.from.key.len());
    for term in terms {
        order.push(order_term(level, term)?);
    }
    if level.grouped {
        return Ok(order);
    }
    for OrderBy { column, .. } in super::read::by_key(&level.from) {
        if !order.iter().any(|term: &LevelOrder| term.is_column(column)) {
            order.push(LevelOrder {
                embed: None,
                place: super::level::Place {
                    column,
                    path: Box::default(),
                },
                data_type: level.from.columns[column].data_type.clone(),
                descending: false,
                nulls_first: None,
            });
        }
    }
    Ok(order)
}

fn order_term(level: &Level, term: &OrderTerm) -> Result<LevelOrder, Error> {
    let wrong = |reason: &str| invalid("order", reason);
    let (embed, resource) = match &term.embed {
        None => (None, &level.from),
        Some(key) => {
            let at = embed(level, key, "order")?;
            if !level.embeds[at].is_to_one {
                return Err(wrong(&format!(
                    "`{key}` is a list, which has no one value to order by"
                )));
            }
            (Some(at), &level.embeds[at].level.from)
        }
    };
    let (place, data_type) = place(resource, &term.field, "order")?;
    if !data_type.comparable() {
        return Err(wrong(&format!("`{}` has no order", term.field.name)));
    }
    if level.grouped {
        let is_group = |output: &Output| match output {
            Output::Value(value) => {
                value.aggregate.is_none()
                    && value.cast.is_none()
                    && value.field.as_ref() == Some(&place)
            }
            Output::Embed(_) => false,
        };
        if embed.is_some() || !level.outputs.iter().any(is_group) {
            return Err(wrong(&format!(
                "`{}` is not what rows are grouped by",
                term.field.name
            )));
        }
    }
    Ok(LevelOrder {
        embed,
        place,
        data_type,
        descending: term.descending,
        nulls_first: term.nulls_first,
    })
}

fn invalid(parameter: &str, reason: &str) -> Error {
    Error::InvalidParameter {
        parameter: parameter.to_owned(),
        reason: reason.to_owned(),
    }
}
