//! `GET /api/v1/schema` and `/api/v1/schemas`, and the settings that change how rows are printed.

use serde_json::{Value, json};

use crate::{
    on_each_database,
    support::{App, Kind, Options, Schema},
};

async fn resource(app: &App, name: &str) -> Value {
    let schema = app.get("/api/v1/schema").await.expect(200);
    let resources = schema["resources"].as_array().expect("resources");
    let found = resources.iter().find(|one| one["name"] == name);
    found
        .unwrap_or_else(|| panic!("no {name} in {schema}"))
        .clone()
}

fn column<'a>(resource: &'a Value, field: &str) -> &'a Value {
    let columns = resource["columns"].as_array().expect("columns");
    columns
        .iter()
        .find(|column| column["field"] == field)
        .expect("the column")
}

on_each_database!(Schema::Sample, the_schema_tells_what_a_resource_is);
async fn the_schema_tells_what_a_resource_is(app: &App) {
    let membership = resource(app, "Membership").await;
    assert_eq!(membership["path"], "/api/v1/memberships");
    assert_eq!(membership["table"], "Membership");
    assert_eq!(membership["schema"], "public");
    assert_eq!(membership["kind"], "table");
    assert_eq!(
        membership["primaryKey"],
        json!(["userId", "organisationId"])
    );
    let relations = membership["relations"].as_array().expect("relations");
    assert!(
        relations.contains(&json!({
            "name": "organisation", "resource": "Organisation", "cardinality": "many-to-one",
            "columns": ["organisationId"], "references": ["id"],
        })),
        "{membership}"
    );
    let job = resource(app, "GenerationJobs").await;
    assert_eq!(
        [&job["path"], &job["table"]],
        [&json!("/api/v1/generation-jobs"), &json!("generation_jobs")]
    );
    let view = resource(app, "PageStats").await;
    assert_eq!(
        [&view["kind"], &view["primaryKey"]],
        [&json!("view"), &json!(["pageId"])]
    );
}

on_each_database!(Schema::Sample, the_schema_tells_who_fills_in_a_column);
async fn the_schema_tells_who_fills_in_a_column(app: &App) {
    let user = resource(app, "User").await;
    assert_eq!(column(&user, "id")["clientDefault"], "cuid()");
    assert_eq!(column(&user, "createdAt")["clientDefault"], "now()");
    assert_eq!(column(&user, "updatedAt")["clientDefault"], "updatedAt");
    assert_eq!(column(&user, "email")["clientDefault"], json!(null));
    assert_eq!(column(&user, "email")["nullable"], false);
    assert_eq!(column(&user, "name")["nullable"], true);
    let chat = resource(app, "ChatSession").await;
    assert!(
        column(&chat, "isActive")["default"]
            .as_str()
            .is_some_and(|default| default.contains("true")),
        "{chat}"
    );
    for member in [
        "field",
        "column",
        "type",
        "nullable",
        "default",
        "clientDefault",
        "generated",
        "readOnly",
        "hidden",
    ] {
        assert!(column(&chat, "id").get(member).is_some(), "{member}");
    }
}

on_each_database!(Schema::Trouble, every_path_of_the_schema_answers);
async fn every_path_of_the_schema_answers(app: &App) {
    let schema = app.get("/api/v1/schema").await.expect(200);
    let resources = schema["resources"].as_array().expect("resources");
    let mut paths: Vec<&str> = resources
        .iter()
        .filter_map(|one| one["path"].as_str())
        .collect();
    for path in &paths {
        let list = app.get(path).await.expect(200);
        assert!(list["data"].is_array(), "{path}");
    }
    paths.sort_unstable();
    paths.dedup();
    assert_eq!(
        paths.len(),
        resources.len(),
        "no two resources share a path"
    );
    let names: Vec<&str> = resources
        .iter()
        .filter_map(|one| one["table"].as_str())
        .collect();
    for served in [
        "user",
        "schema",
        "type",
        "Größen & Maße",
        "NoKey",
        "ongoing texts",
        "UserProfile",
        "user_profile",
    ] {
        assert!(names.contains(&served), "{served}");
    }
    for unserved in ["_prisma_migrations", "_CategoryToDepartment", "Event_2024"] {
        assert!(!names.contains(&unserved), "{unserved}");
    }
}

on_each_database!(Schema::Trouble, what_the_database_computes_is_read_only);
async fn what_the_database_computes_is_read_only(app: &App) {
    let order = resource(app, "Order").await;
    assert_eq!(
        [
            &column(&order, "total")["generated"],
            &column(&order, "total")["readOnly"]
        ],
        [true, true]
    );
    assert_eq!(
        [
            &column(&order, "price")["generated"],
            &column(&order, "price")["readOnly"]
        ],
        [false, false]
    );
}

#[tokio::test]
async fn the_served_schemas_are_listed() {
    let app = App::builder(Schema::Sample).start().await;
    assert_eq!(
        app.get("/api/v1/schemas").await.expect(200),
        json!({ "schemas": ["public"], "alike": [] })
    );
}

on_each_database!(big_integers_can_be_numbers);
async fn big_integers_can_be_numbers(kind: Kind) {
    let options = Options::default().set("BIGINT", "number");
    let app = App::builder(Schema::Trouble)
        .on(kind)
        .with(options)
        .start()
        .await;
    let answer = app
        .post("/api/v1/big-keys", json!({ "id": "9007199254740993" }))
        .await;
    let location = answer.location();
    assert_eq!(answer.text, r#"{"id":9007199254740993,"note":null}"#);
    let row = app.get(&location).await;
    assert_eq!(row.text, r#"{"id":9007199254740993,"note":null}"#);
    app.post("/api/v1/big-keys", json!({ "id": i64::MIN }))
        .await
        .expect(201);
    let list = app.get("/api/v1/big-keys?select=id").await;
    assert!(
        list.text
            .contains(r#"[{"id":-9223372036854775808},{"id":9007199254740993}]"#),
        "{list}"
    );
    let document = app.get("/openapi.json").await.expect(200);
    let id = &document["components"]["schemas"]["BigKey"]["properties"]["id"];
    assert_eq!(*id, json!({ "type": "integer", "format": "int64" }));
}
