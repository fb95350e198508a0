//! Rows that hold related rows → JSON.
//!
//! The rows come in two forms: a statement's rows, with composite values for the related rows
//! (`sql::subquery_read`), or a union of sets (`sql::union_read`). [`JsonWriter`] writes both.

mod union_rows;

pub use union_rows::UnionRows;

use crate::{
    catalog::Resource,
    codec::{Cell, Spelling, each_field, each_row, write_spelled},
    db::Rows,
    error::Error,
    query::plan::select_node::{Embed, OutputItem, SelectNode, ValueOutput},
};

/// Writes rows as JSON objects.
pub struct JsonWriter {
    spelling: Spelling,
    /// Whether members that are null are left out.
    strip_nulls: bool,
    /// A relation that has more rows in one row than it may, and how many it may have.
    too_many: Option<(String, u64)>,
}

/// A row of a node.
#[derive(Clone, Copy)]
pub enum NodeRow<'rows> {
    /// A row of the statement, with a cell for each output.
    Top { rows: &'rows Rows, row: usize },
    /// A composite value. NULL is a row whose fields are all null.
    Composite(Cell<'rows>),
    /// A row of a set.
    OfSet {
        rows: &'rows UnionRows<'rows>,
        set: usize,
        row: usize,
    },
}

/// What a row holds for an output.
#[derive(Clone, Copy)]
enum Content<'rows> {
    Cell(Cell<'rows>),
    /// Rows of a set, from the first on.
    OfSet {
        rows: &'rows UnionRows<'rows>,
        set: usize,
        first: Option<usize>,
    },
}

impl<'rows> Content<'rows> {
    /// The related row of a to-one relation.
    fn one(self) -> Option<NodeRow<'rows>> {
        match self {
            Self::Cell(Cell::Null) => None,
            Self::Cell(cell) => Some(NodeRow::Composite(cell)),
            Self::OfSet { rows, set, first } => first.map(|row| NodeRow::OfSet { rows, set, row }),
        }
    }

    /// The related rows of a to-many relation.
    fn each(self, mut take: impl FnMut(NodeRow<'_>)) {
        match self {
            Self::Cell(cell) => each_row(&cell, |row| take(NodeRow::Composite(row))),
            Self::OfSet { rows, set, first } => {
                for row in rows.chain(first) {
                    take(NodeRow::OfSet { rows, set, row });
                }
            }
        }
    }
}

impl JsonWriter {
    pub fn new(spelling: Spelling) -> Self {
        Self {
            spelling,
            strip_nulls: false,
            too_many: None,
        }
    }

    /// The same, but members that are null are left out if `strip_nulls` says so.
    pub fn stripping_nulls(self, strip_nulls: bool) -> Self {
        Self {
            strip_nulls,
            ..self
        }
    }

    /// # Errors
    /// [`Error::TooManyRows`] where a row that was written has not all of its related rows.
    pub fn check_whole(&self) -> Result<(), Error> {
        match &self.too_many {
            None => Ok(()),
            Some((relation, most)) => Err(Error::TooManyRows {
                relation: relation.clone(),
                most: *most,
            }),
        }
    }

    /// Appends a row as an object.
    pub fn row(&mut self, node: &SelectNode, row: NodeRow<'_>, out: &mut Vec<u8>) {
        let mut members = Members::begin(out);
        self.fields(node, row, &mut members, out);
        out.push(b'}');
    }

    fn fields(
        &mut self,
        node: &SelectNode,
        row: NodeRow<'_>,
        members: &mut Members,
        out: &mut Vec<u8>,
    ) {
        match row {
            NodeRow::Top { rows, row } => {
                for (column, output) in node.outputs.iter().enumerate() {
                    let content = Content::Cell(rows.cell(row, column));
                    self.output(node, output, content, members, out);
                }
            }
            NodeRow::Composite(cell) => {
                let mut outputs = node.outputs.iter();
                each_field(&cell, |cell| {
                    if let Some(output) = outputs.next() {
                        self.output(node, output, Content::Cell(cell), members, out);
                    }
                });
                for output in outputs {
                    self.output(node, output, Content::Cell(Cell::Null), members, out);
                }
            }
            NodeRow::OfSet { rows, set, row } => {
                for (output, content) in node.outputs.iter().zip(rows.contents(set, row)) {
                    self.output(node, output, content, members, out);
                }
            }
        }
    }

    fn output(
        &mut self,
        node: &SelectNode,
        output: &OutputItem,
        content: Content<'_>,
        members: &mut Members,
        out: &mut Vec<u8>,
    ) {
        match (output, content) {
            (OutputItem::Value(value), Content::Cell(cell)) => {
                self.value(&node.from, value, cell, members, out);
            }
            (OutputItem::Embed(embed), content) => {
                self.embed(&node.embeds[*embed], content, members, out);
            }
            // A value is never among the rows of a set.
            (OutputItem::Value(_), Content::OfSet { .. }) => {}
        }
    }

    fn embed(
        &mut self,
        embed: &Embed,
        content: Content<'_>,
        members: &mut Members,
        out: &mut Vec<u8>,
    ) {
        if !embed.is_to_one {
            if embed.spread {
                return self.columns(embed, content, members, out);
            }
            members.name(&embed.member, out);
            let count = self.list(&embed.node, content, out);
            return self.check(embed, count);
        }
        let row = content.one();
        if embed.spread {
            let row = row.unwrap_or(NodeRow::Composite(Cell::Null));
            return self.fields(&embed.node, row, members, out);
        }
        if row.is_none() && self.strip_nulls {
            return;
        }
        members.name(&embed.member, out);
        match row {
            None => out.extend_from_slice(b"null"),
            Some(row) => self.row(&embed.node, row, out),
        }
    }

    fn value(
        &self,
        from: &Resource,
        value: &ValueOutput,
        cell: Cell<'_>,
        members: &mut Members,
        out: &mut Vec<u8>,
    ) {
        if self.strip_nulls && matches!(cell, Cell::Null) {
            return;
        }
        members.name(value.member(from), out);
        match cell {
            Cell::Null if value.is_list(from) => out.extend_from_slice(b"[]"),
            cell => write_spelled(value.data_type(from), self.spelling, cell, out),
        }
    }

    /// Appends rows as a list; gives their number.
    fn list(&mut self, node: &SelectNode, rows: Content<'_>, out: &mut Vec<u8>) -> u64 {
        let mut count = 0;
        out.push(b'[');
        rows.each(|row| {
            if count > 0 {
                out.push(b',');
            }
            count += 1;
            self.row(node, row, out);
        });
        out.push(b']');
        count
    }

    /// Appends the rows of a relation that is spread: a list for each output.
    fn columns(
        &mut self,
        embed: &Embed,
        rows: Content<'_>,
        members: &mut Members,
        out: &mut Vec<u8>,
    ) {
        // The name and the items of each list.
        let mut lists: Vec<(Vec<u8>, Vec<u8>)> = Vec::new();
        let mut count = 0;
        rows.each(|row| {
            count += 1;
            self.add_to_columns(embed, row, &mut lists);
        });
        self.check(embed, count);
        if count == 0 {
            self.add_to_columns(embed, NodeRow::Composite(Cell::Null), &mut lists);
            lists.iter_mut().for_each(|(_, items)| items.clear());
        }
        for (name, items) in lists {
            members.name(&name, out);
            out.push(b'[');
            out.extend_from_slice(&items);
            out.push(b']');
        }
    }

    /// A row is written as an object and taken apart again, since an output may itself spread into
    /// several members.
    fn add_to_columns(
        &mut self,
        embed: &Embed,
        row: NodeRow<'_>,
        lists: &mut Vec<(Vec<u8>, Vec<u8>)>,
    ) {
        let mut object = Vec::new();
        let mut members = Members::begin(&mut object);
        members.starts = Some(Vec::new());
        self.fields(&embed.node, row, &mut members, &mut object);
        let starts = members.starts.unwrap_or_default();
        for (at, (start, value)) in starts.iter().enumerate() {
            let next = starts.get(at + 1);
            let end = next.map_or(object.len(), |(next, _)| next - 1);
            if at == lists.len() {
                lists.push((object[*start..*value].to_vec(), Vec::new()));
            }
            let items = &mut lists[at].1;
            if !items.is_empty() {
                items.push(b',');
            }
            items.extend_from_slice(&object[*value..end]);
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
    /// Where each name and each value begins, if it is recorded.
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

    /// Appends the name of a member.
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
