//! The resolver of `/rest/v1` on a database that does not print PostgreSQL's JSON: names are those of
//! columns, values of their types as `/api/v1` has them, and refusals are worded as PostgreSQL's.

use std::sync::Arc;

use crate::postgrest::{
    postgrest_error::PostgrestError,
    resolve::{
        relationships::{self, Relationship},
        shared_rules::{self, Context},
    },
};
use crate::{
    catalog::{self, Junction, Resource, Type},
    codec::api_spelling,
    error::Error,
    query::{
        parse::{Count, EmbedItem, Field, FieldItem, ListQuery, Operand, Predicate},
        plan::{
            self, Filter, Visibility,
            resolver::{Bounds, FilterScope, FilterTarget, PlanError, Related, Resolver},
            select_node::{ColumnPath, Embed, Query, Resolved, SelectNode},
            strict::CatalogResolver,
            tree::{self, key_of},
        },
    },
};

/// Why a query has no plan.
#[derive(Debug)]
pub enum Obstacle {
    Refused(PostgrestError),
    Failed(Error),
}

impl From<PostgrestError> for Obstacle {
    fn from(refusal: PostgrestError) -> Self {
        Self::Refused(refusal)
    }
}

/// Errors of the strict resolver as PostgreSQL words what it finds.
impl From<Error> for Obstacle {
    fn from(error: Error) -> Self {
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
                PostgrestError::new(status, state, format!("\"{field}\" {message}")).into()
            }
            Error::InvalidParameter { reason, parameter } => {
                PostgrestError::new(400, "PGRST100", format!("{parameter}: {reason}")).into()
            }
            other => Self::Failed(other),
        }
    }
}

/// The plan of the rows that a query asks for, and of their number.
///
/// # Errors
/// What PostgreSQL would say of a name, a value or an operator; [`Error::NotImplemented`] for what
/// the database lacks.
pub fn plan(
    context: Context<'_>,
    strict: plan::Context<'_>,
    resource: &Arc<Resource>,
    mut query: ListQuery,
) -> Result<Query, Obstacle> {
    let mut resolver = SqliteResolver {
        context,
        strict: CatalogResolver::new(strict),
    };
    let mut root = tree::plan(&mut resolver, resource, &mut query)?;
    resolver.strict.finish()?;
    root.limit = query.limit;
    root.offset = query.offset.filter(|&offset| offset > 0);
    Ok(Query {
        root,
        parent: None,
        count: Some(Count::Exact),
        page: u64::MAX,
    })
}

struct SqliteResolver<'app> {
    context: Context<'app>,
    strict: CatalogResolver<'app>,
}

/// A field that is named as its column is.
fn named(resource: &Resource, alias: &str, field: &Field) -> Result<Field, PostgrestError> {
    let column = resource.named(&field.name);
    let column = column.ok_or_else(|| PostgrestError::no_column(alias, &field.name))?;
    Ok(Field {
        name: resource.columns[column].field.clone(),
        path: field.path.clone(),
    })
}

/// Spells the values that a column is compared with as the strict resolver reads them.
fn spell(data_type: &Type, predicate: &mut Predicate) {
    let spell = |text: &mut String| *text = api_spelling(data_type, text).into_owned();
    match &mut predicate.operand {
        Operand::Text(text) => spell(text),
        Operand::List(items) | Operand::Each(_, items) => items.iter_mut().for_each(spell),
        Operand::Is(_) | Operand::Search { .. } => {}
    }
}

/// A relation by the positions of its columns; `None` is one that only PostgreSQL can follow.
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
    type Error = Obstacle;

    fn column(&self, resource: &Resource, name: &str) -> Option<usize> {
        resource.named(name)
    }

    fn related(
        &self,
        around: &SelectNode,
        item: &EmbedItem,
    ) -> Result<Related<Resolved>, Obstacle> {
        let found = self.context.relationship(&around.from, item)?;
        let target = self.context.catalog.resources[found.target].clone();
        let join = join(found, &around.from, &target).ok_or_else(|| {
            let message = format!("'{}' cannot be embedded on this database", item.target);
            PostgrestError::new(501, "PGRST127", "Feature not implemented").details(message)
        })?;
        Ok(Related {
            target,
            join,
            is_to_one: found.is_to_one(),
        })
    }

    fn show(&self, node: &mut SelectNode, item: &FieldItem) -> Result<(), Obstacle> {
        let item = self.context.item(node, item)?;
        let key = key_of(&item).to_owned();
        let field = match &item.field {
            None => None,
            Some(field) => Some(named(&node.from, &node.alias, field)?),
        };
        let item = FieldItem {
            alias: Some(key),
            field,
            ..item
        };
        Ok(self.strict.show(node, &item)?)
    }

    fn admit(&self, around: &SelectNode, embed: &Embed) -> Result<(), Obstacle> {
        self.context.admit(&around.from, embed)?;
        Ok(self.strict.admit(around, embed)?)
    }

    fn grouped(&self, node: &SelectNode) -> Result<bool, Obstacle> {
        Ok(self.strict.grouped(node)?)
    }

    fn compare(
        &mut self,
        filter: &mut Filter,
        subject: FilterTarget<'_, Self>,
        predicate: Result<Predicate, Error>,
    ) -> Result<(), Obstacle> {
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
        Ok(self.strict.compare(filter, subject, predicate)?)
    }

    fn visibility(&self) -> Visibility {
        self.context.visibility
    }

    fn place(
        &self,
        node: &SelectNode,
        embed: Option<usize>,
        field: Field,
    ) -> Result<ColumnPath, Obstacle> {
        let of = embed.map_or(node, |embed| &node.embeds[embed].node);
        let field = named(&of.from, &of.alias, &field)?;
        Ok(self.strict.place(node, embed, field)?)
    }

    fn bound(&self, embed: &mut Embed, bounds: Bounds) -> Result<(), Obstacle> {
        self.context.bound(embed, bounds);
        Ok(())
    }

    fn unreadable(&self, error: Error) -> Obstacle {
        PostgrestError::syntax(&error).into()
    }

    fn refuse(&self, subjects: FilterScope<'_, Resolved>, wrong: PlanError<'_>) -> Obstacle {
        shared_rules::refused(subjects, wrong).into()
    }
}
