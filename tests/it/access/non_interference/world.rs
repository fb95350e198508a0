//! A made-up app: its tables, its rows, the policies of a role, and the copy in which what the role may
//! not read is not there.

use std::collections::{BTreeMap, BTreeSet};

use reflect::snapshot::{Cardinality, Relation, Snapshot};
use serde_json::{Value, json};

use super::predicate::Predicate;
use crate::support::rng::Rng;

/// A table and its rows. Each row has a value for each column; the first one is the key.
#[derive(Debug, Clone)]
pub struct Table {
    pub name: String,
    pub columns: Vec<Column>,
    pub rows: Vec<Vec<Value>>,
}

#[derive(Debug, Clone)]
pub struct Column {
    pub name: String,
    pub kind: ColumnKind,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ColumnKind {
    Text,
    /// No two rows have the same.
    Unique,
    Int,
    Bool,
    /// The key of a table.
    Reference(String),
}

/// A join table of an implicit many-to-many relation: pairs of keys.
#[derive(Debug, Clone)]
pub struct Junction {
    /// `_AlfaToBeta`
    pub name: String,
    pub near: String,
    pub far: String,
    pub rows: Vec<(String, String)>,
}

/// What the role may do with the rows of a table.
#[derive(Debug, Clone)]
pub struct Policy {
    /// `None` is every row.
    pub read: Option<Predicate>,
    /// The fields that it may read; the key is among them.
    pub fields: BTreeSet<String>,
}

pub struct World {
    pub tables: Vec<Table>,
    pub junctions: Vec<Junction>,
    pub relations: BTreeMap<String, Vec<Relation>>,
    /// By table. A table without a policy is unknown to the role.
    pub policies: BTreeMap<String, Policy>,
    pub claims: Value,
    /// The table whose rows are marked as deleted, if there is one.
    pub soft_deleted: Option<String>,
}

const NAMES: [&str; 5] = ["Alfa", "Beta", "Gamma", "Delta", "Kappa"];
const WORDS: [&str; 5] = ["red", "green", "blue", "Red", "x%y"];

impl Table {
    pub fn column(&self, name: &str) -> usize {
        let position = self.columns.iter().position(|one| one.name == name);
        position.unwrap_or_else(|| panic!("{} has no {name}", self.name))
    }

    pub fn key(row: &[Value]) -> &str {
        row[0].as_str().expect("keys are texts")
    }
}

impl World {
    /// The tables and the rows.
    pub fn of(rng: &mut Rng) -> Self {
        let count = 2 + rng.below(4);
        let mut tables: Vec<Table> = Vec::new();
        for name in &NAMES[..count] {
            let mut columns = vec![Column {
                name: "id".to_owned(),
                kind: ColumnKind::Text,
            }];
            let mut add = |name: String, kind: ColumnKind| columns.push(Column { name, kind });
            for (column, kind) in [
                ("label", ColumnKind::Text),
                ("slug", ColumnKind::Unique),
                ("size", ColumnKind::Int),
                ("rank", ColumnKind::Int),
                ("open", ColumnKind::Bool),
                ("ownerId", ColumnKind::Text),
            ] {
                if column == "label" || !rng.once_in(3) {
                    add(column.to_owned(), kind);
                }
            }
            for number in 0..rng.below(3) {
                // To a table before it, or to itself, so that rows can be inserted in order.
                let target = NAMES[rng.below(tables.len() + 1)].to_owned();
                add(
                    format!("{}Ref{number}Id", target.to_lowercase()),
                    ColumnKind::Reference(target),
                );
            }
            tables.push(Table {
                name: (*name).to_owned(),
                columns,
                rows: Vec::new(),
            });
        }
        let soft_deleted = rng.once_in(3).then(|| {
            let table = rng.below(tables.len());
            let columns = &mut tables[table].columns;
            columns.push(Column {
                name: "gone".to_owned(),
                kind: ColumnKind::Bool,
            });
            tables[table].name.clone()
        });
        let mut world = Self {
            junctions: Vec::new(),
            relations: BTreeMap::new(),
            policies: BTreeMap::new(),
            claims: Value::Null,
            soft_deleted,
            tables,
        };
        for table in 0..world.tables.len() {
            for number in 0..4 + rng.below(9) {
                let row = world.row(rng, table, number);
                world.tables[table].rows.push(row);
            }
        }
        world.add_junctions(rng);
        world
    }

