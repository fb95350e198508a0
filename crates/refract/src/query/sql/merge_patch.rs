//! A JSON merge patch (RFC 7396) as an expression, so that the database applies it to what it holds
//! at that moment: two patches of different keys both survive.

use reflect::snapshot::Database;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Func};
use serde_json::{Map, Value};

/// What the column holds, patched.
pub(super) fn merged(database: Database, column: Alias, patch: &Map<String, Value>) -> Expr {
    match database {
        Database::Postgres => object(Expr::col(column).cast_as("jsonb"), patch),
        // Its own function is RFC 7396, but takes neither NULL nor what is no JSON.
        Database::Sqlite => {
            let valid = Func::cust("json_valid").arg(Expr::col(column.clone()));
            let document = Expr::case(Expr::from(valid), Expr::col(column)).finally("{}");
            Func::cust("json_patch")
                .arg(document)
                .arg(Expr::val(Value::Object(patch.clone()).to_string()))
                .into()
        }
    }
}

/// Members that are null go, objects are patched in turn, all others take their place.
fn object(document: Expr, patch: &Map<String, Value>) -> Expr {
    let removed = patch.iter().filter(|(_, value)| value.is_null());
    let removed: Vec<Value> = removed.map(|(key, _)| Value::from(key.as_str())).collect();
    let plain: Map<String, Value> = patch
        .iter()
        .filter(|(_, value)| !value.is_null() && !value.is_object())
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    // What is no object is taken for an empty one.
    let mut merged = Expr::cust_with_exprs(
        "(CASE WHEN jsonb_typeof($1) = 'object' THEN $1 ELSE '{}'::jsonb END)",
        [document.clone()],
    );
    if !removed.is_empty() {
        let keys = Value::Array(removed).to_string();
        merged = Expr::cust_with_exprs(
            "($1 - ARRAY(SELECT jsonb_array_elements_text($2::jsonb)))",
            [merged, Expr::val(keys)],
        );
    }
    if !plain.is_empty() {
        let members = Expr::val(Value::Object(plain).to_string());
        merged = Expr::cust_with_exprs("($1 || $2::jsonb)", [merged, members]);
    }
    for (key, inner) in patch {
        let Value::Object(inner) = inner else {
            continue;
        };
        // Of anything but an object, `->` with a text gives NULL.
        let current = Expr::cust_with_exprs("($1 -> $2::text)", [document.clone(), Expr::val(key)]);
        merged = Expr::cust_with_exprs(
            "($1 || jsonb_build_object($2::text, $3))",
            [merged, Expr::val(key), object(current, inner)],
        );
    }
    merged
}
