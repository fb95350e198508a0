//! Rows of every type, written by one and read by the other.

use serde_json::{Value, json};

use super::{Both, as_body, both};

/// Rows of `Everything` as the client takes them. Floats have 16 digits at most, to which Prisma
/// rounds what it writes; Refract does not.
fn rows() -> Vec<Value> {
    let plain = json!({
        "string": "plain", "varchar": "v", "char": "ab", "uuid": "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
        "boolean": true, "int": 1, "smallint": 2, "bigint": { "$bigint": "3" }, "float": 1.5, "real": 0.1,
        "decimal": "1.50", "price": "12.30", "json": { "b": 1, "a": [true, null, "x"] },
        "plain": { "b": 1, "a": 2 }, "bytes": { "$bytes": "AP8=" }, "status": "IN_PROGRESS",
    });
    let with = |changes: Value| {
        let mut row = plain.clone();
        let changes = changes.as_object().expect("an object").clone();
        row.as_object_mut().expect("an object").extend(changes);
        row
    };
    vec![
        plain.clone(),
        with(json!({
            "string": "é \u{1f600} \u{1} \" \\ \n", "varchar": "twenty characters 20", "char": "",
            "uuid": "A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A12", "xml": "<a b=\"c\"/>", "inet": "10.0.0.1/8",
            "citext": "HeLLo", "oid": 42, "money": "12.30", "bit": "101", "varbit": "1", "boolean": false, "int": i32::MIN,
            "smallint": i16::MAX, "bigint": { "$bigint": "-9223372036854775808" }, "float": 1e21,
            "real": -1.5e-9, "decimal": "12345678901234567890.000000000000000000000000000001",
            "price": "-99999999.99", "json": [], "plain": "text", "nullable": { "deep": [[1.25, -0.5, 12e300]] },
            "bytes": { "$bytes": "" }, "status": "TO_DO",
        })),
        with(json!({
            "string": "", "float": -0.000001, "real": 16777216, "decimal": "0.0000001", "price": "0",
            "json": "", "plain": 0, "nullable": false, "status": "DONE", "inet": "::1",
            "strings": ["", "a,b", "{\"}", "NULL", "é"], "booleans": [true, false], "ints": [0, -1],
            "bigints": [{ "$bigint": "9007199254740993" }], "floats": [0.1, 1e300], "decimals": ["1.50", "-0.30"],
            "moments": ["2024-01-02T03:04:05.678Z", "1969-12-31T23:59:59.999Z"],
            "dates": ["2024-02-29T00:00:00.000Z"], "times": ["1970-01-01T12:34:56.789Z", "1970-01-01T00:00:00.000Z"],
            "jsons": [{ "a": "\"" }, "text", 1, [null]], "blobs": [{ "$bytes": "AP8=" }, { "$bytes": "" }],
            "statuses": ["DONE", "TO_DO"], "uuids": ["a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"],
        })),
        with(json!({
            "decimal": "1000000000000000000000", "float": 123456789012345.5, "int": i32::MAX,
            "bigint": { "$bigint": "9223372036854775807" }, "ints": [], "strings": [], "real": 3.4e38,
            "price": "100", "json": 0.1, "plain": [1e21, 1e-7, 100, 1.0],
        })),
    ]
}

#[tokio::test]
async fn what_prisma_writes_refract_reads_as_prisma_does() {
    let Some(mut both) = both().await else { return };
    for data in rows() {
        let written = both.prisma.create("everything", data).await;
        let id = &written["id"];
        let row = both
            .app
            .get(&format!("/api/v1/everythings/{id}"))
            .await
            .expect(200);
        both.assert_same("Everything", &row, &written);
        let list = both
            .app
            .get(&format!("/api/v1/everythings?id=eq.{id}"))
            .await
            .expect(200);
        assert_eq!(list["data"], json!([row]));
    }
}

#[tokio::test]
async fn what_refract_writes_prisma_reads_as_refract_does() {
    let Some(mut both) = both().await else { return };
    for data in rows() {
        let written = both
            .app
            .post("/api/v1/everythings", as_body(&data))
            .await
            .expect(201);
        let read = both
            .prisma
            .find("everything", json!({ "id": written["id"] }))
            .await;
        both.assert_same("Everything", &written, &read);
        // And what the client would have written is the same row.
        let mut twin = both.prisma.create("everything", data).await;
        twin["id"] = written["id"].clone();
        both.assert_same("Everything", &written, &twin);
    }
}

#[tokio::test]
async fn changes_by_refract_are_those_prisma_would_have_made() {
    let Some(mut both) = both().await else { return };
    let [from, to] = [&rows()[0], &rows()[2]];
    let by_prisma = both.prisma.create("everything", from.clone()).await;
    let by_refract = both.prisma.create("everything", from.clone()).await;
    let (first, second) = (by_prisma["id"].clone(), by_refract["id"].clone());
    let args = json!({ "where": { "id": first }, "data": to });
    let mut expected = both.prisma.call("everything", "update", args).await;
    expected["id"] = second.clone();
    let path = format!("/api/v1/everythings/{second}");
    let changed = both.app.patch(&path, as_body(to)).await.expect(200);
    both.assert_same("Everything", &changed, &expected);
    let read = both
        .prisma
        .find("everything", json!({ "id": second }))
        .await;
    both.assert_same("Everything", &changed, &read);
}

#[tokio::test]
async fn every_value_that_is_answered_can_be_asked_for() {
    let Some(mut both) = both().await else { return };
    for data in rows() {
        let written = both.prisma.create("everything", data).await;
        let row = both
            .app
            .get(&format!("/api/v1/everythings/{}", written["id"]))
            .await
            .expect(200);
        assert_found_by_each_field(&both, &row).await;
    }
}

async fn assert_found_by_each_field(both: &Both, row: &Value) {
    for (field, data_type) in both.columns("Everything") {
        // PostgreSQL itself compares neither.
        if ["json", "xml"].contains(&data_type) {
            continue;
        }
        let wanted = match &row[field] {
            Value::Null => "is.null".to_owned(),
            // In Prisma's lists NULL is an empty one.
            Value::Array(items) if items.is_empty() && data_type.ends_with("[]") => continue,
            Value::String(text) if data_type == "jsonb" => format!("eq.{}", json!(text)),
            Value::String(text) => format!("eq.{text}"),
            other => format!("eq.{other}"),
        };
        let query: String = url::form_urlencoded::Serializer::new(String::new())
            .append_pair(field, &wanted)
            .append_pair("id", &format!("eq.{}", row["id"]))
            .finish();
        let found = both
            .app
            .get(&format!("/api/v1/everythings?{query}"))
            .await
            .expect(200);
        assert_eq!(found["data"][0], *row, "{field}={wanted}");
    }
}
