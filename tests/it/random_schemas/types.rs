//! Types of columns.

use serde_json::{Value, json};

use crate::support::Kind;

/// A type, and values for two rows where somebody has to give them.
pub(super) struct Type {
    pub(super) name: &'static str,
    pub(super) is_key: bool,
    pub(super) values: Option<[Value; 2]>,
}

fn of(name: &'static str, is_key: bool, values: [Value; 2]) -> Type {
    Type {
        name,
        is_key,
        values: Some(values),
    }
}

fn filled_in(name: &'static str) -> Type {
    Type {
        name,
        is_key: false,
        values: None,
    }
}

/// The types of columns; those that can be keys first.
pub(super) fn types(kind: Kind) -> Vec<Type> {
    match kind {
        Kind::Postgres => vec![
            of("INTEGER", true, [json!(1), json!(-2)]),
            of("TEXT", true, [json!("a,b /%"), json!("ü")]),
            of("BIGINT", true, [json!("9007199254740993"), json!("0")]),
            of(
                "UUID",
                true,
                [
                    json!("00000000-0000-0000-0000-000000000001"),
                    json!("00000000-0000-0000-0000-000000000002"),
                ],
            ),
            of(
                "TIMESTAMP(3)",
                true,
                [
                    json!("2024-01-01T00:00:00.000Z"),
                    json!("2024-01-01T00:00:00.001Z"),
                ],
            ),
            of("DECIMAL(65,30)", true, [json!("1.5"), json!("-0.25")]),
            of("VARCHAR(5)", true, [json!("a"), json!("b")]),
            of("DATE", true, [json!("2024-01-01"), json!("2024-02-29")]),
            of("BOOLEAN", true, [json!(true), json!(false)]),
            of("BYTEA", true, [json!("AA=="), json!("/w==")]),
            of("SMALLINT", true, [json!(1), json!(2)]),
            of("DOUBLE PRECISION", false, [json!(1.5), json!(2.5)]),
            of("JSONB", false, [json!({ "a": 1 }), json!([])]),
            of("JSON", false, [json!(1), json!("x")]),
            of(
                "TIMESTAMPTZ",
                false,
                [
                    json!("2024-01-01T00:00:00.000Z"),
                    json!("2025-01-01T00:00:00.000Z"),
                ],
            ),
            of("TIME", false, [json!("10:00:00"), json!("11:00:00")]),
            of("TEXT[]", false, [json!(["a"]), json!([])]),
            of("INTEGER[]", false, [json!([1, 2]), json!([])]),
            of("CHAR(3)", false, [json!("abc"), json!("x")]),
            of("INET", false, [json!("10.0.0.1"), json!("::1")]),
            of("INTERVAL", false, [json!("1 day"), json!("2 hours")]),
            of("INT4RANGE", false, [json!("[1,3)"), json!("empty")]),
            of("TSVECTOR", false, [json!("'a'"), json!("'b'")]),
            of("POINT", false, [json!("(1,2)"), json!("(0,0)")]),
            of("VARCHAR(3)[]", false, [json!(["abc"]), json!([])]),
            filled_in("INTEGER GENERATED ALWAYS AS IDENTITY"),
            filled_in("BIGSERIAL"),
            filled_in("TEXT GENERATED ALWAYS AS ('x' || 'y') STORED"),
            filled_in("TIMESTAMP(3) DEFAULT CURRENT_TIMESTAMP"),
            filled_in("TEXT[] DEFAULT ARRAY['a']::TEXT[]"),
        ],
        Kind::Sqlite => vec![
            of("INTEGER", true, [json!(1), json!(-2)]),
            of("TEXT", true, [json!("a,b /%"), json!("ü")]),
            of("BIGINT", true, [json!("9007199254740993"), json!("0")]),
            of(
                "DATETIME",
                true,
                [
                    json!("2024-01-01T00:00:00.000Z"),
                    json!("2024-01-01T00:00:00.001Z"),
                ],
            ),
            of("VARCHAR(5)", true, [json!("a"), json!("b")]),
            of("BOOLEAN", true, [json!(true), json!(false)]),
            of("DECIMAL", false, [json!("1.5"), json!("-0.25")]),
            of("REAL", false, [json!(1.5), json!(2.5)]),
            of("JSONB", false, [json!({ "a": 1 }), json!([])]),
            of("BLOB", false, [json!("AA=="), json!("/w==")]),
            of("UNSIGNED BIG INT", false, [json!("1"), json!("2")]),
            filled_in("TEXT GENERATED ALWAYS AS ('x' || 'y') STORED"),
            filled_in("DATETIME DEFAULT CURRENT_TIMESTAMP"),
        ],
    }
}
