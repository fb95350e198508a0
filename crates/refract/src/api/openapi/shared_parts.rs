//! Writes what is equal in many places of a document once, as a component.
//!
//! A document of a hundred models has the same parameters, answers and headers thousands of times. A
//! reader of the document follows references, so nothing of its meaning changes.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use serde_json::{Map, Value, json};

/// Shares equal parameters, answers, headers and properties of a whole document.
pub(super) fn share(document: &mut Value) {
    let mut headers = Shared::new("headers");
    each_answer(document, &mut |answer| {
        each_header(answer, &mut |name, header| headers.count(name, header));
    });
    headers.choose(&document["components"]);
    each_answer(document, &mut |answer| {
        each_header(answer, &mut |_, header| headers.replace(header));
    });
    let mut answers = Shared::new("responses");
    each_answer(document, &mut |answer| {
        let name = first_reference(answer).unwrap_or("Answer").to_owned();
        answers.count(&name, answer);
    });
    answers.choose(&document["components"]);
    each_answer(document, &mut |answer| answers.replace(answer));
    let mut parameters = Shared::new("parameters");
    let name_of = |one: &Value| one["name"].as_str().unwrap_or_default().to_owned();
    each_parameter(document, &mut |one| parameters.count(&name_of(one), one));
    parameters.choose(&document["components"]);
    each_parameter(document, &mut |one| parameters.replace(one));
    let mut bodies = Shared::new("requestBodies");
    each_body(document, &mut |name, body| bodies.count(name, body));
    bodies.choose(&document["components"]);
    each_body(document, &mut |_, body| bodies.replace(body));
    let mut properties = Shared::new("schemas");
    each_property(document, &mut |place, one| properties.count(place, one));
    properties.choose(&document["components"]);
    each_property(document, &mut |_, one| properties.replace(one));
    for shared in [headers, answers, parameters, bodies, properties] {
        shared.add_to(&mut document["components"]);
    }
}

/// Equal objects of one kind.
struct Shared {
    kind: &'static str,
    /// How often each occurs, by its text, and the name that it would have.
    seen: HashMap<String, (usize, String)>,
    /// The names of those that are shared, by their text.
    names: HashMap<String, String>,
}

impl Shared {
    fn new(kind: &'static str) -> Self {
        Self {
            kind,
            seen: HashMap::new(),
            names: HashMap::new(),
        }
    }

    fn count(&mut self, name: &str, one: &Value) {
        if one.get("$ref").is_some() {
            return;
        }
        let found = self
            .seen
            .entry(one.to_string())
            .or_insert_with(|| (0, name.to_owned()));
        found.0 += 1;
    }

    /// Names those that make the document smaller as a component. The order of the names is that of the texts, so that the same
    /// catalog gives the same document.
    fn choose(&mut self, components: &Value) {
        let known = components[self.kind].as_object();
        let mut taken: HashSet<String> = known
            .into_iter()
            .flatten()
            .map(|(name, _)| name.to_lowercase())
            .collect();
        let kind = self.kind;
        let seen = self.seen.drain();
        let named = seen.map(|(text, (uses, name))| (component_name(&name), text, uses));
        let worth = named.filter(|(name, text, uses)| {
            let reference = json!({ "$ref": format!("#/components/{kind}/{name}") });
            let component = format!("\"{name}\":,").len() + text.len();
            uses * text.len() > uses * reference.to_string().len() + component
        });
        let worth: BTreeSet<(String, String)> = worth.map(|(name, text, _)| (name, text)).collect();
        for (name, text) in worth {
            let mut free = name.clone();
            let mut number = 2;
            // Generators make files of the names, and some file systems ignore the case of letters.
            while !taken.insert(free.to_lowercase()) {
                free = format!("{name}.{number}");
                number += 1;
            }
            self.names.insert(text, free);
        }
    }

    fn replace(&self, one: &mut Value) {
        if let Some(name) = self.names.get(&one.to_string()) {
            *one = json!({ "$ref": format!("#/components/{}/{name}", self.kind) });
        }
    }

