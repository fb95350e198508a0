//! Values that a column has no room for.

use serde_json::json;

use crate::support::{App, Schema};

#[tokio::test]
async fn texts_and_numbers_that_do_not_fit_are_refused_before_the_database_is_asked() {
    let app = App::builder(Schema::Trouble).start().await;
    for (path, body, field, code) in [
        (
            "texts",
            json!({ "varchar_5": "größer" }),
            "varchar_5",
            "too_long",
        ),
        ("texts", json!({ "char": "abcd" }), "char", "too_long"),
        (
            "texts",
            json!({ "color": "PINK" }),
            "color",
            "invalid_enum_value",
        ),
        ("numbers", json!({ "int2": 32768 }), "int2", "out_of_range"),
        (
            "numbers",
            json!({ "int4": -2_147_483_649_i64 }),
            "int4",
            "out_of_range",
        ),
        (
            "numbers",
            json!({ "int8": "9223372036854775808" }),
            "int8",
            "out_of_range",
        ),
        (
            "numbers",
            json!({ "float4": 1e39 }),
            "float4",
            "out_of_range",
        ),
        (
            "numbers",
            json!({ "money_like": "100000000" }),
            "money_like",
            "out_of_range",
        ),
        (
            "arrays",
            json!({ "varchars": ["fine", "too long"] }),
            "varchars",
            "too_long",
        ),
        (
            "arrays",
            json!({ "ints": [1, "x"] }),
            "ints",
            "invalid_type",
        ),
        (
            "arrays",
            json!({ "ints": [1, null] }),
            "ints",
            "invalid_item",
        ),
    ] {
        let (_, fields) = app
            .post(&format!("/api/v1/{path}"), body.clone())
            .await
            .expect_problem(422);
        assert!(
            fields.contains(&(field.to_owned(), code.to_owned())),
            "{body}: {fields:?}"
        );
    }
}
