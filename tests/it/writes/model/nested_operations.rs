//! Writes, and the JSON that asks for them.

use serde_json::{Map, Value, json};

use super::{
    state::{Handle, Model},
    tables::Table,
};

/// A row that something leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowRef {
    Row(Handle),
    /// The row that an earlier operation of the batch has made.
    Made(usize),
    Missing,
}

/// What a field is given.
#[derive(Debug, Clone)]
pub enum FieldValue {
    Value(Value),
    /// The id of a row.
    Id(RowRef),
}

/// The body of a row.
#[derive(Debug, Clone, Default)]
pub struct Body {
    pub fields: Vec<(&'static str, FieldValue)>,
    pub relations: Vec<(&'static str, Vec<NestedOperation>)>,
}

/// What is done with the rows of a relation; in a body, each kind once and in this order.
#[derive(Debug, Clone)]
pub enum NestedOperation {
    Set(Vec<RowRef>),
    /// Of a relation to one row, whichever it is.
    Disconnect(Option<RowRef>),
    Delete(Option<RowRef>),
    Update(Option<RowRef>, Body),
    Connect(RowRef),
    /// The row of that name, else a new one, which has it.
    ConnectOrCreate(Body),
    Create(Vec<Body>),
}

#[derive(Debug, Clone)]
pub enum Write {
    Create(Table, Body),
    CreateMany(Table, Vec<Body>),
    Upsert {
        table: Table,
        bodies: Vec<Body>,
        many: bool,
        ignores: bool,
    },
    /// An author in the place of one that is there.
    Put(RowRef, Body),
    PutSeat {
        seat: (&'static str, i64),
        body: Body,
        /// Whether it asks that there be none.
        is_new: bool,
    },
    Patch {
        table: Table,
        row: RowRef,
        body: Body,
        /// Whether JSON columns are merged.
        merges: bool,
        /// Whether it asks for a row as nobody has ever seen it.
        stale: bool,
    },
    /// One JSON column of an author.
    Document {
        row: RowRef,
        field: &'static str,
        document: Value,
        merges: bool,
    },
    /// Every row with so much, or more, of a number.
    PatchMany {
        table: Table,
        at_least: (&'static str, i64),
        body: Body,
        bound: Option<usize>,
    },
    DeleteMany {
        table: Table,
        at_least: (&'static str, i64),
        bound: Option<usize>,
    },
    Delete(Table, RowRef),
    Batch(Vec<Write>),
}

/// A request, alone or of a batch.
pub struct ApiRequest {
    pub method: &'static str,
    /// After `/api/v1`.
    pub path: String,
    pub headers: Vec<(&'static str, String)>,
    pub body: Option<Value>,
}

/// Makes requests of writes.
pub struct Renderer<'model> {
    pub model: &'model Model,
    /// In a batch rows are named by their ids: other names may have changed by then.
    pub in_batch: bool,
}

impl Renderer<'_> {
    pub fn asked(&self, write: &Write) -> ApiRequest {
        let ask = |method, path: String, body| ApiRequest {
            method,
            path,
            headers: Vec::new(),
            body,
        };
        let merge = ("Content-Type", "application/merge-patch+json".to_owned());
        match write {
            Write::Create(table, body) => ask(
                "POST",
                format!("/{}", table.path()),
                Some(self.body(*table, body)),
            ),
            Write::CreateMany(table, bodies) => ask(
                "POST",
                format!("/{}", table.path()),
                Some(self.bodies(*table, bodies)),
            ),
            Write::Upsert {
                table,
                bodies,
                many,
                ignores,
            } => {
                let path = format!(
                    "/{}?onConflict={}",
                    table.path(),
                    table.own_name().join(",")
                );
                let body = match (bodies.as_slice(), many) {
                    ([one], false) => self.body(*table, one),
                    _ => self.bodies(*table, bodies),
                };
                let mut asked = ask("POST", path, Some(body));
                if *ignores {
                    asked
                        .headers
                        .push(("Prefer", "resolution=ignore-duplicates".to_owned()));
                }
                asked
            }
            Write::Put(row, body) => ask(
                "PUT",
                self.path(Table::Author, *row),
                Some(self.body(Table::Author, body)),
            ),
            Write::PutSeat {
                seat: (hall, number),
                body,
                is_new,
            } => {
                let path = format!("/seats/{hall},{number}");
                let mut asked = ask("PUT", path, Some(self.body(Table::Seat, body)));
                let condition = is_new.then(|| ("If-None-Match", "*".to_owned()));
                asked.headers.extend(condition);
                asked
            }
            Write::Patch {
                table,
                row,
                body,
                merges,
                stale,
            } => {
                let mut asked = ask(
                    "PATCH",
                    self.path(*table, *row),
                    Some(self.body(*table, body)),
                );
                asked.headers.extend(merges.then_some(merge));
                asked
                    .headers
                    .extend(stale.then(|| ("If-Match", "\"nobody has seen it\"".to_owned())));
                asked
            }
            Write::Document {
                row,
                field,
                document,
                merges,
            } => {
                let path = format!("{}/{field}", self.path(Table::Author, *row));
                let method = if *merges { "PATCH" } else { "PUT" };
                let mut asked = ask(method, path, Some(document.clone()));
                asked.headers.extend(merges.then_some(merge));
                asked
            }
            Write::PatchMany {
                table,
                at_least,
                body,
                bound,
            } => ApiRequest {
                headers: bounded(*bound),
                ..ask(
                    "PATCH",
                    filtered(*table, *at_least),
                    Some(self.body(*table, body)),
                )
            },
            Write::DeleteMany {
                table,
                at_least,
                bound,
            } => ApiRequest {
                headers: bounded(*bound),
                ..ask("DELETE", filtered(*table, *at_least), None)
            },
            Write::Delete(table, row) => ask("DELETE", self.path(*table, *row), None),
            Write::Batch(writes) => {
                let within = Renderer {
                    model: self.model,
                    in_batch: true,
                };
                let operations = writes.iter().enumerate();
                let operations: Vec<Value> = operations
                    .map(|(place, write)| {
                        let asked = within.asked(write);
                        let headers: Map<String, Value> = asked
                            .headers
                            .into_iter()
                            .map(|(name, value)| (name.to_owned(), json!(value)))
                            .collect();
                        let mut operation = json!({
                            "as": format!("op{place}"), "method": asked.method,
                            "path": asked.path, "headers": headers,
                        });
                        if let Some(body) = asked.body {
                            operation["body"] = body;
                        }
                        operation
                    })
                    .collect();
                ask(
                    "POST",
                    "/batch".to_owned(),
                    Some(json!({ "operations": operations })),
                )
            }
        }
    }

    fn path(&self, table: Table, row: RowRef) -> String {
        let key = match (row, table) {
            (RowRef::Made(place), Table::Seat) => {
                format!("{{op{place}.hall}},{{op{place}.number}}")
            }
            (RowRef::Made(place), _) => format!("{{op{place}.id}}"),
            (RowRef::Row(row), Table::Seat) => {
                let values = &self.model.rows[&row].values;
                format!("{},{}", text(&values["hall"]), values["number"])
            }
            (RowRef::Missing, Table::Seat) => "Z,99".to_owned(),
            (row, table) => text(&self.id(table, row)),
        };
        format!("/{}/{key}", table.path())
    }

    fn id(&self, table: Table, row: RowRef) -> Value {
        match row {
            RowRef::Row(row) => self.model.rows[&row].id.clone(),
            RowRef::Made(place) => json!({ "$ref": format!("op{place}.id") }),
            RowRef::Missing if table == Table::Author => json!("nobody"),
            RowRef::Missing => json!(999_999_999),
        }
    }

    /// What names one row among those of a table.
    fn unique(&self, table: Table, row: RowRef) -> Value {
        let by_name = match row {
            RowRef::Row(handle) => !self.in_batch && handle % 2 == 0,
            RowRef::Made(_) | RowRef::Missing => false,
        };
        match (row, table) {
            (RowRef::Row(row), Table::Author | Table::Tag) if by_name => {
                let field = table.own_name()[0];
                json!({ field: self.model.rows[&row].values[field] })
            }
            _ => json!({ "id": self.id(table, row) }),
        }
    }

    fn bodies(&self, table: Table, bodies: &[Body]) -> Value {
        bodies.iter().map(|body| self.body(table, body)).collect()
    }

    fn body(&self, table: Table, body: &Body) -> Value {
        let mut object = Map::new();
        for (field, given) in &body.fields {
            let value = match given {
                FieldValue::Value(value) => value.clone(),
                FieldValue::Id(row) => {
                    let target = table.reference(field).expect("a reference").target;
                    self.id(target, *row)
                }
            };
            object.insert((*field).to_owned(), value);
        }
        for (relation, operations) in &body.relations {
            let target = table.relation(relation).target();
            let is_to_one = table.relation(relation).is_to_one();
            let mut done: Map<String, Value> = Map::new();
            for operation in operations {
                let (name, mut items) = self.operation(target, operation);
                match done.get_mut(name) {
                    Some(Value::Array(before)) if items.is_array() => {
                        before.append(items.as_array_mut().expect("an array"));
                    }
                    _ => {
                        done.insert(name.to_owned(), items);
                    }
                }
            }
            if is_to_one {
                for item in done.values_mut().filter(|item| item.is_array()) {
                    *item = item[0].take();
                }
            }
            object.insert((*relation).to_owned(), Value::Object(done));
        }
        Value::Object(object)
    }

    fn operation(&self, target: Table, operation: &NestedOperation) -> (&'static str, Value) {
        let unique = |row: &RowRef| self.unique(target, *row);
        match operation {
            NestedOperation::Set(rows) => ("set", rows.iter().map(unique).collect()),
            NestedOperation::Disconnect(None) => ("disconnect", json!(true)),
            NestedOperation::Disconnect(Some(row)) => ("disconnect", json!([unique(row)])),
            NestedOperation::Delete(None) => ("delete", json!(true)),
            NestedOperation::Delete(Some(row)) => ("delete", json!([unique(row)])),
            NestedOperation::Update(None, body) => ("update", self.body(target, body)),
            NestedOperation::Update(Some(row), body) => (
                "update",
                json!([{ "where": unique(row), "data": self.body(target, body) }]),
            ),
            NestedOperation::Connect(row) => ("connect", json!([unique(row)])),
            NestedOperation::ConnectOrCreate(body) => {
                let create = self.body(target, body);
                let names = target.own_name().iter();
                let names: Map<String, Value> = names
                    .map(|name| ((*name).to_owned(), create[*name].clone()))
                    .collect();
                (
                    "connectOrCreate",
                    json!([{ "where": names, "create": create }]),
                )
            }
            NestedOperation::Create(bodies) => ("create", self.bodies(target, bodies)),
        }
    }
}

fn filtered(table: Table, (field, number): (&str, i64)) -> String {
    format!("/{}?{field}=gte.{number}", table.path())
}

fn bounded(bound: Option<usize>) -> Vec<(&'static str, String)> {
    let bound = bound.map(|bound| ("Prefer", format!("max-affected={bound}")));
    bound.into_iter().collect()
}

fn text(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}
