//! Rows, and what bodies say of them.

use serde_json::{Value, json};

use super::{
    super::{
        deeds::{Body, Given, Which},
        tables::{Relation, Table},
        world::Handle,
    },
    Depth, Scene,
};
use crate::support::dice::Dice;

const HALLS: [&str; 2] = ["A", "B"];

impl Dice {
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
            body.fields.push(("ticket", Given::Value(self.ticket())));
        }
        if self.once_in(2) {
            body.fields
                .push(("taken", Given::Value(json!(self.below(6)))));
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
    fn own_name(&mut self, scene: &mut Scene<'_>, table: Table) -> Vec<(&'static str, Given)> {
        let value = match table {
            Table::Author => json!(format!("{}@example.com", self.below(10))),
            Table::Tag => json!(format!("tag {}", self.below(8))),
            Table::Note => json!(format!("note {}", self.below(6))),
            Table::Seat => {
                let (hall, number) = self.seat();
                return vec![
                    ("hall", Given::Value(json!(hall))),
                    ("number", Given::Value(json!(number))),
                ];
            }
            table => scene.world.name(table.path()),
        };
        vec![(table.own_name()[0], Given::Value(value))]
    }

    /// The body of a new row.
    pub(super) fn body(&mut self, scene: &mut Scene<'_>, table: Table, depth: Depth) -> Body {
        let mut fields = self.own_name(scene, table);
        fields.extend(self.others(table));
        let mut links = Vec::new();
        let mut linked = Vec::new();
        for (name, relation) in table.relations() {
            let is_needed = match relation {
                Relation::Owned { field, .. } => {
                    table.reference(field).is_some_and(|one| one.required)
                }
                _ => false,
            };
            let asks = match depth {
                Depth::Tree => is_needed && self.once_in(2) || !is_needed && self.once_in(4),
                Depth::Twig | Depth::Flat => false,
            };
            if asks {
                links.push((*name, self.new_links(scene, *relation)));
                if let Relation::Owned { field, .. } = relation {
                    linked.push(*field);
                }
            }
        }
        for reference in table.references() {
            let is_linked = linked.contains(&reference.field) || depth == Depth::Twig;
            if !is_linked && (reference.required || self.once_in(3)) {
                let row = self.row(scene, reference.target, None);
                fields.push((reference.field, Given::Id(row)));
            }
        }
        Body { fields, links }
    }

    /// Some of the fields that need not be given.
    pub(super) fn others(&mut self, table: Table) -> Vec<(&'static str, Given)> {
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
        some.map(|(field, value)| (field, Given::Value(value)))
            .collect()
    }

    /// A row of a table: one that is there as a rule.
    pub(super) fn row(&mut self, scene: &Scene<'_>, table: Table, but: Option<Handle>) -> Which {
        let made = scene.made.iter().enumerate();
        let made: Vec<usize> = made
            .filter(|(_, made)| **made == Some(table))
            .map(|(place, _)| place)
            .collect();
        if !made.is_empty() && self.once_in(2) {
            return Which::Made(self.one_of(&made));
        }
        let mut rows = scene.world.of(table);
        rows.retain(|row| Some(*row) != but);
        if rows.is_empty() || self.once_in(25) {
            return Which::Nobody;
        }
        Which::Row(self.one_of(&rows))
    }

    /// The body of a change.
    pub(super) fn change(
        &mut self,
        scene: &mut Scene<'_>,
        table: Table,
        row: Which,
        with_links: bool,
    ) -> Body {
        let mut fields = self.others(table);
        if self.once_in(4) {
            fields.extend(self.own_name(scene, table));
        }
        let own = match row {
            Which::Row(row) => Some(row),
            // It may be its own manager then, which is another story.
            Which::Made(_) | Which::Nobody => {
                return Body {
                    fields,
                    ..Body::default()
                };
            }
        };
        let mut links = Vec::new();
        let mut linked = Vec::new();
        for (name, relation) in table.relations() {
            if with_links && self.once_in(3) {
                links.push((*name, self.links(scene, *relation, own)));
                if let Relation::Owned { field, .. } = relation {
                    linked.push(*field);
                }
            }
        }
        for reference in table.references() {
            if !linked.contains(&reference.field) && self.once_in(5) {
                let given = match self.row(scene, reference.target, own) {
                    Which::Nobody if !reference.required && self.once_in(2) => {
                        Given::Value(Value::Null)
                    }
                    row => Given::Id(row),
                };
                fields.push((reference.field, given));
            }
        }
        Body { fields, links }
    }
}
