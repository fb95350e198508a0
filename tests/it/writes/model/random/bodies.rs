//! Rows, and what bodies say of them.

use serde_json::{Value, json};

use super::{
    super::{
        nested_operations::{Body, FieldValue, RowRef},
        state::Handle,
        tables::{Relation, Table},
    },
    Context, Depth,
};
use crate::support::rng::Rng;

const HALLS: [&str; 2] = ["A", "B"];

impl Rng {
    pub(super) fn seat(&mut self) -> (&'static str, i64) {
        (self.one_of(&HALLS), self.below(4) as i64)
    }

    pub(super) fn ticket(&mut self) -> Value {
        match self.below(4) {
            0 => Value::Null,
            n => json!(format!("ticket {n}")),
        }
    }

    pub(super) fn seat_body(&mut self) -> Body {
        let mut body = Body::default();
        if self.once_in(2) {
            body.fields
                .push(("ticket", FieldValue::Value(self.ticket())));
        }
        if self.once_in(2) {
            body.fields
                .push(("taken", FieldValue::Value(json!(self.below(6)))));
        }
        body
    }

    pub(super) fn document(&mut self) -> Value {
        match self.below(5) {
            0 => json!({ "theme": self.below(3) }),
            1 => json!({ "theme": null, "deep": { "a": self.below(3) } }),
            2 => json!({ "deep": { "a": null, "it's \"b\"": [1, self.below(3)] } }),
            3 => json!([self.below(3)]),
            _ => json!({ "deep": self.below(3) }),
        }
    }

    /// What a row is called by, among those that there are few of.
    fn own_name(
        &mut self,
        context: &mut Context<'_>,
        table: Table,
    ) -> Vec<(&'static str, FieldValue)> {
        let value = match table {
            Table::Author => json!(format!("{}@example.com", self.below(10))),
            Table::Tag => json!(format!("tag {}", self.below(8))),
            Table::Note => json!(format!("note {}", self.below(6))),
            Table::Seat => {
                let (hall, number) = self.seat();
                return vec![
                    ("hall", FieldValue::Value(json!(hall))),
                    ("number", FieldValue::Value(json!(number))),
                ];
            }
            table => context.model.name(table.path()),
        };
        vec![(table.own_name()[0], FieldValue::Value(value))]
    }

    /// The body of a new row.
    pub(super) fn body(&mut self, context: &mut Context<'_>, table: Table, depth: Depth) -> Body {
        let mut fields = self.own_name(context, table);
        fields.extend(self.others(table));
        let mut relations = Vec::new();
        let mut linked = Vec::new();
        for (name, relation) in table.relations() {
            let is_needed = match relation {
                Relation::Owned { field, .. } => {
                    table.reference(field).is_some_and(|one| one.required)
                }
                _ => false,
            };
            let asks = match depth {
                Depth::Nested => is_needed && self.once_in(2) || !is_needed && self.once_in(4),
                Depth::Leaf | Depth::Flat => false,
            };
            if asks {
                relations.push((*name, self.new_relations(context, *relation)));
                if let Relation::Owned { field, .. } = relation {
                    linked.push(*field);
                }
            }
        }
        for reference in table.references() {
            let is_linked = linked.contains(&reference.field) || depth == Depth::Leaf;
            if !is_linked && (reference.required || self.once_in(3)) {
                let row = self.row(context, reference.target, None);
                fields.push((reference.field, FieldValue::Id(row)));
            }
        }
        Body { fields, relations }
    }

    /// Some of the fields that need not be given.
    pub(super) fn others(&mut self, table: Table) -> Vec<(&'static str, FieldValue)> {
        let all: Vec<(&'static str, Value)> = match table {
            Table::Author => vec![
                ("name", json!("somebody")),
                ("role", json!("ADMIN")),
                ("score", json!(self.below(10))),
                ("preferences", self.document()),
                ("settings", self.document()),
            ],
            Table::Post => vec![
                (
                    "words",
                    json!(if self.once_in(12) {
                        -1
                    } else {
                        self.below(9) as i64
                    }),
                ),
                ("version", json!(self.below(5))),
            ],
            Table::Seat => vec![("ticket", self.ticket()), ("taken", json!(self.below(6)))],
            Table::Note => vec![("text", json!("text"))],
            Table::Profile | Table::Comment | Table::Tag => Vec::new(),
        };
        let some = all.into_iter().filter(|_| self.once_in(3));
        some.map(|(field, value)| (field, FieldValue::Value(value)))
            .collect()
    }

    /// A row of a table: one that is there as a rule.
    pub(super) fn row(
        &mut self,
        context: &Context<'_>,
        table: Table,
        but: Option<Handle>,
    ) -> RowRef {
        let made = context.made.iter().enumerate();
        let made: Vec<usize> = made
            .filter(|(_, made)| **made == Some(table))
            .map(|(place, _)| place)
            .collect();
        if !made.is_empty() && self.once_in(2) {
            return RowRef::Made(self.one_of(&made));
        }
        let mut rows = context.model.of(table);
        rows.retain(|row| Some(*row) != but);
        if rows.is_empty() || self.once_in(25) {
            return RowRef::Missing;
        }
        RowRef::Row(self.one_of(&rows))
    }

    /// The body of a change.
    pub(super) fn change(
        &mut self,
        context: &mut Context<'_>,
        table: Table,
        row: RowRef,
        with_links: bool,
    ) -> Body {
        let mut fields = self.others(table);
        if self.once_in(4) {
            fields.extend(self.own_name(context, table));
        }
        let own = match row {
            RowRef::Row(row) => Some(row),
            // It may be its own manager then, which is another story.
            RowRef::Made(_) | RowRef::Missing => {
                return Body {
                    fields,
                    ..Body::default()
                };
            }
        };
        let mut relations = Vec::new();
        let mut linked = Vec::new();
        for (name, relation) in table.relations() {
            if with_links && self.once_in(3) {
                relations.push((*name, self.relations(context, *relation, own)));
                if let Relation::Owned { field, .. } = relation {
                    linked.push(*field);
                }
            }
        }
        for reference in table.references() {
            if !linked.contains(&reference.field) && self.once_in(5) {
                let given = match self.row(context, reference.target, own) {
                    RowRef::Missing if !reference.required && self.once_in(2) => {
                        FieldValue::Value(Value::Null)
                    }
                    row => FieldValue::Id(row),
                };
                fields.push((reference.field, given));
            }
        }
        Body { fields, relations }
    }
}
