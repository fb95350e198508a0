//! A list whose related rows come as sets: each level's rows once, however many rows they are
//! related to, and told whose they are by their keys.
//!
//! It is how Prisma Client asks, but for its queries being one. The other way, a subquery per row
//! ([`super::tree`]), can do more: bounds per row, aggregates, many-to-many.

use reflect::snapshot::Database;

use super::{Draft, Statement, Statements, render, shape::Shape, tree, values};
use crate::{
    catalog::{Column, Join, Type},
    query::plan::select_node::{Embed, NodeOrder, OutputItem, Query, SelectNode, ValueOutput},
};

/// Most columns of the statement's rows. Each row has them all, NULL where its set has less.
const MAX_SLOTS: usize = 48;

/// The levels of a list as sets, each after the one that it is related to.
#[derive(Debug)]
pub struct Sets<'plan> {
    pub sets: Vec<Set<'plan>>,
    /// What the columns of the statement's rows hold, after the first, which is the position of the
    /// row's set. Sets share a slot whose columns are of one type; here is the first of them.
    pub slots: Vec<&'plan Column>,
}

/// All rows of one level.
#[derive(Debug)]
pub struct Set<'plan> {
    pub node: &'plan SelectNode,
    /// `None` is the list itself.
    pub link: Option<Link>,
    /// The columns that are read, and the slot of each.
    pub columns: Vec<(usize, usize)>,
    /// Where the level's outputs come from.
    pub outputs: Vec<Source>,
    /// Slots of what the rows are ordered by, where a cursor needs them.
    pub marks: Vec<usize>,
    /// Rows at most.
    pub limit: Option<u64>,
}

/// What rows are related to: columns that are equal.
#[derive(Debug, Clone, Copy)]
pub struct Link {
    /// Position of the set around.
    pub set: usize,
    /// Slot of the column there.
    pub there: usize,
    /// Slot of the column here.
    pub here: usize,
    pub is_to_one: bool,
}

/// Where something that a row shows comes from.
#[derive(Debug, Clone, Copy)]
pub enum Source {
    /// The cell in a slot.
    Cell(usize),
    /// The rows of a set that have what is in this slot.
    Rows { set: usize, slot: usize },
}

impl Statements {
    /// The statement of a list whose related rows come as sets; `None` where they cannot: it must be
    /// a page of rows that show columns as they are, and embed by single columns whose equal values
    /// have equal bytes. SQLite, which runs in this process, has less to gain.
    pub fn sets<'plan>(&self, plan: &'plan Query) -> Option<(Sets<'plan>, Statement<'plan>)> {
        if self.database != Database::Postgres {
            return None;
        }
        let sets = Sets::of(plan)?;
        let statement = self.statement(
            Some(Shape::of_sets(self.database, plan)),
            values::of_sets(self.database, &sets),
            || {
                let slots = sets.slots.iter();
                let types = slots.map(|slot| slot.data_type.clone());
                Draft {
                    returns: std::iter::once(Type::Int4).chain(types).collect(),
                    ..Draft::of(tree::sets(&sets), false).about(&plan.root.from)
                }
            },
        );
        Some((sets, statement))
    }
}

impl Set<'_> {
    /// The column in one of its slots, if it has one there.
    pub fn column(&self, slot: usize) -> Option<usize> {
        let mut columns = self.columns.iter();
        let found = columns.find(|(_, taken)| *taken == slot);
        found.map(|&(column, _)| column)
    }

    /// Whether its rows are related to those of the set at a position.
    pub fn is_within(&self, set: usize) -> bool {
        self.link.is_some_and(|link| link.set == set)
    }
}

impl<'plan> Sets<'plan> {
    /// The read as sets, where it can be one.
    fn of(plan: &'plan Query) -> Option<Self> {
        let root = &plan.root;
        if plan.is_enveloped() || !root.shows_embeds() {
            return None;
        }
        let mut sets = Self {
            sets: Vec::new(),
            slots: Vec::new(),
        };
        sets.add(root, root.limit?)?;
        if root.marked {
            let marks = root.order.iter().map(|term| sets.mark(term));
            sets.sets[0].marks = marks.collect::<Option<_>>()?;
        }
        sets.sets[0].limit = root.limit;
        Some(sets)
    }

    /// Adds a level and what it embeds; `rows` are the most that it has.
    fn add(&mut self, node: &'plan SelectNode, rows: u64) -> Option<usize> {
        if node.grouped || node.ranges() > 1 {
            return None;
        }
        let at = self.sets.len();
        self.sets.push(Set {
            node,
            link: None,
            columns: Vec::with_capacity(node.outputs.len() + 2),
            outputs: Vec::with_capacity(node.outputs.len()),
            marks: Vec::new(),
            limit: None,
        });
        for output in &node.outputs {
            let source = match output {
                OutputItem::Value(value) => Source::Cell(self.slot(at, plain(value)?)?),
                OutputItem::Embed(embed) => self.embed(at, &node.embeds[*embed], rows)?,
            };
            self.sets[at].outputs.push(source);
        }
        Some(at)
    }

    fn embed(&mut self, around: usize, embed: &'plan Embed, rows: u64) -> Option<Source> {
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
            // Where there are more, some row has more than it may: perhaps one that is not shown.
            let rows = rows.saturating_mul(embed.most?);
            (rows, Some(rows.saturating_add(1).min(i64::MAX as u64)))
        };
        let slot = self.slot(around, there)?;
        let set = self.add(&embed.node, rows)?;
        let here = self.slot(set, here)?;
        self.sets[set].limit = limit;
        self.sets[set].link = Some(Link {
            set: around,
            there: slot,
            here,
            is_to_one: embed.is_to_one,
        });
        Some(Source::Rows { set, slot })
    }

    fn mark(&mut self, term: &NodeOrder) -> Option<usize> {
        let column = term.place.column;
        term.is_column(column).then_some(())?;
        self.slot(0, column)
    }

    /// The slot of a set's column.
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
            if slot == MAX_SLOTS || !render::has_null(wanted) {
                return None;
            }
            self.slots.push(wanted);
        }
        set.columns.push((column, slot));
        Some(slot)
    }
}

/// The column that a value shows as it is.
fn plain(value: &ValueOutput) -> Option<usize> {
    let place = value.field.as_ref()?;
    let is_plain = place.path.is_empty() && value.cast.is_none() && value.aggregate.is_none();
    is_plain.then_some(place.column)
}

/// Whether values of the two columns are equal only where their bytes are.
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
