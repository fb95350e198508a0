//! Refract beside the real Prisma Client, on the same database: `tests/prisma/schema.prisma`.
//!
//! They are skipped where Node or the registry of npm is missing: see [`crate::support::programs`].

pub mod client;
mod generated_values;
mod names;
mod relations;
mod rows;
mod times;
mod writes;

use serde_json::{Map, Value, json};

use crate::support::{App, Schema};
use client::Prisma;

/// A server, and the real client on its database.
struct Both {
    app: App,
    prisma: Prisma,
    /// `GET /api/v1/schema`
    schema: Value,
}

/// `None` where there is no Prisma Client.
async fn both() -> Option<Both> {
    both_in("UTC").await
}

/// With Refract's sessions in a time zone.
async fn both_in(zone: &str) -> Option<Both> {
    if !client::is_here().await {
        return None;
    }
    let there = async |url: &str| Some(format!("{url}?options=-c%20timezone%3D{zone}"));
    let app = App::builder(Schema::Prisma).start_behind(there).await?;
    let prisma = Prisma::start(app.database_url());
    let schema = app.get("/api/v1/schema").await.expect(200);
    Some(Both {
        app,
        prisma,
        schema,
    })
}

impl Both {
    /// What `/schema` says about a model.
    fn model(&self, name: &str) -> &Value {
        let resources = self.schema["resources"].as_array().expect("an array");
        let found = resources.iter().find(|one| one["name"] == name);
        found.unwrap_or_else(|| panic!("no {name}"))
    }

    /// The columns of a model: field and type in the database.
    fn columns(&self, model: &str) -> Vec<(&str, &str)> {
        let columns = self.model(model)["columns"].as_array().expect("an array");
        let columns = columns.iter();
        columns
            .filter_map(|one| Some((one["field"].as_str()?, one["type"].as_str()?)))
            .collect()
    }

    /// A row as Refract must have it: the client's, with the exceptions that ARCHITECTURE.md lists.
    fn expected(&self, model: &str, row: &Value) -> Value {
        let mut expected = Map::new();
        for (field, data_type) in self.columns(model) {
            // Prisma Client shows no field of an unsupported type.
            if let Some(value) = row.get(field) {
                expected.insert(field.to_owned(), in_api_form(data_type, value));
            }
        }
        Value::Object(expected)
    }

    /// Asserts that Refract's row is the client's.
    #[track_caller]
    fn assert_same(&self, model: &str, refract: &Value, prisma: &Value) {
        let mut expected = self.expected(model, prisma);
        let mut refract = refract.clone();
        if let Value::Object(row) = &mut refract {
            row.remove("search");
        }
        for (field, data_type) in self.columns(model) {
            // Refract keeps the digits of a document; JavaScript makes doubles of them.
            if data_type.starts_with("json") && expected.get(field).is_some() {
                for row in [&mut expected, &mut refract] {
                    row[field] = with_doubles(&row[field]);
                }
            }
            assert_eq!(refract.get(field), expected.get(field), "{model}.{field}");
        }
        assert_eq!(refract, expected, "{model}");
    }
}

fn with_doubles(document: &Value) -> Value {
    match document {
        Value::Number(number) => json!(number.as_f64()),
        Value::Array(items) => items.iter().map(with_doubles).collect(),
        Value::Object(fields) => {
            let fields = fields.iter();
            Value::Object(
                fields
                    .map(|(name, value)| (name.clone(), with_doubles(value)))
                    .collect(),
            )
        }
        plain => plain.clone(),
    }
}

/// Dates and times stand alone, not with a day or an hour that nobody gave.
fn in_api_form(data_type: &str, value: &Value) -> Value {
    if let (Some(item), Value::Array(items)) = (data_type.strip_suffix("[]"), value) {
        return items.iter().map(|value| in_api_form(item, value)).collect();
    }
    match (data_type, value.as_str()) {
        ("date", Some(moment)) => json!(moment[..10]),
        (data_type, Some(moment)) if data_type.starts_with("time(") => {
            json!(moment[11..].trim_end_matches('Z').trim_end_matches(".000"))
        }
        _ => value.clone(),
    }
}

/// The client's arguments as a body of Refract's.
fn as_body(data: &Value) -> Value {
    match data {
        Value::Array(items) => items.iter().map(as_body).collect(),
        Value::Object(fields) => match fields.iter().next() {
            Some((tag, value)) if tag == "$bigint" || tag == "$bytes" => value.clone(),
            Some((tag, _)) if tag == "$null" => Value::Null,
            _ => {
                let fields = fields.iter();
                Value::Object(
                    fields
                        .map(|(name, value)| (name.clone(), as_body(value)))
                        .collect(),
                )
            }
        },
        plain => plain.clone(),
    }
}
