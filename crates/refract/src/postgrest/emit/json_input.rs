//! Rows of a body as PostgreSQL reads them from JSON.
//!
//! `json_populate_record` reads most columns, so a text is good for any type. The columns of domains with
//! functions of their own are read by these functions.

use reflect::quote::identifier;

use super::{domain_values::call, table};
use crate::{
    catalog::{Column, FunctionName, Resource, Type},
    codec::{Value, postgres_text},
    postgrest::request::payload::Row,
};

/// The columns of a write that functions of their domains read, with these functions.
pub struct JsonInput<'resource>(Vec<(&'resource str, &'resource FunctionName)>);

impl<'resource> JsonInput<'resource> {
    pub fn of(resource: &'resource Resource, written: &[String]) -> Self {
        let columns = match resource.converts_domains {
            true => resource.columns.as_slice(),
            false => &[],
        };
        let read = columns.iter().filter_map(|column| {
            let function = column.json_input()?;
            let is_written = written.contains(&column.name);
            is_written.then_some((column.name.as_str(), function))
        });
        Self(read.collect())
    }

    fn function(&self, name: &str) -> Option<&'resource FunctionName> {
        let mut all = self.0.iter();
        all.find_map(|(column, function)| (*column == name).then_some(*function))
    }

    /// The rows as a JSON array.
    pub fn array(&self, rows: &[Row]) -> Value {
        let rows: Vec<_> = rows.iter().map(|row| self.text(row)).collect();
        Value::Text(format!("[{}]", rows.join(",")))
    }

    /// A row as JSON: an object, or a pair of objects, of which functions read the second.
    pub fn text(&self, row: &Row) -> String {
        if self.0.is_empty() {
            return object(row.iter());
        }
        let has_function = |name: &str| self.function(name).is_some();
        format!(
            "[{},{}]",
            object(row.iter().filter(|(name, _)| !has_function(name))),
            object(row.iter().filter(|(name, _)| has_function(name)))
        )
    }

    /// The object that holds a column, in the JSON of [`Self::text`].
    pub fn object_of(&self, row: &str, name: &str) -> String {
        match (self.0.is_empty(), self.function(name)) {
            (true, _) => row.to_owned(),
            (false, None) => format!("({row}->0)"),
            (false, Some(_)) => format!("({row}->1)"),
        }
    }

    /// The value of a column.
    pub fn value(&self, name: &str) -> String {
        let column = identifier(name);
        match self.function(name) {
            None => format!("_row.{column}"),
            Some(function) => call(function, &format!("_read.{column}")),
        }
    }

    /// The tables `_row` and, beside it, `_read`, of the JSON of [`Self::text`].
    pub fn tables(&self, resource: &Resource, row: &str) -> String {
        let table = table(resource);
        if self.0.is_empty() {
            return format!("json_populate_record(NULL::{table}, {row}) AS _row");
        }
        let columns = self.0.iter();
        let columns: Vec<_> = columns
            .map(|(name, _)| format!("{} json", identifier(name)))
            .collect();
        format!(
            "json_populate_record(NULL::{table}, {row}->0) AS _row CROSS JOIN LATERAL \
             json_to_record({row}->1) AS _read({})",
            columns.join(", ")
        )
    }
}

fn object<'row>(row: impl Iterator<Item = (&'row String, &'row String)>) -> String {
    let members = row.map(|(name, json)| {
        let name = serde_json::Value::from(name.as_str());
        format!("{name}:{json}")
    });
    let members: Vec<_> = members.collect();
    format!("{{{}}}", members.join(","))
}

/// A value as JSON that PostgreSQL reads for a column. Types other than JSON are read from a text.
pub fn json(column: &Column, value: &Value) -> String {
    match (postgres_text(value), &column.data_type) {
        (None, _) => "null".to_owned(),
        (Some(text), Type::Json { .. }) => text.into_owned(),
        (Some(text), _) => serde_json::Value::from(&*text).to_string(),
    }
}
