//! Bound values in PostgreSQL's text format.
//!
//! The server reads each text with the input function of the type that it inferred for the
//! parameter. So no parameter needs a type here.

use std::fmt;

use tokio_postgres::types::{Format, IsNull, ToSql, Type, private::BytesMut};

use crate::codec::{Value, postgres_text};

/// A parameter as text.
pub(super) struct Parameter<'value>(pub(super) &'value Value);

impl ToSql for Parameter<'_> {
    fn to_sql(
        &self,
        _: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        Ok(match postgres_text(self.0) {
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

impl fmt::Debug for Parameter<'_> {
    // Written by hand, without the value: the driver writes parameters into its debug log.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Parameter")
    }
}
