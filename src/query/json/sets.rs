//! Rows that come as sets → JSON.

use std::collections::HashMap;

use super::{Members, Writer};
use crate::{
    backend::Rows,
    codec::Cell,
    query::{
        plan::level::Output,
        sql::sets::{Sets, Source},
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
    pub fn new(sets: &'rows Sets<'rows>, rows: &'rows Rows) -> Self {
        let mut joined = Self {
            sets,
            rows,
            list: Vec::new(),
            related: Vec::new(),
            next: vec![None; rows.len()],
        };
        joined.related.resize_with(sets.sets.len(), HashMap::new);
        for row in 0..rows.len() {
            joined.add(row);
        }
        joined
    }

    fn add(&mut self, row: usize) {
        let Some(at) = self.set_of(row) else { return };
        let set = &self.sets.sets[at];
        let Some(link) = set.link else {
            return self.list.push(row);
        };
        let Cell::Postgres(key) = self.cell(row, link.here) else {
            return;
        };
        let next = &mut self.next;
        self.related[at]
            .entry(key)
            .and_modify(|chain| {
                next[chain.last] = Some(row);
                chain.last = row;
            })
            .or_insert(Chain {
                first: row,
                last: row,
            });
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
        let slots = self.sets.sets[0].marks.iter();
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
        for (output, source) in set.level.outputs.iter().zip(&set.outputs) {
            match (output, *source) {
                (Output::Value(value), Source::Cell(slot)) => {
                    self.value(value, rows.cell(row, slot), members, out);
                }
                (Output::Embed(embed), Source::Rows { set: within, slot }) => {
                    let embed = &set.level.embeds[*embed];
                    let mut related = rows.related(within, row, slot);
                    if !embed.is_to_one {
                        members.name(&embed.member, out);
                        let count = self.set_list(rows, within, related, out);
                        self.check(embed, count);
                        continue;
                    }
                    match (embed.spread, related.next()) {
                        (true, Some(row)) => self.set_fields(rows, within, row, members, out),
                        (true, None) => self.fields(&embed.level, &Cell::Null, members, out),
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
                (Output::Value(_), Source::Rows { .. }) | (Output::Embed(_), Source::Cell(_)) => {}
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
