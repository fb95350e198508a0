//! Several database schemas: different tables in each, and the same tables in some.

use serde_json::{Value, json};

use crate::on_each_database;
use crate::support::{Answer, App, Kind, Options, Schema};

/// A request of a tenant.
async fn of(app: &App, tenant: &str, method: &str, path: &str, body: Option<Value>) -> Answer {
    let header = match method {
        "GET" => "Accept-Profile",
        _ => "Content-Profile",
    };
    let request = app.request(method, path).header(header, tenant);
    match body {
        Some(body) => request.json(body).send().await,
        None => request.send().await,
    }
}

fn ids(list: &Value) -> Vec<&str> {
    let rows = list["data"].as_array().expect("a list");
    rows.iter().filter_map(|row| row["id"].as_str()).collect()
}

/// The path of the tenants' table, whose name another schema has taken.
async fn members(app: &App) -> String {
    let schema = app.get("/api/v1/schema").await.expect(200);
    let resources = schema["resources"].as_array().expect("resources").iter();
    let of_tenants = resources
        .filter(|one| one["table"] == "Member" && one["schema"] != "shared")
        .collect::<Vec<_>>();
    assert_eq!(
        of_tenants.len(),
        1,
        "one resource for all tenants: {schema}"
    );
    of_tenants[0]["path"].as_str().expect("a path").to_owned()
}

on_each_database!(one_path_serves_every_tenant_the_schema_is_chosen_by_header);
async fn one_path_serves_every_tenant_the_schema_is_chosen_by_header(kind: Kind) {
    let app = App::builder(Schema::Tenants).on(kind).start().await;
    let members = members(&app).await;
    for tenant in ["tenant_a", "tenant_b"] {
        // The same key in both.
        let body = json!({ "id": "m1", "email": format!("{tenant}@example.com"), "role": "OWNER" });
        let created = of(&app, tenant, "POST", &members, Some(body)).await;
        assert_eq!(created.header("content-profile"), Some(tenant), "{created}");
        created.expect(201);
    }
    for _ in 0..3 {
        for tenant in ["tenant_a", "tenant_b"] {
            let row = of(&app, tenant, "GET", &format!("{members}/m1"), None).await;
            assert_eq!(row.expect(200)["email"], format!("{tenant}@example.com"));
        }
    }
    // Without a header it is the first that holds the table.
    let row = app.get(&format!("{members}/m1")).await.expect(200);
    assert_eq!(row["email"], "tenant_a@example.com");

    let path = format!("{members}/m1");
    of(
        &app,
        "tenant_b",
        "PATCH",
        &path,
        Some(json!({ "email": "new@example.com" })),
    )
    .await
    .expect(200);
    assert_eq!(
        app.get(&path).await.expect(200)["email"],
        "tenant_a@example.com"
    );
    of(&app, "tenant_b", "DELETE", &path, None)
        .await
        .expect(204);
    of(&app, "tenant_b", "GET", &path, None)
        .await
        .expect_problem(404);
    app.get(&path).await.expect(200);
}

