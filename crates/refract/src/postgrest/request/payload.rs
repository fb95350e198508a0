//! The rows of a body, and how PostgreSQL reads them.

use std::collections::BTreeMap;

use reflect::quote::identifier;

use crate::{
    catalog::{Column, FunctionName, Resource, Type},
    codec::{Value, postgres_text},
    postgrest::{
        emit::{domain_values::call, table},
        postgrest_error::PostgrestError,
    },
    query::fill,
};

/// The columns of one row as JSON texts.
pub type Row = BTreeMap<String, String>;

/// Rows that are to be written.
#[derive(Debug)]
pub struct Payload {
    pub rows: Vec<Row>,
    /// The columns that the caller gives.
    pub columns: Vec<String>,
}

impl Payload {
    /// The rows with the columns of `columns`, or those that every row has.
    ///
    /// # Errors
    /// PGRST102 where rows differ in their keys, PGRST204 where a column is none of the table's.
    pub fn of(
        resource: &Resource,
        rows: Vec<Row>,
        columns: Option<Vec<String>>,
    ) -> Result<Self, PostgrestError> {
        let columns = match columns {
            Some(columns) => columns,
            None => {
                let first: Vec<String> = rows
                    .first()
                    .into_iter()
                    .flat_map(BTreeMap::keys)
                    .cloned()
                    .collect();
                if rows.iter().any(|row| !row.keys().eq(first.iter())) {
                    return Err(PostgrestError::new(
                        400,
                        "PGRST102",
                        "All object keys must match",
                    ));
                }
                first
            }
        };
        if let Some(unknown) = columns.iter().find(|name| column(resource, name).is_none()) {
            return Err(PostgrestError::new(
                400,
                "PGRST204",
                format!(
                    "Could not find the '{unknown}' column of '{}' in the schema cache",
                    resource.table
                ),
            ));
        }
        Ok(Self { rows, columns })
    }

    /// Adds what Prisma Client would to new rows; gives the columns that are written.
    pub fn complete(&mut self, resource: &Resource) -> Vec<String> {
        let mut written = self.columns.clone();
        let now = fill::now();
        for column in &resource.columns {
            for row in &mut self.rows {
                if row.contains_key(&column.name) {
                    continue;
                }
                if let Some(value) = fill::on_create(column, now) {
                    row.insert(column.name.clone(), json(column, &value));
                    if !written.contains(&column.name) {
                        written.push(column.name.clone());
                    }
                }
            }
        }
        written
    }

    pub fn text(&self, converted: &Converted<'_>) -> Value {
        let rows = self.rows.iter().map(|row| converted.text(row));
        let rows: Vec<_> = rows.collect();
        Value::Text(format!("[{}]", rows.join(",")))
    }
}

/// The columns that a write reads by functions of their domains, and by which.
pub struct Converted<'resource>(Vec<(&'resource str, &'resource FunctionName)>);

impl<'resource> Converted<'resource> {
    pub fn of(resource: &'resource Resource, written: &[String]) -> Self {
        let columns = match resource.converts_domains {
            true => resource.columns.as_slice(),
            false => &[],
        };
        let read = columns.iter().filter_map(|column| {
            let function = column.from_json()?;
            let is_written = written.contains(&column.name);
            is_written.then_some((column.name.as_str(), function))
        });
        Self(read.collect())
    }

    fn by(&self, name: &str) -> Option<&'resource FunctionName> {
        let mut all = self.0.iter();
        all.find_map(|(column, function)| (*column == name).then_some(*function))
    }

    /// A row as JSON: an object, or a pair of which PostgreSQL reads the first by itself.
    pub fn text(&self, row: &Row) -> String {
        if self.0.is_empty() {
            return object(row.iter());
        }
        let is_read = |name: &str| self.by(name).is_some();
        format!(
            "[{},{}]",
            object(row.iter().filter(|(name, _)| !is_read(name))),
            object(row.iter().filter(|(name, _)| is_read(name)))
        )
    }

    /// Where a column stands in what [`Converted::text`] gives.
    pub fn object_of(&self, row: &str, name: &str) -> String {
        match (self.0.is_empty(), self.by(name)) {
            (true, _) => row.to_owned(),
            (false, None) => format!("({row}->0)"),
            (false, Some(_)) => format!("({row}->1)"),
        }
    }

    /// The value of a column.
    pub fn value(&self, name: &str) -> String {
        let column = identifier(name);
        match self.by(name) {
            None => format!("_row.{column}"),
            Some(function) => call(function, &format!("_read.{column}")),
        }
    }

    /// `_row`, and beside it `_read`, of a row of [`Converted::text`].
    pub fn from(&self, resource: &Resource, row: &str) -> String {
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

pub fn column<'resource>(resource: &'resource Resource, name: &str) -> Option<&'resource Column> {
    resource.columns.iter().find(|column| column.name == name)
}

fn object<'row>(row: impl Iterator<Item = (&'row String, &'row String)>) -> String {
    let members = row.map(|(name, json)| {
        let name = serde_json::Value::from(name.as_str());
        format!("{name}:{json}")
    });
    let members: Vec<_> = members.collect();
    format!("{{{}}}", members.join(","))
}

/// A value as JSON that PostgreSQL reads for a column; a text is good for any type but JSON.
pub fn json(column: &Column, value: &Value) -> String {
    match (postgres_text(value), &column.data_type) {
        (None, _) => "null".to_owned(),
        (Some(text), Type::Json { .. }) => text.into_owned(),
        (Some(text), _) => serde_json::Value::from(&*text).to_string(),
    }
}
