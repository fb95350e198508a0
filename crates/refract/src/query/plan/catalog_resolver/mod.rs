//! The resolver of `/api/v1`. Every name must be one of the catalog, and every value must have the type
//! of its column. A request that does not satisfy this is refused before it reaches the database.

mod embedded_relation;
pub(in crate::query::plan) mod operand;
mod shown_value;

pub(super) use shown_value::columns;
pub(super) use shown_value::plain;

use std::sync::Arc;

use super::{
    Context, Filter, node_planner,
    read_plan::{add_key, readable},
    resolver::{Bounds, FilterScope, FilterTarget, PlanError, Related, Resolver},
    select_node::{ColumnPath, Embed, NodeOrder, Resolved, SelectNode},
};
use crate::{
    catalog::{Resource, nearest},
    error::{Error, Problem},
    query::parse::{self, EmbedItem, Field, FieldItem, ListQuery, Predicate},
};

/// Resolves names and values by the catalog. Problems of values are collected, so that one answer names
/// all of them.
pub struct CatalogResolver<'app> {
    context: Context<'app>,
    problems: Vec<Problem>,
}

/// The nodes of a query.
///
/// # Errors
/// Unknown names as 400; operands of another type as 422, all of them at once.
pub(super) fn node(
    context: Context<'_>,
    resource: &Arc<Resource>,
    query: &mut ListQuery,
) -> Result<SelectNode, Error> {
    let mut resolver = CatalogResolver::new(context);
    let node = node_planner::plan(&mut resolver, context.visibility, resource, query)?;
    resolver.finish()?;
    Ok(node)
}

/// A filter of columns.
///
/// # Errors
/// As [`node`].
pub(super) fn filter(
    context: Context<'_>,
    resource: &Resource,
    parameters: Vec<parse::Filter>,
) -> Result<Filter, Error> {
    let mut resolver = CatalogResolver::new(context);
    let filter = node_planner::filter(&mut resolver, FilterScope::of(resource), parameters)?;
    resolver.finish()?;
    Ok(filter)
}

impl<'app> CatalogResolver<'app> {
    pub fn new(context: Context<'app>) -> Self {
        Self {
            context,
            problems: Vec::new(),
        }
    }

    /// Reports the problems of all values.
    ///
    /// # Errors
    /// [`Error::Invalid`] with every problem.
    pub fn finish(self) -> Result<(), Error> {
        if self.problems.is_empty() {
            Ok(())
        } else {
            Err(Error::Invalid(self.problems))
        }
    }

    fn unknown_parameter(
        &self,
        subjects: FilterScope<'_, Resolved>,
        name: &str,
        nearest_to: &str,
    ) -> Error {
        let known = subjects.resource.fields();
        let known = known.chain(parse::PARAMETERS.iter().copied());
        let known = known.chain(subjects.embeds.iter().map(|embed| embed.key.as_str()));
        Error::UnknownParameter {
            suggestion: nearest(nearest_to, known),
            name: name.to_owned(),
            resource: subjects.resource.name.clone(),
        }
    }
}

