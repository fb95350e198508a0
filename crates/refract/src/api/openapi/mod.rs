//! Catalog → OpenAPI document.
//!
//! Endpoints written by hand document themselves through poem-openapi's macros. The part of the
//! resources is made here from the catalog, because their types are values and not Rust types. It
//! is merged into the other part.

mod checked;
mod document_for_pages;
mod document_part;
mod documents;
mod filters;
mod keys;
mod nested_write_schemas;
mod parameters;
mod paths;
mod patterns;
mod row_schemas;
mod schemas;
mod shared_parts;
mod terse_bodies;
mod terse_nested_writes;
mod terse_operations;
mod terse_parameters;
mod types;
mod writes;

use reflect::snapshot::Database;
use serde_json::{Map, Value, json};

use crate::{
    catalog::Catalog,
    settings::{Access, Settings},
};

/// Tags of other endpoints. They have blanks, and the names of resources do not.
const SERVICE: &str = "Service endpoints";
const DIAGNOSTICS: &str = "Diagnostic endpoints";

/// The reader of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    /// Reads it in the form that it asks for, or in the one that fits the number of resources.
    Program(Option<Form>),
    /// Reads it on a page. Pages expand all references at once, so bodies in bodies are only named.
    /// Descriptions have no HTML.
    Person,
}

/// Whether an app has so many resources that their documentation is split into pages: browsers take
/// long to lay out that of a hundred at once.
pub fn is_large(catalog: &Catalog) -> bool {
    const MOST_ON_ONE_PAGE: usize = 25;
    catalog.resources.len() > MOST_ON_ONE_PAGE
}

/// How much a document writes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Every parameter, answer and nested body stands where it is used.
    Full,
    /// What is equal stands there once, and what differs little stands there as one. References make a
    /// small document harder to read, and a large one a quarter as large.
    Terse,
}

impl Form {
    pub const NAMES: [&str; 2] = ["full", "terse"];

    /// The form that a request names.
    pub fn named(name: &str) -> Option<Self> {
        let [full, terse] = Self::NAMES;
        match name {
            _ if name == full => Some(Self::Full),
            _ if name == terse => Some(Self::Terse),
            _ => None,
        }
    }

    fn of(catalog: &Catalog, reader: Reader) -> Self {
        const MOST_WRITTEN_OUT: usize = 40;
        match reader {
            Reader::Program(Some(form)) => form,
            Reader::Program(None) if catalog.resources.len() > MOST_WRITTEN_OUT => Self::Terse,
            Reader::Program(None) | Reader::Person => Self::Full,
        }
    }
}

/// What a document is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part<'part> {
    Whole,
    /// One resource, by its model's name.
    Resource(&'part str),
    /// Everything that belongs to no resource.
    Service,
}

