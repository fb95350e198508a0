//! Requests of both fronts about a made-up app.

use reflect::snapshot::Relation;
use serde_json::{Map, Value, json};

use super::world::{Column, ColumnKind, Table, World, is_to_one};
use crate::support::{Kind, rng::Rng};

#[derive(Debug, Clone)]
pub struct Asked {
    pub method: &'static str,
    pub path: String,
    pub headers: Vec<(&'static str, String)>,
    pub body: Option<Value>,
}

impl Asked {
    fn get(path: String) -> Self {
        Self {
            method: "GET",
            path,
            headers: Vec::new(),
            body: None,
        }
    }

    fn write(method: &'static str, path: String, body: Option<Value>) -> Self {
        Self {
            method,
            path,
            // Nothing changes, so that the next request finds the same rows.
            headers: vec![("prefer", "tx=rollback".to_owned())],
            body,
        }
    }

    fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    pub fn of(rng: &mut Rng, world: &World, kind: Kind) -> Self {
        let known: Vec<&Table> = world
            .tables
            .iter()
            .filter(|table| world.policies.contains_key(&table.name))
            .collect();
        let table = match rng.once_in(20) {
            true => &world.tables[rng.below(world.tables.len())],
            false => known[rng.below(known.len())],
        };
        let mut making = Making {
            rng,
            world,
            table,
            kind,
        };
        match making.rng.below(16) {
            0..=4 => making.list(),
            5 => making.row(),
            6 => making.related(),
            7..=9 => making.rest_list(),
            10 => making.create(),
            11 => making.change(),
            12 => making.delete(),
            13 => making.upsert(),
            14 => making.nested(),
            _ => making.rest_write(),
        }
    }
}

struct Making<'a> {
    rng: &'a mut Rng,
    world: &'a World,
    table: &'a Table,
    kind: Kind,
}

impl<'a> Making<'a> {
    fn path(&self) -> String {
        path_of(&self.table.name)
    }

    fn of<'b>(&'b mut self, table: &'b Table) -> Making<'b>
    where
        'a: 'b,
    {
        Making {
            rng: self.rng,
            world: self.world,
            table,
            kind: self.kind,
        }
    }

