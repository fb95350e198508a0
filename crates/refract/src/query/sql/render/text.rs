//! Statements that are put together → their texts, and the values that they bind.

use std::fmt::{self, Display, Write};

use sea_orm::sea_query::{QueryBuilder, QueryStatementBuilder, SqlWriter, SqlWriterValues, Value};

use super::Rendered;

/// A statement's text and values, of which limits are none: they stand in the text. Of a limit that
/// it does not know PostgreSQL expects a tenth of the rows, takes a plan for any values to be dear,
/// and makes a new one each time. An offset is another one on each page, and stays a value.
pub(in crate::query::sql) fn finish(
    builder: &impl QueryBuilder,
    query: &impl QueryStatementBuilder,
) -> Rendered {
    let (placeholder, numbered) = builder.placeholder();
    let mut text = Text {
        inner: SqlWriterValues::new(placeholder, numbered),
        is_limit: false,
    };
    query.build_collect_any_into(builder, &mut text);
    text.inner.into_parts()
}

struct Text {
    inner: SqlWriterValues,
    /// Whether what comes next is a limit.
    is_limit: bool,
}

impl Write for Text {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.is_limit = text == " LIMIT ";
        self.inner.write_str(text)
    }
}

impl Display for Text {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(formatter)
    }
}

impl SqlWriter for Text {
    fn push_param<B: QueryBuilder>(&mut self, value: Value, builder: &B) {
        match value {
            Value::BigUnsigned(Some(limit)) if self.is_limit => {
                // A string takes whatever is written to it.
                _ = self.inner.write_str(&limit.to_string());
            }
            value => self.inner.push_param(value, builder),
        }
        self.is_limit = false;
    }

    fn as_writer(&mut self) -> &mut dyn Write {
        self
    }
}

#[cfg(test)]
mod tests {
    use sea_orm::sea_query::{Expr, ExprTrait, PostgresQueryBuilder, Query};

    use super::*;

    #[test]
    fn limits_stand_in_the_text_and_offsets_do_not() {
        let mut inner = Query::select();
        inner.column("a").from("t").limit(3).offset(4);
        let mut query = Query::select();
        query
            .column("a")
            .from_subquery(inner, "t")
            .and_where(Expr::col("a").eq(7_i64))
            .limit(5);
        let (text, values) = finish(&PostgresQueryBuilder, &query);
        assert_eq!(
            text,
            "SELECT \"a\" FROM (SELECT \"a\" FROM \"t\" LIMIT 3 OFFSET $1) AS \"t\" \
             WHERE \"a\" = $2 LIMIT 5"
        );
        assert_eq!(
            values.0,
            [Value::BigUnsigned(Some(4)), Value::BigInt(Some(7))]
        );
    }
}
