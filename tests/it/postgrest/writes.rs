use serde_json::{Value, json};

use super::{get, library, library_with};
use crate::support::{Answer, App, Kind, Options, database::TestDatabase};

async fn write(app: &App, method: &str, path: &str, prefer: &str, body: Value) -> Answer {
    let request = app.request(method, &format!("/rest/v1/{path}"));
    request.header("Prefer", prefer).json(body).send().await
}

#[tokio::test]
async fn new_rows_are_those_that_prisma_would_make() {
    let app = library().await;
    let body = json!({ "email": "eve@example.com" });
    let created = write(&app, "POST", "User", "", body).await;
    created.assert_status(201);
    assert_eq!(created.text, "");
    assert_eq!(created.header("content-type"), None);
    let rows = get(&app, "User?select=id,updatedAt&email=eq.eve@example.com").await;
    assert!(
        rows[0]["id"].as_str().is_some_and(|id| id.len() > 20),
        "{rows}"
    );
    assert!(rows[0]["updatedAt"].is_string(), "{rows}");

    let body = json!([
        { "id": "p3", "slug": "three", "title": "Three", "authorId": "bob" },
        { "id": "p4", "slug": "four", "title": "Four", "authorId": "bob" },
    ]);
    let created = write(
        &app,
        "POST",
        "Page?select=id,status,authorId(id)&order=id",
        "return=representation",
        body,
    )
    .await;
    assert_eq!(
        created.header("preference-applied"),
        Some("return=representation")
    );
    assert_eq!(
        created.expect(201),
        json!([
            { "id": "p3", "status": "DRAFT", "authorId": { "id": "bob" } },
            { "id": "p4", "status": "DRAFT", "authorId": { "id": "bob" } },
        ])
    );
    let body = json!({ "email": "joe@example.com", "id": "a b" });
    let created = write(&app, "POST", "User", "return=headers-only", body).await;
    assert_eq!(created.header("location"), Some("/User?id=eq.a%20b"));
    let csv = app
        .request("POST", "/rest/v1/Organisation")
        .header("content-type", "text/csv");
    csv.raw_as_is("id,name\no2,\"A, B\"\no3,C\n")
        .send()
        .await
        .assert_status(201);
    let rows = get(&app, "Organisation?select=name&id=eq.o2").await;
    assert_eq!(rows, json!([{ "name": "A, B" }]));
}

#[tokio::test]
async fn rows_that_are_there_are_merged_or_left() {
    let app = library().await;
    let merge = "resolution=merge-duplicates, return=representation";
    let path = "User?on_conflict=email&select=id,name";
    let body = json!({ "email": "bob@example.com", "name": "Bob" });
    let merged = write(&app, "POST", path, merge, body).await;
    assert_eq!(merged.expect(200), json!([{ "id": "bob", "name": "Bob" }]));
    let body = json!([{ "id": "bob", "email": "bob@example.com" }, { "id": "new", "email": "new@example.com" }]);
    let ignored = write(
        &app,
        "POST",
        "User?select=id",
        "resolution=ignore-duplicates, return=representation",
        body,
    )
    .await;
    assert_eq!(ignored.expect(201), json!([{ "id": "new" }]));
    let body = json!({ "id": "ada", "email": "x@example.com" });
    let conflict = write(&app, "POST", "User", "", body).await;
    assert_eq!(conflict.expect(409)["code"], "23505");
    let body = json!({ "id": "o9", "name": "Put" });
    let put = write(
        &app,
        "PUT",
        "Organisation?id=eq.o9",
        "return=representation",
        body.clone(),
    )
    .await;
    assert_eq!(put.expect(201)[0]["name"], "Put");
    write(&app, "PUT", "Organisation?id=eq.o9", "", body.clone())
        .await
        .expect(204);
    assert_eq!(
        write(&app, "PUT", "Organisation?id=eq.o8", "", body.clone())
            .await
            .expect(400)["code"],
        "PGRST115"
    );
    assert_eq!(
        write(&app, "PUT", "Organisation?name=eq.Put", "", body)
            .await
            .expect(405)["code"],
        "PGRST105"
    );
}