    /// A column; now and then one that the role may not read.
    fn column(&mut self) -> &'a Column {
        let table = self.table;
        let fields = self
            .world
            .policies
            .get(&table.name)
            .map(|policy| &policy.fields);
        let any = self.rng.once_in(60);
        let columns: Vec<&Column> = table
            .columns
            .iter()
            .filter(|column| any || fields.is_none_or(|fields| fields.contains(&column.name)))
            .collect();
        columns[self.rng.below(columns.len())]
    }

    fn relation(&mut self) -> Option<&'a Relation> {
        let world = self.world;
        let relations: Vec<&Relation> = world.relations[&self.table.name]
            .iter()
            .filter(|one| world.policies.contains_key(&one.table) || self.rng.once_in(60))
            .collect();
        (!relations.is_empty()).then(|| relations[self.rng.below(relations.len())])
    }

    fn key(&mut self) -> String {
        let rows = &self.table.rows;
        if rows.is_empty() || self.rng.once_in(10) {
            return "nothing".to_owned();
        }
        Table::key(&rows[self.rng.below(rows.len())]).to_owned()
    }

    fn condition(&mut self) -> (String, String) {
        let column = self.column();
        let not = if self.rng.once_in(5) { "not." } else { "" };
        let name = column.name.clone();
        let predicate = match &column.kind {
            _ if self.rng.once_in(6) => "is.null".to_owned(),
            ColumnKind::Bool => "is.true".to_owned(),
            ColumnKind::Int => {
                let operator = self.rng.one_of(&["eq", "lt", "gte", "neq"]);
                format!("{operator}.{}", self.rng.below(6))
            }
            ColumnKind::Text | ColumnKind::Unique if self.rng.once_in(3) => self
                .rng
                .one_of(&["like.*r*", "ilike.*E*", "like.s*"])
                .to_owned(),
            _ => {
                let value = self.value(column);
                let value = value
                    .as_str()
                    .map_or_else(|| "red".to_owned(), str::to_owned);
                format!("eq.{value}")
            }
        };
        (name, format!("{not}{predicate}"))
    }

    /// A value that some row has in a column.
    fn value(&mut self, column: &Column) -> Value {
        let at = self.table.column(&column.name);
        match self.table.rows.len() {
            0 => Value::Null,
            rows => self.table.rows[self.rng.below(rows)][at].clone(),
        }
    }

    fn filters(&mut self, query: &mut Vec<String>) {
        for _ in 0..self.rng.below(5) / 3 {
            let (name, predicate) = self.condition();
            query.push(format!("{name}={predicate}"));
        }
        if self.rng.once_in(5) {
            let (a, first) = self.condition();
            let (b, second) = self.condition();
            let lead = self.rng.one_of(&["or", "and", "not.or", "not.and"]);
            query.push(format!("{lead}=({a}.{first},{b}.{second})"));
        }
    }

    /// The items of a `select`, with embedded relations; `around` is the prefix of their parameters.
    fn items(
        &mut self,
        depth: usize,
        around: &str,
        is_rest: bool,
        query: &mut Vec<String>,
    ) -> String {
        let mut items = vec!["id".to_owned()];
        for _ in 0..self.rng.below(3) {
            let column = self.column();
            let alias = format!("{}{}", column.name, items.len());
            items.push(format!("{alias}:{}", column.name));
        }
        for number in 0..self.rng.below(3) {
            if depth == 0 {
                break;
            }
            let Some(relation) = self.relation() else {
                break;
            };
            let alias = format!("e{depth}{number}");
            let target = match is_rest {
                false => relation.name.clone(),
                true if self.kind == Kind::Sqlite => continue,
                true => match &relation.foreign_key {
                    Some(key) => format!("{}!{key}", relation.table),
                    None if relation.through.is_some() => relation.table.clone(),
                    None => continue,
                },
            };
            let inner = if self.rng.once_in(6) { "!inner" } else { "" };
            let prefix = format!("{around}{alias}.");
            let table = self.world.table(&relation.table);
            let mut inside = self.of(table);
            let shown = if inside.rng.once_in(8) {
                match is_rest {
                    false => "count()".to_owned(),
                    true => "count:id.count()".to_owned(),
                }
            } else {
                inside.items(depth - 1, &prefix, is_rest, query)
            };
            if inside.rng.once_in(3) {
                let (name, predicate) = inside.condition();
                query.push(format!("{prefix}{name}={predicate}"));
            }
            if is_rest {
                query.push(format!("{prefix}order=id"));
            }
            if self.rng.once_in(6) {
                let test = self.rng.one_of(&["is.null", "not.is.null", "not.is.null"]);
                query.push(match around {
                    "" => format!("{alias}={test}"),
                    around => format!("{around}{alias}={test}"),
                });
            }
            if is_to_one(relation) && self.rng.once_in(4) {
                let table = self.world.table(&relation.table);
                let column = self.of(table).column().name.clone();
                let order = format!("{}order", around);
                if !query
                    .iter()
                    .any(|one| one.starts_with(&format!("{order}=")))
                {
                    query.push(format!("{order}={alias}({column}),id"));
                }
            }
            items.push(format!("{alias}:{target}{inner}({shown})"));
        }
        items.join(",")
    }

    fn list(&mut self) -> Asked {
        let mut query = Vec::new();
        self.filters(&mut query);
        match self.rng.below(6) {
            0 => {}
            1 if self.rng.once_in(2) => {
                let column = self.column().name.clone();
                let aggregate = match self.rng.below(3) {
                    0 => "count()".to_owned(),
                    1 => format!("{column}.max()"),
                    // Groups come in any order.
                    _ => format!("{column},count()&order={column}"),
                };
                query.push(format!("select={aggregate}"));
            }
            _ => {
                let mut further = Vec::new();
                let items = self.items(2, "", false, &mut further);
                query.push(format!("select={items}"));
                query.extend(further);
            }
        }
        if !query.iter().any(|one| one.starts_with("order=")) && self.rng.once_in(2) {
            let column = self.column().name.clone();
            query.push(format!(
                "order={column}.{}",
                self.rng.one_of(&["asc", "desc"])
            ));
        }
        if self.rng.once_in(3) {
            query.push(format!("limit={}", self.rng.below(4)));
        }
        if self.rng.once_in(6) {
            query.push(format!("offset={}", self.rng.below(3)));
        }
        if self.rng.once_in(3) {
            query.push(format!(
                "count={}",
                self.rng.one_of(&["exact", "planned", "estimated"])
            ));
        }
        if self.world.soft_deleted.as_ref() == Some(&self.table.name) && self.rng.once_in(3) {
            query.push(format!("deleted={}", self.rng.one_of(&["include", "only"])));
        }
        Asked::get(format!("{}?{}", self.path(), query.join("&")))
    }

    fn row(&mut self) -> Asked {
        let mut query = Vec::new();
        let items = self.items(2, "", false, &mut query);
        let key = self.key();
        if self.rng.once_in(2) {
            return Asked::get(format!("{}/{key}", self.path()));
        }
        query.insert(0, format!("select={items}"));
        query.retain(|one| !one.starts_with("order="));
        Asked::get(format!("{}/{key}?{}", self.path(), query.join("&")))
    }

    fn related(&mut self) -> Asked {
        let key = self.key();
        let Some(relation) = self.relation() else {
            return Asked::get(format!("{}/{key}", self.path()));
        };
        let mut query = Vec::new();
        let table = self.world.table(&relation.table);
        self.of(table).filters(&mut query);
        if self.rng.once_in(3) {
            query.push("count=exact".to_owned());
        }
        Asked::get(format!(
            "{}/{key}/{}?{}",
            self.path(),
            relation.name,
            query.join("&")
        ))
    }

    fn rest_list(&mut self) -> Asked {
        let mut query = Vec::new();
        self.filters(&mut query);
        let mut further = Vec::new();
        let items = self.items(2, "", true, &mut further);
        query.push(format!("select={items}"));
        query.extend(further);
        if !query.iter().any(|one| one.starts_with("order=")) {
            let column = self.column().name.clone();
            query.push(format!("order={column}.desc,id"));
        }
        if self.rng.once_in(3) {
            query.push(format!("limit={}", self.rng.below(4)));
        }
        let mut asked = Asked::get(format!("/rest/v1/{}?{}", self.table.name, query.join("&")));
        if self.rng.once_in(2) {
            let count = self.rng.one_of(&["exact", "planned", "estimated"]);
            asked = asked.header("prefer", &format!("count={count}"));
        }
        match self.rng.below(6) {
            0 => asked = asked.header("accept", "text/csv"),
            1 => asked = asked.header("accept", "application/vnd.pgrst.object+json"),
            2 => asked.method = "HEAD",
            _ => {}
        }
        asked
    }

    /// Values of a new row, without its key.
    fn fields(&mut self) -> Map<String, Value> {
        let mut fields = Map::new();
        for _ in 0..self.rng.below(4) {
            let column = self.column();
            let value = match &column.kind {
                _ if column.name == "id" || column.name == "gone" => continue,
                ColumnKind::Unique => json!(format!("new{}", self.rng.below(1000))),
                ColumnKind::Text => json!(self.rng.one_of(&["red", "u1", "u2"])),
                ColumnKind::Int => json!(self.rng.below(6)),
                ColumnKind::Bool => json!(self.rng.once_in(2)),
                ColumnKind::Reference(target) => {
                    let table = self.world.table(target);
                    json!(self.of(table).key())
                }
            };
            fields.insert(column.name.clone(), value);
        }
        fields
    }

    fn new_row(&mut self) -> Map<String, Value> {
        let mut fields = self.fields();
        let key = match self.rng.once_in(6) {
            true => self.key(),
            false => format!("new{}", self.rng.below(1000)),
        };
        fields.insert("id".to_owned(), json!(key));
        fields
    }

    fn create(&mut self) -> Asked {
        let row = self.new_row();
        let query = self.shown();
        Asked::write(
            "POST",
            format!("{}?{query}", self.path()),
            Some(Value::Object(row)),
        )
    }

    /// What a write answers with.
    fn shown(&mut self) -> String {
        if self.rng.once_in(2) {
            return String::new();
        }
        let mut query = Vec::new();
        let items = self.items(1, "", false, &mut query);
        query.retain(|one| one.starts_with('e') && one.contains('.') && !one.contains(".order="));
        query.insert(0, format!("select={items}"));
        query.join("&")
    }

    fn change(&mut self) -> Asked {
        let fields = Value::Object(self.fields());
        if self.rng.once_in(2) {
            let (key, shown) = (self.key(), self.shown());
            return Asked::write(
                "PATCH",
                format!("{}/{key}?{shown}", self.path()),
                Some(fields),
            );
        }
        let (name, predicate) = self.condition();
        let path = format!("{}?{name}={predicate}", self.path());
        let asked = Asked::write("PATCH", path, Some(fields));
        match self.rng.once_in(2) {
            true => asked.header("prefer", "return=representation"),
            false => asked,
        }
    }

    fn delete(&mut self) -> Asked {
        let path = match self.rng.once_in(2) {
            true => format!("{}/{}", self.path(), self.key()),
            false => {
                let (name, predicate) = self.condition();
                format!("{}?{name}={predicate}", self.path())
            }
        };
        Asked::write("DELETE", path, None).header("prefer", "return=representation")
    }

    fn upsert(&mut self) -> Asked {
        let row = Value::Object(self.new_row());
        match self.rng.below(3) {
            0 => {
                let key = self.key();
                let mut fields = self.fields();
                fields.insert("id".to_owned(), json!(key));
                Asked::write(
                    "PUT",
                    format!("{}/{key}", self.path()),
                    Some(Value::Object(fields)),
                )
            }
            1 => Asked::write("POST", format!("{}?onConflict=id", self.path()), Some(row)),
            _ => Asked::write(
                "POST",
                format!("/rest/v1/{}?on_conflict=id", self.table.name),
                Some(row),
            )
            .header(
                "prefer",
                "resolution=merge-duplicates,return=representation",
            ),
        }
    }

    fn nested(&mut self) -> Asked {
        let Some(relation) = self.relation() else {
            return self.create();
        };
        let table = self.world.table(&relation.table);
        let mut inside = self.of(table);
        let which = json!({ "id": inside.key() });
        let made = Value::Object(inside.new_row());
        let fields = Value::Object(inside.fields());
        let is_one = is_to_one(relation);
        let op = match self.rng.below(7) {
            0 => json!({ "connect": which }),
            1 => json!({ "create": made }),
            2 => json!({ "connectOrCreate": { "where": which, "create": made } }),
            3 if is_one => json!({ "update": fields }),
            3 => json!({ "update": { "where": which, "data": fields } }),
            4 if is_one => json!({ "disconnect": true }),
            4 => json!({ "disconnect": which }),
            5 if is_one => json!({ "delete": true }),
            5 => json!({ "delete": which }),
            _ if is_one => json!({ "connect": which }),
            _ => json!({ "set": [which] }),
        };
        let shown = format!("select=id,{}(id)", relation.name);
        if self.rng.once_in(3) {
            let mut row = self.new_row();
            row.insert(relation.name.clone(), op);
            return Asked::write(
                "POST",
                format!("{}?{shown}", self.path()),
                Some(Value::Object(row)),
            );
        }
        let key = self.key();
        let body = json!({ relation.name.as_str(): op });
        Asked::write(
            "PATCH",
            format!("{}/{key}?{shown}", self.path()),
            Some(body),
        )
    }

    fn rest_write(&mut self) -> Asked {
        let path = format!("/rest/v1/{}", self.table.name);
        let shown = "select=id&order=id";
        let asked = match self.rng.below(3) {
            0 => {
                let row = Value::Object(self.new_row());
                Asked::write("POST", format!("{path}?{shown}"), Some(row))
            }
            1 => {
                let (name, predicate) = self.condition();
                let fields = Value::Object(self.fields());
                Asked::write(
                    "PATCH",
                    format!("{path}?{name}={predicate}&{shown}"),
                    Some(fields),
                )
            }
            _ => {
                let (name, predicate) = self.condition();
                Asked::write("DELETE", format!("{path}?{name}={predicate}&{shown}"), None)
            }
        };
        asked.header("prefer", "return=representation,count=exact")
    }
}

/// The path of a table's resource: the names here have plain plurals.
fn path_of(table: &str) -> String {
    format!("/api/v1/{}s", table.to_lowercase())
}