/// Makes a document. `fixed` is that of the endpoints written by hand.
pub fn document(
    catalog: &Catalog,
    settings: &Settings,
    database: Database,
    fixed: &str,
    (reader, part): (Reader, Part),
) -> Value {
    let form = Form::of(catalog, reader);
    let mut document: Value =
        serde_json::from_str(fixed).expect("poem-openapi serialises its own document");
    document["info"] = json!({
        "title": "Refract",
        "version": env!("CARGO_PKG_VERSION"),
        "description": "Typed CRUD over the app's database. Errors are RFC 9457 problems.",
    });
    document["servers"] = json!([{ "url": "/" }]);
    let mut schemas = Map::new();
    if form == Form::Terse {
        schemas.extend([terse_parameters::page_schema(settings)]);
        schemas.insert(schemas::PLACE.to_owned(), schemas::place());
        if !settings.api.read_only {
            schemas.insert(writes::OUTCOMES.to_owned(), writes::outcomes());
        }
    }
    for found in &catalog.enums {
        schemas.insert(found.model.clone(), schemas::enumeration(found));
    }
    for resource in &catalog.resources {
        schemas.extend(schemas::of(catalog, resource, settings, form));
        schemas.extend(parameters::schemas(resource, form));
        if !resource.writable() || settings.api.read_only {
            continue;
        }
        let nested_bodies = match form {
            Form::Full => nested_write_schemas::of,
            Form::Terse => terse_nested_writes::of,
        };
        for (name, mut schema) in nested_bodies(catalog, resource, settings) {
            // Keys refer to nothing but enums, and enums refer to nothing.
            if reader == Reader::Person && !name.ends_with("Where") {
                document_for_pages::in_words(&mut schema);
            }
            schemas.insert(name, schema);
        }
    }
    schemas.extend(filters::schemas(catalog, database, form));
    let mut own_schemas = into_map(document["components"]["schemas"].take());
    own_schemas.values_mut().for_each(allow_null);
    own_schemas.insert("Problem".to_owned(), schemas::problem());
    let mut own = json!({
        "paths": document["paths"].take(),
        "schemas": own_schemas,
        "responses": paths::shared_responses(),
    });
    set_apart(&mut own, &schemas);
    for (name, schema) in into_map(own["schemas"].take()) {
        schemas.insert(apart(&name, &schemas), schema);
    }
    let mut all_paths = Map::new();
    let is_asked = |name: &str| match part {
        Part::Whole => true,
        Part::Resource(asked) => asked == name,
        Part::Service => false,
    };
    for resource in catalog.resources.iter().filter(|one| is_asked(&one.name)) {
        let mut paths = paths::of(catalog, resource, settings, form);
        paths::choose_schema(&mut paths, &catalog.choices(&resource.schema));
        all_paths.extend(paths);
    }
    if !settings.api.read_only {
        all_paths.insert(format!("{}/batch", super::PREFIX), documents::batch());
    }
    if database == Database::Sqlite {
        paths::may_lack(&mut all_paths);
    }
    for (path, mut item) in into_map(own["paths"].take()) {
        tag(
            &mut item,
            if path.contains("/private/") {
                DIAGNOSTICS
            } else {
                SERVICE
            },
        );
        paths::may_fail(&mut item);
        all_paths.insert(format!("{}{path}", super::PREFIX), item);
    }
    paths::tell_apart(&mut all_paths);
    if reader == Reader::Person || form == Form::Terse {
        schemas
            .values_mut()
            .for_each(document_for_pages::leave_out_nul);
    }
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
    components["schemas"] = Value::Object(schemas);
    components["responses"] = own["responses"].take();
    if matches!(settings.server.access, Access::Key(_)) {
        components["securitySchemes"] = json!({
            "bearer": { "type": "http", "scheme": "bearer" },
            "apikey": { "type": "apiKey", "in": "header", "name": "apikey" },
        });
        document["security"] = json!([{ "bearer": [] }, { "apikey": [] }]);
    }
    match part {
        Part::Whole => {}
        Part::Resource(name) => document_part::keep_tags(&mut document, &[name]),
        Part::Service => document_part::keep_tags(&mut document, &[SERVICE, DIAGNOSTICS]),
    }
    if reader == Reader::Person {
        document_for_pages::without_html(&mut document);
    }
    if form == Form::Terse {
        terse_operations::shorten(&mut document);
        shared_parts::share(&mut document);
    }
    document
}

fn into_map(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

const SCHEMAS: &str = "#/components/schemas/";

/// Renames references to the engine's own schemas if a model has the name.
fn set_apart(own: &mut Value, taken: &Map<String, Value>) {
    match own {
        Value::Object(members) => members.iter_mut().for_each(|(name, value)| match value {
            Value::String(reference) if name == "$ref" => {
                if let Some(schema) = reference.strip_prefix(SCHEMAS) {
                    *reference = format!("{SCHEMAS}{}", apart(schema, taken));
                }
            }
            value => set_apart(value, taken),
        }),
        Value::Array(items) => items.iter_mut().for_each(|item| set_apart(item, taken)),
        _ => {}
    }
}

/// The name of a schema of the engine. If a model has the name, a prefix with a dot keeps it apart.
fn apart(name: &str, taken: &Map<String, Value>) -> String {
    if taken.contains_key(name) {
        return format!("Refract.{name}");
    }
    name.to_owned()
}

/// Makes the fields nullable that are `Option`s in Rust. poem-openapi documents them as optional,
/// but writes them as null.
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
            // OpenAPI 3.0 ignores everything beside a `$ref`.
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