#[tokio::test]
async fn changes_and_deletions() {
    let app = library().await;
    let before = get(&app, "User?select=updatedAt&id=eq.bob").await;
    let body = json!({ "name": "Robert" });
    let changed = write(&app, "PATCH", "User?id=eq.bob", "", body.clone()).await;
    changed.assert_status(204);
    assert_eq!(changed.header("content-range"), Some("0-0/*"));
    let after = get(&app, "User?select=updatedAt&id=eq.bob").await;
    assert_ne!(before, after, "@updatedAt is set");
    write(&app, "PATCH", "User?id=eq.nobody", "", body.clone())
        .await
        .expect(204);
    let none = write(
        &app,
        "PATCH",
        "User?id=eq.nobody",
        "return=representation",
        body,
    )
    .await;
    assert_eq!(none.expect(200), json!([]));
    write(&app, "PATCH", "User?id=eq.bob", "", json!({}))
        .await
        .expect(204);
    let gone = write(
        &app,
        "DELETE",
        "Page?id=eq.p1&select=id",
        "return=representation",
        Value::Null,
    )
    .await;
    assert_eq!(gone.expect(200), json!([{ "id": "p1" }]));
    assert_eq!(get(&app, "Page?select=id").await, json!([{ "id": "p2" }]));
}

#[tokio::test]
async fn what_is_refused_afterwards_has_not_happened() {
    let app = library_with(Options::default().set("ALLOW_DRY_RUN", "true")).await;
    let one = "application/vnd.pgrst.object+json";
    let request = app.request("PATCH", "/rest/v1/User").header("Accept", one);
    let body = json!({ "name": "Everybody" });
    let refused = request.json(body.clone()).send().await.expect(406);
    assert_eq!(refused["code"], "PGRST116");
    let most = "handling=strict, max-affected=1";
    let refused = write(&app, "PATCH", "User", most, body.clone())
        .await
        .expect(400);
    assert_eq!(refused["code"], "PGRST124");
    let undone = "tx=rollback, return=representation";
    let shown = write(&app, "PATCH", "User?select=name", undone, body)
        .await
        .expect(200);
    assert_eq!(
        shown,
        json!([{ "name": "Everybody" }, { "name": "Everybody" }])
    );
    assert_eq!(get(&app, "User?name=eq.Everybody").await, json!([]));
}

#[tokio::test]
async fn bodies_that_cannot_be_rows() {
    let app = library().await;
    for (path, body, code) in [
        ("User", r#"[{"id":"a"},{"name":"b"}]"#, "PGRST102"),
        ("User", "", "PGRST102"),
        ("User", "{", "PGRST102"),
        ("User", r#"{"nothing":1}"#, "PGRST204"),
        ("User?columns=nothing", r#"{"id":"a"}"#, "PGRST204"),
        (
            "Page",
            r#"{"slug":"x","title":"t","authorId":"ada","status":"NONE"}"#,
            "22P02",
        ),
        ("User", r#"{"id":"a"}"#, "23502"),
    ] {
        let request = app.request("POST", &format!("/rest/v1/{path}"));
        let refused = request.raw(body).send().await.expect(400);
        assert_eq!(refused["code"], code, "{path} {body}");
    }
}

#[tokio::test]
async fn a_server_that_only_reads_refuses() {
    let app = library_with(Options::default().set("READ_ONLY", "true")).await;
    let refused = write(&app, "DELETE", "User?id=eq.ada", "", Value::Null)
        .await
        .expect(405);
    assert_eq!(refused["code"], "25006");
}

const ODD: &str = r#"
    CREATE TABLE odd_car (name text, year int, brand text, PRIMARY KEY (name, year))
        PARTITION BY LIST (year);
    CREATE TABLE odd_car_new PARTITION OF odd_car DEFAULT;
    CREATE TABLE item (id int PRIMARY KEY, name text DEFAULT 'none', secret text);
    INSERT INTO odd_car VALUES ('old', 1, 'a');
    INSERT INTO item VALUES (1, 'one', 'x');
"#;

#[tokio::test]
async fn tables_that_are_odd_are_written() {
    let database = TestDatabase::made_by(ODD, Kind::Postgres, &["public"]).await;
    let app = App::builder(database).start().await;
    let merge = "resolution=merge-duplicates, return=headers-only";
    let old = json!({ "name": "old", "year": 1, "brand": null });
    // Rows of partitions do not say whether they are new.
    write(&app, "POST", "odd_car", merge, json!([old]))
        .await
        .assert_status(200);
    let both = json!([old, { "name": "new", "year": 2, "brand": "b" }]);
    write(&app, "POST", "odd_car", merge, both)
        .await
        .assert_status(201);
    let new = json!({ "name": "a b", "year": 3, "brand": null });
    let created = write(&app, "POST", "odd_car", "return=headers-only", new).await;
    assert_eq!(
        created.header("location"),
        Some("/odd_car?name=eq.a%20b&year=eq.3")
    );
    let path = "item?id=eq.1&columns=name&select=name";
    let prefer = "missing=default, return=representation";
    let changed = write(&app, "PATCH", path, prefer, json!({ "secret": 1 })).await;
    assert_eq!(
        changed.header("preference-applied"),
        Some("missing=default, return=representation")
    );
    assert_eq!(changed.expect(200), json!([{ "name": "none" }]));
}