    fn row(&self, rng: &mut Rng, table: usize, number: usize) -> Vec<Value> {
        let table = &self.tables[table];
        let columns = table.columns.iter().enumerate();
        let values = columns.map(|(position, column)| match &column.kind {
            _ if position == 0 => json!(format!("{}{number}", table.name.to_lowercase())),
            _ if column.name == "gone" => json!(rng.once_in(4)),
            ColumnKind::Unique => json!(format!("s{number}")),
            _ if rng.once_in(5) => Value::Null,
            ColumnKind::Text if column.name == "ownerId" => json!(rng.one_of(&["u1", "u2", "u3"])),
            ColumnKind::Text => json!(rng.one_of(&WORDS)),
            ColumnKind::Int => json!(rng.below(6)),
            ColumnKind::Bool => json!(rng.once_in(2)),
            ColumnKind::Reference(target) => {
                let target = self.table(target);
                match target.rows.len() {
                    0 => Value::Null,
                    rows => target.rows[rng.below(rows)][0].clone(),
                }
            }
        });
        values.collect()
    }

    fn add_junctions(&mut self, rng: &mut Rng) {
        for near in 0..self.tables.len() {
            for far in near + 1..self.tables.len() {
                if !rng.once_in(3) {
                    continue;
                }
                let (near, far) = (&self.tables[near], &self.tables[far]);
                let mut rows = BTreeSet::new();
                for _ in 0..4 + rng.below(12) {
                    if near.rows.is_empty() || far.rows.is_empty() {
                        break;
                    }
                    let one = Table::key(&near.rows[rng.below(near.rows.len())]).to_owned();
                    let other = Table::key(&far.rows[rng.below(far.rows.len())]).to_owned();
                    rows.insert((one, other));
                }
                self.junctions.push(Junction {
                    name: format!("_{}To{}", near.name, far.name),
                    near: near.name.clone(),
                    far: far.name.clone(),
                    rows: rows.into_iter().collect(),
                });
            }
        }
    }

    pub fn table(&self, name: &str) -> &Table {
        let mut tables = self.tables.iter();
        tables.find(|table| table.name == name).expect("a table")
    }

    /// Takes the relations under the names that they have in the API.
    pub fn relate(&mut self, snapshot: &Snapshot) {
        let of = |table: &Table| {
            let found = snapshot.tables.iter().find(|one| one.name == table.name);
            let relations = found.map(|found| found.relations.clone());
            (table.name.clone(), relations.unwrap_or_default())
        };
        self.relations = self.tables.iter().map(of).collect();
    }

    /// The policies and the claims.
    pub fn govern(&mut self, rng: &mut Rng) {
        let mut claims = json!({ "role": "user" });
        if !rng.once_in(12) {
            claims["sub"] = json!(rng.one_of(&["u1", "u2", "u3"]));
        }
        if !rng.once_in(12) {
            claims["max"] = json!(rng.below(6));
        }
        if !rng.once_in(12) {
            claims["team"] = json!({ "names": ["u1", "u3"] });
        }
        self.claims = claims;
        let mut policies = BTreeMap::new();
        for table in &self.tables {
            if policies.len() > 1 && rng.once_in(5) {
                continue;
            }
            let read = (!rng.once_in(4)).then(|| Predicate::of(rng, self, &table.name, 2));
            let columns = table.columns.iter().enumerate();
            let kept = columns.filter(|(position, column)| {
                *position == 0 || column.name == "gone" || !rng.once_in(4)
            });
            policies.insert(
                table.name.clone(),
                Policy {
                    read,
                    fields: kept.map(|(_, column)| column.name.clone()).collect(),
                },
            );
        }
        self.policies = policies;
    }

