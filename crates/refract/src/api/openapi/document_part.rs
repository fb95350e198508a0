//! The part of a document that is about one resource, for pages of large apps.

use std::collections::HashSet;

use serde_json::{Map, Value};

/// Keeps the operations that have one of the tags, and the components that these refer to.
pub(super) fn keep_tags(document: &mut Value, tags: &[&str]) {
    let is_kept = |operation: &Value| {
        let named = operation["tags"].as_array();
        let mut named = named.into_iter().flatten().filter_map(Value::as_str);
        named.any(|tag| tags.contains(&tag))
    };
    if let Some(paths) = document["paths"].as_object_mut() {
        for item in paths.values_mut() {
            if let Some(item) = item.as_object_mut() {
                item.retain(|name, inside| name == "parameters" || is_kept(inside));
            }
        }
        paths.retain(|_, item| {
            let item = item.as_object();
            item.is_some_and(|item| item.keys().any(|name| name != "parameters"))
        });
    }
    if let Some(known) = document["tags"].as_array_mut() {
        known.retain(|tag| {
            tag["name"]
                .as_str()
                .is_some_and(|name| tags.contains(&name))
        });
    }
    keep_reachable(document);
}

/// Leaves out components that nothing refers to.
fn keep_reachable(document: &mut Value) {
    let mut reached = HashSet::new();
    let mut next = Vec::new();
    references(&document["paths"], &mut next);
    while let Some(reference) = next.pop() {
        if let Some(component) = reference
            .strip_prefix('#')
            .and_then(|at| document.pointer(at))
        {
            let mut inside = Vec::new();
            references(component, &mut inside);
            next.extend(inside.into_iter().filter(|one| !reached.contains(one)));
        }
        reached.insert(reference);
    }
    for kind in ["schemas", "responses", "parameters", "headers"] {
        let components = document["components"].get_mut(kind);
        if let Some(components) = components.and_then(Value::as_object_mut) {
            let is_reached = |name: &str| reached.contains(&format!("#/components/{kind}/{name}"));
            components.retain(|name, _| is_reached(name));
        }
    }
}

fn references(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => inside(members, found),
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        _ => {}
    }
}

fn inside(members: &Map<String, Value>, found: &mut Vec<String>) {
    for (name, value) in members {
        match value {
            Value::String(reference) if name == "$ref" => found.push(reference.clone()),
            value => references(value, found),
        }
    }
}
