//! Bound values in PostgreSQL's text format.
//!
//! The server reads each with the input function of the type it inferred for the parameter, so
//! that no parameter needs a type of its own here.

use sea_orm::{Value, Values};
use tokio_postgres::types::{Format, IsNull, ToSql, Type, private::BytesMut};

/// A parameter as text; `None` is NULL.
#[derive(Debug)]
pub(super) struct Parameter(Option<String>);

/// The parameters of a statement.
pub(super) fn all(values: &Values) -> Vec<Parameter> {
    values
        .0
        .iter()
        .map(|value| Parameter(text(value)))
        .collect()
}

/// The same as the driver takes them.
pub(super) fn refs(parameters: &[Parameter]) -> Vec<&(dyn ToSql + Sync)> {
    parameters
        .iter()
        .map(|parameter| parameter as &(dyn ToSql + Sync))
        .collect()
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => text.clone(),
        // What sea-query itself binds: limits and offsets.
        Value::BigUnsigned(number) => number.map(|number| number.to_string()),
        Value::BigInt(number) => number.map(|number| number.to_string()),
        Value::Int(number) => number.map(|number| number.to_string()),
        Value::Bool(flag) => flag.map(|flag| flag.to_string()),
        // Without the value: a panic's message reaches the log and Sentry.
        _ => unreachable!("codec::bind gives PostgreSQL texts only"),
    }
}

impl ToSql for Parameter {
    fn to_sql(
        &self,
        _: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        Ok(match &self.0 {
            None => IsNull::Yes,
            Some(text) => {
                out.extend_from_slice(text.as_bytes());
                IsNull::No
            }
        })
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    fn to_sql_checked(
        &self,
        data_type: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        self.to_sql(data_type, out)
    }

    fn encode_format(&self, _: &Type) -> Format {
        Format::Text
    }
}
