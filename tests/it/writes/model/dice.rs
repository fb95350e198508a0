//! Random writes: mostly such as may be done, some that may not.

use serde_json::{Value, json};

use super::{
    deeds::{Body, Deed, Given, Which, Write},
    tables::{Relation, Table},
    world::{Handle, World},
};

/// The same seed, the same write of the same rows (SplitMix64).
pub struct Dice(u64);

const HALLS: [&str; 2] = ["A", "B"];

/// What a body may name beside rows that are there.
struct Scene<'world> {
    world: &'world mut World,
    /// Tables of the rows that earlier operations of the batch make, by their places.
    made: Vec<Option<Table>>,
}

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((mixed ^ (mixed >> 31)) % bound as u64) as usize
    }

    /// Whether something happens that does once in so many times.
    fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    fn one_of<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(items.len())]
    }

    pub fn write(&mut self, world: &mut World) -> Write {
        let mut scene = Scene {
            world,
            made: Vec::new(),
        };
        if !self.once_in(5) {
            return self.single(&mut scene);
        }
        let mut writes = Vec::new();
        for _ in 0..2 + self.below(3) {
            let write = self.single(&mut scene);
            scene.made.push(match &write {
                Write::Create(table, _) => Some(*table),
                _ => None,
            });
            writes.push(write);
        }
        Write::Batch(writes)
    }

    fn single(&mut self, scene: &mut Scene<'_>) -> Write {
        match self.below(16) {
            12 if !scene.world.of(Table::Author).is_empty() => {
                let (merges, field) = (self.once_in(2), self.one_of(&["preferences", "settings"]));
                Write::Document {
                    row: self.row(scene, Table::Author, None),
                    field,
                    document: self.document(),
                    merges,
                }
            }
            0..=3 | 12 => {
                let table = self.one_of(&Table::ALL);
                Write::Create(table, self.body(scene, table, Depth::Tree))
            }
            4 => {
                let table = self.one_of(&Table::ALL);
                let depth = if self.once_in(3) {
                    Depth::Tree
                } else {
                    Depth::Flat
                };
                let bodies = (0..1 + self.below(4)).map(|_| self.body(scene, table, depth));
                Write::CreateMany(table, bodies.collect())
            }
            5..=6 => self.upsert(scene),
            7 if self.once_in(2) => {
                let row = self.row(scene, Table::Author, None);
                let row = match row {
                    Which::Nobody => return self.single(scene),
                    row => row,
                };
                Write::Put(row, self.body(scene, Table::Author, Depth::Flat))
            }
            7 => Write::PutSeat {
                seat: self.seat(),
                body: self.seat_body(),
                is_new: self.once_in(4),
            },
            8..=11 => {
                let table = self.table_with_rows(scene);
                let row = self.row(scene, table, None);
                let merges = table == Table::Author && self.once_in(4);
                Write::Patch {
                    table,
                    row,
                    body: self.change(scene, table, row, !merges),
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
                    "name" => scene.world.name("name"),
                    _ => json!(self.below(5)),
                };
                Write::PatchMany {
                    table,
                    at_least,
                    body: flat([(field, Given::Value(value))]),
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
                let table = self.table_with_rows(scene);
                Write::Delete(table, self.row(scene, table, None))
            }
        }
    }

    /// A table that has rows, as a rule.
    fn table_with_rows(&mut self, scene: &Scene<'_>) -> Table {
        let mut tables = Table::ALL.to_vec();
        if !self.once_in(20) {
            tables.retain(|table| !scene.world.of(*table).is_empty());
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

    fn upsert(&mut self, scene: &mut Scene<'_>) -> Write {
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
                    body.fields = vec![("ticket", Given::Value(self.ticket()))];
                }
                body.fields.push(("hall", Given::Value(json!(hall))));
                body.fields.push(("number", Given::Value(json!(number))));
                body
            }
            table => self.body(scene, table, Depth::Flat),
        });
        Write::Upsert {
            table,
            bodies: bodies.collect(),
            many,
            ignores: self.once_in(3),
        }
    }

    fn seat(&mut self) -> (&'static str, i64) {
        (self.one_of(&HALLS), self.below(4) as i64)
    }

    fn ticket(&mut self) -> Value {
        match self.below(4) {
            0 => Value::Null,
            n => json!(format!("ticket {n}")),
        }
    }

    fn seat_body(&mut self) -> Body {
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

    fn document(&mut self) -> Value {
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
    fn body(&mut self, scene: &mut Scene<'_>, table: Table, depth: Depth) -> Body {
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
    fn others(&mut self, table: Table) -> Vec<(&'static str, Given)> {
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
    fn row(&mut self, scene: &Scene<'_>, table: Table, but: Option<Handle>) -> Which {
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

    /// What a new row may do with those of a relation.
    fn new_links(&mut self, scene: &mut Scene<'_>, relation: Relation) -> Vec<Deed> {
        let target = relation.target();
        let count = if relation.is_to_one() {
            1
        } else {
            1 + self.below(3)
        };
        match self.below(3) {
            0 => (0..count)
                .map(|_| Deed::Connect(self.row(scene, target, None)))
                .collect(),
            1 if matches!(target, Table::Author | Table::Tag) => (0..count)
                .map(|_| Deed::ConnectOrCreate(self.twig(scene, relation)))
                .collect(),
            _ => {
                let bodies = (0..count).map(|_| self.twig(scene, relation));
                vec![Deed::Create(bodies.collect())]
            }
        }
    }

    /// A new row of a relation. What it needs beside that is its own.
    fn twig(&mut self, scene: &mut Scene<'_>, relation: Relation) -> Body {
        let table = relation.target();
        let mut body = self.body(scene, table, Depth::Twig);
        for reference in table.references() {
            let is_given =
                matches!(relation, Relation::Referring { field, .. } if field == reference.field);
            if !is_given && (reference.required || self.once_in(4)) {
                let row = self.row(scene, reference.target, None);
                body.fields.push((reference.field, Given::Id(row)));
            }
        }
        body
    }

    /// The body of a change.
    fn change(
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

    /// What a change may do with the rows of a relation.
    fn links(
        &mut self,
        scene: &mut Scene<'_>,
        relation: Relation,
        own: Option<Handle>,
    ) -> Vec<Deed> {
        let target = relation.target();
        // Whether a row on the side of the foreign key may be without the other.
        let may_be_alone = match relation {
            Relation::Owned { field, .. } => field != "postId" && own_is_free(scene, own),
            Relation::Referring { field, table, .. } => {
                !table.reference(field).is_some_and(|one| one.required)
            }
            Relation::Paired { .. } => true,
        };
        let other = |dice: &mut Self, scene: &Scene<'_>| dice.row(scene, target, own);
        // Rather one of those that there are.
        let theirs = |dice: &mut Self, scene: &Scene<'_>| {
            let theirs: Vec<Handle> = match (relation, own) {
                (Relation::Referring { table, field, .. }, Some(own)) => {
                    scene.world.referring(table, field, own)
                }
                (Relation::Paired { .. }, Some(own)) => {
                    let pairs = scene.world.pairs.iter();
                    pairs
                        .filter_map(|&(post, tag)| match target {
                            Table::Tag => (post == own).then_some(tag),
                            _ => (tag == own).then_some(post),
                        })
                        .collect()
                }
                _ => Vec::new(),
            };
            if theirs.is_empty() || dice.once_in(8) {
                dice.row(scene, target, own)
            } else {
                Which::Row(dice.one_of(&theirs))
            }
        };
        let small = |dice: &mut Self| Body {
            fields: dice.others(target),
            ..Body::default()
        };
        if relation.is_to_one() {
            return match self.below(5) {
                0 if may_be_alone => vec![Deed::Disconnect(None)],
                1 if may_be_alone || matches!(relation, Relation::Referring { .. }) => {
                    vec![Deed::Delete(None)]
                }
                2 => vec![Deed::Update(None, small(self))],
                3 => vec![Deed::Connect(other(self, scene))],
                _ => vec![Deed::Create(vec![self.twig(scene, relation)])],
            };
        }
        let mut deeds = Vec::new();
        if may_be_alone && self.once_in(4) {
            let rows = (0..self.below(3)).map(|_| theirs(self, scene));
            deeds.push(Deed::Set(rows.collect()));
        }
        if may_be_alone && self.once_in(3) {
            deeds.push(Deed::Disconnect(Some(theirs(self, scene))));
        }
        if self.once_in(4) {
            deeds.push(Deed::Delete(Some(theirs(self, scene))));
        }
        if self.once_in(4) {
            deeds.push(Deed::Update(Some(theirs(self, scene)), small(self)));
        }
        if self.once_in(3) {
            deeds.push(Deed::Connect(other(self, scene)));
        }
        if matches!(target, Table::Author | Table::Tag) && self.once_in(4) {
            deeds.push(Deed::ConnectOrCreate(self.twig(scene, relation)));
        }
        if deeds.is_empty() || self.once_in(4) {
            let bodies = (0..1 + self.below(2)).map(|_| self.twig(scene, relation));
            deeds.push(Deed::Create(bodies.collect()));
        }
        deeds
    }
}

/// How far a new row's body goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Depth {
    /// With relations.
    Tree,
    /// Within another's body: without any.
    Twig,
    Flat,
}

/// Whether the row is of a table whose first reference need not hold.
fn own_is_free(scene: &Scene<'_>, own: Option<Handle>) -> bool {
    own.is_some_and(|own| scene.world.rows[&own].table != Table::Profile)
}

fn flat<const N: usize>(fields: [(&'static str, Given); N]) -> Body {
    Body {
        fields: fields.into(),
        links: Vec::new(),
    }
}
