//! The resolver for SQLite. Names are the names of columns, values have the types that they have on
//! `/api/v1`, and errors are PostgreSQL's.

use std::sync::Arc;

use super::sqlite_errors::of_planner;
use crate::postgrest::{
    postgrest_error::{Failure, PostgrestError},
    resolve::{
        relationships::{self, Relationship},
        shared_rules::{self, PostgrestContext},
    },
};
use crate::{
    catalog::{self, Junction, Resource, Type},
    codec::api_spelling,
    error::Error,
    query::{
        parse::{Count, EmbedItem, Field, FieldItem, ListQuery, Operand, Predicate},
        plan::{
            self, Filter, ReadPlan,
            catalog_resolver::CatalogResolver,
            node_planner::{self, key_of},
            resolver::{Bounds, FilterScope, FilterTarget, PlanError, Related, Resolver},
            select_node::{ColumnPath, Embed, Resolved, SelectNode},
        },
    },
};

/// The plan of the rows that a query asks for, with their number on all pages.
///
/// # Errors
/// PostgreSQL's errors for a name, a value or an operator; [`Error::NotImplemented`] for a feature
/// that SQLite lacks.
pub fn plan(
    context: PostgrestContext<'_>,
    strict: plan::Context<'_>,
    resource: &Arc<Resource>,
    mut query: ListQuery,
) -> Result<ReadPlan, Failure> {
    let mut resolver = SqliteResolver {
        context,
        strict: CatalogResolver::new(strict),
    };
    let mut root = node_planner::plan(&mut resolver, context.visibility, resource, &mut query)?;
    resolver.strict.finish().map_err(of_planner)?;
    root.limit = query.limit;
    root.offset = query.offset.filter(|&offset| offset > 0);
    Ok(ReadPlan {
        root,
        parent: None,
        count: Some(Count::Exact),
        page: u64::MAX,
    })
}

struct SqliteResolver<'app> {
    context: PostgrestContext<'app>,
    strict: CatalogResolver<'app>,
}

/// A field by the name of its column.
fn named(resource: &Resource, alias: &str, field: &Field) -> Result<Field, PostgrestError> {
    let column = resource.named(&field.name);
    let column = column.ok_or_else(|| PostgrestError::no_column(alias, &field.name))?;
    Ok(Field {
        name: resource.columns[column].field.clone(),
        path: field.path.clone(),
    })
}

/// Spells operands as the resolver of `/api/v1` reads them.
fn spell(data_type: &Type, predicate: &mut Predicate) {
    let spell = |text: &mut String| *text = api_spelling(data_type, text).into_owned();
    match &mut predicate.operand {
        Operand::Text(text) => spell(text),
        Operand::List(items) | Operand::Each(_, items) => items.iter_mut().for_each(spell),
        Operand::Is(_) | Operand::Search { .. } => {}
    }
}

/// A join by the positions of its columns. `None` for one that only PostgreSQL can follow.
fn join(found: &Relationship, here: &Resource, there: &Resource) -> Option<catalog::Join> {
    let pair = |(one, other): &(String, String)| Some((here.named(one)?, there.named(other)?));
    match &found.join {
        relationships::Join::Direct { columns, .. } => {
            let pairs = columns.iter().map(pair);
            pairs.collect::<Option<_>>().map(catalog::Join::Direct)
        }
        relationships::Join::Through {
            schema,
            table,
            near_columns,
            far_columns,
            ..
        } => {
            let near = near_columns.iter();
            let near = near.map(|(column, name)| Some((here.named(column)?, name.clone())));
            let far = far_columns.iter();
            let far = far.map(|(name, column)| Some((name.clone(), there.named(column)?)));
            Some(catalog::Join::Through(Junction {
                schema: schema.clone(),
                table: table.clone(),
                near: near.collect::<Option<_>>()?,
                far: far.collect::<Option<_>>()?,
            }))
        }
        relationships::Join::Computed { .. } => None,
    }
}

impl Resolver for SqliteResolver<'_> {
    type Stage = Resolved;
    type Error = Failure;

    fn column(&self, resource: &Resource, name: &str) -> Option<usize> {
        resource.named(name)
    }

    fn related(&self, around: &SelectNode, item: &EmbedItem) -> Result<Related<Resolved>, Failure> {
        let found = self.context.relationship(&around.from, item)?;
        let target = found.target.clone();
        // The typed plan has no conditions on the rows of a junction.
        let seen = found.join.seen_by(self.context.visibility);
        let is_whole = match &seen {
            relationships::Join::Through { rows, .. } => {
                rows.as_ref().is_none_or(|rows| rows.visible.is_empty())
            }
            _ => true,
        };
        let join = join(found, &around.from, &target).filter(|_| is_whole);
        let join = join.ok_or_else(|| {
            let message = format!("'{}' cannot be embedded on this database", item.target);
            PostgrestError::new(501, "PGRST127", "Feature not implemented").details(message)
        })?;
        Ok(Related {
            target,
            join,
            is_to_one: found.is_to_one(),
        })
    }

    fn show(&self, node: &mut SelectNode, item: &FieldItem) -> Result<(), Failure> {
        let item = self.context.item(node, item)?;
        let key = key_of(&item).to_owned();
        let field = match &item.field {
            None => None,
            Some(field) => Some(named(&node.from, node.alias(), field)?),
        };
        let item = FieldItem {
            alias: Some(key),
            field,
            ..item
        };
        self.strict.show(node, &item).map_err(of_planner)
    }

    fn check_embed(&self, around: &SelectNode, embed: &Embed) -> Result<(), Failure> {
        self.context.check_spread(&around.from, embed)?;
        self.strict.check_embed(around, embed).map_err(of_planner)
    }

    fn grouped(&self, node: &SelectNode) -> Result<bool, Failure> {
        self.strict.grouped(node).map_err(of_planner)
    }

    fn compare(
        &mut self,
        filter: &mut Filter,
        subject: FilterTarget<'_, Self>,
        predicate: Result<Predicate, Error>,
    ) -> Result<(), Failure> {
        let FilterTarget { among, column, .. } = subject;
        let predicate = predicate.map(|mut predicate| {
            if let Some(column) = column
                && subject.field.path.is_empty()
            {
                spell(&among.resource.columns[column].data_type, &mut predicate);
            }
            predicate
        });
        let subject = FilterTarget {
            among,
            column,
            field: named(among.resource, among.alias, &subject.field)?,
            parameter: None,
        };
        self.strict
            .compare(filter, subject, predicate)
            .map_err(of_planner)
    }

    fn place(
        &self,
        node: &SelectNode,
        embed: Option<usize>,
        field: Field,
    ) -> Result<ColumnPath, Failure> {
        let of = embed.map_or(node, |embed| &node.embeds[embed].node);
        let field = named(&of.from, of.alias(), &field)?;
        self.strict.place(node, embed, field).map_err(of_planner)
    }

    fn bound(&self, embed: &mut Embed, bounds: Bounds) -> Result<(), Failure> {
        self.context.bound(embed, bounds);
        Ok(())
    }

    fn unreadable(&self, error: Error) -> Failure {
        PostgrestError::syntax(&error).into()
    }

    fn refuse(&self, subjects: FilterScope<'_, Resolved>, wrong: PlanError<'_>) -> Failure {
        shared_rules::refused(subjects, wrong).into()
    }
}