#[tokio::test]
async fn what_is_embedded_is_the_tenants_own() {
    let app = App::builder(Schema::Tenants).start().await;
    let members = members(&app).await;
    for tenant in ["tenant_a", "tenant_b"] {
        // The same keys in both, and what they share.
        let email = format!("{tenant}@example.com");
        let member = json!({ "id": "m", "email": email, "planId": "team", "role": "OWNER" });
        let created = of(&app, tenant, "POST", &members, Some(member)).await;
        created.expect(201);
        let note = json!({ "text": format!("a note of {tenant}"), "memberId": "m" });
        let created = of(&app, tenant, "POST", "/api/v1/notes", Some(note)).await;
        created.expect(201);
    }
    for tenant in ["tenant_a", "tenant_b", "tenant_a"] {
        let (note, email) = (
            format!("a note of {tenant}"),
            format!("{tenant}@example.com"),
        );
        let read = async |path: &str| of(&app, tenant, "GET", path, None).await.expect(200);
        let list = read(&format!("{members}?select=email,notes(text),plan(id)")).await;
        assert_eq!(
            list["data"],
            json!([{ "email": email, "notes": [{ "text": note }], "plan": { "id": "team" } }])
        );
        let list = read("/api/v1/notes?select=text,...member(email)&member.role=eq.OWNER").await;
        assert_eq!(list["data"], json!([{ "text": note, "email": email }]));
        let related = read(&format!("{members}/m/notes?select=text")).await;
        assert_eq!(related["data"], json!([{ "text": note }]));
    }
    let body =
        json!({ "text": "nested", "member": { "connect": { "email": "tenant_b@example.com" } } });
    of(
        &app,
        "tenant_a",
        "POST",
        "/api/v1/notes",
        Some(body.clone()),
    )
    .await
    .expect_problem(409);
    let created = of(&app, "tenant_b", "POST", "/api/v1/notes", Some(body)).await;
    assert_eq!(created.expect(201)["memberId"], "m");
}

#[tokio::test]
async fn tenants_stay_apart_when_reads_by_key_are_put_together() {
    let app = App::builder(Schema::Tenants).start().await;
    let members = members(&app).await;
    for n in 0..40 {
        for tenant in ["tenant_a", "tenant_b"] {
            let body =
                json!({ "id": format!("m{n}"), "email": format!("{tenant}-{n}@example.com") });
            of(&app, tenant, "POST", &members, Some(body))
                .await
                .expect(201);
        }
    }
    let asking = (0..160).map(|n| {
        let (tenant, n) = (["tenant_a", "tenant_b"][n % 2], n / 4);
        let request = app
            .request("GET", &format!("{members}/m{n}"))
            .header("Accept-Profile", tenant);
        async move { (tenant, n, request.send().await.expect(200)) }
    });
    for (tenant, n, row) in futures_util::future::join_all(asking).await {
        assert_eq!(row["email"], format!("{tenant}-{n}@example.com"));
    }
}

#[tokio::test]
async fn a_schema_that_does_not_hold_the_table_is_refused_by_name() {
    let app = App::builder(Schema::Tenants).start().await;
    let members = members(&app).await;
    // `shared` is served, and has a table of this name, but is no tenant.
    for unknown in [
        "tenant_c",
        "shared",
        "public",
        "",
        "TENANT_A",
        "tenant_a,tenant_b",
    ] {
        for (method, path) in [
            ("GET", members.clone()),
            ("GET", format!("{members}/m1")),
            ("DELETE", format!("{members}/m1")),
        ] {
            let answer = of(&app, unknown, method, &path, None).await;
            let detail = answer.json()["detail"].to_string();
            assert!(detail.contains("tenant_a, tenant_b"), "{answer}");
            assert_eq!(answer.expect_problem(406).0, "unknown_schema", "{unknown}");
        }
    }
    // What is in one schema only needs no header, and is served to whichever tenant asks.
    for tenant in ["tenant_a", "tenant_b", "shared"] {
        let plans = of(&app, tenant, "GET", "/api/v1/plans", None)
            .await
            .expect(200);
        assert_eq!(ids(&plans), ["free", "team"]);
    }
    assert_eq!(
        of(&app, "public", "GET", "/api/v1/plans", None)
            .await
            .expect_problem(406)
            .0,
        "unknown_schema"
    );
}

#[tokio::test]
async fn a_write_that_names_its_schema_by_the_other_header_is_not_another_tenants() {
    let app = App::builder(Schema::Tenants).start().await;
    let members = members(&app).await;
    let request = app
        .request("POST", &members)
        .header("Accept-Profile", "tenant_b");
    request
        .json(json!({ "id": "x", "email": "x@example.com" }))
        .send()
        .await
        .expect(201);
    app.get(&format!("{members}/x")).await.expect_problem(404);
    of(&app, "tenant_b", "GET", &format!("{members}/x"), None)
        .await
        .expect(200);
}

