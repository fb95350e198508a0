//! Rows that come as sets → JSON.

use std::collections::{HashMap, hash_map::Entry};

use super::{Members, Writer};
use crate::{
    codec::Cell,
    db::Rows,
    query::{
        plan::select_node::OutputItem,
        sql::union_plan::{
            OutputSource as Source, SetLink as Link, UnionPlan as Sets, UnionSet as Set,
        },
    },
};

/// Rows of sets, told apart and joined.
pub struct Joined<'rows> {
    sets: &'rows Sets<'rows>,
    rows: &'rows Rows,
    /// The rows of the list itself.
    pub list: Vec<usize>,
    /// For each set, its rows by what they are related to.
    related: Vec<HashMap<&'rows [u8], Chain>>,
    /// For each row, the next one that is related to the same.
    next: Vec<Option<usize>>,
}

/// The first and the last of rows that follow each other.
struct Chain {
    first: usize,
    last: usize,
}

impl<'rows> Joined<'rows> {
    /// The rows, joined; `None` where they are not all there, or where several are in the place of
    /// one. Only statements that ask for each row by itself tell whose rows are too many.
    pub fn new(sets: &'rows Sets<'rows>, rows: &'rows Rows) -> Option<Self> {
        let mut joined = Self {
            sets,
            rows,
            list: Vec::new(),
            related: Vec::new(),
            next: vec![None; rows.len()],
        };
        joined.related.resize_with(sets.sets.len(), HashMap::new);
        let mut found = vec![0; sets.sets.len()];
        for row in 0..rows.len() {
            let at = joined.set_of(row)?;
            found[at] += 1;
            match sets.sets[at].link {
                None => joined.list.push(row),
                Some(link) => joined.link(at, link, row)?,
            }
        }
        let mut sizes = sets.sets.iter().zip(found);
        let is_whole = |(set, found): (&Set<'_>, u64)| {
            set.link.is_none() || set.limit.is_none_or(|limit| found < limit)
        };
        sizes.all(is_whole).then_some(joined)
    }

    /// Adds a row to those that are related to the same; `None` where there is to be but one.
    fn link(&mut self, set: usize, link: Link, row: usize) -> Option<()> {
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
        (set < self.sets.sets.len()).then_some(set)
    }

    /// What a slot holds.
    fn cell(&self, row: usize, slot: usize) -> Cell<'rows> {
        self.rows.cell(row, slot + 1)
    }

    /// What a row of the list is ordered by.
    pub fn marks(&self, row: usize) -> impl Iterator<Item = Cell<'rows>> + '_ {
        let slots = self.sets.sets[0].sort_keys.iter();
        slots.map(move |&slot| self.cell(row, slot))
    }

    /// The rows of a set that are related to one that has this in the slot.
    fn related(&self, set: usize, row: usize, slot: usize) -> impl Iterator<Item = usize> + '_ {
        let chain = match self.cell(row, slot) {
            Cell::Postgres(key) => self.related[set].get(key),
            _ => None,
        };
        let first = chain.map(|chain| chain.first);
        std::iter::successors(first, |&row| self.next[row])
    }
}

impl Writer {
    /// A row of the list.
    pub fn joined(&mut self, rows: &Joined<'_>, row: usize, out: &mut Vec<u8>) {
        self.set_row(rows, 0, row, out);
    }

    fn set_row(&mut self, rows: &Joined<'_>, set: usize, row: usize, out: &mut Vec<u8>) {
        let mut members = Members::begin(out);
        self.set_fields(rows, set, row, &mut members, out);
        out.push(b'}');
    }

    fn set_fields(
        &mut self,
        rows: &Joined<'_>,
        set: usize,
        row: usize,
        members: &mut Members,
        out: &mut Vec<u8>,
    ) {
        let set = &rows.sets.sets[set];
        for (output, source) in set.node.outputs.iter().zip(&set.outputs) {
            match (output, *source) {
                (OutputItem::Value(value), Source::Cell(slot)) => {
                    self.value(value, rows.cell(row, slot), members, out);
                }
                (OutputItem::Embed(embed), Source::Rows { set: within, slot }) => {
                    let embed = &set.node.embeds[*embed];
                    let mut related = rows.related(within, row, slot);
                    if !embed.is_to_one {
                        members.name(&embed.member, out);
                        let count = self.set_list(rows, within, related, out);
                        self.check(embed, count);
                        continue;
                    }
                    match (embed.spread, related.next()) {
                        (true, Some(row)) => self.set_fields(rows, within, row, members, out),
                        (true, None) => self.fields(&embed.node, &Cell::Null, members, out),
                        (false, Some(row)) => {
                            members.name(&embed.member, out);
                            self.set_row(rows, within, row, out);
                        }
                        (false, None) => {
                            members.name(&embed.member, out);
                            out.extend_from_slice(b"null");
                        }
                    }
                }
                // Of a level's outputs, each has a source of its kind.
                (OutputItem::Value(_), Source::Rows { .. })
                | (OutputItem::Embed(_), Source::Cell(_)) => {}
            }
        }
    }

    /// Rows of a set as a list; says how many there are.
    fn set_list(
        &mut self,
        rows: &Joined<'_>,
        set: usize,
        related: impl Iterator<Item = usize>,
        out: &mut Vec<u8>,
    ) -> u64 {
        let mut count = 0;
        out.push(b'[');
        for row in related {
            if count > 0 {
                out.push(b',');
            }
            count += 1;
            self.set_row(rows, set, row, out);
        }
        out.push(b']');
        count
    }
}
