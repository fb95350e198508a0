//! Decodes PostgreSQL's binary cells as far as JSON needs it.

use std::error::Error;

use tokio_postgres::types::{
    FromSql, IsNull, Kind, ToSql, Type, private::BytesMut, to_sql_checked,
};

type Failure = Box<dyn Error + Sync + Send>;

/// The label of an enum's value.
#[derive(Debug)]
pub struct Label<'cell>(pub &'cell str);

/// The text of a jsonb value.
pub struct Document<'cell>(pub &'cell [u8]);

/// Microseconds since 2000-01-01.
pub struct Timestamp(pub i64);

/// A numeric in binary format: groups of four digits.
pub struct Numeric<'cell>(pub &'cell [u8]);

impl<'cell> FromSql<'cell> for Label<'cell> {
    fn from_sql(_: &Type, cell: &'cell [u8]) -> Result<Self, Failure> {
        Ok(Self(std::str::from_utf8(cell)?))
    }

    fn accepts(data_type: &Type) -> bool {
        matches!(data_type.kind(), Kind::Enum(_))
    }
}

impl ToSql for Label<'_> {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Result<IsNull, Failure> {
        out.extend_from_slice(self.0.as_bytes());
        Ok(IsNull::No)
    }

    fn accepts(data_type: &Type) -> bool {
        matches!(data_type.kind(), Kind::Enum(_))
    }

    to_sql_checked!();
}

impl<'cell> FromSql<'cell> for Document<'cell> {
    fn from_sql(_: &Type, cell: &'cell [u8]) -> Result<Self, Failure> {
        // A version byte, then the text.
        Ok(Self(&cell[1..]))
    }

    fn accepts(data_type: &Type) -> bool {
        *data_type == Type::JSONB
    }
}

impl FromSql<'_> for Timestamp {
    fn from_sql(_: &Type, cell: &[u8]) -> Result<Self, Failure> {
        Ok(Self(i64::from_be_bytes(cell.try_into()?)))
    }

    fn accepts(data_type: &Type) -> bool {
        *data_type == Type::TIMESTAMP
    }
}

impl<'cell> FromSql<'cell> for Numeric<'cell> {
    fn from_sql(_: &Type, cell: &'cell [u8]) -> Result<Self, Failure> {
        Ok(Self(cell))
    }

    fn accepts(data_type: &Type) -> bool {
        *data_type == Type::NUMERIC
    }
}
