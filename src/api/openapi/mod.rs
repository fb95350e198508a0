//! Catalog → OpenAPI document.
//!
//! The endpoints written by hand bring their part through poem-openapi's macros; the resources'
//! part is made here from the catalog and merged into it, since their types are values, not Rust
//! types.

mod documents;
mod links;
mod paths;
mod schemas;
mod writes;

use serde_json::{Map, Value, json};

use crate::{
    catalog::Catalog,
    settings::{Access, Settings},
};

/// Tags beside the resources' names, which have no blanks.
const SERVICE: &str = "Service endpoints";
const DIAGNOSTICS: &str = "Diagnostic endpoints";

/// The whole document. `fixed` is the document of the endpoints written by hand.
pub fn document(catalog: &Catalog, settings: &Settings, fixed: &str) -> Value {
    let mut document: Value =
        serde_json::from_str(fixed).expect("poem-openapi serialises its own document");
    document["info"] = json!({
        "title": "Refract",
        "version": env!("CARGO_PKG_VERSION"),
        "description": "Typed CRUD over the app's database. Errors are RFC 9457 problems.",
    });
    document["servers"] = json!([{ "url": "/" }]);
    let own_paths = std::mem::take(&mut document["paths"]);
    let mut all_paths = Map::new();
    for resource in &catalog.resources {
        let mut paths = paths::of(catalog, resource, settings);
        paths::choose_schema(&mut paths, &catalog.choices(&resource.schema));
        all_paths.extend(paths);
    }
    if !settings.api.read_only {
        all_paths.insert(format!("{}/batch", super::PREFIX), documents::batch());
    }
    for (path, mut item) in into_map(own_paths) {
        tag(
            &mut item,
            if path.contains("/private/") {
                DIAGNOSTICS
            } else {
                SERVICE
            },
        );
        all_paths.insert(format!("{}{path}", super::PREFIX), item);
    }
    paths::tell_apart(&mut all_paths);
    document["paths"] = Value::Object(all_paths);
    let mut tags: Vec<Value> = catalog
        .resources
        .iter()
        .map(|resource| match &resource.comment {
            Some(comment) => json!({ "name": resource.name, "description": comment }),
            None => json!({ "name": resource.name }),
        })
        .collect();
    tags.extend([json!({ "name": SERVICE }), json!({ "name": DIAGNOSTICS })]);
    document["tags"] = Value::Array(tags);
    let components = &mut document["components"];
    if !components.is_object() {
        *components = json!({});
    }
    let mut all_schemas = into_map(std::mem::take(&mut components["schemas"]));
    all_schemas.values_mut().for_each(allow_null);
    for found in &catalog.enums {
        all_schemas.insert(found.model.clone(), schemas::enumeration(found));
    }
    for resource in &catalog.resources {
        all_schemas.extend(schemas::of(catalog, resource, settings));
    }
    all_schemas.insert("Problem".to_owned(), schemas::problem());
    components["schemas"] = Value::Object(all_schemas);
    components["responses"] = paths::shared_responses();
    if matches!(settings.server.access, Access::Key(_)) {
        components["securitySchemes"] = json!({
            "bearer": { "type": "http", "scheme": "bearer" },
            "apikey": { "type": "apiKey", "in": "header", "name": "apikey" },
        });
        document["security"] = json!([{ "bearer": [] }, { "apikey": [] }]);
    }
    document
}

fn into_map(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

/// Says of the fields that are `Option`s in Rust that they may be null: poem-openapi calls them
/// optional and answers them as null.
fn allow_null(schema: &mut Value) {
    let required = schema["required"].clone();
    let is_required = |name: &String| {
        let mut names = required.as_array().into_iter().flatten();
        names.any(|one| one == name)
    };
    let properties = schema.get_mut("properties").and_then(Value::as_object_mut);
    for (name, property) in properties.into_iter().flatten() {
        if is_required(name) {
            continue;
        }
        if property.get("$ref").is_some() {
            // Beside a `$ref`, OpenAPI 3.0 ignores everything.
            *property = json!({ "allOf": [property.take()] });
        }
        property["nullable"] = true.into();
    }
}

fn tag(path_item: &mut Value, tag: &str) {
    for operation in path_item
        .as_object_mut()
        .into_iter()
        .flat_map(Map::values_mut)
    {
        if operation.is_object() {
            operation["tags"] = json!([tag]);
        }
    }
}