    /// `[roles]` of refract.toml. The role may write whatever it may read.
    pub fn toml(&self) -> String {
        let mut text = String::new();
        for (table, policy) in &self.policies {
            let read = match &policy.read {
                None => "true".to_owned(),
                Some(predicate) => json!(predicate.text()).to_string(),
            };
            let fields: Vec<&String> = policy.fields.iter().collect();
            text.push_str(&format!(
                "[roles.user.{table}]\nread = {read}\ncreate = true\nupdate = true\ndelete = true\n\
                 read_fields = {}\n",
                json!(fields)
            ));
        }
        text
    }

    /// The keys of the rows that the role may read.
    pub fn readable(&self, table: &str) -> BTreeSet<String> {
        let Some(policy) = self.policies.get(table) else {
            return BTreeSet::new();
        };
        let of = self.table(table);
        let predicate = match &policy.read {
            None => None,
            // A claim that is missing matches nothing.
            Some(predicate) => match predicate.with(&self.claims, false) {
                None => return BTreeSet::new(),
                known => known,
            },
        };
        let rows = of.rows.iter().filter(|row| {
            predicate
                .as_ref()
                .is_none_or(|predicate| predicate.holds(self, table, row) == Some(true))
        });
        rows.map(|row| Table::key(row).to_owned()).collect()
    }

    /// The SQL of the whole app.
    pub fn sql(&self) -> String {
        self.sql_of(None)
    }

    /// The SQL of the copy.
    pub fn copy_sql(&self) -> String {
        let tables = self.policies.keys();
        let readable = tables.map(|table| (table.clone(), self.readable(table)));
        self.sql_of(Some(&readable.collect()))
    }

    /// The SQL of all tables, or of the rows and columns that are readable. The latter has no foreign
    /// keys, since what they refer to need not be readable.
    fn sql_of(&self, readable: Option<&BTreeMap<String, BTreeSet<String>>>) -> String {
        let mut sql = String::new();
        for table in &self.tables {
            let rows = match readable.map(|tables| tables.get(&table.name)) {
                Some(None) => continue,
                Some(Some(rows)) => Some(rows),
                None => None,
            };
            let shown: Vec<usize> = (0..table.columns.len())
                .filter(|&at| {
                    let fields = self.policies.get(&table.name).map(|policy| &policy.fields);
                    rows.is_none()
                        || fields.is_some_and(|fields| fields.contains(&table.columns[at].name))
                })
                .collect();
            let columns: Vec<String> = shown
                .iter()
                .map(|&at| {
                    let Column { name, kind } = &table.columns[at];
                    match kind {
                        _ if at == 0 => format!("\"{name}\" TEXT NOT NULL PRIMARY KEY"),
                        _ if name == "gone" => format!("\"{name}\" BOOLEAN NOT NULL DEFAULT false"),
                        ColumnKind::Text => format!("\"{name}\" TEXT"),
                        ColumnKind::Unique => format!("\"{name}\" TEXT UNIQUE"),
                        ColumnKind::Int => format!("\"{name}\" INTEGER"),
                        ColumnKind::Bool => format!("\"{name}\" BOOLEAN"),
                        ColumnKind::Reference(target) if rows.is_none() => {
                            format!("\"{name}\" TEXT REFERENCES \"{target}\" (\"id\")")
                        }
                        ColumnKind::Reference(_) => format!("\"{name}\" TEXT"),
                    }
                })
                .collect();
            sql.push_str(&format!(
                "CREATE TABLE \"{}\" ({});\n",
                table.name,
                columns.join(", ")
            ));
            for row in &table.rows {
                if rows.is_some_and(|rows| !rows.contains(Table::key(row))) {
                    continue;
                }
                let values: Vec<String> = shown.iter().map(|&at| literal(&row[at])).collect();
                sql.push_str(&format!(
                    "INSERT INTO \"{}\" VALUES ({});\n",
                    table.name,
                    values.join(", ")
                ));
            }
        }
        for junction in &self.junctions {
            let of = |table: &str| readable.map(|tables| tables.get(table));
            let (near, far) = (of(&junction.near), of(&junction.far));
            if near == Some(None) || far == Some(None) {
                continue;
            }
            let reference = |table: &str| match readable {
                None => {
                    format!(" REFERENCES \"{table}\" (\"id\") ON DELETE CASCADE ON UPDATE CASCADE")
                }
                Some(_) => String::new(),
            };
            sql.push_str(&format!(
                "CREATE TABLE \"{}\" (\"A\" TEXT NOT NULL{}, \"B\" TEXT NOT NULL{}, PRIMARY KEY (\"A\", \"B\"));\n",
                junction.name,
                reference(&junction.near),
                reference(&junction.far)
            ));
            let is_in = |rows: Option<Option<&BTreeSet<String>>>, key: &String| match rows {
                Some(Some(rows)) => rows.contains(key),
                _ => true,
            };
            for (one, other) in &junction.rows {
                if is_in(near, one) && is_in(far, other) {
                    sql.push_str(&format!(
                        "INSERT INTO \"{}\" VALUES ('{one}', '{other}');\n",
                        junction.name
                    ));
                }
            }
        }
        // Something is hidden in each of them, so that errors are in the same words.
        sql.push_str(
            "CREATE TABLE \"Zulu\" (\"id\" TEXT NOT NULL PRIMARY KEY, \"hidden\" TEXT);\n",
        );
        sql
    }

