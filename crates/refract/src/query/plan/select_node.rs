//! The nodes of a read with embedded relations: each node is the rows of one resource.
//!
//! Both APIs have the same nodes. Their values, conditions and joins differ, because `/api/v1` resolves
//! names and values by the catalog and `/rest/v1` leaves them to the database ([`Stage`]).

use std::{fmt::Debug, sync::Arc};

use super::{Condition, FromImposed, Seek, Step, VisibleFilter};
use crate::{
    catalog::{Join, Resource, Type},
    query::parse::Aggregate,
};

/// The types of a node's parts, which depend on how far names and values are resolved.
pub trait Stage: Debug + Clone {
    /// A value that a row shows: a column, or an expression of one.
    type Value: Debug + Clone;
    /// A condition on one column.
    type Condition: Debug + Clone + FromImposed;
    /// A column, or a path in its JSON, that rows are ordered by.
    type ColumnPath: Debug + Clone;
    /// The join from a row to its related rows.
    type Join: Debug + Clone;
}

/// Columns are positions, and values have the types of their columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Resolved;

impl Stage for Resolved {
    type Value = ValueOutput;
    type Condition = Condition;
    type ColumnPath = ColumnPath;
    type Join = Join;
}

/// The row of a path such as `/pages/1/author`.
#[derive(Debug, Clone)]
pub struct Parent {
    pub resource: Arc<Resource>,
    /// The key in the path.
    pub key: VisibleFilter,
    /// The join from the parent to the rows.
    pub join: Join,
}

/// The rows of one resource: of the list, or those that one row embeds.
#[derive(Debug, Clone)]
pub struct SelectNode<T: Stage = Resolved> {
    pub from: Arc<Resource>,
    /// See [`Self::alias`]. `None` is the name of the table.
    alias: Option<String>,
    /// The number of nodes around it.
    pub depth: usize,
    pub outputs: Vec<OutputItem<T>>,
    pub embeds: Vec<Embed<T>>,
    pub filter: VisibleFilter<T::Condition>,
    pub order: Vec<NodeOrder<T>>,
    pub limit: Option<u64>,
    pub offset: Option<u64>,
    /// Whether rows are aggregated, grouped by the outputs that are not aggregates.
    pub grouped: bool,
    /// Only rows after a cursor.
    pub after: Option<Seek>,
    pub sort_keys: SortKeys,
}

/// Where a row of a statement holds the values of its order, which a cursor needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SortKeys {
    /// The row does not hold them.
    None,
    /// All of them follow the outputs.
    AfterOutputs,
    /// They are among the outputs. Those that no output shows follow the outputs.
    AmongOutputs,
}

/// A member of a row in the answer.
#[derive(Debug, Clone)]
pub enum OutputItem<T: Stage = Resolved> {
    Value(T::Value),
    /// Position in [`SelectNode::embeds`].
    Embed(usize),
}

/// A value that a row shows.
#[derive(Debug, Clone, PartialEq)]
pub enum ValueOutput {
    /// A column, unchanged and under its own name.
    Column(usize),
    Expression(Box<ExpressionOutput>),
}

/// A column under another name, or an expression of a column.
#[derive(Debug, Clone, PartialEq)]
pub struct ExpressionOutput {
    /// The name as it stands in a JSON object: quoted, with its colon.
    pub member: Box<[u8]>,
    /// `None` counts rows.
    pub field: Option<ColumnPath>,
    pub cast: Option<Cast>,
    pub aggregate: Option<Aggregate>,
    /// The cast of the aggregate's result.
    pub aggregate_cast: Option<Cast>,
    /// The type that the codec decodes.
    pub data_type: Type,
    /// Whether it is a list of Prisma's, of which NULL reads as an empty list.
    pub list: bool,
}

/// A column, or a path in its JSON.
#[derive(Debug, Clone, PartialEq)]
pub struct ColumnPath {
    pub column: usize,
    pub path: Box<[Step]>,
    /// The type that the codec decodes.
    pub data_type: Type,
}

/// The target type of a cast.
#[derive(Debug, Clone, PartialEq)]
pub struct Cast {
    /// Its name in SQL.
    pub name: &'static str,
    pub data_type: Type,
}

/// A relation that each row embeds.
#[derive(Debug, Clone)]
pub struct Embed<T: Stage = Resolved> {
    /// Its name in the request and in the answer.
    pub key: String,
    /// The name as a member of a JSON object: quoted, with its colon.
    pub member: Box<[u8]>,
    /// Its other name in the request, where an alias renames it in the answer.
    pub target: String,
    /// The alias of its rows in the statement.
    pub alias: String,
    /// The join from the row around it to its rows.
    pub join: T::Join,
    pub is_to_one: bool,
    /// Whether rows without a related row are left out.
    pub inner: bool,
    /// Whether its members become members of the row around it.
    pub spread: bool,
    /// The most rows of a request that sets no limit for this relation.
    pub most: Option<u64>,
    pub node: SelectNode<T>,
}

/// A test of whether an embedded relation has rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EmbedTest {
    /// Position in [`SelectNode::embeds`].
    pub embed: usize,
    pub exists: bool,
}

/// One term of an `ORDER BY`.
#[derive(Debug, Clone)]
pub struct NodeOrder<T: Stage = Resolved> {
    /// The position in [`SelectNode::embeds`] of the to-one relation whose field it is. `None` is the
    /// node itself.
    pub embed: Option<usize>,
    pub place: T::ColumnPath,
    pub descending: bool,
    pub nulls_first: Option<bool>,
}

impl ValueOutput {
    /// Its name as it stands in a JSON object: quoted, with its colon.
    pub fn member<'a>(&'a self, from: &'a Resource) -> &'a [u8] {
        match self {
            Self::Column(column) => &from.columns[*column].member,
            Self::Expression(value) => &value.member,
        }
    }

