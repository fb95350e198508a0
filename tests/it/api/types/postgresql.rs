//! Types that only PostgreSQL has, and extremes that only it checks.

use serde_json::{Value, json};

use super::reads_back;
use crate::support::{App, Schema};

pub(super) async fn table(path: &str, body: Value, values: &[(&str, Value, &str)]) {
    let app = App::builder(Schema::Trouble).start().await;
    for (field, value, printed) in values {
        let found = reads_back(&app, path, &body, field, value).await;
        assert_eq!(found, *printed, "{path}.{field} = {value}");
    }
}

fn number(text: &str) -> Value {
    serde_json::from_str(text).expect("a JSON number")
}

#[tokio::test]
async fn numbers() {
    let row = json!({ "int2": 1, "int4": 1, "int8": 1, "float4": 1, "float8": 1, "decimal": 1, "numeric": 1, "bool": true });
    table(
        "numbers",
        row,
        &[
            ("int2", json!(i16::MAX), "32767"),
            ("int2", json!(i16::MIN), "-32768"),
            ("int4", json!(i32::MAX), "2147483647"),
            ("int4", json!(i32::MIN), "-2147483648"),
            ("int4", number("2.0"), "2"),
            ("int4", number("2e3"), "2000"),
            ("int8", json!(i64::MIN), r#""-9223372036854775808""#),
            ("float4", json!(0.1), "0.1"),
            ("float4", number("16777217"), "16777216"),
            ("float4", number("3.4028235e+38"), "3.4028235e+38"),
            ("float4", number("3.4028234663852886e38"), "3.4028235e+38"),
            ("float4", json!("-Infinity"), r#""-Infinity""#),
            ("float8", json!("NaN"), r#""NaN""#),
            ("float8", json!("Infinity"), r#""Infinity""#),
            ("float8", json!("-Infinity"), r#""-Infinity""#),
            (
                "float8",
                number("1.7976931348623157e308"),
                "1.7976931348623157e+308",
            ),
            ("float8", number("5e-324"), "5e-324"),
            ("float8", number("1e21"), "1e+21"),
            (
                "float8",
                number("123456789012345680000"),
                "123456789012345680000",
            ),
            ("float8", number("0.000001"), "0.000001"),
            ("float8", number("0.0000001"), "1e-7"),
            (
                "decimal",
                json!("12345678901234567890123456789012345.123456789012345678901234567891"),
                r#""1.2345678901234567890123456789012345123456789012345678901234567891e+34""#,
            ),
            ("decimal", json!("100.000"), r#""100""#),
            ("numeric", json!("NaN"), r#""NaN""#),
            ("numeric", json!("1000000"), r#""1000000""#),
            ("numeric", json!("10000.0001"), r#""10000.0001""#),
            ("money_like", json!("1.005"), r#""1.01""#),
            (
                "whole",
                json!("12345678901234567890"),
                r#""12345678901234567890""#,
            ),
            ("bool", json!(false), "false"),
            ("oid", json!(4294967295u32), "4294967295"),
        ],
    )
    .await;
}

#[tokio::test]
async fn moments() {
    let row = json!({
        "timestamp": "2024-01-01", "timestamp_0": "2024-01-01", "timestamp_3": "2024-01-01", "timestamptz": "2024-01-01",
        "timestamptz_6": "2024-01-01", "date": "2024-01-01", "time": "00:00:00", "time_3": "00:00:00",
    });
    table(
        "moments",
        row,
        &[
            (
                "timestamp",
                json!("2024-01-01T12:00:00.123456+01:00"),
                r#""2024-01-01T11:00:00.123456Z""#,
            ),
            (
                "timestamp_0",
                json!("2024-01-01T12:00:00.4Z"),
                r#""2024-01-01T12:00:00.000Z""#,
            ),
            (
                "timestamp_3",
                json!("2024-01-01T12:00:00.1239Z"),
                r#""2024-01-01T12:00:00.124Z""#,
            ),
            (
                "timestamptz",
                json!("2024-06-01T12:00:00.5-07:00"),
                r#""2024-06-01T19:00:00.500Z""#,
            ),
            (
                "timestamptz_6",
                json!("1999-12-31T23:59:59.999999Z"),
                r#""1999-12-31T23:59:59.999999Z""#,
            ),
            ("date", json!("0001-01-01"), r#""0001-01-01""#),
            ("date", json!("9999-12-31"), r#""9999-12-31""#),
            ("time", json!("23:59:59.999999"), r#""23:59:59.999999""#),
            ("time", json!("08:30:00"), r#""08:30:00""#),
            ("time", json!("2024-01-01T08:30:00+02:00"), r#""06:30:00""#),
            ("time_3", json!("08:30:00.1"), r#""08:30:00.100""#),
            ("timetz", json!("08:30:00+02"), r#""08:30:00+02""#),
            (
                "timetz",
                json!("2024-01-31T08:30:00.5+02:00"),
                r#""08:30:00.5+02""#,
            ),
            (
                "interval",
                json!("1 year 2 days 03:04:05.6"),
                r#""1 year 2 days 03:04:05.6""#,
            ),
            ("interval", json!("P1DT2H"), r#""1 day 02:00:00""#),
        ],
    )
    .await;
}

#[tokio::test]
async fn texts() {
    let row = json!({ "text": "t", "varchar": "v", "varchar_5": "v" });
    table(
        "texts",
        row,
        &[
            ("varchar_5", json!("äöüß€"), r#""äöüß€""#),
            ("char", json!("abc"), r#""abc""#),
            ("char", json!("a"), r#""a  ""#),
            ("name", json!("identifier"), r#""identifier""#),
            ("email", json!("a@b"), r#""a@b""#),
            ("progress", json!("in progress"), r#""in progress""#),
            ("progress", json!("in-progress"), r#""in-progress""#),
            ("progress", json!("läuft"), r#""läuft""#),
            ("progress", json!("self"), r#""self""#),
            ("color", json!("GREEN"), r#""GREEN""#),
            ("warm", json!("RED"), r#""RED""#),
            ("share", json!(100), "100"),
        ],
    )
    .await;
}

#[tokio::test]
async fn arrays() {
    table(
        "arrays",
        json!({ "texts": [] }),
        &[
            ("texts", json!([]), "[]"),
            (
                "texts",
                json!(["a,b", "\"", "\\", "{}", "NULL", "", " "]),
                r#"["a,b","\"","\\","{}","NULL",""," "]"#,
            ),
            ("varchars", json!(["äöüß€"]), r#"["äöüß€"]"#),
            ("ints", json!([1, -2, 2147483647]), "[1,-2,2147483647]"),
            ("ints", json!(null), "null"),
            ("smallints", json!([-32768]), "[-32768]"),
            (
                "bigints",
                json!(["9223372036854775807", 1]),
                r#"["9223372036854775807","1"]"#,
            ),
            (
                "floats",
                json!([0.1, "NaN", "-Infinity"]),
                r#"[0.1,"NaN","-Infinity"]"#,
            ),
            ("decimals", json!(["1.50", 2]), r#"["1.5","2"]"#),
            ("numerics", json!(["1e3"]), r#"["1000"]"#),
            ("bools", json!([true, false]), "[true,false]"),
            (
                "uuids",
                json!(["A0EEBC999C0B4EF8BB6D6BB9BD380A11"]),
                r#"["a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"]"#,
            ),
            ("dates", json!(["2024-02-29"]), r#"["2024-02-29"]"#),
            ("times", json!(["08:30:00.5"]), r#"["08:30:00.500"]"#),
            (
                "timestamps",
                json!(["2024-01-01T01:00:00+01:00"]),
                r#"["2024-01-01T00:00:00.000Z"]"#,
            ),
            (
                "timestamptzs",
                json!(["2024-01-01T00:00:00.000001Z"]),
                r#"["2024-01-01T00:00:00.000001Z"]"#,
            ),
            ("bytes", json!(["", "AAE="]), r#"["","AAE="]"#),
            ("colors", json!(["BLUE", "RED"]), r#"["BLUE","RED"]"#),
            ("colors", json!([]), "[]"),
            (
                "progresses",
                json!(["in progress", "1st"]),
                r#"["in progress","1st"]"#,
            ),
            ("words", json!(["a", "b c"]), r#"["a","b c"]"#),
        ],
    )
    .await;
}

#[tokio::test]
async fn lists_that_are_left_out_take_their_defaults() {
    let app = App::builder(Schema::Trouble).start().await;
    let row = app
        .post("/api/v1/arrays", json!({ "texts": ["t"] }))
        .await
        .expect(201);
    assert_eq!(row["ints"], json!([]));
    assert_eq!(row["colors"], json!(["RED", "BLUE"]));
    assert_eq!(row["bigints"], json!(null));
}

#[tokio::test]
async fn money_is_a_decimal_like_any_other() {
    let app = App::builder(Schema::Trouble).start().await;
    for value in ["NaN", "much", "1,5"] {
        let answer = app.post("/api/v1/exotics", json!({ "money": value })).await;
        let (_, fields) = answer.expect_problem(422);
        assert_eq!(fields[0].0, "money", "{value}");
    }
    let row = app.post("/api/v1/exotics", json!({ "money": 12.5 })).await;
    let id = row.expect(201)["id"].clone();
    for query in [
        "money=eq.12.50",
        "money=in.(12.5,1)",
        "money=gt.12&order=money.desc",
    ] {
        let list = app
            .get(&format!("/api/v1/exotics?{query}"))
            .await
            .expect(200);
        assert_eq!(list["data"][0]["id"], id, "{query}");
    }
    let sum = app
        .get("/api/v1/exotics?select=money.sum(),max:money.max()")
        .await
        .expect(200);
    assert_eq!(sum["data"], json!([{ "sum": "12.5", "max": "12.5" }]));
}

#[tokio::test]
async fn every_field_of_every_type_can_be_compared_or_says_why_not() {
    let app = App::builder(Schema::Trouble).start().await;
    let schema = app.get("/api/v1/schema").await.expect(200);
    for resource in schema["resources"].as_array().expect("resources") {
        let path = resource["path"].as_str().expect("a path");
        for column in resource["columns"].as_array().expect("columns") {
            let field = column["field"].as_str().expect("a name");
            let field: String = url::form_urlencoded::byte_serialize(field.as_bytes()).collect();
            for query in [
                "eq.1",
                "in.(1)",
                "gt.1",
                "not.is.null",
                "neq.2024-01-01",
                "eq.[]",
                "lt.a",
            ] {
                let answer = app.get(&format!("{path}?{field}={query}")).await;
                assert!(answer.status.as_u16() < 500, "{answer}");
            }
            let name: String = url::form_urlencoded::byte_serialize(
                format!(
                    "\"{}\"",
                    column["field"]
                        .as_str()
                        .expect("a name")
                        .replace('"', "\\\"")
                )
                .as_bytes(),
            )
            .collect();
            for query in [format!("order={name}.desc"), format!("select={name}")] {
                let answer = app.get(&format!("{path}?{query}")).await;
                assert!(answer.status.as_u16() < 500, "{answer}");
            }
        }
    }
}
