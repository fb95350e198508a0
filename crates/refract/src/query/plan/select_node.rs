//! What a read beyond plain columns is made of: levels of rows, each embedding others.
//!
//! The levels are the same on both fronts; what they are made of is as strict as the front
//! ([`Stage`]).

use std::{fmt::Debug, sync::Arc};

use super::{Condition, Filter, FromImposed, Seek, Step, Visibility, VisibleFilter};
use crate::{
    catalog::{Join, Resource, Type},
    codec::Value,
    query::parse::{Aggregate, Count},
};

/// What a plan's parts are, once somebody has judged the names and values of a request.
pub trait Stage: Debug + Clone {
    /// A column that a row shows, or something made of one.
    type Value: Debug + Clone;
    /// A condition on one column.
    type Condition: Debug + Clone + FromImposed;
    /// What rows are ordered by.
    type ColumnPath: Debug + Clone;
    /// What leads from a row to related ones.
    type Join: Debug + Clone;
}

/// Columns by their position, values of their types: a plan that is of the catalog.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Resolved;

impl Stage for Resolved {
    type Value = ValueOutput;
    type Condition = Condition;
    type ColumnPath = ColumnPath;
    type Join = Join;
}

/// A read whose rows may hold rows of related resources.
#[derive(Debug, Clone)]
pub struct Query {
    pub root: SelectNode,
    /// The row that the others are related to.
    pub parent: Option<Parent>,
    /// Whether the rows of all pages are counted, and how.
    pub count: Option<Count>,
    /// Rows of a list at most.
    pub page: u64,
}

/// The row of a path such as `/pages/1/author`.
#[derive(Debug, Clone)]
pub struct Parent {
    pub resource: Arc<Resource>,
    /// The key in the path.
    pub key: VisibleFilter,
    /// From the parent to the rows.
    pub join: Join,
}

/// Rows of one resource: those of the list, or those embedded in one row.
#[derive(Debug, Clone)]
pub struct SelectNode<T: Stage = Resolved> {
    pub from: Arc<Resource>,
    /// What its table stands with in the statement: the messages of the database name it.
    pub alias: String,
    /// Levels around it.
    pub depth: usize,
    pub outputs: Vec<OutputItem<T>>,
    pub embeds: Vec<Embed<T>>,
    pub filter: VisibleFilter<T::Condition>,
    pub order: Vec<NodeOrder<T>>,
    pub limit: Option<u64>,
    pub offset: Option<u64>,
    /// Whether rows are aggregated, by the outputs that are no aggregates.
    pub grouped: bool,
    /// Only rows after one.
    pub after: Option<Seek>,
    /// Whether what rows are ordered by comes after the outputs, for a cursor.
    pub marked: bool,
}

/// Something that a row shows.
#[derive(Debug, Clone)]
pub enum OutputItem<T: Stage = Resolved> {
    Value(Box<T::Value>),
    /// Position in [`SelectNode::embeds`].
    Embed(usize),
}

/// A column, or something made of one.
#[derive(Debug, Clone, PartialEq)]
pub struct ValueOutput {
    /// The name as it stands in a JSON object: quoted, with its colon.
    pub member: Box<[u8]>,
    /// `None` counts rows.
    pub field: Option<ColumnPath>,
    pub cast: Option<Cast>,
    pub aggregate: Option<Aggregate>,
    /// Of what the aggregate gives.
    pub aggregate_cast: Option<Cast>,
    /// What the codec reads.
    pub data_type: Type,
    /// Prisma's list as it is: NULL reads as an empty one.
    pub list: bool,
}

/// A column, or a place in its JSON.
#[derive(Debug, Clone, PartialEq)]
pub struct ColumnPath {
    pub column: usize,
    pub path: Box<[Step]>,
    /// What the codec reads.
    pub data_type: Type,
}

/// A type that a value is cast to.
#[derive(Debug, Clone, PartialEq)]
pub struct Cast {
    /// Its name in SQL.
    pub name: &'static str,
    pub data_type: Type,
}

