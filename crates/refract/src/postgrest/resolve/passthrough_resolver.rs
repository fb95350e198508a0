//! The resolver for PostgreSQL: names and values go to the database as they were written.
//!
//! It refuses embeds that mean no relationship or several, parameters of relationships that are not
//! embedded, and hidden columns.

use std::sync::Arc;

use super::{
    raw_node::{Compare, Embed, OutputItem, Raw, SelectNode, Value},
    shared_rules::{self, PostgrestContext},
};
use crate::postgrest::postgrest_error::PostgrestError;
use crate::{
    catalog::Resource,
    error::Error,
    query::{
        parse::{EmbedItem, Field, FieldItem, ListQuery, Predicate},
        plan::{
            Filter,
            node_planner::{self, key_of},
            resolver::{Bounds, FilterScope, FilterTarget, PlanError, Related, Resolver},
        },
    },
};

/// The tree of rows that a query asks for.
///
/// # Errors
/// See the module.
pub fn plan(
    context: PostgrestContext<'_>,
    resource: &Arc<Resource>,
    mut query: ListQuery,
) -> Result<SelectNode, PostgrestError> {
    let mut resolver = PassthroughResolver { context };
    let mut root = node_planner::plan(&mut resolver, context.visibility, resource, &mut query)?;
    (root.limit, root.offset) = (query.limit, query.offset);
    Ok(root)
}

struct PassthroughResolver<'app> {
    context: PostgrestContext<'app>,
}

/// Checks that a name is not the name of a hidden column.
fn check_column_visible(
    resource: &Resource,
    alias: &str,
    name: &str,
) -> Result<(), PostgrestError> {
    if resource.answers(name) {
        return Ok(());
    }
    Err(PostgrestError::no_column(alias, name))
}

impl Resolver for PassthroughResolver<'_> {
    type Stage = Raw;
    type Error = PostgrestError;

    fn column(&self, resource: &Resource, name: &str) -> Option<usize> {
        resource.named(name)
    }

    fn related(
        &self,
        around: &SelectNode,
        item: &EmbedItem,
    ) -> Result<Related<Raw>, PostgrestError> {
        let found = self.context.relationship(&around.from, item)?;
        Ok(Related {
            target: found.target.clone(),
            join: found.join.seen_by(self.context.visibility),
            is_to_one: found.is_to_one(),
        })
    }

    fn show(&self, node: &mut SelectNode, item: &FieldItem) -> Result<(), PostgrestError> {
        let item = self.context.item(node, item)?;
        if let Some(field) = &item.field {
            check_column_visible(&node.from, node.alias(), &field.name)?;
        }
        let key = key_of(&item).to_owned();
        let value = Value {
            key,
            cast: self.context.cast(item.cast.as_deref())?,
            aggregate_cast: self.context.cast(item.aggregate_cast.as_deref())?,
            item,
        };
        node.outputs.push(OutputItem::Value(Box::new(value)));
        Ok(())
    }

    fn check_embed(&self, around: &SelectNode, embed: &Embed) -> Result<(), PostgrestError> {
        self.context.check_spread(&around.from, embed)
    }

    fn grouped(&self, node: &SelectNode) -> Result<bool, PostgrestError> {
        Ok(node.outputs.iter().any(|output| match output {
            OutputItem::Value(value) => value.item.aggregate.is_some(),
            OutputItem::Embed(_) => false,
        }) || node.embeds.iter().any(is_aggregated_around))
    }

    fn compare(
        &mut self,
        filter: &mut Filter<Compare>,
        subject: FilterTarget<'_, Self>,
        predicate: Result<Predicate, Error>,
    ) -> Result<(), PostgrestError> {
        let FilterTarget { among, field, .. } = subject;
        check_column_visible(among.resource, among.alias, &field.name)?;
        let predicate = predicate.map_err(|error| self.unreadable(error))?;
        filter.conditions.push(Compare { field, predicate });
        Ok(())
    }

    fn place(
        &self,
        node: &SelectNode,
        embed: Option<usize>,
        field: Field,
    ) -> Result<Field, PostgrestError> {
        let of = embed.map_or(node, |embed| &node.embeds[embed].node);
        check_column_visible(&of.from, of.alias(), &field.name)?;
        Ok(field)
    }

    fn bound(&self, embed: &mut Embed, bounds: Bounds) -> Result<(), PostgrestError> {
        self.context.bound(embed, bounds);
        Ok(())
    }

    fn unreadable(&self, error: Error) -> PostgrestError {
        PostgrestError::syntax(&error)
    }

    fn refuse(&self, subjects: FilterScope<'_, Raw>, wrong: PlanError<'_>) -> PostgrestError {
        shared_rules::refused(subjects, wrong)
    }
}

/// Whether a spread embed is aggregated together with the row around it.
pub fn is_aggregated_around(embed: &Embed) -> bool {
    embed.spread && embed.is_to_one && embed.node.grouped
}