    fn add_to(self, components: &mut Value) {
        if self.names.is_empty() {
            return;
        }
        if !components[self.kind].is_object() {
            components[self.kind] = Value::Object(Map::new());
        }
        let by_name: BTreeMap<String, String> = self
            .names
            .into_iter()
            .map(|(text, name)| (name, text))
            .collect();
        for (name, text) in by_name {
            components[self.kind][name] =
                serde_json::from_str(&text).expect("the text was JSON before");
        }
    }
}

/// A name that a component may have: `^[a-zA-Z0-9._-]+$`.
fn component_name(name: &str) -> String {
    let letters =
        name.chars().map(
            |one| match one.is_ascii_alphanumeric() || "._-".contains(one) {
                true => one,
                false => '_',
            },
        );
    let name: String = letters.collect();
    match name.is_empty() {
        true => "_".to_owned(),
        false => name,
    }
}

pub(super) fn each_operation(document: &mut Value, visit: &mut impl FnMut(&mut Value)) {
    let paths = document["paths"].as_object_mut();
    for item in paths.into_iter().flat_map(Map::values_mut) {
        let operations = item.as_object_mut().into_iter().flatten();
        let operations = operations.filter(|(name, _)| *name != "parameters");
        for (_, operation) in operations.filter(|(_, one)| one.is_object()) {
            visit(operation);
        }
    }
}

fn each_answer(document: &mut Value, visit: &mut impl FnMut(&mut Value)) {
    each_operation(document, &mut |operation| {
        let answers = operation
            .get_mut("responses")
            .and_then(Value::as_object_mut);
        answers
            .into_iter()
            .flat_map(Map::values_mut)
            .for_each(&mut *visit);
    });
}

fn each_body(document: &mut Value, visit: &mut impl FnMut(&str, &mut Value)) {
    each_operation(document, &mut |operation| {
        if let Some(body) = operation.get_mut("requestBody") {
            let name = first_reference(body).unwrap_or("Body").to_owned();
            visit(&name, body);
        }
    });
}

fn each_header(answer: &mut Value, visit: &mut impl FnMut(&str, &mut Value)) {
    let headers = answer.get_mut("headers").and_then(Value::as_object_mut);
    for (name, header) in headers.into_iter().flatten() {
        visit(name, header);
    }
}

fn each_parameter(document: &mut Value, visit: &mut impl FnMut(&mut Value)) {
    let paths = document["paths"].as_object_mut();
    for item in paths.into_iter().flat_map(Map::values_mut) {
        let Some(item) = item.as_object_mut() else {
            continue;
        };
        for (name, inside) in item {
            let parameters = match name.as_str() {
                "parameters" => inside.as_array_mut(),
                _ => inside.get_mut("parameters").and_then(Value::as_array_mut),
            };
            parameters.into_iter().flatten().for_each(&mut *visit);
        }
    }
}

/// The properties of components, each with the name `same.property`. The dot keeps it apart from the
/// names of models.
fn each_property(document: &mut Value, visit: &mut impl FnMut(&str, &mut Value)) {
    let schemas = document["components"]["schemas"].as_object_mut();
    for (_, schema) in schemas.into_iter().flatten() {
        each_member(schema, visit);
        let parts = schema.get_mut("allOf").and_then(Value::as_array_mut);
        for part in parts.into_iter().flatten() {
            each_member(part, visit);
        }
    }
}

fn each_member(schema: &mut Value, visit: &mut impl FnMut(&str, &mut Value)) {
    let properties = schema.get_mut("properties").and_then(Value::as_object_mut);
    for (property, value) in properties.into_iter().flatten() {
        visit(&format!("same.{property}"), value);
    }
}

/// The last segment of the first reference in a value.
fn first_reference(value: &Value) -> Option<&str> {
    match value {
        Value::Object(members) => members
            .iter()
            .find_map(|(name, value)| match name.as_str() {
                "$ref" => value.as_str()?.rsplit('/').next(),
                _ => first_reference(value),
            }),
        Value::Array(items) => items.iter().find_map(first_reference),
        _ => None,
    }
}
