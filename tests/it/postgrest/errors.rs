use serde_json::json;

use super::{library, library_with};
use crate::support::Options;

#[tokio::test]
async fn errors_have_four_members() {
    let app = library().await;
    for (path, status, code) in [
        ("Userr", 404, "PGRST205"),
        ("User/ada", 404, "PGRST125"),
        ("rpc/f", 404, "PGRST202"),
        ("User?select=nothing", 400, "42703"),
        ("User?nothing=eq.1", 400, "42703"),
        ("Page?status=eq.NONE", 400, "22P02"),
        ("User?id=nothing.1", 400, "PGRST100"),
        ("User?or=()", 400, "PGRST100"),
        ("User?Page.id=eq.1", 400, "PGRST108"),
        (
            "User?select=Page!authorId(id)&order=Page(id)",
            400,
            "PGRST118",
        ),
        ("User?select=Page!authorId(id)&Page=eq.1", 400, "PGRST120"),
        ("User?limit=-1", 416, "PGRST103"),
        ("User?select=id::no_type", 400, "42704"),
        (
            "User?select=Page!authorId(id),Page!authorId(id)",
            400,
            "42712",
        ),
    ] {
        let answer = app.get(&format!("/rest/v1/{path}")).await;
        let refused = answer.expect(status);
        assert_eq!(refused["code"], code, "{path}: {refused}");
        let mut members: Vec<_> = refused.as_object().expect("an object").keys().collect();
        members.sort();
        assert_eq!(members, ["code", "details", "hint", "message"], "{path}");
    }
    let refused = app.get("/rest/v1/User?select=nothing").await.expect(400);
    assert_eq!(
        refused,
        json!({
            "code": "42703",
            "message": "column User.nothing does not exist",
            "details": null,
            "hint": null,
        })
    );
    let refused = app.get("/rest/v1/Userr").await.expect(404);
    assert_eq!(refused["hint"], "Perhaps you meant the table 'public.User'");
}

#[tokio::test]
async fn a_schema_that_is_not_served() {
    let app = library().await;
    let request = app.request("GET", "/rest/v1/User");
    let refused = request
        .header("Accept-Profile", "secret")
        .send()
        .await
        .expect(406);
    assert_eq!(refused["code"], "PGRST106");
}

#[tokio::test]
async fn strict_handling_knows_its_preferences() {
    let app = library().await;
    let read = |prefer: &str| {
        let request = app.request("GET", "/rest/v1/User");
        request.header("Prefer", prefer).send()
    };
    let unknown = "anything=else, max-affected=many, return=minimal; tx=rollback";
    let refused = read(&format!("handling=strict, {unknown}")).await;
    assert_eq!(
        refused.expect(400)["details"],
        format!("Invalid preferences: {unknown}")
    );
    read(unknown).await.assert_status(200);
    let read = read(r#"Handling="strict", timezone="Asia/Kolkata""#).await;
    assert_eq!(
        read.header("preference-applied"),
        Some("handling=strict, timezone=Asia/Kolkata")
    );
    read.assert_status(200);
}

#[tokio::test]
async fn what_cannot_be_read_is_said_with_its_place() {
    let app = library().await;
    for (query, message) in [
        ("order=id.up", "order (id.up)\" (line 1, column 4)"),
        ("id=in.1", "filter (in.1)\" (line 1, column 4)"),
        ("id=nothing.1", "filter (nothing.1)\" (line 1, column 1)"),
        (
            "id=not.nothing.1",
            "filter (not.nothing.1)\" (line 1, column 5)",
        ),
        (
            "not.and=(id.eq.ada,)",
            "logic tree ((id.eq.ada,))\" (line 1, column 19)",
        ),
        (
            "or=(id.eq.ada,and(id.eq.%C3%A9,name))",
            "logic tree ((id.eq.ada,and(id.eq.é,name)))\" (line 1, column 30)",
        ),
        (
            "select=id,,name",
            "select parameter (id,,name)\" (line 1, column 4)",
        ),
        ("columns=", "columns parameter ()\" (line 1, column 1)"),
    ] {
        let answer = app.get(&format!("/rest/v1/User?{query}")).await.expect(400);
        assert_eq!(
            (&answer["code"], &answer["message"], &answer["hint"]),
            (
                &json!("PGRST100"),
                &json!(format!("\"failed to parse {message}")),
                &json!(null)
            ),
            "{query}"
        );
        let details = answer["details"].as_str().unwrap_or_default();
        assert!(!details.is_empty(), "{query} is refused without a reason");
    }
    // No PostgREST says this: it is our limit.
    let many = "and=(".to_owned() + &"id.eq.1,".repeat(100) + "id.eq.1)";
    let answer = app.get(&format!("/rest/v1/User?{many}")).await;
    assert_eq!(answer.expect(400)["details"], "more than 64 filters");
}

#[tokio::test]
async fn what_follows_a_closing_parenthesis_is_passed_over() {
    let app = library().await;
    for query in [
        "select=id,Page!authorId(id))",
        "select=id,Page!authorId(id)'&order=id",
        "select=id&or=(id.eq.ada,id.eq.bob))",
    ] {
        let rows = app.get(&format!("/rest/v1/User?{query}")).await.expect(200);
        assert_eq!(rows.as_array().map(Vec::len), Some(2), "{query}");
    }
}

#[tokio::test]
async fn version_12_knows_no_not_null() {
    let path = "/rest/v1/User?select=id&name=is.not_null";
    let app = library().await;
    assert_eq!(app.get(path).await.expect(200), json!([{ "id": "ada" }]));
    let app = library_with(Options::default().set("REST_COMPAT", "12")).await;
    let refused = app.get(path).await.expect(400);
    assert_eq!(
        (&refused["code"], &refused["details"]),
        (
            &json!("PGRST100"),
            &json!("`is` tests for null, true, false or unknown"),
        )
    );
    for query in [
        "or=(id.eq.bob,and(name.not.is.not_null))",
        "Page.id=is.not_null",
    ] {
        let answer = app
            .get(&format!("/rest/v1/User?select=*,Page!authorId(id)&{query}"))
            .await;
        assert_eq!(answer.expect(400)["code"], "PGRST100", "{query}");
    }
    let path = "/rest/v1/User?select=id&name=not.is.null";
    assert_eq!(app.get(path).await.expect(200), json!([{ "id": "ada" }]));
}
