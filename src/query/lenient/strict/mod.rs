//! Levels of rows → a plan of the strict planner, for a database that does not print PostgreSQL's
//! JSON: names are looked up in the catalog, operands checked against their columns' types, and the
//! rows come back as cells.

mod write;

pub use write::{assignments, by_keys, conflict, rows};

use super::{
    Refusal,
    plan::{Condition, Embed, Item, Level},
    relationships::Join,
};
use crate::{
    catalog::{self, Catalog, Relation, Resource},
    error::Error,
    query::{
        operators::Operator,
        parse::{
            EmbedItem, EmbedOption, EmbedParameter, Field, FieldItem, Filter, Group, IsTest,
            ListQuery, Member, Operand, OrderTerm, Predicate, Restriction, SelectItem,
        },
        plan::{self, level},
    },
};

/// Why a level has no plan.
#[derive(Debug)]
pub enum Obstacle {
    Refused(Refusal),
    Failed(Error),
}

impl From<Refusal> for Obstacle {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// The plan of the rows of a level, with its limits.
///
/// # Errors
/// What PostgreSQL would say of a name, a value or an operator; [`Error::NotImplemented`] for what
/// the database lacks.
pub fn plan(context: plan::Context<'_>, root: &Level) -> Result<level::Query, Obstacle> {
    let mut query = ListQuery {
        select: Some(items(context.catalog, root)?),
        ..ListQuery::default()
    };
    restrict(root, &[], &mut query)?;
    let mut planned = plan::unbounded(context, &root.resource, query).map_err(worded)?;
    bound(root, &mut planned);
    Ok(level::Query {
        root: planned,
        parent: None,
        count: Some(crate::query::parse::Count::Exact),
        page: u64::MAX,
    })
}

/// Pages are as they were asked for, and nothing is ordered that was not asked to be.
fn bound(asked: &Level, planned: &mut level::Level) {
    (planned.limit, planned.offset) = (asked.limit, asked.offset.filter(|&offset| offset > 0));
    planned.order.truncate(asked.order.len());
    planned.marked = false;
    for (asked, planned) in asked.embeds.iter().zip(&mut planned.embeds) {
        planned.most = None;
        bound(&asked.level, &mut planned.level);
    }
}

/// Errors of the strict planner as PostgreSQL words what it finds.
fn worded(error: Error) -> Obstacle {
    match error {
        Error::Invalid(problems) => {
            let problem = problems.into_iter().next();
            let (field, code, message) = problem.map_or_else(Default::default, |problem| {
                (problem.field, problem.code, problem.message)
            });
            let (status, state) = match code {
                "invalid_operator" => (404, "42883"),
                _ => (400, "22P02"),
            };
            Refusal::new(status, state, format!("\"{field}\" {message}")).into()
        }
        Error::InvalidParameter { reason, parameter } => {
            Refusal::new(400, "PGRST100", format!("{parameter}: {reason}")).into()
        }
        other => Obstacle::Failed(other),
    }
}

fn column<'level>(level: &'level Level, name: &str) -> Result<&'level catalog::Column, Refusal> {
    let mut columns = level.resource.columns.iter();
    let found = columns.find(|column| column.name == name && !column.hidden);
    found.ok_or_else(|| Refusal::no_column(&level.alias, name))
}

fn field(level: &Level, field: &Field) -> Result<Field, Refusal> {
    Ok(Field {
        name: column(level, &field.name)?.field.clone(),
        path: field.path.clone(),
    })
}

fn items(catalog: &Catalog, level: &Level) -> Result<Vec<SelectItem>, Refusal> {
    let mut items = Vec::with_capacity(level.items.len());
    for item in &level.items {
        match item {
            Item::All => {
                let columns = level.resource.visible();
                let columns = columns.map(|column| &level.resource.columns[column]);
                items.extend(columns.map(|column| {
                    SelectItem::Field(FieldItem {
                        alias: Some(column.name.clone()),
                        field: Some(Field {
                            name: column.field.clone(),
                            path: Vec::new(),
                        }),
                        cast: None,
                        aggregate: None,
                        aggregate_cast: None,
                    })
                }));
            }
            Item::Field(output) => items.push(SelectItem::Field(FieldItem {
                alias: Some(output.key.clone()),
                field: match &output.item.field {
                    None => None,
                    Some(asked) => Some(field(level, asked)?),
                },
                ..output.item.clone()
            })),
            Item::Embed(embed) => items.push(SelectItem::Embed(self::embed(
                catalog,
                level,
                &level.embeds[*embed],
            )?)),
        }
    }
    Ok(items)
}

