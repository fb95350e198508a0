//! Values of embedded rows.

use serde_json::json;

use super::embeds::data;
use crate::{
    on_each_database,
    support::{App, Options, Schema},
};

on_each_database!(
    Schema::Trouble,
    nested_values_are_those_of_the_outermost_rows
);
async fn nested_values_are_those_of_the_outermost_rows(app: &App) {
    // A relation over two columns, both part of the key; decimals, generated columns, a uuid.
    app.post(
        "/api/v1/translations",
        json!({ "path": "it's \"a\", {b} \\ \u{1F600}", "locale": "de", "text": "x\ny" }),
    )
    .await
    .expect(201);
    app.post(
        "/api/v1/translation-votes",
        json!({ "path": "it's \"a\", {b} \\ \u{1F600}", "locale": "de", "voter": 1, "up": true }),
    )
    .await
    .expect(201);
    let user = app
        .post(
            "/api/v1/users",
            json!({ "id": "6f1f2a63-0000-4000-8000-000000000001", "name": "U" }),
        )
        .await;
    let user = user.expect(201)["id"].clone();
    app.post("/api/v1/orders", json!([{ "user": user, "price": "12.50", "quantity": 3 }, { "user": user, "price": "0.10" }])).await.expect(201);
    for (inner, outer) in [
        ("users?select=orders(*)", "orders"),
        ("translation-votes?select=translation(*)", "translations"),
        (
            "translations?select=translationVotes(*)",
            "translation-votes",
        ),
    ] {
        let nested = data(app, inner).await;
        let nested = nested[0]
            .as_object()
            .expect("a row")
            .values()
            .next()
            .expect("a relation")
            .clone();
        let nested = if nested.is_array() {
            nested
        } else {
            json!([nested])
        };
        assert_eq!(nested, data(app, outer).await, "{inner}");
    }
}

#[tokio::test]
async fn every_type_is_nested_as_it_is_at_the_top() {
    let tables = [
        "Numbers",
        "Moments",
        "Texts",
        "Documents",
        "Arrays",
        "Exotic",
    ];
    let options = tables.into_iter().fold(Options::default(), Options::relate);
    let app = App::builder(Schema::Trouble).with(options).start().await;
    for (resource, row) in [
        (
            "numbers",
            json!({ "int2": -5, "int4": 7, "int8": "9223372036854775807", "float4": 1.5, "float8": 1e-7, "decimal": "12.340", "numeric": "1e40", "bool": false }),
        ),
        (
            "moments",
            json!({ "timestamp": "2024-02-03T04:05:06.789Z", "timestamp_0": "2024-01-01", "timestamp_3": "2024-01-01", "timestamptz": "2024-01-01T00:00:00.123456+02:00",
            "timestamptz_6": "2024-01-01", "date": "2024-01-01", "time": "00:00:00.5", "time_3": "01:00:00" }),
        ),
        (
            "texts",
            json!({ "id": "ä", "text": "t\"\n", "varchar": "v", "varchar_5": "v", "char": "a", "email": "a@b", "progress": "in progress", "color": "RED", "warm": "RED" }),
        ),
        (
            "documents",
            json!({ "id": "6f1f2a63-0000-4000-8000-000000000001", "json": { "a": [1, 2.50] }, "jsonb": { "b": null }, "bytes": "AAEC/w==" }),
        ),
        (
            "arrays",
            json!({ "texts": ["a,b", "\"", "NULL"], "ints": [1, 2], "bigints": ["9007199254740993"], "decimals": ["1.10"], "timestamps": ["2024-01-01"], "bytes": ["AAE="], "colors": ["RED"] }),
        ),
        (
            "exotics",
            json!({ "inet": "10.0.0.1", "interval": "1 day", "int4range": "[1,5)", "bit": "101", "money": "1.50" }),
        ),
    ] {
        let created = app
            .post(&format!("/api/v1/{resource}"), row)
            .await
            .expect(201);
        for name in ["same", "list"] {
            let rows = data(&app, &format!("{resource}?select={name}(*)")).await;
            let nested = &rows[0][name];
            let nested = if nested.is_array() {
                &nested[0]
            } else {
                nested
            };
            assert_eq!(*nested, created, "{resource} {name}");
            let spread = data(&app, &format!("{resource}?select=...{name}(*)")).await;
            for (field, value) in created.as_object().expect("a row") {
                let one = if name == "list" {
                    &spread[0][field][0]
                } else {
                    &spread[0][field]
                };
                assert_eq!(one, value, "{resource} {name} {field}");
            }
        }
    }
}
