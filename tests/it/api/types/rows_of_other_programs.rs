//! Rows that others have written: what is read is what the database holds.

use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use crate::support::{App, Kind, Schema};

async fn written(app: &App, sql: &str) {
    app.db()
        .await
        .execute_unprepared(sql)
        .await
        .expect("the row is written");
}

#[tokio::test]
async fn moments_in_a_sqlite_file_may_be_spelled_in_many_ways() {
    let app = App::builder(Schema::Trouble).on(Kind::Sqlite).start().await;
    for (stored, printed) in [
        // Prisma's native engine.
        ("1706702400123", "2024-01-31T12:00:00.123Z"),
        ("0", "1970-01-01T00:00:00.000Z"),
        ("-1", "1969-12-31T23:59:59.999Z"),
        // Prisma's driver adapters.
        (
            "'2024-01-31T12:00:00.123+00:00'",
            "2024-01-31T12:00:00.123Z",
        ),
        ("'2024-01-31T12:00:00.123Z'", "2024-01-31T12:00:00.123Z"),
        // CURRENT_TIMESTAMP and strftime.
        ("'2024-01-31 12:00:00'", "2024-01-31T12:00:00.000Z"),
        ("'2024-01-31 12:00:00.5'", "2024-01-31T12:00:00.500Z"),
        ("'2024-01-31'", "2024-01-31T00:00:00.000Z"),
        // Nobody's: shown as it is rather than hidden.
        ("'some day'", "some day"),
    ] {
        written(
            &app,
            &format!(r#"INSERT OR REPLACE INTO "Moments" ("id", "datetime") VALUES (1, {stored})"#),
        )
        .await;
        assert_eq!(
            app.get("/api/v1/moments/1").await.expect(200)["datetime"],
            printed,
            "{stored}"
        );
    }
    written(
        &app,
        r#"INSERT OR REPLACE INTO "Moments" ("id", "datetime") VALUES (1, CURRENT_TIMESTAMP)"#,
    )
    .await;
    let found = app.get("/api/v1/moments/1").await.expect(200)["datetime"].to_string();
    assert!(found.contains('T') && found.ends_with(".000Z\""), "{found}");
}

#[tokio::test]
async fn values_in_a_sqlite_file_are_read_by_the_type_of_their_column() {
    let app = App::builder(Schema::Trouble).on(Kind::Sqlite).start().await;
    for (column, stored, printed) in [
        ("int8", "9223372036854775807", json!("9223372036854775807")),
        (
            "int8",
            "-9223372036854775808",
            json!("-9223372036854775808"),
        ),
        ("int4", "7", json!(7)),
        ("float8", "2", json!(2)),
        ("float8", "0.1", json!(0.1)),
        ("decimal", "1.5", json!("1.5")),
        ("decimal", "'1.50'", json!("1.5")),
        ("decimal", "3", json!("3")),
        ("bool", "1", json!(true)),
        ("bool", "0", json!(false)),
        ("bool", "true", json!(true)),
    ] {
        let mut columns = vec![
            ("int4", "1"),
            ("int8", "1"),
            ("float8", "1"),
            ("decimal", "1"),
            ("bool", "1"),
        ];
        for (name, value) in &mut columns {
            if *name == column {
                *value = stored;
            }
        }
        let names: Vec<String> = columns
            .iter()
            .map(|(name, _)| format!("\"{name}\""))
            .collect();
        let values: Vec<&str> = columns.iter().map(|(_, value)| *value).collect();
        written(
            &app,
            &format!(
                r#"INSERT OR REPLACE INTO "Numbers" ("id", {}) VALUES (1, {})"#,
                names.join(", "),
                values.join(", ")
            ),
        )
        .await;
        assert_eq!(
            app.get("/api/v1/numbers/1").await.expect(200)[column],
            printed,
            "{column} = {stored}"
        );
    }
}

#[tokio::test]
async fn documents_and_bytes_in_a_sqlite_file_may_be_text_or_blob() {
    let app = App::builder(Schema::Trouble).on(Kind::Sqlite).start().await;
    for (jsonb, bytes, document, base64) in [
        (r#"'{"a": 1}'"#, "x'00ff'", json!({ "a": 1 }), json!("AP8=")),
        ("x'5b315d'", "x''", json!([1]), json!("")),
        ("'null'", "x'61'", json!(null), json!("YQ==")),
        ("'not json'", "x'61'", json!("not json"), json!("YQ==")),
    ] {
        written(&app, &format!(r#"INSERT OR REPLACE INTO "Documents" ("id", "jsonb", "bytes") VALUES ('d', {jsonb}, {bytes})"#)).await;
        let row = app.get("/api/v1/documents/d").await.expect(200);
        assert_eq!(
            [&row["jsonb"], &row["bytes"]],
            [&document, &base64],
            "{jsonb}"
        );
    }
}

#[tokio::test]
async fn values_in_postgresql_that_the_api_would_not_take_are_shown() {
    let app = App::builder(Schema::Trouble).start().await;
    written(&app, r#"INSERT INTO "Numbers" ("id", "int2", "int4", "int8", "float4", "float8", "decimal", "numeric", "bool")
        VALUES (1, 1, 1, 1, 'NaN', '-0', 0.1, '-Infinity', true)"#).await;
    let row = app.get("/api/v1/numbers/1").await.expect(200);
    assert_eq!(
        [&row["float4"], &row["float8"], &row["numeric"]],
        [&json!("NaN"), &json!(0), &json!("-Infinity")]
    );
    written(&app, r#"INSERT INTO "Moments" ("id", "timestamp", "timestamp_0", "timestamp_3", "timestamptz", "timestamptz_6", "date", "time", "time_3")
        VALUES (1, 'infinity', '-infinity', '0044-03-15 12:00:00 BC', '10000-01-01Z', 'infinity', '0044-03-15 BC', '24:00:00', '0:0:0')"#).await;
    let row = app.get("/api/v1/moments/1").await.expect(200);
    for (field, printed) in [
        ("timestamp", "infinity"),
        ("timestamp_0", "-infinity"),
        ("timestamp_3", "-000043-03-15T12:00:00.000Z"),
        ("timestamptz", "+010000-01-01T00:00:00.000Z"),
        ("date", "-000043-03-15"),
        ("time", "24:00:00"),
    ] {
        assert_eq!(row[field], printed, "{field}");
    }
    written(&app, r#"INSERT INTO "Arrays" ("id", "texts", "ints", "bools") VALUES (1, '{a,NULL}', '{{1,2},{3,4}}', '[5:6]={t,f}')"#).await;
    let row = app.get("/api/v1/arrays/1").await.expect(200);
    assert_eq!(
        [&row["texts"], &row["ints"], &row["bools"]],
        [
            &json!(["a", null]),
            &json!([[1, 2], [3, 4]]),
            &json!([true, false])
        ]
    );
    written(&app, r#"INSERT INTO "Documents" ("id", "json", "jsonb", "bytes") VALUES ('a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', ' null ', 'null', '\x00')"#).await;
    let row = app
        .get("/api/v1/documents/a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11")
        .await
        .expect(200);
    assert_eq!([&row["json"], &row["jsonb"]], [&Value::Null, &Value::Null]);
}

#[tokio::test]
async fn a_label_added_after_reflection_is_its_own_name() {
    let app = App::builder(Schema::Trouble).start().await;
    written(&app, r#"ALTER TYPE "Color" ADD VALUE 'MAUVE'"#).await;
    written(&app, r#"INSERT INTO "Texts" ("id", "text", "varchar", "varchar_5", "color") VALUES ('x', 't', 'v', 'v', 'MAUVE')"#).await;
    let list = app.get("/api/v1/texts?select=color").await.expect(200);
    assert_eq!(list["data"], json!([{ "color": "MAUVE" }]));
}
