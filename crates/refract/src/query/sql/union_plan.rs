//! A read whose related rows come as sets: each level's rows once, however many rows they are related
//! to. Their keys tell which rows they are related to.
//!
//! Prisma Client reads in the same way, but with a query for each level. A subquery for each row
//! ([`super::subquery_read`]) can do more: bounds for each row, aggregates, many-to-many relations.

use super::column_expr::has_null;
use crate::{
    catalog::{Column, Join, Type},
    query::plan::{
        ReadPlan,
        select_node::{Embed, NodeOrder, OutputItem, SelectNode},
    },
};

/// The most columns that the statement's rows may have. Each row has all of them, NULL where its set
/// has fewer.
const MAX_SLOTS: usize = 48;

/// The levels of a read as sets, each after the set that it is related to.
#[derive(Debug)]
pub struct UnionPlan<'plan> {
    pub sets: Vec<UnionSet<'plan>>,
    /// The columns of the statement's rows, after the first, which is the position of the row's set.
    /// Sets share a slot if their columns are of one type; this is the first of those columns.
    pub slots: Vec<&'plan Column>,
}

/// The rows of one level.
#[derive(Debug)]
pub struct UnionSet<'plan> {
    pub node: &'plan SelectNode,
    /// `None` for the list itself.
    pub link: Option<SetLink>,
    /// The columns that are read, and the slot of each.
    pub columns: Vec<(usize, usize)>,
    /// Where the outputs of the level come from.
    pub outputs: Vec<OutputSource>,
    /// The slots of the values that rows are ordered by, where a cursor needs them.
    pub sort_keys: Vec<usize>,
    /// The most rows that are read.
    pub limit: Option<u64>,
}

/// Two columns that are equal in related rows.
#[derive(Debug, Clone, Copy)]
pub struct SetLink {
    /// The position of the set around.
    pub set: usize,
    /// The slot of the column there.
    pub there: usize,
    /// The slot of the column here.
    pub here: usize,
    pub is_to_one: bool,
}

/// Where an output of a row comes from.
#[derive(Debug, Clone, Copy)]
pub enum OutputSource {
    /// The cell in a slot.
    Cell(usize),
    /// The rows of a set that have the value of this slot.
    Rows { set: usize, slot: usize },
}

impl UnionSet<'_> {
    /// The column in one of its slots, if it has one there.
    pub fn column(&self, slot: usize) -> Option<usize> {
        let mut columns = self.columns.iter();
        let found = columns.find(|(_, taken)| *taken == slot);
        found.map(|&(column, _)| column)
    }

    /// Whether its rows are related to the rows of the set at a position.
    pub fn is_within(&self, set: usize) -> bool {
        self.link.is_some_and(|link| link.set == set)
    }
}

impl<'plan> UnionPlan<'plan> {
    /// The sets of a read. `None` unless it is a page of rows that show columns unchanged, and embed
    /// by single columns whose equal values have equal bytes.
    pub fn of(plan: &'plan ReadPlan) -> Option<Self> {
        let root = &plan.root;
        if plan.is_enveloped() || !root.shows_embeds() {
            return None;
        }
        let mut sets = Self {
            sets: Vec::new(),
            slots: Vec::new(),
        };
        sets.add(root, root.limit?)?;
        if root.has_sort_keys() {
            let keys = root.order.iter().map(|term| sets.sort_key(term));
            sets.sets[0].sort_keys = keys.collect::<Option<_>>()?;
        }
        sets.sets[0].limit = root.limit;
        Some(sets)
    }

    /// Adds a level and the relations that it embeds. It has at most `rows` rows.
    fn add(&mut self, node: &'plan SelectNode, rows: u64) -> Option<usize> {
        if node.grouped || node.ranges() > 1 {
            return None;
        }
        let at = self.sets.len();
        self.sets.push(UnionSet {
            node,
            link: None,
            columns: Vec::with_capacity(node.outputs.len() + 2),
            outputs: Vec::with_capacity(node.outputs.len()),
            sort_keys: Vec::new(),
            limit: None,
        });
        for output in &node.outputs {
            let source = match output {
                OutputItem::Value(value) => {
                    OutputSource::Cell(self.slot(at, value.unchanged_column()?)?)
                }
                OutputItem::Embed(embed) => self.embed(at, &node.embeds[*embed], rows)?,
            };
            self.sets[at].outputs.push(source);
        }
        Some(at)
    }

    fn embed(&mut self, around: usize, embed: &'plan Embed, rows: u64) -> Option<OutputSource> {
        let Join::Direct(pairs) = &embed.join else {
            return None;
        };
        let &[(there, here)] = pairs.as_slice() else {
            return None;
        };
        let from = &self.sets[around].node.from;
        if !have_equal_bytes(&from.columns[there], &embed.node.from.columns[here]) {
            return None;
        }
        let (rows, limit) = if embed.is_to_one {
            (rows, None)
        } else if embed.spread || embed.node.offset.is_some() {
            return None;
        } else {
            // If there are more, some row has more than it may, perhaps a row that is not shown.
            let rows = rows.saturating_mul(embed.most?);
            (rows, Some(rows.saturating_add(1).min(i64::MAX as u64)))
        };
        let slot = self.slot(around, there)?;
        let set = self.add(&embed.node, rows)?;
        let here = self.slot(set, here)?;
        self.sets[set].limit = limit;
        self.sets[set].link = Some(SetLink {
            set: around,
            there: slot,
            here,
            is_to_one: embed.is_to_one,
        });
        Some(OutputSource::Rows { set, slot })
    }

    fn sort_key(&mut self, term: &NodeOrder) -> Option<usize> {
        let column = term.place.column;
        term.is_column(column).then_some(())?;
        self.slot(0, column)
    }

    /// The slot of a column of a set.
    fn slot(&mut self, set: usize, column: usize) -> Option<usize> {
        let set = &mut self.sets[set];
        let known = set.columns.iter().find(|(known, _)| *known == column);
        if let Some(&(_, slot)) = known {
            return Some(slot);
        }
        let node = set.node;
        let wanted = &node.from.columns[column];
        let is_free = |slot: usize| set.columns.iter().all(|&(_, taken)| taken != slot);
        let fits = |held: &Column| {
            held.database_type == wanted.database_type && held.data_type == wanted.data_type
        };
        let mut slots = self.slots.iter().enumerate();
        let free = slots.find(|(at, slot)| is_free(*at) && fits(slot));
        let slot = free.map_or(self.slots.len(), |(at, _)| at);
        if slot == self.slots.len() {
            if slot == MAX_SLOTS || !has_null(wanted) {
                return None;
            }
            self.slots.push(wanted);
        }
        set.columns.push((column, slot));
        Some(slot)
    }
}

/// Whether values of the two columns are equal only if their bytes are.
fn have_equal_bytes(one: &Column, other: &Column) -> bool {
    let is_text = |column: &Column| {
        let mut own = ["text", "character varying"].into_iter();
        own.any(|name| column.database_type.starts_with(name)) && !column.nondeterministic
    };
    match (&one.data_type, &other.data_type) {
        (Type::Int2, Type::Int2)
        | (Type::Int4, Type::Int4)
        | (Type::Int8, Type::Int8)
        | (Type::Uuid, Type::Uuid) => true,
        (Type::Text { .. }, Type::Text { .. }) => is_text(one) && is_text(other),
        _ => false,
    }
}
