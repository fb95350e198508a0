//! `GET /openapi.json`

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::{
    on_each_database,
    support::{App, Kind, Options, Schema, database::TestDatabase, openapi},
};

/// Every `$ref` of a document.
fn references<'a>(value: &'a Value, found: &mut BTreeSet<&'a str>) {
    match value {
        Value::Object(members) => {
            if let Some(reference) = members.get("$ref").and_then(Value::as_str) {
                found.insert(reference);
            }
            members
                .values()
                .for_each(|member| references(member, found));
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        _ => {}
    }
}

on_each_database!(Schema::Trouble, the_document_holds_together);
async fn the_document_holds_together(app: &App) {
    let document = app.get("/openapi.json").await.expect(200);
    let mut found = BTreeSet::new();
    references(&document, &mut found);
    assert!(!found.is_empty());
    for reference in found {
        let pointer = reference
            .strip_prefix('#')
            .expect("a reference into the document");
        assert!(
            document.pointer(pointer).is_some(),
            "{reference} leads nowhere"
        );
    }
    let mut ids = BTreeSet::new();
    for (path, operations) in document["paths"].as_object().expect("paths") {
        let shared = operations["parameters"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        for (method, operation) in operations.as_object().expect("operations") {
            if method == "parameters" {
                continue;
            }
            let id = operation["operationId"]
                .as_str()
                .unwrap_or_else(|| panic!("no id: {method} {path}"));
            assert!(ids.insert(id), "{id} is given twice");
            assert!(operation["responses"].is_object(), "{method} {path}");
            let mut parameters = operation["parameters"]
                .as_array()
                .cloned()
                .unwrap_or_default();
            parameters.extend(shared.clone());
            for name in path
                .split('{')
                .skip(1)
                .filter_map(|part| part.split('}').next())
            {
                let declared = parameters.iter().any(|one| {
                    one["in"] == "path" && one["name"] == name && one["required"] == true
                });
                assert!(declared, "{method} {path} does not declare {name}");
            }
        }
    }
}

on_each_database!(
    Schema::Trouble,
    every_resource_is_documented_with_what_it_can_do
);
async fn every_resource_is_documented_with_what_it_can_do(app: &App) {
    let document = app.get("/openapi.json").await.expect(200);
    let base = document["servers"][0]["url"]
        .as_str()
        .unwrap_or_default()
        .trim_end_matches('/')
        .to_owned();
    let methods = |path: String| -> Vec<String> {
        let path = path.strip_prefix(&base).map_or(path.clone(), str::to_owned);
        document["paths"][&path]
            .as_object()
            .map(|found| found.keys().cloned().collect())
            .unwrap_or_default()
    };
    let schema = app.get("/api/v1/schema").await.expect(200);
    for resource in schema["resources"].as_array().expect("resources") {
        let path = resource["path"].as_str().expect("a path").to_owned();
        let name = resource["name"].as_str().expect("a name");
        let is_view = resource["kind"] == "view";
        let expected = if is_view {
            vec!["get"]
        } else {
            vec!["get", "post", "patch", "delete"]
        };
        assert_eq!(methods(path.clone()), expected, "{path}");
        let rows: Vec<String> = document["paths"]
            .as_object()
            .expect("paths")
            .keys()
            .filter(|found| {
                format!("{base}{found}").starts_with(&format!("{path}/"))
                    || found.starts_with(&format!("{path}/"))
            })
            .cloned()
            .collect();
        let has_key = resource["primaryKey"]
            .as_array()
            .is_some_and(|key| !key.is_empty());
        // A row, the rows of each relation, and each JSON field.
        let is_document =
            |column: &&Value| matches!(column["type"].as_str(), Some("json" | "jsonb" | "JSONB"));
        let documents = resource["columns"]
            .as_array()
            .expect("columns")
            .iter()
            .filter(is_document)
            .count();
        let expected = if has_key {
            1 + resource["relations"].as_array().map_or(0, Vec::len) + documents
        } else {
            0
        };
        assert_eq!(rows.len(), expected, "{path}: {rows:?}");
        let components = &document["components"]["schemas"];
        for suffix in ["", "List"] {
            assert!(
                components[format!("{name}{suffix}")].is_object(),
                "{name}{suffix}"
            );
        }
        for suffix in ["Create", "Update"] {
            assert_eq!(
                components[format!("{name}{suffix}")].is_null(),
                is_view,
                "{name}{suffix}"
            );
        }
    }
}

on_each_database!(
    Schema::Trouble,
    a_row_has_every_visible_field_and_a_new_one_those_nobody_fills_in
);
async fn a_row_has_every_visible_field_and_a_new_one_those_nobody_fills_in(app: &App) {
    let document = app.get("/openapi.json").await.expect(200);
    let components = &document["components"]["schemas"];
    let schema = app.get("/api/v1/schema").await.expect(200);
    for resource in schema["resources"].as_array().expect("resources") {
        let name = resource["name"].as_str().expect("a name");
        let columns = resource["columns"].as_array().expect("columns");
        let names = |value: &Value| -> BTreeSet<String> {
            value
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
                .map(str::to_owned)
                .collect()
        };
        let fields: BTreeSet<String> = columns
            .iter()
            .filter_map(|column| column["field"].as_str())
            .map(str::to_owned)
            .collect();
        assert_eq!(names(&components[name]["required"]), fields, "{name}");
        if resource["kind"] == "view" {
            continue;
        }
        // What a create without any field complains of is what the document calls required, but for
        // what a relation may give instead.
        let answer = app
            .post(resource["path"].as_str().expect("a path"), json!({}))
            .await;
        let missing: BTreeSet<String> = match answer.status.as_u16() {
            201 | 409 => BTreeSet::new(),
            _ => answer
                .expect_problem(422)
                .1
                .into_iter()
                .map(|(field, _)| field)
                .collect(),
        };
        let given: BTreeSet<&str> = resource["relations"]
            .as_array()
            .into_iter()
            .flatten()
            .filter(|relation| {
                matches!(
                    relation["cardinality"].as_str(),
                    Some("many-to-one" | "one-to-one")
                )
            })
            .flat_map(|relation| {
                relation["columns"]
                    .as_array()
                    .into_iter()
                    .flatten()
                    .filter_map(Value::as_str)
            })
            .collect();
        let without_given = |names: BTreeSet<String>| -> BTreeSet<String> {
            names
                .into_iter()
                .filter(|name| !given.contains(name.as_str()))
                .collect()
        };
        let required = names(&components[format!("{name}Create")]["required"]);
        assert!(
            required.is_subset(&missing),
            "{name}: {required:?} but {missing:?}"
        );
        assert_eq!(without_given(required), without_given(missing), "{name}");
        assert!(
            components[format!("{name}Update")]["required"].is_null(),
            "{name}"
        );
    }
}

on_each_database!(
    Schema::Sample,
    properties_say_type_format_length_and_nullability
);
async fn properties_say_type_format_length_and_nullability(app: &App) {
    let document = app.get("/openapi.json").await.expect(200);
    let property = |schema: &str, field: &str| {
        document["components"]["schemas"][schema]["properties"][field].clone()
    };
    for (schema, field, expected) in [
        ("User", "email", json!({ "type": "string" })),
        (
            "User",
            "name",
            json!({ "type": "string", "nullable": true }),
        ),
        (
            "User",
            "createdAt",
            json!({ "type": "string", "format": "date-time" }),
        ),
        (
            "ChatSession",
            "id",
            json!({ "type": "string", "format": "uuid" }),
        ),
        (
            "ChatSession",
            "title",
            json!({ "type": "string", "maxLength": 500 }),
        ),
        ("ChatSession", "isActive", json!({ "type": "boolean" })),
        (
            "PageView",
            "day",
            json!({ "type": "string", "format": "date" }),
        ),
        (
            "PageView",
            "count",
            json!({ "type": "integer", "format": "int32" }),
        ),
        (
            "Model",
            "pricePerMillionTokens",
            json!({ "type": "string", "format": "decimal" }),
        ),
        (
            "GenerationJobs",
            "thumbnail",
            json!({ "type": "string", "format": "byte", "nullable": true }),
        ),
        (
            "UserInteraction",
            "type",
            json!({ "$ref": "#/components/schemas/InteractionType" }),
        ),
    ] {
        assert_eq!(property(schema, field), expected, "{schema}.{field}");
    }
    assert_eq!(property("GenerationJobs", "cost")["format"], "int64");
    assert_eq!(property("GenerationJobs", "cost")["type"], "string");
    let tags = property("ContentItem", "tags");
    assert_eq!(
        [&tags["type"], &tags["items"]],
        [&json!("array"), &json!({ "type": "string" })]
    );
    let labels = &document["components"]["schemas"]["PageStatus"];
    assert_eq!(
        *labels,
        json!({ "type": "string", "enum": ["DRAFT", "PUBLISHED", "ARCHIVED"] })
    );
    assert_eq!(
        document["components"]["schemas"]["UserCreate"]["required"],
        json!(["email"])
    );
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
        components["AuthorWhere"]["anyOf"],
        json!([{ "required": ["id"] }, { "required": ["email"] }])
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
async fn tags_and_operations_are_told_apart_from_models_named_like_them() {
    let sql = r#"
        CREATE TABLE "Service" ("id" INTEGER PRIMARY KEY);
        CREATE TABLE "User" ("id" INTEGER PRIMARY KEY);
        CREATE TABLE "Post" ("id" INTEGER PRIMARY KEY, "userId" INTEGER REFERENCES "User");
        CREATE TABLE "UserPosts" ("id" INTEGER PRIMARY KEY);"#;
    let database = TestDatabase::made_by(sql, Kind::Postgres, &["public"]).await;
    let app = App::builder(database).start().await;
    let document = app.get("/openapi.json").await.expect(200);
    let mut tags = BTreeSet::new();
    for tag in document["tags"].as_array().expect("tags") {
        assert!(tags.insert(tag["name"].as_str()), "{tag} twice");
    }
    let paths = document["paths"].as_object().expect("paths");
    let operations = paths.values().filter_map(Value::as_object).flatten();
    let mut ids = BTreeSet::new();
    for id in operations.filter_map(|(_, one)| one["operationId"].as_str()) {
        assert!(ids.insert(id), "{id} twice");
    }
    let id = |path: &str| &document["paths"][path]["get"]["operationId"];
    assert_eq!(id("/api/v1/user-posts"), "listUserPosts");
    assert_eq!(id("/api/v1/users/{key}/posts"), "listUserPosts2");
}

#[tokio::test]
async fn what_checks_and_precisions_allow_is_said_before_it_is_refused() {
    let sql = r#"
        CREATE TABLE "Listing" (
            "id" INTEGER PRIMARY KEY,
            "kind" TEXT NOT NULL CHECK ("kind" IN ('onsite', 'offsite')),
            "rating" VARCHAR(8) CHECK ("rating" IN ('g', 'pg')),
            "slug" TEXT NOT NULL CHECK (char_length("slug") BETWEEN 3 AND 40),
            "seats" INTEGER NOT NULL CHECK ("seats" > 0 AND "seats" <= 500),
            "price" DECIMAL(4,2) NOT NULL CHECK ("price" >= 0),
            "views" BIGINT CHECK ("views" >= 0),
            "weight" DOUBLE PRECISION CHECK ("weight" > 0 AND "weight" <= 10),
            CHECK ("kind" = 'onsite' OR "seats" < 100));"#;
    let database = TestDatabase::made_by(sql, Kind::Postgres, &["public"]).await;
    let app = App::builder(database).start().await;
    let document = app.get("/openapi.json").await.expect(200);
    for schema in ["ListingCreate", "ListingUpdate"] {
        let properties = &document["components"]["schemas"][schema]["properties"];
        assert_eq!(properties["kind"]["enum"], json!(["onsite", "offsite"]));
        assert_eq!(properties["rating"]["enum"], json!(["g", "pg", null]));
        assert_eq!(properties["slug"]["minLength"], 3);
        let seats = &properties["seats"];
        assert_eq!([&seats["minimum"], &seats["maximum"]], [1, 500]);
        let price = &properties["price"]["oneOf"];
        assert_eq!(
            [&price[1]["maximum"], &price[1]["minimum"]],
            [&json!(99.995), &json!(0)]
        );
        let [sign, none] =
            ["[+-]?", "[+]?"].map(|sign| price[0]["pattern"].as_str().map(|it| it.contains(sign)));
        assert_eq!((sign, none), (Some(false), Some(true)), "{price}");
        let views = &properties["views"]["oneOf"];
        let pattern = views[0]["pattern"].as_str().expect("a pattern");
        assert!(
            !pattern.contains("-?") && !pattern.contains("|-"),
            "{views}"
        );
        let weight = &properties["weight"]["oneOf"];
        assert_eq!(
            [&weight[0]["minimum"], &weight[0]["exclusiveMinimum"]],
            [&json!(0), &json!(true)]
        );
        assert_eq!(weight[1], json!(null), "neither NaN nor an infinity");
    }
    let listing = json!({ "id": 1, "kind": "onsite", "slug": "abc", "seats": 1, "price": "99.99" });
    app.post("/api/v1/listings", listing).await.expect(201);
}

/// Fixtures that need no other programs, and the databases of `APP_DATABASE_URLS` (separated by
/// blanks): whoever has the migrations of real apps at hand applies them and names them there. The
/// documents are left in the folder `OPENAPI_DOCUMENTS` for validators of others.
#[tokio::test]
async fn documents_are_valid_openapi() {
    let kinds = [Kind::Postgres, Kind::Sqlite];
    let keyed = || {
        Options::default()
            .set("ENVIRONMENT", "staging")
            .set("SECRET_KEY", "a-key-of-the-documents")
            .set("DOCS", "true")
    };
    for schema in [
        Schema::Sample,
        Schema::Trouble,
        Schema::Writes,
        Schema::Tenants,
    ] {
        for kind in kinds {
            for options in [Options::default(), keyed().set("READ_ONLY", "true")] {
                let app = App::builder(schema).on(kind).with(options).start().await;
                is_valid(&app, &format!("{schema:?}-{kind:?}")).await;
            }
        }
    }
    let more = std::env::var("APP_DATABASE_URLS").unwrap_or_default();
    for url in more.split_whitespace() {
        let name = url.rsplit('/').next().unwrap_or_default().to_owned();
        let database = TestDatabase::at(url).await;
        let app = App::builder(database).start().await;
        is_valid(&app, &name).await;
    }
}

async fn is_valid(app: &App, name: &str) {
    let answer = app.request("GET", "/openapi.json");
    let answer = answer.header("authorization", "Bearer a-key-of-the-documents");
    let document = answer.send().await.expect(200);
    let faults = openapi::faults(&document);
    assert!(faults.is_empty(), "{name}: {faults:#?}");
    if let Ok(folder) = std::env::var("OPENAPI_DOCUMENTS") {
        let file = std::path::Path::new(&folder).join(format!("{name}.json"));
        std::fs::write(file, document.to_string()).expect("writes");
    }
}

#[tokio::test]
async fn a_unique_index_beside_the_primary_key_is_no_key_of_its_own() {
    const SQL: &str = r#"
        CREATE TABLE "Seat" ("hall" TEXT NOT NULL, "number" TEXT NOT NULL, "ticket" TEXT NOT NULL,
                             PRIMARY KEY ("hall", "number"));
        CREATE UNIQUE INDEX "Seat_again" ON "Seat" ("hall", "number");
        CREATE UNIQUE INDEX "Seat_ticket" ON "Seat" ("ticket");
        CREATE UNIQUE INDEX "Seat_ticket_again" ON "Seat" ("ticket");"#;
    for kind in [Kind::Postgres, Kind::Sqlite] {
        let database = TestDatabase::made_by(SQL, kind, &["public"]).await;
        let app = App::builder(database).start().await;
        let document = app.get("/openapi.json").await.expect(200);
        assert_eq!(openapi::faults(&document), Vec::<String>::new());
        let parameters = &document["paths"]["/api/v1/seats"]["post"]["parameters"];
        let parameters = parameters.as_array().expect("parameters");
        let keys = parameters
            .iter()
            .find(|one| one["name"] == "onConflict")
            .expect("onConflict");
        assert_eq!(keys["schema"]["enum"], json!(["hall,number", "ticket"]));
        let refused = app
            .post(
                "/api/v1/seats?onConflict=hall",
                json!([{ "hall": "a", "number": "1", "ticket": "t" }]),
            )
            .await;
        let detail = refused.json()["detail"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        assert!(detail.ends_with("but `hall,number`, `ticket`"), "{refused}");
        refused.expect_problem(400);
        let seat = json!({ "hall": "a", "number": "1", "ticket": "t" });
        for keys in ["hall,number", "number,hall", "ticket"] {
            let path = format!("/api/v1/seats?onConflict={keys}");
            let answer = app.post(&path, json!([seat])).await;
            assert!(answer.status.is_success(), "{answer}");
        }
    }
}

#[tokio::test]
async fn a_model_called_like_a_body_of_another_keeps_its_name() {
    const SQL: &str = r#"
        CREATE TABLE "User" ("id" TEXT PRIMARY KEY, "name" TEXT NOT NULL);
        CREATE TABLE "UserCreate" ("id" TEXT PRIMARY KEY, "userId" TEXT NOT NULL REFERENCES "User" ("id"));
        CREATE TABLE "UserList" ("id" TEXT PRIMARY KEY, "title" TEXT NOT NULL);"#;
    for kind in [Kind::Postgres, Kind::Sqlite] {
        let database = TestDatabase::made_by(SQL, kind, &["public"]).await;
        let app = App::builder(database).start().await;
        let schema = app.get("/api/v1/schema").await.expect(200);
        let resources = schema["resources"].as_array().expect("resources");
        let names: Vec<_> = resources.iter().map(|one| &one["name"]).collect();
        assert_eq!(names, ["User", "UserCreate", "UserList"]);
        let document = app.get("/openapi.json").await.expect(200);
        assert_eq!(openapi::faults(&document), Vec::<String>::new());
        let components = &document["components"]["schemas"];
        assert!(components["UserCreate"]["properties"]["userId"].is_object());
        assert!(components["UserList"]["properties"]["title"].is_object());
        let post = &document["paths"]["/api/v1/users"]["post"]["requestBody"];
        assert!(
            post.to_string()
                .contains("#/components/schemas/User.Create\""),
            "{post}"
        );
        assert!(components["User.Create"]["properties"]["name"].is_object());
        assert!(components["User.List"]["properties"]["data"].is_object());
        // Those that nothing stands in the way of are called as ever.
        assert!(components["UserCreateCreate"].is_object());
    }
}
