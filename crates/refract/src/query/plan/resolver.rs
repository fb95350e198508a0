//! The resolution of the names and values of a request.
//!
//! There is one planner ([`super::node_planner`]) and there are several resolvers. The resolver of
//! `/api/v1` takes every name and type from the catalog ([`super::catalog_resolver`]). Those of
//! `/rest/v1` leave names and values to the database (`crate::postgrest`).

use std::sync::Arc;

use super::{
    Filter,
    select_node::{self, Embed, NodeOrder, SelectNode, Stage},
};
use crate::{
    catalog::Resource,
    error::Error,
    query::parse::{EmbedItem, Field, FieldItem, Predicate},
};

/// Resolves names and values to the parts of a plan.
pub trait Resolver {
    type Stage: Stage;
    /// The error of an invalid request.
    type Error;

    /// The column of a name, if the catalog knows one that may be read.
    fn column(&self, resource: &Resource, name: &str) -> Option<usize>;

    /// The column with the whole name of a parameter, dots included. Otherwise the part before a dot
    /// is an embedded relation.
    fn dotted(&self, _resource: &Resource, _parameter: &str) -> Option<usize> {
        None
    }

    /// The name of a column in requests.
    fn name<'a>(&self, resource: &'a Resource, column: usize) -> &'a str {
        &resource.columns[column].name
    }

    /// The relation of an item in `select`.
    ///
    /// # Errors
    /// No relation has this name, or several may be meant.
    fn related(
        &self,
        around: &SelectNode<Self::Stage>,
        item: &EmbedItem,
    ) -> Result<Related<Self::Stage>, Self::Error>;

    /// Adds a value to the outputs of a node.
    ///
    /// # Errors
    /// The name, the cast or the aggregate is not valid.
    fn show(&self, node: &mut SelectNode<Self::Stage>, item: &FieldItem)
    -> Result<(), Self::Error>;

    /// Checks that a relation may be embedded next to the outputs that a node has.
    ///
    /// # Errors
    /// The name is used twice, or the relation cannot be spread.
    fn check_embed(
        &self,
        around: &SelectNode<Self::Stage>,
        embed: &Embed<Self::Stage>,
    ) -> Result<(), Self::Error>;

    /// Whether the rows of a node are aggregated. The node has all of its outputs.
    ///
    /// # Errors
    /// The outputs cannot be aggregated together.
    fn grouped(&self, node: &SelectNode<Self::Stage>) -> Result<bool, Self::Error>;

    /// Adds a condition to a filter. An unknown name is reported before an invalid predicate.
    ///
    /// # Errors
    /// The name or the value is not valid. A resolver may keep errors of values for later.
    fn compare(
        &mut self,
        filter: &mut Filter<<Self::Stage as Stage>::Condition>,
        subject: FilterTarget<'_, Self>,
        predicate: Result<Predicate, Error>,
    ) -> Result<(), Self::Error>;

    /// A column to order by, of the node or of an embedded to-one relation.
    ///
    /// # Errors
    /// The name is not valid, or its type has no order.
    fn place(
        &self,
        node: &SelectNode<Self::Stage>,
        embed: Option<usize>,
        field: Field,
    ) -> Result<<Self::Stage as Stage>::ColumnPath, Self::Error>;

    /// Appends to an order the terms that make it unique.
    fn settle(&self, _level: &SelectNode<Self::Stage>, _order: &mut Vec<NodeOrder<Self::Stage>>) {}

    /// Sets the limit and offset of an embedded relation.
    ///
    /// # Errors
    /// The limit is too large, or the relation leads to one row.
    fn bound(&self, embed: &mut Embed<Self::Stage>, bounds: Bounds) -> Result<(), Self::Error>;

    /// The error of a text that the grammar does not allow.
    fn unreadable(&self, error: Error) -> Self::Error;

    /// The error of a request that no resolver accepts.
    fn refuse(&self, subjects: FilterScope<'_, Self::Stage>, wrong: PlanError<'_>) -> Self::Error;
}

/// The target of an embedded relation.
pub struct Related<T: Stage> {
    pub target: Arc<Resource>,
    pub join: T::Join,
    pub is_to_one: bool,
}

/// The limit and offset of an embedded relation.
#[derive(Debug, Default, Clone, Copy)]
pub struct Bounds {
    pub limit: Option<u64>,
    pub offset: Option<u64>,
}

/// The columns and embedded relations that conditions may name.
#[derive(Debug)]
pub struct FilterScope<'a, T: Stage> {
    pub resource: &'a Resource,
    /// As in [`SelectNode::alias`].
    pub alias: &'a str,
    pub embeds: &'a [Embed<T>],
}

// The derived implementations would require `T: Clone` and `T: Copy`.
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

    /// The columns and embedded relations of a node.
    pub fn of_level(node: &'a SelectNode<T>) -> Self {
        Self {
            resource: &node.from,
            alias: node.alias(),
            embeds: &node.embeds,
        }
    }

    /// The position of the embedded relation of a name.
    pub fn embed(&self, name: &str) -> Option<usize> {
        select_node::embed(self.embeds, name)
    }
}

/// The target of a condition.
pub struct FilterTarget<'a, J: Resolver + ?Sized> {
    pub among: FilterScope<'a, J::Stage>,
    /// The column with the field's name.
    pub column: Option<usize>,
    pub field: Field,
    /// The name of the parameter, if the condition is its whole content.
    pub parameter: Option<&'a str>,
}

/// An error of a request that no resolver accepts.
#[derive(Debug, Clone, Copy)]
pub enum PlanError<'a> {
    /// A parameter names a relation that is not embedded.
    NotEmbedded { name: &'a str, parameter: &'a str },
    /// A to-many relation has no single value to order by.
    OrderedByList { name: &'a str },
    /// A condition compares a relation with a value.
    Compared { name: &'a str },
    /// A parameter is given twice.
    Twice { parameter: &'a str },
}
