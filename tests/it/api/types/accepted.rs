//! What each type takes, and how it is printed then. Same on PostgreSQL and in the sandbox.

use serde_json::{Value, json};

use super::reads_back;
use crate::{
    on_each_database,
    support::{App, Schema},
};

/// Tries `(value in, JSON text out)` on a field.
async fn table(app: &App, path: &str, body: Value, field: &str, values: &[(Value, &str)]) {
    for (value, printed) in values {
        let found = reads_back(app, path, &body, field, value).await;
        assert_eq!(found, *printed, "{path}.{field} = {value}");
    }
}

/// A number with all of its digits, as the wire has it.
fn number(text: &str) -> Value {
    serde_json::from_str(text).expect("a JSON number")
}

async fn user(app: &App) -> Value {
    let user = json!({ "email": "types@example.com" });
    app.post("/api/v1/users", user).await.expect(201)["id"].clone()
}

on_each_database!(Schema::Sample, int8);
async fn int8(app: &App) {
    let job = json!({ "prompt": "p", "user_id": user(app).await });
    table(
        app,
        "generation-jobs",
        job,
        "cost",
        &[
            (json!(0), r#""0""#),
            (json!("42"), r#""42""#),
            (number("9007199254740993"), r#""9007199254740993""#),
            (number("5e3"), r#""5000""#),
            (json!(i64::MAX), r#""9223372036854775807""#),
            (json!(i64::MIN.to_string()), r#""-9223372036854775808""#),
        ],
    )
    .await;
}

on_each_database!(Schema::Sample, numeric);
async fn numeric(app: &App) {
    let model = json!({ "provider": "p" });
    table(
        app,
        "models",
        model,
        "pricePerMillionTokens",
        &[
            (json!(0), r#""0""#),
            (json!("1.50"), r#""1.5""#),
            (number("1.10"), r#""1.1""#),
            (json!("-0.00"), r#""0""#),
            (number("0.1"), r#""0.1""#),
            (
                number("123456789.123456789123456789"),
                r#""123456789.123456789123456789""#,
            ),
            (json!("0.0000001"), r#""1e-7""#),
            (json!("1e20"), r#""100000000000000000000""#),
            (json!("1e21"), r#""1e+21""#),
            (
                json!("99999999999999999999999999999999999.999999999999999999999999999999"),
                r#""9.9999999999999999999999999999999999999999999999999999999999999999e+34""#,
            ),
            (json!("-0.000000000000000000000000000001"), r#""-1e-30""#),
        ],
    )
    .await;
}

on_each_database!(Schema::Sample, float8);
async fn float8(app: &App) {
    let item = app
        .post(
            "/api/v1/content-items",
            json!({ "title": "t", "contentType": "ARTICLE" }),
        )
        .await
        .expect(201);
    let recommendation = json!({ "userId": user(app).await, "contentItemId": item["id"] });
    // The sample keeps scores between 0 and 1; `numbers` of the other schema has the extremes.
    table(
        app,
        "recommendations",
        recommendation,
        "score",
        &[
            (json!(0), "0"),
            (json!(1), "1"),
            (json!(0.5), "0.5"),
            (number("-0.0"), "0"),
            (number("1e-7"), "1e-7"),
            (number("0.1000000000000000055511151231257827"), "0.1"),
            (number("0.30000000000000004"), "0.30000000000000004"),
        ],
    )
    .await;
}

on_each_database!(Schema::Sample, text);
async fn text(app: &App) {
    let model = json!({ "pricePerMillionTokens": 1 });
    let texts = [
        "",
        " ",
        " padded ",
        "null",
        "NULL",
        "quote\"",
        "back\\slash",
        "new\nline\ttab\r",
        "{a,b}",
        "it's",
        "ünï",
        "名前",
        "👩‍👩‍👧",
        "\u{7f}",
        "\u{1}",
        "</script>",
        "%_*",
        "$1",
        "\u{feff}",
        "\u{2028}",
    ];
    for text in texts {
        let printed = serde_json::to_string(text).expect("a string serialises");
        table(
            app,
            "models",
            model.clone(),
            "provider",
            &[(json!(text), &printed)],
        )
        .await;
    }
    // Eight characters, eleven bytes.
    let long = "ä".repeat(500);
    let chat = json!({ "userId": "u" });
    table(
        app,
        "chat-sessions",
        chat,
        "title",
        &[(json!(long), &format!("\"{long}\""))],
    )
    .await;
}

on_each_database!(Schema::Sample, bool_and_null);
async fn bool_and_null(app: &App) {
    let model = json!({ "provider": "p", "pricePerMillionTokens": 1 });
    table(
        app,
        "models",
        model,
        "isEnabled",
        &[(json!(true), "true"), (json!(false), "false")],
    )
    .await;
    let chat = json!({ "userId": "u", "title": "t" });
    table(
        app,
        "chat-sessions",
        chat,
        "metadata",
        &[(json!(null), "null")],
    )
    .await;
}

on_each_database!(Schema::Sample, uuid);
async fn uuid(app: &App) {
    let chat = json!({ "userId": "u", "title": "t" });
    table(
        app,
        "chat-sessions",
        chat,
        "id",
        &[
            (
                json!("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"),
                r#""a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11""#,
            ),
            (
                json!("A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A12"),
                r#""a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a12""#,
            ),
            (
                json!("a0eebc999c0b4ef8bb6d6bb9bd380a13"),
                r#""a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a13""#,
            ),
            (
                json!("urn:uuid:a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a14"),
                r#""a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a14""#,
            ),
            (
                json!("00000000-0000-0000-0000-000000000000"),
                r#""00000000-0000-0000-0000-000000000000""#,
            ),
        ],
    )
    .await;
}

on_each_database!(Schema::Sample, enumerations);
async fn enumerations(app: &App) {
    let job = json!({ "prompt": "p", "user_id": user(app).await });
    table(
        app,
        "generation-jobs",
        job,
        "status",
        &[
            (json!("queued"), r#""queued""#),
            (json!("in-progress"), r#""in-progress""#),
        ],
    )
    .await;
}

on_each_database!(Schema::Sample, timestamp);
async fn timestamp(app: &App) {
    let model = json!({ "provider": "p", "pricePerMillionTokens": 1 });
    table(
        app,
        "models",
        model,
        "createdAt",
        &[
            (
                json!("2024-02-29T12:34:56.789Z"),
                r#""2024-02-29T12:34:56.789Z""#,
            ),
            (
                json!("2024-02-29T12:34:56Z"),
                r#""2024-02-29T12:34:56.000Z""#,
            ),
            (
                json!("2024-02-29T14:34:56.5+02:00"),
                r#""2024-02-29T12:34:56.500Z""#,
            ),
            (
                json!("2024-02-29T00:00:00-05:30"),
                r#""2024-02-29T05:30:00.000Z""#,
            ),
            (
                json!("2024-02-29t12:34:56z"),
                r#""2024-02-29T12:34:56.000Z""#,
            ),
            (json!("2024-02-29"), r#""2024-02-29T00:00:00.000Z""#),
            (
                json!("1969-12-31T23:59:59.999Z"),
                r#""1969-12-31T23:59:59.999Z""#,
            ),
            (
                json!("0001-01-01T00:00:00Z"),
                r#""0001-01-01T00:00:00.000Z""#,
            ),
            (
                json!("9999-12-31T23:59:59.999Z"),
                r#""9999-12-31T23:59:59.999Z""#,
            ),
        ],
    )
    .await;
}

on_each_database!(Schema::Sample, timestamptz_keeps_microseconds);
async fn timestamptz_keeps_microseconds(app: &App) {
    let chat = json!({ "userId": "u", "title": "t" });
    table(
        app,
        "chat-sessions",
        chat,
        "createdAt",
        &[
            (
                json!("2024-02-29T12:34:56.789012Z"),
                r#""2024-02-29T12:34:56.789012Z""#,
            ),
            (
                json!("2024-02-29T12:34:56.789000Z"),
                r#""2024-02-29T12:34:56.789Z""#,
            ),
            (
                json!("2024-02-29T12:34:56.000001+14:00"),
                r#""2024-02-28T22:34:56.000001Z""#,
            ),
        ],
    )
    .await;
}

on_each_database!(Schema::Sample, date);
async fn date(app: &App) {
    let user = user(app).await;
    let page = app
        .post(
            "/api/v1/pages",
            json!({ "slug": "types-date", "title": "t", "authorId": user }),
        )
        .await
        .expect(201);
    for (given, printed) in [
        ("2024-02-29", "2024-02-29"),
        ("1900-01-01", "1900-01-01"),
        ("2024-03-01T23:30:00-02:00", "2024-03-02"),
        ("2024-03-05T00:00:00.000Z", "2024-03-05"),
    ] {
        let view = app
            .post(
                "/api/v1/page-views",
                json!({ "pageId": page["id"], "day": given }),
            )
            .await;
        let location = view.location();
        assert_eq!(view.expect(201)["day"], printed);
        assert_eq!(app.get(&location).await.expect(200)["day"], printed);
    }
}

on_each_database!(Schema::Sample, bytes);
async fn bytes(app: &App) {
    let job = json!({ "prompt": "p", "user_id": user(app).await });
    table(
        app,
        "generation-jobs",
        job,
        "thumbnail",
        &[
            (json!(""), r#""""#),
            (json!("AA=="), r#""AA==""#),
            (json!("AA"), r#""AA==""#),
            (json!("/+8="), r#""/+8=""#),
            (json!("_-8"), r#""/+8=""#),
            (json!("SGVsbG8sIHdvcmxkIQ=="), r#""SGVsbG8sIHdvcmxkIQ==""#),
        ],
    )
    .await;
}

on_each_database!(Schema::Sample, arrays_of_text);
async fn arrays_of_text(app: &App) {
    let item = json!({ "title": "t", "contentType": "ARTICLE" });
    table(
        app,
        "content-items",
        item,
        "tags",
        &[
            (json!([]), "[]"),
            (json!(["a"]), r#"["a"]"#),
            (
                json!([
                    "", "NULL", "null", "a,b", "{}", "\"q\"", "\\", " ", "it's", "ä\nb"
                ]),
                r#"["","NULL","null","a,b","{}","\"q\"","\\"," ","it's","ä\nb"]"#,
            ),
            (json!(["12", "1.50", "true"]), r#"["12","1.50","true"]"#),
        ],
    )
    .await;
}
