//! Rows that hold rows → JSON.

use poem::Response;

use super::render::{LIST_HEAD, json, write_tail};
use crate::{
    backend::Rows,
    catalog::Type,
    codec::{Cell, each_field, each_row, write_cell},
    error::Error,
    query::{
        cursor,
        plan::level::{Embed, Level, Output, Query},
    },
    settings::BigIntFormat,
};

/// Writes rows of levels.
struct Writer {
    big_int: BigIntFormat,
    /// A relation that has more rows in one row than it may.
    too_many: Option<(String, u64)>,
}

/// What the statement has counted.
pub(super) fn counted(plan: &Query, rows: &Rows) -> Option<i64> {
    let column = usize::from(plan.parent.is_some());
    plan.counts_rows()
        .then(|| rows.cell(0, column).as_integer())
        .flatten()
}

/// `{"data":[…],"nextCursor":…,"total":…}`
///
/// # Errors
/// [`Error::TooManyRows`]; [`Error::RowNotFound`] where the parent is not there.
pub(super) fn list(
    plan: &Query,
    rows: &Rows,
    total: Option<i64>,
    big_int: BigIntFormat,
) -> Result<Response, Error> {
    let mut writer = Writer::new(big_int);
    let mut body = LIST_HEAD.to_vec();
    let cursor = if plan.is_enveloped() {
        if let Some(parent) = &plan.parent
            && !rows.cell(0, 0).is_true()
        {
            return Err(Error::RowNotFound {
                resource: parent.resource.name.clone(),
            });
        }
        let column = usize::from(plan.parent.is_some()) + usize::from(plan.counts_rows());
        writer.page(plan, &rows.cell(0, column), &mut body)
    } else {
        let page = usize::try_from(plan.page).unwrap_or(usize::MAX);
        let shown = rows.len().min(page);
        body.push(b'[');
        for row in 0..shown {
            if row > 0 {
                body.push(b',');
            }
            writer.top_row(&plan.root, rows, row, &mut body);
        }
        body.push(b']');
        let marks = plan.root.outputs.len();
        (plan.root.marked && shown > 0 && shown < rows.len()).then(|| {
            let cells = (marks..).map(|column| rows.cell(shown - 1, column));
            cursor::encode(plan.root.fingerprint(), marked(&plan.root).zip(cells))
        })
    };
    write_tail(cursor.as_deref(), total, &mut body);
    writer.finish(body)
}

/// The types of what rows are ordered by.
fn marked(level: &Level) -> impl Iterator<Item = &Type> {
    level.order.iter().map(|term| &term.data_type)
}

/// A row as an object.
///
/// # Errors
/// [`Error::TooManyRows`].
pub(super) fn row(
    plan: &Query,
    rows: &Rows,
    row: usize,
    big_int: BigIntFormat,
) -> Result<Vec<u8>, Error> {
    let mut writer = Writer::new(big_int);
    let mut body = Vec::new();
    writer.top_row(&plan.root, rows, row, &mut body);
    writer.whole(body)
}

impl Writer {
    fn new(big_int: BigIntFormat) -> Self {
        Self {
            big_int,
            too_many: None,
        }
    }

    fn finish(self, body: Vec<u8>) -> Result<Response, Error> {
        self.whole(body).map(json)
    }

    fn whole(self, body: Vec<u8>) -> Result<Vec<u8>, Error> {
        match self.too_many {
            None => Ok(body),
            Some((relation, most)) => Err(Error::TooManyRows { relation, most }),
        }
    }

    /// A row whose cells are those of the statement.
    fn top_row(&mut self, level: &Level, rows: &Rows, row: usize, out: &mut Vec<u8>) {
        let mut members = Members::begin(out);
        for (column, output) in level.outputs.iter().enumerate() {
            self.output(level, output, rows.cell(row, column), &mut members, out);
        }
        out.push(b'}');
    }

    /// A row that is one cell.
    fn row(&mut self, level: &Level, row: &Cell<'_>, out: &mut Vec<u8>) {
        let mut members = Members::begin(out);
        self.fields(level, row, &mut members, out);
        out.push(b'}');
    }

    fn fields(&mut self, level: &Level, row: &Cell<'_>, members: &mut Members, out: &mut Vec<u8>) {
        let mut outputs = level.outputs.iter();
        each_field(row, |cell| {
            if let Some(output) = outputs.next() {
                self.output(level, output, cell, members, out);
            }
        });
        // Of no row, every field is null.
        for output in outputs {
            self.output(level, output, Cell::Null, members, out);
        }
    }

    fn output(
        &mut self,
        level: &Level,
        output: &Output,
        cell: Cell<'_>,
        members: &mut Members,
        out: &mut Vec<u8>,
    ) {
        match output {
            Output::Value(value) => {
                members.name(&value.member, out);
                match cell {
                    Cell::Null if value.list => out.extend_from_slice(b"[]"),
                    cell => write_cell(&value.data_type, self.big_int, cell, out),
                }
            }
            Output::Embed(embed) => {
                let embed = &level.embeds[*embed];
                match (embed.spread, embed.is_to_one) {
                    (true, true) => self.fields(&embed.level, &cell, members, out),
                    (true, false) => self.columns(embed, &cell, members, out),
                    (false, is_to_one) => {
                        members.name(&embed.member, out);
                        match cell {
                            Cell::Null if is_to_one => out.extend_from_slice(b"null"),
                            row if is_to_one => self.row(&embed.level, &row, out),
                            rows => {
                                let count = self.list(&embed.level, &rows, out);
                                self.check(embed, count);
                            }
                        }
                    }
                }
            }
        }
    }

    /// The rows of a page, which are one cell; gives the cursor of the next.
    fn page(&mut self, plan: &Query, rows: &Cell<'_>, out: &mut Vec<u8>) -> Option<String> {
        let level = &plan.root;
        let (mut count, mut last) = (0, None);
        out.push(b'[');
        each_row(rows, |row| {
            count += 1;
            if count > plan.page {
                return;
            }
            if count > 1 {
                out.push(b',');
            }
            self.row(level, &row, out);
            if count == plan.page {
                last = Some(row);
            }
        });
        out.push(b']');
        if count <= plan.page || !level.marked {
            return None;
        }
        last.map(|row| {
            let mut encoder = cursor::Encoder::new(level.fingerprint());
            let (mut skipped, mut types) = (level.outputs.len(), marked(level));
            each_field(&row, |cell| {
                if skipped > 0 {
                    skipped -= 1;
                } else if let Some(data_type) = types.next() {
                    encoder.push(data_type, cell);
                }
            });
            encoder.finish()
        })
    }

    /// Rows as a list; says how many there are.
    fn list(&mut self, level: &Level, rows: &Cell<'_>, out: &mut Vec<u8>) -> u64 {
        let mut count = 0;
        out.push(b'[');
        each_row(rows, |row| {
            if count > 0 {
                out.push(b',');
            }
            count += 1;
            self.row(level, &row, out);
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
            self.fields(&embed.level, &row, &mut parts, &mut object);
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
            self.fields(&embed.level, &Cell::Null, &mut parts, &mut object);
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
