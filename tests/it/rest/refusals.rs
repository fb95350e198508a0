use serde_json::json;

use super::library;

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
