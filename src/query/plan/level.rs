//! What a read beyond plain columns is made of: levels of rows, each embedding others.

use std::sync::Arc;

use super::{After, Condition, Deleted, Filter, Step};
use crate::{
    catalog::{Join, Resource, Type},
    codec::Value,
    query::parse::{Aggregate, Count},
};

/// A read whose rows may hold rows of related resources.
#[derive(Debug, Clone)]
pub struct Query {
    pub root: Level,
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
    pub key: Vec<Condition>,
    /// From the parent to the rows.
    pub join: Join,
}

/// Rows of one resource: those of the list, or those embedded in one row.
#[derive(Debug, Clone)]
pub struct Level {
    pub from: Arc<Resource>,
    pub outputs: Vec<Output>,
    pub embeds: Vec<Embed>,
    pub filter: Filter,
    pub order: Vec<LevelOrder>,
    pub limit: Option<u64>,
    pub offset: Option<u64>,
    /// Whether rows are aggregated, by the outputs that are no aggregates.
    pub grouped: bool,
    /// Only rows after one.
    pub after: Option<After>,
    /// Whether what rows are ordered by comes after the outputs, for a cursor.
    pub marked: bool,
}

/// Something that a row shows.
#[derive(Debug, Clone)]
pub enum Output {
    Value(Box<ValueOutput>),
    /// Position in [`Level::embeds`].
    Embed(usize),
}

/// A column, or something made of one.
#[derive(Debug, Clone)]
pub struct ValueOutput {
    /// The name as it stands in a JSON object: quoted, with its colon.
    pub member: Box<[u8]>,
    /// `None` counts rows.
    pub field: Option<Place>,
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
pub struct Place {
    pub column: usize,
    pub path: Box<[Step]>,
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
pub struct Embed {
    /// What it is called in the request and in the answer.
    pub key: String,
    /// The same as it stands in a JSON object.
    pub member: Box<[u8]>,
    /// From the row around it to its rows.
    pub join: Join,
    pub is_to_one: bool,
    /// Whether rows without one are left out.
    pub inner: bool,
    /// Whether its items are items of the row around it.
    pub spread: bool,
    /// Rows that are not to be exceeded without having been asked for.
    pub most: Option<u64>,
    pub level: Level,
}

/// A condition on whether an embedded relation has rows.
#[derive(Debug, Clone, PartialEq)]
pub struct EmbedTest {
    /// Position in [`Level::embeds`].
    pub embed: usize,
    pub exists: bool,
}

/// One term of a level's order.
#[derive(Debug, Clone)]
pub struct LevelOrder {
    /// Position in [`Level::embeds`] of the row that the field is of.
    pub embed: Option<usize>,
    pub place: Place,
    /// What the codec reads.
    pub data_type: Type,
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
        query.root.filter.groups.push(filter);
        query.scope(Deleted::Include);
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

impl Level {
    /// Whether texts are searched, here or in what is embedded.
    pub fn searches(&self) -> bool {
        self.filter.searches() || self.embeds.iter().any(|embed| embed.level.searches())
    }

    /// Ranges that its rows are put together from.
    pub fn ranges(&self) -> usize {
        match &self.after {
            Some(After::Ranges(ranges)) => ranges.len().max(1),
            _ => 1,
        }
    }

    /// Whether the answer shows embedded relations.
    pub fn shows_embeds(&self) -> bool {
        let is_embed = |output: &Output| matches!(output, Output::Embed(_));
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