/// Rows of a related resource within each row.
#[derive(Debug, Clone)]
pub struct Embed<T: Stage = Resolved> {
    /// What it is called in the request and in the answer.
    pub key: String,
    /// The same as it stands in a JSON object.
    pub member: Box<[u8]>,
    /// What it may be called in the request, too, where it has another name in the answer.
    pub target: String,
    /// What its rows stand with in the row around.
    pub alias: String,
    /// From the row around it to its rows.
    pub join: T::Join,
    pub is_to_one: bool,
    /// Whether rows without one are left out.
    pub inner: bool,
    /// Whether its items are items of the row around it.
    pub spread: bool,
    /// Rows that are not to be exceeded without having been asked for.
    pub most: Option<u64>,
    pub node: SelectNode<T>,
}

/// A condition on whether an embedded relation has rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EmbedTest {
    /// Position in [`SelectNode::embeds`].
    pub embed: usize,
    pub exists: bool,
}

/// One term of a level's order.
#[derive(Debug, Clone)]
pub struct NodeOrder<T: Stage = Resolved> {
    /// Position in [`SelectNode::embeds`] of the row that the field is of.
    pub embed: Option<usize>,
    pub place: T::ColumnPath,
    pub descending: bool,
    pub nulls_first: Option<bool>,
}

impl Query {
    /// The same read of the rows that have these keys, marked as deleted or not.
    pub fn of_keys(&self, keys: &[Vec<Value>]) -> Self {
        let mut query = self.clone();
        let columns = query.root.from.key.clone();
        let filter = Filter::of_keys(&columns, keys);
        // What it asks of embedded relations stays.
        query.root.filter.and(filter);
        query
    }

    /// Whether the rows come as one value, beside what else is asked: a row must come even where
    /// no row is found.
    pub fn is_enveloped(&self) -> bool {
        self.parent.is_some() || self.counts_rows()
    }

    /// Whether the statement itself counts; else the database's planner is asked.
    pub fn counts_rows(&self) -> bool {
        matches!(self.count, Some(Count::Exact | Count::Estimated))
    }
}

impl<T: Stage> SelectNode<T> {
    /// All rows of a resource that may be seen. They show nothing yet.
    pub fn of(from: Arc<Resource>, depth: usize, visibility: Visibility) -> Self {
        Self {
            alias: alias(&from, depth),
            filter: visibility.all(&from),
            from,
            depth,
            outputs: Vec::new(),
            embeds: Vec::new(),
            order: Vec::new(),
            limit: None,
            offset: None,
            grouped: false,
            after: None,
            marked: false,
        }
    }

    /// The embedded relation of a name: as the answer calls it, or as the request does.
    pub fn embed(&self, name: &str) -> Option<usize> {
        embed(&self.embeds, name)
    }
}

/// What a table stands with in a statement: its own name at the root, with its depth below.
pub(in super::super) fn alias(resource: &Resource, depth: usize) -> String {
    match depth {
        0 => resource.table.clone(),
        depth => format!("{}_{depth}", resource.table),
    }
}

/// The position of the embedded relation of a name.
pub(super) fn embed<T: Stage>(embeds: &[Embed<T>], name: &str) -> Option<usize> {
    let by_key = embeds.iter().position(|embed| embed.key == name);
    by_key.or_else(|| embeds.iter().position(|embed| embed.target == name))
}

impl SelectNode {
    /// Whether texts are searched, here or in what is embedded.
    pub fn searches(&self) -> bool {
        self.filter.searches() || self.embeds.iter().any(|embed| embed.node.searches())
    }

    /// Ranges that its rows are put together from.
    pub fn ranges(&self) -> usize {
        match &self.after {
            Some(Seek::Ranges(ranges)) => ranges.len().max(1),
            _ => 1,
        }
    }

    /// Whether its bounds may leave none of its rows, where it has some.
    pub fn bounds_may_empty(&self) -> bool {
        self.limit == Some(0) || self.offset.is_some()
    }

    /// Whether the answer shows embedded relations.
    pub fn shows_embeds(&self) -> bool {
        let is_embed = |output: &OutputItem| matches!(output, OutputItem::Embed(_));
        self.outputs.iter().any(is_embed)
    }

    /// Embedded relations that the order looks at, each once.
    pub fn ordered_by(&self) -> Vec<usize> {
        let mut embeds = Vec::new();
        for embed in self.order.iter().filter_map(|term| term.embed) {
            if !embeds.contains(&embed) {
                embeds.push(embed);
            }
        }
        embeds
    }
}
