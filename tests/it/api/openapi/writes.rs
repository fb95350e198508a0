//! The document of writes: their parameters and bodies.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::{
    on_each_database,
    support::{App, Kind, Options, Schema},
};

fn fields_of(schema: &Value) -> BTreeSet<String> {
    let properties = schema["properties"].as_object().expect("properties");
    properties.keys().cloned().collect()
}

on_each_database!(
    Schema::Writes,
    writes_are_documented_with_all_that_they_take
);
async fn writes_are_documented_with_all_that_they_take(app: &App) {
    let document = app.get("/openapi.json").await.expect(200);
    let components = &document["components"]["schemas"];
    let deeds = |schema: &str| {
        fields_of(&components[schema])
            .into_iter()
            .collect::<Vec<_>>()
    };
    assert_eq!(
        components["PostCreate"]["properties"]["author"]["$ref"],
        "#/components/schemas/AuthorLink"
    );
    assert_eq!(
        components["PostUpdate"]["properties"]["tags"]["$ref"],
        "#/components/schemas/TagChanges"
    );
    assert_eq!(
        deeds("AuthorLink"),
        ["connect", "connectOrCreate", "create"]
    );
    assert_eq!(
        deeds("TagLinks"),
        ["connect", "connectOrCreate", "create", "createMany"]
    );
    assert_eq!(
        deeds("AuthorChange"),
        [
            "connect",
            "connectOrCreate",
            "create",
            "delete",
            "disconnect",
            "update"
        ]
    );
    assert_eq!(
        deeds("TagChanges"),
        [
            "connect",
            "connectOrCreate",
            "create",
            "createMany",
            "delete",
            "disconnect",
            "set",
            "update"
        ]
    );
    let author = fields_of(&components["Author"]);
    assert!(
        deeds("AuthorWhere")
            .iter()
            .all(|field| author.contains(field))
    );
    assert_eq!(
        components["AuthorWhere"]["allOf"],
        json!([{ "anyOf": [{ "required": ["id"] }, { "required": ["email"] }] }])
    );
    // The post is given by its key or as `post`, unless the comment hangs on it.
    let comment = &components["CommentCreate"];
    let post = json!({ "required": ["post"], "properties": { "post": { "minProperties": 1 } } });
    assert_eq!(comment["required"], json!(["text"]));
    assert_eq!(
        comment["allOf"][0],
        json!({ "anyOf": [{ "required": ["postId"] }, post] })
    );
    assert!(
        comment["allOf"]
            .as_array()
            .is_some_and(|all| all.contains(&json!({ "not": { "required": ["post", "postId"] } })))
    );
    assert_eq!(
        components["PostCreate"]["properties"]["comments"]["$ref"],
        "#/components/schemas/CommentLinks.WithoutPost"
    );
    assert_eq!(
        components["CommentLinks.WithoutPost"]["properties"]["create"]["oneOf"][0]["$ref"],
        "#/components/schemas/CommentCreate.WithoutPost"
    );
    for given in ["post", "postId"] {
        assert!(components["CommentCreate.WithoutPost"]["properties"][given].is_null());
    }
    assert!(!components["CommentCreate.WithoutPost"]["properties"]["author"].is_null());
    let operation =
        |method: &str, path: &str| document["paths"][format!("/api/v1{path}")][method].clone();
    let parameters = |method: &str, path: &str| -> Vec<String> {
        let found = operation(method, path)["parameters"].clone();
        let names = found
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|one| one["name"].as_str());
        names.map(str::to_owned).collect()
    };
    for method in ["put", "patch", "delete"] {
        let found = parameters(method, "/authors/{key}");
        for name in ["select", "Prefer", "If-Match", "If-None-Match"] {
            assert!(found.iter().any(|one| one == name), "{method}: {found:?}");
        }
        assert!(
            operation(method, "/authors/{key}")["responses"]["412"].is_object(),
            "{method}"
        );
    }
    assert!(operation("patch", "/authors/{key}")["requestBody"]["content"]["application/merge-patch+json"].is_object());
    assert!(operation("get", "/authors/{key}")["responses"]["200"]["headers"]["ETag"].is_object());
    assert_eq!(
        operation("put", "/authors/{key}/preferences")["operationId"],
        "putAuthorPreferences"
    );
    assert!(
        operation("patch", "/authors/{key}/settings")["requestBody"]["content"]["application/json"]
            .is_null()
    );
    assert!(operation("post", "/batch")["requestBody"].is_object());
    assert!(
        !parameters("get", "/notes").contains(&"deleted".to_owned()),
        "nothing is marked there"
    );
}

