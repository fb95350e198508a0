//! The document as pages show it, which unfold every reference at once and make up examples.

use serde_json::{Value, json};

use super::types::no_nul;

/// Puts the names of the bodies that a schema of links refers to in their place. Pages unfold every
/// reference at once: all rows of all relations of all bodies would take them long.
pub(super) fn in_words(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            let name = members.get("$ref").and_then(Value::as_str);
            let name = name.and_then(|name| name.rsplit('/').next());
            match name.filter(|name| !name.ends_with("Where")) {
                Some(name) => {
                    let description = format!("As the body `{name}`.");
                    *schema =
                        json!({ "type": "object", "title": name, "description": description });
                }
                None => members.values_mut().for_each(in_words),
            }
        }
        Value::Array(items) => items.iter_mut().for_each(in_words),
        _ => {}
    }
}

/// Leaves out that texts hold no NUL, which goes without saying where a person reads: for patterns
/// pages make up examples of random characters.
pub(super) fn leave_out_nul(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            if members.get("pattern") == Some(&no_nul()) {
                members.remove("pattern");
            }
            members.values_mut().for_each(leave_out_nul);
        }
        Value::Array(items) => items.iter_mut().for_each(leave_out_nul),
        _ => {}
    }
}
