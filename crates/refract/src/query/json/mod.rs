//! Rows that hold rows → JSON.

pub mod sets;

use super::plan::select_node::{Embed, OutputItem, SelectNode, ValueOutput};
use crate::{
    codec::{Cell, Spelling, each_field, each_row, write_spelled},
    db::Rows,
    error::Error,
};

/// Writes rows of levels.
pub struct Writer {
    spelling: Spelling,
    /// Whether members that are null are left out.
    strip_nulls: bool,
    /// A relation that has more rows in one row than it may.
    too_many: Option<(String, u64)>,
}

impl Writer {
    pub fn new(spelling: Spelling) -> Self {
        Self {
            spelling,
            strip_nulls: false,
            too_many: None,
        }
    }

    /// The same, but for members that are null.
    pub fn stripping_nulls(self, strip_nulls: bool) -> Self {
        Self {
            strip_nulls,
            ..self
        }
    }

    /// # Errors
    /// [`Error::TooManyRows`] where what was written is not whole.
    pub fn check_whole(&self) -> Result<(), Error> {
        match &self.too_many {
            None => Ok(()),
            Some((relation, most)) => Err(Error::TooManyRows {
                relation: relation.clone(),
                most: *most,
            }),
        }
    }

    /// What was written, if it is whole.
    ///
    /// # Errors
    /// [`Error::TooManyRows`].
    pub fn whole(self, body: Vec<u8>) -> Result<Vec<u8>, Error> {
        match self.too_many {
            None => Ok(body),
            Some((relation, most)) => Err(Error::TooManyRows { relation, most }),
        }
    }

    /// A row whose cells are those of the statement.
    pub fn top_row(&mut self, node: &SelectNode, rows: &Rows, row: usize, out: &mut Vec<u8>) {
        let mut members = Members::begin(out);
        for (column, output) in node.outputs.iter().enumerate() {
            self.output(node, output, rows.cell(row, column), &mut members, out);
        }
        out.push(b'}');
    }

    /// A row that is one cell.
    pub fn row(&mut self, node: &SelectNode, row: &Cell<'_>, out: &mut Vec<u8>) {
        let mut members = Members::begin(out);
        self.fields(node, row, &mut members, out);
        out.push(b'}');
    }

    fn fields(
        &mut self,
        node: &SelectNode,
        row: &Cell<'_>,
        members: &mut Members,
        out: &mut Vec<u8>,
    ) {
        let mut outputs = node.outputs.iter();
        each_field(row, |cell| {
            if let Some(output) = outputs.next() {
                self.output(node, output, cell, members, out);
            }
        });
        // Of no row, every field is null.
        for output in outputs {
            self.output(node, output, Cell::Null, members, out);
        }
    }

    fn output(
        &mut self,
        node: &SelectNode,
        output: &OutputItem,
        cell: Cell<'_>,
        members: &mut Members,
        out: &mut Vec<u8>,
    ) {
        match output {
            OutputItem::Value(value) => self.value(value, cell, members, out),
            OutputItem::Embed(embed) => {
                let embed = &node.embeds[*embed];
                match (embed.spread, embed.is_to_one) {
                    (true, true) => self.fields(&embed.node, &cell, members, out),
                    (true, false) => self.columns(embed, &cell, members, out),
                    (false, true) if self.strip_nulls && matches!(cell, Cell::Null) => {}
                    (false, is_to_one) => {
                        members.name(&embed.member, out);
                        match cell {
                            Cell::Null if is_to_one => out.extend_from_slice(b"null"),
                            row if is_to_one => self.row(&embed.node, &row, out),
                            rows => {
                                let count = self.list(&embed.node, &rows, out);
                                self.check(embed, count);
                            }
                        }
                    }
                }
            }
        }
    }

    fn value(&self, value: &ValueOutput, cell: Cell<'_>, members: &mut Members, out: &mut Vec<u8>) {
        if self.strip_nulls && matches!(cell, Cell::Null) {
            return;
        }
        members.name(&value.member, out);
        match cell {
            Cell::Null if value.list => out.extend_from_slice(b"[]"),
            cell => write_spelled(&value.data_type, self.spelling, cell, out),
        }
    }

    /// Rows as a list; says how many there are.
    pub fn list(&mut self, node: &SelectNode, rows: &Cell<'_>, out: &mut Vec<u8>) -> u64 {
        let mut count = 0;
        out.push(b'[');
        each_row(rows, |row| {
            if count > 0 {
                out.push(b',');
            }
            count += 1;
            self.row(node, &row, out);
        });
        out.push(b']');
        count
    }

    /// Rows as a list per output.
    fn columns(
        &mut self,
        embed: &Embed,
        rows: &Cell<'_>,
        members: &mut Members,
        out: &mut Vec<u8>,
    ) {
        let mut lists: Vec<(Vec<u8>, Vec<u8>)> = Vec::new();
        let mut count = 0;
        // An object per row, taken apart again: an output may itself spread into several members.
        each_row(rows, |row| {
            count += 1;
            let mut object = Vec::new();
            let mut parts = Members::begin(&mut object);
            parts.starts = Some(Vec::new());
            self.fields(&embed.node, &row, &mut parts, &mut object);
            let starts = parts.starts.unwrap_or_default();
            for (at, (start, value)) in starts.iter().enumerate() {
                let end = starts
                    .get(at + 1)
                    .map_or(object.len(), |(next, _)| next - 1);
                if at == lists.len() {
                    lists.push((object[*start..*value].to_vec(), Vec::new()));
                }
                let list = &mut lists[at].1;
                if !list.is_empty() {
                    list.push(b',');
                }
                list.extend_from_slice(&object[*value..end]);
            }
        });
        self.check(embed, count);
        if count == 0 {
            let mut object = Vec::new();
            let mut parts = Members::begin(&mut object);
            parts.starts = Some(Vec::new());
            self.fields(&embed.node, &Cell::Null, &mut parts, &mut object);
            for (start, value) in parts.starts.unwrap_or_default() {
                lists.push((object[start..value].to_vec(), Vec::new()));
            }
        }
        for (name, list) in lists {
            members.name(&name, out);
            out.push(b'[');
            out.extend_from_slice(&list);
            out.push(b']');
        }
    }

    fn check(&mut self, embed: &Embed, count: u64) {
        if let Some(most) = embed.most
            && count > most
        {
            self.too_many
                .get_or_insert_with(|| (embed.key.clone(), most));
        }
    }
}

/// The members of an object that is being written.
struct Members {
    is_first: bool,
    /// Where names and values begin, if somebody wants to know.
    starts: Option<Vec<(usize, usize)>>,
}

impl Members {
    fn begin(out: &mut Vec<u8>) -> Self {
        out.push(b'{');
        Self {
            is_first: true,
            starts: None,
        }
    }

    /// Begins a member.
    fn name(&mut self, name: &[u8], out: &mut Vec<u8>) {
        if !std::mem::take(&mut self.is_first) {
            out.push(b',');
        }
        let start = out.len();
        out.extend_from_slice(name);
        if let Some(starts) = &mut self.starts {
            starts.push((start, out.len()));
        }
    }
}