#[tokio::test]
async fn references_reach_into_other_schemas() {
    let app = App::builder(Schema::Tenants).start().await;
    let members = members(&app).await;
    let body = json!({ "id": "m", "email": "m@example.com", "planId": "team" });
    of(&app, "tenant_b", "POST", &members, Some(body))
        .await
        .expect(201);
    let body = json!({ "id": "n", "email": "n@example.com", "planId": "none" });
    let (code, fields) = of(&app, "tenant_b", "POST", &members, Some(body))
        .await
        .expect_problem(409);
    assert_eq!(
        (code.as_str(), fields[0].0.as_str()),
        ("foreign_key_violation", "planId")
    );
    // The member is tenant_b's.
    let note = json!({ "text": "hello", "memberId": "m" });
    of(
        &app,
        "tenant_a",
        "POST",
        "/api/v1/notes",
        Some(note.clone()),
    )
    .await
    .expect_problem(409);
    of(&app, "tenant_b", "POST", "/api/v1/notes", Some(note))
        .await
        .expect(201);
    let taken = json!({ "id": "o", "email": "m@example.com" });
    let (code, fields) = of(&app, "tenant_b", "POST", &members, Some(taken))
        .await
        .expect_problem(409);
    assert_eq!(
        (code.as_str(), fields[0].0.as_str()),
        ("unique_violation", "email")
    );
}

#[tokio::test]
async fn schemas_are_listed_documented_and_chosen_by_setting() {
    let app = App::builder(Schema::Tenants).start().await;
    assert_eq!(
        app.get("/api/v1/schemas").await.expect(200),
        json!({ "schemas": ["shared", "tenant_a", "tenant_b"], "alike": [["tenant_a", "tenant_b"]] })
    );
    let document = app.get("/openapi.json").await.expect(200);
    let notes = &document["paths"]["/api/v1/notes"]["parameters"];
    assert_eq!(notes[0]["name"], "Accept-Profile");
    assert_eq!(notes[0]["schema"]["enum"], json!(["tenant_a", "tenant_b"]));
    assert!(document["paths"]["/api/v1/plans"]["parameters"].is_null());

    let options = Options::default().set("DATABASE_SCHEMAS", "tenant_b,shared");
    let app = App::builder(Schema::Tenants).with(options).start().await;
    assert_eq!(
        app.get("/api/v1/schemas").await.expect(200),
        json!({ "schemas": ["tenant_b", "shared"], "alike": [] })
    );
    app.db_execute(r#"INSERT INTO "tenant_b"."Member" VALUES ('only', 'b@example.com')"#)
        .await;
    let members = members(&app).await;
    let row = app.get(&format!("{members}/only")).await;
    assert_eq!(row.header("content-profile"), None);
    row.expect(200);
    of(&app, "tenant_a", "GET", &members, None)
        .await
        .expect_problem(406);
    assert_eq!(drift(&app).await, json!([]));
}

#[tokio::test]
async fn one_tenants_drift_is_no_others() {
    let app = App::builder(Schema::Tenants).start().await;
    assert_eq!(drift(&app).await, json!([]));
    app.db_execute(r#"ALTER TABLE "tenant_b"."Note" DROP COLUMN "text""#)
        .await;
    let found = drift(&app).await;
    assert_eq!(found.as_array().map(Vec::len), Some(1), "{found}");
    assert_eq!(found[0]["table"], "tenant_b.Note");
    app.get("/api/v1/notes").await.expect(200);
    let answer = of(&app, "tenant_b", "GET", "/api/v1/notes", None).await;
    assert_eq!(answer.expect_problem(503).0, "schema_drift");
}

async fn drift(app: &App) -> Value {
    let report = app
        .get("/api/v1/private/diagnostics/schema")
        .await
        .expect(200);
    report["differences"].clone()
}
