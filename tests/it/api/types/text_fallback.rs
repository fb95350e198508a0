//! Types of PostgreSQL that are known by their text only.

use serde_json::json;

use super::postgresql::table;
use crate::support::{App, Schema};

#[tokio::test]
async fn types_without_a_codec_are_their_text() {
    table(
        "exotics",
        json!({}),
        &[
            ("inet", json!("192.168.0.1/24"), r#""192.168.0.1/24""#),
            ("inet", json!("2001:DB8::1"), r#""2001:db8::1""#),
            ("cidr", json!("10.0.0.0/8"), r#""10.0.0.0/8""#),
            (
                "macaddr",
                json!("08-00-2b-01-02-03"),
                r#""08:00:2b:01:02:03""#,
            ),
            ("interval", json!("90 minutes"), r#""01:30:00""#),
            ("tsvector", json!("a fat cat"), r#""'a' 'cat' 'fat'""#),
            ("tsquery", json!("fat & cat"), r#""'fat' & 'cat'""#),
            ("int4range", json!("[1,10]"), r#""[1,11)""#),
            (
                "tstzrange",
                json!("[2024-01-01 00:00:00+00,)"),
                r#""[\"2024-01-01 00:00:00+00\",)""#,
            ),
            ("bit", json!("101"), r#""101""#),
            ("varbit", json!("1"), r#""1""#),
            ("money", json!("1.50"), r#""1.5""#),
            ("money", json!(-1234567.891), r#""-1234567.89""#),
            ("point", json!("(1,2)"), r#""(1,2)""#),
            ("xml", json!("<a>b</a>"), r#""<a>b</a>""#),
            ("inets", json!(["10.0.0.1"]), r#"["10.0.0.1"]"#),
            ("required", json!("::1"), r#""::1""#),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_text_that_the_database_cannot_read_as_its_type_is_refused() {
    let app = App::builder(Schema::Trouble).start().await;
    for (field, value) in [
        ("inet", "nowhere"),
        ("interval", "soon"),
        ("int4range", "[5,1]"),
        ("bit", "102"),
    ] {
        let answer = app.post("/api/v1/exotics", json!({ field: value })).await;
        assert!(
            !answer.json()["detail"].to_string().contains(value),
            "{answer}"
        );
        assert_eq!(answer.expect_problem(422).0, "invalid_value", "{field}");
        let answer = app
            .get(&format!("/api/v1/exotics?{field}=eq.{value}"))
            .await;
        assert_eq!(answer.expect_problem(422).0, "invalid_value", "{field}");
    }
}

#[tokio::test]
async fn a_type_without_equality_cannot_be_compared() {
    let app = App::builder(Schema::Trouble).start().await;
    for query in [
        "point=eq.(1,2)",
        "xml=eq.<a/>",
        "order=point",
        "order=xml.desc",
    ] {
        let answer = app.get(&format!("/api/v1/exotics?{query}")).await;
        assert_eq!(answer.expect_problem(422).0, "invalid_operator", "{query}");
    }
    app.get("/api/v1/exotics?point=is.null&xml=is.null")
        .await
        .expect(200);
}

#[tokio::test]
async fn types_without_a_codec_sort_as_themselves() {
    let app = App::builder(Schema::Trouble).start().await;
    let rows = ["10.0.0.1", "9.0.0.1", "2001:db8::1"].map(|inet| json!({ "inet": inet }));
    app.post("/api/v1/exotics", json!(rows)).await.expect(201);
    let list = app
        .get("/api/v1/exotics?order=inet&select=inet")
        .await
        .expect(200);
    let sorted = ["9.0.0.1", "10.0.0.1", "2001:db8::1"].map(|inet| json!({ "inet": inet }));
    assert_eq!(list["data"], json!(sorted));
}

#[tokio::test]
async fn types_whose_text_cannot_be_cast_are_read_only() {
    use sea_orm::ConnectionTrait;
    let app = App::builder(Schema::Trouble).start().await;
    let insert = r#"INSERT INTO "Exotic" ("id", "address") VALUES (7, ROW('Main, St', NULL))"#;
    app.db()
        .await
        .execute_unprepared(insert)
        .await
        .expect("inserts");
    let row = app.get("/api/v1/exotics/7").await.expect(200);
    assert_eq!(row["address"], r#"("Main, St",)"#);
    let (_, fields) = app
        .patch("/api/v1/exotics/7", json!({ "address": "(a,b)" }))
        .await
        .expect_problem(422);
    assert_eq!(fields, [("address".to_owned(), "read_only".to_owned())]);
    let (_, fields) = app
        .get("/api/v1/exotics?address=eq.x")
        .await
        .expect_problem(422);
    assert_eq!(
        fields,
        [("address".to_owned(), "invalid_operator".to_owned())]
    );
    app.get("/api/v1/exotics?address=not.is.null&order=id")
        .await
        .expect(200);
}
