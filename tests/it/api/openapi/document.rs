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