#[tokio::test]
async fn marked_rows_and_read_only_servers_are_documented() {
    let options = Options::default().soft_delete("Note", "deletedAt", true);
    let app = App::builder(Schema::Writes)
        .on(Kind::Sqlite)
        .with(options)
        .start()
        .await;
    let document = app.get("/openapi.json").await.expect(200);
    let names = |method: &str, path: &str| {
        let found = document["paths"][path][method]["parameters"]
            .as_array()
            .expect("parameters");
        found
            .iter()
            .filter_map(|one| one["name"].as_str())
            .map(str::to_owned)
            .collect::<BTreeSet<_>>()
    };
    for (method, path, name) in [
        ("get", "/api/v1/notes", "deleted"),
        ("get", "/api/v1/notes/{key}", "deleted"),
        ("patch", "/api/v1/notes/{key}", "deleted"),
        ("delete", "/api/v1/notes/{key}", "hard"),
        ("delete", "/api/v1/notes", "hard"),
    ] {
        assert!(names(method, path).contains(name), "{method} {path}");
    }
    let options = Options::default().set("READ_ONLY", "true");
    let app = App::builder(Schema::Writes)
        .on(Kind::Sqlite)
        .with(options)
        .start()
        .await;
    let document = app.get("/openapi.json").await.expect(200);
    for (path, item) in document["paths"].as_object().expect("paths") {
        // An app's own endpoints decide for themselves what a method does.
        if path.starts_with("/api/v1/examples/") {
            continue;
        }
        for method in ["post", "put", "patch", "delete"] {
            assert!(item[method].is_null(), "{method} {path}");
        }
    }
    assert!(document["components"]["schemas"]["PostCreate"].is_null());
}

#[tokio::test]
async fn what_is_answered_as_null_may_be_null() {
    let app = App::builder(Schema::Sample).on(Kind::Sqlite).start().await;
    let document = app.get("/openapi.json").await.expect(200);
    let schemas = &document["components"]["schemas"];
    let mut nulls = 0;
    let answer = app.get("/api/v1/schema").await.expect(200);
    let resources = answer["resources"].as_array().expect("resources");
    let columns = resources
        .iter()
        .flat_map(|one| one["columns"].as_array().expect("columns"));
    for column in columns {
        for (name, value) in column.as_object().expect("a column") {
            let property = &schemas["SchemaColumn"]["properties"][name];
            nulls += u32::from(value.is_null());
            assert!(!value.is_null() || property["nullable"] == true, "{name}");
        }
    }
    assert!(nulls > 0);
    let answer = app.get("/api/v1/schemas").await.expect(200);
    for name in schemas["DatabaseSchemas"]["required"]
        .as_array()
        .expect("names")
    {
        assert!(answer[name.as_str().expect("a name")].is_array(), "{name}");
    }
}

#[tokio::test]
async fn a_field_that_can_only_be_read_is_marked_and_not_asked_for() {
    let app = App::builder(Schema::Trouble).start().await;
    let document = app.get("/openapi.json").await.expect(200);
    let components = &document["components"]["schemas"];
    for (schema, field) in [
        ("Order", "total"),
        ("IdentityAlways", "id"),
        ("Exotic", "address"),
    ] {
        assert_eq!(
            components[schema]["properties"][field]["readOnly"], true,
            "{schema}.{field}"
        );
        for suffix in ["Create", "Update"] {
            let asked = &components[format!("{schema}{suffix}")]["properties"][field];
            assert!(asked.is_null(), "{schema}{suffix}.{field}");
        }
    }
}