impl Resolver for CatalogResolver<'_> {
    type Stage = Resolved;
    type Error = Error;

    fn column(&self, resource: &Resource, name: &str) -> Option<usize> {
        resource.readable(name)
    }

    fn dotted(&self, resource: &Resource, parameter: &str) -> Option<usize> {
        resource.readable(parameter)
    }

    fn name<'a>(&self, resource: &'a Resource, column: usize) -> &'a str {
        &resource.columns[column].field
    }

    fn related(&self, around: &SelectNode, item: &EmbedItem) -> Result<Related<Resolved>, Error> {
        let relation = embedded_relation::relation(self.context, &around.from, item)?;
        Ok(Related {
            target: self.context.catalog.target(relation).clone(),
            join: relation.join.clone(),
            is_to_one: relation.is_to_one(),
        })
    }

    fn show(&self, node: &mut SelectNode, item: &FieldItem) -> Result<(), Error> {
        shown_value::show(self.context, node, item)
    }

    fn check_embed(&self, around: &SelectNode, embed: &Embed) -> Result<(), Error> {
        shown_value::check_embed(around, embed)
    }

    fn grouped(&self, node: &SelectNode) -> Result<bool, Error> {
        shown_value::grouped(node)
    }

    fn compare(
        &mut self,
        filter: &mut Filter,
        subject: FilterTarget<'_, Self>,
        predicate: Result<Predicate, Error>,
    ) -> Result<(), Error> {
        let FilterTarget { among, field, .. } = subject;
        let column = match (subject.column, subject.parameter) {
            (Some(column), _) => column,
            (None, Some(parameter)) => {
                return Err(self.unknown_parameter(among, parameter, parameter));
            }
            (None, None) => readable(among.resource, &field.name)?,
        };
        let database = self.context.database;
        match operand::conditions(database, among.resource, column, field, predicate?)? {
            Ok(conditions) => conditions.add_to(filter),
            Err(problem) => self.problems.push(problem),
        }
        Ok(())
    }

    fn place(
        &self,
        node: &SelectNode,
        embed: Option<usize>,
        field: Field,
    ) -> Result<ColumnPath, Error> {
        let of = embed.map_or(node, |embed| &node.embeds[embed].node);
        let place = shown_value::place(&of.from, &field, "order")?;
        if !place.data_type.comparable() {
            return Err(invalid("order", format!("`{}` has no order", field.name)));
        }
        if node.grouped && (embed.is_some() || !shown_value::groups_by(node, &place)) {
            let reason = format!("`{}` is not what rows are grouped by", field.name);
            return Err(invalid("order", reason));
        }
        Ok(place)
    }

    /// The key comes last in every order: pages must not overlap.
    fn settle(&self, node: &SelectNode, order: &mut Vec<NodeOrder>) {
        if node.grouped {
            return;
        }
        add_key(&node.from, order);
    }

    fn bound(&self, embed: &mut Embed, Bounds { limit, offset }: Bounds) -> Result<(), Error> {
        let most = self.context.limits.embed_rows;
        let wrong = |reason: String| Err(invalid(&format!("{}.limit", embed.key), reason));
        if limit.is_some_and(|limit| limit > most) {
            return wrong(format!("is more than {most}"));
        }
        if !embed.is_to_one {
            embed.node.offset = offset.filter(|&offset| offset > 0);
            embed.node.limit = limit.or(Some(most + 1));
            embed.most = limit.is_none().then_some(most);
            return Ok(());
        }
        if limit.is_some() || offset.is_some() {
            return wrong("bounds what is one row at most".to_owned());
        }
        embed.node.order.clear();
        Ok(())
    }

    fn unreadable(&self, error: Error) -> Error {
        error
    }

    fn refuse(&self, subjects: FilterScope<'_, Resolved>, wrong: PlanError<'_>) -> Error {
        match wrong {
            PlanError::NotEmbedded { name, parameter } => match subjects.resource.relation(name) {
                Some(_) => {
                    let reason = format!("`{name}` is not embedded: add {name}() to `select`");
                    invalid(parameter, reason)
                }
                None => self.unknown_parameter(subjects, parameter, name),
            },
            PlanError::OrderedByList { name } => {
                let reason = format!("`{name}` is a list, which has no one value to order by");
                invalid("order", reason)
            }
            PlanError::Compared { name } => invalid(
                name,
                format!(
                    "is a relation: {name}=is.null and {name}=not.is.null ask whether it has \
                     rows, {name}.field=eq.x which"
                ),
            ),
            PlanError::Twice { parameter } => {
                invalid(parameter, "is ordered or bounded twice".to_owned())
            }
        }
    }
}

fn invalid(parameter: &str, reason: String) -> Error {
    Error::InvalidParameter {
        parameter: parameter.to_owned(),
        reason,
    }
}
