//! The parameters of lists in a large document. Each is an object whose members stand in the query string
//! as if they were parameters: `filters` with a member for each field, and `page`.
//!
//! In OpenAPI this is `style: form` with `explode: true`. A resource's filters then stand in the document
//! once, and every list of its rows refers to them.

use serde_json::{Map, Value, json};

use super::{
    Form,
    parameters::{each_condition_on, of_page, parameter, text},
    schemas::{closed, object, reference},
};
use crate::{catalog::Resource, settings::Settings};

fn filters_name(resource: &Resource) -> String {
    format!("Refract.Filters.{}", resource.name)
}

/// The component schema of a resource's filters.
pub(super) fn filters_schema(resource: &Resource) -> (String, Value) {
    let schema = closed(object(
        None,
        members(each_condition_on(resource, Form::Terse)),
        Vec::new(),
    ));
    (filters_name(resource), schema)
}

/// All filters of a resource as one parameter.
pub(super) fn filters(resource: &Resource) -> Value {
    let description = "A parameter for each member: `field=operator.value`.";
    exploded("filters", description, &filters_name(resource))
}

const PAGE: &str = "Refract.Page";

/// The component schema of what chooses a page of rows.
pub(super) fn page_schema(settings: &Settings) -> (String, Value) {
    let schema = closed(object(None, members(of_page(text(), settings)), Vec::new()));
    (PAGE.to_owned(), schema)
}

/// What chooses a page of rows, as one parameter.
pub(super) fn page() -> Value {
    exploded("page", "A parameter for each member: `limit=20`.", PAGE)
}

fn exploded(name: &str, description: &str, schema: &str) -> Value {
    let mut parameter = parameter(name, description, reference(schema));
    parameter["style"] = json!("form");
    parameter["explode"] = json!(true);
    parameter
}

/// Parameters as members of an object.
fn members(parameters: Vec<Value>) -> Map<String, Value> {
    let members = parameters.into_iter().map(|mut one| {
        let name = one["name"].as_str().unwrap_or_default().to_owned();
        let mut schema = one["schema"].take();
        // A filter of a field has its description in the schema to which it refers.
        if schema.get("$ref").is_none() {
            schema["description"] = one["description"].take();
        }
        // Generators take a member with a default for one that is always there.
        if let Some(schema) = schema.as_object_mut() {
            schema.remove("default");
        }
        (name, schema)
    });
    members.collect()
}
