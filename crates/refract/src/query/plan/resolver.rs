//! How strictly the names and values of a request are judged.
//!
//! There is one planner ([`super::tree`]) and there are several resolvers: that of `/api/v1` knows every
//! name and type from the catalog ([`super::strict`]), those of `/rest/v1` leave names and values to
//! the database (`crate::postgrest`).

use std::sync::Arc;

use super::{
    Filter, Visibility,
    select_node::{self, Embed, NodeOrder, SelectNode, Stage},
};
use crate::{
    catalog::Resource,
    error::Error,
    query::parse::{EmbedItem, Field, FieldItem, Predicate},
};

/// Judges names and values, and makes of them what a plan is made of.
pub trait Resolver {
    type Stage: Stage;
    /// What is said of a request that is wrong.
    type Error;

    /// The column of a name, if the catalog knows one that may be read.
    fn column(&self, resource: &Resource, name: &str) -> Option<usize>;

    /// The column that a parameter's whole name means, where a dot may be a part of it. Else it
    /// leads into an embedded relation.
    fn dotted(&self, _resource: &Resource, _parameter: &str) -> Option<usize> {
        None
    }

    /// What requests call a column of the catalog.
    fn name<'a>(&self, resource: &'a Resource, column: usize) -> &'a str {
        &resource.columns[column].name
    }

    /// Where an item of a `select` leads to.
    ///
    /// # Errors
    /// No relation is meant, or any of several.
    fn related(
        &self,
        around: &SelectNode<Self::Stage>,
        item: &EmbedItem,
    ) -> Result<Related<Self::Stage>, Self::Error>;

    /// Adds a value to what a level shows.
    ///
    /// # Errors
    /// It cannot be shown.
    fn show(&self, node: &mut SelectNode<Self::Stage>, item: &FieldItem)
    -> Result<(), Self::Error>;

    /// Whether a relation may be embedded beside what a level shows already.
    ///
    /// # Errors
    /// It may not.
    fn admit(
        &self,
        around: &SelectNode<Self::Stage>,
        embed: &Embed<Self::Stage>,
    ) -> Result<(), Self::Error>;

    /// Whether the rows of a level are aggregated, which shows all that it will.
    ///
    /// # Errors
    /// They are, and cannot be.
    fn grouped(&self, node: &SelectNode<Self::Stage>) -> Result<bool, Self::Error>;

    /// Adds a condition to a filter. A predicate that is none is refused once the name is a field's.
    ///
    /// # Errors
    /// The name or the value is wrong, as far as that is not kept for later.
    fn compare(
        &mut self,
        filter: &mut Filter<<Self::Stage as Stage>::Condition>,
        subject: FilterTarget<'_, Self>,
        predicate: Result<Predicate, Error>,
    ) -> Result<(), Self::Error>;

    /// Which rows the request may see.
    fn visibility(&self) -> Visibility;

    /// What rows are ordered by: a place of the level's rows, or of those of a relation to one.
    ///
    /// # Errors
    /// The name is wrong, or there is no order.
    fn place(
        &self,
        node: &SelectNode<Self::Stage>,
        embed: Option<usize>,
        field: Field,
    ) -> Result<<Self::Stage as Stage>::ColumnPath, Self::Error>;

    /// Orders rows further than was asked for.
    fn settle(&self, _level: &SelectNode<Self::Stage>, _order: &mut Vec<NodeOrder<Self::Stage>>) {}

    /// Bounds an embedded relation.
    ///
    /// # Errors
    /// The bounds are too wide, or make no sense.
    fn bound(&self, embed: &mut Embed<Self::Stage>, bounds: Bounds) -> Result<(), Self::Error>;

    /// What is said of a text that is not of the grammar.
    fn unreadable(&self, error: Error) -> Self::Error;

    /// What is said of a request that is wrong whoever resolvers it.
    fn refuse(&self, subjects: FilterScope<'_, Self::Stage>, wrong: PlanError<'_>) -> Self::Error;
}

/// Where an embedded relation leads to.
pub struct Related<T: Stage> {
    pub target: Arc<Resource>,
    pub join: T::Join,
    pub is_to_one: bool,
}

/// Which of the rows of an embedded relation are shown.
#[derive(Debug, Default, Clone, Copy)]
pub struct Bounds {
    pub limit: Option<u64>,
    pub offset: Option<u64>,
}

/// What conditions can be about: columns, and embedded relations.
#[derive(Debug)]
pub struct FilterScope<'a, T: Stage> {
    pub resource: &'a Resource,
    /// As in [`SelectNode::alias`].
    pub alias: &'a str,
    pub embeds: &'a [Embed<T>],
}

// Derived, they would ask for terms that can be copied.
impl<T: Stage> Clone for FilterScope<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Stage> Copy for FilterScope<'_, T> {}

impl<'a, T: Stage> FilterScope<'a, T> {
    /// The columns of a resource.
    pub fn of(resource: &'a Resource) -> Self {
        Self {
            resource,
            alias: &resource.table,
            embeds: &[],
        }
    }

    /// Those of a level.
    pub fn of_level(node: &'a SelectNode<T>) -> Self {
        Self {
            resource: &node.from,
            alias: &node.alias,
            embeds: &node.embeds,
        }
    }

    /// The position of the embedded relation of a name.
    pub fn embed(&self, name: &str) -> Option<usize> {
        select_node::embed(self.embeds, name)
    }
}

/// What a condition is about.
pub struct FilterTarget<'a, J: Resolver + ?Sized> {
    pub among: FilterScope<'a, J::Stage>,
    /// The column behind the field's name.
    pub column: Option<usize>,
    pub field: Field,
    /// The name of the parameter, if the condition is all that it asks.
    pub parameter: Option<&'a str>,
}

/// What a request has wrong whoever resolvers it.
#[derive(Debug, Clone, Copy)]
pub enum PlanError<'a> {
    /// A parameter is about a relation that is not embedded.
    NotEmbedded { name: &'a str, parameter: &'a str },
    /// A list has no one value to order by.
    OrderedByList { name: &'a str },
    /// A relation has no value to compare.
    Compared { name: &'a str },
    /// Something is asked for twice.
    Twice { parameter: &'a str },
}
