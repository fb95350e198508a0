//! Leaves out of the operations of a large document what can be read off elsewhere in it.

use serde_json::{Map, Value, json};

use super::{DIAGNOSTICS, SERVICE, shared_parts::each_operation};

const ANSWERS: &str = "#/components/responses/";

/// Makes all errors of an operation one answer, removes the prose that its id says as well, and writes the
/// parameters that all operations of a path have above them.
pub(super) fn shorten(document: &mut Value) {
    each_operation(document, &mut |operation| {
        one_error(operation);
        if !is_by_hand(operation) {
            without_prose(operation);
        }
    });
    let paths = document["paths"].as_object_mut();
    for item in paths.into_iter().flat_map(Map::values_mut) {
        hoist(item);
    }
    if let Some(answers) = document["components"]["responses"].as_object_mut() {
        answers.retain(|name, _| name == "Problem");
    }
    document["components"]["responses"]["Problem"]["description"] =
        "The request was refused (4xx) or failed (5xx). `code` says why; `/errors` lists all codes.".into();
}

fn is_by_hand(operation: &Value) -> bool {
    let tags = operation["tags"].as_array().into_iter().flatten();
    { tags }.any(|tag| tag == SERVICE || tag == DIAGNOSTICS)
}

/// Errors have the same body whatever their status is. Those of an endpoint written by hand that have
/// another one stay.
fn one_error(operation: &mut Value) {
    let answers = operation
        .get_mut("responses")
        .and_then(Value::as_object_mut);
    let Some(answers) = answers else {
        return;
    };
    let before = answers.len();
    answers.retain(|status, answer| !is_error(status) || !is_shared(answer));
    if answers.len() < before {
        answers.insert(
            "default".to_owned(),
            json!({ "$ref": format!("{ANSWERS}Problem") }),
        );
    }
}

fn is_error(status: &str) -> bool {
    status.starts_with(['4', '5'])
}

fn is_shared(answer: &Value) -> bool {
    let reference = answer.get("$ref").and_then(Value::as_str);
    reference.is_some_and(|reference| reference.starts_with(ANSWERS))
}

fn without_prose(operation: &mut Value) {
    let body = operation.get_mut("requestBody");
    if let Some(body) = body.and_then(Value::as_object_mut) {
        body.remove("description");
    }
    if let Some(members) = operation.as_object_mut() {
        members.remove("summary");
        members.remove("description");
    }
    let answers = operation["responses"].as_object_mut();
    for (status, answer) in answers.into_iter().flatten() {
        shorten_answer(status, answer);
    }
    let parameters = operation["parameters"].as_array_mut();
    let parameters = parameters.into_iter().flatten();
    for parameter in parameters.filter(|one| one["in"] == "header") {
        let said = match parameter["name"].as_str() {
            Some("If-Match") => "Only if the row has one of these tags; else 412.",
            Some("If-None-Match") => {
                "Only if the row has none of these tags; else 412, or 304 of a read."
            }
            Some("Prefer") => {
                "Of a write, separated by commas: `return=minimal`, `return=representation`; of many rows \
                 `max-affected=n`; of new rows `resolution=merge-duplicates`, \
                 `resolution=ignore-duplicates`; `tx=rollback` (where ALLOW_DRY_RUN is set) only tries."
            }
            _ => continue,
        };
        parameter["description"] = said.into();
    }
}

/// Answers with the same content become equal, whatever operation gives them.
fn shorten_answer(status: &str, answer: &mut Value) {
    if answer["description"].is_string() {
        let description = match status {
            "204" => "Done.",
            "304" => "The caller has it as it is.",
            _ => "OK.",
        };
        answer["description"] = description.into();
    }
}

/// Moves the parameters that all operations of a path have to the path.
fn hoist(item: &mut Value) {
    let Some(members) = item.as_object_mut() else {
        return;
    };
    let is_operation = |name: &str| name != "parameters";
    let lists = members.iter().filter(|(name, _)| is_operation(name));
    let lists: Vec<&[Value]> = lists
        .map(|(_, operation)| {
            operation["parameters"]
                .as_array()
                .map_or(&[][..], Vec::as_slice)
        })
        .collect();
    let [first, others @ ..] = &lists[..] else {
        return;
    };
    let is_common = |one: &&Value| others.iter().all(|list| list.contains(one));
    let common: Vec<Value> = first.iter().filter(is_common).cloned().collect();
    if others.is_empty() || common.is_empty() {
        return;
    }
    let operations = members.iter_mut().filter(|(name, _)| is_operation(name));
    for operation in operations.filter_map(|(_, operation)| operation.as_object_mut()) {
        let own = operation
            .get_mut("parameters")
            .and_then(Value::as_array_mut);
        let is_left = own.is_some_and(|own| {
            own.retain(|one| !common.contains(one));
            !own.is_empty()
        });
        if !is_left {
            operation.remove("parameters");
        }
    }
    let of_path = members.entry("parameters").or_insert_with(|| json!([]));
    if let Some(of_path) = of_path.as_array_mut() {
        of_path.extend(common);
    }
}