    /// The type that the codec decodes.
    pub fn data_type<'a>(&'a self, from: &'a Resource) -> &'a Type {
        match self {
            Self::Column(column) => &from.columns[*column].data_type,
            Self::Expression(value) => &value.data_type,
        }
    }

    /// Whether it is a list of Prisma's, of which NULL reads as an empty list.
    pub fn is_list(&self, from: &Resource) -> bool {
        match self {
            Self::Column(column) => from.columns[*column].list,
            Self::Expression(value) => value.list,
        }
    }

    pub fn aggregate(&self) -> Option<Aggregate> {
        match self {
            Self::Column(_) => None,
            Self::Expression(value) => value.aggregate,
        }
    }

    /// The column that it shows unchanged, perhaps under another name.
    pub fn unchanged_column(&self) -> Option<usize> {
        let value = match self {
            Self::Column(column) => return Some(*column),
            Self::Expression(value) => value,
        };
        let place = value.field.as_ref()?;
        let is_unchanged =
            place.path.is_empty() && value.cast.is_none() && value.aggregate.is_none();
        is_unchanged.then_some(place.column)
    }
}

impl OutputItem {
    /// A column, unchanged and under its own name.
    pub fn of_column(column: usize) -> Self {
        Self::Value(ValueOutput::Column(column))
    }

    /// The column that it shows unchanged and under its own name, if it shows one.
    pub fn column(&self) -> Option<usize> {
        match self {
            Self::Value(ValueOutput::Column(column)) => Some(*column),
            Self::Value(ValueOutput::Expression(_)) | Self::Embed(_) => None,
        }
    }
}

impl NodeOrder {
    /// A column of the node's own resource, ascending.
    pub fn of(resource: &Resource, column: usize) -> Self {
        Self {
            embed: None,
            place: ColumnPath {
                column,
                path: Box::default(),
                data_type: resource.columns[column].data_type.clone(),
            },
            descending: false,
            nulls_first: None,
        }
    }
}

impl<T: Stage> SelectNode<T> {
    /// The rows of a filter, without outputs.
    pub fn of(from: Arc<Resource>, depth: usize, filter: VisibleFilter<T::Condition>) -> Self {
        Self {
            alias: (depth > 0).then(|| alias(&from, depth)),
            filter,
            from,
            depth,
            outputs: Vec::new(),
            embeds: Vec::new(),
            order: Vec::new(),
            limit: None,
            offset: None,
            grouped: false,
            after: None,
            sort_keys: SortKeys::None,
        }
    }

    /// The alias of its table in the statement. Messages of the database name it.
    pub fn alias(&self) -> &str {
        self.alias.as_deref().unwrap_or(&self.from.table)
    }

    /// The embedded relation of a name: as the answer calls it, or as the request does.
    pub fn embed(&self, name: &str) -> Option<usize> {
        embed(&self.embeds, name)
    }
}

/// The alias of a table: its name at the root, and its name with its depth below.
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
    /// Whether its rows show only columns, and are read by one comparison and ordered by columns.
    pub fn is_plain(&self) -> bool {
        let mut order = self.order.iter();
        self.embeds.is_empty()
            && self.sort_keys != SortKeys::AfterOutputs
            && !matches!(self.after, Some(Seek::Ranges(_)))
            && self.outputs.iter().all(|output| output.column().is_some())
            && order.all(|term| term.is_column(term.place.column))
    }

    /// The columns among its outputs.
    pub fn columns(&self) -> impl Iterator<Item = usize> + Clone {
        self.outputs.iter().filter_map(OutputItem::column)
    }

    /// The columns that the statement of a plain read returns: those that are shown, and the sort keys
    /// that are not.
    pub fn returned_columns(&self) -> impl Iterator<Item = usize> + Clone {
        let order = match self.sort_keys {
            SortKeys::AmongOutputs => self.order.as_slice(),
            SortKeys::None | SortKeys::AfterOutputs => &[],
        };
        let terms = order.iter().enumerate().filter(move |(at, term)| {
            let column = term.place.column;
            let mut before = order[..*at].iter();
            self.columns().all(|shown| shown != column)
                && before.all(|other| other.place.column != column)
        });
        self.columns()
            .chain(terms.map(|(_, term)| term.place.column))
    }

    /// The position of the cell that holds the value of a term of the order.
    pub fn sort_key_cell(&self, term: usize) -> usize {
        if self.sort_keys != SortKeys::AmongOutputs {
            return self.outputs.len() + term;
        }
        let wanted = self.order[term].place.column;
        self.returned_columns()
            .take_while(|column| *column != wanted)
            .count()
    }

    /// Whether the rows hold the values of the order.
    pub fn has_sort_keys(&self) -> bool {
        self.sort_keys != SortKeys::None
    }

    /// Whether the node, or a node that it embeds, has a full text search.
    pub fn searches(&self) -> bool {
        self.filter.searches() || self.embeds.iter().any(|embed| embed.node.searches())
    }

    /// The number of ranges that its rows are read in.
    pub fn ranges(&self) -> usize {
        match &self.after {
            Some(Seek::Ranges(ranges)) => ranges.len().max(1),
            _ => 1,
        }
    }

    /// Whether its limit and offset may leave out all of its rows.
    pub fn bounds_may_empty(&self) -> bool {
        self.limit == Some(0) || self.offset.is_some()
    }

    /// Whether the answer shows embedded relations.
    pub fn shows_embeds(&self) -> bool {
        let is_embed = |output: &OutputItem| matches!(output, OutputItem::Embed(_));
        self.outputs.iter().any(is_embed)
    }

    /// The embedded relations in its order, each once.
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
