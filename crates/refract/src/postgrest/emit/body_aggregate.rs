//! The rows of a tree → the text of the answer's body.

use super::Sql;
use crate::postgrest::request::accept::{BodyFormat, Explain};

/// The statement that explains another one.
pub fn explain(explain: Explain, mut statement: Sql) -> Sql {
    let options: String = explain.options().map(|name| format!("{name}, ")).collect();
    let format = if explain.json { "JSON" } else { "TEXT" };
    let explain = format!("EXPLAIN ({options}FORMAT {format}) ");
    statement.text.insert_str(0, &explain);
    statement
}

/// Appends the text of one row.
pub fn row(sql: &mut Sql, body: BodyFormat) {
    sql.push(match body {
        BodyFormat::Csv => "ROW(_row.*)::text",
        _ if body.strips_nulls() => "json_strip_nulls(row_to_json(_row.*))::text",
        _ => "row_to_json(_row.*)::text",
    });
}

/// Appends the text of all rows.
pub fn body(sql: &mut Sql, body: BodyFormat) {
    sql.push(match body {
        BodyFormat::Array { strip_nulls: false } => "coalesce(json_agg(_row.*), '[]')::text",
        BodyFormat::Array { strip_nulls: true } => {
            "coalesce(json_strip_nulls(json_agg(_row.*)), '[]')::text"
        }
        BodyFormat::Object { strip_nulls: false } => "(json_agg(_row.*)->0)::text",
        BodyFormat::Object { strip_nulls: true } => "(json_strip_nulls(json_agg(_row.*))->0)::text",
        BodyFormat::Csv => {
            "(SELECT string_agg(keys.key, ',') FROM \
             json_object_keys((array_agg(row_to_json(_row.*)))[1]) AS keys(key)) || E'\\n' || \
             string_agg(substring(ROW(_row.*)::text, 2, length(ROW(_row.*)::text) - 2), E'\\n')"
        }
        BodyFormat::Lines => {
            "coalesce(string_agg(translate(row_to_json(_row.*)::text, \
             E'\\n\\r', '  ') || E'\\n', ''), '')"
        }
        BodyFormat::GeoJson => {
            "json_build_object('type', 'FeatureCollection', 'features', \
             coalesce(json_agg(ST_AsGeoJSON(_row.*)::json), '[]'))::text"
        }
        BodyFormat::None => "''",
    });
}
