//! The rows of a union of sets, each with the rows that are related to it.

use std::collections::{HashMap, hash_map::Entry};

use super::Content;
use crate::{
    codec::Cell,
    db::Rows,
    query::sql::union_plan::{OutputSource, SetLink, UnionPlan, UnionSet},
};

/// The rows of a union, told apart by their sets and joined by their keys.
pub struct UnionRows<'rows> {
    plan: &'rows UnionPlan<'rows>,
    rows: &'rows Rows,
    /// The rows of the list itself.
    pub list: Vec<usize>,
    /// For each set, its rows by the key of the row that they are related to.
    related: Vec<HashMap<&'rows [u8], Chain>>,
    /// For each row, the next one that is related to the same row.
    next: Vec<Option<usize>>,
}

/// The first and the last of rows that follow each other.
struct Chain {
    first: usize,
    last: usize,
}

impl<'rows> UnionRows<'rows> {
    /// `None` where rows are missing, or where a to-one relation has several. Which row has too many
    /// related rows is told only by a statement with a subquery for each row.
    pub fn new(plan: &'rows UnionPlan<'rows>, rows: &'rows Rows) -> Option<Self> {
        let mut joined = Self {
            plan,
            rows,
            list: Vec::new(),
            related: Vec::new(),
            next: vec![None; rows.len()],
        };
        joined.related.resize_with(plan.sets.len(), HashMap::new);
        let mut found = vec![0; plan.sets.len()];
        for row in 0..rows.len() {
            let at = joined.set_of(row)?;
            found[at] += 1;
            match plan.sets[at].link {
                None => joined.list.push(row),
                Some(link) => joined.link(at, link, row)?,
            }
        }
        let mut sizes = plan.sets.iter().zip(found);
        let is_whole = |(set, found): (&UnionSet<'_>, u64)| {
            set.link.is_none() || set.limit.is_none_or(|limit| found < limit)
        };
        sizes.all(is_whole).then_some(joined)
    }

    /// Adds a row to the rows that are related to the same row. `None` where a to-one relation has
    /// another row.
    fn link(&mut self, set: usize, link: SetLink, row: usize) -> Option<()> {
        let Cell::Postgres(key) = self.cell(row, link.here) else {
            return Some(());
        };
        let (next, is_to_one) = (&mut self.next, link.is_to_one);
        match self.related[set].entry(key) {
            Entry::Occupied(_) if is_to_one => return None,
            Entry::Occupied(mut chain) => {
                let chain = chain.get_mut();
                next[chain.last] = Some(row);
                chain.last = row;
            }
            Entry::Vacant(place) => {
                let (first, last) = (row, row);
                place.insert(Chain { first, last });
            }
        }
        Some(())
    }

    fn set_of(&self, row: usize) -> Option<usize> {
        let Cell::Postgres(bytes) = self.rows.cell(row, 0) else {
            return None;
        };
        let set = i32::from_be_bytes(bytes.try_into().ok()?);
        let set = usize::try_from(set).ok()?;
        (set < self.plan.sets.len()).then_some(set)
    }

    /// The cell in a slot.
    fn cell(&self, row: usize, slot: usize) -> Cell<'rows> {
        self.rows.cell(row, slot + 1)
    }

    /// The values that a row of the list is ordered by.
    pub fn sort_keys(&self, row: usize) -> impl Iterator<Item = Cell<'rows>> + '_ {
        let slots = self.plan.sets[0].sort_keys.iter();
        slots.map(move |&slot| self.cell(row, slot))
    }

    /// What a row of a set holds, for each output of its node.
    pub(super) fn contents(
        &'rows self,
        set: usize,
        row: usize,
    ) -> impl Iterator<Item = Content<'rows>> {
        let sources = self.plan.sets[set].outputs.iter();
        sources.map(move |source| match *source {
            OutputSource::Cell(slot) => Content::Cell(self.cell(row, slot)),
            OutputSource::Rows { set, slot } => Content::OfSet {
                rows: self,
                set,
                first: self.first_related(set, row, slot),
            },
        })
    }

    /// The first of the rows of a set that are related to a row by the key in its slot.
    fn first_related(&self, set: usize, row: usize, slot: usize) -> Option<usize> {
        match self.cell(row, slot) {
            Cell::Postgres(key) => self.related[set].get(key).map(|chain| chain.first),
            _ => None,
        }
    }

    /// A row, and the rows that follow it.
    pub(super) fn chain(&self, first: Option<usize>) -> impl Iterator<Item = usize> {
        std::iter::successors(first, |&row| self.next[row])
    }
}
