//! Random writes: mostly such as may be done, some that may not. The same seed, the same write of
//! the same rows.

mod bodies;
mod relations;

use serde_json::json;

use super::{
    nested_operations::{Body, FieldValue, RowRef, Write},
    state::Model,
    tables::Table,
};
use crate::support::rng::Rng;

/// What a body may name beside rows that are there.
struct Context<'model> {
    model: &'model mut Model,
    /// Tables of the rows that earlier operations of the batch make, by their places.
    made: Vec<Option<Table>>,
}

/// How far a new row's body goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Depth {
    /// With nested operations.
    Nested,
    /// With ids of other rows at most.
    Flat,
    /// Inside the body of another row: plain fields only.
    Leaf,
}

impl Rng {
    pub(super) fn write(&mut self, model: &mut Model) -> Write {
        let mut context = Context {
            model,
            made: Vec::new(),
        };
        if !self.once_in(5) {
            return self.single(&mut context);
        }
        let mut writes = Vec::new();
        for _ in 0..2 + self.below(3) {
            let write = self.single(&mut context);
            context.made.push(match &write {
                Write::Create(table, _) => Some(*table),
                _ => None,
            });
            writes.push(write);
        }
        Write::Batch(writes)
    }

    fn single(&mut self, context: &mut Context<'_>) -> Write {
        match self.below(16) {
            12 if !context.model.of(Table::Author).is_empty() => {
                let (merges, field) = (self.once_in(2), self.one_of(&["preferences", "settings"]));
                Write::Document {
                    row: self.row(context, Table::Author, None),
                    field,
                    document: self.document(),
                    merges,
                }
            }
            0..=3 | 12 => {
                let table = self.one_of(&Table::ALL);
                Write::Create(table, self.body(context, table, Depth::Nested))
            }
            4 => {
                let table = self.one_of(&Table::ALL);
                let depth = if self.once_in(3) {
                    Depth::Nested
                } else {
                    Depth::Flat
                };
                let bodies = (0..1 + self.below(4)).map(|_| self.body(context, table, depth));
                Write::CreateMany(table, bodies.collect())
            }
            5..=6 => self.upsert(context),
            7 if self.once_in(2) => {
                let row = self.row(context, Table::Author, None);
                let row = match row {
                    RowRef::Missing => return self.single(context),
                    row => row,
                };
                Write::Put(row, self.body(context, Table::Author, Depth::Flat))
            }
            7 => Write::PutSeat {
                seat: self.seat(),
                body: self.seat_body(),
                is_new: self.once_in(4),
            },
            8..=11 => {
                let table = self.table_with_rows(context);
                let row = self.row(context, table, None);
                let merges = table == Table::Author && self.once_in(4);
                Write::Patch {
                    table,
                    row,
                    body: self.change(context, table, row, !merges),
                    merges,
                    stale: self.once_in(12),
                }
            }
            13 => {
                let (table, at_least) = self.many();
                let field = match table {
                    Table::Author => "name",
                    Table::Post => "version",
                    _ => "taken",
                };
                let value = match field {
                    "name" => context.model.name("name"),
                    _ => json!(self.below(5)),
                };
                Write::PatchMany {
                    table,
                    at_least,
                    body: flat([(field, FieldValue::Value(value))]),
                    bound: self.bound(),
                }
            }
            14 => {
                let (table, at_least) = self.many();
                Write::DeleteMany {
                    table,
                    at_least: (at_least.0, at_least.1 + 2),
                    bound: self.bound(),
                }
            }
            _ => {
                let table = self.table_with_rows(context);
                Write::Delete(table, self.row(context, table, None))
            }
        }
    }

    /// A table that has rows, as a rule.
    fn table_with_rows(&mut self, context: &Context<'_>) -> Table {
        let mut tables = Table::ALL.to_vec();
        if !self.once_in(20) {
            tables.retain(|table| !context.model.of(*table).is_empty());
        }
        let any = tables.is_empty();
        self.one_of(if any { &Table::ALL } else { &tables })
    }

    fn many(&mut self) -> (Table, (&'static str, i64)) {
        let (table, field) = self.one_of(&[
            (Table::Author, "score"),
            (Table::Post, "words"),
            (Table::Post, "version"),
            (Table::Seat, "taken"),
        ]);
        let least = if field == "score" { 5 } else { 1 };
        (table, (field, (least + self.below(4)) as i64))
    }

    fn bound(&mut self) -> Option<usize> {
        self.once_in(3).then(|| self.below(4))
    }

    fn upsert(&mut self, context: &mut Context<'_>) -> Write {
        let table = self.one_of(&[Table::Author, Table::Tag, Table::Seat, Table::Note]);
        let many = !self.once_in(3);
        let count = if many { self.below(5) } else { 1 };
        // Rows with different fields are seen to group by group: in which order they meet the other
        // key of seats is not said.
        let with_tickets = self.once_in(3);
        let bodies = (0..count).map(|_| match table {
            Table::Seat => {
                let mut body = self.seat_body();
                let (hall, number) = self.seat();
                body.fields.retain(|(field, _)| *field != "ticket");
                if with_tickets {
                    body.fields = vec![("ticket", FieldValue::Value(self.ticket()))];
                }
                body.fields.push(("hall", FieldValue::Value(json!(hall))));
                body.fields
                    .push(("number", FieldValue::Value(json!(number))));
                body
            }
            table => self.body(context, table, Depth::Flat),
        });
        Write::Upsert {
            table,
            bodies: bodies.collect(),
            many,
            ignores: self.once_in(3),
        }
    }
}

fn flat<const N: usize>(fields: [(&'static str, FieldValue); N]) -> Body {
    Body {
        fields: fields.into(),
        relations: Vec::new(),
    }
}
