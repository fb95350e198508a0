//! Leaves out of the operations of a large document what can be read off elsewhere in it.

use serde_json::{Value, json};

use super::{DIAGNOSTICS, SERVICE, shared_parts::each_operation};

const ANSWERS: &str = "#/components/responses/";

/// Makes all errors of an operation one answer, and removes the prose that its id says as well.
pub(super) fn shorten(document: &mut Value) {
    each_operation(document, &mut |operation| {
        one_error(operation);
        if !is_by_hand(operation) {
            without_prose(operation);
        }
    });
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
}