fn embed(catalog: &Catalog, level: &Level, embed: &Embed) -> Result<EmbedItem, Refusal> {
    let relation = relation(catalog, &level.resource, embed).ok_or_else(|| {
        let message = format!("'{}' cannot be embedded on this database", embed.target);
        Refusal::new(501, "PGRST127", "Feature not implemented").details(message)
    })?;
    Ok(EmbedItem {
        alias: Some(embed.key.clone()),
        target: relation.name.clone(),
        hint: None,
        inner: embed.inner,
        spread: embed.spread,
        items: items(catalog, &embed.level)?,
    })
}

/// The relation of the catalog that joins the same columns.
fn relation<'a>(
    catalog: &'a Catalog,
    resource: &'a Resource,
    embed: &Embed,
) -> Option<&'a Relation> {
    let name = |of: &Resource, column: usize| of.columns[column].name.clone();
    resource.relations.iter().find(|relation| {
        let target = catalog.target(relation);
        if target.name != embed.level.resource.name {
            return false;
        }
        match (&relation.join, &embed.join) {
            (catalog::Join::Direct(pairs), Join::Direct { columns, .. }) => {
                let pairs = pairs.iter();
                let pairs = pairs.map(|&(here, there)| (name(resource, here), name(target, there)));
                relation.is_to_one() == embed.is_to_one && pairs.eq(columns.iter().cloned())
            }
            (
                catalog::Join::Through(junction),
                Join::Through {
                    table,
                    near_columns,
                    far_columns,
                    ..
                },
            ) => {
                let near = junction.near.iter();
                let near = near.map(|(here, there)| (name(resource, *here), there.clone()));
                let far = junction.far.iter();
                let far = far.map(|(here, there)| (here.clone(), name(target, *there)));
                junction.table == *table
                    && near.eq(near_columns.iter().cloned())
                    && far.eq(far_columns.iter().cloned())
            }
            _ => false,
        }
    })
}

/// Adds what restricts a level and those within it.
fn restrict(level: &Level, path: &[String], query: &mut ListQuery) -> Result<(), Refusal> {
    for condition in &level.filter {
        let what = match member(level, condition)? {
            Member::Condition(field, predicate) => Restriction::Condition(field, Ok(predicate)),
            Member::Group(group) => Restriction::Group(group),
        };
        query.filters.push(Filter {
            // No field's: what it is about stands in `what`.
            name: String::new(),
            embed: path.to_vec(),
            what,
        });
    }
    let order = order(level)?;
    if path.is_empty() {
        query.order = order;
    } else if !order.is_empty() {
        query.embeds.push(EmbedParameter {
            embed: path.to_vec(),
            what: EmbedOption::Order(order),
        });
    }
    for embed in &level.embeds {
        let mut path = path.to_vec();
        path.push(embed.key.clone());
        restrict(&embed.level, &path, query)?;
    }
    Ok(())
}

fn order(level: &Level) -> Result<Vec<OrderTerm>, Refusal> {
    let terms = level.order.iter().map(|term| {
        let embed = term.embed.map(|embed| &level.embeds[embed]);
        Ok(OrderTerm {
            embed: embed.map(|embed| embed.key.clone()),
            field: field(embed.map_or(level, |embed| &embed.level), &term.field)?,
            descending: term.descending,
            nulls_first: term.nulls_first,
        })
    });
    terms.collect()
}

fn member(level: &Level, condition: &Condition) -> Result<Member, Refusal> {
    Ok(match condition {
        Condition::Compare(asked, predicate) => {
            Member::Condition(field(level, asked)?, predicate.clone())
        }
        Condition::Related { embed, exists } => Member::Condition(
            Field {
                name: level.embeds[*embed].key.clone(),
                path: Vec::new(),
            },
            Predicate {
                negated: *exists,
                operator: Operator::Is,
                operand: Operand::Is(IsTest::Null),
            },
        ),
        Condition::Group {
            negated,
            any,
            members,
        } => Member::Group(Group {
            negated: *negated,
            any: *any,
            members: members
                .iter()
                .map(|member| self::member(level, member))
                .collect::<Result<_, _>>()?,
        }),
    })
}