    /// The catalog of the copy: that of the app without what the role may not read.
    pub fn copy_of(&self, snapshot: &Snapshot) -> Snapshot {
        let mut copy = snapshot.clone();
        let names: BTreeMap<&str, &BTreeSet<String>> = self
            .policies
            .iter()
            .map(|(table, policy)| (table.as_str(), &policy.fields))
            .collect();
        let junctions: BTreeSet<&str> = self
            .junctions
            .iter()
            .filter(|one| names.contains_key(&*one.near) && names.contains_key(&*one.far))
            .map(|one| one.name.as_str())
            .collect();
        copy.tables.retain(|table| {
            let name = table.name.as_str();
            name == "Zulu" || names.contains_key(name) || junctions.contains(name)
        });
        for table in &mut copy.tables {
            let Some(fields) = names.get(table.name.as_str()) else {
                continue;
            };
            let has = |columns: &[String]| columns.iter().all(|column| fields.contains(column));
            table.columns.retain(|column| fields.contains(&column.name));
            table.unique_keys.retain(|key| has(&key.columns));
            table
                .foreign_keys
                .retain(|key| has(&key.columns) && names.contains_key(&*key.table));
            table.relations.retain(|relation| {
                let target = names.get(relation.table.as_str());
                let is_there = |target: &&&BTreeSet<String>| {
                    relation
                        .references
                        .iter()
                        .all(|column| target.contains(column))
                };
                has(&relation.columns) && target.as_ref().is_some_and(is_there)
            });
        }
        copy
    }

    /// The rows that a relation leads to.
    pub fn related<'world>(
        &'world self,
        relation: &Relation,
        from: &str,
        row: &[Value],
    ) -> Vec<&'world Vec<Value>> {
        let target = self.table(&relation.table);
        let of = self.table(from);
        let Some(through) = &relation.through else {
            let here = &row[of.column(&relation.columns[0])];
            let there = target.column(&relation.references[0]);
            let rows = target.rows.iter();
            return rows
                .filter(|row| !here.is_null() && row[there] == *here)
                .collect();
        };
        let junction = self.junctions.iter().find(|one| one.name == through.table);
        let junction = junction.expect("a junction");
        let is_near = through.columns == ["A"];
        let key = Table::key(row);
        let joined: Vec<&str> = junction
            .rows
            .iter()
            .filter_map(|(one, other)| {
                let (here, there) = if is_near { (one, other) } else { (other, one) };
                (here == key).then_some(there.as_str())
            })
            .collect();
        let rows = target.rows.iter();
        rows.filter(|row| joined.contains(&Table::key(row)))
            .collect()
    }

    pub fn is_deleted(&self, table: &str, row: &[Value]) -> bool {
        self.soft_deleted.as_deref() == Some(table)
            && row[self.table(table).column("gone")] == json!(true)
    }
}

/// Whether a relation leads to one row at most.
pub fn is_to_one(relation: &Relation) -> bool {
    matches!(
        relation.cardinality,
        Cardinality::ManyToOne | Cardinality::OneToOne
    )
}

fn literal(value: &Value) -> String {
    match value {
        Value::Null => "NULL".to_owned(),
        Value::String(text) => format!("'{text}'"),
        other => other.to_string(),
    }
}
