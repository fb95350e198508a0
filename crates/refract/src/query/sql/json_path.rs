//! The way into a column's JSON, as an expression.
//!
//! Keys stand in the text, escaped, and not among the values: an index over such an expression is
//! found, and the same expression can stand in several clauses.

use reflect::{quote, snapshot::Database};
use sea_orm::sea_query::{
    Expr, ExprTrait, Func, extension::postgres::PgBinOper, extension::sqlite::SqliteBinOper,
};

use crate::{
    catalog::Type,
    query::plan::{Key, Step},
};

/// What stands at the end of `path` in a column; the column where there is no path.
pub(super) fn expression(
    database: Database,
    data_type: &Type,
    column: Expr,
    path: &[Step],
) -> Expr {
    let Some(last) = path.last() else {
        return column;
    };
    match database {
        Database::Postgres => postgres(data_type, column, path),
        Database::Sqlite => sqlite(column, path, last.as_text),
    }
}

fn postgres(data_type: &Type, column: Expr, path: &[Step]) -> Expr {
    let mut found = match data_type {
        Type::Json { .. } => column,
        _ => Func::cust("to_jsonb").arg(column).into(),
    };
    for step in path {
        let operator = if step.as_text {
            PgBinOper::CastJsonField
        } else {
            PgBinOper::GetJsonField
        };
        found = found.binary(
            operator,
            match &step.key {
                Key::Member(key) => Expr::cust(quote::literal(key)),
                Key::Item(item) => Expr::Constant((*item).into()),
            },
        );
    }
    let is_json = path.last().is_some_and(|last| !last.as_text);
    match data_type {
        // Unlike jsonb, json has no equality.
        Type::Json { comparable: false } if is_json => found.cast_as("jsonb"),
        _ => found,
    }
}

/// What is found as text is the text that PostgreSQL's `->>` gives; what is no JSON holds nothing.
fn sqlite(column: Expr, path: &[Step], as_text: bool) -> Expr {
    let path = || Expr::cust(quote::sqlite_literal(&sqlite_path(path)));
    let found = if as_text {
        let kind = || -> Expr {
            Func::cust("json_type")
                .args([column.clone(), path()])
                .into()
        };
        let value = column.clone().binary(SqliteBinOper::CastJsonField, path());
        Expr::case(
            kind().eq(Expr::Constant("true".into())),
            Expr::Constant("true".into()),
        )
        .case(
            kind().eq(Expr::Constant("false".into())),
            Expr::Constant("false".into()),
        )
        .finally(value.cast_as("text"))
        .into()
    } else {
        column.clone().binary(SqliteBinOper::GetJsonField, path())
    };
    Expr::case(Expr::from(Func::cust("json_valid").arg(column)), found).into()
}

/// `$."a"[0]`, as <https://sqlite.org/json1.html#path_arguments> has it.
fn sqlite_path(path: &[Step]) -> String {
    let mut text = "$".to_owned();
    for step in path {
        text.push_str(&match &step.key {
            Key::Member(key) => format!(".{}", serde_json::Value::from(key.as_str())),
            Key::Item(item) if *item < 0 => format!("[#{item}]"),
            Key::Item(item) => format!("[{item}]"),
        });
    }
    text
}
