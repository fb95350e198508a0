//! The rules that the resolvers for PostgreSQL and for SQLite share.

use super::relationships::{Relationship, Relationships};
use crate::postgrest::postgrest_error::PostgrestError;
use crate::{
    catalog::{Catalog, Resource},
    error::Error,
    query::{
        casts::SqlType,
        parse::{Aggregate, EmbedItem, Field, FieldItem},
        plan::{
            Visibility,
            resolver::{Bounds, FilterScope, PlanError},
            select_node::{Embed, SelectNode, Stage},
        },
    },
    settings::Compat,
};

/// The facts that a resolver decides by.
#[derive(Clone, Copy)]
pub struct PostgrestContext<'app> {
    pub catalog: &'app Catalog,
    pub relationships: &'app Relationships,
    /// Whether aggregates are allowed.
    pub aggregates: bool,
    /// The most rows that a row embeds of one relationship.
    pub max_rows: Option<u64>,
    pub compat: Compat,
    /// Which rows the request may see.
    pub visibility: Visibility<'app>,
}

impl<'app> PostgrestContext<'app> {
    /// The relationship that an item of `select` means.
    ///
    /// # Errors
    /// As [`Relationships::find`].
    pub fn relationship(
        self,
        around: &Resource,
        item: &EmbedItem,
    ) -> Result<&'app Relationship, PostgrestError> {
        let hint = item.hint.as_deref();
        self.relationships.find(around, &item.target, hint)
    }

    /// The item itself, or `count()` where it is spelled in the way before PostgREST had aggregates.
    ///
    /// # Errors
    /// PGRST123 where aggregates are switched off.
    pub fn item<T: Stage>(
        self,
        node: &SelectNode<T>,
        item: &FieldItem,
    ) -> Result<FieldItem, PostgrestError> {
        let mut item = item.clone();
        let is_count = |field: &Field| field.name == "count" && field.path.is_empty();
        if node.depth > 0
            && item.aggregate.is_none()
            && item.field.as_ref().is_some_and(is_count)
            && node.from.named("count").is_none()
        {
            item.field = None;
            item.aggregate = Some(Aggregate::Count);
        } else if item.aggregate.is_some() && !self.aggregates {
            return Err(PostgrestError::new(
                400,
                "PGRST123",
                "Use of aggregate functions is not allowed",
            ));
        }
        Ok(item)
    }

    /// The type of a cast.
    ///
    /// # Errors
    /// PGRST100 for a name with other characters than PostgREST takes, 42704 for an unknown type.
    pub fn cast(self, name: Option<&str>) -> Result<Option<SqlType>, PostgrestError> {
        let Some(name) = name else { return Ok(None) };
        let is_plain = |one: char| one.is_alphanumeric() || matches!(one, '_' | '$' | ' ');
        if !name.chars().all(is_plain) {
            return Err(PostgrestError::syntax(&Error::InvalidParameter {
                parameter: "select".to_owned(),
                reason: format!("casts to `{name}`, which is not a plain name of a type"),
            }));
        }
        let found = SqlType::named(self.catalog, name);
        let unknown =
            || PostgrestError::new(400, "42704", format!("type \"{name}\" does not exist"));
        found.ok_or_else(unknown).map(Some)
    }

    /// Bounds the rows of an embed: by the request, and by [`Self::max_rows`].
    pub fn bound<T: Stage>(self, embed: &mut Embed<T>, Bounds { limit, offset }: Bounds) {
        let most = self.max_rows.filter(|_| !embed.is_to_one);
        embed.node.limit = limit.into_iter().chain(most).min();
        embed.node.offset = offset.filter(|&offset| offset > 0);
    }

    /// Checks that an embed may be spread.
    ///
    /// # Errors
    /// PGRST119 for a to-many spread in version 12, PGRST127 for aggregates in one.
    pub fn check_spread<T: Stage>(
        self,
        around: &Resource,
        embed: &Embed<T>,
    ) -> Result<(), PostgrestError> {
        if !embed.spread || embed.is_to_one {
            return Ok(());
        }
        if self.compat == Compat::V12 {
            let target = &embed.target;
            return Err(PostgrestError::new(
                400,
                "PGRST119",
                format!("A spread operation on '{target}' is not possible"),
            )
            .details(not_to_one(around, target)));
        }
        if embed.node.grouped {
            return Err(
                PostgrestError::new(400, "PGRST127", "Feature not implemented").details(
                    "Aggregates are not implemented for one-to-many or many-to-many spreads.",
                ),
            );
        }
        Ok(())
    }
}

/// PostgREST's error for a request that no resolver accepts.
pub fn refused<T: Stage>(subjects: FilterScope<'_, T>, wrong: PlanError<'_>) -> PostgrestError {
    match wrong {
        PlanError::NotEmbedded { name, .. } => PostgrestError::new(
            400,
            "PGRST108",
            format!("'{name}' is not an embedded resource in this request"),
        )
        .hint(Some(format!(
            "Verify that '{name}' is included in the 'select' query parameter."
        ))),
        PlanError::OrderedByList { name } => PostgrestError::new(
            400,
            "PGRST118",
            format!("A related order on '{name}' is not possible"),
        )
        .details(not_to_one(subjects.resource, name)),
        PlanError::Compared { name } => PostgrestError::new(
            400,
            "PGRST120",
            format!("Bad operator on the '{name}' embedded resource"),
        )
        .details("Only is null or not is null filters are allowed on embedded resources"),
        PlanError::Twice { parameter } => PostgrestError::syntax(&Error::InvalidParameter {
            parameter: parameter.to_owned(),
            reason: "is ordered or bounded twice".to_owned(),
        }),
    }
}

fn not_to_one(around: &Resource, target: &str) -> String {
    let table = &around.table;
    format!("'{table}' and '{target}' do not form a many-to-one or one-to-one relationship")
}
